import { words } from '@hengjian/standard';
import type { CaseProblem, GroupingCase, GroupResult } from '../case/case.ts';
import { type CaseCheck, compileCaseCheck, isOdd, memberOf } from '../case/check.ts';
import { groupingProblems, invalid, notice } from '../problems.ts';
import { isCategory, stemOf } from '../scheme/codes.ts';
import { type CodeField, type Comparison, type Condition, compareNumbers, type NumberField } from '../scheme/condition.ts';
import type { Adrg, CodeSet, Drg, Mdc, Scheme } from '../scheme/scheme.ts';
import { schemeHash } from '../scheme/store.ts';
import { CodeTable, isSet, setBit } from './code-table.ts';
import { codesOf, numberOf, sourceField } from './facts.ts';
import { type TracedResult, trace } from './trace.ts';
import { fieldName } from './words.ts';

/** 1 holds, 0 does not, 2 cannot be known. */
export type Truth = 0 | 1 | 2;
type Test = () => Truth;

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
  /** Rows of all codes in the order of the case; as many as the case has are good. */
  readonly diagnoses: number[] = [];
  readonly procedures: number[] = [];
  /** 2 when a counted MCC is there, 1 a CC, 0 none, -1 not looked yet. */
  severity = -1;
  /** Input field whose absence left a condition open. */
  missing = '';
}

interface CompiledDrg {
  readonly row: Drg;
  readonly test: Test;
}

/** An MDC or an ADRG at its place in the order of trial. */
interface Candidate {
  readonly mdc: Mdc;
  /** Absent for the entry of the MDC. */
  readonly adrg: Adrg | undefined;
  readonly test: Test;
  readonly drgs: readonly CompiledDrg[];
  /** Place of the entry of the MDC. */
  readonly entry: number;
  /** First candidate of the next MDC. */
  readonly next: number;
  /** Bits without which it cannot hold, -1 for none. */
  readonly principalBit: number;
  readonly mainBit: number;
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

const noProblems: readonly CaseProblem[] = [];
const unsplit: Drg = { drg: '', name: '', adrg: '', condition: { op: 'always' }, split: '' };

/** Why a case has no group: no list of the scheme holds its principal diagnosis, or no group of the MDC fits. */
const unplaced = (principal: string, entered: string): CaseProblem =>
  notice(
    entered === ''
      ? groupingProblems.problem('case-no-mdc', { code: principal }, { field: 'diagnoses' })
      : groupingProblems.problem('case-no-group', { mdc: entered }, { field: 'diagnoses' }),
  );

/** Word of a row behind its candidates: what the code is. */
const flags = { catalogued: 1, notPrincipal: 2, gray: 4, levelShift: 3, tableShift: 5 } as const;

/** Sets one of which must hold the code of the field, or the condition cannot hold. */
function required(condition: Condition, field: CodeField): readonly string[] | undefined {
  if (condition.op === 'in') return condition.fields.length === 1 && condition.fields[0] === field ? condition.sets : undefined;
  if (condition.op !== 'and') return undefined;
  for (const part of condition.of) {
    const found = required(part, field);
    if (found !== undefined) return found;
  }
  return undefined;
}

class CompiledGrouper implements Grouper {
  readonly scheme: Scheme;
  readonly #diagnosisBits = new Bits();
  readonly #procedureBits = new Bits();
  readonly #candidates: readonly Candidate[];
  readonly #maskWords: number;
  readonly #mask: Uint32Array;
  readonly #diagnoses: CodeTable;
  readonly #procedures: CodeTable;
  readonly #current = new Current();
  readonly #stop: boolean;
  readonly #check: CaseCheck;
  readonly #tables: readonly string[];
  /** The flag a code of the catalogue has, 0 when the scheme brings no catalogue. */
  readonly #catalogued: { readonly diagnoses: number; readonly procedures: number };

  constructor(scheme: Scheme) {
    this.scheme = scheme;
    this.#check = compileCaseCheck(scheme);
    this.#stop = scheme.switches.entered_without_group === 'stop';
    const has = (codes: Readonly<Record<string, string>>): number => (Object.keys(codes).length === 0 ? 0 : flags.catalogued);
    this.#catalogued = { diagnoses: has(scheme.diagnoses), procedures: has(scheme.procedures) };
    this.#tables = Object.keys(scheme.exclusions);
    for (const table of this.#tables) this.#diagnosisBits.bit(`exclusion ${table}`, () => scheme.exclusions[table] as CodeSet);
    this.#candidates = this.#compileRows();
    this.#maskWords = Math.ceil(this.#candidates.length / 32);
    this.#mask = new Uint32Array(this.#maskWords);
    this.#diagnoses = this.#table(this.#diagnosisBits.sets, (one) => one.principalBit, this.#flaggedDiagnoses(), this.#flagsOf());
    this.#procedures = this.#table(
      this.#procedureBits.sets,
      (one) => one.mainBit,
      Object.keys(scheme.procedures),
      (code) => (code in scheme.procedures ? flags.catalogued : 0),
    );
  }

