import { counted } from '@hengjian/standard';
import { witnesses } from '../grouper/witness.ts';
import { isCategory, stemOf } from '../scheme/codes.ts';
import type { CodeField, Condition } from '../scheme/condition.ts';
import type { Adrg, Drg, Mdc, Scheme } from '../scheme/scheme.ts';
import { schemeHash } from '../scheme/store.ts';
import { implies, neededSets, setsOf, sufficientSets } from './implies.ts';
import { Cover, Covers } from './members.ts';

export const findingCodes = [
  'row-unreachable',
  'row-duplicate',
  'row-orphan',
  'drg-letters',
  'adrg-without-drg',
  'split-without-rest',
  'member-outside-mdc',
  'member-shadowed',
  'member-duplicate',
  'member-in-category',
  'code-in-no-list',
  'set-missing',
  'set-empty',
  'set-unused',
  'table-missing',
  'table-unused',
  'group-without-witness',
] as const;
export type FindingCode = (typeof findingCodes)[number];

/** Where in the scheme it is; only the parts that apply. */
export interface SchemePlace {
  readonly mdc?: string;
  readonly adrg?: string;
  readonly drg?: string;
  readonly set?: string;
  readonly table?: string;
}

export interface SchemeFinding {
  readonly code: FindingCode;
  /** `error` a case is or would be grouped otherwise than the rows say; `warning` part of a row has no effect; `note` idle or untidy. */
  readonly level: 'error' | 'warning' | 'note';
  readonly place: SchemePlace;
  readonly zh: string;
  readonly en: string;
  /** The codes that it is about, in order; empty when it is about a whole row or set. */
  readonly codes: readonly string[];
}

export interface SchemeCheck {
  readonly scheme: string;
  readonly hash: string;
  readonly findings: readonly SchemeFinding[];
  readonly counts: Readonly<Partial<Record<FindingCode, number>>>;
  /** Groups (DRG, ambiguous, entered) and how many a found case reaches; null when witnesses were not looked for. */
  readonly groups: number;
  readonly witnessed: number | null;
}

export interface CheckOptions {
  /** Look for a case that reaches each group (default). It takes some seconds for a national scheme. */
  readonly witnesses?: boolean;
}

/** Rows of a scope with their conditions, the way to them included. */
interface ScopeRow {
  readonly label: string;
  readonly place: SchemePlace;
  readonly own: Condition;
  /** What holds for every case that comes to this row, and the row's own condition. */
  readonly whole: Condition;
}

const bothOf = (left: Condition, right: Condition): Condition => ({ op: 'and', of: [left, right] });

function unreachable(scope: readonly ScopeRow[], covers: Covers): readonly SchemeFinding[] {
  return scope.flatMap((row, index): SchemeFinding[] => {
    const before = scope.slice(0, index).find((earlier) => implies(row.whole, earlier.own, covers));
    if (before === undefined) return [];
    const always = before.own.op === 'always';
    return [
      {
        code: 'row-unreachable',
        level: 'error',
        place: row.place,
        zh: always
          ? `${row.label} 排在无条件成立的 ${before.label} 之后，永远轮不到`
          : `${row.label} 的病例都先被 ${before.label} 收走，永远轮不到`,
        en: always
          ? `${row.label} comes after ${before.label}, which always holds, so it is never reached`
          : `${row.label} is never reached: ${before.label} before it takes every case`,
        codes: [],
      },
    ];
  });
}

const fieldWords: Readonly<Partial<Record<CodeField, { readonly zh: string; readonly en: string }>>> = {
  principal_dx: { zh: '主要诊断', en: 'principal diagnoses' },
  main_procedure: { zh: '主要手术', en: 'main procedures' },
};

