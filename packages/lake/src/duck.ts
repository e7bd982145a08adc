import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Cancelled, RefusedInput } from '@hengjian/standard';

export interface DuckOptions {
  readonly database: string;
  readonly scratch: string;
  readonly memory: string;
  readonly threads: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type Row = Readonly<Record<string, unknown>>;

/** One DuckDB connection with cancellation and with engine faults turned into problems. */
export interface Duck {
  run(sql: string): Promise<void>;
  /** Rows of a statement as objects; use it for small results only. */
  rows(sql: string): Promise<Row[]>;
  /** Rows a COPY, INSERT or `SELECT count(*)` reports. */
  count(sql: string): Promise<number>;
  /** Streams a result in chunks of columns. */
  connection: DuckDBConnection;
  close(): void;
}

const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

/** Turns an error of the engine into the error the caller should see. */
export function engineFault(error: unknown, signal?: AbortSignal): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (signal?.aborted === true) return new Cancelled();
  if (/no space left|ENOSPC|could not write all|disk (is )?full/i.test(message)) {
    return new RefusedInput({ code: 'disk-full', message: 'the disk is full', remedy: 'free some space and run the same command again' });
  }
  if (/out of memory/i.test(message)) {
    return new RefusedInput({
      code: 'out-of-memory',
      message: 'the memory limit was reached',
      remedy: 'raise --memory or lower --threads',
    });
  }
  return error;
}

/** Opens a DuckDB database for one piece of work. */
export async function openDuck(options: DuckOptions): Promise<Duck> {
  const instance = await DuckDBInstance.create(options.database, {
    memory_limit: options.memory,
    temp_directory: options.scratch,
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
  });
  const connection = await instance.connect();
  const { signal } = options;
  const stop = (): void => connection.interrupt();
  signal?.addEventListener('abort', stop);
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    if (signal?.aborted === true) throw new Cancelled();
    try {
      return await work();
    } catch (error) {
      throw engineFault(error, signal);
    }
  };
  const rows = (sql: string): Promise<Row[]> =>
    guard(async () => {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRowObjectsJS().map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
    });
  return {
    connection,
    rows,
    run: (sql) => guard(async () => void (await connection.run(sql))),
    count: async (sql) => {
      const [first] = await rows(sql);
      return Number(Object.values(first ?? {})[0] ?? 0);
    },
    close: () => {
      signal?.removeEventListener('abort', stop);
      connection.closeSync();
      instance.closeSync();
    },
  };
}
