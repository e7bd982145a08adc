import { multiplyDivide } from '@hengjian/standard';
import { groupingProblems } from '../problems.ts';
import { auxiliaryCoefficients, compileAuxiliary } from './auxiliary.ts';
import type { DipCase } from './case.ts';
import type { DipCatalogue, DipGroup, DipKind, FormingReport, LevelMean } from './catalogue.ts';
import type { DipParameters } from './parameters.ts';
import { compileParameters, type PreparedCase, ruleGroupCode } from './prepare.ts';
import { addCost, type CostSum, emptySum, meanOf, variationOf } from './statistics.ts';

/** A stay of the forming years with the weight of its year. */
interface Forming {
  readonly prepared: PreparedCase;
  readonly cost_fen: number;
  readonly weight: number;
}

/** A disease before its value is known. */
interface Draft {
  readonly identity: Pick<DipGroup, 'code' | 'kind' | 'rule' | 'diagnosis' | 'procedure' | 'related' | 'property'>;
  readonly stays: readonly Forming[];
  readonly order: number;
}

const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function bucket<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function costOf(stays: readonly Forming[]): CostSum {
  const sum = emptySum();
  for (const stay of stays) addCost(sum, stay.cost_fen, stay.weight);
  return sum;
}

/** Compares a.mean with b.mean × (1 + increase) exactly: whether a is at least so much dearer. */
function isDearer(a: CostSum, b: CostSum, increase: number): boolean {
  return a.sum * b.weight * 10_000n >= b.sum * a.weight * BigInt(10_000 + increase);
}

/** Procedures that raise the cost of a disease so much that they make diseases of their own. */
function relatedProcedures(stays: readonly Forming[], threshold: number, increase: number): ReadonlySet<string> {
  const all = costOf(stays);
  const having = new Map<string, CostSum>();
  for (const { prepared, cost_fen, weight } of stays) {
    for (const code of prepared.further) {
      const sum = having.get(code) ?? emptySum();
      addCost(sum, cost_fen, weight);
      having.set(code, sum);
    }
  }
  const related = [...having].filter(([, sum]) => {
    const without = { ...all, cases: all.cases - sum.cases, weight: all.weight - sum.weight, sum: all.sum - sum.sum };
    return sum.cases >= threshold && without.cases > 0 && isDearer(sum, without, increase);
  });
  return new Set(related.map(([code]) => code));
}

interface Combination {
  readonly related: readonly string[];
  readonly key: string;
  readonly cases: number;
  readonly cost: CostSum;
}

/** Combinations in the order in which they are preferred: more procedures, then the parameter, then the code. */
function prefer(tie: DipParameters['tie']): (left: Combination, right: Combination) => number {
  const dearer = (left: Combination, right: Combination): number => {
    const difference = right.cost.sum * left.cost.weight - left.cost.sum * right.cost.weight;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  };
  return (left, right) => {
    const size = right.related.length - left.related.length;
    if (size !== 0) return size;
    const chosen = tie === 'most_cases' ? right.cases - left.cases : tie === 'highest_cost' ? dearer(left, right) : dearer(right, left);
    return chosen !== 0 ? chosen : byText(left.key, right.key);
  };
}

/** Gives each stay the first combination whose procedures it has; what has none stays with the plain disease. */
function assign(stays: readonly Forming[], combinations: readonly Combination[]): Map<string, Forming[]> {
  const assigned = new Map<string, Forming[]>();
  for (const stay of stays) {
    const further = new Set(stay.prepared.further);
    bucket(assigned, combinations.find(({ related }) => related.every((code) => further.has(code)))?.key ?? '', stay);
  }
  return assigned;
}

/**
 * Splits the stays of one principal diagnosis and main procedure by related procedures. A combination needs as many
 * stays as a disease; so does what is left for the plain disease, else the smallest combination goes back to it.
 */