/** Members that an earlier row of the scope takes whatever else the case has. Rows taken as a whole are named by `unreachable`. */
function shadowed(scope: readonly ScopeRow[], covers: Covers): readonly SchemeFinding[] {
  return scope.flatMap((row, index) =>
    (['principal_dx', 'main_procedure'] as const).flatMap((field): SchemeFinding[] => {
      const needed = neededSets(row.own, field);
      const words = fieldWords[field];
      if (needed === undefined || words === undefined) return [];
      const left = new Set(covers.of(needed).members);
      const findings = scope.slice(0, index).flatMap((earlier): SchemeFinding[] => {
        const taking = covers.of(sufficientSets(earlier.own, field));
        const codes = [...left].filter((code) => taking.has(code)).sort();
        for (const code of codes) left.delete(code);
        if (codes.length === 0) return [];
        const zh = `${row.label} 有 ${codes.length} 个${words.zh}先被 ${earlier.label} 收走`;
        const en = `${codes.length} ${words.en} of ${row.label} are taken by ${earlier.label} before it`;
        return [{ code: 'member-shadowed', level: 'warning', place: row.place, zh, en, codes }];
      });
      return left.size === 0 && findings.length === 1 ? [] : findings;
    }),
  );
}

/** Principal diagnoses of an ADRG that do not enter its MDC. */
function outsideMdc(mdc: Mdc, adrgs: readonly Adrg[], covers: Covers): readonly SchemeFinding[] {
  const entry = neededSets(mdc.condition, 'principal_dx');
  if (entry === undefined) return [];
  const entering = covers.of(entry);
  return adrgs.flatMap(({ adrg, condition }): SchemeFinding[] => {
    const needed = neededSets(condition, 'principal_dx');
    const codes = needed === undefined ? [] : [...new Set(covers.of(needed).members)].filter((code) => !entering.has(code)).sort();
    if (codes.length === 0) return [];
    const zh = `${adrg} 有 ${codes.length} 个主要诊断不在 MDC ${mdc.mdc} 的入组诊断内，永远轮不到`;
    const en = `${codes.length} principal diagnoses of ${adrg} do not enter MDC ${mdc.mdc}, so they are never reached`;
    return [{ code: 'member-outside-mdc', level: 'warning', place: { mdc: mdc.mdc, adrg }, zh, en, codes }];
  });
}

/** MDCs that a case cannot come to: one before takes all its cases and keeps them. */
function unreachableMdcs(scheme: Scheme, covers: Covers): readonly SchemeFinding[] {
  const keeps = (mdc: string): boolean =>
    scheme.switches.entered_without_group === 'stop' || scheme.adrgs.some((row) => row.mdc === mdc && row.condition.op === 'always');
  const keeping = scheme.mdcs.filter(({ mdc }) => keeps(mdc));
  return scheme.mdcs.flatMap((row) => {
    const before = keeping.filter((one) => scheme.mdcs.indexOf(one) < scheme.mdcs.indexOf(row));
    const scope = [...before, row].map(
      ({ mdc, condition }): ScopeRow => ({ label: `MDC ${mdc}`, place: { mdc }, own: condition, whole: condition }),
    );
    return unreachable(scope, covers).filter(({ place }) => place.mdc === row.mdc);
  });
}

function checkTree(scheme: Scheme, covers: Covers): readonly SchemeFinding[] {
  const adrgsOf = Map.groupBy(scheme.adrgs, ({ mdc }) => mdc);
  const drgsOf = Map.groupBy(scheme.drgs, ({ adrg }) => adrg);
  return scheme.mdcs.flatMap((mdc) => {
    const adrgs = adrgsOf.get(mdc.mdc) ?? [];
    const scope = adrgs.map(
      ({ adrg, condition }): ScopeRow => ({
        label: adrg,
        place: { mdc: mdc.mdc, adrg },
        own: condition,
        whole: bothOf(mdc.condition, condition),
      }),
    );
    const gone = unreachable(scope, covers);
    const goneCodes = new Set(gone.map(({ place }) => place.adrg));
    const left = scope.filter(({ place }) => !goneCodes.has(place.adrg));
    return [
      ...gone,
      ...shadowed(left, covers),
      ...outsideMdc(mdc, adrgs, covers),
      ...adrgs.flatMap((adrg) => checkSplits(mdc, adrg, drgsOf.get(adrg.adrg) ?? [], covers)),
    ];
  });
}

