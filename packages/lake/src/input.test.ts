import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as xlsx from '@e965/xlsx';
import { type Problem, RefusedInput, type TextColumn } from '@hengjian/standard';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { city, csv, joinTables, type Records, type Tables, temporary, visit, writeTables } from './fixture.ts';
import { checkMapping, draftMapping, ingest, lakeViews, openLake, readSegment, stateHash } from './index.ts';
import { pseudonymSql } from './pseudonym.ts';

const small = (): Tables => joinTables(visit(1, 1, 1, 3), visit(2, 2, 2, 2));
const fees = (tables: Tables): Records => tables.fee_list_d ?? [];

function setUp(): { root: string; source: string; lake: string } {
  const root = temporary();
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
  mkdirSync(join(root, 'in'));
  return { root, source: join(root, 'in'), lake: join(root, 'lake') };
}

async function refusal(work: Promise<unknown>): Promise<Problem> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RefusedInput);
  return (error as RefusedInput).problems[0] as Problem;
}

async function states(tables: Tables): Promise<Readonly<Record<string, number>>> {
  const { source, lake } = setUp();
  const result = await ingest({ paths: [writeTables(source, tables)], lake });
  const row = result.states.fee_list_d ?? {};
  const { accepted = 0, current = 0, ...rest } = row;
  expect(current + Object.values(rest).reduce((sum, one) => sum + one, 0)).toBe(accepted);
  const counts = result.tables.fee_list_d;
  expect((counts?.accepted ?? 0) + (counts?.quarantined ?? 0) + (counts?.skipped ?? 0)).toBe(counts?.rows_in);
  return { ...row, lines: result.lines };
}

describe('sources', () => {
  it('gives the same lake from UTF-8, GB18030, another delimiter, JSON lines, Parquet and xlsx', async () => {
    const { root } = setUp();
    const tables = small();
    const hashes: string[] = [];
    const build = async (name: string, write: (folder: string) => void): Promise<void> => {
      const folder = join(root, name);
      writeTables(folder, { ...tables, fee_list_d: [] });
      write(folder);
      await ingest({ paths: [folder], lake: join(root, `${name}-lake`) });
      const lake = await openLake(join(root, `${name}-lake`));
      const lines = lake.segments().flatMap((handle) => {
        const { lines: table } = readSegment(handle, { lines: ['line_key', 'cnt', 'pric', 'med_list_codg', 'fee_ocur_time'] });
        return Array.from({ length: table.length }, (_, row) =>
          [
            (table.columns['line_key'] as TextColumn).get(row),
            (table.columns['cnt'] as Float64Array)[row],
            (table.columns['fee_ocur_time'] as Int32Array)[row],
          ].join(),
        );
      });
      const { item } = lake.context().dimensions;
      hashes.push(
        JSON.stringify([
          lines.sort(),
          Array.from({ length: item.length }, (_, row) => (item.columns['hilist_name'] as TextColumn).get(row)).sort(),
        ]),
      );
    };
    const text = csv(fees(tables));
    await build('utf8', (folder) => writeFileSync(join(folder, 'fee_list_d.csv'), `\uFEFF${text}`));
    await build('gb', (folder) => writeFileSync(join(folder, 'fee_list_d.csv'), iconv.encode(text, 'gb18030')));
    await build('pipe', (folder) => writeFileSync(join(folder, 'fee_list_d.psv'), csv(fees(tables), '|').replaceAll('\n', '\r\n')));
    await build('json', (folder) =>
      writeFileSync(
        join(folder, 'fee_list_d.jsonl'),
        fees(tables)
          .map((row) => JSON.stringify(row))
          .join('\n'),
      ),
    );
    await build('sheet', (folder) => {
      const book = xlsx.utils.book_new();
      xlsx.utils.book_append_sheet(book, xlsx.utils.json_to_sheet([...fees(tables)]), 'a');
      writeFileSync(join(folder, 'fee_list_d.xlsx'), xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
    });
    const duck = await (await DuckDBInstance.create(':memory:')).connect();
    const parquet = join(root, 'parquet');
    mkdirSync(parquet);
    await duck.run(
      `COPY (SELECT * FROM read_csv('${join(root, 'utf8', 'fee_list_d.csv')}', all_varchar = true))
       TO '${join(parquet, 'fee_list_d.parquet')}'`,
    );
    await build('parquet', () => undefined);
    for (const [index, hash] of hashes.entries()) expect(`${index} ${hash}`).toBe(`${index} ${hashes[0]}`);
  });

  it('reads sheets with late headers, total rows and continuations through a mapping', async () => {
    const { root, source, lake } = setUp();
    const book = xlsx.utils.book_new();
    const header = ['流水号', '日期', '项目', '数量', '单价', '金额', '个人编号'];
    const rows = (from: number): unknown[][] => [
      ['某医院费用清单'],
      ['2025 年'],
      header,
      ...[0, 1].map((one) => [`V${from + one}`, `2025/01/0${from + one}`, '静脉输液', 2, 10.5, '￥21.00', `P${from}`]),
      ['合计', '', '', '', '', '￥42.00', ''],
    ];
    xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(rows(1)), '一');
    xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(rows(3)), '二');
    writeFileSync(join(source, '清单.xlsx'), xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
    writeFileSync(
      join(root, 'm.yaml'),
      `version: 1
absent: [setl_d, mdtrt_d]
tables:
  fee_list_d:
    files: 清单.xlsx
    header: 3
    continued: true
    skip_rows: 合计
    columns:
      mdtrt_id: 流水号
      psn_no: 个人编号
      fee_ocur_time: {from: 日期, format: '%Y/%m/%d'}
      med_list_codg: 项目
      cnt: 数量
      pric: 单价
      det_item_fee_sumamt: {from: 金额, decorated: true}
`,
    );
    const result = await ingest({ paths: [source], lake, mapping: join(root, 'm.yaml') });
    expect(result.tables.fee_list_d).toMatchObject({ rows_in: 10, accepted: 4, quarantined: 0, skipped: 6 });
    expect([result.persons, result.visits, result.lines]).toEqual([2, 4, 4]);
  });
});

