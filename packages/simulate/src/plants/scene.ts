import { dayOf, ymdOf } from '@hengjian/standard';
import { type Care, type LineStart, minutesPerDay, type VisitStart } from '../care.ts';
import type { Catalogue, Diagnosis, Item, Point } from '../catalogue.ts';
import type { City } from '../city.ts';
import { fillStay, type Pools, type StayOptions } from '../content.ts';
import type { Doctor, Institution, InstitutionKind, Line, Visit } from '../model.ts';
import type { PersonWish } from '../persons.ts';
import type { Random } from '../random.ts';

/** A planted case before its person exists: what the person must be like, and what happens to them. */
export interface Plant {
  readonly wish: PersonWish;
  /** No ordinary care for this person. */
  readonly alone?: boolean;
  readonly play: (scene: Scene) => void;
}

/** Draws a planted case. */
export type Sketch = (studio: Studio) => Plant;

/** What a sketch may look at when it draws a case. */
export class Studio {
  readonly catalogue: Catalogue;
  readonly city: City;
  readonly random: Random;
  /** How often the same case was drawn before. */
  readonly turn: number;

  constructor(catalogue: Catalogue, city: City, random: Random, turn: number) {
    this.catalogue = catalogue;
    this.city = city;
    this.random = random;
    this.turn = turn;
  }

  /** A row of a knowledge table with an item of the city that it reaches and that serves no other purpose in ordinary care. */
  point(table: string, accept: (point: Point) => boolean = () => true): Point {
    const usable = this.catalogue.knowledge(table).flatMap((point) => {
      const column = point.items === undefined ? 'item_a' : 'items';
      const code = point[column] ?? '';
      const item = this.catalogue.items.find(
        (one) => one.pool === '' && (code.endsWith('*') ? one.code.startsWith(code.slice(0, -1)) : one.code === code),
      );
      return item !== undefined && accept(point) ? [{ ...point, [column]: item.code }] : [];
    });
    return this.random.pick(usable);
  }

  /** A day of the year, counted from 0, as a day number. */
  day(offset: number): number {
    return this.city.firstDay + offset;
  }

  /** Birth of somebody who completes `years` years on `day` + `later` days. */
  birth(day: number, years: number, later = 0): number {
    const ymd = ymdOf(day);
    const year = Math.floor(ymd / 10_000) - years;
    const month = Math.floor(ymd / 100) % 100;
    const date = month === 2 ? Math.min(28, ymd % 100) : ymd % 100;
    return dayOf(year, month, date) + later;
  }

  adult(): PersonWish {
    return { age: 25 + this.random.int(30) };
  }
}

export interface StayPlan extends StayOptions {
  readonly from?: number;
  readonly days?: number;
  readonly kind?: InstitutionKind;
  readonly institution?: Institution;
  readonly caty?: string;
  readonly diagnoses?: readonly string[];
  readonly medType?: string;
  /** Yuan. */
  readonly cost?: number;
  readonly hour?: number;
}

export interface ClinicPlan {
  readonly day?: number;
  readonly kind?: InstitutionKind;
  readonly institution?: Institution;
  readonly caty?: string;
  readonly diagnoses?: readonly string[];
  readonly medType?: string;
  readonly setting?: Visit['setting'];
  readonly doctor?: Doctor;
  readonly hour?: number;
}

/** Minute of the day and day of the visit for a planted line. */
export interface Moment extends Omit<LineStart, 'minute'> {
  /** Days after the begin of the visit. */
  readonly on?: number;
  readonly hour?: number;
  readonly minute?: number;
}

/** The stage of one planted case: opens visits, adds lines, records what is true about them. */
export class Scene {
  readonly care: Care;
  readonly pools: Pools;
  readonly catalogue: Catalogue;
  readonly random: Random;
  readonly city: City;

  constructor(care: Care, pools: Pools) {
    this.care = care;
    this.pools = pools;
    this.catalogue = care.catalogue;
    this.random = care.random;
    this.city = care.city;
  }

  institution(kind: InstitutionKind): Institution {
    return this.random.pick(this.city.byKind[kind]);
  }

