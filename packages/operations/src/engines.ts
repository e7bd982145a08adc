import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Location } from './store.ts';

/** A place for the store of a test, with the file of its key. */
export interface Place {
  readonly location: Location;
  readonly keyFile: string;
  remove(): Promise<void>;
}

function folder(): Promise<Place> {
  const data = mkdtempSync(join(tmpdir(), 'hengjian-operations-'));
  const remove = (): Promise<void> => Promise.resolve(rmSync(data, { recursive: true, force: true }));
  return Promise.resolve({ location: { data }, keyFile: join(data, 'journal.key'), remove });
}

const server = process.env.HENGJIAN_TEST_DATABASE;
let schemas = 0;

/** A schema of its own in the PostgreSQL of the tests. */
async function schemaOf(url: string): Promise<Place> {
  schemas += 1;
  const name = `hengjian_test_${process.pid}_${schemas}`;
  const keys = mkdtempSync(join(tmpdir(), 'hengjian-operations-'));
  const run = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await run(`CREATE SCHEMA ${name}`);
  const own = new URL(url);
  own.searchParams.set('options', `-c search_path=${name}`);
  const remove = async (): Promise<void> => {
    await run(`DROP SCHEMA ${name} CASCADE`);
    rmSync(keys, { recursive: true, force: true });
  };
  return { location: { url: own.href }, keyFile: join(keys, 'journal.key'), remove };
}

/** Where tests of the store run: always in PGlite, in PostgreSQL when HENGJIAN_TEST_DATABASE names one. */
export const engines: readonly (readonly [string, () => Promise<Place>])[] = [
  ['embedded PGlite', folder],
  ...(server === undefined ? [] : [['PostgreSQL', () => schemaOf(server)] as const]),
];
