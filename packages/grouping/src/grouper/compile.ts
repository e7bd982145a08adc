import { words } from '@hengjian/standard';
import type { CaseProblem, GroupingCase, GroupResult } from '../case/case.ts';
import { type CaseCheck, compileCaseCheck, isOdd } from '../case/check.ts';
import { groupingProblems, invalid, notice } from '../problems.ts';
import type { Adrg, Drg, Scheme } from '../scheme/scheme.ts';
import { schemeHash } from '../scheme/store.ts';
import { type Candidate, candidatesOf, possibleBy } from './candidates.ts';
import { CodeSide } from './code-side.ts';
import { ConditionCompiler, Current } from './conditions.ts';
import { cataloguedFlag, diagnosisFlags, flaggedDiagnoses, flags, levelOf, tableOf } from './flags.ts';
import type { Grouper, SeverityNote, TracedResult } from './grouper.ts';
import { trace } from './trace.ts';
import { fieldName } from './words.ts';

const noProblems: readonly CaseProblem[] = [];
const nowhere: GroupResult = {
  id: '',
  status: 'none',
  mdc: '',
  adrg: '',
  drg: '',
  split: '',
  field: '',
  weight: null,
  problems: noProblems,
};

/** Why a case has no group: no list of the scheme holds its principal diagnosis, or no group of the MDC fits. */
const unplaced = (principal: string, entered: string): CaseProblem =>
  notice(
    entered === ''
      ? groupingProblems.problem('case-no-mdc', { code: principal }, { field: 'diagnoses' })
      : groupingProblems.problem('case-no-group', { mdc: entered }, { field: 'diagnoses' }),
  );

const refused = (one: GroupingCase, field: string, problems: readonly CaseProblem[]): GroupResult => ({
  ...nowhere,
  id: one.id,
  status: 'invalid',
  field,
  problems,
});

const grouped = (one: GroupingCase, adrg: Adrg, drg: Drg, problems: readonly CaseProblem[]): GroupResult => ({
  id: one.id,
  status: 'grouped',
  mdc: adrg.mdc,
  adrg: adrg.adrg,
  drg: drg.drg,
  split: drg.split,
  field: '',
  weight: drg.weight ?? null,
  problems,
});

/** A row of ambiguous or entered cases: its code is the group. */
const whole = (one: GroupingCase, { adrg, mdc, kind }: Adrg, problems: readonly CaseProblem[]): GroupResult => ({
  ...nowhere,
  id: one.id,
  status: kind === 'ambiguous' ? 'ambiguous' : 'entered',
  mdc,
  adrg,
  drg: adrg,
  problems,
});

class CompiledGrouper implements Grouper {
  readonly scheme: Scheme;
  readonly #current: Current;
  readonly #candidates: readonly Candidate[];
  /** A bit for each candidate, set while it is possible for the case at hand. */
  readonly #mask: Uint32Array;
  readonly #stop: boolean;
  readonly #check: CaseCheck;
  readonly #tables: readonly string[];

