import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import { identityCheck, identityFault, parseCsvRecords } from '@hengjian/standard';
import { openTables, text } from '@hengjian/table';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csv, type Records, temporary, writeTables } from './fixture.ts';
import { numberCheckSql } from './identity.ts';
import { answerList, ingest } from './index.ts';

/** Invented persons of an area that does not exist. */
const numberOf = (serial: number): string => {
  const body = `11019919800101${String(serial).padStart(3, '0')}`;
  return `${body}${identityCheck(body)}`;
};

function register(root: string): string {
  return writeTables(join(root, 'register'), {
    psn_info_b: [1, 2, 3, 4].map((one) => ({ psn_no: `P${one}`, certno: numberOf(one), die_date: one === 3 ? '2024-06-01' : '' })),
    psn_insu_d: [1, 2, 3].map((one) => ({ psn_insu_rlts_id: `I${one}`, psn_no: `P${one}`, insutype: '390', begndate: '2020-01-01' })),
  });
}

const row = (list_sn: string, certno: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  ...{ list_sn, certno, psn_name: '张三', list_type: '01', psn_idet_type: '02', begndate: '2025-01-01', enddate: '2025-12-31' },
  ...{ list_date: '2025-01-05', ...more },
});

async function answered(root: string, name: string, records: Records) {
  const path = join(root, name);
  writeFileSync(path, csv(records));
  const result = await ingest({ paths: [path], lake: join(root, 'lake') });
  const out = join(root, `answer-${name}`);
  const list = await answerList({ lake: join(root, 'lake'), list: name, batch: undefined, out });
  const text = readFileSync(out, 'utf8');
  return { result, list, text, rows: parseCsvRecords(text, out).map((one) => [one.row, one.list_sn, one.answer, one.reason]) };
}

