import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Cancelled, makeFolder } from '@hengjian/standard';
import { tableProblems } from './problems.ts';
import { type RowOf, type RowShape, rowReader } from './shape.ts';
import { quotedList } from './write.ts';

export interface TableOptions {
  /** Folders whose files statements may read and write, with everything below them. They must exist. */
  readonly folders: readonly string[];
  /** Single files that may be read or written besides. */
  readonly files?: readonly string[];
  /** Folder for what does not fit in memory; made when absent. Without it nothing is spilled. */
  readonly spill?: string;
  /** Limit of memory, for example `4GB`; the engine's own default without it. */
  readonly memory?: string | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Some hundred to two thousand rows of a result, as the engine holds them. */
export interface ColumnChunk {
  readonly rowCount: number;
  /** Values of a column as JavaScript values. */
  getColumnValues(column: number): readonly unknown[];
  /** Copies a column of a numeric type into `target` from `at` on; missing values are whatever the engine left there. */
  copyInto(column: number, target: Int8Array | Int32Array | Float64Array, at: number): void;
}

/** One connection to DuckDB with cancelling, limits, and engine faults turned into refusals. */
export interface Tables {
  /** Executes one or several statements. */
  run(sql: string): Promise<void>;
  /** All rows of a statement; for results that fit in memory. */
  rows<Shape extends RowShape>(sql: string, shape: Shape): Promise<RowOf<Shape>[]>;
  /** The only row of a statement; `undefined` when there is none. */
  row<Shape extends RowShape>(sql: string, shape: Shape): Promise<RowOf<Shape> | undefined>;
  /** Rows one after another, without holding them all. */
  stream<Shape extends RowShape>(sql: string, shape: Shape): AsyncGenerator<RowOf<Shape>>;
  /** The arrays of a result, chunk by chunk. */
  columnChunks(sql: string): AsyncGenerator<ColumnChunk>;
  /** The number in the first column of the only row; what a COPY or INSERT reports. */
  count(sql: string): Promise<number>;
  /** Names and types of the columns of a statement, without running it. */
  columns(sql: string): Promise<readonly { readonly name: string; readonly type: string }[]>;
  close(): void;
}

/** Turns an error of the engine into the error the caller should see. */
export function engineFault(error: unknown, signal?: AbortSignal): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (signal?.aborted === true) return new Cancelled();
  if (/no space left|ENOSPC|could not write all|disk (is )?full/i.test(message)) return tableProblems.refused('disk-full', {});
  if (/out of memory/i.test(message)) return tableProblems.refused('out-of-memory', {});
  return error;
}

const smallestMemory = 64;
const megabytes: Readonly<Record<string, number>> = { mb: 1, mib: 1, gb: 1000, gib: 1024, tb: 1_000_000, tib: 1_048_576 };

/** Checks a size of memory before the engine sees it. Throws a refusal for anything but a number of MB, GB or TB. */
function checkMemory(text: string): void {
  const match = /^(\d+(?:\.\d+)?)\s*(MB|MIB|GB|GIB|TB|TIB)$/i.exec(text.trim());
  const size = match === null ? 0 : Number(match[1]) * (megabytes[(match[2] as string).toLowerCase()] ?? 0);
  if (size < smallestMemory) throw tableProblems.refused('memory-size', { text });
}

/** A folder with all links resolved, ending in a slash, so that a neighbour with a longer name is outside it. */
const held = (folder: string): string => `${realpathSync(folder)}/`;

/** Both the path as callers write it and the place it leads to; links inside are followed by the engine itself. */
const bothWays = (folder: string): string[] => [...new Set([`${resolve(folder)}/`, held(folder)])];

async function lockDown(connection: DuckDBConnection, options: TableOptions): Promise<void> {
  const folders = [...options.folders, ...(options.spill === undefined ? [] : [options.spill])].flatMap(bothWays);
  const files = (options.files ?? []).map((file) => resolve(file));
  await connection.run("SET TimeZone = 'Asia/Shanghai'");
  await connection.run(`SET allowed_directories = ${quotedList(folders)}`);
  await connection.run(`SET allowed_paths = ${quotedList(files)}`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

/** Opens tables in memory for one piece of work. */
export async function openTables(options: TableOptions): Promise<Tables> {
  if (options.memory !== undefined) checkMemory(options.memory);
  if (options.spill !== undefined) makeFolder(options.spill, { mode: 0o700 });
  // Whoever only writes SQL or reads stored files does not wait for the engine to load.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    ...(options.memory === undefined ? {} : { memory_limit: options.memory }),
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    temp_directory: options.spill ?? '',
  });
  const connection = await instance.connect();
  await lockDown(connection, options);
  return tablesOver(connection, instance, options.signal);
}

const interruptEvery = 20;

/**
 * Interrupts the statement that runs when the signal fires, again and again until it has ended: one that is only about to
 * start would not notice a single time. Returns what ends it.
 */
function interruptOn(connection: DuckDBConnection, signal: AbortSignal | undefined): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    connection.interrupt();
    timer = setInterval(() => connection.interrupt(), interruptEvery);
  };
  signal?.addEventListener('abort', stop, { once: true });
  return () => {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
  };
}

/** Arrays that the engine keeps columns of numbers in; those of whole numbers of 64 bits would have to be converted. */
const numberArrays = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array] as const;

const isNumbers = (items: unknown): items is InstanceType<(typeof numberArrays)[number]> =>
  numberArrays.some((array) => items instanceof array);

function tablesOver(connection: DuckDBConnection, instance: DuckDBInstance, signal: AbortSignal | undefined): Tables {
  const guard = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (signal?.aborted === true) throw new Cancelled();
    const end = interruptOn(connection, signal);
    try {
      return await work();
    } catch (error) {
      throw engineFault(error, signal);
    } finally {
      end();
    }
  };
  const rows = <Shape extends RowShape>(sql: string, shape: Shape): Promise<RowOf<Shape>[]> =>
    guard(async () => {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRows().map(rowReader(reader.columnNames(), shape));
    });
  const chunksOf = async function* (sql: string) {
    const result = await guard(() => connection.stream(sql));
    for (;;) {
      const chunk = await guard(() => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return;
      yield { chunk, names: result.columnNames() };
    }
  };
  return {
    rows,
    run: (sql) => guard(async () => void (await connection.run(sql))),
    row: async (sql, shape) => (await rows(sql, shape))[0],
    stream: async function* (sql, shape) {
      for await (const { chunk, names } of chunksOf(sql)) {
        const read = rowReader(names, shape);
        for (const row of chunk.getRows()) yield read(row);
      }
    },
    columnChunks: async function* (sql) {
      for await (const { chunk } of chunksOf(sql)) {
        yield {
          rowCount: chunk.rowCount,
          getColumnValues: (column) => chunk.getColumnValues(column),
          copyInto: (column, target, at) => {
            const vector: object = chunk.getColumnVector(column);
            if (!('items' in vector) || !isNumbers(vector.items)) throw new TypeError(`column ${column} has no numbers`);
            target.set(vector.items.subarray(0, chunk.rowCount), at);
          },
        };
      }
    },
    count: (sql) =>
      guard(async () => {
        const reader = await connection.runAndReadAll(sql);
        return Number(reader.getRows()[0]?.[0] ?? 0);
      }),
    columns: (sql) =>
      guard(async () => {
        const prepared = await connection.runAndReadAll(`DESCRIBE ${sql}`);
        return prepared.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
      }),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
