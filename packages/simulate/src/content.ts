import { type Care, minutesPerDay } from './care.ts';
import type { Catalogue, Item } from './catalogue.ts';
import { departmentOf } from './city.ts';
import { type Line, stayDays, type Visit } from './model.ts';
import type { Random } from './random.ts';

/** Item lists of ordinary care, sorted by price, made once per worker. */
export interface Pools {
  readonly ward: readonly (readonly Item[])[];
  readonly exams: readonly (readonly Item[])[];
  readonly out: readonly Item[];
  readonly pharmacy: readonly Item[];
  readonly labs: readonly Item[];
  readonly herbs: readonly Item[];
  readonly tcm: readonly Item[];
  readonly rehab: readonly Item[];
  readonly chemo: readonly Item[];
  readonly nursing: readonly Item[];
  readonly bed: Item;
  readonly wardFee: Item;
  readonly visitFee: Item;
  readonly emergencyFee: Item;
  readonly infusion: Item;
  readonly oxygen: Item;
  readonly saline: Item;
  readonly anaesthesia: Item;
  readonly device: Item;
}

const byPrice = (items: readonly Item[], level: number): Item[] =>
  [...items].sort((a, b) => (a.prices[level] ?? 0) - (b.prices[level] ?? 0) || a.index - b.index);

/** Small hospitals use no dearer materials; in ten-thousandths of a yuan. */
const dearMaterial = 600_000;

export function makePools(catalogue: Catalogue): Pools {
  const ward = [...catalogue.pool('ward'), ...catalogue.pool('ward-daily'), ...catalogue.pool('rehab')];
  const exams = [
    ...catalogue.pool('exam'),
    ...catalogue.pool('exam-once'),
    ...catalogue.pool('imaging-plain'),
    ...catalogue.pool('imaging-plain2'),
  ];
  const plain = ward.filter(({ listType, prices }) => listType !== '301' || prices[1] <= dearMaterial);
  return {
    ward: [1, 1, 2, 3].map((level) => byPrice(level === 1 ? plain : ward, level)),
    exams: [1, 1, 2, 3].map((level) => byPrice(exams, level)),
    out: byPrice(catalogue.pool('out'), 3),
    pharmacy: byPrice(catalogue.pool('pharmacy'), 3),
    labs: catalogue.pool('lab'),
    herbs: catalogue.pool('herb'),
    tcm: catalogue.pool('tcm'),
    rehab: catalogue.pool('rehab'),
    chemo: catalogue.pool('chemo'),
    nursing: catalogue.pool('nursing'),
    bed: catalogue.item('普通病房床位费'),
    wardFee: catalogue.item('住院诊查费'),
    visitFee: catalogue.item('普通门诊诊查费'),
    emergencyFee: catalogue.item('急诊诊查费'),
    infusion: catalogue.item('静脉输液'),
    oxygen: catalogue.item('氧气吸入'),
    saline: catalogue.item('氯化钠'),
    anaesthesia: catalogue.item('全身麻醉'),
    device: catalogue.item('椎管内麻醉'),
  };
}

/** Position of the dearest item that costs at most `want`, in a list sorted by price. */
function upTo(items: readonly Item[], level: number, want: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle] as Item).prices[level as 0 | 1 | 2 | 3] <= want) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

const clamp = (value: number, low: number, high: number): number => (value < low ? low : value > high ? high : value);

/** An item near the wanted price, not always the nearest. */
function near(items: readonly Item[], level: number, want: number, random: Random): Item {
  const position = upTo(items, level, want) - random.int(7);
  return items[Math.max(0, position)] ?? random.pick(items);
}

/** Money of a line in ten-thousandths of a yuan, before it is settled. */
const value = (line: { readonly cnt: number; readonly price: number }): number => (line.cnt * line.price) / 100;

/** A minute of the visit on its n-th day, inside the visit. */
function at(visit: Visit, day: number, random: Random): number {
  if (day === 0) return visit.begin + random.int(60);
  return (((visit.begin / minutesPerDay) | 0) + day) * minutesPerDay + 480 + random.int(480);
}

