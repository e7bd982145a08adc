import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTables, quoted } from '@hengjian/table';
import { describe, expect, it } from 'vitest';
import { joinTables, type Tables, temporary, visit, writeTables } from './fixture.ts';
import { type IngestResult, ingest, type Quality } from './index.ts';

type Row = Readonly<Record<string, string>>;

const changed = (tables: Tables, table: string, change: (row: Row, index: number) => Row): Tables => ({
  ...tables,
  [table]: (tables[table] ?? []).map(change),
});

interface Setting {
  readonly lake: string;
  readonly folder: string;
  take(name: string, tables: Tables, before?: (folder: string) => Promise<void>): Promise<IngestResult>;
}

function setting(): Setting {
  const folder = temporary();
  process.env.HENGJIAN_KEY_FILE = join(folder, 'key');
  const lake = join(folder, 'lake');
  return {
    lake,
    folder,
    async take(name, tables, before) {
      const source = writeTables(join(folder, name), tables);
      await before?.(source);
      return ingest({ paths: [source], lake, report: join(folder, 'report') });
    },
  };
}

const qualityOf = (folder: string): Quality => JSON.parse(readFileSync(join(folder, 'report', 'quality.json'), 'utf8'));

describe('rows of one key that contradict each other', () => {
  it('are held until the sender gives the time of update of the right one, whichever comes first', async () => {
    const right = changed(visit(1, 1, 3, 1), 'fee_list_d', (row) => ({ ...row, updt_time: '2025-04-01 00:00:00' }));
    const wrong = changed(visit(1, 1, 3, 1), 'fee_list_d', (row) => ({ ...row, cnt: '3' }));
    const other = changed(visit(1, 1, 3, 1), 'fee_list_d', (row) => ({ ...row, cnt: '4' }));
    const one = setting();
    await one.take('wrong', wrong);
    expect(await one.take('other', other)).toMatchObject({ lines: 0, states: { fee_list_d: { conflict: 2 } } });
    expect(await one.take('right', right)).toMatchObject({ lines: 1, states: { fee_list_d: { superseded: 2 } } });
    const two = setting();
    await two.take('right', right);
    await two.take('other', other);
    expect(await two.take('wrong', wrong)).toMatchObject({ lines: 1, states: { fee_list_d: { superseded: 2 } } });
  });
});

describe('serials', () => {
  it('of lines that name no institution are those of their visit', async () => {
    const { take } = setting();
    const numbered = (number: number, person: number): Tables =>
      changed(visit(number, person, 3, 2), 'fee_list_d', ({ fixmedins_code: _, ...row }, index) => ({
        ...row,
        bkkp_sn: `${index + 1}`,
        feedetl_sn: `${index + 1}`,
      }));
    await take('one', numbered(1, 1));
    expect(await take('two', numbered(2, 2))).toMatchObject({ lines: 4, tables: { fee_list_d: { conflict: 0 } } });
  });

  it('that a spreadsheet saved in their short form are quarantined, as are numbers of persons', async () => {
    const { take } = setting();
    const short = changed(visit(1, 1, 3, 2), 'fee_list_d', (row) => ({ ...row, bkkp_sn: '3.301E+17' }));
    const persons = changed(short, 'mdtrt_d', (row) => ({ ...row, psn_no: '3.30102E+17' }));
    const { tables } = await take('in', persons);
    expect(tables.fee_list_d).toMatchObject({ accepted: 0, quarantined: 2 });
    expect(tables.mdtrt_d).toMatchObject({ accepted: 0, quarantined: 1 });
    const boxes = setting();
    const trace = changed(visit(1, 1, 3, 2), 'fee_list_d', (row) => ({ ...row, drug_trac_codg: '8.4E+19' }));
    expect((await boxes.take('in', trace)).tables.fee_list_d).toMatchObject({ accepted: 0, quarantined: 2 });
    // An item that became a number is an item that nobody knows: its charge stays, and the report counts it.
    const items = setting();
    const lines = changed(visit(1, 1, 3, 2), 'fee_list_d', (row) => ({ ...row, med_list_codg: '1.109E+12' }));
    expect((await items.take('in', lines)).tables.fee_list_d).toMatchObject({ accepted: 2, quarantined: 0 });
  });

  it('of a data frame are whole numbers, or quarantined where they have lost digits', async () => {
    const { take } = setting();
    const binary = async (source: string): Promise<void> => {
      const engine = await openTables({ folders: [source] });
      try {
        const file = join(source, 'fee_list_d.csv');
        await engine.run(`COPY (SELECT * REPLACE (CAST(bkkp_sn AS DOUBLE) AS bkkp_sn, CAST(setl_id AS DOUBLE) AS setl_id)
          FROM read_csv(${quoted(file)}, all_varchar = true)) TO ${quoted(join(source, 'fee_list_d.parquet'))} (FORMAT parquet)`);
        rmSync(file);
      } finally {
        engine.close();
      }
    };
    const long = ['1', '2', '330100000000000001', '330100000000000002'];
    const numbered = changed(visit(1, 1, 3, 4), 'fee_list_d', (row, index) => ({ ...row, setl_id: '77', bkkp_sn: long[index] ?? '' }));
    const tables = changed(numbered, 'setl_d', (row) => ({ ...row, setl_id: '77' }));
    expect(await take('in', tables, binary)).toMatchObject({ lines: 2, tables: { fee_list_d: { accepted: 2, quarantined: 2 } } });
  });
});

