import { type Place, parseScaled, type Words, words } from '@hengjian/standard';
import { parseCondition } from '../language/parse.ts';
import { groupingProblems } from '../problems.ts';
import { type CodeField, type Condition, numberFields } from '../scheme/condition.ts';
import type { Adrg, AdrgKind, Drg, Mdc } from '../scheme/scheme.ts';
import type { Journal } from './journal.ts';
import type { CodeKind, GatheredSet } from './members.ts';
import type { RawAdrg, RawDrg, RawMdc, RawScheme } from './raw.ts';

/** What rows are read with. */
interface Reading {
  readonly sets: ReadonlyMap<string, GatheredSet>;
  readonly names: ReadonlySet<string>;
  readonly used: Set<string>;
  readonly journal: Journal;
}

export interface Rows {
  readonly mdcs: readonly Mdc[];
  readonly adrgs: readonly Adrg[];
  readonly drgs: readonly Drg[];
  /** Names of the sets that conditions use. */
  readonly used: ReadonlySet<string>;
  /** Group of cases without MDC. */
  readonly ungrouped: string;
}

interface Read<Raw extends RawMdc> {
  readonly raw: Raw;
  readonly condition: Condition;
}

const isLastResort = (code: string): boolean => /^0+$/.test(code);
const isAlways = ({ condition }: { readonly condition: Condition }): boolean => condition.op === 'always';

/** Parts of a condition that read codes, depth first. */
function memberships(condition: Condition): readonly Extract<Condition, { op: 'in' | 'count' | 'sets' }>[] {
  switch (condition.op) {
    case 'and':
    case 'or':
      return condition.of.flatMap(memberships);
    case 'not':
      return memberships(condition.of);
    case 'in':
    case 'count':
    case 'sets':
      return [condition];
    default:
      return [];
  }
}

const kindNames: Readonly<Record<CodeKind, Words>> = { diagnosis: words('诊断', 'diagnosis'), procedure: words('手术操作', 'procedure') };
const kindWords = (kinds: Iterable<CodeKind>): Words => {
  const names = [...kinds].map((kind) => kindNames[kind]);
  return words(names.map(({ zh }) => zh).join('和'), names.map(({ en }) => en).join(' and '));
};

const kindOfField = (field: CodeField): CodeKind => (field === 'principal_dx' || field === 'other_dx' ? 'diagnosis' : 'procedure');

/** A rule that looks for diagnoses in a list of procedures never holds: a slip of the pen. */
function checkKinds(condition: Condition, place: Place, { sets, used, journal }: Reading): void {
  for (const part of memberships(condition)) {
    const kinds = new Set(part.fields.map(kindOfField));
    for (const name of part.sets) {
      used.add(name);
      const has = sets.get(name)?.kinds;
      if (has === undefined || has.size === 0 || [...kinds].some((kind) => has.has(kind))) continue;
      journal.problem(groupingProblems.problem('rule-set-kind', { kinds: kindWords(kinds), set: name, has: kindWords(has) }, place));
    }
  }
}

/** Stands for a rule that could not be read, so that rows below it are still looked at; its problem refuses the import. */
const unread: Condition = { op: 'not', of: { op: 'always' } };

function readRule(raw: RawMdc, reading: Reading): Condition {
  const place = { ...raw.place, field: raw.code };
  const condition = reading.journal.attempt(() => parseCondition(raw.rule, place, reading.names));
  if (condition === undefined) return unread;
  checkKinds(condition, place, reading);
  return condition;
}

/** Rows with a code, each code once, whose order is a number. */
function wellFormed<Raw extends RawMdc>(rows: readonly Raw[], form: RegExp, example: string, journal: Journal): readonly Raw[] {
  const first = new Map<string, Place>();
  return rows.filter(({ code, place, order }) => {
    if (!form.test(code)) {
      journal.problem(groupingProblems.problem('row-code', { code, example }, place));
      return false;
    }
    if (order !== '' && !/^\d+(\.0+)?$/.test(order)) {
      journal.problem(groupingProblems.problem('row-order', { order }, { ...place, field: code }));
      return false;
    }
    const before = first.get(code);
    if (before === undefined) {
      first.set(code, place);
      return true;
    }
    journal.problem(groupingProblems.problem('row-duplicate', { code, row: before.row ?? '?' }, { ...place, field: code }));
    return false;
  });
}

