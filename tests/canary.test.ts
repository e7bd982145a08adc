import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import { ingest } from '@hengjian/lake';
import { openTables, optional, quoted, text } from '@hengjian/table';
import { unzipSync, zipSync } from 'fflate';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinTables, type Records, visit } from '../packages/lake/src/fixture.ts';
import { command, type Outcome } from './command.ts';

// Invented persons that stand in every column and file of a delivery, and are looked for in everything that is written.

const root = mkdtempSync(join(tmpdir(), 'hengjian-canary-'));
process.env.HENGJIAN_KEY_FILE = join(root, 'key');
afterAll(() => rmSync(root, { recursive: true, force: true }));

const name = '欧阳金丝';
const card = '410502198001019876';
const telephone = '13912345678';
const address = '金丝雀路七号';
/** Whatever stands in a text: numbers of persons. In columns that are dropped names and addresses too. */
const wide = (one: string): string => one.replaceAll(/[!-~]/g, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0));
const plain = [card, telephone, '139 1234 5678', '139-1234-5678', `+86${telephone}`, '410502 19800101 9876'];
const numbers = [...plain, ...plain.map(wide), '139–1234–5678', '410502　19800101　9876', `139${wide('12345678')}`];
const words = [name, address];

type Row = Readonly<Record<string, string>>;

const persons = (rows: Records, change: (row: Row, index: number) => Row): Records => rows.map(change);
const own: Row = {
  psn_name: name,
  coner_name: name,
  tel: telephone,
  addr: address,
  emp_name: address,
  main_cond_dscr: `${name} ${address}`,
};

/** A delivery with a person in every column that is dropped, by table. */
function delivery(): Readonly<Record<string, Records>> {
  const tables = joinTables(...[1, 2, 3, 4, 5, 6].map((number) => visit(number, number, number, 6)));
  return {
    mdtrt_d: persons(tables.mdtrt_d ?? [], (row) => ({ ...row, ...own, certno: card })),
    setl_d: persons(tables.setl_d ?? [], (row) => ({ ...row, psn_name: name, certno: card, emp_name: address })),
    fee_list_d: persons(tables.fee_list_d ?? [], (row) => ({
      ...row,
      bilg_dr_name: name,
      acord_dr_name: name,
      备注: `${name}${telephone}`,
    })),
    setl_list_diag_d: tables.setl_list_diag_d ?? [],
    psn_info_b: [1, 2, 3].map((one) => ({
      psn_no: `P${one}`,
      certno: card,
      psn_name: name,
      tel: telephone,
      addr: address,
      gend: '1',
      brdy: '1980-01-01',
      vali_flag: '1',
    })),
  };
}

/** Puts something else in a cell of each row, another column in each, so that all of them come to quarantine or are odd. */
const spread = (rows: Records, value: string): Records =>
  rows.map((row, index) => {
    const names = Object.keys(row);
    const at = names[index % names.length] ?? '';
    return { ...row, [at]: value, ...('cnt' in row ? { pric: 'zwei' } : {}) };
  });

/** Moves the cells of a row by one column. */
const shifted = (row: Row, by: number): Row => {
  const names = Object.keys(row);
  return Object.fromEntries(names.map((one, index) => [one, row[names[(index + by + names.length) % names.length] ?? ''] ?? '']));
};

const swapped = (row: Row, left: string, right: string): Row => ({ ...row, [left]: row[right] ?? '', [right]: row[left] ?? '' });

function csvOf(rows: Records, delimiter = ','): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const lines = [columns, ...rows.map((row) => columns.map((column) => cell(row[column] ?? '')))];
  return lines.map((cells) => `${cells.join(delimiter)}\n`).join('');
}

function workbook(rows: Records): Buffer {
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(book, xlsx.utils.json_to_sheet([...rows]), 'Sheet1');
  const written: unknown = xlsx.write(book, { type: 'buffer', bookType: 'xlsx' });
  return Buffer.isBuffer(written) ? written : Buffer.alloc(0);
}

