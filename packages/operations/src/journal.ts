import { words } from '@hengjian/standard';
import type { Kysely, Transaction } from 'kysely';
import { digestOf, type JournalKey } from './key.ts';
import type { StoreModule, TableDefinition } from './module.ts';
import type { AnchorRow, JournalEntry, JournalTables } from './modules/journal.ts';
import { operationsProblems } from './problems.ts';

/** One act, as it is written down. */
export interface Act {
  /** Login of who did it; empty when nobody was signed in. */
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly details: unknown;
}

/** A row as it was after an act: values as PostgreSQL writes them, long and sealed ones as their digest. */
export interface WrittenRow {
  readonly table: string;
  readonly row: Readonly<Record<string, string | null>>;
}

const firstHash = '0'.repeat(64);
const longest = 200;

/** A value as the journal shows it. */
export function shownValue(definition: TableDefinition, column: string, value: string | null): string | null {
  if (value === null) return null;
  const sealed = definition.columns[column] === 'sealed' || value.length > longest || value.startsWith('sm3:');
  return sealed ? `sm3:${digestOf(value)}` : value;
}

/** A row as the journal writes it: the columns of the definition, in their order. */
export const writtenRow = (definition: TableDefinition, row: Readonly<Record<string, string | null>>): WrittenRow['row'] =>
  Object.fromEntries(Object.keys(definition.columns).map((column) => [column, shownValue(definition, column, row[column] ?? null)]));

/** Definition of a table of one of the modules. */
export function tableOf(modules: readonly StoreModule[], table: string): TableDefinition | undefined {
  return modules.find(({ tables }) => Object.hasOwn(tables, table))?.tables[table];
}

/** HMAC-SM3 of an entry and of the one before it, so that no entry can be changed, taken out, moved or made without the key. */
export function entryHash(key: JournalKey, entry: Omit<JournalEntry, 'hash'>): string {
  const { seq, at, actor, action, subject, details, rows, previous_hash } = entry;
  return key.seal(['entry', seq, at, actor, action, subject, details, rows, previous_hash]);
}

const anchorOf = (key: JournalKey, entries: number, head: string): AnchorRow => ({
  id: 1,
  entries,
  head,
  key_print: key.print,
  seal: key.seal(['anchor', entries, head]),
});

/** Starts the journal of a new store. */
export async function startJournal(transaction: Transaction<JournalTables>, key: JournalKey): Promise<void> {
  await transaction
    .insertInto('journal_anchor')
    .values(anchorOf(key, 0, firstHash))
    .execute();
}

/** What the anchor is wrong about, given the last entry; undefined when it fits. */
function anchorFault(key: JournalKey, anchor: AnchorRow | undefined, last: JournalEntry | undefined): ReturnType<typeof words> | undefined {
  if (anchor === undefined) return words('缺少锚记录', 'its anchor is missing');
  const { entries, head, key_print, seal } = anchor;
  if (key_print !== key.print || seal !== anchorOf(key, entries, head).seal) return words('锚记录系伪造', 'its anchor is forged');
  if (entries !== (last?.seq ?? 0) || head !== (last?.hash ?? firstHash)) {
    return words(`应有 ${entries} 条，最后一条不符`, `it should hold ${entries} entries, and the last one is another`);
  }
  return undefined;
}

const lastEntry = (database: Kysely<JournalTables>): Promise<JournalEntry | undefined> =>
  database.selectFrom('journal').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirst();
const readAnchor = (database: Kysely<JournalTables>): Promise<AnchorRow | undefined> =>
  database.selectFrom('journal_anchor').selectAll().executeTakeFirst();

/**
 * The last entry, after which the next act is written. Throws RefusedInput when the journal does not end as its anchor
 * says, or the last entry does not fit the key: then nothing may be added that would cover it up.
 */
export async function wholeEnd(database: Kysely<JournalTables>, key: JournalKey): Promise<JournalEntry | undefined> {
  const last = await lastEntry(database);
  const fault = anchorFault(key, await readAnchor(database), last);
  if (fault !== undefined) throw operationsProblems.refused('journal-not-whole', { what: fault });
  if (last !== undefined && last.hash !== entryHash(key, last)) {
    throw operationsProblems.refused('journal-not-whole', { what: words(`第 ${last.seq} 条系伪造`, `entry ${last.seq} is forged`) });
  }
  return last;
}

/** Fingerprint of the key by which the journal was made; undefined when the anchor is gone. */
export const keyPrint = async (database: Kysely<JournalTables>): Promise<string | undefined> => (await readAnchor(database))?.key_print;

/** Writes an act down, within the transaction that does it. Refused when the clock has gone back. */
export async function record(
  transaction: Transaction<JournalTables>,
  key: JournalKey,
  at: string,
  act: Act,
  rows: readonly WrittenRow[],
): Promise<void> {
  const last = await wholeEnd(transaction, key);
  if (last !== undefined && at < last.at) throw operationsProblems.refused('clock-back', { now: at, last: last.at });
  const { actor, action, subject } = act;
  const texts = { details: JSON.stringify(act.details), rows: JSON.stringify(rows) };
  const entry = { seq: (last?.seq ?? 0) + 1, at, actor, action, subject, ...texts, previous_hash: last?.hash ?? firstHash };
  const hash = entryHash(key, entry);
  await transaction
    .insertInto('journal')
    .values({ ...entry, hash })
    .execute();
  await transaction
    .updateTable('journal_anchor')
    .set(anchorOf(key, entry.seq, hash))
    .execute();
}

export interface JournalCheck {
  readonly entries: number;
  /** Number of the first entry that does not follow, or that is missing at the end; null when the journal is whole. */
  readonly broken_at: number | null;
  /** Hash of the last entry that follows. */
  readonly last_hash: string;
  /** What is wrong, in both languages; null when the journal is whole. */
  readonly fault: ReturnType<typeof words> | null;
}

/** Follows the entries from the first to the last, and compares the end with the anchor. */
export function checkChain(key: JournalKey, entries: readonly JournalEntry[], anchor: AnchorRow | undefined): JournalCheck {
  let previous: JournalEntry | undefined;
  for (const [index, entry] of entries.entries()) {
    const follows =
      entry.seq === index + 1 && entry.previous_hash === (previous?.hash ?? firstHash) && entry.hash === entryHash(key, entry);
    if (!follows || entry.at < (previous?.at ?? '')) {
      const fault = words(`第 ${entry.seq} 条与前一条不衔接或被改动`, `entry ${entry.seq} was changed or does not follow`);
      return { entries: entries.length, broken_at: index + 1, last_hash: previous?.hash ?? firstHash, fault };
    }
    previous = entry;
  }
  const fault = anchorFault(key, anchor, previous) ?? (previous === undefined ? words('日志为空', 'it is empty') : undefined);
  const last_hash = previous?.hash ?? firstHash;
  return { entries: entries.length, broken_at: fault === undefined ? null : entries.length + 1, last_hash, fault: fault ?? null };
}

export const readJournal = (database: Kysely<JournalTables>): Promise<JournalEntry[]> =>
  database.selectFrom('journal').selectAll().orderBy('seq').execute();

/** Reads the journal and its anchor and checks both. */
export async function checkJournal(
  database: Kysely<JournalTables>,
  key: JournalKey,
): Promise<{ readonly entries: readonly JournalEntry[]; readonly check: JournalCheck }> {
  const entries = await readJournal(database);
  return { entries, check: checkChain(key, entries, await readAnchor(database)) };
}