const orderOf = ({ order }: RawMdc): number => (order === '' ? Number.POSITIVE_INFINITY : Number(order));

/** By the order column, then as they stand. */
function sorted<Raw extends RawMdc>(rows: readonly Raw[], journal: Journal, scopeOf: (raw: Raw) => string): readonly Raw[] {
  const seen = new Set<string>();
  for (const raw of rows) {
    const key = `${scopeOf(raw)}\n${raw.order}`;
    if (raw.order !== '' && seen.has(key)) {
      journal.notice(
        { code: 'order-twice', zh: '排序号重复，按出现先后排列', en: 'the order number stands twice; rows are taken as they stand' },
        { ...raw.place, field: raw.code },
      );
    }
    seen.add(key);
  }
  return rows.toSorted((left, right) => {
    const before = orderOf(left) - orderOf(right);
    return Number.isNaN(before) ? 0 : before;
  });
}

/** Puts rows that always hold at the end of their scope; a move is a correction, a second such row of the same rank a problem. */
function lastResortsLast<Row extends Read<RawMdc>>(rows: readonly Row[], rankOf: (row: Row) => number, journal: Journal): readonly Row[] {
  const ordered = rows.toSorted((left, right) => rankOf(left) - rankOf(right));
  let highest = 0;
  const ranks = rows.map(rankOf);
  ranks.forEach((rank, index) => {
    const row = rows[index];
    if (row !== undefined && ranks.slice(index + 1).some((later) => later < rank)) {
      const moved = {
        code: 'fallback-last',
        zh: `${row.raw.code} 无条件成立，移到本范围最后`,
        en: `${row.raw.code} always holds and was put last in its scope`,
      };
      journal.correction(moved, { ...row.raw.place, field: row.raw.code });
    }
  });
  for (const row of ordered.filter(isAlways)) {
    if (rankOf(row) === highest) {
      const place = { ...row.raw.place, field: row.raw.code };
      journal.problem(groupingProblems.problem('fallback-twice', { code: row.raw.code }, place));
    }
    highest = rankOf(row);
  }
  return ordered;
}

function readMdcs(raws: readonly RawMdc[], reading: Reading): readonly Mdc[] {
  const { journal } = reading;
  const rows = sorted(wellFormed(raws, /^[A-Z]$/, 'A', journal), journal, () => '');
  return rows.map((raw): Mdc => {
    const condition = readRule(raw, reading);
    if (condition.op === 'always') {
      journal.problem(groupingProblems.problem('mdc-without-rule', { mdc: raw.code }, { ...raw.place, field: raw.code }));
    }
    return { mdc: raw.code, name: raw.name, condition };
  });
}

/** A to J operations, K to Q procedures, R to Z medical; QY ambiguous; 00 or 000 entered without group. */
export function kindOfAdrg(code: string): AdrgKind | undefined {
  if (/^[A-Z]QY$/.test(code)) return 'ambiguous';
  if (/^[A-Z]0{2,3}$/.test(code)) return 'entered';
  if (/^[A-Z][A-J]/.test(code)) return 'surgical';
  if (/^[A-Z][K-Q]/.test(code)) return 'procedure';
  return /^[A-Z][R-Z]/.test(code) ? 'medical' : undefined;
}

interface ReadAdrg extends Read<RawAdrg> {
  readonly kind: AdrgKind;
}

const rankOfAdrg = (row: ReadAdrg): number => {
  const { kind } = row;
  if (kind === 'entered') return 3;
  return isAlways(row) ? (kind === 'ambiguous' ? 2 : 1) : 0;
};

