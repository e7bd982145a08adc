import type { Condition, GroupingCase, Scheme } from '@hengjian/grouping';

/**
 * The naive interpreter: reads the rows of a scheme in order and scans the lists of codes, as open groupers do. It is kept
 * as the peer of the benchmark and as one more witness of the answers. No indexes, no preparation.
 */
export function naiveGroup(scheme: Scheme, one: GroupingCase): string {
  for (const mdc of scheme.mdcs) {
    if (!holds(scheme, one, mdc.condition)) continue;
    for (const adrg of scheme.adrgs) {
      if (adrg.mdc !== mdc.mdc || !holds(scheme, one, adrg.condition)) continue;
      if (adrg.kind === 'ambiguous' || adrg.kind === 'entered') return adrg.adrg;
      for (const drg of scheme.drgs) if (drg.adrg === adrg.adrg && holds(scheme, one, drg.condition)) return drg.drg;
    }
  }
  return scheme.ungrouped;
}

function codes(one: GroupingCase, field: string): readonly string[] {
  if (field === 'principal_dx') return one.diagnoses.slice(0, 1);
  if (field === 'other_dx') return one.diagnoses.slice(1);
  if (field === 'main_procedure') return one.procedures.slice(0, 1);
  return one.procedures.slice(1);
}

const listed = (scheme: Scheme, sets: readonly string[], code: string): boolean =>
  sets.some((set) => scheme.sets[set]?.includes(code) === true);

function compare(left: number, sign: string, right: number): boolean {
  if (sign === '=') return left === right;
  if (sign === '<') return left < right;
  if (sign === '<=') return left <= right;
  return sign === '>' ? left > right : left >= right;
}

function holds(scheme: Scheme, one: GroupingCase, condition: Condition): boolean {
  switch (condition.op) {
    case 'always':
      return true;
    case 'and':
      return condition.of.every((part) => holds(scheme, one, part));
    case 'or':
      return condition.of.some((part) => holds(scheme, one, part));
    case 'not':
      return !holds(scheme, one, condition.of);
    case 'in':
      return condition.fields.some((field) => codes(one, field).some((code) => listed(scheme, condition.sets, code)));
    case 'count': {
      const found = new Set(condition.fields.flatMap((field) => codes(one, field)).filter((code) => listed(scheme, condition.sets, code)));
      return compare(found.size, condition.compare, condition.value);
    }
    case 'sets': {
      const met = condition.sets.filter((set) =>
        condition.fields.some((field) => codes(one, field).some((code) => listed(scheme, [set], code))),
      );
      return compare(met.length, condition.compare, condition.value);
    }
    case 'severity':
      return one.diagnoses.slice(1).some((code) => {
        const found = scheme.severity.find((row) => row.code === code);
        return (
          found !== undefined &&
          condition.levels.includes(found.level) &&
          scheme.exclusions[found.table]?.includes(one.diagnoses[0] ?? '') !== true
        );
      });
    case 'compare': {
      const field = condition.field === 'sex' ? 'gender' : condition.field;
      return compare(one[field] ?? Number.NaN, condition.compare, condition.value);
    }
    case 'one_of':
      return condition.values.includes(one[condition.field]);
  }
}
