import { words } from '@hengjian/standard';
import { sql } from 'kysely';
import { checkJournal, type JournalCheck, readJournal } from './journal.ts';
import { exemptionsModule } from './modules/exemptions.ts';
import type { JournalEntry } from './modules/journal.ts';
import { peopleModule } from './modules/people.ts';
import { rulesModule } from './modules/rules.ts';
import { demandRole, type Person } from './people.ts';
import { groundOf, placeOf, type Store } from './store.ts';

export interface StoreStatus {
  readonly place: string;
  readonly kind: Store['kind'];
  readonly server: string;
  /** Whether an acknowledged change is promised to survive a crash of the machine. */
  readonly crash_promise: boolean;
  readonly crash_text: ReturnType<typeof words>;
  readonly area: string;
  /** Modules of the store, each with the number of its last migration. */
  readonly modules: Readonly<Record<string, number>>;
  readonly people: number;
  readonly rule_versions: number;
  readonly publications: number;
  readonly exemptions: number;
  readonly journal: JournalCheck;
}

/** Settings of the server that an acknowledged change must have to survive a crash of the machine. */
const durable = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;

const embedded = words(
  '内嵌 PGlite，供试用和测试：不承诺断电不丢数据（命令被强行终止不丢已确认的内容，已测试）；正式使用请用 PostgreSQL（--database）',
  'embedded PGlite, for trial and tests: its crash promise is off. A killed command loses nothing acknowledged (tested), ' +
    'but a power failure may; use PostgreSQL (--database) for a bureau',
);

function serverText(off: readonly string[]): ReturnType<typeof words> {
  if (off.length === 0) return words('PostgreSQL 将每项已确认的改动写入磁盘', 'PostgreSQL writes every acknowledged change to disk');
  const names = off.join(', ');
  return words(`PostgreSQL 关闭了 ${names}：不承诺断电不丢数据`, `PostgreSQL runs with ${names} off: its crash promise is off`);
}

/** How a store stands: what it holds, whether it survives a crash, whether its journal is whole. */
export async function readStatus(store: Store): Promise<StoreStatus> {
  const { database, key } = groundOf(store);
  const total = sql<number>`count(*)::integer`.as('n');
  const rules = store.tables(rulesModule);
  const setting = async (name: string): Promise<string> =>
    (await sql<{ value: string }>`SELECT current_setting(${name}) AS value`.execute(database)).rows[0]?.value ?? '';
  const values = await Promise.all(durable.map(setting));
  const off = durable.filter((_, index) => values[index] === 'off');
  const { check } = await checkJournal(database, key);
  return {
    place: placeOf(store.location),
    kind: store.kind,
    server: await setting('server_version'),
    crash_promise: store.kind === 'postgresql' && off.length === 0,
    crash_text: store.kind === 'pglite' ? embedded : serverText(off),
    area: store.area,
    modules: Object.fromEntries(store.modules.map(({ id, migrations }) => [id, migrations.at(-1)?.number ?? 0])),
    people: (await store.tables(peopleModule).selectFrom('people').select(total).executeTakeFirstOrThrow()).n,
    rule_versions: (await rules.selectFrom('rule_versions').select(total).executeTakeFirstOrThrow()).n,
    publications: (await rules.selectFrom('publications').select(total).executeTakeFirstOrThrow()).n,
    exemptions: (await store.tables(exemptionsModule).selectFrom('exemptions').select(total).executeTakeFirstOrThrow()).n,
    journal: check,
  };
}

/** The journal, for the audit administrator. */
export async function showJournal(store: Store, actor: Person): Promise<readonly JournalEntry[]> {
  demandRole(actor, 'audit_admin', words('查看操作日志', 'read the journal'));
  return readJournal(groundOf(store).database);
}