export interface StayOptions {
  /** Without bed, nursing and consultation; for stays that overlap another on purpose. */
  readonly daily?: boolean;
  /** Upper bound of filling lines, to keep a planted stay short. */
  readonly lines?: number;
}

/** Fills a stay with clean care that costs about `target` (in ten-thousandths of a yuan). */
export function fillStay(care: Care, pools: Pools, visit: Visit, target: number, options: StayOptions = {}): void {
  const { random } = care;
  const days = stayDays(visit);
  const level = visit.institution.priceLevel;
  let spent = 0;
  if (options.daily !== false) spent += dailyLines(care, pools, visit, days, random.pick(pools.nursing));
  spent += firstDayTests(care, pools, visit, target * 0.25);
  spent += operationLines(care, pools, visit);
  const wanted = options.lines ?? Math.round(visit.lines.length + days * 5.2 + 4);
  const left = Math.max(4, wanted - visit.lines.length);
  for (let index = 0; index < left; index += 1) {
    const share = ((target - spent) / (left - index)) * (0.4 + 1.2 * random.float());
    spent += wardLine(care, pools, visit, days, level, Math.max(8000, share));
  }
}

function wardLine(care: Care, pools: Pools, visit: Visit, days: number, level: 0 | 1 | 2 | 3, want: number): number {
  const items = pools.ward[level] ?? [];
  const item = near(items, level, want, care.random);
  const cnt = clamp(Math.round(want / item.prices[level]), 1, item.listType === '201' ? 3 : 4);
  return value(care.sell(visit, item, at(visit, care.random.int(days), care.random), cnt));
}

function dailyLines(care: Care, pools: Pools, visit: Visit, days: number, nursing: Item): number {
  const { random } = care;
  let spent = 0;
  for (let day = 0; day < days; day += 1) {
    const minute = at(visit, day, random);
    spent += value(care.sell(visit, pools.bed, minute));
    spent += value(care.sell(visit, nursing, minute));
    spent += value(care.sell(visit, pools.wardFee, minute));
    spent += value(care.sell(visit, pools.infusion, at(visit, day, random)));
  }
  return spent;
}

function firstDayTests(care: Care, pools: Pools, visit: Visit, budget: number): number {
  const { random } = care;
  let spent = 0;
  const first = random.int(pools.labs.length);
  const count = 5 + random.int(10);
  for (let index = 0; index < count && spent < budget; index += 1) {
    const item = pools.labs[(first + index * 3) % pools.labs.length];
    if (item !== undefined && item.prices[3] < budget / 2) spent += value(care.sell(visit, item, at(visit, 0, random)));
  }
  const level = visit.institution.priceLevel;
  const exam = near(pools.exams[level] ?? [], level, budget - spent, random);
  if (exam.prices[level] <= budget - spent) spent += value(care.sell(visit, exam, at(visit, 0, random)));
  return spent;
}

function operationLines(care: Care, pools: Pools, visit: Visit): number {
  const diagnosis = visit.diagnoses[0];
  const operation = diagnosis?.operation;
  if (operation === undefined || operation.item === '') return 0;
  const day = stayDays(visit) > 2 ? 1 : 0;
  const minute = at(visit, day, care.random) + 30;
  visit.operations.push({ operation, day: Math.floor(minute / minutesPerDay) });
  const spent = value(care.sell(visit, care.catalogue.item(operation.item), minute));
  return spent + value(care.sell(visit, care.random.chance(0.5) ? pools.anaesthesia : pools.device, minute));
}

/** Whether one of the lines from that position on is of the item. */
function charged(visit: Visit, from: number, item: Item): boolean {
  for (let index = from; index < visit.lines.length; index += 1) if (visit.lines[index]?.item === item) return true;
  return false;
}

