import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingest } from '@hengjian/lake';
import { simulate } from '@hengjian/simulate';

/** A simulated city and its lake in a temporary folder. */
export interface City {
  readonly folder: string;
  readonly city: string;
  readonly lake: string;
  remove(): void;
}

/** Simulates and ingests a city of `persons`. */
export async function makeCity(persons: number, seed = 7): Promise<City> {
  const folder = mkdtempSync(join(tmpdir(), 'hengjian-city-'));
  const [city, lake] = [join(folder, 'city'), join(folder, 'lake')];
  await simulate({ persons, year: 2025, seed, out: city });
  await ingest({ paths: [city], lake });
  return { folder, city, lake, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
