import { newbornWeight } from '../case/check.ts';
import { groupingProblems } from '../problems.ts';
import { type CodeField, type Condition, compareNumbers, type NumberField } from '../scheme/condition.ts';
import type { CodeSet } from '../scheme/scheme.ts';
import type { DipCase } from './case.ts';
import { type CodeTest, compileCodes } from './codes.ts';

/** Yes, no, or unknown because a number is missing. */
export type Truth = boolean | null;

/** A stay as the conditions see it: procedures that the catalogue excludes are gone. */
export interface DipFacts {
  readonly one: DipCase;
  readonly principal: string;
  /** The principal diagnosis alone, and the first procedure alone or nothing, as lists. */
  readonly principals: readonly string[];
  readonly other_diagnoses: readonly string[];
  readonly mains: readonly string[];
  readonly other_procedures: readonly string[];
}

export type Test = (facts: DipFacts) => Truth;

function numberOf(one: DipCase, field: NumberField): number | null {
  if (field === 'birth_weight' || field === 'admission_weight') return newbornWeight(one, field);
  return field === 'sex' ? one.gender : one[field];
}

function codesOf(facts: DipFacts, field: CodeField): readonly string[] {
  switch (field) {
    case 'principal_dx':
      return facts.principals;
    case 'other_dx':
      return facts.other_diagnoses;
    case 'main_procedure':
      return facts.mains;
    case 'other_procedure':
      return facts.other_procedures;
  }
}

const allCodes = (facts: DipFacts, fields: readonly CodeField[]): string[] => fields.flatMap((field) => codesOf(facts, field));

/** and: a no decides, then an unknown. */
function all(tests: readonly Test[], facts: DipFacts): Truth {
  let unknown = false;
  for (const test of tests) {
    const truth = test(facts);
    if (truth === false) return false;
    if (truth === null) unknown = true;
  }
  return unknown ? null : true;
}

function some(tests: readonly Test[], facts: DipFacts): Truth {
  let unknown = false;
  for (const test of tests) {
    const truth = test(facts);
    if (truth === true) return true;
    if (truth === null) unknown = true;
  }
  return unknown ? null : false;
}

/** Compiles conditions over named code sets. */
export class ConditionCompiler {
  readonly #tests: ReadonlyMap<string, CodeTest>;
  readonly #owner: string;

  constructor(sets: Readonly<Record<string, CodeSet>>, owner: string) {
    this.#tests = new Map(Object.entries(sets).map(([name, members]) => [name, compileCodes(members)]));
    this.#owner = owner;
  }

  #sets(names: readonly string[], field: string): CodeTest[] {
    return names.map((name) => {
      const test = this.#tests.get(name);
      if (test === undefined) {
        throw groupingProblems.refused('dip-set-unknown', { set: name }, { file: this.#owner, field });
      }
      return test;
    });
  }

  /** Compiles a condition; throws RefusedInput where it names an unknown set or asks for severity, which DIP does not know. */
  compile(condition: Condition, field: string): Test {
    switch (condition.op) {
      case 'always':
        return () => true;
      case 'and': {
        const tests = condition.of.map((part) => this.compile(part, field));
        return (facts) => all(tests, facts);
      }
      case 'or': {
        const tests = condition.of.map((part) => this.compile(part, field));
        return (facts) => some(tests, facts);
      }
      case 'not': {
        const test = this.compile(condition.of, field);
        return (facts) => {
          const truth = test(facts);
          return truth === null ? null : !truth;
        };
      }
      case 'in': {
        const sets = this.#sets(condition.sets, field);
        const { fields } = condition;
        return (facts) => {
          for (const field of fields) for (const code of codesOf(facts, field)) for (const has of sets) if (has(code)) return true;
          return false;
        };
      }
      case 'count': {
        const sets = this.#sets(condition.sets, field);
        return (facts) =>
          compareNumbers(
            new Set(allCodes(facts, condition.fields).filter((code) => sets.some((has) => has(code)))).size,
            condition.compare,
            condition.value,
          );
      }
      case 'sets': {
        const sets = this.#sets(condition.sets, field);
        return (facts) => {
          const codes = allCodes(facts, condition.fields);
          return compareNumbers(sets.filter((has) => codes.some(has)).length, condition.compare, condition.value);
        };
      }
      case 'compare':
        return (facts) => {
          const value = numberOf(facts.one, condition.field);
          return value === null ? null : compareNumbers(value, condition.compare, condition.value);
        };
      case 'one_of':
        return (facts) => condition.values.includes(facts.one[condition.field]);
      case 'severity':
        throw groupingProblems.refused('dip-severity', {}, { file: this.#owner, field });
    }
  }
}

/**
 * Categories (three characters) of the principal diagnosis without which a condition cannot hold; undefined when any
 * may do. Lets the grouper try few of many rules.
 */
export function neededCategories(condition: Condition, sets: Readonly<Record<string, CodeSet>>): ReadonlySet<string> | undefined {
  if (condition.op === 'in' && condition.fields.length === 1 && condition.fields[0] === 'principal_dx') {
    const members = condition.sets.flatMap((name) => sets[name] ?? []);
    return members.some((member) => member.replace('*', '').length < 3) ? undefined : new Set(members.map((member) => member.slice(0, 3)));
  }
  if (condition.op === 'and') {
    return condition.of.map((part) => neededCategories(part, sets)).find((categories) => categories !== undefined);
  }
  if (condition.op === 'or') {
    const parts = condition.of.map((part) => neededCategories(part, sets));
    return parts.some((part) => part === undefined) ? undefined : new Set(parts.flatMap((part) => [...(part ?? [])]));
  }
  return undefined;
}
