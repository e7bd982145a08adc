import type { CodeField, Comparison, Condition } from '../scheme/condition.ts';
import type { Covers } from './members.ts';

const within = <Item>(part: readonly Item[], whole: readonly Item[]): boolean => part.every((item) => whole.includes(item));

/** Whole numbers that a comparison allows, from and to included. */
function bounds(compare: Comparison, value: number): readonly [number, number] {
  switch (compare) {
    case '=':
      return [value, value];
    case '<':
      return [Number.NEGATIVE_INFINITY, Math.ceil(value) - 1];
    case '<=':
      return [Number.NEGATIVE_INFINITY, Math.floor(value)];
    case '>':
      return [Math.floor(value) + 1, Number.POSITIVE_INFINITY];
    case '>=':
      return [Math.ceil(value), Number.POSITIVE_INFINITY];
  }
}

interface Compared {
  readonly compare: Comparison;
  readonly value: number;
}

function narrower(one: Compared, other: Compared): boolean {
  const [low, high] = bounds(one.compare, one.value);
  const [otherLow, otherHigh] = bounds(other.compare, other.value);
  return low >= otherLow && high <= otherHigh;
}

type Leaf = Exclude<Condition, { readonly op: 'and' | 'or' | 'not' | 'always' }>;

const isLeaf = (condition: Condition): condition is Leaf => !['and', 'or', 'not', 'always'].includes(condition.op);

/** A leaf that holds only when a code of its fields is in one of its sets. */
function needsMember(one: Leaf): { readonly fields: readonly CodeField[]; readonly sets: readonly string[] } | undefined {
  if (one.op === 'in') return one;
  if ((one.op === 'count' || one.op === 'sets') && bounds(one.compare, one.value)[0] >= 1) return one;
  return undefined;
}

function leafImplies(one: Leaf, other: Leaf, covers: Covers): boolean {
  const member = needsMember(one);
  if (other.op === 'in')
    return member !== undefined && within(member.fields, other.fields) && covers.of(other.sets).includes(covers.of(member.sets));
  if (one.op === 'severity') return other.op === 'severity' && within(one.levels, other.levels);
  if (one.op === 'compare') return other.op === 'compare' && one.field === other.field && narrower(one, other);
  if (one.op === 'one_of') return other.op === 'one_of' && one.field === other.field && within(one.values, other.values);
  if (one.op === 'in' || one.op !== other.op) return false;
  return (
    within(one.fields, other.fields) &&
    within(other.fields, one.fields) &&
    within(one.sets, other.sets) &&
    within(other.sets, one.sets) &&
    narrower(one, other)
  );
}

/**
 * Whether every case of which `one` holds also has `other`. Sound, not complete: false means that it could not be shown.
 */
export function implies(one: Condition, other: Condition, covers: Covers): boolean {
  if (other.op === 'always') return true;
  if (one.op === 'or') return one.of.every((part) => implies(part, other, covers));
  if (other.op === 'and') return other.of.every((part) => implies(one, part, covers));
  if (one.op === 'and' && one.of.some((part) => implies(part, other, covers))) return true;
  if (other.op === 'or') return other.of.some((part) => implies(one, part, covers));
  if (one.op === 'not' && other.op === 'not') return implies(other.of, one.of, covers);
  return isLeaf(one) && isLeaf(other) && leafImplies(one, other, covers);
}

/** Sets of which a code of exactly this field must be a member for the condition to hold; undefined when it need not. */
export function neededSets(condition: Condition, field: CodeField): readonly string[] | undefined {
  switch (condition.op) {
    case 'in':
      return condition.fields.length === 1 && condition.fields[0] === field ? condition.sets : undefined;
    case 'and': {
      for (const part of condition.of) {
        const sets = neededSets(part, field);
        if (sets !== undefined) return sets;
      }
      return undefined;
    }
    case 'or': {
      const parts = condition.of.map((part) => neededSets(part, field));
      return parts.every((sets) => sets !== undefined) ? parts.flat() : undefined;
    }
    default:
      return undefined;
  }
}

/** Sets of which any member in this field makes the condition hold, whatever else the case has. */
export function sufficientSets(condition: Condition, field: CodeField): readonly string[] {
  if (condition.op === 'in') return condition.fields.includes(field) ? condition.sets : [];
  return condition.op === 'or' ? condition.of.flatMap((part) => sufficientSets(part, field)) : [];
}

/** Names of all sets that a condition uses. */
export function setsOf(condition: Condition): readonly string[] {
  switch (condition.op) {
    case 'and':
    case 'or':
      return condition.of.flatMap(setsOf);
    case 'not':
      return setsOf(condition.of);
    case 'in':
    case 'count':
    case 'sets':
      return condition.sets;
    default:
      return [];
  }
}
