import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as xlsx from '@e965/xlsx';
import { describeProblem, RefusedInput, type Segment, type TextColumn } from '@hengjian/standard';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { csv, joinTables, type Records, type Tables, temporary, visit, writeTables } from './fixture.ts';
import { checkMapping, ingest, type Lake, openLake, readSegment } from './index.ts';

const shared = join(process.env.HENGJIAN_SHARED ?? fileURLToPath(new URL('../../../../shared', import.meta.url)), 'data/claims');
const mappings = fileURLToPath(new URL('../../../library/mappings/', import.meta.url));
const small = (): Tables => joinTables(visit(1, 1, 1, 3), visit(2, 2, 2, 2));

function setUp(): { root: string; source: string; lake: string } {
  const root = temporary();
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
  mkdirSync(join(root, 'in'));
  return { root, source: join(root, 'in'), lake: join(root, 'lake') };
}

const segmentsOf = (lake: Lake): Segment[] => lake.segments().map((handle) => readSegment(handle));
const textOf = (segment: Segment, table: keyof Segment, column: string): (string | null)[] =>
  Array.from({ length: segment[table].length }, (_, row) => (segment[table].columns[column] as TextColumn).get(row));
const numbersOf = (segment: Segment, table: keyof Segment, column: string): number[] => [
  ...(segment[table].columns[column] as Float64Array),
];

function mapped(root: string, columns: string, more = ''): string {
  const file = join(root, 'm.yaml');
  writeFileSync(
    file,
    `version: 1
absent: [setl_d, mdtrt_d]
${more}tables:
  fee_list_d:
    files: fees.csv
    columns:
      mdtrt_id: visit
      fee_ocur_time: day
      cnt: cnt
      pric: pric
      det_item_fee_sumamt: sum
${columns}`,
  );
  return file;
}
const fees = (rows: readonly string[]): string => `visit,day,item,cnt,pric,sum,no\n${rows.join('\n')}\n`;

describe('kinds of files', () => {
  it('xls and UTF-16 give the lines of the CSV', async () => {
    const { root } = setUp();
    const tables = small();
    const keys: string[] = [];
    for (const kind of ['csv', 'xls', 'utf16']) {
      const folder = writeTables(join(root, kind), { ...tables, fee_list_d: [] });
      const records = tables.fee_list_d as Records;
      if (kind === 'csv') writeFileSync(join(folder, 'fee_list_d.csv'), csv(records));
      if (kind === 'utf16')
        writeFileSync(join(folder, 'fee_list_d.csv'), Buffer.concat([Buffer.from([0xff, 0xfe]), iconv.encode(csv(records), 'utf-16le')]));
      if (kind === 'xls') {
        const book = xlsx.utils.book_new();
        xlsx.utils.book_append_sheet(book, xlsx.utils.json_to_sheet([...records]), 'a');
        writeFileSync(join(folder, 'fee_list_d.xls'), xlsx.write(book, { type: 'buffer', bookType: 'biff8' }) as Buffer);
      }
      await ingest({ paths: [folder], lake: join(root, `${kind}-lake`) });
      const lines = segmentsOf(await openLake(join(root, `${kind}-lake`))).flatMap((one) =>
        textOf(one, 'lines', 'line_key').map((key, row) => `${key} ${numbersOf(one, 'lines', 'det_item_fee_sumamt')[row]}`),
      );
      keys.push(lines.sort().join());
    }
    expect(keys[0]?.split(',').length).toBe(5);
    expect(keys).toEqual([keys[0], keys[0], keys[0]]);
  });

  it('a large table keeps its row numbers when it is read in parts', async () => {
    const { root, source, lake } = setUp();
    const rows = Array.from(
      { length: 60_000 },
      (_, index) => `V${index % 500},2025-01-0${1 + (index % 9)},I${index % 7},1,${index},${index},P${index % 500}${'x'.repeat(200)}`,
    );
    writeFileSync(join(source, 'fees.csv'), fees(rows));
    await ingest({ paths: [source], lake, mapping: mapped(root, '      med_list_codg: item\n      psn_no: no\n') });
    const wrong = segmentsOf(await openLake(lake)).flatMap((one) => {
      const prices = numbersOf(one, 'lines', 'pric');
      return numbersOf(one, 'lines', 'file_row').filter((row, index) => prices[index] !== (row - 2) * 1_000_000);
    });
    expect(wrong).toEqual([]);
  }, 60_000);

  it('drug_trac_d gives lines their trace codes, also when it comes later', async () => {
    const { root, source, lake } = setUp();
    await ingest({ paths: [writeTables(source, small())], lake });
    const trace = [{ bkkp_sn: 'B1-0', fixmedins_code: 'H43010000002', mdtrt_id: 'M1', drug_trac_codg: '81000000000000000001' }];
    await ingest({ paths: [writeTables(join(root, 'later'), { drug_trac_d: trace })], lake });
    const handles = (await openLake(lake)).segments();
    const traces = handles.flatMap((handle) => {
      const one = readSegment(handle);
      const starts = numbersOf(one, 'persons', 'lines_start');
      const ends = numbersOf(one, 'persons', 'lines_end');
      const dead = new Set(
        handle.dead.flatMap((person) =>
          Array.from({ length: (ends[person] ?? 0) - (starts[person] ?? 0) }, (_, at) => (starts[person] ?? 0) + at),
        ),
      );
      return textOf(one, 'lines', 'drug_trac_text').filter((code, row) => code !== null && !dead.has(row));
    });
    expect(traces).toEqual(['81000000000000000001']);
  });
});

