import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { type EventBlock, type EventColumn, type EventPart, eventParts } from '@hengjian/rulespec';
import type { WorkingTable } from '@hengjian/standard';
import type { EncodedPart } from './filter/messages.ts';

type Kind = 'i32' | 'i8' | 'f64';

interface StoredTable {
  readonly starts: Int32Array;
  readonly columns: readonly { readonly name: string; readonly kind: Kind }[];
}

/** Where the events of a segment and walk lie, part behind part. Plain data. */
export interface StoredBlock {
  readonly file: string;
  readonly by: EventBlock['by'];
  readonly segment: number;
  /** First byte of each part, and the end. */
  readonly places: Float64Array;
  readonly tables: Readonly<Partial<Record<WorkingTable, StoredTable>>>;
}

const size: Readonly<Record<Kind, number>> = { i32: 4, i8: 1, f64: 8 };
const kindOf = (column: EventColumn): Kind => (column instanceof Float64Array ? 'f64' : column instanceof Int8Array ? 'i8' : 'i32');
const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

function newColumn(kind: Kind, length: number): EventColumn {
  if (kind === 'f64') return new Float64Array(length);
  return kind === 'i8' ? new Int8Array(length) : new Int32Array(length);
}

/** A column that lies in the bytes that were read. */
function columnIn(bytes: ArrayBuffer, kind: Kind, offset: number, length: number): EventColumn {
  if (kind === 'f64') return new Float64Array(bytes, offset, length);
  return kind === 'i8' ? new Int8Array(bytes, offset, length) : new Int32Array(bytes, offset, length);
}

const rowsIn = (starts: Int32Array, part: number): number => (starts[part + 1] ?? 0) - (starts[part] ?? 0);

/** Bytes of each part of a block: the columns of its tables behind each other, each on a multiple of eight bytes. */
function placesOf(tables: StoredBlock['tables'], first: number): Float64Array {
  const places = new Float64Array(eventParts + 1);
  places[0] = first;
  for (let part = 0; part < eventParts; part += 1) {
    let bytes = 0;
    for (const { starts, columns } of Object.values(tables))
      for (const { kind } of columns) bytes += aligned(rowsIn(starts, part) * size[kind]);
    places[part + 1] = (places[part] as number) + bytes;
  }
  return places;
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
}

function storeBlock(handle: number, file: string, block: EventBlock, offset: number): StoredBlock {
  const tables = Object.fromEntries(
    Object.entries(block.tables).map(([name, { starts, columns }]): [string, StoredTable] => [
      name,
      { starts, columns: Object.entries(columns).map(([column, data]) => ({ name: column, kind: kindOf(data) })) },
    ]),
  );
  const places = placesOf(tables, offset);
  const bytes = new Uint8Array((places[eventParts] as number) - offset);
  let at = 0;
  for (let part = 0; part < eventParts; part += 1) {
    for (const { starts, columns } of Object.values(block.tables)) {
      for (const data of Object.values(columns)) {
        const rows = data.subarray(starts[part], starts[part + 1]);
        bytes.set(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), at);
        at += aligned(rows.byteLength);
      }
    }
  }
  writeAll(handle, bytes);
  return { file, by: block.by, segment: block.segment, places, tables };
}

/** Writes the blocks of a segment to a file of the run's work folder, so that memory does not grow with the lake. */
export function storeBlocks(file: string, blocks: readonly EventBlock[]): readonly StoredBlock[] {
  if (blocks.length === 0) return [];
  const handle = openSync(file, 'w');
  let offset = 0;
  try {
    return blocks.map((block) => {
      const stored = storeBlock(handle, file, block, offset);
      offset = stored.places[eventParts] as number;
      return stored;
    });
  } finally {
    closeSync(handle);
  }
}

function readBytes(handle: number, from: number, to: number): ArrayBuffer {
  const bytes = new Uint8Array(to - from);
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(handle, bytes, done, bytes.length - done, from + done);
    if (read === 0) throw new Error('a file of events is shorter than it was written');
    done += read;
  }
  return bytes.buffer;
}

function readPart(handle: number, block: StoredBlock, part: number): EventPart {
  const bytes = readBytes(handle, block.places[part] ?? 0, block.places[part + 1] ?? 0);
  let offset = 0;
  const tables = Object.fromEntries(
    Object.entries(block.tables).map(([name, { starts, columns }]) => {
      const length = rowsIn(starts, part);
      const read = columns.map(({ name: column, kind }) => {
        const data = columnIn(bytes, kind, offset, length);
        offset += aligned(data.byteLength);
        return [column, data] as const;
      });
      return [name, { length, columns: Object.fromEntries(read) }];
    }),
  );
  return { by: block.by, segment: block.segment, tables };
}

const hasRows = (block: StoredBlock, part: number): boolean => Object.values(block.tables).some(({ starts }) => rowsIn(starts, part) > 0);

/** Reads one part of those of some blocks that have rows in it. */
export function readParts(blocks: readonly StoredBlock[], part: number): readonly EventPart[] {
  const parts: EventPart[] = [];
  for (const block of blocks) {
    if (!hasRows(block, part)) continue;
    const handle = openSync(block.file, 'r');
    try {
      parts.push(readPart(handle, block, part));
    } finally {
      closeSync(handle);
    }
  }
  return parts;
}

/** One part of a segment's events as plain data: what it is, and its bytes in base64. */
export function encodePart(part: EventPart): Omit<EncodedPart, 'id'> {
  const pieces: Uint8Array[] = [];
  let offset = 0;
  const tables = Object.entries(part.tables).map(([name, table]): [string, EncodedPart['tables'][string]] => [
    name,
    {
      length: table.length,
      columns: Object.entries(table.columns).map(([column, data]) => {
        const place = { name: column, kind: kindOf(data), offset, length: data.length };
        pieces.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        offset += data.byteLength;
        return place;
      }),
    },
  ]);
  return { by: part.by, tables: Object.fromEntries(tables), bytes: Buffer.concat(pieces).toString('base64') };
}

/** Reads what `encodePart` wrote, as events of segment `segment`. */
export function decodePart({ by, tables, bytes }: Omit<EncodedPart, 'id'>, segment: number): EventPart {
  const stored = Buffer.from(bytes, 'base64');
  const read = Object.entries(tables).map(([name, table]) => {
    const columns = table.columns.map(({ name: column, kind, offset, length }): [string, EventColumn] => {
      const data = newColumn(kind, length);
      new Uint8Array(data.buffer).set(stored.subarray(offset, offset + data.byteLength));
      return [column, data];
    });
    return [name, { length: table.length, columns: Object.fromEntries(columns) }] as const;
  });
  return { by, segment, tables: Object.fromEntries(read) };
}
