import { type Problem, words } from '@hengjian/standard';
import { type Kysely, sql } from 'kysely';
import { type Catalogue, readCatalogue } from './catalogue.ts';
import { textColumns } from './change.ts';
import { checkJournal, tableOf, type WrittenRow, writtenRow } from './journal.ts';
import type { JournalKey } from './key.ts';
import type { StoreModule, TableDefinition } from './module.ts';
import { checksumOf } from './module.ts';
import { type JournalEntry, type JournalTables, journalModule } from './modules/journal.ts';
import { operationsProblems } from './problems.ts';

/** What a check of a whole store found. */
export interface StoreCheck {
  readonly entries: number;
  /** Hash of the last entry. */
  readonly head: string;
  /** Rows of state that were compared with the journal. */
  readonly rows: number;
  /** Everything that does not follow from the journal; empty when the store is whole. */
  readonly faults: readonly Problem[];
}

type RowText = WrittenRow['row'];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isRow = (value: unknown): value is RowText =>
  isRecord(value) && Object.values(value).every((cell) => cell === null || typeof cell === 'string');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Rows that an entry speaks of. Entries were checked by their hashes before, so that nothing else can stand there. */
function rowsOf(entry: JournalEntry): readonly WrittenRow[] {
  const list = parsed(entry.rows);
  return Array.isArray(list)
    ? list.flatMap((one: unknown) =>
        isRecord(one) && typeof one.table === 'string' && isRow(one.row) ? [{ table: one.table, row: one.row }] : [],
      )
    : [];
}

/** The key of a row as a map takes it, and as a person reads it. */
const keyOf = (definition: TableDefinition, row: RowText): string => JSON.stringify(definition.key.map((column) => row[column] ?? ''));
const readableKey = (key: string): string =>
  key
    .slice(1, -1)
    .replaceAll(/"([\w.@-]*)"/g, '$1')
    .replaceAll(',', ' ');

/** The rows as the journal says they must be: table, key, row. */
function replay(entries: readonly JournalEntry[], modules: readonly StoreModule[]): ReadonlyMap<string, ReadonlyMap<string, RowText>> {
  const tables = new Map<string, Map<string, RowText>>();
  for (const { table, row } of entries.flatMap(rowsOf)) {
    const definition = tableOf(modules, table);
    if (definition === undefined) continue;
    const rows = tables.get(table) ?? new Map<string, RowText>();
    tables.set(table, rows.set(keyOf(definition, row), row));
  }
  return tables;
}

const shown = (value: string | null | undefined): string => (value === null || value === undefined ? 'null' : value);

/** Columns whose value is another than the journal says. A column that came later is empty until an act fills it. */
function changedColumns(definition: TableDefinition, must: RowText, is: RowText): readonly string[] {
  return Object.keys(definition.columns).filter((column) => (must[column] ?? null) !== (is[column] ?? null));
}

interface TableCheck {
  readonly rows: number;
  readonly faults: readonly Problem[];
}

async function checkTable(
  database: Kysely<JournalTables>,
  table: string,
  definition: TableDefinition,
  must: ReadonlyMap<string, RowText>,
): Promise<TableCheck> {
  const select = sql<RowText>`SELECT ${textColumns(definition)} FROM ${sql.table(table)}`;
  const found = new Map(
    (await select.execute(database)).rows.map((row) => writtenRow(definition, row)).map((row) => [keyOf(definition, row), row]),
  );
  const fault = (key: string, what: ReturnType<typeof words>): Problem =>
    operationsProblems.problem('row-not-in-journal', { table, key: readableKey(key), what });
  const present = [...found].flatMap(([key, is]): Problem[] => {
    const row = must.get(key);
    if (row === undefined) return [fault(key, words('日志中没有这一行', 'the journal knows no such row'))];
    return changedColumns(definition, row, is).map((column) => {
      const [was, now] = [shown(row[column]), shown(is[column])];
      return fault(key, words(`${column} 应为 ${was}，现为 ${now}`, `${column} should be ${was} and is ${now}`));
    });
  });
  const gone = [...must.keys()].filter((key) => !found.has(key)).map((key) => fault(key, words('这一行被删除', 'the row is gone')));
  return { rows: found.size, faults: [...present, ...gone] };
}

