import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as xlsx from '@e965/xlsx';
import { RefusedInput } from '@hengjian/standard';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { csv, joinTables, type Records, temporary, visit, writeTables } from './fixture.ts';
import { ingest } from './index.ts';
import type { IngestResult } from './types.ts';

const small = joinTables(visit(1, 1, 1, 3), visit(2, 2, 2, 2));
const lines: Records = small.fee_list_d ?? [];

function setUp(): { root: string; source: string; lake: string } {
  const root = temporary();
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
  mkdirSync(join(root, 'in'));
  return { root, source: join(root, 'in'), lake: join(root, 'lake') };
}

/** Ingests a delivery in which only the lines come in another form. */
async function deliver(
  files: Readonly<Record<string, string | Uint8Array>>,
  rest = small,
): Promise<{ result: IngestResult; lake: string }> {
  const { source, lake } = setUp();
  writeTables(source, { ...rest, fee_list_d: [] });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(source, name), content);
  return { result: await ingest({ paths: [source], lake }), lake };
}

async function refused(files: Readonly<Record<string, string | Uint8Array>>): Promise<readonly string[]> {
  const { source, lake } = setUp();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(source, name), content);
  const error: unknown = await ingest({ paths: [source], lake }).catch((reason: unknown) => reason);
  if (!(error instanceof RefusedInput)) throw error;
  return error.problems.map(({ code, place }) => `${code} ${place?.file}`);
}

function workbook(sheets: Readonly<Record<string, Records>>): Buffer {
  const book = xlsx.utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) xlsx.utils.book_append_sheet(book, xlsx.utils.json_to_sheet([...rows]), name);
  const written: unknown = xlsx.write(book, { type: 'buffer', bookType: 'xlsx' });
  return Buffer.isBuffer(written) ? written : Buffer.alloc(0);
}

const broken = (lake: string): string =>
  readdirSync(join(lake, 'quarantine/1'))
    .filter((name) => name.endsWith('-broken.txt'))
    .map((name) => readFileSync(join(lake, 'quarantine/1', name), 'utf8'))
    .join('');

describe('a delivery', () => {
  it('may be packed: members of an archive are its files', async () => {
    const text = Buffer.from(csv(lines));
    const { result } = await deliver({ '一月.zip': zipSync({ 'fee_list_d.csv': text, 'note.pdf': text }) });
    expect(result.tables.fee_list_d).toMatchObject({ rows_in: 5, accepted: 5 });
    expect(result.unread).toMatchObject([{ file: '一月.zip/note.pdf' }]);
    expect(result.summary.some(({ zh }) => zh.includes('一月.zip/note.pdf'))).toBe(true);
  });

  it('may be one workbook with a sheet for each table', async () => {
    const { result } = await deliver(
      { 'export.xlsx': workbook({ 说明: [{ a: '1' }], fee_list_d: lines, setl_d: small.setl_d ?? [] }) },
      { ...small, setl_d: [] },
    );
    expect(result.tables.fee_list_d).toMatchObject({ rows_in: 5, accepted: 5 });
    expect(result.tables.setl_d).toMatchObject({ accepted: small.setl_d?.length });
    expect(result.unread).toMatchObject([{ file: 'export.xlsx', sheet: '说明' }]);
  });

  it('may have rows above its header, and columns that are called like those of the program', async () => {
    const own = csv(lines.map((line) => ({ ...line, t_cnt: 'x', _row: '9', _seq: '9', file_row_number: '9' })));
    const { result } = await deliver({ 'fee_list_d.csv': `费用清单\n\n${own}` });
    expect(result.tables.fee_list_d).toMatchObject({ rows_in: 7, accepted: 5, skipped: 2 });
  });

  it('names what is broken by row, line, column and kind, and shows no cell', async () => {
    const text = csv(lines).split('\n');
    text.splice(2, 0, '"张三"某,b,c');
    const { result, lake } = await deliver({ 'fee_list_d.csv': text.join('\n') });
    expect(result.tables.fee_list_d).toMatchObject({ rows_in: 6, accepted: 5, quarantined: 1 });
    expect(broken(lake)).toContain(`"fee_list_d.csv","3","3","${Object.keys(lines[0] ?? {})[0]}","after-quote"`);
    expect(broken(lake)).not.toContain('张三');
  });

  it('that cannot be read says so instead of asking for other names', async () => {
    const whole = workbook({ a: lines });
    expect(await refused({ 'fee_list_d.xlsx': whole.subarray(0, whole.length / 2) })).toEqual(['file-damaged fee_list_d.xlsx']);
    expect(await refused({ '一月.zip': zipSync({ 'fee_list_d.csv': Buffer.from(csv(lines)) }).subarray(0, 60) })).toEqual([
      'file-damaged 一月.zip',
    ]);
    expect(await refused({ '一月.xlsx': whole.subarray(0, whole.length / 2) })).toEqual(['file-unread 一月.xlsx']);
    expect(await refused({ 'fee_list_d.rar': 'Rar!', 'scan.pdf': '%PDF' })).toEqual(['file-unread fee_list_d.rar', 'file-unread scan.pdf']);
    expect((await refused({ 'read.me': 'text' }))[0]).toMatch(/^files-unnamed /);
  });
});

/** Inputs with right answers that lie beside the repository. */
const shared = process.env.HENGJIAN_SHARED ?? fileURLToPath(new URL('../../../../shared', import.meta.url));
const data = join(shared, 'data');

describe.skipIf(!existsSync(join(data, 'field-cases')))('the field cases (needs ../shared/data/field-cases)', () => {
  const fields = existsSync(join(data, 'field-cases'))
    ? readdirSync(join(data, 'field-cases')).filter((name) => /^1[1-6]-/.test(name))
    : [];
  const right: Readonly<Record<string, readonly [number, number]>> = {
    11: [1, 0],
    12: [1, 0],
    13: [0, 4],
    14: [5, 1],
    15: [5, 1],
    16: [4, 2],
  };

  it.each(fields)('%s', async (name) => {
    const { lake } = setUp();
    const result = await ingest({ paths: [join(data, 'field-cases', name, 'in')], lake });
    const [accepted, quarantined] = right[name.slice(0, 2)] ?? [];
    expect(result.tables.fee_list_d).toMatchObject({ rows_in: (accepted ?? 0) + (quarantined ?? 0), accepted, quarantined });
  });
});

describe.skipIf(!existsSync(join(data, 'attack-cases')))('the attack cases (needs ../shared/data/attack-cases)', () => {
  it.each([
    ['crlf-in-quoted-cell.csv', 1912, 0],
    ['two-quotes.csv', 1911, 1],
    ['header-t_cnt.csv', 60, 0],
    ['empty-key.jsonl', 60, 0],
    ['id-as-number.xlsx', 59, 1],
  ])('%s', async (name, accepted, quarantined) => {
    const { source, lake } = setUp();
    cpSync(join(data, 'attack-cases', name), join(source, name.replace(/.*(?=\.)/, 'fee_list_d')));
    const result = await ingest({ paths: [source], lake });
    expect(result.tables.fee_list_d).toMatchObject({ rows_in: accepted + quarantined, accepted, quarantined });
  });
});
