import { join } from 'node:path';
import { openTables, text } from '@hengjian/table';
import { describe, expect, it } from 'vitest';
import { type Tables, temporary, visit, writeTables } from './fixture.ts';
import { ingest } from './ingest.ts';
import { lakeViews, openLake } from './lake.ts';
import { stateHash } from './state-hash.ts';

/** The visit of a hospital whose serials begin at 1 like those of every other one. */
function hospital(number: number, person: number, lines: number): Tables {
  const own = visit(1, person, 3, lines, 10 + number);
  const institution = `H4301000000${number}`;
  return Object.fromEntries(
    Object.entries(own).map(([table, records]) => [
      table,
      records.map((record, index) => ({
        ...record,
        fixmedins_code: institution,
        ...(table === 'fee_list_d' ? { bkkp_sn: String(index + 1), feedetl_sn: String(index + 1) } : {}),
        ...(table === 'setl_list_diag_d' ? { setl_list_diag_id: '1' } : {}),
      })),
    ]),
  );
}

const first = hospital(1, 1, 2);
const second = hospital(2, 2, 3);

async function lakeOf(...batches: readonly Tables[]): Promise<string> {
  const folder = temporary();
  const lake = join(folder, 'lake');
  process.env.HENGJIAN_KEY_FILE = join(folder, '..', 'scope-test.key');
  for (const [index, tables] of batches.entries())
    await ingest({ paths: [writeTables(join(folder, `in${index}`), tables, `-${index}`)], lake });
  return lake;
}

async function rows(lake: string, table: string): Promise<string[]> {
  const opened = await openLake(lake);
  const engine = await openTables({ folders: [lake] });
  try {
    for (const statement of lakeViews(opened, [table])) await engine.run(statement);
    const found = await engine.rows(`SELECT mdtrt_id || ' ' || fixmedins_code AS id FROM ${table} ORDER BY id`, { id: text });
    return found.map(({ id }) => id);
  } finally {
    engine.close();
  }
}

describe('two hospitals whose serials are 1, 2, 3', () => {
  it('live in one lake, whichever comes first', async () => {
    const lake = await lakeOf(first, second);
    expect(await rows(lake, 'mdtrt_d')).toEqual(['H43010000001|M1 H43010000001', 'H43010000002|M1 H43010000002']);
    expect(await rows(lake, 'fee_list_d')).toHaveLength(5);
    expect(await rows(lake, 'setl_list_diag_d')).toHaveLength(2);
    const [one, other] = [
      stateHash(await openLake(lake), { places: false }),
      stateHash(await openLake(await lakeOf(second, first)), { places: false }),
    ];
    expect(other).toBe(one);
  });

  it('keep the ids of their visits as long as they are alone', async () => {
    const lake = await lakeOf(first);
    expect(await rows(lake, 'mdtrt_d')).toEqual(['M1 H43010000001']);
  });

  it('and a third batch of one of them joins its own visit', async () => {
    const [head, late] = [
      { ...first, fee_list_d: (first.fee_list_d ?? []).slice(0, 1) },
      { fee_list_d: (first.fee_list_d ?? []).slice(1) },
    ];
    const [one, other] = [await lakeOf(head, second, late), await lakeOf(first, second)];
    expect(await rows(one, 'fee_list_d')).toEqual(await rows(other, 'fee_list_d'));
    expect((await openLake(one)).manifest.segments.reduce((sum, segment) => sum + segment.lines, 0)).toBe(5);
  });
});
