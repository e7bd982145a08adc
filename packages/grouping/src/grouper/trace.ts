import type { GroupingCase, GroupResult } from '../case/case.ts';
import type { CodeField, Condition } from '../scheme/condition.ts';
import type { Adrg, Scheme } from '../scheme/scheme.ts';
import { compareNumbers, type Grouper, type SeverityNote } from './compile.ts';
import { codesOf, numberOf, sourceField } from './facts.ts';

/** What one elementary condition of a row came to, and what in the case made it so. */
export interface Reason {
  readonly condition: Condition;
  /** Null when a field is missing. */
  readonly holds: boolean | null;
  /** Codes of the case that are in the sets; for `severity` the counted diagnoses. */
  readonly codes: readonly string[];
  /** The value compared, when the condition reads one. */
  readonly value: number | string | null;
  readonly field: string;
}

/** A row of the scheme that was tried. */
export interface Step {
  readonly level: 'mdc' | 'adrg' | 'drg';
  readonly code: string;
  readonly name: string;
  readonly outcome: 'taken' | 'rejected' | 'open' | 'left';
  /** Reasons that decided: all of a row that was taken, those that failed of one that was rejected. */
  readonly reasons: readonly Reason[];
  /** Part of a rejected row held: worth a look. */
  readonly near: boolean;
}

export interface TracedResult extends GroupResult {
  readonly scheme: string;
  readonly hash: string;
  readonly severity: readonly SeverityNote[];
  readonly steps: readonly Step[];
}

type Held = boolean | null;

const atoms = new WeakMap<object, CodeIndex>();

/** Sets of a scheme as hash sets and stems, built when first asked for. */
interface CodeIndex {
  has(set: string, code: string): boolean;
}

function indexOf(scheme: Scheme): CodeIndex {
  const known = atoms.get(scheme);
  if (known !== undefined) return known;
  const built = new Map<string, { readonly exact: ReadonlySet<string>; readonly stems: readonly string[] }>();
  const index: CodeIndex = {
    has: (name, code) => {
      let set = built.get(name);
      if (set === undefined) {
        const codes = scheme.sets[name] ?? [];
        set = { exact: new Set(codes), stems: codes.filter((one) => one.endsWith('*')).map((one) => one.slice(0, -1)) };
        built.set(name, set);
      }
      return set.exact.has(code) || set.stems.some((stem) => code.startsWith(stem));
    },
  };
  atoms.set(scheme, index);
  return index;
}

/** Evaluates conditions slowly and says why: the oracle the compiled tests are held against. */
class Evaluator {
  readonly #scheme: Scheme;
  readonly #one: GroupingCase;
  readonly #notes: readonly SeverityNote[];
  readonly #index: CodeIndex;

  constructor(scheme: Scheme, one: GroupingCase, notes: readonly SeverityNote[]) {
    this.#scheme = scheme;
    this.#one = one;
    this.#notes = notes;
    this.#index = indexOf(scheme);
  }

  #matching(fields: readonly CodeField[], sets: readonly string[]): string[] {
    return codesOf(this.#one, fields).filter((code) => sets.some((set) => this.#index.has(set, code)));
  }

  /** Truth of a condition; elementary ones are written to `into`. */
  holds(condition: Condition, into: Reason[]): Held {
    switch (condition.op) {
      case 'always':
        into.push({ condition, holds: true, codes: [], value: null, field: '' });
        return true;
      case 'not': {
        const inside: Reason[] = [];
        const truth = this.holds(condition.of, inside);
        const result = truth === null ? null : !truth;
        into.push({
          condition,
          holds: result,
          codes: inside.flatMap((reason) => reason.codes),
          value: inside[0]?.value ?? null,
          field: inside[0]?.field ?? '',
        });
        return result;
      }
      case 'and':
      case 'or': {
        const truths = condition.of.map((part) => this.holds(part, into));
        const decisive = condition.op === 'or';
        if (truths.includes(decisive)) return decisive;
        return truths.includes(null) ? null : !decisive;
      }
      default: {
        const reason = this.#elementary(condition);
        into.push(reason);
        return reason.holds;
      }
    }
  }