  #diagnoses(codes: readonly string[] | undefined, fallback: string): Diagnosis[] {
    return (codes ?? [fallback]).map((code) => this.catalogue.diagnosis(code));
  }

  #open(start: Omit<VisitStart, 'diagnosis'>, diagnoses: readonly Diagnosis[]): Visit {
    const visit = this.care.open(start);
    visit.diagnoses.push(...diagnoses);
    visit.keep = true;
    return visit;
  }

  /** A clean stay. */
  stay(plan: StayPlan = {}): Visit {
    const from = this.city.firstDay + (plan.from ?? 20 + this.random.int(60));
    const days = plan.days ?? 4 + this.random.int(5);
    const diagnoses = this.#diagnoses(plan.diagnoses, 'J18.900');
    const visit = this.#open(
      {
        institution: plan.institution ?? this.institution(plan.kind ?? 'tertiary'),
        medType: plan.medType ?? '21',
        setting: 'inpatient',
        begin: from * minutesPerDay + (plan.hour ?? 9) * 60,
        end: (from + days) * minutesPerDay + 10 * 60 + 30,
        caty: plan.caty ?? 'A03',
      },
      diagnoses,
    );
    fillStay(this.care, this.pools, visit, (plan.cost ?? 900 * days) * 10_000, { lines: 7 * days + 8, ...plan });
    return visit;
  }

  /** A clean outpatient or emergency visit: the fee and one test. */
  clinic(plan: ClinicPlan = {}): Visit {
    const day = this.city.firstDay + (plan.day ?? 20 + this.random.int(150));
    const begin = day * minutesPerDay + (plan.hour ?? 8 + this.random.int(4)) * 60 + this.random.int(plan.hour === undefined ? 60 : 30);
    const emergency = plan.medType === '13';
    const visit = this.#open(
      {
        institution: plan.institution ?? this.institution(plan.kind ?? 'tertiary'),
        medType: plan.medType ?? '11',
        setting: plan.setting ?? (emergency ? 'emergency' : 'outpatient'),
        begin,
        end: begin + 90,
        caty: plan.caty ?? 'A03',
        ...(plan.doctor === undefined ? {} : { doctor: plan.doctor }),
      },
      this.#diagnoses(plan.diagnoses, 'J06.900'),
    );
    this.care.line(visit, emergency ? this.pools.emergencyFee : this.pools.visitFee);
    this.care.line(visit, this.random.pick(this.pools.labs), { minute: begin + 10 });
    return visit;
  }

  /** A visit over the internet without lines. */
  internet(day: number, diagnoses: readonly string[] = ['J06.900']): Visit {
    const begin = (this.city.firstDay + day) * minutesPerDay + 600 + this.random.int(240);
    const start = {
      institution: this.institution('tertiary'),
      medType: '1104',
      setting: 'internet',
      begin,
      end: begin + 30,
      caty: 'A03',
    } as const;
    return this.#open(start, this.#diagnoses(diagnoses, 'J06.900'));
  }

  /** A chronic-disease visit without lines. */
  chronic(dise: string, day: number, kind: InstitutionKind = 'secondary'): Visit {
    const disease = this.catalogue.chronic.find((candidate) => candidate.code === dise);
    if (disease === undefined) throw new Error(`no chronic disease ${dise}`);
    const begin = (this.city.firstDay + day) * minutesPerDay + 480 + this.random.int(240);
    return this.#open(
      { institution: this.institution(kind), medType: '14', setting: 'chronic', begin, end: begin + 60, caty: 'A03', disease },
      [disease.diagnosis],
    );
  }

  /** A pharmacy purchase without lines. */
  purchase(day: number, institution = this.institution('pharmacy'), hour = 15): Visit {
    const begin = (this.city.firstDay + day) * minutesPerDay + hour * 60 + this.random.int(50);
    return this.#open({ institution, medType: '41', setting: 'pharmacy', begin, end: begin }, []);
  }

  /** Codes an operation on the n-th day of a stay. */
  operate(visit: Visit, code: string, on: number): void {
    const operation = this.catalogue.operations.get(code);
    if (operation === undefined) throw new Error(`no operation ${code}`);
    visit.operations.push({ operation, day: Math.floor(visit.begin / minutesPerDay) + on });
  }

  /** Adds a line on the n-th day of a visit. */
  add(visit: Visit, key: string | Item, moment: Moment = {}): Line {
    const item = typeof key === 'string' ? this.catalogue.item(key) : key;
    const { on, hour, minute, ...start } = moment;
    const plain = on === undefined && hour === undefined && minute === undefined;
    const base = Math.floor(visit.begin / minutesPerDay) * minutesPerDay;
    const at = plain ? visit.begin + 30 : base + (on ?? 0) * minutesPerDay + (hour ?? 14) * 60 + (minute ?? 0);
    const dispensed = item.listType === '101' && visit.setting !== 'inpatient' && start.rx === undefined;
    return this.care.line(visit, item, { ...(dispensed ? { rx: this.care.prescription(), prdDays: 5 } : {}), ...start, minute: at });
  }

  /** Days supplied at once, with a prescription. */
  supply(visit: Visit, key: string | Item, prdDays: number, cnt = 1, trace = false): Line {
    return this.add(visit, key, { prdDays, cnt, rx: this.care.prescription(), ...(trace ? { trace: this.care.trace() } : {}) });
  }

  /** Another ordinary drug without restrictions. */
  freeDrug(index: number): Item {
    const names = ['葡醛内酯', '肌苷', '谷维素', '维生素E', '叶酸', '硫糖铝', '乳酶生', '干酵母'];
    return this.catalogue.item(names[index % names.length] ?? '叶酸');
  }

  hit(rule: string, visit: Visit, lines: readonly Line[], note: string, charge?: number): void {
    this.#record('hit', rule, [visit], lines, note, charge);
  }

  clear(rule: string, visit: Visit, lines: readonly Line[], note: string): void {
    this.#record('clear', rule, [visit], lines, note, 0);
  }

  /** A case about whole visits. The first is the one that violates. */
  hitVisits(rule: string, visits: readonly Visit[], note: string, charge?: number): void {
    this.#record('hit', rule, visits, [], note, charge ?? 0);
  }

  clearVisits(rule: string, visits: readonly Visit[], note: string): void {
    this.#record('clear', rule, visits, [], note, 0);
  }

  #record(
    expect: 'hit' | 'clear',
    rule: string,
    visits: readonly Visit[],
    lines: readonly Line[],
    note: string,
    charge: number | undefined,
  ): void {
    const minute = lines[0]?.minute ?? visits[0]?.begin ?? 0;
    this.care.truth({ expect, rule, visits, lines, occurred: Math.floor(minute / minutesPerDay), charge, note });
  }
}
