import { type PlainSchema, parseSchema, type RecordPlace, type SegmentBuilder } from '@hengjian/lake';
import { isWorkingTable, listed, type WorkingTable } from '@hengjian/standard';
import { auditProblems } from '../problems.ts';

/** One record of the stream: `person <tab> table <tab> values…`, the values in the order of the schema. */
export interface StreamRecord {
  readonly psn: string;
  readonly table: WorkingTable;
  readonly cells: readonly string[];
  readonly place: RecordPlace;
}

/** Splits one line of the stream. `row` counts from 1. */
export function parseRecord(line: string, row: number, schema: PlainSchema, file = 'stdin'): StreamRecord {
  const [psn = '', table = '', ...cells] = line.split('\t');
  if (psn === '' || !isWorkingTable(table) || schema[table] === undefined) {
    throw auditProblems.refused('record-tag', { tag: table, known: listed(Object.keys(schema)) }, { file, row });
  }
  return { psn, table, cells, place: { file, row } };
}

/** Lines of a byte stream, without their ends, in batches as they arrive. */
export async function* linesOf(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: false });
  let rest = '';
  for await (const chunk of input) {
    const text = rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }));
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest];
}

export interface PersonStream {
  /** Called when a segment is full, and for the last one. */
  segment(): void;
  /** Lines a segment holds before it is closed at the end of a person. */
  readonly limit: number;
  /** Called between batches of records. */
  readonly flush?: () => Promise<void>;
}

const personLimit = 50_000;

/**
 * Feeds records sorted by person to a builder and closes a segment at the end of a person when it is full. Refuses a
 * person that comes back later. Memory is bounded by one segment and the records of one person.
 */
export async function feedPersons(
  input: AsyncIterable<Uint8Array | string>,
  schema: PlainSchema,
  builder: SegmentBuilder,
  stream: PersonStream,
): Promise<{ records: number }> {
  let current: string | undefined;
  let row = 0;
  const close = (): void => {
    if (current === undefined) return;
    builder.end(current);
    if (builder.lines >= stream.limit || builder.persons >= personLimit) stream.segment();
  };
  for await (const lines of linesOf(input)) {
    for (const line of lines) {
      row += 1;
      if (line === '') continue;
      const record = parseRecord(line, row, schema);
      if (record.psn !== current) {
        if (current !== undefined && record.psn < current) {
          throw auditProblems.refused('records-unsorted', {}, record.place);
        }
        close();
        current = record.psn;
      }
      builder.add(record.table, record.cells, record.place);
    }
    await stream.flush?.();
  }
  close();
  if (builder.persons > 0) stream.segment();
  return { records: row };
}

/** The schema given as an argument, or the one the rules need. */
export const schemaOr = (text: string | undefined, needed: PlainSchema): PlainSchema => (text === undefined ? needed : parseSchema(text));
