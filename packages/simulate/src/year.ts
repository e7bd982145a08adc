import { type Care, minutesPerDay } from './care.ts';
import type { Diagnosis } from './catalogue.ts';
import { fillChronic, fillClinic, fillPharmacy, fillStay, type Pools } from './content.ts';
import type { Institution, InstitutionKind, Person, Visit } from './model.ts';
import { ageOn, retired } from './persons.ts';
import type { PeerHabits } from './plants/peers.ts';
import { maybeHabit } from './plants/season.ts';
import { Random } from './random.ts';

/** Means of 2025 by scheme, from shared/reference/calibration.md section 2. Money in ten-thousandths of a yuan. */
const yuan = 10_000;
export const rates = {
  '310': { outpatient: 7.18, outpatientCost: 242, chronic: 0.93, chronicCost: 608, pharmacy: 5.8, pharmacyCost: 96 },
  '390': { outpatient: 2.69, outpatientCost: 113, chronic: 0.52, chronicCost: 451, pharmacy: 0.05, pharmacyCost: 593 },
} as const;

interface LevelMix {
  readonly kind: InstitutionKind;
  readonly weight: number;
  readonly cost: number;
  readonly days: number;
}
/** Stays by level: shares (own choice; with the planted stays, mostly tertiary, they reproduce the means), cost and length. */
export const stayMix: Readonly<Record<'310' | '390', readonly LevelMix[]>> = {
  '310': [
    { kind: 'tertiary', weight: 66, cost: 13_335, days: 7.7 },
    { kind: 'secondary', weight: 22, cost: 8_327, days: 9.6 },
    { kind: 'primary', weight: 7, cost: 6_105, days: 12.6 },
    { kind: 'township', weight: 5, cost: 6_105, days: 11.6 },
  ],
  '390': [
    { kind: 'tertiary', weight: 32, cost: 11_278, days: 8.2 },
    { kind: 'secondary', weight: 36, cost: 5_900, days: 9.5 },
    { kind: 'primary', weight: 9, cost: 3_300, days: 9.0 },
    { kind: 'township', weight: 23, cost: 3_300, days: 7.4 },
  ],
};
/** Planted stays are cheap and fill about a fifth of the stays; the ordinary ones make up for them. */
const costUplift: Readonly<Record<'310' | '390', Readonly<Record<InstitutionKind, number>>>> = {
  '310': { tertiary: 1.16, secondary: 1.21, primary: 1.08, township: 1.08, pharmacy: 1 },
  '390': { tertiary: 1.22, secondary: 1.0, primary: 0.75, township: 0.75, pharmacy: 1 },
};
/** How often a stay has further diagnoses, and its cost against a stay without; the mean stays about 1. */
const besides = { harmless: 0.4, complicated: 0.14, complicatedOld: 0.3, severe: 0.03, severeOld: 0.09 } as const;
const besideCost = { none: 0.92, complicated: 1.15, severe: 1.6 } as const;
const clinicKinds: readonly InstitutionKind[] = ['tertiary', 'secondary', 'primary', 'township'];