describe('operation codes that became dates', () => {
  it('are told', async () => {
    const { take, folder } = setting();
    const codes = ['2025-03-31', '3月31日', '31-Mar', '38.9300'];
    const operations = codes.map((oprn_oprt_code, index) => ({ setl_list_oprn_id: `O${index}`, mdtrt_id: 'M1', oprn_oprt_code }));
    await take('in', joinTables(visit(1, 1, 3, 1), { setl_list_oprn_d: operations }));
    expect(qualityOf(folder).ruined).toMatchObject([{ field: 'oprn_oprt_code', rows: 3 }]);
  });
});

describe('words in a column of codes or numbers', () => {
  it('are shown nowhere: they may be a name or an address', async () => {
    const { take, lake, folder } = setting();
    const words = ['测 漏', '测\u3000漏', 'Ce Lou', '阿依·买买提', '漏测路八十八号', '制表人：测漏甲'];
    const rows = words.map((word, index) => ({ setl_list_oprn_id: `O${index}`, mdtrt_id: word, oprn_oprt_code: '', anst_way: word }));
    const times = ['二〇二五年', '9时', '男'].map((gend, index) => ({ psn_no: `P${index}`, gend, begndate: '2025年13月2日' }));
    await take(
      'in',
      joinTables(visit(1, 1, 3, 1), { setl_list_oprn_d: rows, psn_insu_d: times.map((row) => ({ ...row, insutype: '310' })) }),
    );
    const texts = readdirSync(join(lake, 'quarantine/1')).map((name) => readFileSync(join(lake, 'quarantine/1', name), 'utf8'));
    const all = [...texts, readFileSync(join(folder, 'report', 'quality.html'), 'utf8')].join('\n');
    expect(words.filter((word) => all.includes(word))).toEqual([]);
    expect(all.includes('2025年13月2日')).toBe(true);
  });
});

describe('the number of a person in the name of a file', () => {
  it('is in no report and no record, and the files stay apart', async () => {
    const { lake, folder, take } = setting();
    const [first, second] = ['110101195001010017', '110101195001010025'];
    const whole = visit(1, 1, 3, 2);
    const divided = async (source: string): Promise<void> => {
      const [head = '', ...lines] = readFileSync(join(source, 'fee_list_d.csv'), 'utf8').trimEnd().split('\n');
      rmSync(join(source, 'fee_list_d.csv'));
      for (const [index, number] of [first, second].entries())
        writeFileSync(join(source, `fee_list_d-${number}.csv`), `${head}\n${lines[index] ?? ''}\n`);
    };
    const result = await take('in', whole, divided);
    expect(result).toMatchObject({ lines: 2 });
    const kept = [JSON.stringify(result), readFileSync(join(lake, 'manifest.json'), 'utf8'), JSON.stringify(qualityOf(folder))];
    expect(kept.some((text) => text.includes(first ?? '') || text.includes(second ?? ''))).toBe(false);
    expect(result.files.filter(({ table }) => table === 'fee_list_d').map(({ file }) => file)).toEqual([
      'fee_list_d-***.csv',
      'fee_list_d-***.csv (2)',
    ]);
  });
});
