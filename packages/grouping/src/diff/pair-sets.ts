import type { Condition } from '../scheme/condition.ts';
import type { Scheme } from '../scheme/scheme.ts';

/** A condition with the names of its sets replaced. */
export function renamed(condition: Condition, nameOf: (set: string) => string): Condition {
  switch (condition.op) {
    case 'and':
    case 'or':
      return { ...condition, of: condition.of.map((part) => renamed(part, nameOf)) };
    case 'not':
      return { ...condition, of: renamed(condition.of, nameOf) };
    case 'in':
    case 'count':
    case 'sets':
      return { ...condition, sets: condition.sets.map(nameOf) };
    default:
      return condition;
  }
}

/** The names of the sets in the order in which the condition has them, repeats included. */
function slots(condition: Condition): readonly string[] {
  const names: string[] = [];
  renamed(condition, (set) => {
    names.push(set);
    return set;
  });
  return names;
}

/** The condition without the names of its sets. */
const shape = (condition: Condition): string => JSON.stringify(renamed(condition, () => ''));

interface Row {
  readonly code: string;
  readonly condition: Condition;
}

const rowsOf = (scheme: Scheme): readonly Row[] => [
  ...scheme.mdcs.map(({ mdc, condition }) => ({ code: `MDC ${mdc}`, condition })),
  ...scheme.adrgs.map(({ adrg, condition }) => ({ code: `ADRG ${adrg}`, condition })),
  ...scheme.drgs.map(({ drg, condition }) => ({ code: `DRG ${drg}`, condition })),
];

/**
 * Which set of the later scheme is which of the earlier one: the one of the same name, else the one that stands at its place
 * in the same rule of the same row. Layouts and editions name their sets differently, so names alone would call everything new.
 */
export function pairSets(before: Scheme, after: Scheme): ReadonlyMap<string, string> {
  const pairs = new Map(Object.keys(before.sets).flatMap((set) => (set in after.sets ? [[set, set] as const] : [])));
  const taken = new Set(pairs.values());
  const later = new Map(rowsOf(after).map((row) => [row.code, row.condition]));
  for (const { code, condition } of rowsOf(before)) {
    const other = later.get(code);
    if (other === undefined || shape(other) !== shape(condition)) continue;
    const names = slots(other);
    slots(condition).forEach((set, index) => {
      const name = names[index];
      if (name === undefined || pairs.has(set) || taken.has(name)) return;
      pairs.set(set, name);
      taken.add(name);
    });
  }
  return pairs;
}