function readAdrgs(raws: readonly RawAdrg[], mdcs: readonly Mdc[], reading: Reading): readonly ReadAdrg[] {
  const { journal } = reading;
  const order = new Map(mdcs.map(({ mdc }, index) => [mdc, index]));
  const rows = sorted(wellFormed(raws, /^[A-Z][A-Z0-9]{2,3}$/, 'BB1', journal), journal, ({ mdc }) => mdc).flatMap((raw): ReadAdrg[] => {
    const place = { ...raw.place, field: raw.code };
    const kind = raw.kind === '' ? kindOfAdrg(raw.code) : raw.kind;
    if (!order.has(raw.mdc)) {
      journal.problem(groupingProblems.problem('adrg-mdc-unknown', { adrg: raw.code, mdc: raw.mdc }, place));
      return [];
    }
    if (kind === undefined) {
      journal.problem(groupingProblems.problem('adrg-kind', { adrg: raw.code }, place));
      return [];
    }
    if (!raw.code.startsWith(raw.mdc))
      journal.notice(
        { code: 'adrg-letter', zh: 'ADRG 编码首字母与 MDC 不同', en: 'the code does not begin with the letter of its MDC' },
        place,
      );
    return [{ raw, condition: readRule(raw, reading), kind }];
  });
  const scopes = [...Map.groupBy(rows, ({ raw }) => raw.mdc)].sort(([left], [right]) => (order.get(left) ?? 0) - (order.get(right) ?? 0));
  return scopes.flatMap(([, scope]) => lastResortsLast(scope, rankOfAdrg, journal));
}

/** Names of what a condition looks at, to call a split by. */
function facets(condition: Condition): readonly string[] {
  switch (condition.op) {
    case 'severity':
      return [condition.levels.includes('CC') ? 'CC' : 'MCC'];
    case 'and':
    case 'or':
      return condition.of.flatMap(facets);
    case 'not':
      return facets(condition.of);
    case 'compare':
    case 'one_of':
      return [condition.field];
    case 'in':
    case 'count':
    case 'sets':
      return condition.fields.map(kindOfField);
    default:
      return [];
  }
}

const facetOrder: readonly string[] = ['MCC', 'CC', 'diagnosis', 'procedure', ...numberFields, 'department', 'discharge_mode'];

/** What a split is called when the layout gives it no name: what its rule looks at, `none` for the rest. */
export function splitOf(condition: Condition): string {
  const found = new Set(facets(condition));
  return facetOrder.filter((name) => found.has(name)).join('+') || 'none';
}

function weightOf(raw: RawDrg, journal: Journal): { readonly weight?: number } {
  if (raw.weight === '') return {};
  const weight = parseScaled(raw.weight, 4);
  if (weight !== undefined && weight >= 0) return { weight };
  journal.problem(groupingProblems.problem('drg-weight', { weight: raw.weight }, { ...raw.place, field: raw.code }));
  return {};
}

function readDrgs(raws: readonly RawDrg[], adrgs: readonly ReadAdrg[], reading: Reading): readonly Drg[] {
  const { journal } = reading;
  const parents = new Map(adrgs.map((row, index) => [row.raw.code, { row, index }]));
  const rows = sorted(wellFormed(raws, /^[A-Z][A-Z0-9]{2,4}$/, 'BB11', journal), journal, ({ adrg }) => adrg).flatMap(
    (raw): Read<RawDrg>[] => {
      const parent = parents.get(raw.adrg);
      const place = { ...raw.place, field: raw.code };
      if (parent === undefined) {
        journal.problem(groupingProblems.problem('drg-adrg-unknown', { drg: raw.code, adrg: raw.adrg }, place));
        return [];
      }
      if (raw.mdc !== '' && raw.mdc !== parent.row.raw.mdc) {
        const values = { drg: raw.code, said: raw.mdc, adrg: raw.adrg, mdc: parent.row.raw.mdc };
        journal.problem(groupingProblems.problem('drg-mdc-other', values, place));
        return [];
      }
      if (!raw.code.startsWith(raw.adrg)) {
        journal.notice(
          { code: 'drg-letters', zh: 'DRG 编码不以其 ADRG 编码开头', en: 'the code does not begin with the code of its ADRG' },
          place,
        );
      }
      return [{ raw, condition: readRule(raw, reading) }];
    },
  );
  const scopes = [...Map.groupBy(rows, ({ raw }) => raw.adrg)].sort(
    ([left], [right]) => (parents.get(left)?.index ?? 0) - (parents.get(right)?.index ?? 0),
  );
  return scopes
    .flatMap(([, scope]) => lastResortsLast(scope, (row) => (isAlways(row) ? 1 : 0), journal))
    .map(
      ({ raw, condition }): Drg => ({
        drg: raw.code,
        name: raw.name,
        adrg: raw.adrg,
        condition,
        split: raw.split === '' ? splitOf(condition) : raw.split,
        ...weightOf(raw, journal),
      }),
    );
}

