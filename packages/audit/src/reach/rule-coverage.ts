import type { Lake } from '@hengjian/lake';
import { knowledgeOf, type RulebookOptions, ruleAsks } from '@hengjian/rulebook';
import { type BoundRulebook, type CheckedRule, columnReaches, daysInForce, firingChance, subjectReach } from '@hengjian/rulespec';
import { deliveringInstitutions, isDemonstration, readinessOf } from '@hengjian/standard';
import type { CodePart, KindLookedAt, LookedAt } from '../record.ts';
import { openSession } from '../session.ts';
import { countCodes } from './census.ts';
import { type CodesOfLake, codesOfLake, kindsLookedAt, lookedAtOf, reachedPart } from './looked-at.ts';

/**
 * Whether a rule can fire on a lake, and if not why; in the order in which a bureau has to do something: tables without
 * rows, tables whose rows reach no code of the lake, points that wait for an expert, points of the demonstration city alone,
 * columns that no institution delivers, rules that are not in force on any day of the lake.
 */
const standings = ['no_rows', 'no_code', 'waiting', 'demonstration', 'no_column', 'not_in_force', 'fires'] as const;
export type Standing = (typeof standings)[number];

export interface RuleCoverage {
  readonly rule_id: string;
  readonly version: number;
  readonly name_zh: string;
  readonly name_en: string;
  readonly result_type: string;
  /** The first that holds. */
  readonly standing: Standing;
  /** What else keeps it from firing. */
  readonly also: readonly Standing[];
  /** Tables that are the obstacle, else those it looks into. */
  readonly tables: readonly string[];
  /** National fields that it asks for and no institution delivers. */
  readonly missing: readonly string[];
  /** Points that can fire, and points that would once they are confirmed. */
  readonly points: number;
  readonly waiting: number;
  readonly looked_at: LookedAt | null;
}

/** What one column of codes of a knowledge table reaches in a lake. */
export interface TableLoad {
  readonly table: string;
  readonly column: string;
  /** Dictionary of the codes. */
  readonly dictionary: string;
  readonly points: number;
  readonly reaching: number;
  readonly demonstration: number;
  /** Codes and patterns that are written there, and those of them that reach a code of the lake. */
  readonly codes: number;
  readonly reaching_codes: number;
  /** All codes, rows and fen of the dictionary in the lake, and those that are reached. */
  readonly all: CodePart;
  readonly reached: CodePart;
  /** Rules that ask the table. */
  readonly rules: readonly string[];
}

export interface LakeCoverage {
  readonly lake_hash: string;
  readonly rulebook_hash: string;
  readonly standings: Readonly<Record<Standing, number>>;
  readonly kinds: readonly KindLookedAt[];
  readonly rules: readonly RuleCoverage[];
  readonly tables: readonly TableLoad[];
}

export interface LakeCoverageOptions {
  readonly lake: string;
  readonly rulebook?: RulebookOptions | undefined;
  readonly signal?: AbortSignal | undefined;
}

function standingsOf(bound: BoundRulebook, rule: CheckedRule, missing: readonly string[], looked_at: LookedAt | null) {
  const inForce = daysInForce(bound, rule).length > 0;
  const chance = firingChance(bound, rule);
  const points = chance.rows.map((row) => bound.table(rule.table ?? '').rows[row]?.point_id ?? '');
  const isDemo =
    points.length > 0
      ? points.every(isDemonstration)
      : looked_at !== null && looked_at.reaching > 0 && looked_at.reaching === looked_at.demonstration;
  const found: readonly (Standing | undefined)[] = [
    inForce ? chance.obstacle : undefined,
    chance.obstacle === undefined && isDemo ? 'demonstration' : undefined,
    missing.length > 0 ? 'no_column' : undefined,
    inForce ? undefined : 'not_in_force',
  ];
  return { chance, found: found.filter((one) => one !== undefined) };
}