describe('rows', () => {
  it('go to quarantine with field and reason, and can be mended and ingested again', async () => {
    const { root, source, lake } = setUp();
    const tables = small();
    const bad = [{ det_item_fee_sumamt: '1e400' }, { fee_ocur_time: '2025-02-31 10:00:00' }, { cnt: 'two' }, { cnt: '' }].map(
      (change, index) => ({
        ...(fees(tables)[0] as object),
        bkkp_sn: `X${index}`,
        ...change,
      }),
    ) as Records;
    const result = await ingest({
      paths: [writeTables(source, { ...tables, fee_list_d: [...fees(tables), ...bad] })],
      lake,
      report: join(root, 'r'),
    });
    expect(result.tables.fee_list_d).toMatchObject({ rows_in: 9, accepted: 5, quarantined: 4, skipped: 0 });
    const file = join(lake, 'quarantine/1', readdirSync(join(lake, 'quarantine/1'))[0] as string);
    const content = readFileSync(file, 'utf8');
    expect(content).toContain('fee_list_d.csv,8,fee_ocur_time,2025-02-31 10:00:00,unreadable');
    expect(content).not.toContain('P1');
    const mended = join(root, 'fee_list_d-mended.csv');
    writeFileSync(mended, content.replaceAll('1e400', '21').replaceAll('2025-02-31', '2025-02-28').replaceAll('two', '2'));
    expect((await ingest({ paths: [mended], lake })).tables.fee_list_d).toMatchObject({ accepted: 3, quarantined: 1 });
    expect(readFileSync(join(root, 'r/quality.html'), 'utf8')).not.toMatch(/https?:\/\//);
  });

  it('with broken cells are counted and keep the numbers of the others right', async () => {
    const { source, lake } = setUp();
    writeTables(source, small());
    const lines = csv(fees(small())).split('\n');
    lines.splice(2, 0, 'a,b,c');
    writeFileSync(join(source, 'fee_list_d.csv'), lines.join('\n'));
    expect((await ingest({ paths: [source], lake })).tables.fee_list_d).toMatchObject({
      rows_in: 6,
      accepted: 5,
      quarantined: 1,
      skipped: 0,
    });
    const numbers = (await openLake(lake))
      .segments()
      .flatMap((handle) => [...(readSegment(handle, { lines: ['file_row'] }).lines.columns['file_row'] as Int32Array)]);
    expect(numbers.sort()).toEqual([2, 4, 5, 6, 7]);
  });

  it('are netted with linked, partial, unlinked and whole refunds', async () => {
    const tables = small();
    const [first, second, third] = fees(tables) as [Records[0], Records[0], Records[0]];
    const back = (line: Records[0], cnt: number, more: Readonly<Record<string, string>>): Records[0] => ({
      ...line,
      cnt: String(-cnt),
      det_item_fee_sumamt: (-10.5 * cnt).toFixed(2),
      inscp_amt: (-10.5 * cnt).toFixed(2),
      ...more,
    });
    const refunds = [
      back(first, 1, {
        bkkp_sn: 'r1',
        feedetl_sn: 'r1',
        init_feedetl_sn: first.feedetl_sn as string,
        fee_ocur_time: '2025-03-01 10:00:00',
      }),
      back(second, 2, { bkkp_sn: 'r2', feedetl_sn: 'r2', init_feedetl_sn: second.bkkp_sn as string }),
      back(third, 2, { bkkp_sn: 'r3', feedetl_sn: 'r3', fee_ocur_time: '2025-03-01 10:00:00' }),
      back(third, 1, { bkkp_sn: 'r4', feedetl_sn: 'r4', med_list_codg: 'other', fee_ocur_time: '2025-03-01 10:00:00' }),
    ];
    expect(await states({ ...tables, fee_list_d: [...fees(tables), ...refunds] })).toMatchObject({
      refund: 3,
      refunded: 2,
      unmatched: 1,
      current: 3,
      lines: 3,
    });
  });

  it('of reversed settlements, invalid, repeated, conflicting and early rows do not count', async () => {
    const tables = small();
    const setl = (tables.setl_d ?? [])[0] as Records[0];
    const reversal = {
      ...setl,
      setl_id: 'S9',
      init_setl_id: setl.setl_id as string,
      refd_setl_flag: '1',
      medfee_sumamt: `-${setl.medfee_sumamt}`,
    };
    expect(await states({ ...tables, setl_d: [...(tables.setl_d ?? []), reversal] })).toMatchObject({ reversed: 3, current: 2, lines: 2 });
    const line = fees(tables)[0] as Records[0];
    expect(await states({ ...tables, fee_list_d: [...fees(tables), line] })).toMatchObject({ duplicate: 1, lines: 5 });
    expect(await states({ ...tables, fee_list_d: [...fees(tables), { ...line, cnt: '3' }] })).toMatchObject({ conflict: 2, lines: 4 });
    const { pric: _, ...priceless } = line;
    const fuller = [priceless, { ...line, spec: '10mg' }, line];
    for (const rows of [fuller, fuller.toReversed()])
      expect(await states({ ...tables, fee_list_d: rows })).toEqual({ accepted: 3, current: 1, superseded: 2, lines: 1 });
    const apart = [{ ...priceless, spec: '10mg' }, line];
    expect(await states({ ...tables, fee_list_d: apart })).toMatchObject({ conflict: 2, lines: 0 });
    expect(
      await states({
        ...tables,
        fee_list_d: [...fees(tables), { ...line, bkkp_sn: 'n', vali_flag: '0' }, { ...line, bkkp_sn: 'm', setl_id: 'later' }],
      }),
    ).toMatchObject({ invalid: 1, pending: 1, lines: 5 });
  });
});

describe('refusals', () => {
  it('leave no lake behind', async () => {
    const { root, source, lake } = setUp();
    const only = async (name: string, content: string | Buffer): Promise<Problem> => {
      const folder = join(root, `x-${name.replace(/\W/g, '')}-${String(content).length}`);
      mkdirSync(folder);
      writeFileSync(join(folder, name), content);
      return refusal(ingest({ paths: [folder], lake }));
    };
    expect((await only('fee_list_d.csv', 'Datum,Betrag\n1,2\n')).code).toBe('header-unknown');
    expect(await only('fee_list_d.csv', 'bkkp_sn,cnt\n1,2\n')).toMatchObject({
      code: 'column-missing',
      place: { file: 'fee_list_d.csv', field: 'mdtrt_id' },
    });
    expect((await only('fee_list_d.csv', Buffer.from([0x61, 0xff, 0xfe, 0xff, 0x2c, 0x62, 0x0a]))).code).toBe('encoding-other');
    expect((await only('fee_list_d.xlsx', 'PK\u0003\u0004 no workbook')).code).toMatch(/file-damaged|header|column/);
    expect((await only('fee_list_d.jsonl', '{"a": 1')).code).toBe('file-damaged');
    expect((await only('notes.csv', 'a\n1\n')).code).toBe('files-unnamed');
    const duck = await (await DuckDBInstance.create(':memory:')).connect();
    await duck.run(`COPY (SELECT i FROM range(100000) t(i)) TO '${join(source, 'fee_list_d.parquet')}'`);
    truncateSync(join(source, 'fee_list_d.parquet'), 5000);
    expect((await refusal(ingest({ paths: [source], lake }))).code).toBe('file-damaged');
    expect((await refusal(openLake(lake))).code).toBe('lake-missing');
    expect(existsSync(lake)).toBe(false);
    mkdirSync(lake);
    writeFileSync(join(lake, 'manifest.json'), '{"format": 99}');
    expect((await refusal(openLake(lake))).code).toBe('lake-newer');
    writeFileSync(join(lake, 'manifest.json'), '{"form');
    expect((await refusal(openLake(lake))).code).toBe('lake-damaged');
  });

  it('of mappings name file, line and remedy', async () => {
    const { root, source } = setUp();
    const file = join(root, 'm.yaml');
    writeFileSync(
      file,
      'version: 1\ncolour: red\ntables:\n  fee_list_d:\n    files: a.csv\n    columns:\n      mdtrt_id: a\n      nonsense: b\n',
    );
    const problems = await checkMapping(file);
    expect(problems.map((one) => [one.code, one.place?.row])).toContainEqual(['name-unknown', 2]);
    expect(problems.map((one) => [one.code, one.place?.row])).toContainEqual(['name-unknown', 8]);
    expect(problems.some((one) => one.code === 'value-missing')).toBe(true);
    writeFileSync(
      file,
      'version: 7\ntables:\n  fee_list_d:\n    files: a.csv\n    skip_rows: "("\n' +
        '    columns:\n      fee_ocur_time: {from: a, formats: ["%Q"]}\n',
    );
    const invalid = (await checkMapping(file)).filter(({ code }) => code === 'value-invalid');
    expect(invalid.map(({ place }) => place?.row)).toEqual([1, 5, 7]);
    const blanks = "      cnt: ''\n      pric: {from: ' '}\n      fee_ocur_time: {from: a, with: ''}\n";
    writeFileSync(file, `version: 1\ntables:\n  fee_list_d:\n    files: a.csv\n    refunds: {values: [b]}\n    columns:\n${blanks}`);
    const named = (await checkMapping(file)).flatMap(({ code, values, place }) =>
      code === 'value-missing' && JSON.stringify(values).includes('the name of a column') ? [place?.row] : [],
    );
    expect(named.sort()).toEqual([5, 7, 8, 9]);
    writeFileSync(join(source, '明细.csv'), '就诊ID,费用发生时间,数量,单价,金额,医疗目录编码\n1,2025-01-01,1,2,2,X\n');
    const { text: draft } = await draftMapping([source]);
    writeFileSync(file, draft);
    expect(draft).toContain('fee_ocur_time: 费用发生时间');
    // No file says whose the lines are.
    expect((await checkMapping(file)).map(({ code, values }) => [code, values?.id])).toEqual([['question-open', 'code']]);
  });
});

describe('reading', () => {
  it('gives the same hash from the views and the working form, and only the asked columns', async () => {
    const { root, source, lake: folder } = setUp();
    await ingest({ paths: [writeTables(source, city(10, 2))], lake: folder });
    const lake = await openLake(folder);
    const duck = await (await DuckDBInstance.create(':memory:')).connect();
    for (const sql of lakeViews(lake)) await duck.run(sql);
    const [row] = (
      await duck.runAndReadAll(
        'SELECT count(*)::INTEGER AS n, sum(det_item_fee_sumamt)::BIGINT::DOUBLE AS s, min(_person) AS p FROM fee_list_d',
      )
    ).getRowObjectsJS();
    const parts = lake.segments().map((handle) => readSegment(handle, { lines: ['det_item_fee_sumamt'] }).lines);
    expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(row?.n);
    expect(parts.flatMap((part) => [...(part.columns['det_item_fee_sumamt'] as Float64Array)]).reduce((sum, one) => sum + one, 0)).toBe(
      row?.s,
    );
    expect(Object.keys(parts[0]?.columns ?? {})).toEqual(['det_item_fee_sumamt']);
    const key = Buffer.from(readFileSync(join(root, 'key'), 'utf8').trim(), 'hex');
    const all = Array.from({ length: 10 }, (_, index) =>
      createHmac('sha256', key)
        .update(`P${index + 1}`)
        .digest('hex')
        .slice(0, 32),
    );
    expect(all).toContain(row?.p);
    const [hashed] = (await duck.runAndReadAll(`SELECT ${pseudonymSql(key, "'身份证'")} AS h`)).getRowObjectsJS();
    expect(hashed?.h).toBe(createHmac('sha256', key).update('身份证').digest('hex').slice(0, 32));
    expect(stateHash(lake)).toMatch(/^[0-9a-f]{64}$/);
    expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).not.toContain('张三');
  });
});
