import { formatScaled } from '@hengjian/standard';
import { conditionText } from '../language/text.ts';
import type { Condition } from '../scheme/condition.ts';
import type { CodeSet, Scheme } from '../scheme/scheme.ts';
import { schemeHash } from '../scheme/store.ts';
import { pairSets, renamed } from './pair-sets.ts';

export const rowChangeKinds = ['added', 'removed', 'name', 'parent', 'kind', 'condition', 'split', 'weight', 'order'] as const;
export type RowChangeKind = (typeof rowChangeKinds)[number];

/** One thing about a row that is not as it was. */
export interface RowChange {
  readonly level: 'mdc' | 'adrg' | 'drg';
  /** Code of the row; for `order` the scope: empty for MDCs, the MDC of ADRGs, the ADRG of DRGs. */
  readonly code: string;
  readonly change: RowChangeKind;
  /** Both sides in words: a name, a parent, a rule, a weight with four decimals, codes in order. Empty where there is none. */
  readonly before: string;
  readonly after: string;
}

/** Members that came and went. A set that has another name in the later scheme shows both. */
export interface MemberChange {
  /** Name in the earlier scheme, empty when it is new. */
  readonly before: string;
  /** Name in the later scheme, empty when it is gone. */
  readonly after: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export interface SeverityChange {
  readonly code: string;
  /** Level and exclusion table, for example `CC 12`; empty when the code is not listed. */
  readonly before: string;
  readonly after: string;
}

export interface CatalogueChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Codes whose name differs. */
  readonly renamed: readonly string[];
}

export interface SchemeDiff {
  readonly before: { readonly id: string; readonly hash: string };
  readonly after: { readonly id: string; readonly hash: string };
  /** Editions, days, switches, and what the ungrouped code is. */
  readonly about: readonly { readonly field: string; readonly before: string; readonly after: string }[];
  readonly rows: readonly RowChange[];
  readonly sets: readonly MemberChange[];
  readonly severity: readonly SeverityChange[];
  readonly exclusions: readonly MemberChange[];
  readonly diagnoses: CatalogueChange;
  readonly procedures: CatalogueChange;
}

interface Row {
  readonly code: string;
  readonly name: string;
  readonly parent: string;
  readonly kind: string;
  readonly split: string;
  readonly weight: string;
  readonly condition: Condition;
}

type Level = RowChange['level'];

function rowsOf(scheme: Scheme, level: Level): readonly Row[] {
  const none = { parent: '', kind: '', split: '', weight: '' };
  if (level === 'mdc') return scheme.mdcs.map(({ mdc, name, condition }) => ({ ...none, code: mdc, name, condition }));
  if (level === 'adrg')
    return scheme.adrgs.map(({ adrg, name, mdc, kind, condition }) => ({ ...none, code: adrg, name, parent: mdc, kind, condition }));
  return scheme.drgs.map(({ drg, name, adrg, split, weight, condition }) => ({
    ...none,
    code: drg,
    name,
    parent: adrg,
    split,
    weight: weight === undefined ? '' : formatScaled(weight, 4),
    condition,
  }));
}

/** The order in which rows that both schemes have in the same scope are tried, where it differs. */
function orderChanges(level: Level, before: readonly Row[], after: readonly Row[]): readonly RowChange[] {
  const later = Map.groupBy(after, ({ parent }) => parent);
  return [...Map.groupBy(before, ({ parent }) => parent)].flatMap(([scope, rows]): RowChange[] => {
    const codes = rows.map(({ code }) => code);
    const others = (later.get(scope) ?? []).map(({ code }) => code);
    const left = codes.filter((code) => others.includes(code)).join(' ');
    const right = others.filter((code) => codes.includes(code)).join(' ');
    return left === right ? [] : [{ level, code: scope, change: 'order', before: left, after: right }];
  });
}

