import type { DipCase } from '../case.ts';
import type { DipParameters } from '../parameters.ts';
import { demonstrationDip, readDipParameters } from '../read.ts';

/** A stay with nothing special about it. */
export const plainCase: DipCase = {
  id: 'S',
  gender: 1,
  age: 40,
  age_days: null,
  birth_weight: null,
  admission_weight: null,
  department: '',
  los: 5,
  discharge_mode: '1',
  icu_hours: null,
  ventilator_hours: null,
  diagnoses: ['K35.800x001'],
  procedures: [],
  year: 2025,
  fixmedins_code: 'H1',
  hosp_lv: '02',
  cost_fen: 100_000,
  drug_fen: null,
  consumable_fen: null,
  treatment_fen: null,
};

/** Stays that differ in the given fields only. */
export const copies = (count: number, fields: Partial<DipCase>): DipCase[] =>
  Array.from({ length: count }, (_, index) => ({ ...plainCase, ...fields, id: `${fields.id ?? 'S'}-${index}` }));

/** The demonstration parameters with small thresholds. */
export function smallParameters(change: Partial<DipParameters> = {}): DipParameters {
  return {
    ...readDipParameters(demonstrationDip()),
    threshold: { kind: 'cases', cases: 5 },
    rule_cases: 2,
    composite: { cases: 4, variation: 15_000 },
    ...change,
  };
}

/** Numbers from a seed (linear congruential, Numerical Recipes). */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const diagnoses = [
  'K35.800x001',
  'K35.300',
  'K80.200',
  'J18.900',
  'J15.902',
  'C34.100',
  'C91.000',
  'Z51.102',
  'P07.102',
  'R69.x00',
  'I63.900',
  'H25.900',
  'E11.200',
  'T21.300',
  'A15.000',
  'U84.300',
  'J96.000',
  'C78.000',
];
const procedures = [
  '47.0100',
  '54.5100',
  '54.2100',
  '51.2300',
  '51.4100',
  '99.2501',
  '00.4000',
  '38.9300',
  '13.4100',
  '93.9000',
  '96.7201',
  '32.4100',
  '77.7777',
];

/** Stays of many kinds over few codes, so that diseases of every layer come about. */
export function manyCases(count: number, seed: number): DipCase[] {
  const next = numbersFrom(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[next(next(values.length) + 1)] as Value;
  return Array.from({ length: count }, (_, index) => {
    const newborn = next(12) === 0;
    const cost = 50_000 + next(2_000_000);
    const done = Array.from({ length: Math.max(0, next(5) - 1) }, () => pick(procedures));
    return {
      ...plainCase,
      id: `R${index}`,
      gender: next(2) === 0 ? 1 : 2,
      age: newborn ? 0 : next(90),
      age_days: newborn ? next(60) : null,
      birth_weight: newborn && next(3) > 0 ? 600 + next(3000) : null,
      los: 1 + next(20),
      discharge_mode: next(30) === 0 ? '5' : '1',
      icu_hours: next(5) === 0 ? next(900) : null,
      ventilator_hours: next(20) === 0 ? next(200) : null,
      diagnoses: [pick(diagnoses), ...Array.from({ length: next(3) }, () => pick(diagnoses))],
      procedures: done,
      year: 2023 + next(3),
      hosp_lv: pick(['02', '05', '09', '']),
      cost_fen: done.includes('54.5100') ? cost * 3 : cost,
      drug_fen: next(3) === 0 ? null : Math.floor(cost / 3),
      consumable_fen: next(3) === 0 ? null : Math.floor(cost / 5),
      treatment_fen: next(3) === 0 ? null : Math.floor(cost / 2),
    };
  });
}
