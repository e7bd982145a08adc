import { multiplyDivide } from '@hengjian/standard';
import type { CaseProblem, GroupStatus } from '../case/case.ts';
import { hasImpossibleNumber, impossibleNumbers } from '../case/check.ts';
import { invalid as caseInvalid, groupingProblems } from '../problems.ts';
import { compileAuxiliary } from './auxiliary.ts';
import type { DipCase } from './case.ts';
import { catalogueHash, type DipCatalogue, type DipGroup, type DipKind } from './catalogue.ts';
import { compileParameters, type PreparedCase, ruleGroupCode } from './prepare.ts';

/** How a stay came to its disease. */
export const dipStages = ['rule', 'full', 'related', 'main', 'medical', 'composite', 'none'] as const;
export type DipStage = (typeof dipStages)[number];

export type DipReason = '' | 'no_principal_diagnosis' | 'impossible_number' | 'excluded_diagnosis' | 'no_disease';
export const deviations = ['normal', 'very_low', 'very_high', 'unknown'] as const;
/** `unknown`: no cost, or no standard to compare it with. */
export type Deviation = (typeof deviations)[number];

export interface DipAuxiliary {
  readonly type: string;
  readonly level: string;
  /** Ten-thousandths. */
  readonly coefficient: number;
}

/** Group of a stay in a DIP catalogue; the first fields are those of a DRG result. */
export interface DipResult {
  readonly id: string;
  readonly status: GroupStatus;
  /** Code of the disease; empty when there is none. */
  readonly grp_code: string;
  readonly kind: DipKind | '';
  readonly stage: DipStage;
  readonly reason: DipReason;
  /** Field that made the stay invalid. */
  readonly field: string;
  /** Ten-thousandths of a point. */
  readonly value: number | null;
  readonly basic: boolean;
  /** The subtype with the highest coefficient; null when none is triggered. */
  readonly auxiliary: DipAuxiliary | null;
  readonly deviation: Deviation;
  /** Mean cost that the deviation was measured against, in fen. */
  readonly standard_fen: number | null;
  readonly problems: readonly CaseProblem[];
}

/** One step of the way to a disease. */
export interface DipStep {
  readonly stage: 'input' | 'exclusion' | 'rule' | 'core' | 'composite' | 'auxiliary' | 'deviation';
  readonly taken: boolean;
  readonly zh: string;
  readonly en: string;
}

export interface DipTrace {
  readonly result: DipResult;
  readonly steps: readonly DipStep[];
  /** The steps as sentences. */
  readonly zh: readonly string[];
  readonly en: readonly string[];
}

/** What the standard of a disease is at a level of institutions, in fen; null when there is none. */
export type StandardOf = (group: DipGroup, hosp_lv: string) => number | null;

export interface DipGrouper {
  readonly catalogue: DipCatalogue;
  readonly hash: string;
  group(one: DipCase): DipResult;
  trace(one: DipCase): DipTrace;
}

/** Collects steps; the fast way has none. */
type Note = ((stage: DipStep['stage'], taken: boolean, zh: string, en: string) => void) | undefined;

interface Match {
  readonly group: DipGroup | undefined;
  readonly stage: DipStage;
}

interface Lookup {
  readonly rules: ReadonlyMap<string, DipGroup>;
  readonly core: ReadonlyMap<string, readonly DipGroup[]>;
  readonly composites: ReadonlyMap<string, DipGroup>;
}

function lookup(catalogue: DipCatalogue): Lookup {
  const rules = new Map<string, DipGroup>();
  const core = new Map<string, DipGroup[]>();
  const composites = new Map<string, DipGroup>();
  const seen = new Set<string>();
  for (const group of catalogue.groups) {
    if (seen.has(group.code)) {
      throw groupingProblems.refused('dip-duplicate', { code: group.code }, { file: catalogue.id, field: 'groups' });
    }
    seen.add(group.code);
    if (group.kind === 'composite') composites.set(group.code, group);
    else if (group.kind !== 'core') rules.set(group.code, group);
    else {
      const key = `${group.diagnosis}:${group.procedure}`;
      core.set(key, [...(core.get(key) ?? []), group]);
    }
  }
  for (const list of core.values())
    list.sort((left, right) => right.related.length - left.related.length || left.order - right.order || (left.code < right.code ? -1 : 1));
  return { rules, core, composites };
}