function rowChanges(level: Level, before: readonly Row[], after: readonly Row[], pairs: ReadonlyMap<string, string>): readonly RowChange[] {
  const later = new Map(after.map((row) => [row.code, row]));
  const earlier = new Set(before.map(({ code }) => code));
  const ruleOf = ({ condition }: Row): string => conditionText(condition);
  const changed = before.flatMap((row): RowChange[] => {
    const other = later.get(row.code);
    if (other === undefined) return [{ level, code: row.code, change: 'removed', before: row.name, after: '' }];
    const fields = (['name', 'parent', 'kind', 'split', 'weight'] as const).filter((field) => row[field] !== other[field]);
    const sameRule = conditionText(renamed(row.condition, (set) => pairs.get(set) ?? `${set} (before)`)) === ruleOf(other);
    return [
      ...fields.map((field): RowChange => ({ level, code: row.code, change: field, before: row[field], after: other[field] })),
      ...(sameRule ? [] : [{ level, code: row.code, change: 'condition', before: ruleOf(row), after: ruleOf(other) } as const]),
    ];
  });
  const added = after
    .filter(({ code }) => !earlier.has(code))
    .map((row): RowChange => ({ level, code: row.code, change: 'added', before: '', after: row.name }));
  return [...changed, ...added, ...orderChanges(level, before, after)];
}

const without = (codes: readonly string[], others: readonly string[]): readonly string[] => {
  const gone = new Set(others);
  return [...new Set(codes)].filter((code) => !gone.has(code)).sort();
};

function memberChanges(
  before: Readonly<Record<string, CodeSet>>,
  after: Readonly<Record<string, CodeSet>>,
  pairs: ReadonlyMap<string, string>,
): readonly MemberChange[] {
  const paired = new Set(pairs.values());
  const kept = Object.entries(before).flatMap(([name, members]): MemberChange[] => {
    const other = pairs.get(name);
    if (other === undefined) return [{ before: name, after: '', added: [], removed: [...members].sort() }];
    const added = without(after[other] ?? [], members);
    const removed = without(members, after[other] ?? []);
    return added.length + removed.length === 0 ? [] : [{ before: name, after: other, added, removed }];
  });
  const fresh = Object.entries(after)
    .filter(([name]) => !paired.has(name))
    .map(([name, members]): MemberChange => ({ before: '', after: name, added: [...members].sort(), removed: [] }));
  return [...kept, ...fresh];
}

function severityChanges(before: Scheme, after: Scheme): readonly SeverityChange[] {
  const of = (scheme: Scheme) => new Map(scheme.severity.map(({ code, level, table }) => [code, `${level} ${table}`.trim()]));
  const [left, right] = [of(before), of(after)];
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((code): SeverityChange[] => {
    const change = { code, before: left.get(code) ?? '', after: right.get(code) ?? '' };
    return change.before === change.after ? [] : [change];
  });
}

function catalogueChange(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): CatalogueChange {
  const [left, right] = [Object.keys(before), Object.keys(after)];
  return {
    added: without(right, left),
    removed: without(left, right),
    renamed: left.filter((code) => code in after && after[code] !== before[code]).sort(),
  };
}

function aboutOf(scheme: Scheme): Readonly<Record<string, string>> {
  return {
    name: scheme.name.zh,
    area: scheme.area,
    'effective.from': scheme.effective.from,
    'effective.to': scheme.effective.to ?? '',
    'code_edition.diagnosis': scheme.code_edition.diagnosis,
    'code_edition.procedure': scheme.code_edition.procedure,
    demonstration: String(scheme.demonstration),
    'switches.entered_without_group': scheme.switches.entered_without_group,
    'switches.premature_weight': scheme.switches.premature_weight,
    ungrouped: scheme.ungrouped,
    amendments: scheme.amendments.map(({ id }) => id).join(' '),
  };
}