  get hash(): string {
    return schemeHash(this.scheme);
  }

  #compileRows(): readonly Candidate[] {
    const { scheme } = this;
    const drgsOf = Map.groupBy(scheme.drgs, (row) => row.adrg);
    const adrgsOf = Map.groupBy(scheme.adrgs, (row) => row.mdc);
    const candidates: Candidate[] = [];
    for (const mdc of scheme.mdcs) {
      const adrgs = adrgsOf.get(mdc.mdc) ?? [];
      const entry = candidates.length;
      const next = entry + 1 + adrgs.length;
      const add = (condition: Condition, adrg: Adrg | undefined): void => {
        const principal = required(condition, 'principal_dx');
        const main = required(condition, 'main_procedure');
        const drgs = adrg === undefined ? [] : (drgsOf.get(adrg.adrg) ?? []);
        candidates.push({
          mdc,
          adrg,
          test: this.#compile(condition),
          drgs: drgs.map((row) => ({ row, test: this.#compile(row.condition) })),
          entry,
          next,
          principalBit: principal === undefined ? -1 : this.#setBit(this.#diagnosisBits, principal),
          mainBit: main === undefined ? -1 : this.#setBit(this.#procedureBits, main),
        });
      };
      add(mdc.condition, undefined);
      for (const adrg of adrgs) add(adrg.condition, adrg);
    }
    return candidates;
  }

  /** A table whose rows hold, behind the bits of the sets, which candidates a code leaves possible, and what the code is. */
  #table(
    sets: readonly CodeSet[],
    bitOf: (one: Candidate) => number,
    listed: readonly string[],
    flagsOf: (code: string) => number,
  ): CodeTable {
    const words = this.#maskWords;
    const own = this.#needs(bitOf);
    const entry = this.#needs((one) => bitOf(this.#candidates[one.entry] as Candidate));
    const bitWords = Math.max(1, Math.ceil(sets.length / 32));
    return new CodeTable({
      sets,
      codes: listed,
      tail: words + 1,
      finish: (code, rows, offset) => {
        const tail = offset + bitWords;
        const left = own(rows, offset, bitWords);
        const right = entry(rows, offset, bitWords);
        for (let word = 0; word < words; word += 1) rows[tail + word] = ((left[word] as number) & (right[word] as number)) >>> 0;
        rows[tail + words] = code === '' ? 0 : flagsOf(code);
      },
    });
  }

  /** Finds which candidates a row of bits leaves possible, each needing one bit or none. The array is used again. */
  #needs(bitOf: (one: Candidate) => number): (rows: Uint32Array, offset: number, bitWords: number) => Uint32Array {
    const always = new Uint32Array(this.#maskWords);
    const byBit = new Map<number, number[]>();
    this.#candidates.forEach((one, place) => {
      const bit = bitOf(one);
      if (bit < 0) setBit(always, 0, place);
      else byBit.set(bit, [...(byBit.get(bit) ?? []), place]);
    });
    const possible = new Uint32Array(this.#maskWords);
    return (rows, offset, bitWords) => {
      possible.set(always);
      for (let word = 0; word < bitWords; word += 1) {
        for (let rest = rows[offset + word] as number; rest !== 0; rest &= rest - 1) {
          const bit = word * 32 + 31 - Math.clz32(rest & -rest);
          for (const place of byBit.get(bit) ?? []) setBit(possible, 0, place);
        }
      }
      return possible;
    };
  }

  /** Diagnoses with a meaning beside the sets of the rules: a scheme without catalogue knows them only from here. */
  #flaggedDiagnoses(): readonly string[] {
    const { scheme } = this;
    const roles = [scheme.not_principal, scheme.gray].flatMap((name) => (name === undefined ? [] : (scheme.sets[name] ?? [])));
    return [...Object.keys(scheme.diagnoses), ...scheme.severity.map(({ code }) => code), ...roles];
  }

