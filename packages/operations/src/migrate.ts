import { type Kysely, sql, type Transaction } from 'kysely';
import { readCatalogue } from './catalogue.ts';
import { storeLock, textColumns } from './change.ts';
import { record, startJournal, type WrittenRow, wholeEnd, writtenRow } from './journal.ts';
import type { JournalKey } from './key.ts';
import { checksumOf, type DataMigration, type Migration, type StoreModule } from './module.ts';
import type { AppliedMigration, JournalTables } from './modules/journal.ts';
import { operationsProblems } from './problems.ts';

/** Whether there is a store at all in the database. */
export async function storeExists(database: Kysely<JournalTables>): Promise<boolean> {
  const found = await sql<{ present: string | null }>`SELECT to_regclass('schema_migrations')::text AS present`.execute(database);
  return typeof found.rows[0]?.present === 'string';
}

interface Step {
  readonly module: StoreModule;
  readonly migration: Migration;
}

const stepsOf = (modules: readonly StoreModule[]): readonly Step[] =>
  modules.flatMap((module) => module.migrations.map((migration) => ({ module, migration })));
const stepName = ({ module, migration }: Step): string => `${module.id} ${migration.number}`;

/**
 * The migrations that a store still lacks. Throws RefusedInput when it was migrated by a newer program, by a module that
 * this program does not know, or by a migration that has been changed since.
 */
export async function lackingSteps(database: Kysely<JournalTables>, modules: readonly StoreModule[]): Promise<readonly Step[]> {
  const applied = await database.selectFrom('schema_migrations').selectAll().orderBy('module').orderBy('number').execute();
  const steps = new Map(stepsOf(modules).map((step) => [stepName(step), step]));
  for (const row of applied) {
    const step = steps.get(`${row.module} ${row.number}`);
    if (step === undefined) throw operationsProblems.refused('operations-newer', { module: row.module });
    if (row.checksum !== checksumOf(step.migration)) throw operationsProblems.refused('migration-changed', { migration: stepName(step) });
  }
  const done = new Set(applied.filter(({ state }) => state === 'done').map(({ module, number }) => `${module} ${number}`));
  return [...steps.values()].filter((step) => !done.has(stepName(step)));
}

export interface Migrating {
  readonly database: Kysely<JournalTables>;
  readonly modules: readonly StoreModule[];
  readonly key: JournalKey;
  readonly now: () => string;
}

const locked = <Result>(
  database: Kysely<JournalTables>,
  work: (transaction: Transaction<JournalTables>) => Promise<Result>,
): Promise<Result> =>
  database.transaction().execute(async (transaction) => {
    await sql`SELECT pg_advisory_xact_lock(${sql.lit(storeLock)})`.execute(transaction);
    return work(transaction);
  });

async function note(transaction: Transaction<JournalTables>, step: Step, state: string, at: string): Promise<void> {
  const { module, migration } = step;
  const row: AppliedMigration = {
    module: module.id,
    number: migration.number,
    name: migration.name,
    checksum: checksumOf(migration),
    state,
    applied_at: at,
  };
  await transaction
    .insertInto('schema_migrations')
    .values(row)
    .onConflict((conflict) => conflict.columns(['module', 'number']).doUpdateSet({ state, applied_at: at }))
    .execute();
}

/** Writes down that a step was applied, and what the database looks like from now on. */
async function recordStep(
  transaction: Transaction<JournalTables>,
  on: Migrating,
  step: Step,
  rows: readonly WrittenRow[],
  state: string,
): Promise<void> {
  const at = on.now();
  await note(transaction, step, state, at);
  const catalogue = await readCatalogue(transaction, on.modules);
  const { name, kind } = step.migration;
  const details = { name, kind, state, checksum: checksumOf(step.migration), catalogue };
  await record(transaction, on.key, at, { actor: '', action: 'store-migrated', subject: stepName(step), details }, rows);
}

async function applySchema(on: Migrating, step: Step, statements: readonly string[]): Promise<void> {
  await locked(on.database, async (transaction) => {
    // Another process may have been faster, or have made the store meanwhile.
    const isNew = !(await storeExists(transaction));
    if (!isNew && !(await lackingSteps(transaction, on.modules)).some((lacking) => stepName(lacking) === stepName(step))) return;
    if (!isNew) await wholeEnd(transaction, on.key);
    for (const statement of statements) await sql.raw(statement).execute(transaction);
    if (isNew) await startJournal(transaction, on.key);
    await recordStep(transaction, on, step, [], 'done');
  });
}

/** One part of a data migration; tells whether rows are left. */
function applyPart(on: Migrating, step: Step, migration: DataMigration): Promise<boolean> {
  return locked(on.database, async (transaction) => {
    await wholeEnd(transaction, on.key);
    if (!(await lackingSteps(transaction, on.modules)).some((lacking) => stepName(lacking) === stepName(step))) return false;
    const definition = step.module.tables[migration.table];
    if (definition === undefined) throw new Error(`the module ${step.module.id} has no table ${migration.table}`);
    const changed = await sql.raw<Readonly<Record<string, unknown>>>(migration.statement).execute(transaction);
    const rows: WrittenRow[] = [];
    for (const row of changed.rows) {
      const is = sql.join(
        definition.key.map((column) => sql`${sql.ref(column)} = ${row[column]}`),
        sql` AND `,
      );
      const found = await sql<
        Readonly<Record<string, string | null>>
      >`SELECT ${textColumns(definition)} FROM ${sql.table(migration.table)} WHERE ${is}`.execute(transaction);
      rows.push(...found.rows.map((one) => ({ table: migration.table, row: writtenRow(definition, one) })));
    }
    await recordStep(transaction, on, step, rows, changed.rows.length === 0 ? 'done' : 'running');
    return changed.rows.length > 0;
  });
}

/**
 * Brings a store to the newest form: schema migrations each in one transaction, data migrations part by part. What was
 * interrupted is gone on with. Returns the steps it applied, by name.
 */
export async function migrate(on: Migrating): Promise<readonly string[]> {
  const steps = (await storeExists(on.database)) ? await lackingSteps(on.database, on.modules) : stepsOf(on.modules);
  for (const step of steps) {
    const { migration } = step;
    if (migration.kind === 'schema') await applySchema(on, step, migration.statements);
    else while (await applyPart(on, step, migration));
  }
  return steps.map(stepName);
}
