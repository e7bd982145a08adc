import type { Care } from '../care.ts';
import type { Catalogue } from '../catalogue.ts';
import type { City } from '../city.ts';
import type { Pools } from '../content.ts';
import type { PersonWish } from '../persons.ts';
import { Random } from '../random.ts';
import { consumablePlants } from './consumables.ts';
import { drugPlants } from './drugs.ts';
import { frequencyPlants } from './frequency.ts';
import { itemPlants } from './items.ts';
import { medicalPlants } from './medical.ts';
import { practicePlants } from './practice.ts';
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
];

export interface PlantedPerson {
  readonly wish: PersonWish;
  readonly alone: boolean;
  build(care: Care, pools: Pools): void;
}

/** Every how many persons one is kept for a planted case: 14, less in a small city so that each case occurs. */
export const plantStep = (city: City): number => Math.min(14, Math.max(2, Math.floor(city.persons / (3 * sketches.length))));

/** The planted case of that person, if any. */
export function plantFor(city: City, catalogue: Catalogue, index: number): PlantedPerson | undefined {
  const step = plantStep(city);
  if (index % step !== step - 1) return undefined;
  const sketch = sketches[Math.floor(index / step) % sketches.length];
  if (sketch === undefined) return undefined;
  const plant = sketch(new Studio(catalogue, city, new Random(city.seed, 3, index)));
  return { wish: plant.wish, alone: plant.alone === true, build: (care, pools) => plant.play(new Scene(care, pools)) };
}