/** Mean of the level when it has enough stays, else of all. */
export function catalogueStandard(catalogue: DipCatalogue): StandardOf {
  const { levels, deviation } = catalogue.parameters;
  const levelOf = new Map(levels.flatMap(({ level, codes }) => codes.map((code) => [code, level])));
  return (group, hosp_lv) => {
    const own = group.levels.find(({ level }) => level === levelOf.get(hosp_lv));
    return own !== undefined && own.cases >= deviation.level_cases ? own.mean_fen : group.mean_fen;
  };
}

/** Class of a cost against the standard of its level; `very_low` and `very_high` in ten-thousandths of the standard. */
export function deviationOf(
  cost_fen: number | null,
  standard_fen: number | null,
  bounds: { readonly very_low: number; readonly very_high: number },
): Deviation {
  if (cost_fen === null || standard_fen === null || standard_fen <= 0) return 'unknown';
  if (BigInt(cost_fen) * 10_000n < BigInt(standard_fen) * BigInt(bounds.very_low)) return 'very_low';
  return BigInt(cost_fen) * 10_000n >= BigInt(standard_fen) * BigInt(bounds.very_high) ? 'very_high' : 'normal';
}

const percent = (ratio: number): string => `${(ratio / 100).toFixed(2)}%`;
const yuanText = (fen: number): string => (fen / 100).toFixed(2);

/** Stage of a core match: all further procedures are related ones, some are, or none is asked. */
function coreStage(group: DipGroup, prepared: PreparedCase): DipStage {
  if (group.procedure === '') return 'medical';
  if (group.related.length === prepared.further.length) return 'full';
  return group.related.length > 0 ? 'related' : 'main';
}

function invalid(one: DipCase): DipResult {
  const problem = caseInvalid(groupingProblems.problem('dip-no-principal-diagnosis', {}, { field: 'principal_dx' }));
  return { ...empty(one), status: 'invalid', reason: 'no_principal_diagnosis', field: 'principal_dx', problems: [problem] };
}

function impossible(one: DipCase, problems: readonly CaseProblem[]): DipResult {
  return { ...empty(one), status: 'invalid', reason: 'impossible_number', field: problems[0]?.place?.field ?? '', problems };
}

const empty = (one: DipCase): DipResult => ({
  id: one.id,
  status: 'none',
  grp_code: '',
  kind: '',
  stage: 'none',
  reason: 'no_disease',
  field: '',
  value: null,
  basic: false,
  auxiliary: null,
  deviation: 'unknown',
  standard_fen: null,
  problems: [],
});

/** Codes with what stands around them; nothing when there are none. */
const listed = (open: string, codes: readonly string[], between: string, close: string): string =>
  codes.length === 0 ? '' : `${open}${codes.join(between)}${close}`;

function noteDeviation(one: DipCase, standard: number | null, deviation: Deviation, note: Note): void {
  if (note === undefined) return;
  if (one.cost_fen === null || standard === null || deviation === 'unknown') {
    note('deviation', false, '没有费用或费用标准，不判断费用偏差', 'no cost or no standard, so no deviation class');
    return;
  }
  const names = { normal: ['正常', 'normal'], very_low: ['费用极低', 'very low'], very_high: ['费用极高', 'very high'] } as const;
  const [zh, en] = names[deviation];
  const share = percent(multiplyDivide(one.cost_fen, 10_000, standard));
  note(
    'deviation',
    deviation !== 'normal',
    `费用 ${yuanText(one.cost_fen)} 元，为同级标准 ${yuanText(standard)} 元的 ${share}：${zh}`,
    `cost ${yuanText(one.cost_fen)} yuan is ${share} of the standard ${yuanText(standard)} yuan: ${en}`,
  );
}

