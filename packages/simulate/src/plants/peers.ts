import { dayOf } from '@hengjian/standard';
import { type Care, minutesPerDay } from '../care.ts';
import type { Catalogue, Item } from '../catalogue.ts';
import type { City } from '../city.ts';
import { type Doctor, type Institution, stayDays, type Visit } from '../model.ts';
import type { Random } from '../random.ts';
import { firstOfMonth } from '../stock.ts';
import type { CohortRow } from './cohort.ts';

/** Days of the year, counted from 0, the last one included. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** What an institution adds to its bills for a while. */
interface CostHabit extends Span {
  readonly institution: Institution;
  readonly items: readonly Item[];
  /** Share of the bill that is added. */
  readonly strength: number;
  /** Share of the bills. */
  readonly share: number;
  /** Only the visits of this practitioner. */
  readonly doctor?: Doctor;
}

/** One case about an institution or a practitioner, with what makes it so. */
interface PeerCase extends Span {
  readonly rule: string;
  readonly expect: 'hit' | 'clear';
  readonly institution: Institution;
  readonly note: string;
  readonly cost?: Omit<CostHabit, 'institution' | 'from' | 'to'>;
  /** Customers drawn from elsewhere, in parts of an ordinary month's. */
  readonly crowd?: number;
  readonly infections?: number;
  readonly returns?: number;
  readonly holidays?: number;
}

/** Below so many persons too few comparable institutions have the stays that shares of stays are compared from. */
const stayPersons = 40_000;

/** The months from `first` on, as days of the year. */
const months = (city: City, first: number, count: number): Span => ({
  from: firstOfMonth(city.year, first) - city.firstDay,
  to: firstOfMonth(city.year, first + count) - city.firstDay - 1,
});
const quarter = (city: City, index: number): Span => months(city, index * 3, 3);
const month = (city: City, index: number): Span => months(city, index, 1);

const must = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the city has too few institutions');
  return value;
};

/** Ordinary items of ordinary care by kind of charge; none of them is limited. */
function itemsBy(catalogue: Catalogue) {
  const ward = catalogue.pool('ward');
  return {
    drugs: catalogue.pool('out'),
    tests: [...catalogue.pool('lab'), ...catalogue.pool('exam')],
    materials: ward.filter(({ listType }) => listType === '301'),
    treatments: [...catalogue.pool('rehab'), ...catalogue.pool('tcm')],
    ct: catalogue.pool('imaging-plain'),
    mri: catalogue.pool('imaging-plain2'),
  };
}

/** The cases of a city. The quarters are spread, so that few institutions of a group stand out at once. */
function casesOf(city: City, catalogue: Catalogue): readonly PeerCase[] {
  const { township, primary, pharmacy } = city.byKind;
  const small = (index: number): Institution => must([...township.slice(0, 5), ...primary.slice(0, 4)][index]);
  const items = itemsBy(catalogue);
  const costly = (rule: string, place: number, at: Span, list: readonly Item[], strength: number, share = 1): PeerCase => ({
    rule,
    expect: 'hit',
    institution: small(place),
    ...at,
    note: '费用构成明显高于同级同类机构',
    cost: { items: list, strength, share },
  });
  const mild = (rule: string, place: number, at: Span, list: readonly Item[], strength: number): PeerCase => ({
    rule,
    expect: 'clear',
    institution: small(place),
    ...at,
    note: '略高于同级同类机构',
    cost: { items: list, strength, share: 1 },
  });
  const [q1, q2, q3, q4] = [quarter(city, 0), quarter(city, 1), quarter(city, 2), quarter(city, 3)];
  const generous = must(small(6).departments.find(({ caty }) => caty === 'A02')?.doctors[0]);
  const ordinary = must(small(7).departments.find(({ caty }) => caty === 'A02')?.doctors[0]);
  const mixed = items.drugs.concat(items.tests);
  return [
    costly('N56', 0, q4, items.drugs, 5),
    mild('N56', 2, q4, items.drugs, 0.05),
    costly('N60', 1, q1, items.ct, 1, 0.15),
    costly('N57', 2, q3, items.tests, 3),
    mild('N57', 0, q3, items.tests, 0.05),
    costly('N59', 3, q2, items.treatments, 1.5),
    mild('N59', 2, q2, items.treatments, 0.01),
    costly('N58', 4, q2, items.materials, 1.5),
    mild('N58', 1, q2, items.materials, 0.001),
    costly('N61', 5, q3, items.mri, 1, 0.12),
    mild('N60', 3, q3, items.ct, 0),
    mild('N61', 0, q2, items.mri, 0),
    {
      rule: 'IF01',
      expect: 'hit',
      institution: small(6),
      ...q1,
      note: '医师门诊次均费用明显高于同专业医师',
      cost: { items: mixed, strength: 3, share: 1, doctor: generous },
    },
    {
      rule: 'IF01',
      expect: 'clear',
      institution: small(7),
      ...q1,
      note: '医师门诊次均费用略高',
      cost: { items: mixed, strength: 0.3, share: 1, doctor: ordinary },
    },
    { rule: 'IG07', expect: 'hit', institution: must(pharmacy[1]), ...month(city, 5), note: '当月费用骤增', crowd: 8 },
    { rule: 'IG07', expect: 'clear', institution: must(pharmacy[2]), ...month(city, 6), note: '当月费用增加一半', crowd: 0.5 },
    { rule: 'IC11', expect: 'hit', institution: must(pharmacy[0]), ...month(city, 11), note: '年末费用骤增', crowd: 2.2 },
    { rule: 'IC11', expect: 'clear', institution: must(pharmacy[3]), ...month(city, 11), note: '年末费用略增', crowd: 0.2 },
    ...(city.persons < stayPersons ? [] : stayCases(city, small)),
  ];
}

