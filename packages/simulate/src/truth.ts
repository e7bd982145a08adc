import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { formatDay } from '@hengjian/standard';
import type { TruthRow } from './block.ts';
import { officialCodes } from './plants/codes.ts';

/** Collects truth rows as JSON lines beside the output and turns them into `truth.parquet` at the end. */
export class TruthFile {
  readonly #lines: string;
  readonly #parquet: string;
  readonly #stream: ReturnType<typeof createWriteStream>;
  count = 0;

  constructor(out: string) {
    this.#lines = join(out, '.truth.jsonl');
    this.#parquet = join(out, 'truth.parquet');
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
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    const literal = (path: string): string => `'${path.replaceAll("'", "''")}'`;
    const columns =
      "{plant_id:'VARCHAR',expect:'VARCHAR',rule_id:'VARCHAR',official_code:'VARCHAR',psn_no:'VARCHAR',fixmedins_code:'VARCHAR',setl_id:'VARCHAR[]',line_key:'VARCHAR[]',mdtrt_id:'VARCHAR[]',occurred_on:'DATE',charge_fen:'BIGINT',note:'VARCHAR'}";
    await connection.run(
      `copy (select * from read_json(${literal(this.#lines)}, format = 'newline_delimited', columns = ${columns})) to ${literal(this.#parquet)} (format parquet, compression zstd)`,
    );
    connection.closeSync();
    instance.closeSync();
    await rm(this.#lines);
  }

  async abandon(): Promise<void> {
    this.#stream.destroy();
    await rm(this.#lines, { force: true });
  }
}
