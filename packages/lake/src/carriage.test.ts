import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { carries } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { readCarriage, sumCarriage } from './carriage.ts';
import { city, type Tables, temporary, visit, writeTables } from './fixture.ts';
import { ingest, openLake, type Quality } from './index.ts';

const institution = (person: number): string => `H4301000000${(person % 3) + 1}`;

/** The tables without a field of the rows of one institution. */
const without = (tables: Tables, table: string, field: string, of: string): Tables => ({
  ...tables,
  [table]: (tables[table] ?? []).map((row) => (row['fixmedins_code'] === of ? { ...row, [field]: '' } : row)),
});

async function ingestAll(parts: readonly Tables[]): Promise<{ readonly lake: string; readonly root: string }> {
  const root = temporary();
  process.env['HENGJIAN_KEY_FILE'] = join(root, 'key');
  for (const [index, part] of parts.entries())
    await ingest({
      paths: [writeTables(join(root, `in-${index}`), part, `-${index}`)],
      lake: join(root, 'lake'),
      report: join(root, 'report'),
    });
  return { lake: join(root, 'lake'), root };
}

const recordOf = async (lake: string) => readCarriage(lake, (await openLake(lake)).manifest.carriage);

describe('what deliveries carry', () => {
  it('is known per institution, table and field, with rows and charge', async () => {
    const { lake } = await ingestAll([without(city(3, 2), 'fee_list_d', 'rx_drord_no', institution(1))]);
    const fees = (await recordOf(lake))?.filter(({ table }) => table === 'fee_list_d') ?? [];
    expect(fees.map((one) => [one.institution, one.rows, one.filled['rx_drord_no'], one.charge])).toEqual(
      fees.map((one) => [one.institution, one.rows, one.institution === institution(1) ? undefined : one.rows, one.rows * 2100]),
    );
    const context = (await openLake(lake)).context();
    const prescription = { table: 'lines', column: 'rx_drord_no' } as const;
    expect(carries(context, prescription, institution(1))).toBe(false);
    expect(carries(context, prescription, institution(2))).toBe(true);
    expect(carries(context, { table: 'diagnoses', column: 'diag_code' }, institution(1))).toBe(true);
    expect(carries(context, { table: 'operations', column: 'oprn_oprt_code' }, institution(2))).toBe(false);
    expect(carries(context, { table: 'persons', column: 'brdy' }, institution(1))).toBe(true);
  });

  it('places rows that came before their visit when it comes, whatever the order of the batches', async () => {
    const { mdtrt_d = [], setl_d = [], fee_list_d = [], setl_list_diag_d = [] } = visit(1, 1, 3, 2);
    const parts: readonly Tables[] = [{ setl_list_diag_d }, { fee_list_d }, { mdtrt_d, setl_d }];
    const once = await recordOf((await ingestAll([{ mdtrt_d, setl_d, fee_list_d, setl_list_diag_d }])).lake);
    const forward = await recordOf((await ingestAll(parts)).lake);
    const backward = await recordOf((await ingestAll(parts.toReversed())).lake);
    expect(forward).toEqual(once);
    expect(backward).toEqual(once);
    expect(once?.some(({ institution: own, table }) => own === institution(1) && table === 'setl_list_diag_d')).toBe(true);
  });

  it('adds up over many batches, which are merged', async () => {
    const parts = Array.from({ length: 10 }, (_, index) => visit(index + 1, (index % 3) + 1, 3, 1));
    const { lake } = await ingestAll(parts);
    const opened = await openLake(lake);
    expect(opened.manifest.carriage?.length).toBeLessThan(8);
    const rows = (await recordOf(lake))?.filter(({ table }) => table === 'fee_list_d').reduce((sum, one) => sum + one.rows, 0);
    expect(rows).toBe(10);
  });

  it('forgets what comes to nothing', () => {
    const one = { institution: 'H', table: 'mdtrt_d', rows: 1, charge: 0, filled: { gend: 1, brdy: 1 } };
    const gone = { ...one, rows: -1, filled: { gend: -1, brdy: -1 } };
    expect(sumCarriage([[one], [gone]])).toEqual([]);
    expect(sumCarriage([[one, one], [{ ...gone, filled: { gend: -1, brdy: -2 } }]])).toEqual([{ ...one, filled: { gend: 1 } }]);
  });

  it('says in the quality report where rules run and what to ask hospitals for', async () => {
    const root = temporary();
    process.env['HENGJIAN_KEY_FILE'] = join(root, 'key');
    const tables = without(city(3, 2), 'fee_list_d', 'rx_drord_no', institution(1));
    const rules = [
      { id: 'A', name: '处方', needs: [], asks: [[{ table: 'lines', column: 'rx_drord_no' } as const]] },
      { id: 'B', name: '手术', needs: [], asks: [[{ table: 'operations', column: 'oprn_oprt_code' } as const]] },
    ];
    await ingest({ paths: [writeTables(join(root, 'in'), tables)], lake: join(root, 'lake'), report: join(root, 'report'), rules });
    const quality = JSON.parse(readFileSync(join(root, 'report', 'quality.json'), 'utf8')) as Quality;
    const shown = quality.readiness.map(({ id, runs, institutions, missing }) => ({ id, runs, institutions, missing }));
    expect(shown).toEqual([
      { id: 'A', runs: true, institutions: { runs: 2, all: 3 }, missing: ['fee_list_d.rx_drord_no'] },
      { id: 'B', runs: false, institutions: { runs: 0, all: 3 }, missing: ['setl_list_oprn_d.oprn_oprt_code'] },
    ]);
    expect(quality.asks.map(({ field, rules: count, institutions }) => [field, count, institutions.length])).toEqual([
      ['setl_list_oprn_d.oprn_oprt_code', 1, 3],
      ['fee_list_d.rx_drord_no', 1, 1],
    ]);
    const [first, second] = quality.asks;
    expect(first?.charge_fen).toBeGreaterThan(second?.charge_fen ?? 0);
    const page = readFileSync(join(root, 'report', 'quality.html'), 'utf8');
    expect(['应向医院索取的字段', '处方/医嘱号', 'fee_list_d.rx_drord_no', '3 家中的 2 家'].filter((text) => !page.includes(text))).toEqual(
      [],
    );
  });
});