function splitByRelated(
  stays: readonly Forming[],
  threshold: number,
  parameters: DipParameters,
): { combinations: readonly Combination[]; assigned: Map<string, Forming[]> } {
  const related = relatedProcedures(stays, threshold, parameters.related_increase);
  const exact = new Map<string, Forming[]>();
  for (const stay of stays) {
    const key = stay.prepared.further
      .filter((code) => related.has(code))
      .sort()
      .join('+');
    if (key !== '') bucket(exact, key, stay);
  }
  let combinations = [...exact]
    .filter(([, list]) => list.length >= threshold)
    .map(([key, list]) => ({ key, related: key.split('+'), cases: list.length, cost: costOf(list) }))
    .sort(prefer(parameters.tie));
  for (;;) {
    const assigned = assign(stays, combinations);
    if (combinations.length === 0 || (assigned.get('')?.length ?? 0) >= threshold) return { combinations, assigned };
    const least = combinations.reduce((left, right) =>
      right.cases < left.cases || (right.cases === left.cases && right.key > left.key) ? right : left,
    );
    combinations = combinations.filter((one) => one !== least);
  }
}

/** The number of stays that a core disease needs. */
function thresholdOf(parameters: DipParameters, sizes: readonly number[], all: number, special: number): number {
  const { threshold } = parameters;
  if (threshold.kind === 'cases') return threshold.cases;
  let covered = special;
  let size = Number.POSITIVE_INFINITY;
  for (const next of [...sizes].sort((left, right) => right - left)) {
    if (covered * 10_000 >= all * threshold.share) break;
    covered += next;
    size = next;
  }
  return Math.max(threshold.least, Number.isFinite(size) ? size : threshold.least);
}

/** Diseases of rules, in the order of the rules; a rule takes only what no earlier one took. */
function formByRules(
  stays: readonly Forming[],
  parameters: DipParameters,
  fitting: (prepared: PreparedCase) => readonly number[],
): { drafts: Draft[]; rest: Forming[] } {
  const waiting = new Map<number, Forming[]>();
  for (const stay of stays) for (const index of fitting(stay.prepared)) bucket(waiting, index, stay);
  const taken = new Set<Forming>();
  const drafts: Draft[] = [];
  for (const [index, rule] of parameters.rules.entries()) {
    const diseases = new Map<string, Forming[]>();
    for (const stay of waiting.get(index) ?? []) if (!taken.has(stay)) bucket(diseases, ruleGroupCode(rule, stay.prepared), stay);
    for (const [code, list] of [...diseases].sort(([left], [right]) => byText(left, right))) {
      if (list.length < parameters.rule_cases) continue;
      for (const stay of list) taken.add(stay);
      const diagnosis = rule.by === 'rule' ? '' : code.slice(rule.code.length + 1);
      drafts.push({
        identity: { code, kind: rule.layer, rule: rule.code, diagnosis, procedure: '', related: [], property: '' },
        stays: list,
        order: index,
      });
    }
  }
  return { drafts, rest: stays.filter((stay) => !taken.has(stay)) };
}

function coreDrafts(key: string, stays: readonly Forming[], threshold: number, parameters: DipParameters): Draft[] {
  const [diagnosis = '', procedure = ''] = key.split(':');
  const identity = { kind: 'core', rule: '', diagnosis, procedure, property: '' } as const;
  if (procedure === '') return [{ identity: { ...identity, code: diagnosis, related: [] }, stays, order: 0 }];
  const { combinations, assigned } = splitByRelated(stays, threshold, parameters);
  const drafts = combinations.map((one, order) => ({
    identity: { ...identity, code: `${key}+${one.key}`, related: one.related },
    stays: assigned.get(one.key) ?? [],
    order,
  }));
  return [...drafts, { identity: { ...identity, code: key, related: [] }, stays: assigned.get('') ?? [], order: combinations.length }];
}