function stayCases(city: City, small: (index: number) => Institution): readonly PeerCase[] {
  const [q2, q3] = [quarter(city, 1), quarter(city, 2)];
  const year = { from: 0, to: city.lastDay - city.firstDay };
  return [
    { rule: 'N62', expect: 'hit', institution: small(0), ...q2, note: '院内感染率明显偏高', infections: 0.35 },
    { rule: 'N62', expect: 'clear', institution: small(1), ...q2, note: '院内感染率与同类相当', infections: 0.04 },
    { rule: 'N63', expect: 'hit', institution: small(3), ...q3, note: '非计划再入院率明显偏高', returns: 0.7 },
    { rule: 'N63', expect: 'clear', institution: small(1), ...q3, note: '非计划再入院率与同类相当' },
    { rule: 'IB09', expect: 'hit', institution: small(2), ...year, note: '节假日入院占比明显偏高', holidays: 0.4 },
    { rule: 'IB09', expect: 'clear', institution: small(4), ...year, note: '节假日入院占比略高', holidays: 0.03 },
  ];
}

/** The truth about institutions and practitioners; the day is the middle of the period. */
export function cityTruths(city: City, catalogue: Catalogue): readonly CohortRow[] {
  return casesOf(city, catalogue).map((one, index) => ({
    plant_id: `C-${String(index + 1).padStart(3, '0')}`,
    expect: one.expect,
    rule_id: one.rule,
    psn_no: '',
    fixmedins_code: one.institution.code,
    setl_id: [],
    line_key: [],
    mdtrt_id: [],
    occurred_on: city.firstDay + Math.floor((one.from + one.to) / 2),
    charge_fen: 0,
    note: one.note,
  }));
}

/** Visits of a chronic benefit take no drugs but those of the benefit. */
const fits = ({ items }: CostHabit, setting: Visit['setting']): boolean => setting !== 'chronic' || items[0]?.listType !== '101';

const within = ({ from, to }: Span, day: number): boolean => day >= from && day <= to;

/** Stays of so many days get nothing added: mostly tests, they would look like check-ups. */
const shortStay = 3;

/** Share of ordinary stays with a recorded infection. */
const usualInfections = 0.04;

/** Ordinary care as the institutions of the cases give it. */
export class PeerHabits {
  readonly #firstDay: number;
  readonly #costs = new Map<Institution, CostHabit[]>();
  readonly #cases: readonly PeerCase[];
  readonly #crowds: readonly PeerCase[];
  readonly #shops: number;
  readonly #holidays: readonly number[];

  constructor(city: City, catalogue: Catalogue) {
    this.#firstDay = city.firstDay;
    this.#cases = casesOf(city, catalogue);
    this.#crowds = this.#cases.filter(({ crowd }) => crowd !== undefined);
    this.#shops = city.byKind.pharmacy.length;
    for (const { institution, cost, from, to } of this.#cases) {
      if (cost === undefined) continue;
      this.#costs.set(institution, [...(this.#costs.get(institution) ?? []), { institution, from, to, ...cost }]);
    }
    this.#holidays = catalogue.knowledge('holidays').flatMap(({ begndate, enddate }) => {
      const [from, to] = [begndate, enddate].map((text) => {
        const [year = 0, at = 1, day = 1] = (text ?? '').split('-').map(Number);
        return dayOf(year, at, day);
      });
      if (from === undefined || to === undefined || from < city.firstDay + 1 || to > city.lastDay) return [];
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
  }

