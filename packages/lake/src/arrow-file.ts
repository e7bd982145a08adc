import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type ColumnData, type ColumnKind, type TableData, type TextColumn, words } from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { Type } from 'typebox';
import { checkSum, damaged, type FileCheck, orMissing, readShape, readStored, reasons, whole } from './stored.ts';

/** Where a buffer lies in its file, and the check sum of its bytes. */
export interface BufferPlace {
  readonly offset: number;
  readonly length: number;
  readonly check: string;
}
interface ColumnIndex {
  readonly kind: ColumnKind;
  readonly values: BufferPlace;
  readonly offsets?: BufferPlace;
  readonly validity?: BufferPlace;
}
/** Where the buffers of a table lie in its Arrow file, so that a reader fetches just what it needs. */
export interface TableIndex {
  readonly length: number;
  readonly columns: Readonly<Record<string, ColumnIndex>>;
}

interface Copy {
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

/** A column of texts as it lies in its file. */
export class StoredText implements TextColumn {
  readonly length: number;
  readonly #offsets: Int32Array;
  readonly #bytes: Buffer;
  readonly #validity: Uint8Array | undefined;

  constructor(length: number, offsets: Int32Array, bytes: Uint8Array, validity: Uint8Array | undefined) {
    this.length = length;
    this.#offsets = offsets;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#validity = validity;
  }

  get hasMissing(): boolean {
    return this.#validity !== undefined;
  }

  isMissing(row: number): boolean {
    return this.#validity !== undefined && (((this.#validity[row >> 3] as number) >> (row & 7)) & 1) === 0;
  }

  get(row: number): string | null {
    return this.isMissing(row) ? null : this.#bytes.toString('utf8', this.#offsets[row], this.#offsets[row + 1]);
  }

  /** Bytes of the texts of some rows. */
  size(from: number, to: number): number {
    return (this.#offsets[to] as number) - (this.#offsets[from] as number);
  }

  /** Copies rows behind what `offsets` holds up to `at`. */
  copyInto(bytes: Uint8Array, offsets: Int32Array, { from, to, at }: Copy): void {
    const start = offsets[at] as number;
    const base = this.#offsets[from] as number;
    bytes.set(this.#bytes.subarray(base, this.#offsets[to]), start);
    for (let row = from; row < to; row += 1) offsets[at + row - from + 1] = start + (this.#offsets[row + 1] as number) - base;
  }
}

/** Reads a buffer; every byte is read over, so none need be cleared before. */
function fetchBytes({ handle, file }: OpenFile, { offset, length, check }: BufferPlace): ArrayBuffer {
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  let done = 0;
  while (done < length) {
    const read = readSync(handle, bytes, done, length - done, offset + done);
    if (read === 0) throw damaged(file, words('文件不完整', 'it is cut short'));
    done += read;
  }
  if (checkSum(bytes) !== check) throw damaged(file, reasons.content);
  return bytes.buffer;
}

interface OpenFile {
  readonly handle: number;
  readonly file: string;
}

function readColumn(open: OpenFile, length: number, index: ColumnIndex): ColumnData {
  const values = fetchBytes(open, index.values);
  switch (index.kind) {
    case 'code8':
      return new Int8Array(values);
    case 'scaled':
    case 'hash':
      return new Float64Array(values);
    case 'text': {
      const offsets = new Int32Array(index.offsets === undefined ? new ArrayBuffer(4) : fetchBytes(open, index.offsets));
      const validity = index.validity === undefined ? undefined : new Uint8Array(fetchBytes(open, index.validity));
      return new StoredText(length, offsets, new Uint8Array(values), validity);
    }
    default:
      return new Int32Array(values);
  }
}

/** Reads the wanted columns of a table, all of them when `wanted` is undefined, and checks the bytes it reads. */
export function readArrow(file: string, index: TableIndex, wanted: readonly string[] | undefined): TableData {
  const names = wanted ?? Object.keys(index.columns);
  const handle = orMissing(file, () => openSync(file, 'r'));
  try {
    const columns = names.map((name) => {
      const found = index.columns[name];
      if (found === undefined) throw new Error(`no column ${name} in the working form`);
      return [name, readColumn({ handle, file }, index.length, found)] as const;
    });
    return { length: index.length, columns: Object.fromEntries(columns) };
  } finally {
    closeSync(handle);
  }
}

/** Name of the file in a folder of tables that says where their buffers lie. */
export const indexFile = 'index.json';
export const tableFile = (table: string): string => `${table}.arrow`;

const place = Type.Object({ offset: whole, length: whole, check: Type.String() });
const kinds = ['code', 'code8', 'day', 'minute', 'row', 'ref', 'scaled', 'hash', 'text'] as const satisfies readonly ColumnKind[];
const column = Type.Object({ kind: Type.Enum(kinds), values: place, offsets: Type.Optional(place), validity: Type.Optional(place) });
const table = Type.Object({ length: whole, columns: Type.Record(Type.String(), column) });
const indexReader = jsonReader(Type.Record(Type.String(), table), words('表的索引', 'index of tables'));

/** Tables of a folder that were written together. */
export interface TableFolder {
  read(table: string, wanted?: readonly string[]): TableData;
}

/** Opens a folder of tables by its index, which must be the one that was written. */
export function openTableFolder(folder: string, check: FileCheck): TableFolder {
  const file = join(folder, indexFile);
  const index = readShape(indexReader, readStored(file, check).toString('utf8'), file);
  return {
    read: (table, wanted) => {
      const found = index[table];
      if (found === undefined) throw new Error(`no table ${table} in ${folder}`);
      return readArrow(join(folder, tableFile(table)), found, wanted);
    },
  };
}
