import type { GroupedStay } from '@hengjian/grouping';
import { contradictedCost, type Problem, RefusedInput } from '@hengjian/standard';
import type { EvaluationParameters } from './parameters.ts';
import { evaluationProblems } from './problems.ts';
import { isBelowCap } from './screens.ts';

/** What stays are counted by. */
export const entityKinds = ['hospital', 'department', 'practitioner'] as const;
export type EntityKind = (typeof entityKinds)[number];

/** First and last day of discharge, civil days, both inclusive. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** Stays of one entity in one group. */
export interface Cell {
  readonly entity: number;
  readonly group: number;
  cases: number;
  cost_fen: number;
  days: number;
  deaths: number;
  /** Stays with a known payment, their payment and their cost. */
  paid: number;
  payment_fen: number;
  paid_cost_fen: number;
}

/** Whole counts of one entity. */
export interface Counts {
  stays: number;
  excluded: number;
  grouped: number;
  /** Grouped, ambiguous, entered without group, no group, invalid among stays that are not excluded. */
  considered_grouped: number;
  ambiguous: number;
  entered: number;
  none: number;
  invalid: number;
  died: number;
  against_advice: number;
  transferred: number;
  cost_fen: number;
  days: number;
  readmitted: number;
  readmitted_same_group: number;
  /** Stays with a known payment, and those just below it that the same hospital admitted again soon. */
  paid: number;
  below_cap_readmitted: number;
  low_cost: number;
  high_cost: number;
  /** Stays whose cost is contradicted by their lines. */
  total_not_lines: number;
}

export interface Entity {
  readonly kind: EntityKind;
  readonly fixmedins_code: string;
  /** The lowest code that a stay of it gives. */
  hosp_lv: string;
  readonly dscg_caty: string;
  readonly chfpdr_code: string;
  readonly counts: Counts;
}

/** Group in the region. `squares`: sum of squared costs, for limits only. */
export interface GroupTotals {
  readonly code: string;
  readonly adrg: string;
  cases: number;
  cost_fen: number;
  days: number;
  deaths: number;
  squares: bigint;
}

/** Stays of a period counted by entity and group. */
export interface Collected {
  readonly entities: Readonly<Record<EntityKind, readonly Entity[]>>;
  readonly cells: Readonly<Record<EntityKind, readonly Cell[]>>;
  readonly groups: readonly GroupTotals[];
  /** Payment of a stay of the period by its place, in fen; null when it is not known or the stay has no group. */
  paymentOf(index: number): number | null;
}

export const emptyCounts = (): Counts => ({
  stays: 0,
  excluded: 0,
  grouped: 0,
  considered_grouped: 0,
  ambiguous: 0,
  entered: 0,
  none: 0,
  invalid: 0,
  died: 0,
  against_advice: 0,
  transferred: 0,
  cost_fen: 0,
  days: 0,
  readmitted: 0,
  readmitted_same_group: 0,
  paid: 0,
  below_cap_readmitted: 0,
  low_cost: 0,
  high_cost: 0,
  total_not_lines: 0,
});

const isCount = (name: string): name is keyof Counts => Object.hasOwn(emptyCounts(), name);
/** Names of all counts. */
export const countNames: readonly (keyof Counts)[] = Object.keys(emptyCounts()).filter(isCount);

/** Entities of one kind with their cells. */
class Tables {
  readonly entities: Entity[] = [];
  readonly #cells: Map<number, Cell>[] = [];
  /** Numbers by hospital and part of it. */
  readonly #numbers = new Map<string, Map<string, number>>();
  readonly #kind: EntityKind;

  constructor(kind: EntityKind) {
    this.#kind = kind;
  }

