import { sql } from 'kysely';
import { checkChain, type JournalCheck, type JournalEntry, readJournal } from './journal.ts';
import { schemaVersion } from './migrations.ts';
import { demandRole, type Person } from './people.ts';
import { placeOf, type Store } from './store.ts';

export interface StoreStatus {
  readonly place: string;
  readonly kind: Store['kind'];
  readonly server: string;
  /** Whether an acknowledged change is promised to survive a crash of the machine. */
  readonly crash_promise: boolean;
  readonly crash_text: string;
  readonly area: string;
  readonly schema: number;
  readonly people: number;
  readonly rule_versions: number;
  readonly publications: number;
  readonly exemptions: number;
  readonly journal: JournalCheck;
}

/** Settings of the server that an acknowledged change must have to survive a crash of the machine. */
const durable = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;

export async function readStatus(store: Store): Promise<StoreStatus> {
  const { database } = store;
  const count = async (table: 'people' | 'rule_versions' | 'publications' | 'exemptions'): Promise<number> =>
    (await database.selectFrom(table).select(sql<number>`count(*)::integer`.as('n')).executeTakeFirstOrThrow()).n;
  const setting = async (name: string): Promise<string> =>
    (await sql<{ value: string }>`SELECT current_setting(${name}) AS value`.execute(database)).rows[0]?.value ?? '';
  const values = await Promise.all(durable.map(setting));
  const off = durable.filter((_, index) => values[index] === 'off');
  const promise = store.kind === 'postgresql' && off.length === 0;
  const embedded =
    'embedded PGlite, for trial and tests: its crash promise is off. A killed command loses nothing acknowledged (tested), but a power failure may; use PostgreSQL (--database) for a bureau';
  const server =
    off.length === 0 ? 'PostgreSQL writes every acknowledged change to disk' : `PostgreSQL runs with ${off.join(', ')} off: its crash promise is off`;
  return {
    place: placeOf(store.location),
    kind: store.kind,
    server: await setting('server_version'),
    crash_promise: promise,
    crash_text: store.kind === 'pglite' ? embedded : server,
    area: store.area,
    schema: await schemaVersion(database),
    people: await count('people'),
    rule_versions: await count('rule_versions'),
    publications: await count('publications'),
    exemptions: await count('exemptions'),
    journal: checkChain(await readJournal(database)),
  };
}

/** The journal, for the audit administrator. */
export async function showJournal(store: Store, actor: Person): Promise<readonly JournalEntry[]> {
  demandRole(actor, 'audit_admin', 'read the journal');
  return readJournal(store.database);
}