class CompiledDip implements DipGrouper {
  readonly catalogue: DipCatalogue;
  readonly #standardOf: StandardOf;
  readonly #parameters: ReturnType<typeof compileParameters>;
  readonly #lookup: Lookup;
  readonly #auxiliary: ReadonlyMap<string, ReturnType<typeof compileAuxiliary>[number]>;

  constructor(catalogue: DipCatalogue, standardOf: StandardOf) {
    this.catalogue = catalogue;
    this.#standardOf = standardOf;
    this.#parameters = compileParameters(catalogue.parameters);
    this.#lookup = lookup(catalogue);
    const tests = compileAuxiliary(catalogue.parameters.auxiliary, this.#parameters.compiler);
    this.#auxiliary = new Map(tests.map((test) => [test.type, test]));
  }

  get hash(): string {
    return catalogueHash(this.catalogue);
  }

  group(one: DipCase): DipResult {
    return this.#judge(one, undefined);
  }

  trace(one: DipCase): DipTrace {
    const steps: DipStep[] = [];
    const result = this.#judge(one, (stage, taken, zh, en) => steps.push({ stage, taken, zh, en }));
    return { result, steps, zh: steps.map((step) => step.zh), en: steps.map((step) => step.en) };
  }

  #byRule(prepared: PreparedCase, note: Note): DipGroup | undefined {
    return this.#parameters.tryRules(prepared, (rule, truth) => {
      const code = ruleGroupCode(rule, prepared);
      const group = truth === true ? this.#lookup.rules.get(code) : undefined;
      if (group !== undefined)
        note?.(
          'rule',
          true,
          `符合命名病种规则 ${rule.code}（${rule.name.zh}），入 ${code}`,
          `named disease ${rule.code} (${rule.name.en}) fits: ${code}`,
        );
      else if (truth === true)
        note?.(
          'rule',
          false,
          `规则 ${rule.code} 符合，但目录中没有病种 ${code}`,
          `rule ${rule.code} fits, but the catalogue has no disease ${code}`,
        );
      else
        note?.(
          'rule',
          false,
          `规则 ${rule.code} 缺少数据，无法判断，不采用`,
          `rule ${rule.code} cannot be judged, a value is missing; not taken`,
        );
      return group;
    });
  }

  #byCore(prepared: PreparedCase, note: Note): Match {
    const key = `${prepared.diagnosis}:${prepared.procedure}`;
    const candidates = this.#lookup.core.get(key) ?? [];
    const group = candidates.find(({ related }) => related.every((code) => prepared.further.includes(code)));
    const shown = prepared.procedure === '' ? `${prepared.diagnosis}，保守治疗` : `${prepared.diagnosis} + ${prepared.procedure}`;
    const shownEnglish =
      prepared.procedure === '' ? `${prepared.diagnosis}, conservative` : `${prepared.diagnosis} + ${prepared.procedure}`;
    if (group === undefined) {
      note?.('core', false, `核心病种中没有 ${shown}`, `no core disease for ${shownEnglish}`);
      return { group, stage: 'none' };
    }
    const others = candidates.filter((one) => one !== group).map(({ code }) => code);
    note?.(
      'core',
      true,
      `主要诊断前四位与主要手术 ${shown} 对应核心病种 ${group.code}，相关手术 ${group.related.length} 项符合${listed('；其他候选 ', others, '、', '')}`,
      `core disease ${group.code} for ${shownEnglish}, ${group.related.length} related procedures present` +
        listed('; other candidates ', others, ', ', ''),
    );
    return { group, stage: coreStage(group, prepared) };
  }

  #match(prepared: PreparedCase, note: Note): Match {
    const named = this.#byRule(prepared, note);
    if (named !== undefined) return { group: named, stage: 'rule' };
    const found = this.#byCore(prepared, note);
    if (found.group !== undefined) return found;
    const code = `${prepared.category}:${prepared.property}`;
    const composite = this.#lookup.composites.get(code);
    if (composite === undefined)
      note?.(
        'composite',
        false,
        `综合病种中没有 ${code}，未入组，按本地规则处理`,
        `no composite disease ${code}; not matched, the local rule applies`,
      );
    else note?.('composite', true, `按治疗方式归入综合病种 ${code}`, `composite disease ${code} by treatment property`);
    return { group: composite, stage: composite === undefined ? 'none' : 'composite' };
  }

  #auxiliaryOf(group: DipGroup, prepared: PreparedCase, note: Note): DipAuxiliary | null {
    const levels = new Map<string, string>();
    const fitting = group.auxiliary.filter(({ type, level }) => {
      if (!levels.has(type)) levels.set(type, this.#auxiliary.get(type)?.level(prepared.facts, group.mean_fen) ?? '');
      return levels.get(type) === level;
    });
    const best = fitting.reduce<(typeof fitting)[number] | undefined>(
      (left, right) => (left === undefined || right.coefficient > left.coefficient ? right : left),
      undefined,
    );
    if (best === undefined) return null;
    const rest = fitting.filter((one) => one !== best).map(({ type, level }) => `${type}/${level}`);
    const coefficient = (best.coefficient / 10_000).toFixed(4);
    note?.(
      'auxiliary',
      true,
      `辅助分型 ${best.type}/${best.level}，系数 ${coefficient}${listed('（高于 ', rest, '、', '）')}`,
      `auxiliary type ${best.type}/${best.level}, coefficient ${coefficient}${listed(' (above ', rest, ', ', ')')}`,
    );
    return { type: best.type, level: best.level, coefficient: best.coefficient };
  }

  #judge(one: DipCase, note: Note): DipResult {
    const prepared = this.#parameters.prepare(one);
    if (prepared === null) {
      note?.('input', false, '缺少主要诊断，无法入组', 'no principal diagnosis, so no disease');
      return invalid(one);
    }
    if (hasImpossibleNumber(one)) {
      const problems = impossibleNumbers(one);
      for (const problem of problems) note?.('input', false, problem.message.zh, problem.message.en);
      return impossible(one, problems);
    }
    if (prepared.excluded_diagnosis) {
      note?.(
        'exclusion',
        true,
        `主要诊断 ${prepared.facts.principal} 在排除诊断表中`,
        `the principal diagnosis ${prepared.facts.principal} is excluded`,
      );
      return { ...empty(one), reason: 'excluded_diagnosis', field: 'principal_dx' };
    }
    if (prepared.excluded_procedures.length > 0) {
      const codes = prepared.excluded_procedures;
      note?.(
        'exclusion',
        true,
        `手术操作 ${codes.join('、')} 在排除表中，视同未做`,
        `procedures ${codes.join(', ')} are excluded and count as not done`,
      );
    }
    const { group, stage } = this.#match(prepared, note);
    if (group === undefined) return empty(one);
    const auxiliary = this.#auxiliaryOf(group, prepared, note);
    const standard_fen = this.#standardOf(group, one.hosp_lv);
    const deviation = deviationOf(one.cost_fen, standard_fen, this.catalogue.parameters.deviation);
    noteDeviation(one, standard_fen, deviation, note);
    return {
      id: one.id,
      status: 'grouped',
      grp_code: group.code,
      kind: group.kind,
      stage,
      reason: '',
      field: '',
      value: group.value,
      basic: group.basic,
      auxiliary,
      deviation,
      standard_fen,
      problems: [],
    };
  }
}

/**
 * Compiles a catalogue. Matching order: excluded diagnosis; excluded procedures as not done; named diseases layer by
 * layer; principal diagnosis with main procedure and most related procedures; composite disease by property; none.
 *
 * @param standardOf what a cost is measured against; the means of the catalogue when left out.
 */
export const compileDip = (catalogue: DipCatalogue, standardOf: StandardOf = catalogueStandard(catalogue)): DipGrouper =>
  new CompiledDip(catalogue, standardOf);
