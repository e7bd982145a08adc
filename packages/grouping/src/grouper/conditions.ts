import type { GroupingCase } from '../case/case.ts';
import { type CodeField, type Comparison, type Condition, compareNumbers, type NumberField } from '../scheme/condition.ts';
import type { CodeSet, Scheme } from '../scheme/scheme.ts';
import type { CodeSide } from './code-side.ts';
import { codesOf, numberOf, sourceField } from './facts.ts';
import { levelOf, tableOf } from './flags.ts';
import { allOf, anyOf, noneOf, type Test } from './truth.ts';

const isDiagnosis = (field: CodeField): boolean => field === 'principal_dx' || field === 'other_dx';

export const nobody: GroupingCase = {
  id: '',
  gender: null,
  age: null,
  age_days: null,
  birth_weight: null,
  admission_weight: null,
  department: '',
  los: null,
  discharge_mode: '',
  icu_hours: null,
  ventilator_hours: null,
  diagnoses: [],
  procedures: [],
};

/** The case at hand. One a grouper: grouping never waits, so no two cases meet here. */
export class Current {
  one: GroupingCase = nobody;
  /** Input field whose absence left a condition open. */
  missing = '';
  /** 2 when a counted MCC is there, 1 a CC, 0 none, -1 not looked yet. */
  severity = -1;
  readonly diagnoses: CodeSide;
  readonly procedures: CodeSide;

  constructor(diagnoses: CodeSide, procedures: CodeSide) {
    this.diagnoses = diagnoses;
    this.procedures = procedures;
  }

  /** Takes a case in; true when a code of it wants a closer look. */
  load(one: GroupingCase): boolean {
    this.one = one;
    this.severity = -1;
    this.missing = '';
    const diagnoses = this.diagnoses.load(one.diagnoses);
    return this.procedures.load(one.procedures) || diagnoses;
  }

  /** Whether the level of a secondary diagnosis counts: the principal one is not in its exclusion table. */
  #counts(found: number): boolean {
    const table = tableOf(found);
    return table < 0 || !this.diagnoses.firstHas(table);
  }

  /** The highest level of severity that counts. */
  severityLevel(): number {
    if (this.severity >= 0) return this.severity;
    const { diagnoses } = this;
    let level = 0;
    for (let index = 1; index < diagnoses.count && level < 2; index += 1) {
      const found = diagnoses.flagsAt(index);
      const own = levelOf(found);
      if (own > level && this.#counts(found)) level = own;
    }
    this.severity = level;
    return level;
  }

  /** Whether a secondary diagnosis of exactly this level counts, whatever others there are. */
  hasLevel(level: number): boolean {
    const { diagnoses } = this;
    for (let index = 1; index < diagnoses.count; index += 1) {
      const found = diagnoses.flagsAt(index);
      if (levelOf(found) === level && this.#counts(found)) return true;
    }
    return false;
  }
}

/** Compiles the conditions of a scheme into tests of the case at hand, and gives their sets bits. */
export class ConditionCompiler {
  readonly #scheme: Scheme;
  readonly #current: Current;

  constructor(scheme: Scheme, current: Current) {
    this.#scheme = scheme;
    this.#current = current;
  }

  diagnosisBit(names: readonly string[]): number {
    return this.#bit(this.#current.diagnoses, names);
  }

  procedureBit(names: readonly string[]): number {
    return this.#bit(this.#current.procedures, names);
  }

  #bit(side: CodeSide, names: readonly string[]): number {
    return side.bit(names.toSorted().join('|'), () => this.#union(names));
  }

  #union(names: readonly string[]): CodeSet {
    const [only] = names;
    return names.length === 1 && only !== undefined
      ? (this.#scheme.sets[only] ?? [])
      : [...new Set(names.flatMap((name) => this.#scheme.sets[name] ?? []))];
  }

  compile(condition: Condition): Test {
    switch (condition.op) {
      case 'always':
        return () => 1;
      case 'not':
        return noneOf(this.compile(condition.of));
      case 'and':
        return allOf(condition.of.map((part) => this.compile(part)));
      case 'or':
        return anyOf(condition.of.map((part) => this.compile(part)));
      case 'in':
        return this.#membership(condition.fields, condition.sets);
      case 'count':
        return this.#count(condition);
      case 'sets':
        return this.#sets(condition);
      case 'severity':
        return this.#severity(condition.levels.includes('CC'), condition.levels.includes('MCC'));
      case 'compare':
        return this.#compare(condition.field, condition.compare, condition.value);
      case 'one_of':
        return this.#oneOf(condition.field, condition.values);
    }
  }

  #severity(cc: boolean, mcc: boolean): Test {
    const current = this.#current;
    if (!cc) return () => (current.severityLevel() === 2 ? 1 : 0);
    return mcc ? () => (current.severityLevel() >= 1 ? 1 : 0) : () => (current.hasLevel(1) ? 1 : 0);
  }

  #oneOf(field: 'department' | 'discharge_mode', listed: readonly string[]): Test {
    const current = this.#current;
    const values = new Set(listed);
    return () => {
      const value = current.one[field];
      if (value !== '') return values.has(value) ? 1 : 0;
      current.missing = field;
      return 2;
    };
  }

  #membership(fields: readonly CodeField[], names: readonly string[]): Test {
    const { diagnoses, procedures } = this.#current;
    const parts: Test[] = [];
    if (fields.some(isDiagnosis)) {
      const bit = this.diagnosisBit(names);
      if (fields.includes('principal_dx')) parts.push(() => (diagnoses.firstHas(bit) ? 1 : 0));
      if (fields.includes('other_dx')) parts.push(() => (diagnoses.otherHas(bit) ? 1 : 0));
    }
    if (fields.some((field) => !isDiagnosis(field))) {
      const bit = this.procedureBit(names);
      if (fields.includes('main_procedure')) parts.push(() => (procedures.firstHas(bit) ? 1 : 0));
      if (fields.includes('other_procedure')) parts.push(() => (procedures.otherHas(bit) ? 1 : 0));
    }
    return anyOf(parts);
  }

  #count({ fields, sets, compare, value }: Extract<Condition, { op: 'count' }>): Test {
    const current = this.#current;
    const { diagnoses, procedures } = current;
    const places = fields.map((field) =>
      isDiagnosis(field)
        ? { field, side: diagnoses, bit: this.diagnosisBit(sets) }
        : { field, side: procedures, bit: this.procedureBit(sets) },
    );
    return () => {
      const found = new Set<string>();
      for (const { field, side, bit } of places) {
        for (const code of codesOf(current.one, [field])) if (side.has(code, bit)) found.add(code);
      }
      return compareNumbers(found.size, compare, value) ? 1 : 0;
    };
  }

  #sets({ fields, sets, compare, value }: Extract<Condition, { op: 'sets' }>): Test {
    const tests = sets.map((name) => this.#membership(fields, [name]));
    return () => {
      let found = 0;
      for (const test of tests) if (test() === 1) found += 1;
      return compareNumbers(found, compare, value) ? 1 : 0;
    };
  }

  #compare(field: NumberField, compare: Comparison, value: number): Test {
    const current = this.#current;
    const { switches } = this.#scheme;
    return () => {
      const number = numberOf(current.one, field, switches);
      if (!Number.isNaN(number)) return compareNumbers(number, compare, value) ? 1 : 0;
      current.missing = sourceField(field, switches);
      return 2;
    };
  }
}
