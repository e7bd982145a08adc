import type { CaseProblem, GroupingCase, GroupResult } from '../case/case.ts';
import { type CaseCheck, compileCaseCheck } from '../case/check.ts';
import type { CodeField, Comparison, Condition, NumberField } from '../scheme/condition.ts';
import type { Adrg, CodeSet, Drg, Mdc, Scheme } from '../scheme/scheme.ts';
import { schemeHash } from '../scheme/store.ts';
import { CodeTable } from './code-table.ts';
import { codesOf, numberOf, sourceField } from './facts.ts';
import { type TracedResult, trace } from './trace.ts';

/** 1 holds, 0 does not, 2 cannot be known. */
export type Truth = 0 | 1 | 2;
type Test = () => Truth;

export const compareNumbers = (left: number, compare: Comparison, right: number): boolean => {
  switch (compare) {
    case '=':
      return left === right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
};

const isDiagnosis = (field: CodeField): boolean => field === 'principal_dx' || field === 'other_dx';

/** Gives each set of codes a bit in the table of diagnoses and one in that of procedures. */
class Bits {
  readonly sets: CodeSet[] = [];
  readonly #known = new Map<string, number>();

  bit(key: string, codes: () => CodeSet): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const bit = this.sets.length;
    this.sets.push(codes());
    this.#known.set(key, bit);
    return bit;
  }
}

/** The case that is being grouped, as rows of bits. One a grouper: grouping never waits, so no two cases meet here. */
class Current {
  one: GroupingCase | undefined;
  principal = 0;
  main = 0;
  otherDx: Uint32Array = new Uint32Array(1);
  otherProcedure: Uint32Array = new Uint32Array(1);
  /** 2 when a counted MCC is there, 1 a CC, 0 none, -1 not looked yet. */
  severity = -1;
  /** Input field whose absence left a condition open. */
  missing = '';
}

interface CompiledDrg {
  readonly row: Drg;
  readonly test: Test;
}
interface CompiledAdrg {
  readonly row: Adrg;
  readonly test: Test;
  readonly drgs: readonly CompiledDrg[];
}
interface CompiledMdc {
  readonly row: Mdc;
  readonly test: Test;
  readonly adrgs: readonly CompiledAdrg[];
}

/** What a secondary diagnosis does to severity. */
export interface SeverityNote {
  readonly code: string;
  readonly level: 'MCC' | 'CC';
  readonly table: string;
  /** False when the principal diagnosis stands in the exclusion table. */
  readonly counted: boolean;
}

/** Groups cases by one scheme. */
export interface Grouper {
  readonly scheme: Scheme;
  readonly hash: string;
  group(one: GroupingCase): GroupResult;
  /** The same with everything that led there. */
  trace(one: GroupingCase): TracedResult;
  severityNotes(one: GroupingCase): readonly SeverityNote[];
}

const unsplit: Drg = { drg: '', name: '', adrg: '', condition: { op: 'always' }, split: '' };

class CompiledGrouper implements Grouper {
  readonly scheme: Scheme;
  readonly #diagnosisBits = new Bits();
  readonly #procedureBits = new Bits();
  readonly #severity: ReadonlyMap<string, { readonly level: 1 | 2; readonly table: string; readonly bit: number }>;
  readonly #severityCategories: readonly { readonly stem: string; readonly level: 1 | 2; readonly table: string; readonly bit: number }[];
  readonly #mdcs: readonly CompiledMdc[];
  readonly #diagnoses: CodeTable;
  readonly #procedures: CodeTable;
  readonly #current = new Current();
  readonly #stop: boolean;
  readonly #check: CaseCheck;

