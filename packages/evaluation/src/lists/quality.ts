import { ratio } from '../exact.ts';
import type { BothText } from '../form.ts';
import { type CategoryCost, type Dimension, dimensions, type ListCheck, listChecks, principalOf } from './checks.ts';
import type { ListParameters } from './parameters.ts';
import type { SettlementListRow } from './row.ts';

/** A list that failed, so that the hospital can find it and nobody else can. */
export interface ListExample {
  /** Visit id with all but its last four characters masked. */
  readonly list: string;
  readonly what: BothText;
}

/** One check of the lists of one hospital. `checked` = right + wrong. */
export interface ListFinding {
  readonly fixmedins_code: string;
  readonly check: string;
  readonly dimension: Dimension;
  readonly field: string;
  readonly name: BothText;
  readonly checked: number;
  readonly wrong: number;
  readonly unknown: number;
  /** Wrong ÷ checked, ten-thousandths. */
  readonly rate: number | null;
  readonly examples: readonly ListExample[];
}

/** Lists of a hospital that are right in all checks of a dimension, of those with anything checked in it. */
export interface ListDimension {
  readonly dimension: Dimension;
  readonly right: number;
  readonly checked: number;
  readonly rate: number | null;
}

export interface ListHospital {
  readonly fixmedins_code: string;
  readonly lists: number;
  readonly dimensions: readonly ListDimension[];
}

export interface ListQuality {
  readonly lists: number;
  readonly hospitals: readonly ListHospital[];
  /** Every hospital and check with anything checked or unknown. */
  readonly findings: readonly ListFinding[];
  readonly parameters: Pick<ListParameters, 'upload_days' | 'low_cost' | 'high_cost' | 'cost_cases'>;
}

const masked = (id: string): string => `****${id.slice(-4)}`;

function categoryCosts(lists: readonly SettlementListRow[]): ReadonlyMap<string, CategoryCost> {
  const costs = new Map<string, { lists: number; cost_fen: number }>();
  for (const list of lists) {
    const principal = principalOf(list);
    if (principal === '' || list.medfee_sumamt === null || list.medfee_sumamt <= 0) continue;
    const sum = costs.get(principal.slice(0, 3)) ?? { lists: 0, cost_fen: 0 };
    sum.lists += 1;
    sum.cost_fen += list.medfee_sumamt;
    costs.set(principal.slice(0, 3), sum);
  }
  return costs;
}

interface Counter {
  checked: number;
  wrong: number;
  unknown: number;
  readonly examples: { readonly id: string; readonly what: BothText }[];
}

/** Keeps the examples with the lowest visit ids, so that the order of the lists does not matter. */
function keep(counter: Counter, id: string, what: BothText, most: number): void {
  const { examples } = counter;
  const at = examples.findIndex((example) => id < example.id);
  if (at < 0 && examples.length >= most) return;
  examples.splice(at < 0 ? examples.length : at, 0, { id, what });
  if (examples.length > most) examples.pop();
}

/** Counters of one hospital. */
class Hospital {
  lists = 0;
  readonly counters: readonly Counter[];
  readonly right = new Map<Dimension, number>();
  readonly checked = new Map<Dimension, number>();

  constructor(checks: readonly ListCheck[]) {
    this.counters = checks.map(() => ({ checked: 0, wrong: 0, unknown: 0, examples: [] }));
  }

  add(list: SettlementListRow, checks: readonly ListCheck[], examples: number): void {
    this.lists += 1;
    const answered = new Set<Dimension>();
    const failed = new Set<Dimension>();
    for (const [index, check] of checks.entries()) {
      const answer = check.judge(list);
      const counter = this.counters[index];
      if (answer === 'none' || counter === undefined) continue;
      if (answer === 'unknown') {
        counter.unknown += 1;
        continue;
      }
      counter.checked += 1;
      answered.add(check.dimension);
      if (answer === null) continue;
      counter.wrong += 1;
      failed.add(check.dimension);
      keep(counter, list.mdtrt_id, answer, examples);
    }
    for (const dimension of answered) {
      this.checked.set(dimension, (this.checked.get(dimension) ?? 0) + 1);
      if (!failed.has(dimension)) this.right.set(dimension, (this.right.get(dimension) ?? 0) + 1);
    }
  }
}

/**
 * Checks settlement lists for timeliness, completeness and accuracy, by hospital and field. What cannot be judged
 * because a field is empty is counted as unknown; completeness says that it is empty. The order of the lists does not
 * matter.
 */
export function checkListQuality(lists: readonly SettlementListRow[], parameters: ListParameters): ListQuality {
  const checks = listChecks(parameters, categoryCosts(lists));
  const hospitals = new Map<string, Hospital>();
  for (const list of lists) {
    const hospital = hospitals.get(list.fixmedins_code) ?? new Hospital(checks);
    hospital.add(list, checks, parameters.examples);
    hospitals.set(list.fixmedins_code, hospital);
  }
  const sorted = [...hospitals].sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    lists: lists.length,
    hospitals: sorted.map(([fixmedins_code, hospital]) => ({
      fixmedins_code,
      lists: hospital.lists,
      dimensions: dimensions.map((dimension) => {
        const right = hospital.right.get(dimension) ?? 0;
        const checked = hospital.checked.get(dimension) ?? 0;
        return { dimension, right, checked, rate: ratio(right, checked) };
      }),
    })),
    findings: sorted.flatMap(([fixmedins_code, { counters }]) =>
      checks.flatMap(({ check, dimension, field, name }, index) => {
        const counter = counters[index];
        if (counter === undefined || counter.checked + counter.unknown === 0) return [];
        const { checked, wrong, unknown } = counter;
        const examples = counter.examples.map(({ id, what }) => ({ list: masked(id), what }));
        return [{ fixmedins_code, check, dimension, field, name, checked, wrong, unknown, rate: ratio(wrong, checked), examples }];
      }),
    ),
    parameters: {
      upload_days: parameters.upload_days,
      low_cost: parameters.low_cost,
      high_cost: parameters.high_cost,
      cost_cases: parameters.cost_cases,
    },
  };
}

/** The three rates of each hospital as indicators of the evaluation form. */
export function listIndicators({ hospitals }: ListQuality): ReadonlyMap<string, ReadonlyMap<string, number | null>> {
  return new Map(
    hospitals.map((hospital) => [
      hospital.fixmedins_code,
      new Map(hospital.dimensions.map(({ dimension, rate }) => [`list_${dimension}`, rate])),
    ]),
  );
}
