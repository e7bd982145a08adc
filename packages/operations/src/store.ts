import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { lockFolder, type Problem, RefusedInput } from '@hengjian/standard';
import { Kysely, PGliteDialect, PostgresDialect, sql, type Transaction } from 'kysely';
import { record } from './journal.ts';
import { migrate, refuseNewer, schemaVersion, storeLock } from './migrations.ts';
import type { Schema } from './schema.ts';

/** Cases that stand on a rule. Casework implements it; until then no case is open. */
export interface CasePort {
  /** Numbers of the open cases that cite a rule. */
  openCasesCiting(rule: string): Promise<readonly string[]>;
}

/** What a store cannot know by itself. */
export interface Surroundings {
  /** Local civil time, yyyy-MM-dd HH:mm:ss. */
  readonly now: () => string;
  /** Random bytes nobody can foresee, for the salts of passwords. */
  readonly random: (bytes: number) => Uint8Array;
  readonly cases: CasePort;
}

/** Where the store is: a folder with an embedded PGlite, or a PostgreSQL. */
export type Location = { readonly data: string } | { readonly url: string };

export interface Store {
  readonly database: Kysely<Schema>;
  readonly location: Location;
  readonly kind: 'pglite' | 'postgresql';
  readonly surroundings: Surroundings;
  /** Area whose publications apply, as its code. */
  readonly area: string;
  close(): Promise<void>;
}

/** A folder, or the address of a PostgreSQL (postgres:// or postgresql://). */
export const locationOf = (text: string): Location => (/^postgres(ql)?:\/\//.test(text) ? { url: text } : { data: text });

/** The place as a person may read it: without the password of an address. */
export function placeOf(location: Location): string {
  if ('data' in location) return location.data;
  const url = new URL(location.url);
  return `${url.protocol}//${url.host}${url.pathname}`;
}

const lockedProblem = (folder: string): Problem => ({
  code: 'operations-locked',
  message: 'another command has this operations store open',
  remedy: 'wait until it has finished, or use PostgreSQL (--database), which many may use at once',
  place: { file: folder },
});

const missing = (location: Location): RefusedInput =>
  new RefusedInput({
    code: 'operations-missing',
    message: `there is no operations store at ${placeOf(location)}`,
    remedy: 'make one: hengjian operations init',
  });

/** Databases are opened once their files are there; PGlite keeps them in a folder of their own. */
const databaseFolder = (data: string): string => join(data, 'database');

interface Opened {
  readonly database: Kysely<Schema>;
  readonly kind: Store['kind'];
  close(): Promise<void>;
}

async function openEmbedded(data: string, create: boolean): Promise<Opened> {
  if (!create && !existsSync(databaseFolder(data))) throw missing({ data });
  mkdirSync(data, { recursive: true });
  const unlock = lockFolder(data, lockedProblem(data));
  try {
    // Only who opens an embedded store waits for its engine to load.
    const { PGlite } = await import('@electric-sql/pglite');
    const engine = await PGlite.create({ dataDir: databaseFolder(data), relaxedDurability: false });
    const database = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite: engine }) });
    return {
      database,
      kind: 'pglite',
      close: async () => {
        await database.destroy();
        if (!engine.closed) await engine.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openServer(url: string): Promise<Opened> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 10_000 });
  const database = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    await sql`SELECT 1`.execute(database);
  } catch (error) {
    await database.destroy();
    throw new RefusedInput({
      code: 'operations-unreachable',
      message: `PostgreSQL at ${placeOf({ url })} cannot be used: ${(error as Error).message || (error as NodeJS.ErrnoException).code}`,
      remedy: 'check the address, that the server runs, and that the user may sign in',
    });
  }
  return { database, kind: 'postgresql', close: () => database.destroy() };
}

async function settings(database: Kysely<Schema>): Promise<ReadonlyMap<string, string>> {
  const rows = await database.selectFrom('settings').selectAll().execute();
  return new Map(rows.map(({ name, value }) => [name, value]));
}

const openAt = (location: Location, create: boolean): Promise<Opened> => ('data' in location ? openEmbedded(location.data, create) : openServer(location.url));

/** Makes a store, or brings an older one to the newest schema. `area` is the bureau's area code; it is set once. */
export async function initialise(location: Location, surroundings: Surroundings, area?: string): Promise<Store> {
  if (area !== undefined && !/^\d{6}$/.test(area)) {
    throw new RefusedInput({ code: 'operations-area', message: `${area} is no area code`, remedy: 'write six digits, for example 410500' });
  }
  const opened = await openAt(location, true);
  try {
    const before = await schemaVersion(opened.database);
    refuseNewer(before);
    const after = await migrate(opened.database, surroundings.now());
    const known = (await settings(opened.database)).get('area');
    if (known !== undefined && area !== undefined && known !== area) {
      throw new RefusedInput({ code: 'operations-area', message: `this store is that of area ${known}`, remedy: 'make another store for another area' });
    }
    const store: Store = { ...opened, location, surroundings, area: known ?? area ?? '000000' };
    if (known === undefined || before < after) {
      await change(store, async (transaction) => {
        if (known === undefined) await transaction.insertInto('settings').values({ name: 'area', value: store.area }).execute();
        const details = { schema_before: before, schema: after, area: store.area };
        await record(transaction, { at: surroundings.now(), actor: '', action: 'operations-init', subject: '', details });
      });
    }
    return store;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Opens a store that was made before. Throws RefusedInput when there is none, or it is newer or older than the program. */
export async function openStore(location: Location, surroundings: Surroundings): Promise<Store> {
  const opened = await openAt(location, false);
  try {
    const version = await schemaVersion(opened.database);
    if (version === 0) throw missing(location);
    refuseNewer(version);
    const area = (await settings(opened.database)).get('area') ?? '000000';
    return { ...opened, location, surroundings, area };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** One change of the store: all of it happens or none, and one at a time. */
export function change<Result>(store: Store, work: (transaction: Transaction<Schema>) => Promise<Result>): Promise<Result> {
  return store.database.transaction().execute(async (transaction) => {
    await sql`SELECT pg_advisory_xact_lock(${sql.lit(storeLock)})`.execute(transaction);
    return work(transaction);
  });
}