function compositeDrafts(stays: readonly Forming[], { composite }: DipParameters): Draft[] {
  const diseases = new Map<string, Forming[]>();
  for (const stay of stays) bucket(diseases, `${stay.prepared.category}:${stay.prepared.property}`, stay);
  return [...diseases].flatMap(([code, list]) => {
    const variation = variationOf(costOf(list));
    const first = list[0];
    if (first === undefined || list.length < composite.cases || variation === null || variation > composite.variation) return [];
    const { category, property } = first.prepared;
    return [
      {
        identity: { code, kind: 'composite' as const, rule: '', diagnosis: category, procedure: '', related: [], property },
        stays: list,
        order: 0,
      },
    ];
  });
}

function levelMeans(stays: readonly Forming[], parameters: DipParameters): LevelMean[] {
  return parameters.levels.flatMap(({ level, codes }) => {
    const sum = costOf(stays.filter(({ prepared }) => codes.includes(prepared.facts.one.hosp_lv)));
    const mean_fen = meanOf(sum);
    return mean_fen === null ? [] : [{ level, cases: sum.cases, mean_fen }];
  });
}

type Part = 'drug_fen' | 'consumable_fen';

function partMean(stays: readonly Forming[], part: Part): number | null {
  const sum = emptySum();
  for (const { prepared, weight } of stays) {
    const cost = prepared.facts.one[part];
    if (cost !== null && Number.isSafeInteger(cost) && cost >= 0) addCost(sum, cost, weight);
  }
  return meanOf(sum);
}

/** Value of a mean cost: mean ÷ mean of all × scale, in ten-thousandths of a point. */
export function pointsOf(mean_fen: number, all_fen: number, scale: number): number {
  return multiplyDivide(mean_fen, scale * 10_000, all_fen);
}

function partValue(stays: readonly Forming[], part: Part, all: number | null, scale: number): number | null {
  const mean = partMean(stays, part);
  return mean === null || all === null || all === 0 ? null : pointsOf(mean, all, scale);
}

function isBasic(draft: Draft, variation: number, levels: readonly LevelMean[], { basic }: DipParameters): boolean {
  if (draft.identity.kind === 'composite' || draft.stays.length < basic.cases || variation > basic.variation) return false;
  const primary = levels.filter(({ level }) => basic.levels.includes(level)).reduce((sum, { cases }) => sum + cases, 0);
  return primary * 10_000 >= draft.stays.length * basic.share;
}

/** Stays of the forming years that can be used, in a fixed order, and what became of the others. */
function usable(cases: readonly DipCase[], parameters: DipParameters, prepare: (one: DipCase) => PreparedCase | null) {
  const weights = new Map(parameters.years.map(({ year, weight }) => [year, weight]));
  const stays: Forming[] = [];
  const counts = { outside_years: 0, invalid: 0, excluded: 0 };
  for (const one of cases) {
    const weight = weights.get(one.year);
    const prepared = weight === undefined ? null : prepare(one);
    if (weight === undefined) counts.outside_years += 1;
    else if (prepared === null || one.cost_fen === null || !Number.isSafeInteger(one.cost_fen) || one.cost_fen <= 0) counts.invalid += 1;
    else if (prepared.excluded_diagnosis) counts.excluded += 1;
    else stays.push({ prepared, cost_fen: one.cost_fen, weight });
  }
  return { stays, counts };
}

