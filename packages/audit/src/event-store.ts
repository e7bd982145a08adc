import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { EventBlock, EventColumn, EventPart, EventTable } from '@hengjian/rulespec';
import type { WorkingTable } from '@hengjian/standard';

type Kind = 'i32' | 'i8' | 'f64';

interface StoredTable {
  readonly starts: Int32Array;
  /** Where each column begins in the file. */
  readonly columns: readonly { readonly name: string; readonly kind: Kind; readonly offset: number }[];
}

/** Where the events of a segment and walk lie. Plain data. */
export interface StoredBlock {
  readonly file: string;
  readonly by: EventBlock['by'];
  readonly segment: number;
  readonly tables: Readonly<Partial<Record<WorkingTable, StoredTable>>>;
}

const size: Readonly<Record<Kind, number>> = { i32: 4, i8: 1, f64: 8 };
const kindOf = (column: EventColumn): Kind => (column instanceof Float64Array ? 'f64' : column instanceof Int8Array ? 'i8' : 'i32');

function newColumn(kind: Kind, length: number): EventColumn {
  if (kind === 'f64') return new Float64Array(length);
  return kind === 'i8' ? new Int8Array(length) : new Int32Array(length);
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
}

/** Writes the blocks of a segment to a file of the run's work folder, so that memory does not grow with the lake. */
export function storeBlocks(file: string, blocks: readonly EventBlock[]): readonly StoredBlock[] {
  if (blocks.length === 0) return [];
  const handle = openSync(file, 'w');
  let offset = 0;
  const storeTable = (table: EventTable): StoredTable => ({
    starts: table.starts,
    columns: Object.entries(table.columns).map(([name, column]) => {
      const place = { name, kind: kindOf(column), offset };
      writeAll(handle, new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
      offset += column.byteLength;
      return place;
    }),
  });
  try {
    return blocks.map((block) => ({
      file,
      by: block.by,
      segment: block.segment,
      tables: Object.fromEntries(Object.entries(block.tables).map(([name, table]) => [name, storeTable(table)])),
    }));
  } finally {
    closeSync(handle);
  }
}

function readColumn(handle: number, kind: Kind, offset: number, from: number, to: number): EventColumn {
  const column = newColumn(kind, to - from);
  const bytes = new Uint8Array(column.buffer);
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(handle, bytes, done, bytes.length - done, offset + from * size[kind] + done);
    if (read === 0) throw new Error('a file of events is shorter than it was written');
    done += read;
  }
  return column;
}

function readPart(handle: number, block: StoredBlock, part: number): EventPart {
  const tables = Object.fromEntries(
    Object.entries(block.tables).map(([name, table]) => {
      const [from, to] = [table.starts[part] ?? 0, table.starts[part + 1] ?? 0];
      return [
        name,
        {
          length: to - from,
          columns: Object.fromEntries(table.columns.map((column) => [column.name, readColumn(handle, column.kind, column.offset, from, to)])),
        },
      ];
    }),
  );
  return { by: block.by, segment: block.segment, tables };
}

const hasRows = (block: StoredBlock, part: number): boolean => Object.values(block.tables).some(({ starts }) => (starts[part + 1] ?? 0) > (starts[part] ?? 0));

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

interface EncodedTable {
  readonly length: number;
  readonly columns: readonly { readonly name: string; readonly kind: Kind; readonly offset: number; readonly length: number }[];
}

/** One part of a segment's events as plain data: what it is, and its bytes in base64. */
export interface EncodedPart {
  readonly by: EventPart['by'];
  readonly tables: Readonly<Record<string, EncodedTable>>;
  readonly bytes: string;
}

export function encodePart(part: EventPart): EncodedPart {
  const pieces: Uint8Array[] = [];
  let offset = 0;
  const tables = Object.entries(part.tables).map(([name, table]): [string, EncodedTable] => [
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
export function decodePart({ by, tables, bytes }: EncodedPart, segment: number): EventPart {
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