/** The structure of the database as the last migration left it. */
function recordedCatalogue(entries: readonly JournalEntry[]): Catalogue {
  const last = entries.findLast(({ action }) => action === 'store-migrated');
  const details = last === undefined ? undefined : parsed(last.details);
  const catalogue = isRecord(details) ? details.catalogue : undefined;
  if (!isRecord(catalogue)) return {};
  return Object.fromEntries(Object.entries(catalogue).flatMap(([object, state]) => (typeof state === 'string' ? [[object, state]] : [])));
}

function compareCatalogues(must: Catalogue, is: Catalogue): readonly Problem[] {
  return [...new Set([...Object.keys(must), ...Object.keys(is)])].sort().flatMap((object) => {
    if (must[object] === is[object]) return [];
    const changed = words('被改动或停用', 'changed or switched off');
    const what = must[object] === undefined ? words('多出', 'added') : is[object] === undefined ? words('被删除', 'dropped') : changed;
    return [operationsProblems.problem('catalogue-changed', { object, what })];
  });
}

/** The migrations that the store claims, against those that the journal tells of. */
async function checkMigrations(
  database: Kysely<JournalTables>,
  entries: readonly JournalEntry[],
  modules: readonly StoreModule[],
): Promise<readonly Problem[]> {
  const told = new Map<string, string>();
  for (const entry of entries.filter(({ action }) => action === 'store-migrated')) {
    const details = parsed(entry.details);
    if (isRecord(details)) told.set(entry.subject, [details.name, details.checksum, details.state, entry.at].map(String).join(' '));
  }
  const rows = await database.selectFrom('schema_migrations').selectAll().execute();
  const table = 'schema_migrations';
  const changed = rows.flatMap(({ module, number, name, checksum, state, applied_at }): Problem[] => {
    const key = `${module} ${number}`;
    const known = modules.find(({ id }) => id === module)?.migrations.find((one) => one.number === number);
    const fits = told.get(key) === [name, checksum, state, applied_at].join(' ') && known !== undefined && checksumOf(known) === checksum;
    const what = words('与日志记载的升级步骤不符', 'it is not the migration that the journal tells of');
    return fits ? [] : [operationsProblems.problem('row-not-in-journal', { table, key, what })];
  });
  const kept = new Set(rows.map(({ module, number }) => `${module} ${number}`));
  const gone = [...told.keys()].filter((key) => !kept.has(key));
  return [
    ...changed,
    ...gone.map((key) => operationsProblems.problem('row-not-in-journal', { table, key, what: words('这一行被删除', 'the row is gone') })),
  ];
}

/**
 * Checks a whole store within one snapshot: the journal by its keyed hashes and its anchor, every row of every module by
 * the journal, the structure of the database by what the last migration left.
 */
export async function verifyTables(database: Kysely<JournalTables>, key: JournalKey, modules: readonly StoreModule[]): Promise<StoreCheck> {
  const is = await readCatalogue(database, modules);
  const lost = Object.keys(journalModule.tables).filter((table) => is[`table ${table}`] === undefined);
  if (lost.length > 0) {
    const faults = lost.map((table) =>
      operationsProblems.problem('catalogue-changed', { object: `table ${table}`, what: words('被删除', 'dropped') }),
    );
    return { entries: 0, head: '', rows: 0, faults };
  }
  const { entries, check } = await checkJournal(database, key);
  const faults: Problem[] = check.fault === null ? [] : [operationsProblems.problem('journal-not-whole', { what: check.fault })];
  const sound = check.broken_at === null ? entries : entries.slice(0, check.broken_at - 1);
  const catalogue = compareCatalogues(recordedCatalogue(sound), is);
  faults.push(...catalogue, ...(await checkMigrations(database, sound, modules)));
  const must = replay(sound, modules);
  let rows = 0;
  for (const module of modules.filter(({ id }) => id !== journalModule.id)) {
    for (const [table, definition] of Object.entries(module.tables)) {
      // A table or column that is gone was named by the comparison of the structure; the rest cannot be read.
      const names = [`table ${table}`, ...Object.keys(definition.columns).map((column) => `column ${table}.${column}`)];
      if (names.some((name) => is[name] === undefined)) continue;
      const compared = await checkTable(database, table, definition, must.get(table) ?? new Map());
      rows += compared.rows;
      faults.push(...compared.faults);
    }
  }
  return { entries: entries.length, head: check.last_hash, rows, faults };
}
