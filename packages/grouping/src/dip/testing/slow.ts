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
    if (best === undefined || group.related.length > best.related.length || (group.related.length === best.related.length && group.order < best.order))
      best = group;
  }
  if (best !== undefined) return best.code;
  const kinds = done.map(
    (code) => (['diagnostic', 'therapeutic', 'surgery'] as const).find((kind) => isIn(code, parameters.procedure_kinds[kind])) ?? parameters.unlisted_procedure,
  );
  const property = (['surgery', 'therapeutic', 'diagnostic'] as const).find((kind) => kinds.includes(kind)) ?? 'medical';
  const composite = `${principal.substring(0, 3)}:${property}`;
  return groups.some((group) => group.kind === 'composite' && group.code === composite) ? composite : '';
}
