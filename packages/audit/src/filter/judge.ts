import { deserialize, serialize } from 'node:v8';
import { type KeyedHit, keyedReducer, type Statistics } from '@hengjian/rulespec';
import { decodePart } from '../event-store.ts';
import { auditProblems } from '../problems.ts';
import { type FilterSession, plainCounts, type WriteRecord } from './filter.ts';
import { type EncodedPart, encodedPartReader } from './messages.ts';
import { linesOf } from './records.ts';

/** What one part of one walk came to. Segments are numbers in `ids`. */
export interface JudgedPart {
  readonly ids: readonly string[];
  readonly hits: readonly KeyedHit[];
  readonly statistics: Statistics;
}

/**
 * Judges events that a host has brought together by key (`key <tab> body`), each key's in any order, and writes what each part came to.
 * Memory is bounded by the events of one part. Segments are numbered in the order of their first persons, which is the
 * order they have in the lake.
 */
export async function judgeEvents(
  session: FilterSession,
  input: AsyncIterable<Uint8Array | string>,
  write: WriteRecord,
): Promise<{ parts: number }> {
  const reducer = keyedReducer(session.bound);
  let current: string | undefined;
  let pending: EncodedPart[] = [];
  let parts = 0;
  const close = (): void => {
    if (pending.length === 0) return;
    const ids = [...new Set(pending.map(({ id }) => id))].sort();
    const numbers = new Map(ids.map((id, number) => [id, number]));
    const ordered = pending
      .map((part) => decodePart(part, numbers.get(part.id) as number))
      .sort((left, right) => left.segment - right.segment);
    const hits = reducer.judge(ordered);
    const judged: JudgedPart = { ids, hits, statistics: reducer.takeStatistics() };
    write('judged', serialize(judged).toString('base64'), current);
    pending = [];
    parts += 1;
  };
  let row = 0;
  for await (const lines of linesOf(input)) {
    for (const line of lines) {
      row += 1;
      if (line === '') continue;
      const tab = line.indexOf('\t');
      if (tab < 0) {
        throw auditProblems.refused('record-key', {}, { file: 'stdin', row });
      }
      const key = line.slice(0, tab);
      if (key !== current) close();
      current = key;
      pending.push(encodedPartReader.read(line.slice(tab + 1), { file: 'stdin', row }));
    }
  }
  close();
  write('counts', JSON.stringify({ persons: 0, lines: 0, rules: plainCounts(reducer.counts()) }));
  return { parts };
}

/** Reads what `judgeEvents` wrote, with the segments numbered by the host. */
export function readJudged(body: string, numberOf: (id: string) => number): Pick<JudgedPart, 'hits' | 'statistics'> {
  const { ids, hits, statistics } = deserialize(Buffer.from(body, 'base64')) as JudgedPart;
  const numbers = ids.map(numberOf);
  return renumbered({ hits, statistics }, numbers);
}

/** The same value with every row of a segment in another numbering. */
function renumbered<Value>(value: Value, numbers: readonly number[]): Value {
  if (Array.isArray(value)) return value.map((one: unknown) => renumbered(one, numbers)) as Value;
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set)
    return value;
  const entries = Object.entries(value).map(([name, one]) => [
    name,
    name === 'segment' && typeof one === 'number' ? numbers[one] : renumbered(one, numbers),
  ]);
  return Object.fromEntries(entries) as Value;
}