  /** What a diagnosis is: catalogued, gray, not allowed as principal, its level of severity and its exclusion table. */
  #flagsOf(): (code: string) => number {
    const { scheme } = this;
    const notPrincipal = memberOf(scheme, scheme.not_principal);
    const gray = memberOf(scheme, scheme.gray);
    const places = new Map(this.#tables.map((table, index) => [table, index + 1]));
    const exact = new Map<string, number>();
    const categories: { readonly stem: string; readonly bits: number }[] = [];
    for (const { code, level, table } of scheme.severity) {
      const bits = ((level === 'MCC' ? 2 : 1) << flags.levelShift) | ((places.get(table) ?? 0) << flags.tableShift);
      if (isCategory(code)) categories.push({ stem: stemOf(code), bits });
      else exact.set(code, bits);
    }
    categories.sort((left, right) => right.stem.length - left.stem.length);
    return (code) =>
      (code in scheme.diagnoses ? flags.catalogued : 0) |
      (notPrincipal(code) ? flags.notPrincipal : 0) |
      (gray(code) ? flags.gray : 0) |
      (exact.get(code) ?? categories.find((one) => code.startsWith(one.stem))?.bits ?? 0);
  }

  group(one: GroupingCase): GroupResult {
    let problems = noProblems;
    if (this.#load(one)) {
      problems = this.#check(one);
      const invalid = problems.find((problem) => problem.level === 'invalid');
      if (invalid !== undefined) return this.#invalid(one, invalid.place?.field ?? '', problems);
    }
    const mask = this.#possible();
    const candidates = this.#candidates;
    let entered = '';
    let word = 0;
    let rest = mask[0] as number;
    for (;;) {
      while (rest === 0) {
        word += 1;
        if (word >= mask.length) return this.#without(one, entered, problems);
        rest = mask[word] as number;
      }
      const place = word * 32 + 31 - Math.clz32(rest & -rest);
      rest &= rest - 1;
      const candidate = candidates[place] as Candidate;
      const { adrg } = candidate;
      if (adrg === undefined && this.#stop && entered !== '') return this.#without(one, entered, problems);
      const truth = candidate.test();
      if (truth === 2) return this.#open(one, problems);
      if (adrg === undefined) {
        if (truth === 1 && entered === '') entered = candidate.mdc.mdc;
        if (truth === 0) {
          word = candidate.next >>> 5;
          rest = word >= mask.length ? 0 : (mask[word] as number) & (-1 << (candidate.next & 31));
        }
        continue;
      }
      if (truth === 0) continue;
      if (adrg.kind === 'ambiguous' || adrg.kind === 'entered') return this.#whole(one, adrg, problems);
      for (const drg of candidate.drgs) {
        const splits = drg.test();
        if (splits === 2) return this.#open(one, problems);
        if (splits === 1) return this.#grouped(one, adrg, drg.row, problems);
      }
    }
  }

  /** Candidates whose needed principal diagnosis and main procedure are there. */
  #possible(): Uint32Array {
    const mask = this.#mask;
    const diagnosis = this.#current.principal + this.#diagnoses.bitWords;
    const procedure = this.#current.main + this.#procedures.bitWords;
    const diagnoses = this.#diagnoses.words;
    const procedures = this.#procedures.words;
    for (let word = 0; word < mask.length; word += 1)
      mask[word] = (diagnoses[diagnosis + word] as number) & (procedures[procedure + word] as number);
    return mask;
  }