/** Files of every kind: persons where they belong, shifted, swapped, in headers, titles and rows that are not whole. */
function filesOf(tables: Readonly<Record<string, Records>>): Readonly<Record<string, string | Buffer>> {
  const {
    mdtrt_d: visits = [],
    setl_d: bills = [],
    fee_list_d: fees = [],
    setl_list_diag_d: diagnoses = [],
    psn_info_b: register = [],
  } = tables;
  const title = `就诊名单 ${name} ${telephone}`;
  const broken = `${csvOf(visits)}"${name}"x,${card},${telephone}\n${name},${wide(telephone)}\n"${name},${card}\n`;
  const half = Buffer.concat([
    iconv.encode(csvOf(visits), 'gb18030'),
    Buffer.from([0xb0, 0x0a]),
    iconv.encode(`${name},${telephone}\n`, 'gb18030'),
  ]);
  const json = fees.map((row) => JSON.stringify({ ...row, cnt: { name, telephone }, [`姓名${telephone}`]: [name, card] })).join('\n');
  const far = (rows: Records, mark: string): Records =>
    rows.map((row) => ({
      ...row,
      mdtrt_id: `${mark}${row.mdtrt_id ?? ''}`,
      ...('bkkp_sn' in row ? { bkkp_sn: `${mark}${row.bkkp_sn}` } : {}),
    }));
  return {
    'mdtrt_d.csv': csvOf(visits),
    'setl_d.csv': csvOf(bills),
    'fee_list_d.csv': csvOf(fees),
    'setl_list_diag_d.csv': csvOf(diagnoses),
    'psn_info_b.csv': csvOf(register),
    'mdtrt_d-shifted.csv': csvOf(visits.flatMap((row) => [shifted(row, 1), shifted(row, -1)])),
    'mdtrt_d-swapped.csv': csvOf(
      visits.map((row) => swapped(swapped({ ...row, ipt_days: 'x' }, 'psn_name', 'insu_admdvs'), 'tel', 'med_type')),
    ),
    'mdtrt_d-titled.csv': `${title}\n\n${csvOf(far(visits, 'T'))}合计,${name},${telephone}\n`,
    'mdtrt_d-broken.csv': broken,
    'mdtrt_d-half.csv': half,
    'mdtrt_d-wide.csv': iconv.encode(csvOf(far(visits, 'W')), 'utf-16le', { addBOM: true }),
    'mdtrt_d-sheet.xlsx': workbook(far(visits, 'X').map((row) => ({ ...row, begntime: name }))),
    'setl_d-shifted.csv': csvOf(bills.map((row) => shifted(row, 1))),
    'fee_list_d-json.jsonl': `${json}\n{"psn_name":"${name}","tel":"${telephone}\n`,
    'fee_list_d-header.csv': csvOf(
      far(fees, 'H').map((row) => ({ ...row, [`电话${telephone}`]: 'x', [`${card}`]: 'y', [wide(card)]: 'z' })),
    ),
    'fee_list_d-cards.csv': csvOf(spread(far(fees, 'C'), card)),
    'fee_list_d-telephones.csv': csvOf(spread(far(fees, 'M'), telephone)),
    'fee_list_d-blanks.tsv': csvOf(spread(far(fees, 'B'), '139 1234 5678'), '\t'),
    'fee_list_d-dashes.tsv': csvOf(spread(far(fees, 'D'), '139-1234-5678'), '\t'),
    'fee_list_d-abroad.tsv': csvOf(spread(far(fees, 'A'), `+86${telephone}`), '\t'),
    ...Object.fromEntries(
      numbers.slice(plain.length).map((one, index) => {
        const rows = far(fees, `N${index}`).map((row) => ({ ...row, hilist_name: `床位${one}号` }));
        return [`fee_list_d-wide${index}.csv`, csvOf(spread(rows, index % 2 === 0 ? one : `${one}号`))];
      }),
    ),
    'psn_info_b-odd.csv': csvOf(register.map((row) => ({ ...row, brdy: `${telephone}`, gend: card }))),
    'packed.zip': Buffer.from(zipSync({ 'mdtrt_d-packed.csv': Buffer.from(csvOf(far(visits, 'Z'))) })),
  };
}