  /** Number of the entity that a stay belongs to; −1 when the stay names none. */
  numberOf(stay: GroupedStay): number {
    const { dscg_caty, chfpdr_code, fixmedins_code } = stay;
    const part = this.#kind === 'department' ? dscg_caty : this.#kind === 'practitioner' ? chfpdr_code : fixmedins_code;
    if (part === '') return -1;
    let numbers = this.#numbers.get(fixmedins_code);
    if (numbers === undefined) {
      numbers = new Map();
      this.#numbers.set(fixmedins_code, numbers);
    }
    const known = numbers.get(part);
    if (known !== undefined) {
      const entity = this.entities[known];
      if (
        entity !== undefined &&
        stay.hosp_lv !== entity.hosp_lv &&
        stay.hosp_lv !== '' &&
        (entity.hosp_lv === '' || stay.hosp_lv < entity.hosp_lv)
      ) {
        entity.hosp_lv = stay.hosp_lv;
      }
      return known;
    }
    numbers.set(part, this.entities.length);
    this.entities.push({
      kind: this.#kind,
      fixmedins_code,
      hosp_lv: stay.hosp_lv,
      dscg_caty: this.#kind === 'department' ? dscg_caty : '',
      chfpdr_code: this.#kind === 'practitioner' ? chfpdr_code : '',
      counts: emptyCounts(),
    });
    return this.entities.length - 1;
  }

  cell(entity: number, group: number): Cell {
    let cells = this.#cells[entity];
    if (cells === undefined) {
      cells = new Map();
      this.#cells[entity] = cells;
    }
    const known = cells.get(group);
    if (known !== undefined) return known;
    const cell: Cell = { entity, group, cases: 0, cost_fen: 0, days: 0, deaths: 0, paid: 0, payment_fen: 0, paid_cost_fen: 0 };
    cells.set(group, cell);
    return cell;
  }

  get cells(): Cell[] {
    return this.#cells.flatMap((cells) => (cells === undefined ? [] : [...cells.values()]));
  }
}

/** Sums of squares by group, exact: small ones in doubles that are emptied into a big integer before they would round. */
class SquareSums {
  readonly #small: number[] = [];
  readonly #large: bigint[] = [];