/** What is different between two schemes, as data. Which cases that moves is found by `movedCases`. */
export function diffSchemes(before: Scheme, after: Scheme): SchemeDiff {
  const pairs = pairSets(before, after);
  const [left, right] = [aboutOf(before), aboutOf(after)];
  const tables = new Map(Object.keys(before.exclusions).flatMap((table) => (table in after.exclusions ? [[table, table] as const] : [])));
  return {
    before: { id: before.id, hash: schemeHash(before) },
    after: { id: after.id, hash: schemeHash(after) },
    about: Object.keys(left)
      .filter((field) => left[field] !== right[field])
      .map((field) => ({ field, before: left[field] ?? '', after: right[field] ?? '' })),
    rows: (['mdc', 'adrg', 'drg'] as const).flatMap((level) => rowChanges(level, rowsOf(before, level), rowsOf(after, level), pairs)),
    sets: memberChanges(before.sets, after.sets, pairs),
    severity: severityChanges(before, after),
    exclusions: memberChanges(before.exclusions, after.exclusions, tables),
    diagnoses: catalogueChange(before.diagnoses, after.diagnoses),
    procedures: catalogueChange(before.procedures, after.procedures),
  };
}

const changeWords: Readonly<Record<RowChangeKind, { readonly zh: string; readonly en: string }>> = {
  added: { zh: '新增', en: 'added' },
  removed: { zh: '删除', en: 'removed' },
  name: { zh: '改名', en: 'renamed' },
  parent: { zh: '改属', en: 'moved' },
  kind: { zh: '类别', en: 'kind' },
  condition: { zh: '规则', en: 'rule' },
  split: { zh: '细分', en: 'split' },
  weight: { zh: '权重', en: 'weight' },
  order: { zh: '次序', en: 'order' },
};

const listed = (codes: readonly string[]): string => `${codes.slice(0, 6).join(', ')}${codes.length > 6 ? ' …' : ''}`;
const sides = (before: string, after: string): string => (before === '' || after === '' ? before || after : `${before} → ${after}`);

function memberLine(change: MemberChange): string {
  const name = change.before === change.after ? change.before : sides(change.before, change.after);
  const added = change.added.length === 0 ? '' : ` +${change.added.length} (${listed(change.added)})`;
  const removed = change.removed.length === 0 ? '' : ` -${change.removed.length} (${listed(change.removed)})`;
  return `  ${name}:${added}${removed}`;
}

function catalogueLine(name: string, { added, removed, renamed: names }: CatalogueChange, zh: boolean): readonly string[] {
  if (added.length + removed.length + names.length === 0) return [];
  return [
    zh
      ? `${name}：新增 ${added.length}，删除 ${removed.length}，改名 ${names.length}`
      : `${name}: ${added.length} added, ${removed.length} removed, ${names.length} renamed`,
  ];
}

/** The difference as lines for people. */
export function schemeDiffLines(diff: SchemeDiff, language: 'zh' | 'en'): readonly string[] {
  const zh = language === 'zh';
  const block = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`${title} (${lines.length})`, ...lines];
  const lines = [
    ...block(
      zh ? '说明' : 'about',
      diff.about.map(({ field, before, after }) => `  ${field}: ${sides(before, after)}`),
    ),
    ...block(
      zh ? '行' : 'rows',
      diff.rows.map(
        (row) => `  ${row.level.toUpperCase()} ${row.code} ${changeWords[row.change][language]}: ${sides(row.before, row.after)}`,
      ),
    ),
    ...block(zh ? '集合' : 'sets', diff.sets.map(memberLine)),
    ...block(
      'MCC/CC',
      diff.severity.map(({ code, before, after }) => `  ${code}: ${before || '-'} → ${after || '-'}`),
    ),
    ...block(zh ? '排除表' : 'exclusion tables', diff.exclusions.map(memberLine)),
    ...catalogueLine(zh ? '诊断目录' : 'diagnoses', diff.diagnoses, zh),
    ...catalogueLine(zh ? '手术操作目录' : 'procedures', diff.procedures, zh),
  ];
  const head = `${diff.before.id} ${diff.before.hash.slice(0, 12)} → ${diff.after.id} ${diff.after.hash.slice(0, 12)}`;
  return [head, ...(lines.length === 0 ? [zh ? '没有差异' : 'no difference'] : lines)];
}