function checkSplits(mdc: Mdc, adrg: Adrg, drgs: readonly Drg[], covers: Covers): readonly SchemeFinding[] {
  if (adrg.kind === 'ambiguous' || adrg.kind === 'entered') return [];
  const place = { mdc: mdc.mdc, adrg: adrg.adrg };
  if (drgs.length === 0) {
    return [
      {
        code: 'adrg-without-drg',
        level: 'error',
        place,
        zh: `${adrg.adrg} 没有 DRG，病例落空`,
        en: `${adrg.adrg} has no DRG, so its cases fall through`,
        codes: [],
      },
    ];
  }
  const way = bothOf(mdc.condition, adrg.condition);
  const scope = drgs.map(
    ({ drg, condition }): ScopeRow => ({ label: drg, place: { ...place, drg }, own: condition, whole: bothOf(way, condition) }),
  );
  const rest = drgs.some(({ condition }) => condition.op === 'always');
  const zh = `${adrg.adrg} 的各 DRG 都有条件，不符合的病例落空`;
  const en = `every DRG of ${adrg.adrg} has a condition; cases that meet none fall through`;
  return [
    ...unreachable(scope, covers),
    ...(rest ? [] : [{ code: 'split-without-rest', level: 'warning', place, zh, en, codes: [] } as const]),
  ];
}

function checkRows(scheme: Scheme): readonly SchemeFinding[] {
  const mdcs = new Set(scheme.mdcs.map(({ mdc }) => mdc));
  const adrgs = new Set(scheme.adrgs.map(({ adrg }) => adrg));
  const orphan = (place: SchemePlace, label: string, parent: string): SchemeFinding => ({
    code: 'row-orphan',
    level: 'error',
    place,
    zh: `${label} 所属的 ${parent} 不存在`,
    en: `${label} belongs to ${parent}, which does not exist`,
    codes: [],
  });
  const twice = (codes: readonly string[], placeOf: (code: string) => SchemePlace): readonly SchemeFinding[] =>
    [...Map.groupBy(codes, (code) => code)].flatMap(([code, all]): SchemeFinding[] =>
      all.length < 2
        ? []
        : [
            {
              code: 'row-duplicate',
              level: 'error',
              place: placeOf(code),
              zh: `编码 ${code} 有 ${all.length} 行`,
              en: `${all.length} rows have the code ${code}`,
              codes: [],
            },
          ],
    );
  return [
    ...twice(
      scheme.mdcs.map(({ mdc }) => mdc),
      (mdc) => ({ mdc }),
    ),
    ...twice(
      scheme.adrgs.map(({ adrg }) => adrg),
      (adrg) => ({ adrg }),
    ),
    ...twice(
      scheme.drgs.map(({ drg }) => drg),
      (drg) => ({ drg }),
    ),
    ...scheme.adrgs.filter(({ mdc }) => !mdcs.has(mdc)).map(({ adrg, mdc }) => orphan({ adrg }, adrg, `MDC ${mdc}`)),
    ...scheme.drgs.filter(({ adrg }) => !adrgs.has(adrg)).map(({ drg, adrg }) => orphan({ drg }, drg, `ADRG ${adrg}`)),
    ...scheme.drgs
      .filter(({ drg, adrg }) => !drg.startsWith(adrg))
      .map(({ drg, adrg }): SchemeFinding => {
        const zh = `${drg} 的编码不以其 ADRG ${adrg} 开头`;
        return {
          code: 'drg-letters',
          level: 'warning',
          place: { adrg, drg },
          zh,
          en: `${drg} does not begin with its ADRG ${adrg}`,
          codes: [],
        };
      }),
  ];
}

/** All conditions, those of variants included. */
const conditionsOf = (scheme: Scheme): readonly Condition[] => [
  ...[...scheme.mdcs, ...scheme.adrgs, ...scheme.drgs].map(({ condition }) => condition),
  ...scheme.variants.flatMap((variant) => [
    ...[variant.mdcs, variant.adrgs, variant.drgs].flatMap((rows) => Object.values(rows ?? {})),
    ...(variant.add_adrgs ?? []).map(({ condition }) => condition),
  ]),
];

function checkMembers(members: readonly string[], place: SchemePlace, label: string): readonly SchemeFinding[] {
  const twice = [...Map.groupBy(members, (code) => code)].flatMap(([code, all]) => (all.length > 1 ? [code] : [])).sort();
  const cover = new Cover(members);
  const inside = [...new Set(members)].filter((code) => cover.broader(code) !== undefined).sort();
  const note = (code: FindingCode, codes: readonly string[], zh: string, en: string): readonly SchemeFinding[] =>
    codes.length === 0
      ? []
      : [{ code, level: 'note', place, zh: `${label} 有 ${codes.length} 个${zh}`, en: `${codes.length} ${en} ${label}`, codes }];
  return [
    ...note('member-duplicate', twice, '重复的编码', 'codes stand twice in'),
    ...note('member-in-category', inside, '编码已包含在同一集合的类目中', 'codes are already covered by a category of'),
  ];
}