/** Fills an outpatient or emergency visit. */
export function fillClinic(care: Care, pools: Pools, visit: Visit, target: number): void {
  const { random } = care;
  const level = visit.institution.priceLevel;
  const minute = visit.begin;
  let spent = value(care.sell(visit, visit.setting === 'emergency' ? pools.emergencyFee : pools.visitFee, minute));
  if (visit.department?.caty === 'A50' || random.chance(0.05)) spent += herbalLines(care, pools, visit);
  const left = 3 + random.int(3);
  const from = visit.lines.length;
  const rx = care.prescription();
  for (let index = 0; index < left; index += 1) {
    const want = Math.max(20_000, ((target - spent) / (left - index)) * (0.5 + random.float()));
    const item =
      want > 320_000
        ? near(pools.exams[level] ?? [], level, want, random)
        : random.chance(0.45)
          ? random.pick(pools.labs)
          : near(pools.out, level, want, random);
    if (charged(visit, from, item)) continue;
    const units = clamp(Math.round(want / item.prices[level]), 1, 3);
    spent += value(item.listType === '201' ? care.sell(visit, item, minute + 10) : dispense(care, visit, item, units, rx, minute + 20));
  }
}

/** Pharmacies scan trace codes in every year; hospitals had to from 2026 on. */
const hospitalsTrace = (care: Care): boolean => care.city.year >= 2026;

function dispense(care: Care, visit: Visit, item: Item, cnt: number, rx: number, minute: number): Line {
  const traced = visit.setting === 'pharmacy' || visit.institution.kind === 'tertiary' || hospitalsTrace(care);
  const days = 3 + care.random.int(5);
  const line = care.sell(visit, item, minute, cnt, rx, days);
  if (traced) line.trace = care.trace();
  return line;
}

function herbalLines(care: Care, pools: Pools, visit: Visit): number {
  const { random } = care;
  const rx = care.prescription();
  const first = random.int(pools.herbs.length);
  let spent = value(care.sell(visit, random.pick(pools.tcm), visit.begin + 10));
  const count = 8 + random.int(6);
  for (let index = 0; index < count; index += 1) {
    const item = pools.herbs[(first + index) % pools.herbs.length];
    if (item !== undefined) spent += value(care.sell(visit, item, visit.begin + 20, 6 + random.int(4), rx, 5));
  }
  return spent;
}

/** Fills a chronic-disease visit with a month of the drugs of its disease. */
export function fillChronic(care: Care, visit: Visit, target: number): void {
  const drugs = visit.disease?.drugs ?? [];
  const level = visit.institution.priceLevel;
  const rx = care.prescription();
  const count = Math.min(drugs.length, 2 + care.random.int(3));
  const first = care.random.int(Math.max(1, drugs.length));
  for (let index = 0; index < count; index += 1) {
    const item = drugs[(first + index) % drugs.length];
    if (item === undefined) continue;
    const cnt = clamp(Math.round((target / count / item.prices[level]) * (0.7 + 0.6 * care.random.float())), 1, 12);
    const line = care.sell(visit, item, visit.begin + 10, cnt, rx, 30);
    if (hospitalsTrace(care)) line.trace = care.trace();
  }
  care.sell(visit, care.random.pick(care.catalogue.pool('lab')), visit.begin + 5);
}

/** Fills a purchase at a pharmacy. */
export function fillPharmacy(care: Care, pools: Pools, visit: Visit, target: number): void {
  const rx = care.prescription();
  const count = 2 + care.random.int(4);
  const from = visit.lines.length;
  for (let index = 0; index < count; index += 1) {
    const want = (target / count) * (0.6 + 0.8 * care.random.float());
    const item = near(pools.pharmacy, 0, want, care.random);
    if (charged(visit, from, item)) continue;
    dispense(care, visit, item, clamp(Math.round(want / item.prices[0]), 1, 9), rx, visit.begin);
  }
}

/** Moves a stay to another department on one of its days. */
export function transferWard(visit: Visit, caty: string): void {
  visit.leavingDepartment = departmentOf(visit.institution, caty);
}
