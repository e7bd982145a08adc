import type { GroupingCase, GroupResult } from '../case/case.ts';
import { isCategory, stemOf } from '../scheme/codes.ts';
import { type CodeField, type Condition, compareNumbers } from '../scheme/condition.ts';
import type { Adrg, Scheme } from '../scheme/scheme.ts';
import { numberOf, sourceField } from './facts.ts';
import type { Grouper, Reason, SeverityNote, Step, TracedResult } from './grouper.ts';

type Held = boolean | null;
type Elementary = Exclude<Condition, { op: 'always' | 'not' | 'and' | 'or' }>;

interface ResolvedSet {
  readonly name: string;
  has(code: string): boolean;
}

/** A condition with its sets at hand and the reason it gives when nothing of the case speaks for it. */
type Node =
  | { readonly op: 'always'; readonly reason: Reason }
  | { readonly op: 'and' | 'or'; readonly of: readonly Node[] }
  | { readonly op: 'not'; readonly of: Node; readonly condition: Condition }
  | { readonly op: 'elementary'; readonly condition: Elementary; readonly sets: readonly ResolvedSet[]; readonly failed: Reason };

interface PlannedRow {
  readonly level: Step['level'];
  readonly code: string;
  readonly name: string;
  readonly node: Node;
  /** The step of a row of which nothing held: the same for every case. */
  readonly rejected: Step;
  /** Whether the row is a group by itself. */
  readonly whole: boolean;
  readonly rows: readonly PlannedRow[];
}

function resolveSet(scheme: Scheme, name: string): ResolvedSet {
  const codes = scheme.sets[name] ?? [];
  const exact = new Set(codes.filter((code) => !isCategory(code)));
  const stems = codes.filter(isCategory).map(stemOf);
  return {
    name,
    has: stems.length === 0 ? (code) => exact.has(code) : (code) => exact.has(code) || stems.some((stem) => code.startsWith(stem)),
  };
}

/** The rows of a scheme made ready for walking. Sets are shared by the rows that name them. */
class Plan {
  readonly mdcs: readonly PlannedRow[];
  readonly #scheme: Scheme;
  readonly #sets = new Map<string, ResolvedSet>();

