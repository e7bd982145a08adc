import type { Care } from '../care.ts';
import type { Catalogue } from '../catalogue.ts';
import type { City } from '../city.ts';
import type { Pools } from '../content.ts';
import { type PersonWish, personNumber } from '../persons.ts';
import { Random } from '../random.ts';
import { codingPlants } from './coding.ts';
import { consumablePlants } from './consumables.ts';
import { dealingPlants, ownPatient, patientOf } from './dealing.ts';
import { drugPlants } from './drugs.ts';
import { frequencyPlants } from './frequency.ts';
import { itemPlants } from './items.ts';
import { medicalPlants } from './medical.ts';
import { policyPlants } from './policy.ts';
import { practicePlants } from './practice.ts';
import { recordPlants } from './records.ts';
import { Scene, type Sketch, Studio } from './scene.ts';
import { visitPlants } from './visits.ts';

/** All planted cases, in a fixed order; persons take them in turn. */
export const sketches: readonly Sketch[] = [
  ...drugPlants,
  ...itemPlants,
  ...consumablePlants,
  ...medicalPlants,
  ...visitPlants,
  ...frequencyPlants,
  ...practicePlants,
  ...policyPlants,
  ...codingPlants,
  ...recordPlants,
  ...dealingPlants,
];

export interface PlantedPerson {
  readonly wish: PersonWish;
  readonly alone: boolean;
  build(care: Care, pools: Pools): void;
}

/** Every how many persons one is kept for a planted case: 14, less in a small city so that each case occurs. */
export const plantStep = (city: City): number => Math.min(14, Math.max(2, Math.floor(city.persons / (2 * sketches.length))));

/** Numbers of the persons who are practitioners, by the code of the practitioner. */
export function practitionerPatients(city: City): ReadonlyMap<string, string> {
  const step = plantStep(city);
  const first = sketches.indexOf(ownPatient) * step + step - 1;
  const numbers = new Map<string, string>();
  for (let index = first, turn = 0; index < city.persons; index += step * sketches.length, turn += 1) {
    const doctor = patientOf(city, turn);
    if (doctor !== undefined) numbers.set(doctor.doctor.code, personNumber(index));
  }
  return numbers;
}

/** The planted case of that person, if any. */
export function plantFor(city: City, catalogue: Catalogue, index: number): PlantedPerson | undefined {
  const step = plantStep(city);
  if (index % step !== step - 1) return undefined;
  const sketch = sketches[Math.floor(index / step) % sketches.length];
  if (sketch === undefined) return undefined;
  const turn = Math.floor(Math.floor(index / step) / sketches.length);
  const plant = sketch(new Studio(catalogue, city, new Random(city.seed, 3, index), turn));
  return { wish: plant.wish, alone: plant.alone === true, build: (care, pools) => plant.play(new Scene(care, pools)) };
}