  #elementary(condition: Exclude<Condition, { op: 'always' | 'not' | 'and' | 'or' }>): Reason {
    const one = this.#one;
    const reason = (holds: Held, codes: readonly string[] = [], value: number | string | null = null, field = ''): Reason => ({
      condition,
      holds,
      codes,
      value,
      field,
    });
    switch (condition.op) {
      case 'in': {
        const codes = this.#matching(condition.fields, condition.sets);
        return reason(codes.length > 0, codes);
      }
      case 'count': {
        const codes = [...new Set(this.#matching(condition.fields, condition.sets))];
        return reason(compareNumbers(codes.length, condition.compare, condition.value), codes, codes.length);
      }
      case 'sets': {
        const met = condition.sets.filter((set) => this.#matching(condition.fields, [set]).length > 0);
        return reason(compareNumbers(met.length, condition.compare, condition.value), this.#matching(condition.fields, met), met.length);
      }
      case 'severity': {
        const codes = this.#notes.filter((note) => note.counted && condition.levels.includes(note.level)).map((note) => note.code);
        return reason(codes.length > 0, codes);
      }
      case 'compare': {
        const value = numberOf(one, condition.field, this.#scheme.switches);
        const field = sourceField(condition.field, this.#scheme.switches);
        return Number.isNaN(value) ? reason(null, [], null, field) : reason(compareNumbers(value, condition.compare, condition.value), [], value, field);
      }
      case 'one_of': {
        const value = one[condition.field];
        return value === '' ? reason(null, [], null, condition.field) : reason(condition.values.includes(value), [], value, condition.field);
      }
    }
  }
}

const isWhole = (row: Adrg): boolean => row.kind === 'ambiguous' || row.kind === 'entered';

const byScheme = new WeakMap<Scheme, { readonly adrgs: Map<string, Adrg[]>; readonly drgs: Map<string, Scheme['drgs'][number][]> }>();

function rowsOf(scheme: Scheme): { readonly adrgs: Map<string, Adrg[]>; readonly drgs: Map<string, Scheme['drgs'][number][]> } {
  let rows = byScheme.get(scheme);
  if (rows === undefined) {
    rows = { adrgs: Map.groupBy(scheme.adrgs, (row) => row.mdc), drgs: Map.groupBy(scheme.drgs, (row) => row.adrg) };
    byScheme.set(scheme, rows);
  }
  return rows;
}

/**
 * Follows a grouped case through the scheme once more, slowly, and writes down every row that was tried. The walk is
 * independent of the compiled tests; where it ends is held against their result.
 */
export function trace(grouper: Grouper, result: GroupResult, one: GroupingCase): TracedResult {
  const { scheme } = grouper;
  const severity = grouper.severityNotes(one);
  const steps: Step[] = [];
  const traced = (): TracedResult => ({ ...result, scheme: scheme.id, hash: grouper.hash, severity, steps });
  if (result.status === 'invalid' && result.problems.some((problem) => problem.level === 'invalid' && problem.code !== 'case-field-needed')) return traced();
  const evaluator = new Evaluator(scheme, one, severity);
  const rows = rowsOf(scheme);
  const tried = (level: Step['level'], code: string, name: string, condition: Condition): Held => {
    const reasons: Reason[] = [];
    const truth = evaluator.holds(condition, reasons);
    const near = truth === false && reasons.some((reason) => reason.holds === true);
    const kept = truth === true ? reasons.filter((reason) => reason.holds === true) : reasons.filter((reason) => reason.holds !== true);
    const decided = near ? reasons : kept;
    steps.push({ level, code, name, outcome: truth === true ? 'taken' : truth === null ? 'open' : 'rejected', reasons: decided, near });
    return truth;
  };
  for (const mdc of scheme.mdcs) {
    const enters = tried('mdc', mdc.mdc, mdc.name, mdc.condition);
    if (enters === null) return traced();
    if (!enters) continue;
    const at = steps.length - 1;
    for (const adrg of rows.adrgs.get(mdc.mdc) ?? []) {
      const fits = tried('adrg', adrg.adrg, adrg.name, adrg.condition);
      if (fits === null || (fits && isWhole(adrg))) return traced();
      if (!fits) continue;
      for (const drg of rows.drgs.get(adrg.adrg) ?? []) if (tried('drg', drg.drg, drg.name, drg.condition) !== false) return traced();
    }
    steps[at] = { ...(steps[at] as Step), outcome: 'left' };
    if (scheme.switches.entered_without_group === 'stop') break;
  }
  return traced();
}