function finishGroups(
  drafts: readonly Draft[],
  stays: readonly Forming[],
  parameters: DipParameters,
  mean_fen: number,
  compiled: ReturnType<typeof compileAuxiliary>,
): DipGroup[] {
  const scale = parameters.value.scale;
  const drug = partMean(stays, 'drug_fen');
  const consumable = partMean(stays, 'consumable_fen');
  const last = Math.max(...parameters.years.map(({ year }) => year));
  return drafts.map((draft) => {
    const sum = costOf(draft.stays);
    const mean = meanOf(sum) ?? 0;
    const variation = variationOf(sum) ?? 0;
    const levels = levelMeans(draft.stays, parameters);
    const lastYear = draft.stays.filter(({ prepared }) => prepared.facts.one.year === last).map(({ prepared }) => prepared.facts);
    return {
      ...draft.identity,
      order: draft.order,
      cases: sum.cases,
      weighted_cases: Number(sum.weight),
      mean_fen: mean,
      variation,
      value: pointsOf(mean, mean_fen, scale),
      drug_value: partValue(draft.stays, 'drug_fen', drug, scale),
      consumable_value: partValue(draft.stays, 'consumable_fen', consumable, scale),
      basic: isBasic(draft, variation, levels, parameters),
      levels,
      auxiliary: draft.identity.kind === 'composite' ? [] : auxiliaryCoefficients(lastYear, mean, compiled, parameters.auxiliary),
    };
  });
}

/**
 * Forms a catalogue from the stays of the forming years (national DIP specification 3.0, draft: exclusions, named
 * diseases in three layers, core diseases of four-character diagnosis and procedures, composites below the threshold).
 * Means weigh each stay by its year; the value is mean ÷ mean of all × scale, so the values of all stays add up to the
 * same sum whatever the split. The order of the stays does not matter.
 *
 * Throws RefusedInput when no stay is usable, a condition names an unknown set, or the reference disease is not formed.
 */
export function formCatalogue(cases: readonly DipCase[], parameters: DipParameters): DipCatalogue {
  const { compiler, prepare, tryRules } = compileParameters(parameters);
  const { stays, counts } = usable(cases, parameters, prepare);
  const all = costOf(stays);
  const cityMean = meanOf(all);
  if (cityMean === null) throw groupingProblems.refused('dip-no-cases', {}, { file: parameters.id });

  const rank = new Map(parameters.rules.map((rule, index) => [rule, index]));
  const fitting = (prepared: PreparedCase): number[] => {
    const fits: number[] = [];
    tryRules(prepared, (rule, truth) => {
      if (truth === true) fits.push(rank.get(rule) ?? 0);
      return undefined;
    });
    return fits;
  };
  const named = formByRules(stays, parameters, fitting);
  const plain = new Map<string, Forming[]>();
  for (const stay of named.rest) bucket(plain, `${stay.prepared.diagnosis}:${stay.prepared.procedure}`, stay);
  const sizes = [...plain.values()].map((list) => list.length);
  const threshold = thresholdOf(parameters, sizes, stays.length, stays.length - named.rest.length);
  const core = [...plain]
    .filter(([, list]) => list.length >= threshold)
    .flatMap(([key, list]) => coreDrafts(key, list, threshold, parameters));
  const small = [...plain.values()].filter((list) => list.length < threshold).flat();
  const composites = compositeDrafts(small, parameters);
  const drafts = [...named.drafts, ...core, ...composites];

  const { reference } = parameters.value;
  const referenceStays = reference === undefined ? undefined : drafts.find((draft) => draft.identity.code === reference)?.stays;
  if (reference !== undefined && referenceStays === undefined) {
    throw groupingProblems.refused('dip-reference-missing', { code: reference }, { file: parameters.id, field: 'value.reference' });
  }
  const mean_fen = referenceStays === undefined ? cityMean : (meanOf(costOf(referenceStays)) ?? cityMean);
  const groups = finishGroups(drafts, stays, parameters, mean_fen, compileAuxiliary(parameters.auxiliary, compiler));
  const byKind: Record<DipKind, number> = { pre: 0, merge: 0, aided: 0, core: 0, composite: 0 };
  for (const group of groups) byKind[group.kind] += group.cases;
  const covered = groups.reduce((sum, group) => sum + group.cases, 0);
  const report: FormingReport = { cases: cases.length, ...counts, by_kind: byKind, not_covered: stays.length - covered };
  return {
    id: parameters.id,
    kind: 'dip',
    parameters,
    threshold,
    mean_fen,
    groups: groups.sort((left, right) => byText(left.code, right.code)),
    report,
  };
}
