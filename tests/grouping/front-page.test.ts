import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as xlsx from '@e965/xlsx';
import { type GroupingCase, openScheme, witnesses } from '@hengjian/grouping';
import { dictionary, formatDay, parseDay } from '@hengjian/standard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, type Outcome } from '../command.ts';

// The front page of records (病案首页) as a hospital exports it: a lake that takes it in through a mapping, `group --in` with
// the same mapping, and `group --in` by the header give the same groups.

const root = fileURLToPath(new URL('../..', import.meta.url));
const schemes = join(root, 'library/schemes');
const shared = join(root, '../shared/data/his-export');
const present = existsSync(shared);
if (!present) process.stderr.write('shared/data/his-export is absent: no front page of it is grouped\n');
const folder = mkdtempSync(join(tmpdir(), 'hengjian-first-page-'));
const env = { HENGJIAN_KEY_FILE: join(folder, 'key') };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]): Promise<Outcome> => command(args, { cwd: folder, env });
async function typed(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await run(...args);
  expect(code, `${args.join(' ')}\n${err}\n${out}`).toBe(0);
  return out;
}

/** The commands of the section of the page, as they stand there. */
const page = readFileSync(join(root, 'docs/grouping.md'), 'utf8');
const commands = (/## The front page of records[\s\S]*?```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? '').trim().split('\n');

const scheme = openScheme('demonstration', schemes);
const [others, operations, born] = [6, 5, parseDay('2025-05-20') ?? 0];
const names = (count: number, name: (number: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, index) => name(index + 1));
const columns: string[] = [
  ...[
    '住院号',
    '姓名',
    '性别',
    '年龄',
    '不足一周岁年龄（天）',
    '新生儿出生体重（克）',
    '新生儿入院体重',
    '入院时间',
    '出院时间',
    '实际住院天数',
  ],
  ...['离院方式', '重症监护时间', '呼吸机使用时间', '主要诊断名称', '出院主要诊断编码', '入院病情'],
  ...names(others, (number) => `其他诊断编码${number}`),
  ...names(others, (number) => `入院病情${number}`),
  ...names(operations, (number) => `手术及操作编码${number}`),
  ...names(operations, (number) => `手术及操作日期${number}`),
  '总费用',
];

const text = (value: number | null): string => (value === null ? '' : String(value));
const wayOf = (code: string): string => dictionary.codeTables.get('dscg_way')?.get(code)?.name_zh ?? '';

/** A row of the front page of a case. */
function rowOf(one: GroupingCase, index: number): readonly string[] {
  const days = one.los ?? 4;
  const day = born + (index % 300);
  const own: Readonly<Record<string, string>> = {
    住院号: `ZY${String(index).padStart(5, '0')}`,
    姓名: '某某',
    性别: one.gender === 1 ? '男' : one.gender === 2 ? '女' : '',
    年龄: text(one.age),
    '不足一周岁年龄（天）': text(one.age_days),
    '新生儿出生体重（克）': text(one.birth_weight),
    新生儿入院体重: text(one.admission_weight),
    入院时间: `${formatDay(day)} 09:30`,
    出院时间: `${formatDay(day + days)} 10:00`,
    实际住院天数: String(days),
    离院方式: wayOf(one.discharge_mode),
    重症监护时间: text(one.icu_hours),
    呼吸机使用时间: text(one.ventilator_hours),
    主要诊断名称: '某病',
    出院主要诊断编码: one.diagnoses[0] ?? '',
    入院病情: '有',
    总费用: '12,345.60',
  };
  const lists: Readonly<Record<string, (number: number) => string>> = {
    其他诊断编码: (number) => one.diagnoses[number] ?? '',
    入院病情: (number) => (one.diagnoses[number] === undefined ? '' : number === 1 ? '临床未确定' : '无'),
    手术及操作编码: (number) => one.procedures[number - 1] ?? '',
    手术及操作日期: (number) => (one.procedures[number - 1] === undefined ? '' : formatDay(day)),
  };
  return columns.map((column) => {
    const [, list = '', number = ''] = /^(.*?)(\d+)$/.exec(column) ?? [];
    return own[column] ?? lists[list]?.(Number(number)) ?? '';
  });
}

const results = (name: string): readonly string[] =>
  readFileSync(join(folder, name), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').slice(0, 8).join(','));

const cases = [...witnesses(scheme).found.values()].filter(
  (one) => one.diagnoses.length <= others + 1 && one.procedures.length <= operations,
);
/** Cases that a person has to correct: no principal diagnosis beside others, and no diagnosis at all. */
const faulty: readonly GroupingCase[] = cases.slice(0, 1).flatMap((one) => [
  { ...one, diagnoses: ['', 'I10.x00', 'E11.900'] },
  { ...one, diagnoses: [] },
]);
const rows: string[][] = [...cases, ...faulty].map((one, index) => [...rowOf(one, index)]);

beforeAll(async () => {
  const sheet = xlsx.utils.aoa_to_sheet([['某医院病案首页数据'], columns, ...rows]);
  const bytes: unknown = xlsx.write({ SheetNames: ['首页'], Sheets: { 首页: sheet } }, { type: 'buffer', bookType: 'xlsx' });
  if (Buffer.isBuffer(bytes)) writeFileSync(join(folder, '首页.xlsx'), bytes);
  writeFileSync(join(folder, 'header.csv'), [columns, ...rows].map((row) => row.map((cell) => `"${cell}"`).join(',')).join('\n'));
});

describe('the front page of records', () => {
  let told = '';

  it('is drafted, checked and grouped by the commands of the page', async () => {
    expect(commands).toHaveLength(4);
    for (const line of commands) {
      const args = line.split(' ').slice(1);
      told = await typed(...args, ...(args[0] === 'group' ? ['--schemes', schemes] : []));
    }
    const mapping = readFileSync(join(folder, 'mapping.yaml'), 'utf8');
    expect(mapping).toMatch(/diag_code: \{from: \[出院主要诊断编码, 其他诊断编码1, .*其他诊断编码6\]\}/);
    expect(mapping).toMatch(/oprn_oprt_date: \{from: \[手术及操作日期1, /);
    expect(mapping).toContain('id: main_oprn_flag');
    expect(mapping).not.toContain('query');
  });

  it('gives the groups of the lake that takes it in, and those of its header', async () => {
    await typed('ingest', '首页.xlsx', '--mapping', 'mapping.yaml', '--lake', 'lake');
    const group = ['group', '--scheme', 'demonstration', '--schemes', schemes];
    await typed(...group, '--lake', 'lake', '--out', 'lake.csv');
    await typed(...group, '--in', 'header.csv', '--out', 'header-groups.csv');
    const mapped = results('groups.csv');
    expect(mapped).toHaveLength(rows.length);
    expect(new Set(mapped.map((line) => line.split(',')[4])).size).toBeGreaterThan(50);
    expect([...results('lake.csv')].sort()).toEqual([...mapped].sort());
    expect(mapped).toEqual(results('header-groups.csv'));
    expect(mapped.filter((line) => line.includes(',invalid,')).map((line) => line.split(',')[7])).toEqual(['diagnoses', 'diagnoses']);
  });

  it('leaves nothing behind, tells every row, and gives the same bytes again', async () => {
    const first = readFileSync(join(folder, 'groups.csv'), 'utf8');
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    rmSync(join(folder, 'key'));
    const { out } = await command(
      [
        ...['group', '--scheme', 'demonstration', '--schemes', schemes, '--in', '首页.xlsx', '--mapping', 'mapping.yaml'],
        ...['--out', 'again.csv', '--lang', 'en'],
      ],
      { cwd: folder, env: { ...env, TMPDIR: temporary } },
    );
    expect(readdirSync(temporary)).toEqual([]);
    expect(existsSync(join(folder, 'key'))).toBe(false);
    expect(readFileSync(join(folder, 'again.csv'), 'utf8')).toBe(first);
    expect(out).toMatch(new RegExp(`mdtrt_d: ${rows.length + 1} rows = ${rows.length} accepted \\+ 0 quarantined \\+ 1 skipped`));
    expect(out).toContain(`首页.xlsx:${rows.length + 1}`);
  });

  it('tells of principal diagnoses whose code is blank', () => {
    expect(told).toMatch(/setl_list_diag_d：读入 \d+ 行 = 接收 \d+ \+ 隔离 2 \+ 跳过/);
  });

  it('that has no dates is for grouping only, by its own ages and days', async () => {
    const dated = ['入院时间', '出院时间', ...names(operations, (number) => `手术及操作日期${number}`)];
    const kept = columns.map((column) => !dated.includes(column));
    const text = [columns, ...rows]
      .map((row) =>
        row
          .filter((_, index) => kept[index])
          .map((cell) => `"${cell}"`)
          .join(','),
      )
      .join('\n');
    writeFileSync(join(folder, 'bare.csv'), text);
    expect(await typed('mapping', 'draft', 'bare.csv', '--out', 'bare.yaml')).toContain('只能用于分组');
    await typed('mapping', 'answer', 'bare.yaml', 'code=H41010200009', 'begntime=2025-06-30');
    await typed('mapping', 'check', 'bare.yaml', 'bare.csv');
    const group = ['group', '--scheme', 'demonstration', '--schemes', schemes];
    await typed(...group, '--in', 'bare.csv', '--mapping', 'bare.yaml', '--out', 'bare-groups.csv');
    expect(results('bare-groups.csv')).toEqual(results('header-groups.csv'));
    const { code, err } = await run('ingest', 'bare.csv', '--mapping', 'bare.yaml', '--lake', 'never');
    expect([code, err, existsSync(join(folder, 'never'))]).toEqual([2, expect.stringContaining('该映射只用于分组'), false]);
  });

  it('is refused where the mapping reads no visits', async () => {
    writeFileSync(
      join(folder, 'list.yaml'),
      'tables:\n  setl_list_diag_d: {files: bare.csv, columns: {mdtrt_id: 住院号, diag_code: 出院主要诊断编码}}\n',
    );
    const { code, err } = await run(
      'group',
      '--scheme',
      'demonstration',
      '--schemes',
      schemes,
      '--in',
      'bare.csv',
      '--mapping',
      'list.yaml',
    );
    expect([code, err]).toEqual([2, expect.stringContaining('list.yaml：映射没有从该文件读取就诊')]);
  });

  it.skipIf(!present)('gives the groups of fifty stays of an export (needs ../shared/data/his-export)', async () => {
    writeFileSync(join(folder, 'fifty.csv'), readFileSync(join(shared, 'cases50-zh.csv')));
    await typed('mapping', 'draft', 'fifty.csv', '--out', 'fifty.yaml');
    await typed('mapping', 'answer', 'fifty.yaml', 'code=H41010200009');
    await typed('mapping', 'check', 'fifty.yaml', 'fifty.csv');
    const group = ['group', '--scheme', 'demonstration', '--schemes', schemes];
    await typed(...group, '--in', 'fifty.csv', '--mapping', 'fifty.yaml', '--out', 'fifty-mapped.csv');
    await typed(...group, '--in', 'fifty.csv', '--out', 'fifty-header.csv');
    expect(results('fifty-mapped.csv')).toHaveLength(50);
    expect(results('fifty-mapped.csv')).toEqual(results('fifty-header.csv'));
  });
});
