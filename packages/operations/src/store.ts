import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inputProblems, lockFolder, RefusedInput, words } from '@hengjian/standard';
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import { type Change, changeStore, type Reading, readerOf } from './change.ts';
import { headFaults, readHead, type SignedHead, writeHead } from './head.ts';
import { checkJournal, keyPrint } from './journal.ts';
import { type JournalKey, makeKey, readKey } from './key.ts';
import { lackingSteps, migrate, storeExists } from './migrate.ts';
import type { StoreModule } from './module.ts';
import type { JournalTables } from './modules/journal.ts';
import { ownModules } from './modules/own.ts';
import { settingsModule } from './modules/settings.ts';
import { operationsProblems } from './problems.ts';
import { type StoreCheck, verifyTables } from './verify.ts';

/** Cases that stand on a rule. Casework implements it; until then no case is open. */
export interface CasePort {
  /** Numbers of the open cases that cite a rule. */
  openCasesCiting(rule: string): Promise<readonly string[]>;
}

/** What a store cannot know by itself. */
export interface Surroundings {
  /** Local civil time, yyyy-MM-dd HH:mm:ss. */
  readonly now: () => string;
  /** Random bytes nobody can foresee, for the key of the journal and the salts of passwords. */
  readonly random: (bytes: number) => Uint8Array;
  /** File of the key of the journal; without it `journal.key` in the folder of an embedded store. */
  readonly keyFile?: string;
  readonly cases: CasePort;
}

/** Where the store is: a folder with an embedded PGlite, or a PostgreSQL. */
export type Location = { readonly data: string } | { readonly url: string };