  /** The practitioner who sees most patients of that place at that time, if there is such a case. */
  practitioner(institution: Institution, caty: string, day: number, random: Random): Doctor | undefined {
    if (caty !== 'A02') return undefined;
    const habit = this.#costs.get(institution)?.find(({ doctor, ...span }) => doctor !== undefined && within(span, day - this.#firstDay));
    return habit !== undefined && random.chance(0.6) ? habit.doctor : undefined;
  }

  /** What is left of the usual care of a bill that the institution adds to; the bill as a whole stays as it is. */
  usual(institution: Institution, day: number, setting: Visit['setting'], days = 1): number {
    if (setting === 'inpatient' && days <= shortStay) return 1;
    let added = 0;
    for (const habit of this.#costs.get(institution) ?? []) {
      const { strength, share, doctor, ...span } = habit;
      if (doctor === undefined && fits(habit, setting) && within(span, day - this.#firstDay)) added += strength * share;
    }
    return 1 / (1 + added);
  }

  /** Adds what the institution is used to adding. */
  addTo(care: Care, visit: Visit): void {
    const habits = this.#costs.get(visit.institution);
    if (habits === undefined || (visit.setting === 'inpatient' && stayDays(visit) <= shortStay)) return;
    const day = Math.floor(visit.begin / minutesPerDay) - this.#firstDay;
    for (const habit of habits) {
      if (!within(habit, day) || habit.strength === 0 || !fits(habit, visit.setting)) continue;
      if (habit.doctor !== undefined && (habit.doctor !== visit.doctor || visit.setting === 'inpatient')) continue;
      if (habit.share === 1 || care.random.chance(habit.share)) addLines(care, visit, habit);
    }
  }

  /** Another pharmacy than the usual one, where a case draws customers. */
  pharmacy(day: number, random: Random): Institution | undefined {
    for (const one of this.#crowds) {
      if (within(one, day - this.#firstDay) && random.chance(Math.min(0.9, (one.crowd ?? 0) / this.#shops))) return one.institution;
    }
    return undefined;
  }

  /** Whether an infection is recorded in a stay. */
  infected(visit: Visit, random: Random): boolean {
    const days = [visit.begin, visit.end].map((minute) => Math.floor(minute / minutesPerDay) - this.#firstDay);
    const one = this.#cases.find(
      (candidate) =>
        candidate.infections !== undefined && candidate.institution === visit.institution && days.some((day) => within(candidate, day)),
    );
    return random.chance(one?.infections ?? usualInfections);
  }

  /** A holiday to be admitted on, where the institution likes them. */
  holiday(institution: Institution, random: Random): number | undefined {
    const one = this.#cases.find((candidate) => candidate.institution === institution && candidate.holidays !== undefined);
    return one !== undefined && this.#holidays.length > 0 && random.chance(one.holidays ?? 0) ? random.pick(this.#holidays) : undefined;
  }

  /** Whether the patient of a stay that ends on that day comes back within the month. */
  returns(institution: Institution, endDay: number, random: Random): boolean {
    const day = endDay - this.#firstDay;
    const one = this.#cases.find((candidate) => candidate.institution === institution && candidate.returns !== undefined);
    return one !== undefined && day >= one.from - 20 && day <= one.to - 28 && random.chance(one.returns ?? 0);
  }
}

/** No bill is raised by more than this share of its usual cost, but for a practitioner who costs more. */
const mostAdded = 1.2;

/** Each item at most once a day. */
function addLines(care: Care, visit: Visit, { items, strength, doctor }: CostHabit): void {
  const { random } = care;
  const days = visit.setting === 'inpatient' ? stayDays(visit) : 1;
  const level = visit.institution.priceLevel;
  const first = Math.floor(visit.begin / minutesPerDay);
  const bill = visit.lines.reduce((sum, line) => sum + (line.cnt * line.price) / 100, 0);
  const known = new Set(visit.lines.map(({ item, minute }) => item.index * 100 + Math.floor(minute / minutesPerDay) - first));
  let left = doctor === undefined ? Math.min(bill * strength, visit.target * mostAdded) : bill * strength;
  for (let attempt = 0; attempt < 60 && left > 0; attempt += 1) {
    const item = random.pick(items);
    const on = random.int(days);
    const price = item.prices[level];
    if (known.has(item.index * 100 + on) || (items.length > 1 && price > 2 * left)) continue;
    known.add(item.index * 100 + on);
    const cnt = item.listType === '201' ? 1 : Math.max(1, Math.min(3, Math.round(left / price)));
    const minute = days === 1 ? visit.begin + 25 : (first + on) * minutesPerDay + (on === 0 ? 1200 : 500);
    const drug = item.listType === '101' && visit.setting !== 'inpatient';
    if (drug) care.sell(visit, item, minute, cnt, care.prescription(), 5);
    else care.sell(visit, item, minute, cnt);
    left -= cnt * price;
  }
}
