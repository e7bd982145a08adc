import type { Condition } from '../../scheme/condition.ts';
import type { DipCase } from '../case.ts';
import type { DipCatalogue, DipGroup } from '../catalogue.ts';
import type { DipParameters } from '../parameters.ts';

/*
 * A second implementation for the tests, written from the specification alone: lists are scanned, nothing is compiled
 * or indexed. It shares no code with the grouper.
 */

const isIn = (code: string, members: readonly string[]): boolean =>
  members.some((member) => (member.includes('*') ? code.startsWith(member.replace('*', '')) : member === code));

interface Seen {
  readonly one: DipCase;
  readonly done: readonly string[];
}

function codes(seen: Seen, fields: readonly string[]): string[] {
  const out: string[] = [];
  if (fields.includes('principal_dx')) out.push(...seen.one.diagnoses.slice(0, 1));
  if (fields.includes('other_dx')) out.push(...seen.one.diagnoses.slice(1));
  if (fields.includes('main_procedure')) out.push(...seen.done.slice(0, 1));
  if (fields.includes('other_procedure')) out.push(...seen.done.slice(1));
  return out;
}

/** 1 yes, 0 no, 0.5 unknown: and is the minimum, or the maximum, not the complement. */
function truth(condition: Condition, seen: Seen, sets: DipParameters['sets']): number {
  const members = (names: readonly string[]): string[] => names.flatMap((name) => [...(sets[name] ?? [])]);
  switch (condition.op) {
    case 'always':
      return 1;
    case 'and':
      return Math.min(...condition.of.map((part) => truth(part, seen, sets)));
    case 'or':
      return Math.max(...condition.of.map((part) => truth(part, seen, sets)));
    case 'not':
      return 1 - truth(condition.of, seen, sets);
    case 'in':
      return codes(seen, condition.fields).some((code) => isIn(code, members(condition.sets))) ? 1 : 0;
    case 'count': {
      const found = new Set(codes(seen, condition.fields).filter((code) => isIn(code, members(condition.sets)))).size;
      return compare(found, condition.compare, condition.value);
    }
    case 'sets':
      return compare(
        condition.sets.filter((name) => codes(seen, condition.fields).some((code) => isIn(code, sets[name] ?? []))).length,
        condition.compare,
        condition.value,
      );
    case 'compare': {
      const value = condition.field === 'sex' ? seen.one.gender : seen.one[condition.field];
      return value === null ? 0.5 : compare(value, condition.compare, condition.value);
    }
    case 'one_of':
      return condition.values.includes(seen.one[condition.field]) ? 1 : 0;
    case 'severity':
      throw new Error('not in DIP');
  }
}

function compare(left: number, sign: string, right: number): number {
  const holds = { '=': left === right, '<': left < right, '<=': left <= right, '>': left > right, '>=': left >= right }[sign];
  return holds === true ? 1 : 0;
}

const four = (code: string): string => (code.charAt(3) === '.' ? code.substring(0, 5) : code.substring(0, 4));

/** Code of the disease by the stated order; `excluded`, `invalid` or empty. */
export function slowGroup(one: DipCase, catalogue: DipCatalogue): string {
  const { parameters, groups } = catalogue;
  const principal = one.diagnoses[0];
  if (principal === undefined || principal === '') return 'invalid';
  if (isIn(principal, parameters.excluded_diagnoses)) return 'excluded';
  const done = one.procedures.filter((code) => !isIn(code, parameters.excluded_procedures));
  for (const rule of parameters.rules) {
    if (truth(rule.condition, { one, done }, parameters.sets) !== 1) continue;
    const code = rule.by === 'rule' ? rule.code : `${rule.code}:${rule.by === 'category' ? principal.substring(0, 3) : four(principal)}`;
    if (groups.some((group) => group.code === code && group.rule === rule.code)) return code;
  }
  const operations = [...new Set(done.filter((code) => !isIn(code, parameters.simple_procedures)))];
  let best: DipGroup | undefined;
  for (const group of groups) {
    if (group.kind !== 'core' || group.diagnosis !== four(principal) || group.procedure !== (operations[0] ?? '')) continue;
    if (!group.related.every((code) => operations.slice(1).includes(code))) continue;
    if (
      best === undefined ||
      group.related.length > best.related.length ||
      (group.related.length === best.related.length && group.order < best.order)
    )
      best = group;
  }
  if (best !== undefined) return best.code;
  const kinds = done.map(
    (code) =>
      (['diagnostic', 'therapeutic', 'surgery'] as const).find((kind) => isIn(code, parameters.procedure_kinds[kind])) ??
      parameters.unlisted_procedure,
  );
  const property = (['surgery', 'therapeutic', 'diagnostic'] as const).find((kind) => kinds.includes(kind)) ?? 'medical';
  const composite = `${principal.substring(0, 3)}:${property}`;
  return groups.some((group) => group.kind === 'composite' && group.code === composite) ? composite : '';
}

const weightOf = (one: DipCase, parameters: DipParameters): number => parameters.years.find(({ year }) => year === one.year)?.weight ?? 0;

/** Weighted mean cost as a fraction. */
function fraction(stays: readonly DipCase[], parameters: DipParameters): { readonly top: bigint; readonly bottom: bigint } {
  let [top, bottom] = [0n, 0n];
  for (const one of stays) {
    top += BigInt(weightOf(one, parameters)) * BigInt(one.cost_fen ?? 0);
    bottom += BigInt(weightOf(one, parameters));
  }
  return { top, bottom };
}

const operationsOf = (one: DipCase, parameters: DipParameters): string[] => [
  ...new Set(one.procedures.filter((code) => !isIn(code, parameters.excluded_procedures) && !isIn(code, parameters.simple_procedures))),
];

