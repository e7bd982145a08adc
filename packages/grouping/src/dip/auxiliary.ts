import { multiplyDivide } from '@hengjian/standard';
import type { AuxiliaryCoefficient } from './catalogue.ts';
import { compileCodes } from './codes.ts';
import type { ConditionCompiler, DipFacts, Test } from './condition.ts';
import type { AuxiliaryLevel, AuxiliaryParameters, CharlsonCondition } from './parameters.ts';
import { addCost, type CostSum, emptySum, meanOf, ratioOf, variationOf } from './statistics.ts';

/** Comorbidities among the secondary diagnoses and what they add up to. */
export interface CharlsonIndex {
  readonly index: number;
  readonly conditions: readonly string[];
}

/**
 * Compiles the Charlson comorbidity index (Charlson and others 1987): each illness counts its weight once, an illness
 * whose worse form is present not at all. Reads secondary diagnoses only.
 */
export function compileCharlson(table: readonly CharlsonCondition[]): (facts: DipFacts) => CharlsonIndex {
  const compiled = table.map((entry) => ({ entry, has: compileCodes(entry.codes) }));
  return (facts) => {
    if (facts.other_diagnoses.length === 0) return { index: 0, conditions: [] };
    const present = compiled.filter(({ has }) => facts.other_diagnoses.some(has)).map(({ entry }) => entry);
    const names = new Set(present.map((entry) => entry.condition));
    const counted = present.filter((entry) => entry.replaced_by === '' || !names.has(entry.replaced_by));
    return { index: counted.reduce((sum, entry) => sum + entry.weight, 0), conditions: counted.map((entry) => entry.condition) };
  };
}

function isCostly(level: NonNullable<AuxiliaryLevel['costly']>, { one }: DipFacts, mean_fen: number): boolean {
  const part = level.part === 'drug' ? one.drug_fen : one.treatment_fen;
  if (one.cost_fen === null || part === null) return false;
  return one.cost_fen >= multiplyDivide(mean_fen, level.times, 10_000) && part >= multiplyDivide(one.cost_fen, level.share, 10_000);
}

/** Says which level of one auxiliary type a stay of a disease is in; empty when in none. */
export interface AuxiliaryTest {
  readonly type: string;
  level(facts: DipFacts, mean_fen: number): string;
}

/** Compiles the auxiliary types. What is unknown about a stay puts it in no subtype. */
export function compileAuxiliary(parameters: AuxiliaryParameters, compiler: ConditionCompiler): readonly AuxiliaryTest[] {
  const charlson = compileCharlson(parameters.charlson);
  return parameters.types.map((type, index) => {
    const place = `auxiliary.types[${index}]`;
    const always: Test = () => true;
    const scope = type.scope === undefined ? always : compiler.compile(type.scope, `${place}.scope`);
    const levels = type.levels.map((level, at) => ({
      level,
      test: level.condition === undefined ? always : compiler.compile(level.condition, `${place}.levels[${at}].condition`),
    }));
    const fits = (level: AuxiliaryLevel, test: Test, facts: DipFacts, mean_fen: number): boolean => {
      if (test(facts) !== true) return false;
      if (level.costly !== undefined && !isCostly(level.costly, facts, mean_fen)) return false;
      if (level.charlson === undefined) return true;
      const score = charlson(facts).index;
      return score >= level.charlson.from && (level.charlson.to === undefined || score <= level.charlson.to);
    };
    return {
      type: type.type,
      level(facts, mean_fen) {
        if (scope(facts) !== true) return '';
        return levels.find(({ level, test }) => fits(level, test, facts, mean_fen))?.level.level ?? '';
      },
    };
  });
}

/**
 * Weighted mean of the coefficients of variation of subtypes and remainder is at most (1 − fall) × that of the disease.
 */
function separates(disease: CostSum, parts: readonly CostSum[], fall: number): boolean {
  const whole = variationOf(disease);
  if (whole === null || whole === 0) return false;
  const inside = parts.reduce((sum, part) => sum + (variationOf(part) ?? 0) * part.cases, 0);
  return inside * 10_000 <= whole * (10_000 - fall) * disease.cases;
}

/**
 * Coefficients m_j ÷ M of one disease from its stays of the last year. A type is used only when the disease has enough
 * stays, a subtype has enough, and the coefficient of variation clearly falls.
 */
export function auxiliaryCoefficients(
  stays: readonly DipFacts[],
  mean_fen: number,
  tests: readonly AuxiliaryTest[],
  parameters: AuxiliaryParameters,
): AuxiliaryCoefficient[] {
  if (stays.length < parameters.disease_cases) return [];
  const disease = emptySum();
  for (const { one } of stays) addCost(disease, one.cost_fen ?? 0, 1);
  const mean = meanOf(disease) ?? 0;
  return tests.flatMap((test) => {
    const levels = new Map<string, CostSum>();
    for (const facts of stays) {
      const level = test.level(facts, mean_fen);
      const sum = levels.get(level) ?? emptySum();
      addCost(sum, facts.one.cost_fen ?? 0, 1);
      levels.set(level, sum);
    }
    const enough = [...levels].filter(([level, sum]) => level !== '' && sum.cases >= parameters.subtype_cases);
    const rest = emptySum();
    for (const [level, sum] of levels) {
      if (enough.some(([name]) => name === level)) continue;
      rest.cases += sum.cases;
      rest.weight += sum.weight;
      rest.sum += sum.sum;
      rest.squares += sum.squares;
    }
    const parts = [...enough.map(([, sum]) => sum), ...(rest.cases === 0 ? [] : [rest])];
    if (enough.length === 0 || !separates(disease, parts, parameters.variation_fall)) return [];
    return enough
      .map(([level, sum]) => ({ type: test.type, level, cases: sum.cases, coefficient: ratioOf(meanOf(sum) ?? 0, mean) ?? 10_000 }))
      .sort((left, right) => (left.level < right.level ? -1 : 1));
  });
}