/** Days of the year that are taken, with a margin around visits and stays. */
export class Calendar {
  readonly #taken: Uint8Array;
  readonly first: number;
  constructor(first: number, last: number) {
    this.first = first;
    this.#taken = new Uint8Array(last - first + 1);
  }
  free(from: number, to: number): boolean {
    if (from < this.first || to >= this.first + this.#taken.length) return false;
    for (let day = from; day <= to; day += 1) if (this.#taken[day - this.first] === 1) return false;
    return true;
  }
  /** All days are free again. */
  clear(): void {
    this.#taken.fill(0);
  }
  take(from: number, to: number): void {
    for (let day = Math.max(from, this.first); day <= to; day += 1) this.#taken[day - this.first] = 1;
  }
}

/** Share of further stays in a year that are returns to the same institution within a month. */
const usualReturns = 0.3;

/** Ordinary, clean care of one person. `from` and `to` bound the days it may fall on. */
export class OrdinaryYear {
  readonly care: Care;
  readonly pools: Pools;
  readonly calendar: Calendar;
  readonly #from: number;
  readonly #to: number;
  readonly #home: { readonly pharmacy: Institution; readonly clinics: readonly Institution[] };
  readonly #wards: WardCases;
  readonly #habits: PeerHabits;

  /** The calendar must be free; it may be used again for the next person. */
  constructor(
    care: Care,
    pools: Pools,
    { wards, habits }: { readonly wards: WardCases; readonly habits: PeerHabits },
    calendar: Calendar,
    from: number,
    to: number,
  ) {
    const { city, random } = care;
    this.care = care;
    this.pools = pools;
    this.#wards = wards;
    this.#habits = habits;
    this.calendar = calendar;
    this.#from = from;
    this.#to = to;
    this.#home = { pharmacy: random.pick(city.byKind.pharmacy), clinics: clinicKinds.map((kind) => random.pick(city.byKind[kind])) };
  }

  /** Stays first, then chronic visits, then the rest. */
  run(scale = 1, stays = true): void {
    const { person, random } = this.care;
    const rate = rates[person.insutype];
    if (stays) this.#stays();
    const frailty = 0.35 + 1.3 * random.float();
    if (random.chance(chronicShare(person))) this.#chronic(scale);
    const visits = Math.min(60, random.poisson(rate.outpatient * frailty * scale));
    for (let index = 0; index < visits; index += 1) this.#clinic(rate.outpatientCost * (person.insutype === '310' ? 1.42 : 1.08) * yuan);
    const purchases = Math.min(50, random.poisson(rate.pharmacy * (0.4 + 1.2 * random.float()) * scale));
    for (let index = 0; index < purchases; index += 1) this.#pharmacy(rate.pharmacyCost * (person.insutype === '310' ? 1.12 : 2.1) * yuan);
  }

  /** A free day with free neighbours, or -1 after some tries. */
  #day(before: number, after: number): number {
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const day = this.care.random.between(this.#from, this.#to);
      if (day + after <= this.#to && this.calendar.free(day - before, day + after)) return day;
    }
    return -1;
  }

  #stays(): void {
    const { person, random } = this.care;
    const expected = admissionRate(person, ageOn(person, this.care.city.firstDay));
    const count = Math.min(6, random.poisson(expected * (0.3 + 1.4 * random.float())));
    let last: Visit | undefined;
    for (let index = 0; index < count; index += 1) {
      last = this.#stay(last !== undefined && random.chance(usualReturns) ? last : undefined) ?? last;
      const end = last === undefined ? 0 : Math.floor(last.end / minutesPerDay);
      if (last !== undefined && this.#habits.returns(last.institution, end, random)) last = this.#stay(last) ?? last;
    }
  }

  /** An ordinary stay; a return is one to the same institution three to four weeks later. */
  #stay(returning?: Visit): Visit | undefined {
    const { care } = this;
    const { random, person } = care;
    const mix = stayMix[person.insutype];
    const level =
      returning === undefined
        ? mix[random.weighted(mix.map((entry) => entry.weight))]
        : mix.find(({ kind }) => kind === returning.institution.kind);
    if (level === undefined) return undefined;
    const institution = returning?.institution ?? random.pick(care.city.byKind[level.kind]);
    const days = Math.min(45, Math.max(1, Math.round(level.days * 1.07 * gammaLike(random.float(), random.float(), random.float()))));
    const start = this.#admission(institution, days, returning);
    if (start < 0) return undefined;
    const diagnosis = this.#wards.pick(care, ageOn(person, start));
    const begin = start * minutesPerDay + 480 + random.int(240);
    const visit = care.open({
      institution,
      medType: diagnosis.use === 'maternity' ? '52' : random.chance(0.1) ? '24' : '21',
      setting: 'inpatient',
      begin,
      end: (start + days) * minutesPerDay + 540 + random.int(120),
      caty: diagnosis.caty,
      diagnosis,
    });
    if (diagnosis.use === 'maternity') {
      visit.maternityType = diagnosis.code.startsWith('O82') ? '3' : '1';
      visit.gestation = 37 + random.int(4);
      visit.fetuses = 1;
    }
    const severity = this.#beside(visit, ageOn(person, start));
    const target =
      severity * random.lognormal(level.cost * costUplift[person.insutype][level.kind] * yuan, 0.62) * (0.55 + (0.45 * days) / level.days);
    visit.target = target;
    fillStay(care, this.pools, visit, target * this.#habits.usual(institution, start, 'inpatient', days));
    this.#habits.addTo(care, visit);
    this.#takeHome(visit);
    visit.record = { infection: this.#habits.infected(visit, random) };
    if (ageOn(person, start) >= 18) maybeHabit(care, visit);
    this.#settleStay(visit, days);
    this.blockStay(start, days);
    return visit;
  }

  /**
   * Adds what the patient has beside the main diagnosis and says what it does to the cost. Own random numbers: the rest of
   * the year stays as it is.
   */
  #beside(visit: Visit, age: number): number {
    const random = new Random(this.care.city.seed, 4, this.care.person.index * 64 + visit.serial);
    const add = (list: readonly Diagnosis[]): boolean => {
      const fitting = list.filter((one) => age >= one.ageMin);
      if (fitting.length === 0) return false;
      visit.diagnoses.push(random.pick(fitting));
      return true;
    };
    if (random.chance(besides.harmless)) add(this.#wards.beside);
    if (random.chance(age >= 65 ? besides.severeOld : besides.severe) && add(this.#wards.severe)) return besideCost.severe;
    return random.chance(age >= 65 ? besides.complicatedOld : besides.complicated) && add(this.#wards.complication)
      ? besideCost.complicated
      : besideCost.none;
  }

  /** A free day for a stay of so many days, or -1. */
  #admission(institution: Institution, days: number, returning: Visit | undefined): number {
    const { random } = this.care;
    const free = (day: number): boolean =>
      day >= this.#from && day + days + 20 <= this.#to && this.calendar.free(day - 20, day + days + 20);
    if (returning !== undefined) {
      const day = Math.floor(returning.end / minutesPerDay) + 22 + random.int(7);
      return free(day) ? day : -1;
    }
    const holiday = this.#habits.holiday(institution, random);
    return holiday !== undefined && free(holiday) ? holiday : this.#day(20, days + 20);
  }

  /** Other stays keep 20 days away; outpatient visits only the days of the stay. */
  blockStay(start: number, days: number): void {
    this.calendar.take(start - 1, start + days + 1);
  }

  #takeHome(visit: Visit): void {
    const { random } = this.care;
    if (!random.chance(0.35)) return;
    const count = 1 + random.int(3);
    const first = random.int(this.pools.out.length);
    for (let index = 0; index < count; index += 1) {
      const item = this.pools.out[(first + index) % this.pools.out.length];
      if (item !== undefined) this.care.line(visit, item, { cnt: 1 + random.int(2), minute: visit.end - 20, prdDays: 7, takeHome: true });
    }
  }

  #settleStay(visit: Visit, days: number): void {
    const { care } = this;
    if (visit.keep) {
      care.close(visit);
      return;
    }
    if (care.random.chance(0.06)) this.#wardRefund(visit);
    if (days > 15 && care.random.chance(0.3))
      care.closeInTwo(visit, (Math.floor(visit.begin / minutesPerDay) + Math.floor(days / 2)) * minutesPerDay);
    else care.close(visit);
    const only = visit.settlements[0];
    if (visit.settlements.length !== 1 || only === undefined || !care.random.chance(0.01)) return;
    const later = visit.end + 60 + care.random.int(3) * minutesPerDay;
    if (Math.floor(later / minutesPerDay) > this.care.city.lastDay) return;
    care.reverse(visit, only, later);
    care.rebook(visit, only, later + 10);
  }

  /** A returned drug inside the stay: part or all of a ward line, booked negative before the settlement. */
  #wardRefund(visit: Visit): void {
    const line = visit.lines.find((candidate) => candidate.item.listType === '101' && candidate.cnt >= 200);
    if (line === undefined) return;
    const { care } = this;
    const twin: typeof line = care.line(visit, line.item, { minute: Math.min(visit.end - 5, line.minute + 300), price: line.price });
    twin.cnt = care.random.chance(0.5) ? -line.cnt : -100;
    twin.refunds = line.serial;
  }

  #chronic(scale: number): void {
    const { care } = this;
    const disease = care.random.pick(care.catalogue.chronic);
    const institution = this.#home.clinics[care.random.int(4)];
    if (institution === undefined) return;
    const rate = rates[care.person.insutype];
    const months = Math.round((6 + care.random.int(6)) * scale);
    let day = this.#from + care.random.int(30);
    for (let index = 0; index < months && day <= this.#to; index += 1) {
      if (this.calendar.free(day, day)) {
        this.calendar.take(day, day);
        const begin = day * minutesPerDay + 480 + care.random.int(480);
        const visit = care.open({
          institution,
          medType: '14',
          setting: 'chronic',
          begin,
          end: begin + 60,
          caty: 'A03',
          diagnosis: disease.diagnosis,
          disease,
        });
        const mean = rate.chronicCost * (care.person.insutype === '310' ? 1.09 : 1) * yuan;
        visit.target = care.random.lognormal(mean, 0.4);
        fillChronic(care, visit, visit.target * this.#habits.usual(institution, day, 'chronic'));
        this.#habits.addTo(care, visit);
        this.#finish(visit);
      }
      day += 31 + care.random.int(3);
    }
  }

  #clinic(mean: number): void {
    const { care } = this;
    const { random } = care;
    const day = this.#day(1, 1);
    if (day < 0) return;
    this.calendar.take(day, day);
    const emergency = random.chance(0.04);
    const institution = this.#home.clinics[random.weighted([30, 27, 18, 25])];
    if (institution === undefined) return;
    const diagnosis = random.pick(emergency ? this.#wards.emergency : this.#wards.out);
    const begin = day * minutesPerDay + (emergency ? 60 + random.int(1300) : 480 + random.int(500));
    const caty = institution.priceLevel === 1 ? 'A02' : diagnosis.caty;
    const doctor = this.#habits.practitioner(institution, caty, day, random);
    const visit = care.open({
      institution,
      medType: emergency ? '13' : '11',
      setting: emergency ? 'emergency' : 'outpatient',
      begin,
      end: begin + 60,
      caty,
      diagnosis,
      ...(doctor === undefined ? {} : { doctor }),
    });
    visit.target = random.lognormal(mean, 0.7);
    fillClinic(care, this.pools, visit, visit.target * this.#habits.usual(institution, day, 'outpatient'));
    this.#habits.addTo(care, visit);
    if (!emergency && ageOn(care.person, day) >= 18) maybeHabit(care, visit);
    this.#finish(visit);
  }

  #pharmacy(mean: number): void {
    const { care } = this;
    const day = this.#day(0, 0);
    if (day < 0) return;
    this.calendar.take(day, day);
    const begin = day * minutesPerDay + 540 + care.random.int(660);
    const institution =
      this.#habits.pharmacy(day, care.random) ??
      (care.random.chance(0.8) ? this.#home.pharmacy : care.random.pick(care.city.byKind.pharmacy));
    const visit = care.open({ institution, medType: '41', setting: 'pharmacy', begin, end: begin });
    fillPharmacy(care, this.pools, visit, care.random.lognormal(mean, 0.6));
    this.#finish(visit);
  }

  /** Settles an outpatient visit; about one in twenty is refunded, some in a later month. */
  #finish(visit: Visit): void {
    const { care } = this;
    const { random } = care;
    care.close(visit);
    const settlement = visit.settlements[0];
    if (settlement === undefined || visit.keep || !random.chance(0.056)) return;
    const later = settlement.minute + 30 + (random.chance(0.3) ? random.int(35) * minutesPerDay : 0);
    if (Math.floor(later / minutesPerDay) > care.city.lastDay) return;
    const partial = random.chance(0.25) ? visit.lines.find((line) => line.cnt >= 200 && line.item.listType === '101') : undefined;
    if (partial === undefined) care.reverse(visit, settlement, later);
    else care.refund(visit, partial, care.settlement(visit, later), 1);
  }
}

/** Diagnoses of stays and visits by use. */
export class WardCases {
  readonly out: readonly Diagnosis[];
  readonly emergency: readonly Diagnosis[];
  readonly #ward: readonly Diagnosis[];
  readonly beside: readonly Diagnosis[];
  readonly complication: readonly Diagnosis[];
  readonly severe: readonly Diagnosis[];
  readonly #child: readonly Diagnosis[];
  readonly #surgery: readonly Diagnosis[];
  readonly #tumour: readonly Diagnosis[];
  readonly #maternity: readonly Diagnosis[];

  constructor(diagnoses: readonly Diagnosis[]) {
    const of = (use: string): Diagnosis[] => diagnoses.filter((diagnosis) => diagnosis.use === use);
    this.out = of('out');
    this.emergency = of('emergency');
    this.beside = of('beside');
    this.complication = of('beside-complication');
    this.severe = of('beside-severe');
    this.#ward = of('ward');
    this.#child = of('ward-child');
    this.#surgery = of('surgery');
    this.#tumour = of('tumour');
    this.#maternity = of('maternity');
  }

  /** A main diagnosis that fits sex and age. */
  pick(care: Care, age: number): Diagnosis {
    const { random, person } = care;
    const sex = person.female ? '2' : '1';
    if (age < 14) return random.pick(this.#child);
    if (person.female && age >= 20 && age <= 40 && random.chance(0.25)) return random.pick(this.#maternity);
    const list = random.chance(0.3) ? this.#surgery : random.chance(0.06) ? this.#tumour : this.#ward;
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const diagnosis = random.pick(list);
      if ((diagnosis.sex === '' || diagnosis.sex === sex) && age >= diagnosis.ageMin && age <= diagnosis.ageMax) return diagnosis;
    }
    return random.pick(this.#ward.filter((diagnosis) => diagnosis.sex === '' && diagnosis.ageMin <= 15));
  }
}

/** Chance of having a chronic benefit; with about 8.5 visits a year it gives the calibrated mean. */
function chronicShare(person: Person): number {
  return person.insutype === '310' ? (retired(person) ? 0.26 : 0.065) : 0.063;
}

/** Stays a year: 11.9 % in work, 49 % retired; residents by age around 20.8 %. */
function admissionRate(person: Person, age: number): number {
  if (person.insutype === '310') return retired(person) ? 0.42 : 0.08;
  if (age < 6) return 0.2;
  if (age < 45) return 0.068;
  return age < 60 ? 0.14 : age < 75 ? 0.3 : 0.39;
}

/** Mean 1, shape 3: length of stay around its mean. */
function gammaLike(a: number, b: number, c: number): number {
  return -Math.log((1 - a) * (1 - b) * (1 - c)) / 3;
}