function checkSets(scheme: Scheme): readonly SchemeFinding[] {
  const used = new Set(conditionsOf(scheme).flatMap(setsOf));
  for (const role of [scheme.valid_procedures, scheme.not_principal, scheme.gray]) if (role !== undefined) used.add(role);
  const missing = [...used].filter((set) => !(set in scheme.sets)).sort();
  return [
    ...missing.map(
      (set): SchemeFinding => ({
        code: 'set-missing',
        level: 'error',
        place: { set },
        zh: `规则使用的集合 ${set} 不存在`,
        en: `a rule names the set ${set}, which does not exist`,
        codes: [],
      }),
    ),
    ...Object.entries(scheme.sets).flatMap(([set, members]): readonly SchemeFinding[] => [
      ...(used.has(set)
        ? []
        : [
            {
              code: 'set-unused',
              level: 'note',
              place: { set },
              zh: `没有规则使用集合 ${set}`,
              en: `no rule names the set ${set}`,
              codes: [],
            } as const,
          ]),
      ...(members.length > 0 || !used.has(set)
        ? []
        : [
            {
              code: 'set-empty',
              level: 'warning',
              place: { set },
              zh: `集合 ${set} 为空`,
              en: `the set ${set} is empty`,
              codes: [],
            } as const,
          ]),
      ...checkMembers(members, { set }, set),
    ]),
  ];
}

function checkTables(scheme: Scheme): readonly SchemeFinding[] {
  const named = Map.groupBy(scheme.severity, ({ table }) => table);
  const missing = [...named].filter(([table]) => table !== '' && (scheme.exclusions[table] ?? []).length === 0);
  return [
    ...missing.map(([table, rows]): SchemeFinding => {
      const codes = rows.map(({ code }) => code).sort();
      const zh = `排除表 ${table} 没有内容，${codes.length} 个编码永不被排除`;
      return {
        code: 'table-missing',
        level: 'note',
        place: { table },
        zh,
        en: `exclusion table ${table} is empty; ${counted(codes.length, 'code is', 'codes are')} never excluded`,
        codes,
      };
    }),
    ...Object.keys(scheme.exclusions)
      .filter((table) => !named.has(table))
      .map(
        (table): SchemeFinding => ({
          code: 'table-unused',
          level: 'note',
          place: { table },
          zh: `没有编码使用排除表 ${table}`,
          en: `no severity code names exclusion table ${table}`,
          codes: [],
        }),
      ),
  ];
}

/** Whether the catalogue has the code, or any code of the category. */
function lister(codes: readonly string[]): (member: string) => boolean {
  const exact = new Set(codes);
  const stems = new Set(codes.flatMap((code) => Array.from({ length: code.length }, (_, index) => code.slice(0, index + 1))));
  return (member) => (isCategory(member) ? stems.has(stemOf(member)) : exact.has(member));
}

function checkCatalogue(scheme: Scheme): readonly SchemeFinding[] {
  const diagnoses = Object.keys(scheme.diagnoses);
  const procedures = Object.keys(scheme.procedures);
  const hasDiagnosis = diagnoses.length === 0 ? () => true : lister(diagnoses);
  const hasProcedure = procedures.length === 0 ? () => true : lister(procedures);
  const unknown = (members: readonly string[]): readonly string[] =>
    members.filter((code) => !(/^[A-Z]/.test(code) ? hasDiagnosis : hasProcedure)(code)).sort();
  const finding = (
    members: readonly string[],
    place: SchemePlace,
    label: { readonly zh: string; readonly en: string },
  ): readonly SchemeFinding[] => {
    const codes = unknown(members);
    if (codes.length === 0) return [];
    return [
      {
        code: 'code-in-no-list',
        level: 'warning',
        place,
        zh: `${label.zh} 有 ${codes.length} 个编码不在目录中`,
        en: `${counted(codes.length, 'code')} of ${label.en} in no catalogue`,
        codes,
      },
    ];
  };
  return [
    ...Object.entries(scheme.sets).flatMap(([set, members]) => finding(members, { set }, { zh: `集合 ${set}`, en: `the set ${set}` })),
    ...finding(
      scheme.severity.map(({ code }) => code),
      {},
      { zh: 'MCC/CC 表', en: 'the MCC/CC list' },
    ),
    ...Object.entries(scheme.exclusions).flatMap(([table, members]) =>
      finding(members, { table }, { zh: `排除表 ${table}`, en: `exclusion table ${table}` }),
    ),
  ];
}

