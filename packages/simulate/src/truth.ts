import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { answersFile, formatDay } from '@hengjian/standard';
import { openTables, quoted } from '@hengjian/table';
import type { TruthRow } from './block.ts';
import { officialCodes } from './plants/codes.ts';

/** Columns of `truth.parquet` with their types. */
const columns = [
  ...(['plant_id', 'expect', 'rule_id', 'official_code', 'psn_no', 'fixmedins_code'] as const).map((name) => [name, 'VARCHAR'] as const),
  ...(['setl_id', 'line_key', 'mdtrt_id'] as const).map((name) => [name, 'VARCHAR[]'] as const),
  ...([
    ['occurred_on', 'DATE'],
    ['charge_fen', 'BIGINT'],
    ['note', 'VARCHAR'],
  ] as const),
];

/** Collects truth rows as JSON lines beside the output and turns them into `truth.parquet` at the end. */
export class TruthFile {
  readonly #out: string;
  readonly #lines: string;
  readonly #parquet: string;
  readonly #stream: ReturnType<typeof createWriteStream>;
  count = 0;

  constructor(out: string) {
    this.#out = out;
    this.#lines = join(out, '.truth.jsonl');
    this.#parquet = join(out, answersFile);
    this.#stream = createWriteStream(this.#lines);
  }

  async add(rows: readonly TruthRow[]): Promise<void> {
    if (rows.length === 0) return;
    this.count += rows.length;
    const text = rows
      .map((row) => JSON.stringify({ ...row, official_code: officialCodes[row.rule_id] ?? '', occurred_on: formatDay(row.occurred_on) }))
      .join('\n');
    if (!this.#stream.write(`${text}\n`)) await once(this.#stream, 'drain');
  }

  async finish(): Promise<void> {
    this.#stream.end();
    await once(this.#stream, 'finish');
    // One thread, so that the same rows give the same bytes.
    const tables = await openTables({ folders: [this.#out], threads: 1 });
    const typed = columns.map(([name, type]) => `${name}: '${type}'`).join(', ');
    const source = `read_json(${quoted(this.#lines)}, format = 'newline_delimited', columns = {${typed}})`;
    try {
      await tables.run(`COPY (SELECT * FROM ${source}) TO ${quoted(this.#parquet)} (FORMAT parquet, COMPRESSION zstd)`);
    } finally {
      tables.close();
    }
    await rm(this.#lines);
  }

  async abandon(): Promise<void> {
    // What was still to be written is not wanted any more.
    this.#stream.on('error', () => undefined);
    this.#stream.destroy();
    await rm(this.#lines, { force: true });
  }
}