/** An operations store that is open. */
export interface Store extends Reading {
  readonly location: Location;
  readonly kind: 'pglite' | 'postgresql';
  readonly surroundings: Surroundings;
  /** Area whose publications apply, as its code. */
  readonly area: string;
  readonly modules: readonly StoreModule[];
  /** One change: all of it happens or none, one at a time, written into the journal. */
  change<Result>(work: (change: Change) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** What stands behind a store; it does not leave the package. */
export interface StoreGround {
  readonly database: Kysely<JournalTables>;
  readonly key: JournalKey;
}

const grounds = new WeakMap<Store, StoreGround>();

/** Connection and key of a store, for the files of this package. */
export function groundOf(store: Store): StoreGround {
  const found = grounds.get(store);
  if (found === undefined) throw new Error('this is no open store');
  return found;
}

/** A folder, or the address of a PostgreSQL (postgres:// or postgresql://). */
export const locationOf = (text: string): Location => (/^postgres(ql)?:\/\//.test(text) ? { url: text } : { data: text });

/** The place as a person may read it: without the password of an address. */
export function placeOf(location: Location): string {
  if ('data' in location) return location.data;
  const url = new URL(location.url);
  return `${url.protocol}//${url.host}${url.pathname}`;
}

const missing = (location: Location): Error => operationsProblems.refused('operations-missing', { place: placeOf(location) });

/** Databases are opened once their files are there; PGlite keeps them in a folder of their own. */
const databaseFolder = (data: string): string => join(data, 'database');

interface Opened {
  readonly database: Kysely<JournalTables>;
  readonly kind: Store['kind'];
  close(): Promise<void>;
}

async function openEmbedded(data: string, create: boolean): Promise<Opened> {
  if (!create && !existsSync(databaseFolder(data))) throw missing({ data });
  const what = words('业务库', 'the operations store');
  const unlock = lockFolder(data, inputProblems.problem('folder-busy', { what }, { file: data }), { mode: 0o700 });
  try {
    // Only who opens an embedded store waits for its engine to load.
    const { PGlite } = await import('@electric-sql/pglite');
    const engine = await PGlite.create({ dataDir: databaseFolder(data), relaxedDurability: false });
    const database = new Kysely<JournalTables>({ dialect: new PGliteDialect({ pglite: engine }) });
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
  const database = new Kysely<JournalTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await sql`SELECT 1`.execute(database);
  } catch (error) {
    await database.destroy();
    const reason = (error instanceof Error ? error.message : '') || 'no answer';
    throw operationsProblems.refused('database-unreachable', { place: placeOf({ url }), reason });
  }
  return { database, kind: 'postgresql', close: () => database.destroy() };
}

const openAt = (location: Location, create: boolean): Promise<Opened> =>
  'data' in location ? openEmbedded(location.data, create) : openServer(location.url);

/** File of the key of the journal of a store. */
function keyFileOf(location: Location, { keyFile }: Surroundings): string {
  if (keyFile !== undefined) return keyFile;
  if ('data' in location) return join(location.data, 'journal.key');
  throw operationsProblems.refused('journal-key-missing', {});
}

/** The key must be the one that the store was made with. A store without its anchor is looked at by `verifyStore`. */
async function demandKey(database: Kysely<JournalTables>, key: JournalKey, file: string): Promise<void> {
  const print = await keyPrint(database);
  if (print === undefined || print === key.print) return;
  throw operationsProblems.refused('journal-key-wrong', { why: words('不是本业务库的密钥', 'it is that of another store') }, { file });
}

function storeOf(opened: Opened, key: JournalKey, rest: Pick<Store, 'location' | 'surroundings' | 'area' | 'modules'>): Store {
  const { database } = opened;
  const { modules } = rest;
  const store: Store = {
    ...rest,
    kind: opened.kind,
    tables: (module) => readerOf(database, modules, module),
    change: (work) => changeStore({ database, key, modules, now: rest.surroundings.now }, work),
    close: opened.close,
  };
  grounds.set(store, { database, key });
  return store;
}

const readArea = async (reading: Reading): Promise<string | undefined> =>
  (await reading.tables(settingsModule).selectFrom('settings').select('value').where('name', '=', 'area').executeTakeFirst())?.value;

const areaExpected = (known: string | undefined): ReturnType<typeof words> =>
  known === undefined
    ? words('六位行政区划代码', 'six digits, for example 410500')
    : words(`本业务库的 ${known}`, `${known}, the area of this store`);

const refusedArea = (area: string, known?: string): Error =>
  inputProblems.refused('option-invalid', { option: '--area', value: area, expected: areaExpected(known) });

/**
 * Makes a store, or brings an older one to the newest form. `area` is the bureau's area code; it is set once. `modules` are
 * those of other packages.
 */
export async function initialise(
  location: Location,
  surroundings: Surroundings,
  area?: string,
  modules: readonly StoreModule[] = [],
): Promise<Store> {
  if (area !== undefined && !/^\d{6}$/.test(area)) throw refusedArea(area);
  const opened = await openAt(location, true);
  try {
    const { database } = opened;
    const file = keyFileOf(location, surroundings);
    const old = await storeExists(database);
    const key = old ? readKey(file) : makeKey(file, surroundings.random);
    if (old) await demandKey(database, key, file);
    const all = [...ownModules, ...modules];
    await migrate({ database, key, modules: all, now: surroundings.now });
    const reading: Reading = { tables: (module) => readerOf(database, all, module) };
    const known = await readArea(reading);
    if (known !== undefined && area !== undefined && known !== area) throw refusedArea(area, known);
    const store = storeOf(opened, key, { location, surroundings, area: known ?? area ?? '000000', modules: all });
    if (known === undefined) {
      await store.change(async (change) => {
        await change.insert(settingsModule, 'settings', { name: 'area', value: store.area });
        await change.record({ actor: '', action: 'operations-init', subject: '', details: { area: store.area } });
      });
    }
    return store;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/**
 * Opens a store that was made before. `modules` are those of other packages. Throws RefusedInput when there is none, it is
 * newer or older than the program, a migration was changed since, or the key of the journal is not its own.
 */
export async function openStore(location: Location, surroundings: Surroundings, modules: readonly StoreModule[] = []): Promise<Store> {
  const opened = await openAt(location, false);
  try {
    const { database } = opened;
    if (!(await storeExists(database))) throw missing(location);
    const all = [...ownModules, ...modules];
    const [lacking] = await lackingSteps(database, all);
    if (lacking !== undefined) throw operationsProblems.refused('operations-older', { module: lacking.module.id });
    const file = keyFileOf(location, surroundings);
    const key = readKey(file);
    await demandKey(database, key, file);
    const reading: Reading = { tables: (module) => readerOf(database, all, module) };
    return storeOf(opened, key, { location, surroundings, area: (await readArea(reading)) ?? '000000', modules: all });
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/**
 * Checks a store as a whole: the journal, the rows of every module, the structure of the database, and signed heads kept
 * outside (`heads`, files of `signHead`), each of which must still be in the journal.
 */
export async function verifyStore(store: Store, heads: readonly string[] = []): Promise<StoreCheck> {
  const { database, key } = groundOf(store);
  const read = heads.map((file) => ({ file, head: readHead(file) }));
  return database
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (transaction) => {
      const check = await verifyTables(transaction, key, store.modules);
      if (read.length === 0) return check;
      const { entries } = await checkJournal(transaction, key);
      return { ...check, faults: [...check.faults, ...read.flatMap(({ file, head }) => headFaults(file, head, key, entries))] };
    });
}

/** Refuses a store that does not follow from its journal, before anything is judged by it. */
export async function demandWhole(store: Store): Promise<void> {
  const { faults } = await verifyStore(store);
  if (faults.length > 0) throw new RefusedInput(faults);
}

/** Signs how far the journal goes and writes it to a new file, to be kept outside. Refused when the store is not whole. */
export async function signHead(store: Store, file: string): Promise<SignedHead> {
  const { entries, head, faults } = await verifyStore(store);
  if (faults.length > 0) throw new RefusedInput(faults);
  return writeHead(file, groundOf(store).key, { area: store.area, entries, head, at: store.surroundings.now() });
}
