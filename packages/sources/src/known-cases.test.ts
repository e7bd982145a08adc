import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RefusedInput } from '@hengjian/standard';
import { afterAll, describe, expect, it } from 'vitest';
import { cellsOf, cleanUp, lostLines, temporary } from './fixture.ts';
import { kindOf, type Layout, readSource, type SourceTables } from './index.ts';

/** Hostile and broken inputs, and those of the field, that lie beside the repository. */
const shared = process.env.HENGJIAN_SHARED ?? fileURLToPath(new URL('../../../../shared', import.meta.url));
const data = join(shared, 'data');

afterAll(cleanUp);

const read = (path: string, layout: Layout = {}): Promise<SourceTables> =>
  readSource({ path, name: path.split('/').at(-1) ?? '', kind: kindOf(path) }, layout, { folder: temporary() });

async function code(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RefusedInput) return error.problems[0]?.code;
    throw error;
  }
  return undefined;
}

describe.skipIf(!existsSync(join(data, 'attack-cases')))('the attack cases (needs ../shared/data/attack-cases)', () => {
  const attack = (name: string): Promise<SourceTables> => read(join(data, 'attack-cases', name));

  it.each([
    ['crlf-in-quoted-cell.csv', 1912, []],
    ['mixed-ends.csv', 60, []],
    ['utf32.csv', 60, []],
    ['header-t_cnt.csv', 60, []],
    ['empty-key.jsonl', 60, []],
    ['two-quotes.csv', 1911, [{ row: 101, line: 101, column: 'hilist_name', kind: 'quote-open' }]],
    ['stray-quote.csv', 59, [{ row: 2, line: 2, column: 'inscp_amt', kind: 'quote-open' }]],
  ])('%s is read with every line accounted for', async (name, records, broken) => {
    const [table] = (await attack(name)).tables;
    expect(table).toMatchObject({ records, broken });
    expect(table === undefined ? -1 : lostLines(table.lines)).toBe(0);
  });

  it.each([
    ['dup-header-case.csv', 'column-case'],
    ['hang-355.xlsx', 'file-damaged'],
    ['hang-372.xlsx', 'file-damaged'],
    ['sheet-1gb-spaces.xlsx', 'file-too-large'],
    ['xlsx-bad-crc.xlsx', 'file-damaged'],
  ])('%s is refused: %s', async (name, expected) => expect(await code(attack(name))).toBe(expected));

  it('id-as-number.xlsx marks the number that lost its digits', async () => {
    expect((await attack('id-as-number.xlsx')).tables[0]?.untrusted).toEqual(['psn_no']);
  });
});

describe.skipIf(!existsSync(join(data, 'field-cases')))('the field cases (needs ../shared/data/field-cases)', () => {
  const field = (number: number): Promise<SourceTables> => {
    const folder = readdirSync(join(data, 'field-cases')).find((name) => name.startsWith(`${number}-`)) ?? '';
    const lines = readdirSync(join(data, 'field-cases', folder, 'in')).find((name) => name.startsWith('fee_list_d')) ?? '';
    return read(join(data, 'field-cases', folder, 'in', lines));
  };

  it.each([
    [11, 1, []],
    [12, 1, []],
    [13, 4, []],
    [14, 5, [{ row: 6, line: 6, column: 'hilist_name', kind: 'after-quote' }]],
    [15, 5, [{ row: 3, line: 3, column: 'hilist_name', kind: 'quote-open' }]],
    [16, 4, [2, 5].map((row) => ({ row, line: row, column: 'hilist_name', kind: 'half-character' }))],
  ])('%i has its whole records and its broken ones', async (number, records, broken) => {
    expect((await field(number)).tables).toMatchObject([{ records, broken }]);
  });

  it('11 is read by the calendar of its workbook, 13 says which serials cannot be trusted', async () => {
    const [dates] = (await field(11)).tables;
    const [serials] = (await field(13)).tables;
    expect(dates === undefined ? [] : cellsOf(dates)[0]?.cells).toContain('2025-03-02 09:00:00');
    expect(dates?.columns).toContain('fee_ocur_time');
    expect((await field(12)).tables[0]?.columns).toContain('cnt');
    expect(serials?.untrusted).toEqual(['bkkp_sn']);
  });
});

describe.skipIf(!existsSync(join(data, 'his-export')))('the export of a hospital (needs ../shared/data/his-export)', () => {
  it('names the sheets that were not asked for, and reads the continued one', async () => {
    const path = join(data, 'his-export/数据/住院费用明细202502.xlsx');
    const one = await read(path, { header: 4 });
    expect(one.unread.map(({ sheet }) => sheet)).toEqual(['明细(2)', '科室汇总']);
    const both = await read(path, { header: 4, continued: true });
    expect(both.tables.map(({ sheet }) => sheet)).toEqual(['明细(1)', '明细(2)']);
    expect(both.unread.map(({ sheet }) => sheet)).toEqual(['科室汇总']);
  });
});