  constructor(scheme: Scheme) {
    this.scheme = scheme;
    this.#check = compileCaseCheck(scheme);
    this.#stop = scheme.switches.entered_without_group === 'stop';
    const diagnoses = new CodeSide();
    const procedures = new CodeSide();
    this.#current = new Current(diagnoses, procedures);
    // The bits of the exclusion tables come first: the place of a table is its bit.
    this.#tables = Object.keys(scheme.exclusions);
    for (const [table, codes] of Object.entries(scheme.exclusions)) diagnoses.bit(`exclusion ${table}`, () => codes);
    this.#candidates = candidatesOf(scheme, new ConditionCompiler(scheme, this.#current));
    const maskWords = Math.ceil(this.#candidates.length / 32);
    this.#mask = new Uint32Array(maskWords);
    diagnoses.build({
      listed: flaggedDiagnoses(scheme),
      maskWords,
      possible: possibleBy(this.#candidates, maskWords, (one) => one.principalBit),
      flagsOf: diagnosisFlags(scheme, this.#tables),
      catalogued: cataloguedFlag(scheme.diagnoses),
    });
    procedures.build({
      listed: Object.keys(scheme.procedures),
      maskWords,
      possible: possibleBy(this.#candidates, maskWords, (one) => one.mainBit),
      flagsOf: (code) => (code in scheme.procedures ? flags.catalogued : 0),
      catalogued: cataloguedFlag(scheme.procedures),
    });
  }

  get hash(): string {
    return schemeHash(this.scheme);
  }

  group(one: GroupingCase): GroupResult {
    let problems = noProblems;
    if (this.#load(one)) {
      problems = this.#check(one);
      const stop = problems.find((problem) => problem.level === 'invalid');
      if (stop !== undefined) return refused(one, stop.place?.field ?? '', problems);
    }
    const mask = this.#possible();
    let entered = '';
    let word = 0;
    let rest = mask[0] ?? 0;
    for (;;) {
      while (rest === 0) {
        word += 1;
        if (word >= mask.length) return this.#without(one, entered, problems);
        rest = mask[word] ?? 0;
      }
      const candidate = this.#candidates[word * 32 + 31 - Math.clz32(rest & -rest)];
      rest &= rest - 1;
      if (candidate === undefined) continue;
      const { adrg } = candidate;
      if (adrg === undefined && this.#stop && entered !== '') return this.#without(one, entered, problems);
      const truth = candidate.test();
      if (truth === 2) return this.#open(one, problems);
      if (adrg === undefined) {
        if (truth === 1 && entered === '') entered = candidate.mdc.mdc;
        if (truth === 0) {
          word = candidate.next >>> 5;
          rest = word >= mask.length ? 0 : (mask[word] ?? 0) & (-1 << (candidate.next & 31));
        }
        continue;
      }
      const found = truth === 0 ? undefined : this.#splitBy(one, adrg, candidate, problems);
      if (found !== undefined) return found;
    }
  }

  /** The group of a case that an ADRG takes; undefined when none of its groups does. */
  #splitBy(one: GroupingCase, adrg: Adrg, { drgs }: Candidate, problems: readonly CaseProblem[]): GroupResult | undefined {
    if (adrg.kind === 'ambiguous' || adrg.kind === 'entered') return whole(one, adrg, problems);
    for (const { row, test } of drgs) {
      const splits = test();
      if (splits === 2) return this.#open(one, problems);
      if (splits === 1) return grouped(one, adrg, row, problems);
    }
    return undefined;
  }

  /** Candidates whose needed principal diagnosis and main procedure are there. */
  #possible(): Uint32Array {
    const mask = this.#mask;
    const { diagnoses, procedures } = this.#current;
    for (let word = 0; word < mask.length; word += 1) mask[word] = diagnoses.possibleAt(word) & procedures.possibleAt(word);
    return mask;
  }

  #without(one: GroupingCase, entered: string, problems: readonly CaseProblem[]): GroupResult {
    return {
      ...nowhere,
      id: one.id,
      status: entered === '' ? 'none' : 'entered',
      mdc: entered,
      drg: this.scheme.ungrouped,
      problems: [...problems, unplaced(one.diagnoses[0] ?? '', entered)],
    };
  }

  trace(one: GroupingCase): TracedResult {
    return trace(this, this.group(one), one);
  }

  severityNotes(one: GroupingCase): readonly SeverityNote[] {
    const [first, ...others] = one.diagnoses;
    if (first === undefined) return [];
    const { diagnoses } = this.#current;
    return others.flatMap((code): SeverityNote[] => {
      const found = diagnoses.flagsOf(code);
      const level = levelOf(found);
      if (level === 0) return [];
      const table = tableOf(found);
      const counted = table < 0 || !diagnoses.has(first, table);
      return [{ code, level: level === 2 ? 'MCC' : 'CC', table: this.#tables[table] ?? '', counted }];
    });
  }

  /** A condition that decides reads a field that is missing. */
  #open(one: GroupingCase, problems: readonly CaseProblem[]): GroupResult {
    const field = this.#current.missing;
    const name = words(fieldName(field, 'zh'), field);
    return refused(one, field, [...problems, invalid(groupingProblems.problem('case-field-needed', { field: name }, { field }))]);
  }

  /** Takes a case in; true when something about it wants a closer look before grouping. */
  #load(one: GroupingCase): boolean {
    const odd = this.#current.load(one);
    const isBlank = one.diagnoses.length === 0 || one.diagnoses[0] === '' || one.procedures[0] === '';
    return odd || isBlank || (this.#current.diagnoses.flagsAt(0) & flags.notPrincipal) !== 0 || isOdd(one);
  }
}

/** Compiles a scheme. The grouper holds no state between cases beside a cache of code rows, and none outside itself. */
export function compileGrouper(scheme: Scheme): Grouper {
  return new CompiledGrouper(scheme);
}