describe('mappings', () => {
  it('translate by dated and confirmed crosswalks only', async () => {
    const { root, source, lake } = setUp();
    writeFileSync(join(source, 'fees.csv'), fees(['V1,2025-01-05,a,1,1,1,P', 'V1,2025-03-05,a,1,1,1,P', 'V1,2025-01-05,b,1,1,1,P']));
    writeFileSync(
      join(root, 'items.csv'),
      'local,national,valid_from,valid_to,confirmed_by\na,OLD,,2025-01-31,x\na,NEW,2025-02-01,,x\nb,GUESS,,,\n',
    );
    const mapping = mapped(
      root,
      '      med_list_codg: {from: item, crosswalk: items}\n      psn_no: no\n',
      'crosswalks: {items: {file: items.csv}}\n',
    );
    await ingest({ paths: [source], lake, mapping });
    const opened = await openLake(lake);
    const items = opened.context().dictionaries.item ?? [];
    const codes = segmentsOf(opened).flatMap((one) => numbersOf(one, 'lines', 'med_list_codg').map((id) => items[id]));
    expect(codes.sort()).toEqual(['NEW', 'OLD', 'b']);
  });

  it('take the personal account out of the funds when a source includes it', async () => {
    const { root, source, lake } = setUp();
    const tables = small();
    const setl = (tables.setl_d ?? []).map((row) => ({ ...row, acct_pay: '5.00' }));
    writeTables(source, { ...tables, setl_d: setl });
    const columns = (table: string): string =>
      Object.keys((tables[table] ?? [])[0] ?? {})
        .filter((name) => !['psn_name', 'tel'].includes(name))
        .map((name) => `      ${name}: ${name}\n`)
        .join('');
    const table = (name: string, meaning = ''): string => `  ${name}:\n    files: ${name}.csv\n${meaning}    columns:\n${columns(name)}`;
    const file = join(root, 'm.yaml');
    writeFileSync(
      file,
      `version: 1\ntables:\n${table('setl_d', '    meaning: {fund_includes_account: true}\n')}${table('mdtrt_d')}${table('fee_list_d')}`,
    );
    await ingest({ paths: [source], lake, mapping: file });
    const funds = segmentsOf(await openLake(lake)).flatMap((one) => numbersOf(one, 'visits', 'fund_pay_sumamt'));
    expect(funds.sort()).toEqual([4410 - 500, 2940 - 500].sort());
  });

  it('tell persons apart by institution and patient number, and store that reach', async () => {
    const { root, source, lake } = setUp();
    writeFileSync(join(source, 'fees.csv'), fees(['V1,2025-01-05,a,1,1,1,7', 'V2,2025-01-06,a,1,1,1,7', 'V3,2025-01-06,a,1,1,1,8']));
    const mapping = mapped(
      root,
      '      med_list_codg: item\n      fixmedins_code: {constant: H1}\n',
      'person: {keys: [institution], patient: no}\n',
    );
    const result = await ingest({ paths: [source], lake, mapping });
    expect(result.persons).toBe(2);
    const opened = await openLake(lake);
    const reach = segmentsOf(opened).flatMap((one) =>
      numbersOf(one, 'persons', 'reach').map((id) => opened.context().dictionaries.reach?.[id]),
    );
    expect(new Set(reach)).toEqual(new Set(['institution']));
  });

  it('are refused without a hole in the words where they declare no sources, crosswalks or patterns', async () => {
    const { root, source, lake } = setUp();
    writeFileSync(join(source, 'fees.csv'), fees(['V1,2025-01-05,a,1,1,1,P']));
    const file = mapped(root, '      med_list_codg: {from: item, crosswalk: items}\n      psn_no: no\n');
    expect((await checkMapping(file)).map((one) => describeProblem(one))).toEqual([
      [
        'm.yaml:12 tables.fee_list_d.columns.med_list_codg: there is no crosswalk items',
        'check the name; there are: none yet; declare it under crosswalks',
      ].join(' → '),
    ]);
    const text = readFileSync(mapped(root, '      med_list_codg: item\n      psn_no: no\n'), 'utf8');
    const refused = async (changed: string): Promise<string> => {
      writeFileSync(file, changed);
      return ingest({ paths: [source], lake, mapping: file }).then(
        () => 'done',
        (error: unknown) => (error instanceof RefusedInput ? error.message : `not refused: ${error}`),
      );
    };
    expect(await refused(text.replace('files: fees.csv', 'query: SELECT * FROM fees'))).toMatch(
      /declared sources only: none yet; declare them under sources$/,
    );
    expect(await refused(text.replace('files: fees.csv', 'files: []'))).toContain('no file matches (no pattern is written)');
  });

  it('say what a time means, or are refused', async () => {
    const { root, source, lake } = setUp();
    writeFileSync(join(source, 'fees.csv'), fees(['V1,2025-01-05 10:11:00,a,1,1,1,P']));
    const meaning = (text: string): string => mapped(root, `      med_list_codg: item\n      psn_no: no\n    meaning: {${text}}\n`);
    const codes = async (text: string): Promise<string[]> => (await checkMapping(meaning(text))).map((one) => one.code);
    expect(await codes('fee_ocur_time: whenever')).toEqual(['value-invalid']);
    expect(await codes('refund_match: nearest')).toEqual(['value-invalid']);
    expect(await codes('precision: hour')).toEqual(['value-invalid']);
    expect(await codes('refund_match: visit_item_price, fee_ocur_time: executed')).toEqual([]);
    await ingest({ paths: [source], lake, mapping: meaning('fee_ocur_time: billed') });
    const opened = await openLake(lake);
    const [id] = segmentsOf(opened).flatMap((one) => numbersOf(one, 'lines', 'time_precision'));
    expect(opened.context().dictionaries.precision?.[id as number]).toBe('day');
  });
});