  constructor(scheme: Scheme) {
    this.scheme = scheme;
    this.#check = compileCaseCheck(scheme);
    this.#stop = scheme.switches.entered_without_group === 'stop';
    const severity = scheme.severity.map((one) => ({
      code: one.code,
      level: (one.level === 'MCC' ? 2 : 1) as 1 | 2,
      table: one.table,
      bit:
        one.table === '' || scheme.exclusions[one.table] === undefined
          ? -1
          : this.#diagnosisBits.bit(`exclusion ${one.table}`, () => scheme.exclusions[one.table] as CodeSet),
    }));
    this.#severity = new Map(severity.filter((one) => !one.code.endsWith('*')).map(({ code, ...rest }) => [code, rest]));
    this.#severityCategories = severity
      .filter((one) => one.code.endsWith('*'))
      .map(({ code, ...rest }) => ({ stem: code.slice(0, -1), ...rest }))
      .sort((left, right) => right.stem.length - left.stem.length);
    const drgsOf = Map.groupBy(scheme.drgs, (row) => row.adrg);
    const adrgsOf = Map.groupBy(scheme.adrgs, (row) => row.mdc);
    this.#mdcs = scheme.mdcs.map((row) => ({
      row,
      test: this.#compile(row.condition),
      adrgs: (adrgsOf.get(row.mdc) ?? []).map((adrg) => ({
        row: adrg,
        test: this.#compile(adrg.condition),
        drgs: (drgsOf.get(adrg.adrg) ?? []).map((drg) => ({ row: drg, test: this.#compile(drg.condition) })),
      })),
    }));
    this.#diagnoses = new CodeTable(this.#diagnosisBits.sets);
    this.#procedures = new CodeTable(this.#procedureBits.sets);
    this.#current.otherDx = new Uint32Array(this.#diagnoses.width);
    this.#current.otherProcedure = new Uint32Array(this.#procedures.width);
  }

  get hash(): string {
    return schemeHash(this.scheme);
  }

  group(one: GroupingCase): GroupResult {
    const problems = this.#check(one);
    const invalid = problems.find((problem) => problem.level === 'invalid');
    if (invalid !== undefined) return this.#invalid(one, invalid.place?.field ?? '', problems);
    this.#load(one);
    let entered = '';
    for (const mdc of this.#mdcs) {
      const enters = mdc.test();
      if (enters === 0) continue;
      if (enters === 2) return this.#open(one, problems);
      if (entered === '') entered = mdc.row.mdc;
      for (const adrg of mdc.adrgs) {
        const fits = adrg.test();
        if (fits === 0) continue;
        if (fits === 2) return this.#open(one, problems);
        if (adrg.row.kind === 'ambiguous' || adrg.row.kind === 'entered') return this.#whole(one, adrg.row, problems);
        for (const drg of adrg.drgs) {
          const splits = drg.test();
          if (splits === 0) continue;
          if (splits === 2) return this.#open(one, problems);
          return this.#grouped(one, adrg.row, drg.row, problems);
        }
      }
      if (this.#stop) break;
    }
    return {
      id: one.id,
      status: entered === '' ? 'none' : 'entered',
      mdc: entered,
      adrg: '',
      drg: this.scheme.ungrouped,
      split: '',
      field: '',
      weight: null,
      problems,
    };
  }

  trace(one: GroupingCase): TracedResult {
    return trace(this, this.group(one), one);
  }

  severityNotes(one: GroupingCase): readonly SeverityNote[] {
    const [first, ...others] = one.diagnoses;
    if (first === undefined) return [];
    return others.flatMap((code): SeverityNote[] => {
      const found = this.#severityOf(code);
      if (found === undefined) return [];
      const counted = found.bit < 0 || !this.#diagnoses.has(first, found.bit);
      return [{ code, level: found.level === 2 ? 'MCC' : 'CC', table: found.table, counted }];
    });
  }

  #grouped(one: GroupingCase, adrg: Adrg, drg: Drg, problems: readonly CaseProblem[]): GroupResult {
    return {
      id: one.id,
      status: 'grouped',
      mdc: adrg.mdc,
      adrg: adrg.adrg,
      drg: drg.drg,
      split: drg.split,
      field: '',
      weight: drg.weight ?? null,
      problems,
    };
  }

  #whole(one: GroupingCase, adrg: Adrg, problems: readonly CaseProblem[]): GroupResult {
    const status = adrg.kind === 'ambiguous' ? 'ambiguous' : 'entered';
    return { ...this.#grouped(one, adrg, unsplit, problems), status, drg: adrg.adrg };
  }