/** Every file below a folder with the canaries in its bytes, in the cells of its Parquet, or in the parts of its archive. */
async function found(folder: string, canaries: readonly string[]): Promise<readonly string[]> {
  const hits: string[] = [];
  const engine = await openTables({ folders: [folder] });
  const look = (file: string, bytes: Buffer | string): void => {
    for (const one of canaries) if (bytes.includes(one)) hits.push(`${file.slice(folder.length + 1)}: ${one}`);
  };
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      look(path, bytes);
      if (path.endsWith('.parquet')) {
        const rows = await engine.rows(`SELECT CAST(x AS VARCHAR) AS cells FROM read_parquet(${quoted(path)}) x`, {
          cells: optional(text),
        });
        look(`${path} (cells)`, rows.map(({ cells }) => cells ?? '').join('\n'));
      }
      if (path.endsWith('.xlsx'))
        for (const [part, content] of Object.entries(unzipSync(bytes))) look(`${path} ${part}`, Buffer.from(content));
    }
  } finally {
    engine.close();
  }
  return hits;
}

const saidIn = ({ out, err }: Outcome, canaries: readonly string[]): readonly string[] =>
  canaries.filter((one) => out.includes(one) || err.includes(one));

describe('invented persons in every column of a delivery', () => {
  const [source, lake, report] = [join(root, 'in'), join(root, 'lake'), join(root, 'report')];
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    mkdirSync(source);
    for (const [file, content] of Object.entries(filesOf(delivery()))) writeFileSync(join(source, file), content);
    outcomes.push(await command(['ingest', source, '--lake', lake, '--report', report]));
    expect(outcomes[0]?.code, outcomes[0]?.err).toBe(3);
  });

  it('are in no quarantine file, report or batch', async () => {
    expect(readdirSync(join(lake, 'quarantine/1')).length).toBeGreaterThan(10);
    for (const folder of [join(lake, 'quarantine'), join(lake, 'batches'), report])
      expect(await found(folder, [...numbers, ...words])).toEqual([]);
  });

  it('are on no screen, whatever is asked', async () => {
    const again = join(root, 'again');
    cpSync(source, again, { recursive: true });
    rmSync(join(again, 'packed.zip'));
    outcomes.push(await command(['ingest', again, '--lake', join(root, 'second'), '--json', '--lang', 'en']));
    for (const words_ of [
      ['lake', 'status', '--lake', lake],
      ['lake', 'held', '--lake', lake],
      ['lake', 'verify', '--lake', lake],
    ])
      for (const more of [[], ['--json']]) outcomes.push(await command([...words_, ...more]));
    for (const outcome of outcomes) expect(saidIn(outcome, [...numbers, ...words]), outcome.err + outcome.out.slice(0, 2000)).toEqual([]);
  });

  it('left no copy in a temporary folder', () => {
    expect(existsSync(join(lake, '.scratch'))).toBe(false);
  });
});

