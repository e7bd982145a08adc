import { integer, optional, type Tables, text } from '@hengjian/table';
import type { Load } from '../land.ts';
import { shownCell } from '../quarantine.ts';
import { rowOfPart } from '../split.ts';
import { stagedSql } from '../stage.ts';
import { type Oddity, oddities } from '../typed.ts';
import type { OddValues } from './types.ts';

const isOddity = (text: string): text is Oddity => oddities.some((one) => one === text);

interface Found {
  readonly seq: number;
  readonly said: string;
  readonly rows: number;
  readonly first: number;
}

const shape = { seq: integer, said: text, rows: integer, first: integer };

async function foundIn(engine: Tables, table: string): Promise<readonly Found[]> {
  return engine.rows(
    `SELECT seq, said, count(*) AS "rows", min(place) AS first FROM (
      SELECT _rid // 4294967296 AS seq, _rid % 4294967296 AS place, unnest(string_split(_odd, ';')) AS said FROM n_${table}
        WHERE _odd IS NOT NULL
    ) GROUP BY ALL ORDER BY ALL`,
    shape,
  );
}

/** A value as it stood in its source, as it may be shown. */
async function sampleOf(engine: Tables, load: Load, field: string, row: number): Promise<string> {
  const cell = shownCell(load, field);
  if (cell === undefined) return '';
  const found = await engine.row(`SELECT CAST(${cell} AS VARCHAR) AS sample FROM (${stagedSql([load.staged])}) WHERE _row = ${row}`, {
    sample: optional(text),
  });
  return found?.sample ?? '';
}

/** Values of the batch that were not taken as they stood, by file and field, with one of each. */
export async function oddValues(engine: Tables, loads: readonly Load[]): Promise<OddValues[]> {
  const bySeq = new Map(loads.map((load) => [load.seq, load]));
  const out: OddValues[] = [];
  for (const table of new Set(loads.map((load) => load.table))) {
    for (const { seq, said, rows, first } of await foundIn(engine, table)) {
      const [oddity = '', field = ''] = said.split('|');
      const load = bySeq.get(seq);
      if (load === undefined || !isOddity(oddity)) continue;
      const sample = await sampleOf(engine, load, field, first);
      out.push({ table, field, file: load.file, oddity, rows, row: rowOfPart(load.staged, first), sample });
    }
  }
  return out.sort((left, right) => right.rows - left.rows);
}