  #without(one: GroupingCase, entered: string, problems: readonly CaseProblem[]): GroupResult {
    return {
      id: one.id,
      status: entered === '' ? 'none' : 'entered',
      mdc: entered,
      adrg: '',
      drg: this.scheme.ungrouped,
      split: '',
      field: '',
      weight: null,
      problems: [...problems, unplaced(one.diagnoses[0] ?? '', entered)],
    };
  }

  trace(one: GroupingCase): TracedResult {
    return trace(this, this.group(one), one);
  }

  severityNotes(one: GroupingCase): readonly SeverityNote[] {
    const [first, ...others] = one.diagnoses;
    if (first === undefined) return [];
    return others.flatMap((code): SeverityNote[] => {
      const found = this.#flags(this.#diagnoses, this.#diagnoses.row(code));
      const level = (found >>> flags.levelShift) & 3;
      if (level === 0) return [];
      const table = (found >>> flags.tableShift) - 1;
      const counted = table < 0 || !this.#diagnoses.has(first, table);
      return [{ code, level: level === 2 ? 'MCC' : 'CC', table: this.#tables[table] ?? '', counted }];
    });
  }

  #flags(table: CodeTable, row: number): number {
    return table.words[row + table.width - 1] as number;
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
    const problem = invalid(groupingProblems.problem('case-field-needed', { field: words(fieldName(field, 'zh'), field) }, { field }));
    return this.#invalid(one, field, [...problems, problem]);
  }

  /** Takes a case in; true when something about it wants a closer look before grouping. */
  #load(one: GroupingCase): boolean {
    const current = this.#current;
    this.#diagnoses.makeRoom();
    this.#procedures.makeRoom();
    current.one = one;
    current.severity = -1;
    current.missing = '';
    const diagnoses = this.#rows(this.#diagnoses, one.diagnoses, current.diagnoses, this.#catalogued.diagnoses);
    const procedures = this.#rows(this.#procedures, one.procedures, current.procedures, this.#catalogued.procedures);
    current.principal = one.diagnoses.length === 0 ? 0 : (current.diagnoses[0] as number);
    current.main = one.procedures.length === 0 ? 0 : (current.procedures[0] as number);
    return (
      diagnoses ||
      procedures ||
      one.diagnoses.length === 0 ||
      (this.#flags(this.#diagnoses, current.principal) & flags.notPrincipal) !== 0 ||
      isOdd(one)
    );
  }

  /** Finds the rows of codes; true when one is gray, or unknown to the catalogue. */
  #rows(table: CodeTable, codes: readonly string[], into: number[], wanted: number): boolean {
    let odd = false;
    for (let index = 0; index < codes.length; index += 1) {
      const row = table.row(codes[index] as string);
      into[index] = row;
      if (((this.#flags(table, row) ^ wanted) & (wanted | flags.gray)) !== 0) odd = true;
    }
    return odd;
  }

  #severityLevel(): number {
    const current = this.#current;
    if (current.severity >= 0) return current.severity;
    const { words } = this.#diagnoses;
    const count = current.one?.diagnoses.length ?? 0;
    let level = 0;
    for (let index = 1; index < count && level < 2; index += 1) {
      const found = this.#flags(this.#diagnoses, current.diagnoses[index] as number);
      const own = (found >>> flags.levelShift) & 3;
      if (own <= level) continue;
      const table = (found >>> flags.tableShift) - 1;
      if (table < 0 || !isSet(words, current.principal, table)) level = own;
    }
    current.severity = level;
    return level;
  }

  #setBit(bits: Bits, names: readonly string[]): number {
    return bits.bit(names.toSorted().join('|'), () => this.#union(names));
  }

  #union(names: readonly string[]): CodeSet {
    const [only] = names;
    return names.length === 1 && only !== undefined
      ? (this.scheme.sets[only] ?? [])
      : [...new Set(names.flatMap((name) => this.scheme.sets[name] ?? []))];
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
    if (fields.some(isDiagnosis)) {
      const bit = this.#setBit(this.#diagnosisBits, names);
      if (fields.includes('principal_dx')) parts.push(() => (isSet(this.#diagnoses.words, current.principal, bit) ? 1 : 0));
      if (fields.includes('other_dx'))
        parts.push(() => (anyBeyond(this.#diagnoses.words, current.diagnoses, current.one?.diagnoses.length ?? 0, bit) ? 1 : 0));
    }
    if (fields.some((field) => !isDiagnosis(field))) {
      const bit = this.#setBit(this.#procedureBits, names);
      if (fields.includes('main_procedure')) parts.push(() => (isSet(this.#procedures.words, current.main, bit) ? 1 : 0));
      if (fields.includes('other_procedure'))
        parts.push(() => (anyBeyond(this.#procedures.words, current.procedures, current.one?.procedures.length ?? 0, bit) ? 1 : 0));
    }
    return anyOf(parts);
  }

  /** Whether a code of the fields stands in the set, each with its table. */
  #holds(fields: readonly CodeField[], names: readonly string[]): { has(code: string, diagnosis: boolean): boolean } {
    const diagnosis = fields.some(isDiagnosis) ? this.#setBit(this.#diagnosisBits, names) : -1;
    const procedure = fields.some((field) => !isDiagnosis(field)) ? this.#setBit(this.#procedureBits, names) : -1;
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

/** Whether a code beyond the first has the bit. */
function anyBeyond(words: Uint32Array, rows: readonly number[], count: number, bit: number): boolean {
  for (let index = 1; index < count; index += 1) if (isSet(words, rows[index] as number, bit)) return true;
  return false;
}

/** Compiles a scheme. The grouper holds no state between cases beside a cache of code rows, and none outside itself. */
export function compileGrouper(scheme: Scheme): Grouper {
  return new CompiledGrouper(scheme);
}