describe('invented persons where they belong', () => {
  const [source, lake] = [join(root, 'plain'), join(root, 'plain-lake')];

  it('are in no file that is made of the delivery, not even for a while', async () => {
    const tables = delivery();
    mkdirSync(source);
    for (const [table, rows] of Object.entries(tables)) writeFileSync(join(source, `${table}.csv`), csvOf(rows));
    const points: Record<string, readonly string[]> = {};
    const copies: string[] = [];
    const kept = join(root, 'kept');
    await ingest({
      paths: [source],
      lake,
      report: join(root, 'plain-report'),
      fault: (point) => {
        cpSync(lake, join(kept, point), { recursive: true });
        copies.push(point);
      },
    });
    expect(copies).toEqual(expect.arrayContaining(['staged', 'landed', 'facts-moved']));
    for (const point of copies) points[point] = await found(join(kept, point), words);
    expect(Object.entries(points).filter(([, hits]) => hits.length > 0)).toEqual([]);
    expect(await found(lake, [...words, ...numbers])).toEqual([]);
  });

  it('are in no audit, answer or exported file', async () => {
    const out = join(root, 'result');
    const outcomes = [await command(['audit', '--lake', lake, '--out', out])];
    expect(outcomes[0]?.code, outcomes[0]?.err).toBe(0);
    outcomes.push(await command(['why-not', 'N25', '--line', 'B1-0', '--lake', lake]));
    expect(await found(out, [...words, ...numbers])).toEqual([]);
    for (const outcome of outcomes) expect(saidIn(outcome, [...words, ...numbers])).toEqual([]);
  });
});