function ruleCoverageOf(codes: CodesOfLake, rule: CheckedRule, missing: readonly string[]): RuleCoverage {
  const { bound } = codes;
  const { id, version, name, result } = rule.source;
  const reach = subjectReach(bound, rule);
  const looked_at = reach === undefined ? null : lookedAtOf(codes, rule, reach);
  const { chance, found } = standingsOf(bound, rule, missing, looked_at);
  const [standing = 'fires', ...also] = found;
  return {
    ...{ rule_id: id, version, name_zh: name.zh, name_en: name.en, result_type: result, standing, also },
    tables: chance.tables.length > 0 ? chance.tables : (looked_at?.tables ?? []),
    missing,
    points: chance.rows.length,
    waiting: chance.waiting.length,
    looked_at,
  };
}

/** What a bureau must bring stands first, and there what covers most money and rows. */
function byNeed(left: RuleCoverage, right: RuleCoverage): number {
  const [a, b] = [left.looked_at?.not_looked_at, right.looked_at?.not_looked_at];
  return (
    standings.indexOf(left.standing) - standings.indexOf(right.standing) ||
    (b?.fen ?? 0) - (a?.fen ?? 0) ||
    (b?.rows ?? 0) - (a?.rows ?? 0) ||
    (left.rule_id < right.rule_id ? -1 : 1)
  );
}

/** What the columns of codes of every table that a rule asks reach in the lake; what reaches nothing stands first. */
function tableLoads(codes: CodesOfLake, rules: readonly CheckedRule[]): readonly TableLoad[] {
  const { bound } = codes;
  const askedBy = new Map<string, Set<string>>();
  for (const rule of rules)
    for (const table of knowledgeOf(rule, bound.tables)) askedBy.set(table, (askedBy.get(table) ?? new Set()).add(rule.source.id));
  const loads = [...askedBy].flatMap(([name, asking]) =>
    columnReaches(bound, name).map((reach): TableLoad => {
      const { rows } = bound.table(name);
      const ids = reach.rows.map((row) => rows[row]?.point_id ?? '');
      return {
        ...{ table: name, column: reach.column, dictionary: reach.dictionary, points: rows.length, reaching: ids.length },
        demonstration: ids.filter(isDemonstration).length,
        ...{ codes: reach.written, reaching_codes: reach.reaching_codes, ...reachedPart(codes, reach.dictionary, reach.codes) },
        rules: [...asking].sort(),
      };
    }),
  );
  const key = ({ table, column }: TableLoad): string => `${table} ${column}`;
  return loads.sort((left, right) => left.reached.rows - right.reached.rows || (key(left) < key(right) ? -1 : 1));
}

/** National fields that each rule asks for and no institution of the lake delivers. */
function missingFields({ carriage }: ReturnType<Lake['context']>, bound: BoundRulebook): readonly (readonly string[])[] {
  const places = carriage === undefined ? [''] : deliveringInstitutions(carriage);
  const asking = bound.rules.map((rule) => ({ id: rule.source.id, asks: ruleAsks(rule) }));
  const charged = (places.length === 0 ? [''] : places).map((institution) => ({ institution, charge_fen: 0 }));
  return readinessOf(asking, bound.context, charged).map(({ runs, missing }) => (runs === 0 ? missing : []));
}

/**
 * Which rules can fire on a lake and why the others cannot, and what each knowledge table reaches there. Nothing is judged:
 * it looks at the codes of the lake, at what its deliveries carry, and at the rules and their points.
 */
export async function lakeCoverage(options: LakeCoverageOptions): Promise<LakeCoverage> {
  const { bound, lake, rulebook } = await openSession({ lake: options.lake, rulebook: options.rulebook ?? {} });
  const codes = codesOfLake(bound, await countCodes(lake, options.signal));
  const missing = missingFields(lake.context(), bound);
  const rules = bound.rules.map((rule, index) => ruleCoverageOf(codes, rule, missing[index] ?? [])).sort(byNeed);
  const reaches = bound.rules.map((rule) => subjectReach(bound, rule)).filter((reach) => reach !== undefined);
  const count = (standing: Standing): number => rules.filter((rule) => rule.standing === standing).length;
  return {
    lake_hash: lake.hash,
    rulebook_hash: rulebook.hash,
    standings: {
      ...{ no_rows: count('no_rows'), no_code: count('no_code'), waiting: count('waiting'), demonstration: count('demonstration') },
      ...{ no_column: count('no_column'), not_in_force: count('not_in_force'), fires: count('fires') },
    },
    kinds: kindsLookedAt(codes, reaches),
    rules,
    tables: tableLoads(codes, bound.rules),
  };
}