describe('a list of another authority', () => {
  it('is answered row by row in the order of the sender', async () => {
    const root = temporary();
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    await ingest({ paths: [register(root)], lake: join(root, 'lake') });
    const wrong = numberOf(1).slice(0, 17) + (numberOf(1).endsWith('0') ? '1' : '0');
    const { rows, text, list, result } = await answered(root, 'psn_list_d-civil.csv', [
      row('a', numberOf(1)),
      row('b', numberOf(2).toLowerCase()),
      row('c', numberOf(1)),
      row('d', wrong),
      row('e', ''),
      row('f', numberOf(9)),
      row('g', numberOf(4)),
      row('h', numberOf(2), { begndate: '2025-02-01', enddate: '2025-01-01' }),
      row('i', numberOf(2), { psn_idet_type: '99' }),
      row('j', numberOf(3)),
      row('k', numberOf(2), { begndate: 'soon' }),
      row('l', '1101991980010100'),
      row(numberOf(1), numberOf(2), { psn_idet_type: '04' }),
    ]);
    expect(rows).toEqual([
      ['2', 'a', 'registered', ''],
      ['3', 'b', 'registered', ''],
      ['4', 'c', 'refused', 'duplicate'],
      ['5', 'd', 'refused', 'number-digit'],
      ['6', 'e', 'refused', 'number-missing'],
      ['7', 'f', 'refused', 'person-unknown'],
      ['8', 'g', 'refused', 'not-insured'],
      ['9', 'h', 'refused', 'period-reversed'],
      ['10', 'i', 'refused', 'category-unknown'],
      ['11', 'j', 'refused', 'person-dead'],
      ['12', 'k', 'refused', 'unreadable'],
      ['13', 'l', 'refused', 'number-form'],
      ['14', '', 'registered', ''],
    ]);
    expect(list).toMatchObject({ rows: 13, counts: { registered: 3, already: 0, refused: 10 } });
    expect(result.lists).toEqual(list.counts);
    expect(text).not.toMatch(/\d{17}|hj:|[0-9a-f]{32}|张三/);
    const kept = readdirSync(join(root, 'lake', 'quarantine'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    for (const one of kept) expect(readFileSync(join(one.parentPath, one.name), 'utf8')).not.toContain(numberOf(1));
  });

  it('that comes again is there already, and an older state does not undo a newer one', async () => {
    const root = temporary();
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    await ingest({ paths: [register(root)], lake: join(root, 'lake') });
    await answered(root, 'psn_list_d-1.csv', [row('a', numberOf(1)), row('b', numberOf(2), { enddate: '', list_date: '2025-06-05' })]);
    const { rows } = await answered(root, 'psn_list_d-2.csv', [
      row('a', numberOf(1), { list_date: '2025-02-05' }),
      row('b', numberOf(2), { list_date: '2025-02-05' }),
      row('c', numberOf(2), { begndate: '2023-01-01', enddate: '2023-12-31', list_date: '2025-02-05' }),
    ]);
    expect(rows.map((one) => one.slice(1))).toEqual([
      ['a', 'already', ''],
      ['b', 'refused', 'newer-known'],
      ['c', 'registered', ''],
    ]);
  });

  it('of deaths speaks against what begins later', async () => {
    const root = temporary();
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    await ingest({ paths: [register(root)], lake: join(root, 'lake') });
    const death = { list_type: '03', psn_idet_type: '11', begndate: '2025-03-01', enddate: '' };
    expect((await answered(root, 'psn_list_d-police.csv', [row('1', numberOf(1), death)])).rows[0]?.[2]).toBe('registered');
    const { rows } = await answered(root, 'psn_list_d-civil.csv', [
      row('1', numberOf(1)),
      row('2', numberOf(1), { begndate: '2025-04-01' }),
    ]);
    expect(rows.map((one) => one[3])).toEqual(['', 'person-dead']);
  });

  it('is read by a mapping from the words of its sender', async () => {
    const root = temporary();
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    await ingest({ paths: [register(root)], lake: join(root, 'lake') });
    writeFileSync(
      join(root, 'map.yaml'),
      [
        'version: 1\nabsent: []\ntables:\n  psn_list_d:\n    files: [民政*.csv]\n    columns:\n      list_sn: 序号\n      certno: 身份证号',
        "      list_type: {constant: '01'}\n      psn_idet_type: {from: 类别, codes: {低保: '02', 特困: '01'}}\n      begndate: 起始日期\n",
      ].join('\n'),
    );
    const sent = csv([
      { 序号: '1', 姓名: '李四', 身份证号: numberOf(1), 类别: '低保', 起始日期: '2025-01-01' },
      { 序号: '2', 姓名: '王五', 身份证号: numberOf(2), 类别: '不详', 起始日期: '2025-01-01' },
    ]);
    writeFileSync(join(root, '民政2025.csv'), sent);
    await ingest({ paths: [join(root, '民政2025.csv')], lake: join(root, 'lake'), mapping: join(root, 'map.yaml') });
    const out = join(root, 'answer.csv');
    await answerList({ lake: join(root, 'lake'), list: '民政2025.csv', batch: undefined, out });
    const rows = parseCsvRecords(readFileSync(out, 'utf8'), out);
    expect(rows.map((one) => [one.list_sn, one.answer, one.reason])).toEqual([
      ['1', 'registered', ''],
      ['2', 'refused', 'category-unknown'],
    ]);
  });

  it('is refused by name when the lake does not have it', async () => {
    const root = temporary();
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    await ingest({ paths: [register(root)], lake: join(root, 'lake') });
    await expect(answerList({ lake: join(root, 'lake'), list: 'other.csv', batch: undefined, out: join(root, 'x') })).rejects.toThrow(
      'other.csv',
    );
  });

  it('in a workbook is meant by the name of the workbook; a signature below it stays out of the lake', async () => {
    const root = temporary();
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    await ingest({ paths: [register(root)], lake: join(root, 'lake') });
    const signature = { psn_list_id: '填表人：张三 13912345678', list_sn: '' };
    const records = [{ psn_list_id: 'R1', ...row('a', numberOf(1)) }, signature];
    const book = xlsx.utils.book_new();
    xlsx.utils.book_append_sheet(book, xlsx.utils.json_to_sheet(records), 'psn_list_d');
    const path = join(root, '民政.xlsx');
    const bytes: unknown = xlsx.write(book, { type: 'buffer', bookType: 'xlsx' });
    writeFileSync(path, Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0));
    await ingest({ paths: [path], lake: join(root, 'lake') });
    const out = join(root, 'answer.csv');
    const { counts } = await answerList({ lake: join(root, 'lake'), list: '民政.xlsx', batch: undefined, out });
    expect(counts).toEqual({ registered: 1, already: 0, refused: 1 });
    const engine = await openTables({ folders: [join(root, 'lake')] });
    const facts = `'${join(root, 'lake', 'facts/psn_list_d')}/*/*.parquet'`;
    expect(await engine.count(`SELECT count(*) FROM ${facts} WHERE psn_list_id = 'R1'`)).toBe(1);
    expect(await engine.count(`SELECT count(*) FROM ${facts} t WHERE contains(CAST(t AS VARCHAR), '13912345678')`)).toBe(0);
    engine.close();
  });

  it('has its numbers checked by the statement as by the program', async () => {
    const engine = await openTables({ folders: [] });
    try {
      const part = fc.integer({ min: 0, max: 99 }).map((one) => String(one).padStart(2, '0'));
      const body = fc
        .tuple(fc.constantFrom('19', '20'), part, part, part, fc.integer({ min: 100, max: 999 }))
        .map((all) => `110199${all.join('')}`);
      const number = fc
        .tuple(body, fc.constantFrom(...'0123456789X', 'own'))
        .map(([own, check]) => own + (check === 'own' ? identityCheck(own) : check));
      const samples = fc.sample(number, 300);
      const values = samples.map((one, index) => `(${index}, '${one}')`).join(', ');
      const rows = await engine.rows(`SELECT ${numberCheckSql('v', undefined)} AS found FROM (VALUES ${values}) t (i, v) ORDER BY i`, {
        found: text,
      });
      expect(rows.map(({ found }) => found)).toEqual(samples.map((one) => identityFault(one) ?? 'ok'));
    } finally {
      engine.close();
    }
  });
});