/** The row of cases without MDC is no row of the tree: its code is that of the scheme. */
function withoutLastResort<Raw extends RawMdc>(rows: readonly Raw[], found: Set<string>, journal: Journal): readonly Raw[] {
  return rows.filter(({ code, place }) => {
    if (!isLastResort(code)) return true;
    found.add(code);
    journal.dropped(
      {
        code: 'last-resort',
        zh: '未入组的兜底行，作为方案的未入组编码',
        en: 'row of cases without MDC; it became the code of ungrouped cases',
      },
      { ...place, field: code },
    );
    return false;
  });
}

/**
 * A row of ambiguous or entered cases is a group itself: when the sheet of groups names it again (ADRG O00, DRG O000), the
 * code of the group is taken and its row folds into the other. A group row without ADRG row makes one.
 */
function foldWholeRows(
  adrgs: readonly RawAdrg[],
  drgs: readonly RawDrg[],
  journal: Journal,
): { readonly adrgs: readonly RawAdrg[]; readonly drgs: readonly RawDrg[] } {
  const isWhole = (code: string): boolean => ['ambiguous', 'entered'].includes(kindOfAdrg(code) ?? '');
  const whole = drgs.filter(({ code }) => isWhole(code));
  const byParent = new Map(whole.map((drg) => [drg.adrg === '' ? drg.code : drg.adrg, drg]));
  const folded = adrgs.map((adrg) => {
    const drg = isWhole(adrg.code) ? (byParent.get(adrg.code) ?? byParent.get(adrg.code.padEnd(4, '0'))) : undefined;
    if (drg === undefined) return adrg;
    whole.splice(whole.indexOf(drg), 1);
    journal.dropped(
      { code: 'row-folded', zh: '歧义组或未入组行，与其 ADRG 行合一', en: 'row of ambiguous or entered cases, one with its ADRG row' },
      { ...drg.place, field: drg.code },
    );
    return { ...adrg, code: drg.code };
  });
  const own = whole.map(
    (drg): RawAdrg => ({
      code: drg.code,
      name: drg.name,
      rule: drg.rule,
      order: '',
      place: drg.place,
      mdc: drg.mdc || drg.code.slice(0, 1),
      kind: '',
    }),
  );
  return { adrgs: [...folded, ...own], drgs: drgs.filter(({ code }) => !isWhole(code)) };
}

function refuseChildless(adrgs: readonly ReadAdrg[], raws: readonly RawDrg[], journal: Journal): void {
  const parents = new Set(raws.map(({ adrg }) => adrg));
  for (const { raw, kind } of adrgs) {
    if (kind === 'ambiguous' || kind === 'entered' || parents.has(raw.code)) continue;
    journal.problem(groupingProblems.problem('adrg-without-drg', { adrg: raw.code }, { ...raw.place, field: raw.code }));
  }
}

/** Reads the rules of all rows, checks that they form a tree and puts them in the order in which they are tried. */
export function readRows(raw: RawScheme, sets: ReadonlyMap<string, GatheredSet>, journal: Journal): Rows {
  const found = new Set<string>();
  const reading: Reading = { sets, names: new Set(sets.keys()), used: new Set(), journal };
  const whole = foldWholeRows(withoutLastResort(raw.adrgs, found, journal), withoutLastResort(raw.drgs, found, journal), journal);
  const mdcs = readMdcs(withoutLastResort(raw.mdcs, found, journal), reading);
  const adrgs = readAdrgs(whole.adrgs, mdcs, reading);
  const drgs = readDrgs(whole.drgs, adrgs, reading);
  refuseChildless(adrgs, whole.drgs, journal);
  return {
    mdcs,
    adrgs: adrgs.map(({ raw: row, condition, kind }): Adrg => ({ adrg: row.code, name: row.name, mdc: row.mdc, kind, condition })),
    drgs,
    used: reading.used,
    ungrouped: [...found].sort((left, right) => right.length - left.length)[0]?.padEnd(4, '0') ?? '0000',
  };
}
