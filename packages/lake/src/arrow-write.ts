import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ColumnKind } from '@hengjian/standard';
import {
  type Data,
  Field,
  Float64,
  Int8,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
} from 'apache-arrow';
import { type BufferPlace, indexFile, type TableIndex } from './arrow-file.ts';
import { checkSum } from './stored.ts';

/** Text values as one run of UTF-8 bytes and the offsets that cut it. */
export interface TextData {
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
  /** Rows without a value. */
  readonly missing: Uint8Array | undefined;
}

export type StoredColumn = { readonly name: string; readonly kind: ColumnKind } & (
  | { readonly numbers: Int32Array | Int8Array | Float64Array }
  | { readonly text: TextData }
);

function bitmap(missing: Uint8Array): { bits: Uint8Array; count: number } {
  const bits = new Uint8Array(Math.ceil(missing.length / 64) * 8);
  let count = 0;
  for (let row = 0; row < missing.length; row += 1) {
    if (missing[row] === 1) count += 1;
    else bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return { bits, count };
}

function toData(column: StoredColumn, length: number): Data {
  if ('text' in column) {
    const { offsets, bytes, missing } = column.text;
    const mask = missing === undefined ? undefined : bitmap(missing);
    return makeData({
      type: new Utf8(),
      length,
      valueOffsets: offsets,
      data: bytes,
      nullBitmap: mask?.bits ?? null,
      nullCount: mask?.count ?? 0,
    });
  }
  const { numbers } = column;
  if (numbers instanceof Float64Array) return makeData({ type: new Float64(), length, data: numbers, nullCount: 0 });
  if (numbers instanceof Int8Array) return makeData({ type: new Int8(), length, data: numbers, nullCount: 0 });
  return makeData({ type: new Int32(), length, data: numbers, nullCount: 0 });
}

/** Writes a table as an Arrow IPC file and returns where its buffers lie. */
export function writeArrow(file: string, columns: readonly StoredColumn[], length: number): TableIndex {
  const parts = columns.map((column) => ({ column, data: toData(column, length) }));
  const schema = new Schema(parts.map(({ column, data }) => new Field(column.name, data.type, 'text' in column)));
  const struct = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children: parts.map(({ data }) => data) });
  const bytes = tableToIPC(new Table(schema, [new RecordBatch(schema, struct)]), 'file');
  writeFileSync(file, bytes);
  return { length, columns: locate(bytes, columns) };
}

/** Finds the buffers by reading the bytes back without copying. */
function locate(bytes: Uint8Array, columns: readonly StoredColumn[]): TableIndex['columns'] {
  const batch = tableFromIPC(bytes).batches[0];
  const place = (array: ArrayBufferView | undefined, length: number): BufferPlace => {
    const offset = array === undefined || length === 0 ? 0 : array.byteOffset - bytes.byteOffset;
    return { offset, length, check: checkSum(bytes.subarray(offset, offset + length)) };
  };
  return Object.fromEntries(
    columns.map((column, index) => {
      const found = batch?.data.children[index];
      if ('numbers' in column) return [column.name, { kind: column.kind, values: place(found?.values, column.numbers.byteLength) }];
      const { offsets, bytes: run, missing } = column.text;
      const hasMissing = missing?.includes(1) === true;
      return [
        column.name,
        {
          kind: column.kind,
          values: place(found?.values, run.byteLength),
          offsets: place(found?.valueOffsets, offsets.byteLength),
          ...(hasMissing ? { validity: place(found?.nullBitmap, Math.ceil(missing.length / 8)) } : {}),
        },
      ];
    }),
  );
}

/** Writes where the buffers of the tables of a folder lie. */
export const writeIndex = (folder: string, index: Readonly<Record<string, TableIndex>>): void =>
  writeFileSync(join(folder, indexFile), JSON.stringify(index));