  add(group: number, value: number): void {
    const square = value * value;
    const sum = (this.#small[group] ?? 0) + square;
    if (sum <= Number.MAX_SAFE_INTEGER) this.#small[group] = sum;
    else {
      this.#large[group] = (this.#large[group] ?? 0n) + BigInt(this.#small[group] ?? 0) + BigInt(value) * BigInt(value);
      this.#small[group] = 0;
    }
  }

  of(group: number): bigint {
    return (this.#large[group] ?? 0n) + BigInt(this.#small[group] ?? 0);
  }
}

/** Admissions to the same hospital soon after a discharge, by stay. */
export interface Readmissions {
  /** What the stay itself is: 0 none, 1 a readmission, 2 one in the same group. */
  readonly kinds: Uint8Array;
  /** 1 when the stay is followed by an admission within `split_days`. */
  readonly followed: Uint8Array;
}

/** Days from the discharge of one stay to the admission of another of the same hospital; undefined when it is not later. */
function gapBetween(before: GroupedStay, stay: GroupedStay): number | undefined {
  if (before.fixmedins_code !== stay.fixmedins_code) return undefined;
  const gap = stay.adm_day - before.dscg_day;
  const same = before.adm_day === stay.adm_day && before.dscg_day === stay.dscg_day;
  return gap < 0 || same ? undefined : gap;
}

/** Problems named; the first ones say enough. */
const shownProblems = 20;
const countedFields = ['medfee_sumamt', 'ipt_days', 'adm_day', 'dscg_day'] as const;

/** Refuses stays whose numbers cannot be added up: a blank that became NaN must not spoil the sums of everybody. */
export function checkStays(stays: readonly GroupedStay[]): void {
  const problems: Problem[] = [];
  for (const [index, stay] of stays.entries()) {
    if (problems.length >= shownProblems) break;
    for (const field of countedFields) {
      const value = stay[field];
      if (Number.isSafeInteger(value) && (value >= 0 || field === 'adm_day' || field === 'dscg_day')) continue;
      problems.push(evaluationProblems.problem('evaluation-stay', { field, stay: stay.mdtrt_id, value }, { row: index + 1, field }));
    }
  }
  if (problems.length > 0) throw new RefusedInput(problems);
}

/** Payment of a stay; what is neither null nor whole fen is refused. */
function paymentOf(stay: GroupedStay, payments: (stay: GroupedStay) => number | null): number | null {
  const payment = payments(stay);
  if (payment === null || Number.isSafeInteger(payment)) return payment;
  throw evaluationProblems.refused('evaluation-payment', { stay: stay.mdtrt_id, payment }, { field: 'payments' });
}

/** A stay with its place. */
interface StayAt {
  readonly index: number;
  readonly stay: GroupedStay;
}

/** Looks at stays discharged up to a day; the order of the stays does not matter. */
export function findReadmissions(
  stays: readonly GroupedStay[],
  until: number,
  { readmission_days, split_days }: EvaluationParameters,
): Readmissions {
  const kinds = new Uint8Array(stays.length);
  const followed = new Uint8Array(stays.length);
  const persons = new Map<string, StayAt | StayAt[]>();
  for (const [index, stay] of stays.entries()) {
    const { psn_no, dscg_day } = stay;
    if (psn_no === '' || dscg_day > until) continue;
    const known = persons.get(psn_no);
    if (known === undefined) persons.set(psn_no, { index, stay });
    else if (Array.isArray(known)) known.push({ index, stay });
    else persons.set(psn_no, [known, { index, stay }]);
  }
  for (const list of persons.values()) {
    if (!Array.isArray(list)) continue;
    for (const later of list) {
      for (const earlier of list) {
        const gap = earlier === later ? undefined : gapBetween(earlier.stay, later.stay);
        if (gap === undefined) continue;
        if (gap <= split_days) followed[earlier.index] = 1;
        if (gap > readmission_days) continue;
        const kind = earlier.stay.grp_code !== '' && earlier.stay.grp_code === later.stay.grp_code ? 2 : 1;
        if (kind > (kinds[later.index] ?? 0)) kinds[later.index] = kind;
      }
    }
  }
  return { kinds, followed };
}

function count(counts: Counts, stay: GroupedStay, readmission: number, parameters: EvaluationParameters): void {
  const excluded = stay.ipt_days > parameters.excluded_days || stay.medfee_sumamt < parameters.excluded_fen;
  counts.stays += 1;
  counts.cost_fen += stay.medfee_sumamt;
  counts.days += stay.ipt_days;
  if (excluded) counts.excluded += 1;
  if (stay.status === 'grouped') {
    counts.grouped += 1;
    if (!excluded) counts.considered_grouped += 1;
  } else if (!excluded) counts[stay.status] += 1;
  if (stay.dscg_way === parameters.died) counts.died += 1;
  else if (stay.dscg_way === parameters.against_advice) counts.against_advice += 1;
  else if (parameters.transferred.includes(stay.dscg_way)) counts.transferred += 1;
  if (contradictedCost(stay) !== undefined) counts.total_not_lines += 1;
  if (readmission > 0) counts.readmitted += 1;
  if (readmission === 2) counts.readmitted_same_group += 1;
}

function addToCell(cell: Cell, stay: GroupedStay, died: boolean, payment: number | null): void {
  cell.cases += 1;
  cell.cost_fen += stay.medfee_sumamt;
  cell.days += stay.ipt_days;
  if (died) cell.deaths += 1;
  if (payment === null) return;
  cell.paid += 1;
  cell.payment_fen += payment;
  cell.paid_cost_fen += stay.medfee_sumamt;
}

/** Groups in the order in which they are met. */
class Groups {
  readonly totals: GroupTotals[] = [];
  readonly #known = new Map<string, { readonly group: number; readonly totals: GroupTotals }>();
  readonly #squares = new SquareSums();

  /** Adds a grouped stay and gives the number of its group. */
  add(stay: GroupedStay, died: boolean): number {
    let known = this.#known.get(stay.grp_code);
    if (known === undefined) {
      const totals = { code: stay.grp_code, adrg: stay.adrg, cases: 0, cost_fen: 0, days: 0, deaths: 0, squares: 0n };
      known = { group: this.totals.length, totals };
      this.#known.set(stay.grp_code, known);
      this.totals.push(totals);
    }
    const { group, totals } = known;
    totals.cases += 1;
    totals.cost_fen += stay.medfee_sumamt;
    totals.days += stay.ipt_days;
    if (died) totals.deaths += 1;
    this.#squares.add(group, stay.medfee_sumamt);
    return group;
  }

  finish(): GroupTotals[] {
    for (const [group, totals] of this.totals.entries()) totals.squares = this.#squares.of(group);
    return this.totals;
  }
}

/** The entities of one kind, and the number of its entity by stay; −1 where it has none. */
interface Counted {
  readonly tables: Tables;
  readonly places: Int32Array;
}

/**
 * Counts the stays whose discharge lies in the period, in two passes. Stays before it only tell readmissions.
 *
 * @param payments payment of a stay in fen; null when it is not known.
 */
export function collect(
  stays: readonly GroupedStay[],
  period: Period,
  payments: (stay: GroupedStay) => number | null,
  { kinds, followed }: Readmissions,
  parameters: EvaluationParameters,
): Collected {
  const by = (kind: EntityKind): Counted => ({ tables: new Tables(kind), places: new Int32Array(stays.length).fill(-1) });
  const [hospital, department, practitioner] = [by('hospital'), by('department'), by('practitioner')];
  const kindsOfEntity = [hospital, department, practitioner];
  const groups = new Groups();
  const groupOf = new Int32Array(stays.length).fill(-1);
  const paid = new Float64Array(stays.length).fill(Number.NaN);
  for (const [index, stay] of stays.entries()) {
    if (stay.dscg_day < period.from || stay.dscg_day > period.to) continue;
    const died = stay.dscg_way === parameters.died;
    const group = stay.status === 'grouped' ? groups.add(stay, died) : -1;
    const payment = group < 0 ? null : paymentOf(stay, payments);
    if (payment !== null) paid[index] = payment;
    const isSplit = payment !== null && followed[index] === 1 && isBelowCap(stay.medfee_sumamt, payment, parameters.below_cap);
    groupOf[index] = group;
    for (const { tables, places } of kindsOfEntity) {
      const entity = tables.numberOf(stay);
      const counts = tables.entities[entity]?.counts;
      if (counts === undefined) continue;
      places[index] = entity;
      count(counts, stay, kinds[index] ?? 0, parameters);
      if (payment !== null) counts.paid += 1;
      if (isSplit) counts.below_cap_readmitted += 1;
      if (group >= 0) addToCell(tables.cell(entity, group), stay, died, payment);
    }
  }
  countCosts(stays, groupOf, kindsOfEntity, groups.finish(), parameters);
  const each = <Value>(of: (one: Tables) => Value): Readonly<Record<EntityKind, Value>> => ({
    hospital: of(hospital.tables),
    department: of(department.tables),
    practitioner: of(practitioner.tables),
  });
  return {
    entities: each(({ entities }) => entities),
    cells: each(({ cells }) => cells),
    groups: groups.totals,
    paymentOf: (index) => {
      const payment = paid[index];
      return payment === undefined || Number.isNaN(payment) ? null : payment;
    },
  };
}

/** Counts stays that are far cheaper or dearer than the mean of their group, exactly. */
function countCosts(
  stays: readonly GroupedStay[],
  groupOf: Int32Array,
  counted: readonly Counted[],
  groups: readonly GroupTotals[],
  { low_cost, high_cost }: EvaluationParameters,
): void {
  const bound = (share: number, up: boolean) =>
    groups.map(({ cost_fen, cases }) => {
      const product = BigInt(cost_fen) * BigInt(share);
      const divisor = BigInt(cases) * 10_000n;
      return Number(up ? product / divisor : (product + divisor - 1n) / divisor);
    });
  const low = bound(low_cost, false);
  const high = bound(high_cost, true);
  for (const [index, { medfee_sumamt: cost }] of stays.entries()) {
    const group = groupOf[index] ?? -1;
    if (group < 0) continue;
    const isLow = cost < (low[group] ?? 0);
    if (!isLow && cost <= (high[group] ?? 0)) continue;
    for (const { tables, places } of counted) {
      const counts = tables.entities[places[index] ?? -1]?.counts;
      if (counts === undefined) continue;
      if (isLow) counts.low_cost += 1;
      else counts.high_cost += 1;
    }
  }
}