  #invalid(one: GroupingCase, field: string, problems: readonly CaseProblem[]): GroupResult {
    return { id: one.id, status: 'invalid', mdc: '', adrg: '', drg: '', split: '', field, weight: null, problems };
  }

  /** A condition that decides reads a field that is missing. */
  #open(one: GroupingCase, problems: readonly CaseProblem[]): GroupResult {
    const field = this.#current.missing;
    const problem: CaseProblem = {
      code: 'case-field-needed',
      level: 'invalid',
      message: `the group of this case depends on ${field}, which is missing`,
      remedy: `fill in ${field}; a blank is not taken for 0`,
      place: { field },
    };
    return this.#invalid(one, field, [...problems, problem]);
  }

  #load(one: GroupingCase): void {
    const current = this.#current;
    const { diagnoses, procedures } = one;
    this.#diagnoses.makeRoom();
    this.#procedures.makeRoom();
    current.one = one;
    current.severity = -1;
    current.missing = '';
    current.principal = this.#diagnoses.row(diagnoses[0] ?? '');
    current.main = procedures.length === 0 ? 0 : this.#procedures.row(procedures[0] as string);
    gather(this.#diagnoses, diagnoses, current.otherDx);
    gather(this.#procedures, procedures, current.otherProcedure);
  }

  #severityOf(code: string): { readonly level: 1 | 2; readonly table: string; readonly bit: number } | undefined {
    const exact = this.#severity.get(code);
    if (exact !== undefined || this.#severityCategories.length === 0) return exact;
    return this.#severityCategories.find((one) => code.startsWith(one.stem));
  }

  #severityLevel(): number {
    const current = this.#current;
    if (current.severity >= 0) return current.severity;
    let level = 0;
    const codes = current.one?.diagnoses ?? [];
    for (let index = 1; index < codes.length && level < 2; index += 1) {
      const found = this.#severityOf(codes[index] as string);
      if (found === undefined || found.level <= level) continue;
      const word = found.bit < 0 ? 0 : (this.#diagnoses.words[current.principal + (found.bit >>> 5)] as number);
      if (((word >>> (found.bit & 31)) & 1) === 0) level = found.level;
    }
    current.severity = level;
    return level;
  }

  #union(names: readonly string[]): CodeSet {
    const [only] = names;
    return names.length === 1 && only !== undefined ? (this.scheme.sets[only] ?? []) : [...new Set(names.flatMap((name) => this.scheme.sets[name] ?? []))];
  }

  #compile(condition: Condition): Test {
    switch (condition.op) {
      case 'always':
        return () => 1;
      case 'not': {
        const inside = this.#compile(condition.of);
        return () => (inside() === 2 ? 2 : inside() === 1 ? 0 : 1);
      }
      case 'and':
        return allOf(condition.of.map((part) => this.#compile(part)));
      case 'or':
        return anyOf(condition.of.map((part) => this.#compile(part)));
      case 'in':
        return this.#membership(condition.fields, condition.sets);
      case 'count':
        return this.#count(condition);
      case 'sets':
        return this.#sets(condition);
      case 'severity': {
        const least = condition.levels.includes('CC') ? 1 : 2;
        const most = condition.levels.includes('MCC') ? 2 : 1;
        return least === most ? this.#exactSeverity(least) : () => (this.#severityLevel() >= least ? 1 : 0);
      }
      case 'compare':
        return this.#compare(condition.field, condition.compare, condition.value);
      case 'one_of': {
        const values = new Set(condition.values);
        const current = this.#current;
        const field = condition.field;
        return () => {
          const value = current.one?.[field] ?? '';
          if (value !== '') return values.has(value) ? 1 : 0;
          current.missing = field;
          return 2;
        };
      }
    }
  }

  /** A secondary diagnosis of exactly this level is counted, whatever others there are. */
  #exactSeverity(level: number): Test {
    if (level === 2) return () => (this.#severityLevel() === 2 ? 1 : 0);
    const current = this.#current;
    return () => (this.severityNotes(current.one as GroupingCase).some((note) => note.counted && note.level === 'CC') ? 1 : 0);
  }

  #membership(fields: readonly CodeField[], names: readonly string[]): Test {
    const current = this.#current;
    const parts: Test[] = [];
    const key = names.toSorted().join('|');
    if (fields.some(isDiagnosis)) {
      const bit = this.#diagnosisBits.bit(key, () => this.#union(names));
      const word = bit >>> 5;
      const mask = 1 << (bit & 31);
      const principal = fields.includes('principal_dx');
      const other = fields.includes('other_dx');
      if (principal) parts.push(() => (((this.#diagnoses.words[current.principal + word] as number) & mask) === 0 ? 0 : 1));
      if (other) parts.push(() => (((current.otherDx[word] as number) & mask) === 0 ? 0 : 1));
    }
    if (fields.some((field) => !isDiagnosis(field))) {
      const bit = this.#procedureBits.bit(key, () => this.#union(names));
      const word = bit >>> 5;
      const mask = 1 << (bit & 31);
      if (fields.includes('main_procedure')) parts.push(() => (((this.#procedures.words[current.main + word] as number) & mask) === 0 ? 0 : 1));
      if (fields.includes('other_procedure')) parts.push(() => (((current.otherProcedure[word] as number) & mask) === 0 ? 0 : 1));
    }
    return anyOf(parts);
  }

  /** Whether a code of the fields stands in the set, each with its table. */
  #holds(fields: readonly CodeField[], names: readonly string[]): { has(code: string, diagnosis: boolean): boolean } {
    const key = names.toSorted().join('|');
    const diagnosis = fields.some(isDiagnosis) ? this.#diagnosisBits.bit(key, () => this.#union(names)) : -1;
    const procedure = fields.some((field) => !isDiagnosis(field)) ? this.#procedureBits.bit(key, () => this.#union(names)) : -1;
    return { has: (code, isDx) => (isDx ? this.#diagnoses.has(code, diagnosis) : this.#procedures.has(code, procedure)) };
  }

  #count(condition: Extract<Condition, { op: 'count' }>): Test {
    const { fields, compare, value } = condition;
    const set = this.#holds(fields, condition.sets);
    const current = this.#current;
    return () => {
      const found = new Set<string>();
      for (const field of fields) {
        for (const code of codesOf(current.one as GroupingCase, [field])) if (set.has(code, isDiagnosis(field))) found.add(code);
      }
      return compareNumbers(found.size, compare, value) ? 1 : 0;
    };
  }

  #sets(condition: Extract<Condition, { op: 'sets' }>): Test {
    const tests = condition.sets.map((name) => this.#membership(condition.fields, [name]));
    const { compare, value } = condition;
    return () => {
      let found = 0;
      for (const test of tests) if (test() === 1) found += 1;
      return compareNumbers(found, compare, value) ? 1 : 0;
    };
  }

  #compare(field: NumberField, compare: Comparison, value: number): Test {
    const current = this.#current;
    const { switches } = this.scheme;
    return () => {
      const number = numberOf(current.one as GroupingCase, field, switches);
      if (!Number.isNaN(number)) return compareNumbers(number, compare, value) ? 1 : 0;
      current.missing = sourceField(field, switches);
      return 2;
    };
  }
}

function allOf(tests: readonly Test[]): Test {
  const [first, second] = tests;
  if (tests.length === 1 && first !== undefined) return first;
  if (tests.length === 2 && first !== undefined && second !== undefined) {
    return () => {
      const left = first();
      if (left === 0) return 0;
      const right = second();
      return right === 0 ? 0 : left === 2 || right === 2 ? 2 : 1;
    };
  }
  return () => {
    let open = false;
    for (const test of tests) {
      const truth = test();
      if (truth === 0) return 0;
      if (truth === 2) open = true;
    }
    return open ? 2 : 1;
  };
}

function anyOf(tests: readonly Test[]): Test {
  const [first] = tests;
  if (tests.length === 1 && first !== undefined) return first;
  return () => {
    let open = false;
    for (const test of tests) {
      const truth = test();
      if (truth === 1) return 1;
      if (truth === 2) open = true;
    }
    return open ? 2 : 0;
  };
}

/** Puts the bits of all codes but the first into one row. */
function gather(table: CodeTable, codes: readonly string[], into: Uint32Array): void {
  into.fill(0);
  for (let index = 1; index < codes.length; index += 1) {
    const offset = table.row(codes[index] as string);
    if (offset === 0) continue;
    const { words } = table;
    for (let word = 0; word < into.length; word += 1) into[word] = (into[word] as number) | (words[offset + word] as number);
  }
}

/** Compiles a scheme. The grouper holds no state between cases beside a cache of code rows, and none outside itself. */
export function compileGrouper(scheme: Scheme): Grouper {
  return new CompiledGrouper(scheme);
}
