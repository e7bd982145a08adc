import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import * as xlsx from '@e965/xlsx';
import { parseCsvRecords } from '@hengjian/standard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, makeCity } from '../city.ts';
import { command, type Outcome } from '../command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shared = join(root, '../shared/data/drg');
const answers = join(shared, 'chs11_answers.csv.gz');
const hasShared = existsSync(answers);
if (!hasShared) process.stderr.write('the shared DRG tables are absent: grouping of the published answers skips\n');

const folder = mkdtempSync(join(tmpdir(), 'hengjian-group-'));
const schemes = join(folder, 'schemes');
const bin = join(root, 'apps/cli/bin/hengjian.mjs');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hengjian = (...args: readonly string[]): Promise<Outcome> => command(args);

const group = (scheme: string, ...args: readonly string[]): Promise<Outcome> =>
  hengjian('group', '--schemes', schemes, '--scheme', scheme, ...args);

/** A refusal is exit code 2, a message with a remedy, and never a stack trace. */
function expectRefusal({ code, out, err }: Outcome, ...parts: readonly string[]): void {
  expect(code, err).toBe(2);
  expect(out).toBe('');
  expect(err).toContain('→');
  expect(err).not.toMatch(/internal error|\n\s+at /);
  for (const part of parts) expect(err).toContain(part);
}

