import { categoryOf, type DipCase, diagnosisOf, type TreatmentProperty } from './case.ts';
import { compileCodes } from './codes.ts';
import { ConditionCompiler, type DipFacts, neededCategories, type Test, type Truth } from './condition.ts';
import type { DipParameters, DipRule } from './parameters.ts';

/** A stay as the catalogue sees it. */
export interface PreparedCase {
  readonly facts: DipFacts;
  readonly excluded_diagnosis: boolean;
  readonly excluded_procedures: readonly string[];
  /** Four characters of the principal diagnosis, and its category. */
  readonly diagnosis: string;
  readonly category: string;
  /** First procedure that is neither excluded nor simple; empty when there is none. */
  readonly procedure: string;
  /** The further ones, in order, without repeats. */
  readonly further: readonly string[];
  readonly property: TreatmentProperty;
}

interface CompiledRule {
  readonly rule: DipRule;
  readonly test: Test;
}

/** Parameters ready to be applied to stays. */
export interface Preparation {
  readonly compiler: ConditionCompiler;
  /** Null without a principal diagnosis. */
  prepare(one: DipCase): PreparedCase | null;
  /** Visits the rules that may fit, in order, with what their condition says, until a visit finds something. */
  tryRules<Found>(prepared: PreparedCase, visit: (rule: DipRule, truth: Truth) => Found | undefined): Found | undefined;
}

/** Code of the disease that a rule gives for a stay. */
export function ruleGroupCode(rule: DipRule, prepared: PreparedCase): string {
  if (rule.by === 'rule') return rule.code;
  return `${rule.code}:${rule.by === 'category' ? prepared.category : prepared.diagnosis}`;
}

/** Rules by category of the principal diagnosis, each list in the order of all rules. */
function indexRules(rules: readonly CompiledRule[], parameters: DipParameters): (category: string) => readonly CompiledRule[] {
  const needed = rules.map(({ rule }) => neededCategories(rule.condition, parameters.sets));
  const anywhere = rules.filter((_, index) => needed[index] === undefined);
  const categories = new Set(needed.flatMap((one) => [...(one ?? [])]));
  const lists = new Map([...categories].map((category) => [category, rules.filter((_, index) => needed[index]?.has(category) ?? true)]));
  return (category) => lists.get(category) ?? anywhere;
}

/** Compiles the parameters of a catalogue. Throws RefusedInput where a condition names a set that is not there. */
export function compileParameters(parameters: DipParameters): Preparation {
  const compiler = new ConditionCompiler(parameters.sets, parameters.id);
  const excludedDiagnosis = compileCodes(parameters.excluded_diagnoses);
  const excludedProcedure = compileCodes(parameters.excluded_procedures);
  const simple = compileCodes(parameters.simple_procedures);
  const kinds = (['diagnostic', 'therapeutic', 'surgery'] as const).map((property) => ({
    property,
    has: compileCodes(parameters.procedure_kinds[property]),
  }));
  const kindOf = (code: string): TreatmentProperty => kinds.find(({ has }) => has(code))?.property ?? parameters.unlisted_procedure;
  const ranked = ['surgery', 'therapeutic', 'diagnostic'] as const;
  const rules = parameters.rules.map((rule, index) => ({ rule, test: compiler.compile(rule.condition, `rules[${index}].condition`) }));
  const rulesOf = indexRules(rules, parameters);

  return {
    compiler,
    prepare(one) {
      const [principal = '', ...other_diagnoses] = one.diagnoses;
      if (principal === '') return null;
      const done = one.procedures.filter((code) => code !== '' && !excludedProcedure(code));
      const operations = done.filter((code) => !simple(code));
      const [procedure = '', ...further] = operations.length < 2 ? operations : new Set(operations);
      const found = done.map(kindOf);
      return {
        facts: {
          one,
          principal,
          principals: one.diagnoses.slice(0, 1),
          other_diagnoses,
          mains: done.slice(0, 1),
          other_procedures: done.slice(1),
        },
        excluded_diagnosis: excludedDiagnosis(principal),
        excluded_procedures: done.length === one.procedures.length ? [] : one.procedures.filter(excludedProcedure),
        diagnosis: diagnosisOf(principal),
        category: categoryOf(principal),
        procedure,
        further,
        property: ranked.find((property) => found.includes(property)) ?? 'medical',
      };
    },
    tryRules(prepared, visit) {
      for (const { rule, test } of rulesOf(prepared.category)) {
        const truth = test(prepared.facts);
        const found = truth === false ? undefined : visit(rule, truth);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}