function groupsOf(scheme: Scheme): readonly string[] {
  return [
    ...scheme.adrgs.filter(({ kind }) => kind === 'ambiguous' || kind === 'entered').map(({ adrg }) => adrg),
    ...scheme.drgs.map(({ drg }) => drg),
  ];
}

function checkWitnesses(scheme: Scheme): readonly SchemeFinding[] {
  const adrgOf = new Map(scheme.drgs.map(({ drg, adrg }) => [drg, adrg]));
  return witnesses(scheme).missing.map((group): SchemeFinding => {
    const adrg = adrgOf.get(group);
    const place = adrg === undefined ? { adrg: group } : { adrg, drg: group };
    return {
      code: 'group-without-witness',
      level: 'warning',
      place,
      zh: `没有找到能入 ${group} 的病例`,
      en: `no case was found that reaches ${group}`,
      codes: [],
    };
  });
}

function countOf(findings: readonly SchemeFinding[]): Readonly<Partial<Record<FindingCode, number>>> {
  const counts: Partial<Record<FindingCode, number>> = {};
  for (const code of findingCodes) {
    const count = findings.filter((finding) => finding.code === code).length;
    if (count > 0) counts[code] = count;
  }
  return counts;
}

/**
 * Looks for what is wrong with a scheme as data: rows and members that are never reached, duplicates, codes of no catalogue,
 * sets and tables that are missing or idle, groups that no case reaches. What is named as never reached cannot be reached;
 * what is not named may still be.
 */
export function checkScheme(scheme: Scheme, options: CheckOptions = {}): SchemeCheck {
  const covers = new Covers(scheme);
  const looked = options.witnesses !== false;
  const unseen = looked ? checkWitnesses(scheme) : [];
  const findings = [
    ...checkRows(scheme),
    ...unreachableMdcs(scheme, covers),
    ...checkTree(scheme, covers),
    ...checkSets(scheme),
    ...checkTables(scheme),
    ...checkCatalogue(scheme),
    ...unseen,
  ];
  const groups = groupsOf(scheme).length;
  return {
    scheme: scheme.id,
    hash: schemeHash(scheme),
    findings,
    counts: countOf(findings),
    groups,
    witnessed: looked ? groups - unseen.length : null,
  };
}

const levels = { error: { zh: '错误', en: 'error' }, warning: { zh: '警告', en: 'warning' }, note: { zh: '提示', en: 'note' } } as const;

/** The check as lines for people: the sum, then findings from errors to notes. */
export function schemeCheckLines(check: SchemeCheck, language: 'zh' | 'en'): readonly string[] {
  const zh = language === 'zh';
  const seen =
    check.witnessed === null
      ? zh
        ? '未查找见证病例'
        : 'witnesses not looked for'
      : zh
        ? `${check.witnessed} 个有见证病例`
        : `${check.witnessed} with a witness`;
  const head = zh
    ? `${check.scheme}：${check.groups} 个组，${seen}；${check.findings.length} 条发现`
    : `${check.scheme}: ${counted(check.groups, 'group')}, ${seen}; ${counted(check.findings.length, 'finding')}`;
  const body = (['error', 'warning', 'note'] as const).flatMap((level) =>
    check.findings
      .filter((finding) => finding.level === level)
      .map((finding) => {
        const codes = finding.codes.length === 0 ? '' : `: ${finding.codes.slice(0, 6).join(', ')}${finding.codes.length > 6 ? ' …' : ''}`;
        return `${levels[level][language]} ${finding.code}: ${finding[language]}${codes}`;
      }),
  );
  return [head, ...body];
}