describe('invented persons elsewhere', () => {
  it('in constants and columns of a mapping are in no message about it', async () => {
    const file = join(root, 'mapping.yaml');
    const source = join(root, 'bills');
    mkdirSync(source);
    writeFileSync(
      join(source, 'bills.csv'),
      `住院号,姓名,电话,数量\n1,${name},${telephone},${telephone}\n2,${name},${card},x\n3,${name},${wide(card)},${wide(telephone)}号\n`,
    );
    const mappings = [
      [
        'version: 1\nabsent: [setl_d]\ntables:\n  mdtrt_d:\n    files: bills.csv\n',
        `    columns: {mdtrt_id: 住院号, begntime: {constant: '${telephone}'}, fixmedins_code: {constant: '${card}'},\n`,
        '      ipt_days: 数量, psn_name: 姓名}\n',
      ].join(''),
      `version: 1\ntables:\n  mdtrt_d:\n    files: bills.csv\n    columns: {mdtrt_id: '${telephone}', begntime: '${card}'}\n`,
      `version: ${telephone}\ntables: {${card}: {files: bills.csv, ${telephone}: x}}\n`,
      [
        'version: 1\nsources:\n  b: {files: bills.csv}\ntables:\n  mdtrt_d:\n',
        `    query: SELECT CAST('${card}' AS DATE) AS d, 住院号 AS m FROM b\n`,
        '    columns: {mdtrt_id: m, begntime: d}\n',
      ].join(''),
      `${telephone}: [${card}\n`,
      `version: 1\ntables:\n  mdtrt_d:\n    files: bills.csv\n    columns: {mdtrt_id: '${wide(telephone)}', begntime: '${wide(card)}'}\n`,
    ];
    for (const text_ of mappings) {
      writeFileSync(file, text_);
      for (const more of [[], ['--json']]) {
        expect(saidIn(await command(['mapping', 'check', file, ...more]), numbers), text_).toEqual([]);
        const outcome = await command(['ingest', source, '--lake', join(root, 'mapped'), '--mapping', file, ...more]);
        expect([0, 2, 3], outcome.err).toContain(outcome.code);
        expect(saidIn(outcome, [...numbers, ...words]), text_).toEqual([]);
      }
    }
    expect(saidIn(await command(['mapping', 'draft', source]), [...numbers, ...words])).toEqual([]);
  });

  it('in local texts are not in the list of texts to confirm', async () => {
    const source = join(root, 'texts');
    mkdirSync(source);
    const rows = [
      '住院号,入院时间,出院时间,出院诊断',
      `Z1,2025-01-02,2025-01-05,肺炎 ${telephone}`,
      `Z2,2025-01-02,2025-01-05,${card}`,
      `Z3,2025-01-02,2025-01-05,感冒 ${wide(telephone)}号`,
    ];
    writeFileSync(join(source, '病人.csv'), rows.join('\n'));
    const [mapping, list] = [join(root, 'texts.yaml'), join(root, 'texts.csv')];
    await command(['mapping', 'draft', source, '--out', mapping]);
    const outcome = await command(['mapping', 'crosswalk', mapping, source, '--out', list]);
    expect(outcome.code, outcome.err).toBe(0);
    expect(readFileSync(list, 'utf8')).toContain('肺炎');
    expect(numbers.filter((one) => readFileSync(list, 'utf8').includes(one))).toEqual([]);
    expect(saidIn(outcome, numbers)).toEqual([]);
  });

  it('in messages of the interface are in nothing that is made of them', async () => {
    const source = join(root, 'messages');
    mkdirSync(source);
    const at = (minute: number): string => `2025-01-10 08:${String(minute).padStart(2, '0')}:00`;
    const person = { psn_no: '4301001', psn_name: name, certno: card, tel: telephone, addr: address, coner_name: name };
    const message = (infno: string, minute: number, input: unknown): string =>
      JSON.stringify({
        ...{ infno, msgid: `H43010000001202501100800${String(minute).padStart(2, '0')}0001`, inf_time: at(minute), opter_name: name },
        ...{ insuplc_admdvs: '430100', fixmedins_code: 'H43010000001', input },
      });
    const line = {
      ...person,
      mdtrt_id: 'M1',
      feedetl_sn: 'F1',
      fee_ocur_time: at(9),
      med_list_codg: 'XA01ABD00',
      cnt: telephone,
      pric: telephone,
    };
    const lines = [
      message('1101', 1, { data: { mdtrt_cert_no: card, ...person } }),
      message('2203', 5, {
        mdtrtinfo: { ...person, mdtrt_id: 'M1', med_type: '11', begntime: at(5) },
        diseinfo: [{ diag_code: 'I10.x00', diag_name: '高血压', maindiag_flag: '1' }],
      }),
      JSON.stringify({ infcode: 0, respond_time: '20250110084001000', output: { baseinfo: person } }),
      message('2301', 10, {
        feedetail: [line, { ...line, det_item_fee_sumamt: 1, feedetl_sn: telephone }, { ...line, cnt: `${wide(telephone)}号` }],
      }),
      `{"infno":"2301","input":{"psn_name":"${name}","tel":"${telephone}`,
    ];
    writeFileSync(join(source, 'log.json'), lines.join('\n'));
    const lake = join(root, 'message-lake');
    const outcomes = [await command(['ingest', source, '--lake', lake, '--report', join(root, 'message-report')])];
    outcomes.push(await command(['ingest', source, '--lake', join(root, 'message-json'), '--json']));
    for (const outcome of outcomes) {
      expect([0, 2, 3]).toContain(outcome.code);
      expect(saidIn(outcome, [...numbers, ...words])).toEqual([]);
    }
    if (existsSync(lake)) expect(await found(lake, [card, ...words])).toEqual([]);
    if (existsSync(join(lake, 'quarantine'))) expect(await found(join(lake, 'quarantine'), numbers)).toEqual([]);
  });

  it('in a list of another authority are in no answer and no quarantine', async () => {
    const source = join(root, 'lists');
    mkdirSync(source);
    const row = {
      list_sn: telephone,
      list_type: '1',
      psn_idet_type: 'x',
      psn_name: name,
      certno: card,
      tel: telephone,
      addr: address,
      begndate: name,
    };
    writeFileSync(
      join(source, 'psn_list_d.csv'),
      csvOf([
        row,
        { ...row, list_sn: card, begndate: '2025-01-01' },
        { ...row, list_sn: wide(card), psn_idet_type: wide(telephone) },
        shifted(row, 1),
      ]),
    );
    const lake = join(root, 'list-lake');
    const outcome = await command(['ingest', source, '--lake', lake, '--report', join(root, 'list-report')]);
    expect([0, 3], outcome.err).toContain(outcome.code);
    expect(saidIn(outcome, [...numbers, ...words])).toEqual([]);
    expect(await found(lake, [...numbers, ...words])).toEqual([]);
  });
});