function write(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

type Row = Readonly<Record<string, string>>;

const resultsOf = (path: string): readonly Row[] => parseCsvRecords(readFileSync(path, 'utf8'), path) as readonly Row[];

async function parquetRows(path: string): Promise<readonly Row[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM read_parquet('${path}')`);
    return reader
      .getRowObjectsJson()
      .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? '' : String(value)])));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const header = 'id,gender,age,age_days,birth_weight,los,diagnoses,procedures';

describe('what is wrong with a case', () => {
  const file = write(
    'bad.csv',
    [
      header,
      'blank,1,40,,,5,,',
      'text,男,60,,,5,I10.x00,',
      'letter,X,60,,,5,I10.x00,',
      'old,2,130,,,5,I10.x00,',
      'early,2,30,,,-3,I10.x00,',
      'zero,1,0,5,0,9,P07.100,',
      'words,1,forty,,,5,I10.x00,',
      'short,1,40',
      '"odd ""id""",1,40,,,5,I10.x00,',
    ].join('\n'),
  );
  let rows: ReadonlyMap<string, Row>;
  let outcome: Outcome;

  beforeAll(async () => {
    outcome = await group('demonstration', '--in', file, '--out', join(folder, 'bad-groups.csv'));
    rows = new Map(resultsOf(join(folder, 'bad-groups.csv')).map((row) => [row.id ?? '', row]));
  });

  it('does not stop the others', async () => {
    expect(outcome.code, outcome.err).toBe(0);
    expect(rows.size).toBe(9);
    expect(rows.get('text')).toMatchObject({ status: 'grouped', mdc: 'F', problems: '' });
    expect(rows.get('odd "id"')).toMatchObject({ status: 'grouped', mdc: 'F' });
  });

  it.each([
    ['blank', 'diagnoses', 'case-no-diagnosis', 2, '没有诊断'],
    ['letter', 'gender', 'case-gender', 4, '性别 X 不能识别'],
    ['old', 'age', 'case-value', 5, '年龄 130 不可能'],
    ['early', 'los', 'case-dates', 6, '出院日期早于入院日期 3 天'],
    ['zero', 'birth_weight', 'case-value', 7, '新生儿出生体重 0 不可能'],
    ['words', 'age', 'case-number', 8, 'forty 不是数字'],
  ])('%s is invalid by its field %s, never a group', (id, field, code, row, words) => {
    expect(rows.get(id)).toMatchObject({ status: 'invalid', mdc: '', adrg: '', drg: '', weight: '', field, problems: code });
    expect(outcome.out).toContain(`bad.csv:${row} ${field}：${id}：`);
    expect(outcome.out).toContain(words);
  });

  it('names a row that lacks cells', async () => {
    expect(rows.get('short')?.status).toBe('invalid');
    expect(outcome.out).toContain('bad.csv:9');
  });

  it('needs a weight only where the group hangs on it, and never takes a blank for 0', async () => {
    const newborns = write('newborns.csv', `${header}\nblank,1,0,3,,9,P07.200,\nlight,1,0,3,900,9,P07.200,\nadult,1,40,,,9,I10.x00,\n`);
    const out = join(folder, 'newborn-groups.csv');
    expect((await group('demonstration', '--in', newborns, '--out', out)).code).toBe(0);
    const [blank, light, adult] = resultsOf(out);
    expect(blank).toMatchObject({ status: 'invalid', drg: '', field: 'birth_weight', problems: 'case-field-needed' });
    expect(light?.status).toBe('grouped');
    expect(adult?.status).toBe('grouped');
  });

  it('says the same in English when asked', async () => {
    const { out } = await group('demonstration', '--in', file, '--lang', 'en');
    expect(out).toContain(
      'bad.csv:6 los: early: the discharge lies before the admission (days between them: 3) → correct the day of admission or of discharge',
    );
    expect(out.replace('1 or 男, 2 or 女', '')).not.toMatch(/[\u4e00-\u9fff]/);
  });
});

describe('what is wrong with a call', () => {
  const good = write('good.csv', `${header}\na,1,60,,,5,I10.x00,\n`);

  it('refuses unknown schemes, versions and variants by what there is', async () => {
    expectRefusal(await group('chs-drg-9.9', '--in', good), 'chs-drg-9.9', 'demonstration');
    expectRefusal(await group('demonstration+all', '--in', good), 'all', 'qy-main');
    expectRefusal(await group('demonstration@0123', '--in', good), 'demonstration');
  });

  it('refuses a file without the needed columns, and names columns it does not use', async () => {
    expectRefusal(await group('demonstration', '--in', write('columns.csv', 'id,diagnosis\na,I10\n')), 'columns.csv', 'diagnoses');
    expectRefusal(await group('demonstration', '--in', write('twice.csv', 'id,age,age,diagnoses\na,1,1,I10\n')), 'age', 'twice');
    const { code, out } = await group('demonstration', '--in', write('misspelt.csv', 'id,gendr,diagnoses,note\na,1,I10.x00,x\n'));
    expect(code).toBe(0);
    expect(out).toContain('未使用的列：gendr（是否应为 gender？）、note');
  });

  it('refuses damaged, empty and absent files', async () => {
    const packed = gzipSync(Buffer.from(`${header}\n${'a,1,60,,,5,I10.x00,\n'.repeat(5000)}`));
    const out = join(folder, 'never.csv');
    expectRefusal(
      await group('demonstration', '--in', write('cut.csv.gz', packed.subarray(0, packed.length - 40)), '--out', out),
      'cut.csv.gz',
      '不是有效的压缩文件',
    );
    expectRefusal(await group('demonstration', '--in', write('text.csv.gz', 'no gzip'), '--out', out), 'text.csv.gz', '不是有效的压缩文件');
    expectRefusal(await group('demonstration', '--in', write('empty.csv', ''), '--out', out), 'empty.csv');
    expectRefusal(await group('demonstration', '--in', join(folder, 'absent.csv'), '--out', out), 'absent.csv');
    expectRefusal(await group('demonstration', '--in', write('quote.csv', 'id,diagnoses\n"a,I10\n'), '--out', out), 'quote.csv:2');
    expect(readdirSync(folder).filter((name) => name.startsWith('never'))).toEqual([]);
  });

  it('refuses a place it cannot write', async () => {
    expectRefusal(await group('demonstration', '--in', good, '--out', join(good, 'groups.csv')), 'good.csv');
    expectRefusal(await group('demonstration', '--in', good, '--out', join(folder, 'groups.txt')), '.parquet');
    mkdirSync(join(folder, 'taken.csv'));
    expectRefusal(await group('demonstration', '--in', good, '--out', join(folder, 'taken.csv')));
  });

  it('refuses options that contradict each other, and cases that are not there', async () => {
    expectRefusal(await group('demonstration'), '--in', '--lake');
    expectRefusal(await group('demonstration', '--in', good, '--lake', folder), '--in');
    expectRefusal(await group('demonstration', '--in', good, '--what-if'), '--trace');
    expectRefusal(await group('demonstration', '--in', good, '--case', 'nobody'), '1 例中有 1 例');
    expectRefusal(await group('demonstration', '--lake', folder), folder);
    const many = write('many.csv', `${header}\n${Array.from({ length: 21 }, (_, index) => `c${index},1,60,,,5,I10.x00,\n`).join('')}`);
    expectRefusal(await group('demonstration', '--in', many, '--trace'), '21 例', '--case');
  });

  it('gives one JSON document and nothing else, refused or not', async () => {
    const done = await group('demonstration', '--in', good, '--trace', '--what-if', '--json');
    expect(JSON.parse(done.out)).toMatchObject({
      cases: 1,
      statuses: { grouped: 1 },
      traces: [{ traced: { id: 'a', status: 'grouped' }, what_if: [] }],
    });
    const refused = await hengjian('group', '--scheme', 'nothing', '--in', good, '--json');
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.out)).toMatchObject({ refused: [{ code: 'scheme-unknown' }] });
  });

  it.each(['csv', 'parquet'])(
    'publishes nothing as %s when it is interrupted',
    async (kind) => {
      const large = join(folder, 'large.csv');
      if (!existsSync(large)) writeFileSync(large, `${header}\n${'a,1,60,,,5,I10.x00|E11.900|J18.900,\n'.repeat(1_200_000)}`);
      const out = join(folder, 'interrupted', `groups.${kind}`);
      const child = spawn(process.execPath, [bin, 'group', '--scheme', 'demonstration', '--in', large, '--out', out, '--trace'], {
        stdio: 'ignore',
      });
      const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
      for (let tries = 0; !existsSync(join(folder, 'interrupted')) && tries < 500; tries += 1) await sleep(20);
      child.kill('SIGINT');
      expect(await ended).toBe(130);
      expect(readdirSync(join(folder, 'interrupted'))).toEqual([]);
      rmSync(join(folder, 'interrupted'), { recursive: true });
    },
    60_000,
  );
});

describe('stays of a lake', () => {
  let city: City;
  let lake: string;
  let early: string;

  beforeAll(async () => {
    city = await makeCity(300);
    // One stay that ended before it began: its days as billed, its dates exchanged.
    const source = join(folder, 'wrong-dates');
    cpSync(city.city, source, { recursive: true });
    early = exchangeDates(join(source, 'mdtrt_d'));
    lake = join(folder, 'lake');
    expect((await hengjian('ingest', source, '--lake', lake)).code).toBe(0);
  }, 120_000);
  afterAll(() => city?.remove());

  /** Exchanges begin and end of the first stay of more than a day in files of visits; gives its id. */
  function exchangeDates(home: string): string {
    for (const name of readdirSync(home).sort()) {
      const path = join(home, name);
      const [head = '', ...lines] = readFileSync(path, 'utf8').split('\n');
      const [id, type, begin, end] = ['mdtrt_id', 'med_type', 'begntime', 'endtime'].map((column) =>
        head
          .replace(/^\ufeff/, '')
          .split(',')
          .indexOf(column),
      ) as [number, number, number, number];
      const at = lines.findIndex((line) => {
        const cells = line.split(',');
        return cells[type]?.startsWith('21') === true && (cells[begin] ?? '').slice(0, 10) < (cells[end] ?? '').slice(0, 10);
      });
      if (at < 0) continue;
      const cells = (lines[at] ?? '').split(',');
      [cells[begin], cells[end]] = [cells[end] ?? '', cells[begin] ?? ''];
      lines[at] = cells.join(',');
      writeFileSync(path, [head, ...lines].join('\n'));
      return cells[id] ?? '';
    }
    throw new Error('the city has no stay of more than a day');
  }

  it('go to files like the cases of a file, as CSV and as Parquet with the same rows', async () => {
    const [csv, parquet] = [join(folder, 'stays.csv'), join(folder, 'stays.parquet')];
    const first = await group('demonstration', '--lake', lake, '--out', csv);
    expect(first.code, first.err).toBe(0);
    const again = await group('demonstration', '--lake', lake, '--out', parquet);
    expect(again.out).toContain('新分组 0 例');
    const rows = resultsOf(csv);
    expect(rows.length).toBeGreaterThan(20);
    expect(await parquetRows(parquet)).toEqual(rows);
    expect(rows.filter(({ status }) => status === 'grouped').length / rows.length).toBeGreaterThan(0.9);
  });

  it('that end before they begin are invalid with their field', async () => {
    const [row] = resultsOf(join(folder, 'stays.csv')).filter(({ id }) => id === early);
    expect(row).toMatchObject({ status: 'invalid', drg: '', weight: '', field: 'los', problems: 'case-dates' });
    const { out } = await group('demonstration', '--lake', lake, '--case', early, '--trace');
    expect(out).toMatch(/不能分组：los 出院日期早于入院日期 \d+ 天 → 请更正入院或出院日期/);
  });

  it('are explained one by one, by DRG and by DIP', async () => {
    const one = resultsOf(join(folder, 'stays.csv')).find(({ status }) => status === 'grouped');
    const id = one?.id ?? '';
    const drg = await group('demonstration', '--lake', lake, '--case', id, '--trace', '--what-if');
    expect(drg.out).toContain(`病例 ${id}`);
    expect(drg.out).toContain(`结果：入组 ${one?.drg} `);
    expect((await group('demonstration', '--lake', lake, '--case', id, '--trace', '--lang', 'en')).out).toContain(
      `result: grouped ${one?.drg} `,
    );
    const formed = await hengjian(
      'scheme',
      'form',
      '--schemes',
      schemes,
      '--lake',
      lake,
      '--parameters',
      'demonstration',
      '--years',
      '2025=1',
    );
    expect(formed.code, formed.err).toBe(0);
    const dip = await group('dip-demonstration', '--lake', lake, '--case', id, '--trace', '--json');
    const { traces } = JSON.parse(dip.out) as { traces: { traced: { status: string; grp_code: string }; words: string[] }[] };
    expect(traces).toHaveLength(1);
    expect(traces[0]?.words.at(-1)).toMatch(traces[0]?.traced.status === 'grouped' ? /^结果：入组 / : /^结果：未入病种/);
  });

  it('refuses a DIP catalogue for a file of cases, which has no cost', async () => {
    expectRefusal(await group('dip-demonstration', '--in', write('dip.csv', 'id,diagnoses\na,I10\n')), 'DIP');
  });
});

/** A scheme of our own in the 3.0 layout: circulation, its operations, and the rest of it. */
function writeWorkbook(path: string): void {
  const sheets = {
    MDC: [
      ['MDC编码', 'MDC名称', 'MDC规则', '排序'],
      ['MDCF', '循环', 'ZYZD in F_DX', 1],
      ['0000', '未入组', '', 99],
    ],
    ADRG: [
      ['ADRG编码', 'ADRG名称', 'ADRG规则', '所属MDC编码', 'MDC内排序'],
      ['FM1', '冠状动脉介入', 'ZYSS in F_OP', 'MDCF', 1],
      ['FZ1', '循环其他', '', 'MDCF', 2],
    ],
    DRG: [
      ['DRG', 'DRG名称', 'DRG规则', '所属ADRG编码', '所属MDC编码', '排序'],
      ['FM11', '冠状动脉介入伴 MCC', 'QTZD in MCC', 'FM1', 'MDCF', 1],
      ['FM15', '冠状动脉介入', '', 'FM1', 'MDCF', 2],
      ['FZ19', '循环其他', '', 'FZ1', 'MDCF', 3],
      ['0000', '未入组', '', '', '', 9],
    ],
    集合: [
      ['集合编号', 'ICD编码', 'ICD名称', '类型编号'],
      ['F_DX', 'I10.x00', '高血压', '1'],
      ['F_DX', 'I21.900', '急性心肌梗死', '1'],
      ['F_OP', '36.0700', '药物洗脱支架', '2'],
    ],
    CC: [
      ['疾病编码', '排除表', '类型'],
      ['J96.000', '1', 'MCC'],
    ],
    排除表: [
      ['集合编号', 'ICD编码'],
      ['1', 'J18.900'],
    ],
  };
  const book = xlsx.utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(rows), name);
  writeFileSync(path, xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
}

describe('schemes side by side', () => {
  const cases = write(
    'side.csv',
    `${header}\ncalm,1,60,,,5,I10.x00,\nstent,2,66,,,5,I21.900|J96.000,36.0700\nplain,2,66,,,5,I21.900,36.0700\nlung,2,66,,,5,J18.900,\n`,
  );

  it('the demonstration and a workbook group the same file, each by its own rules', async () => {
    const workbook = join(folder, 'book.xlsx');
    writeWorkbook(workbook);
    const imported = await hengjian('scheme', 'import', workbook, '--id', 'book', '--from', '2027-01-01', '--schemes', schemes);
    expect(imported.code, imported.err).toBe(0);
    const byBook = join(folder, 'by-book.csv');
    expect((await group('book', '--in', cases, '--out', byBook)).code).toBe(0);
    expect(resultsOf(byBook).map(({ id, status, drg }) => [id, status, drg])).toEqual([
      ['calm', 'grouped', 'FZ19'],
      ['stent', 'grouped', 'FM11'],
      ['plain', 'grouped', 'FM15'],
      ['lung', 'none', '0000'],
    ]);
    const byDemonstration = join(folder, 'by-demonstration.csv');
    expect((await group('demonstration', '--in', cases, '--out', byDemonstration)).code).toBe(0);
    expect(resultsOf(byDemonstration).map(({ mdc }) => mdc)).toEqual(['F', 'F', 'F', 'E']);
    const [first, second] = [byBook, byDemonstration].map((path) => resultsOf(path)[0]);
    expect(first?.scheme).toBe('book');
    expect(first?.hash).not.toBe(second?.hash);
    expect((await hengjian('scheme', 'list', '--schemes', schemes)).out).toMatch(/^book /m);
  });

  it.skipIf(!hasShared)(
    '1.1 groups the published answers as the published programs do',
    async () => {
      const imported = await hengjian('scheme', 'import', join(shared, 'chs-drg-1.1'), '--schemes', schemes);
      expect(imported.code, imported.err).toBe(0);
      const out = join(folder, 'published.csv');
      const outcome = await group('chs-drg-1.1', '--in', answers, '--out', out);
      expect(outcome.code, outcome.err).toBe(0);
      const expected = parseCsvRecords(gunzipSync(readFileSync(answers)).toString('utf8'), 'answers') as readonly Row[];
      const rows = resultsOf(out);
      expect(rows).toHaveLength(10_000);
      const differing = rows.filter(({ id, drg }, index) => id !== expected[index]?.id || drg !== expected[index]?.java_group);
      expect(differing).toEqual([]);
      const parquet = join(folder, 'published.parquet');
      expect((await group('chs-drg-1.1', '--in', answers, '--out', parquet)).code).toBe(0);
      expect(await parquetRows(parquet)).toEqual(rows);
      expect((await group('chs-drg-1.1', '--in', cases, '--trace', '--case', 'stent')).out).toMatch(/结果：入组 FM\d\d /);
    },
    120_000,
  );

  it.skipIf(!hasShared)('codes of another edition are named with their counterpart, never translated in silence', async () => {
    const [from, to] = anotherEdition();
    const file = write('edition.csv', `${header}\nold,1,60,,,5,${from},\n`);
    const out = join(folder, 'edition-groups.csv');
    const outcome = await group('chs-drg-1.1', '--in', file, '--out', out, '--trace');
    expect(outcome.code, outcome.err).toBe(0);
    expect(resultsOf(out)[0]?.problems).toBe('code-other-edition|case-no-mdc');
    expect(readFileSync(`${out}.trace.txt`, 'utf8')).toContain(`${from} 是其他版本的编码，在本版`);
    expect(readFileSync(`${out}.trace.txt`, 'utf8')).toContain(to);
  });

  /** A diagnosis of the clinical edition that is another code in the edition of 1.1. */
  function anotherEdition(): readonly [string, string] {
    const own = new Set(
      parseCsvRecords(readFileSync(join(shared, 'chs-drg-1.1/dx_catalog.csv'), 'utf8'), 'dx_catalog.csv').map(({ code }) => code),
    );
    const map = parseCsvRecords(readFileSync(join(shared, 'chs-drg-1.1/dx_code_map.csv'), 'utf8'), 'dx_code_map.csv') as readonly Row[];
    const found = map.find(({ from, to }) => from !== to && !own.has(from ?? '') && own.has(to ?? ''));
    return [found?.from ?? '', found?.to ?? ''];
  }
});

describe('importing a scheme', () => {
  const template = join(root, 'library/schemes/demonstration');
  const load = (...args: readonly string[]): Promise<Outcome> => hengjian('scheme', 'import', template, '--schemes', schemes, ...args);

  it('refuses ids that lead elsewhere, days and areas that are none', async () => {
    expectRefusal(await load('--id', '../outside'), '../outside');
    expectRefusal(await load('--id', 'two words'), 'two words');
    expectRefusal(await load('--id', 'with+sign'), 'with+sign');
    expect(existsSync(join(schemes, '..', 'outside'))).toBe(false);
    expectRefusal(await load('--id', 'ours', '--from', '2025-13-01'), '2025-13-01');
    expectRefusal(await load('--id', 'ours', '--to', '2025-12-31'), '--from');
    expectRefusal(await load('--id', 'ours', '--area', '12'), '--area “12”');
    expectRefusal(await hengjian('scheme', 'import', write('text.xlsx', 'no workbook'), '--schemes', schemes), 'text.xlsx');
    expect(existsSync(join(schemes, 'ours'))).toBe(false);
  });

  it('says where a rule of a template is wrong', async () => {
    const copy = join(folder, 'template');
    cpSync(template, copy, { recursive: true });
    const file = join(copy, 'mdc.csv');
    writeFileSync(file, readFileSync(file, 'utf8').replace('ZYZD in {Z_HEAD', 'ZYZD iin {Z_HEAD'));
    expectRefusal(await hengjian('scheme', 'import', copy, '--schemes', schemes), 'mdc.csv:5', 'iin', '是否应为 `in`');
  });

  it('lists, shows and checks what is there, and says when nothing was imported', async () => {
    const nothing = await hengjian('scheme', 'list', '--schemes', join(folder, 'nowhere'));
    expect(nothing.code).toBe(0);
    expect(nothing.out).toContain('随程序提供');
    expect(nothing.out).toContain('还没有导入的方案');
    const shown = await hengjian('scheme', 'show', 'demonstration', 'fz1', '--schemes', schemes);
    expect(shown.out).toMatch(/^ADRG FZ1 /);
    expectRefusal(await hengjian('scheme', 'show', 'demonstration', 'XX9', '--schemes', schemes), 'XX9');
    expectRefusal(await hengjian('scheme', 'check', 'nothing', '--schemes', schemes), 'nothing', 'demonstration');
  });
});

it('every command of grouping and settlement has help with an example that names options it has', async () => {
  const settle = ['draft', 'run', 'explain', 'reprice', 'pdf', 'evaluate', 'public', 'lists'].map((name) => `settle ${name}`);
  const scheme = ['import', 'form', 'list', 'show', 'check', 'diff'].map((name) => `scheme ${name}`);
  for (const command of ['group', ...scheme, ...settle]) {
    const { code, out } = await hengjian(...command.split(' '), '--help');
    expect(code, command).toBe(0);
    const [, example = ''] = /示例\n {2}(hengjian .*)/.exec(out) ?? [];
    expect(example, command).toContain(`hengjian ${command}`);
    for (const [option] of example.matchAll(/--[a-z-]+/g)) expect(out, command).toMatch(new RegExp(`^ +${option}\\b`, 'm'));
  }
});
