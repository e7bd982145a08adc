import { dayOf, fullYears, ymdOf } from '@hengjian/standard';
import { areas, type City } from './city.ts';
import type { Person } from './model.ts';
import type { Random } from './random.ts';

/** What a planted case asks of its person; what is left out is drawn. */
export interface PersonWish {
  readonly female?: boolean;
  /** Completed years at the begin of the year. */
  readonly age?: number;
  /** Birth as a day number; wins over `age`. */
  readonly birth?: number;
  readonly insutype?: '310' | '390';
  readonly suspended?: readonly [number, number];
  readonly dies?: number;
}

/** Share of employees of all insured, nationally in 2025 (29.2 %). */
const employeeShare = 0.292;
const retiredShare = 0.278;
/** Weights of resident ages by decade, 0–9 … 90–99. */
const residentDecades = [15, 17, 9, 9, 10, 13, 14, 9, 3.4, 0.6];

function drawAge(random: Random, insutype: '310' | '390'): number {
  if (insutype === '390') return random.weighted(residentDecades) * 10 + random.int(10);
  return random.chance(retiredShare) ? Math.min(96, 56 + Math.floor(random.float() * random.float() * 42)) : 20 + random.int(40);
}

function typeOf(random: Random, insutype: '310' | '390', age: number, female: boolean): string {
  if (insutype === '310') return age >= (female ? 55 : 60) ? '1201' : random.chance(0.12) ? '1103' : '1101';
  if (age < 7) return '1402';
  if (age < 18) return '1403';
  return age >= 65 ? '16' : '1501';
}

/** Insured persons per employer; about a fifth of them work, so an employer has some thirty people. */
const personsPerEmployer = 150;
/** Spreads the people of an employer over the city. */
function employerOf(city: City, index: number): string {
  const employers = Math.max(1, Math.floor(city.persons / personsPerEmployer));
  return `E4105${String((index * 7919) % employers).padStart(6, '0')}`;
}

export const personNumber = (index: number): string => `410500${String(index + 1).padStart(14, '0')}`;

/** Draws one person. */
export function makePerson(city: City, index: number, random: Random, wish: PersonWish): Person {
  const insutype = wish.insutype ?? (wish.age !== undefined && wish.age < 18 ? '390' : random.chance(employeeShare) ? '310' : '390');
  const age = wish.age ?? drawAge(random, insutype);
  const birth = wish.birth ?? dayOf(city.year - 1 - age, 1, 1) + 1 + random.int(364);
  const female = wish.female ?? random.chance(0.49);
  const years = Math.max(0, fullYears(birth, city.firstDay));
  const psnType = typeOf(random, insutype, years, female);
  const suspended =
    wish.suspended ??
    (wish.dies === undefined && random.chance(0.01) ? [city.firstDay + 30 + random.int(200), city.firstDay + 330] : [-1, -1]);
  return {
    index,
    no: personNumber(index),
    female,
    birth,
    insutype,
    psnType,
    area: random.pick(areas),
    civilServant: insutype === '310' && random.chance(0.06),
    poor: insutype === '390' && random.chance(0.03),
    dies: wish.dies ?? -1,
    suspendedFrom: suspended[0] ?? -1,
    suspendedTo: suspended[1] ?? -1,
    insuredFrom: Math.max(birth, dayOf(city.year - 3, 1, 1)),
    employer: insutype === '310' && !psnType.startsWith('12') ? employerOf(city, index) : '',
  };
}

export const retired = (person: Person): boolean => person.psnType.startsWith('12');
/** Dates as numbers like 20250131, by day; from the year 1850 on. */
const ymdFirst = dayOf(1850, 1, 1);
const ymds = new Int32Array(dayOf(2110, 1, 1) - ymdFirst);
function ymd(day: number): number {
  const known = ymds[day - ymdFirst];
  if (known !== undefined && known > 0) return known;
  const value = ymdOf(day);
  ymds[day - ymdFirst] = value;
  return value;
}

/** Completed years on a day. */
export const ageOn = (person: Person, day: number): number => Math.max(0, ((ymd(day) - ymd(person.birth)) / 10_000) | 0);
