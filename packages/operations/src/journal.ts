import { createHash } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { Schema } from './schema.ts';

export interface JournalEntry {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly details: string;
  readonly previous_hash: string;
  readonly hash: string;
}

const firstHash = '0'.repeat(64);

/** SHA-256 of an entry and of the one before it, so that no entry can be changed, taken out or moved unseen. */
export function entryHash(entry: Omit<JournalEntry, 'hash'>): string {
  const { seq, at, actor, action, subject, details, previous_hash } = entry;
  return createHash('sha256')
    .update(JSON.stringify([seq, at, actor, action, subject, details, previous_hash]))
    .digest('hex');
}

/** Writes down who did what when, within the transaction that does it. */
export async function record(
  transaction: Transaction<Schema>,
  what: { readonly at: string; readonly actor: string; readonly action: string; readonly subject: string; readonly details: unknown },
): Promise<void> {
  const last = await transaction.selectFrom('journal').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst();
  const entry = { ...what, details: JSON.stringify(what.details), seq: (last?.seq ?? 0) + 1, previous_hash: last?.hash ?? firstHash };
  await transaction
    .insertInto('journal')
    .values({ ...entry, hash: entryHash(entry) })
    .execute();
}

export interface JournalCheck {
  readonly entries: number;
  /** Number of the first entry that does not follow from the one before it; null when the chain holds. */
  readonly broken_at: number | null;
  readonly last_hash: string;
}

/** Follows the chain of hashes from the first entry to the last. */
export function checkChain(entries: readonly JournalEntry[]): JournalCheck {
  let previous = firstHash;
  for (const [index, entry] of entries.entries()) {
    if (entry.seq !== index + 1 || entry.previous_hash !== previous || entry.hash !== entryHash(entry)) {
      return { entries: entries.length, broken_at: entry.seq, last_hash: previous };
    }
    previous = entry.hash;
  }
  return { entries: entries.length, broken_at: null, last_hash: previous };
}

export const readJournal = (database: Kysely<Schema>): Promise<JournalEntry[]> => database.selectFrom('journal').selectAll().orderBy('seq').execute();