describe.skipIf(!existsSync(shared))('shipped mappings (needs ../shared)', () => {
  it('settlements-1000 reads all lines', async () => {
    const { lake } = setUp();
    const result = await ingest({ paths: [join(shared, 'settlements_1000')], lake, mapping: join(mappings, 'settlements-1000.yaml') });
    const counts = result.tables.fee_list_d;
    expect(counts?.rows_in).toBe(1000);
    expect((counts?.accepted ?? 0) + (counts?.quarantined ?? 0)).toBe(1000);
    expect(result.lines).toBeGreaterThan(950);
  }, 60_000);

  it('cms-bfd-rif reads persons, stays, lines and diagnoses, and counts every row', async () => {
    const { root, lake } = setUp();
    const result = await ingest({
      paths: [join(shared, 'cms_bfd_synthetic')],
      lake,
      mapping: join(mappings, 'cms-bfd-rif.yaml'),
      report: join(root, 'r'),
    });
    for (const counts of Object.values(result.tables)) expect(counts.accepted + counts.quarantined + counts.skipped).toBe(counts.rows_in);
    expect(result.persons).toBeGreaterThan(0);
    expect(result.lines).toBeGreaterThan(0);
    expect(JSON.parse(readFileSync(join(root, 'r/quality.json'), 'utf8')).tables).toHaveProperty('fee_list_d');
  }, 120_000);
});