/** Related procedures that a stay of a main procedure has, out of those found related. */
const having = (one: DipCase, related: readonly string[], parameters: DipParameters): string[] =>
  operationsOf(one, parameters)
    .slice(1)
    .filter((code) => related.includes(code))
    .sort();

function slowSplit(stays: readonly DipCase[], least: number, parameters: DipParameters): Map<string, DipCase[]> {
  const further = [...new Set(stays.flatMap((one) => operationsOf(one, parameters).slice(1)))];
  const related = further.filter((code) => {
    const own = stays.filter((one) => operationsOf(one, parameters).slice(1).includes(code));
    const others = stays.filter((one) => !own.includes(one));
    if (own.length < least || others.length === 0) return false;
    const [a, b] = [fraction(own, parameters), fraction(others, parameters)];
    return a.top * b.bottom * 10_000n >= b.top * a.bottom * BigInt(10_000 + parameters.related_increase);
  });
  const keys = [...new Set(stays.map((one) => having(one, related, parameters).join('+')))].filter((key) => key !== '');
  const exact = (key: string): DipCase[] => stays.filter((one) => having(one, related, parameters).join('+') === key);
  let kept = keys.filter((key) => exact(key).length >= least);
  for (;;) {
    const better = (left: string, right: string): number => {
      const size = right.split('+').length - left.split('+').length;
      if (size !== 0) return size;
      const [a, b] = [fraction(exact(left), parameters), fraction(exact(right), parameters)];
      const dearer = b.top * a.bottom - a.top * b.bottom;
      const sign = dearer > 0n ? 1 : dearer < 0n ? -1 : 0;
      const chosen =
        parameters.tie === 'most_cases' ? exact(right).length - exact(left).length : parameters.tie === 'highest_cost' ? sign : -sign;
      return chosen !== 0 ? chosen : left < right ? -1 : 1;
    };
    const order = kept.toSorted(better);
    const parts = new Map<string, DipCase[]>([...order, ''].map((key) => [key, []]));
    for (const one of stays) {
      const own = having(one, related, parameters);
      parts.get(order.find((key) => key.split('+').every((code) => own.includes(code))) ?? '')?.push(one);
    }
    if (kept.length === 0 || (parts.get('')?.length ?? 0) >= least) return parts;
    const smallest = kept.toSorted((left, right) => exact(left).length - exact(right).length || (left > right ? -1 : 1))[0];
    kept = kept.filter((key) => key !== smallest);
  }
}

/** Members of every disease of a catalogue with a given threshold, by code. */
export function slowForm(cases: readonly DipCase[], parameters: DipParameters, least: number): Map<string, string[]> {
  const members = new Map<string, string[]>();
  const put = (code: string, stays: readonly DipCase[]): void => {
    members.set(code, stays.map(({ id }) => id).sort());
  };
  let left = cases.filter(
    (one) =>
      weightOf(one, parameters) > 0 &&
      (one.diagnoses[0] ?? '') !== '' &&
      (one.cost_fen ?? 0) > 0 &&
      !isIn(one.diagnoses[0] ?? '', parameters.excluded_diagnoses),
  );
  for (const rule of parameters.rules) {
    const fitting = left.filter(
      (one) =>
        truth(
          rule.condition,
          { one, done: one.procedures.filter((code) => !isIn(code, parameters.excluded_procedures)) },
          parameters.sets,
        ) === 1,
    );
    const codeOf = (one: DipCase): string => {
      const principal = one.diagnoses[0] ?? '';
      return rule.by === 'rule' ? rule.code : `${rule.code}:${rule.by === 'category' ? principal.substring(0, 3) : four(principal)}`;
    };
    for (const code of new Set(fitting.map(codeOf))) {
      const own = fitting.filter((one) => codeOf(one) === code);
      if (own.length < parameters.rule_cases) continue;
      put(code, own);
      left = left.filter((one) => !own.includes(one));
    }
  }
  const pairOf = (one: DipCase): string => `${four(one.diagnoses[0] ?? '')}:${operationsOf(one, parameters)[0] ?? ''}`;
  for (const pair of new Set(left.map(pairOf))) {
    const own = left.filter((one) => pairOf(one) === pair);
    if (own.length < least) continue;
    left = left.filter((one) => !own.includes(one));
    if (pair.endsWith(':')) put(pair.slice(0, -1), own);
    else for (const [key, stays] of slowSplit(own, least, parameters)) put(key === '' ? pair : `${pair}+${key}`, stays);
  }
  const compositeOf = (one: DipCase): string => {
    const kinds = one.procedures
      .filter((code) => !isIn(code, parameters.excluded_procedures))
      .map(
        (code) =>
          (['diagnostic', 'therapeutic', 'surgery'] as const).find((kind) => isIn(code, parameters.procedure_kinds[kind])) ??
          parameters.unlisted_procedure,
      );
    const first = (['surgery', 'therapeutic', 'diagnostic'] as const).find((kind) => kinds.includes(kind));
    return `${(one.diagnoses[0] ?? '').substring(0, 3)}:${first ?? 'medical'}`;
  };
  for (const code of new Set(left.map(compositeOf))) {
    const own = left.filter((one) => compositeOf(one) === code);
    const costs = own.flatMap((one) => Array.from({ length: weightOf(one, parameters) }, () => one.cost_fen ?? 0));
    const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
    const deviation = Math.sqrt(costs.reduce((sum, cost) => sum + (cost - mean) ** 2, 0) / costs.length);
    if (own.length >= parameters.composite.cases && Math.floor((deviation / mean) * 10_000) <= parameters.composite.variation)
      put(code, own);
  }
  return members;
}