  constructor(scheme: Scheme) {
    this.#scheme = scheme;
    const adrgs = Map.groupBy(scheme.adrgs, (row) => row.mdc);
    const drgs = Map.groupBy(scheme.drgs, (row) => row.adrg);
    this.mdcs = scheme.mdcs.map((mdc) =>
      this.#row(
        'mdc',
        mdc.mdc,
        mdc,
        false,
        (adrgs.get(mdc.mdc) ?? []).map((adrg) =>
          this.#row(
            'adrg',
            adrg.adrg,
            adrg,
            isWhole(adrg),
            (drgs.get(adrg.adrg) ?? []).map((drg) => this.#row('drg', drg.drg, drg, true, [])),
          ),
        ),
      ),
    );
  }

  #row(
    level: Step['level'],
    code: string,
    row: { readonly name: string; readonly condition: Condition },
    whole: boolean,
    rows: readonly PlannedRow[],
  ): PlannedRow {
    const node = this.#node(row.condition);
    const rejected: Step = { level, code, name: row.name, outcome: 'rejected', reasons: failures(node), near: false };
    return { level, code, name: row.name, node, rejected, whole, rows };
  }

  #set(name: string): ResolvedSet {
    let set = this.#sets.get(name);
    if (set === undefined) {
      set = resolveSet(this.#scheme, name);
      this.#sets.set(name, set);
    }
    return set;
  }

  #node(condition: Condition): Node {
    switch (condition.op) {
      case 'always':
        return { op: 'always', reason: { condition, holds: true, codes: [], value: null, field: '' } };
      case 'and':
      case 'or':
        return { op: condition.op, of: condition.of.map((part) => this.#node(part)) };
      case 'not':
        return { op: 'not', of: this.#node(condition.of), condition };
      default: {
        const names = 'sets' in condition ? condition.sets : [];
        return {
          op: 'elementary',
          condition,
          sets: names.map((name) => this.#set(name)),
          failed: { condition, holds: false, codes: [], value: null, field: '' },
        };
      }
    }
  }
}

function failures(node: Node): Reason[] {
  if (node.op === 'and' || node.op === 'or') return node.of.flatMap(failures);
  return node.op === 'elementary' ? [node.failed] : [];
}

const isWhole = (row: Adrg): boolean => row.kind === 'ambiguous' || row.kind === 'entered';
const plans = new WeakMap<Scheme, Plan>();

function planOf(scheme: Scheme): Plan {
  let plan = plans.get(scheme);
  if (plan === undefined) {
    plan = new Plan(scheme);
    plans.set(scheme, plan);
  }
  return plan;
}

/** Evaluates conditions in the words of the scheme and says why. It shares nothing with the compiled tests but the facts of the case. */
class Evaluator {
  readonly #switches: Scheme['switches'];
  readonly #one: GroupingCase;
  readonly #notes: readonly SeverityNote[];

  constructor(switches: Scheme['switches'], one: GroupingCase, notes: readonly SeverityNote[]) {
    this.#switches = switches;
    this.#one = one;
    this.#notes = notes;
  }

  /** Codes of the fields that are in one of the sets; undefined for none. */
  #matching(fields: readonly CodeField[], sets: readonly ResolvedSet[]): string[] | undefined {
    const { diagnoses, procedures } = this.#one;
    let found: string[] | undefined;
    for (const field of fields) {
      const codes = field === 'principal_dx' || field === 'other_dx' ? diagnoses : procedures;
      const first = field === 'principal_dx' || field === 'main_procedure';
      const end = first ? Math.min(1, codes.length) : codes.length;
      for (let index = first ? 0 : 1; index < end; index += 1) {
        const code = codes[index] ?? '';
        for (const set of sets) {
          if (!set.has(code)) continue;
          found ??= [];
          found.push(code);
          break;
        }
      }
    }
    return found;
  }

  /** Truth of a condition; elementary ones are written to `into`. */
  holds(node: Node, into: Reason[]): Held {
    switch (node.op) {
      case 'always':
        into.push(node.reason);
        return true;
      case 'not': {
        const inside: Reason[] = [];
        const truth = this.holds(node.of, inside);
        const result = truth === null ? null : !truth;
        const codes = inside.flatMap((reason) => reason.codes);
        into.push({ condition: node.condition, holds: result, codes, value: inside[0]?.value ?? null, field: inside[0]?.field ?? '' });
        return result;
      }
      case 'and':
      case 'or': {
        const decisive = node.op === 'or';
        let met = false;
        let open = false;
        for (const part of node.of) {
          const truth = this.holds(part, into);
          if (truth === decisive) met = true;
          else if (truth === null) open = true;
        }
        return met ? decisive : open ? null : !decisive;
      }
      case 'elementary': {
        const reason = this.#elementary(node);
        into.push(reason);
        return reason.holds;
      }
    }
  }

  #elementary(node: Extract<Node, { op: 'elementary' }>): Reason {
    const { condition, sets, failed } = node;
    const reason = (holds: Held, codes: readonly string[] = [], value: number | string | null = null, field = ''): Reason => ({
      condition,
      holds,
      codes,
      value,
      field,
    });
    switch (condition.op) {
      case 'in': {
        const codes = this.#matching(condition.fields, sets);
        return codes === undefined ? failed : reason(true, codes);
      }
      case 'count': {
        const codes = [...new Set(this.#matching(condition.fields, sets))];
        return reason(compareNumbers(codes.length, condition.compare, condition.value), codes, codes.length);
      }
      case 'sets': {
        const met = sets.filter((set) => this.#matching(condition.fields, [set]) !== undefined);
        return reason(
          compareNumbers(met.length, condition.compare, condition.value),
          this.#matching(condition.fields, met) ?? [],
          met.length,
        );
      }
      case 'severity': {
        const codes = this.#notes.filter((note) => note.counted && condition.levels.includes(note.level)).map((note) => note.code);
        return codes.length === 0 ? failed : reason(true, codes);
      }
      case 'compare': {
        const value = numberOf(this.#one, condition.field, this.#switches);
        const field = sourceField(condition.field, this.#switches);
        return Number.isNaN(value)
          ? reason(null, [], null, field)
          : reason(compareNumbers(value, condition.compare, condition.value), [], value, field);
      }
      case 'one_of': {
        const value = this.#one[condition.field];
        return value === ''
          ? reason(null, [], null, condition.field)
          : reason(condition.values.includes(value), [], value, condition.field);
      }
    }
  }
}

/** What a row came to. Of a row taken the reasons that hold are told, of a rejected one of which part held all, else those that failed. */
function stepOf(row: PlannedRow, truth: Held, reasons: readonly Reason[]): Step {
  const { level, code, name } = row;
  if (truth === true)
    return { level, code, name, outcome: 'taken', reasons: reasons.filter((reason) => reason.holds === true), near: false };
  if (truth === null)
    return { level, code, name, outcome: 'open', reasons: reasons.filter((reason) => reason.holds !== true), near: false };
  const near = reasons.some((reason) => reason.holds === true);
  return near ? { level, code, name, outcome: 'rejected', reasons: [...reasons], near } : { ...row.rejected, reasons: [...reasons] };
}

const isPlain = (node: Node, reasons: readonly Reason[]): boolean => {
  for (const reason of reasons) if (reason.holds !== false || reason.codes.length > 0 || reason.value !== null) return false;
  return node.op !== 'not';
};

/**
 * Follows a grouped case through the scheme once more and writes down every row that was tried. The walk shares no test
 * with the compiled grouper; where it ends is held against the result.
 */
export function trace(grouper: Grouper, result: GroupResult, one: GroupingCase): TracedResult {
  const { scheme } = grouper;
  const severity = grouper.severityNotes(one);
  const steps: Step[] = [];
  const traced = (): TracedResult => ({ ...result, scheme: scheme.id, hash: grouper.hash, severity, steps });
  if (result.status === 'invalid' && result.problems.some((problem) => problem.level === 'invalid' && problem.code !== 'case-field-needed'))
    return traced();
  const evaluator = new Evaluator(scheme.switches, one, severity);
  const reasons: Reason[] = [];
  const tried = (row: PlannedRow): Held => {
    reasons.length = 0;
    const truth = evaluator.holds(row.node, reasons);
    steps.push(truth === false && isPlain(row.node, reasons) ? row.rejected : stepOf(row, truth, reasons));
    return truth;
  };
  for (const mdc of planOf(scheme).mdcs) {
    const enters = tried(mdc);
    if (enters === null) return traced();
    if (!enters) continue;
    const at = steps.length - 1;
    const entry = steps[at];
    for (const adrg of mdc.rows) {
      const fits = tried(adrg);
      if (fits === null || (fits && adrg.whole)) return traced();
      if (!fits) continue;
      for (const drg of adrg.rows) if (tried(drg) !== false) return traced();
    }
    if (entry !== undefined) steps[at] = { ...entry, outcome: 'left' };
    if (scheme.switches.entered_without_group === 'stop') break;
  }
  return traced();
}
