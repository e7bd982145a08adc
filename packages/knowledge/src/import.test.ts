import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as xlsx from '@e965/xlsx';
import { readKnowledgeManifest, readKnowledgeTables, readRulebook } from '@hengjian/rulebook';
import { RefusedInput } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { diffKnowledge, importKnowledge, type LoadReport, readTables, tablesAsOf, undoBatch } from './index.ts';

const now = '2026-11-22T00:00:00Z';
const fresh = (): string => mkdtempSync(join(tmpdir(), 'hengjian-knowledge-'));

function file(folder: string, name: string, content: string | Buffer): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const load = (root: string, ...paths: string[]): Promise<LoadReport> => importKnowledge(paths, { library: join(root, 'library'), now });
const tables = (root: string): ReturnType<typeof readTables> => readTables(join(root, 'library'));
const points = (root: string, table: string): Readonly<Record<string, string>>[] =>
  [...(tables(root).get(table)?.values() ?? [])].filter((row) => !row.point_id?.startsWith(`${table}-0`));

function closes(report: LoadReport): void {
  for (const one of [...report.files, report])
    expect(one.rows).toBe(one.points + one.same + one.merged + one.part + one.codes + one.text + one.refused);
}

async function refusal(work: () => unknown): Promise<RefusedInput> {
  try {
    await work();
  } catch (error) {
    if (error instanceof RefusedInput) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const record = (name: string, more: object): object => ({
  kp_id: `KP-${name}`,
  rule_class: '药品限医疗机构级别',
  med_codes: ['XA01ABA001A001010100001'],
  item_name: name,
  constraint: '限二级及以上医疗机构。',
  batch_tag: 'test',
  published_at: null,
  supersedes: null,
  source: { attachment_file: 'x', row: 1 },
  ...more,
});

describe('published layouts', () => {
  it('are read by the texts of their headers, in any order of columns and below title rows', async () => {
    const root = fresh();
    const pair =
      '附件,,,,,\n从项编码,从项名称,主项编码,主项名称,频度,序号\n001102000030000,乙,001103000010000,甲,单日,1\n001109000010000,丙,001103000010000,甲,6小时,2\n';
    const report = await load(root, file(root, '重复收费.csv', pair));
    closes(report);
    expect(points(root, 'item-duplicate').map((row) => [row.item_a, row.item_b, row.window])).toEqual([
      ['001103000010000', '001102000030000', 'day'],
      ['001103000010000', '001109000010000', '6h'],
    ]);
  });

  it('join a sheet of drugs with the sheet of their codes, also from a workbook', async () => {
    const root = fresh();
    const book = xlsx.utils.book_new();
    const drugs = [
      ['药品通用名', '药品说明', '限定类型', '限定对象'],
      ['甲片', '用于妇科', '限定性别对象', '女'],
      ['乙片', '', '限定性别对象', '男'],
    ];
    const codes = [
      ['药品通用名', '序号', '国标代码', '限定类型'],
      ['甲片', '1', 'XA01ABA001A001010100001', '限定性别对象'],
      ['甲片', '2', 'XA01ABA001A001010100002', '限定性别对象'],
    ];
    xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(drugs), '药品');
    xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(codes), '代码');
    const report = await load(root, file(root, '性别.xlsx', xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer));
    closes(report);
    expect(points(root, 'drug-sex').map((row) => [row.name, row.items, row.sex])).toEqual([
      ['甲片', 'XA01ABA001A001010100001|XA01ABA001A001010100002', '2'],
    ]);
    expect(report.files[0]?.problems.map(({ code, place }) => [code, place?.row])).toEqual([['codes-missing', 3]]);
  });

  it('turn remarks into the tables of the rules, and what needs an expert into points that wait', async () => {
    const root = fresh();
    const rows = [
      'section,class_,no,name,dosage_form,payment_standard,note,valid,category_code,category',
      '西药部分,乙,1,甲,,,限二级及以上医疗机构癌症患者。,2025年1月1日至2026年12月31日,XA,a',
      '西药部分,乙,2,乙,,,◇,,XA,a',
      '西药部分,乙,4,丁,,,限术后使用的患者。,2025年1月1日至2026年12月31日,XA,a',
      '西药部分,甲,3,丙,,,,,XA,a',
    ];
    const report = await load(root, file(root, 'catalogue.csv', `${rows.join('\n')}\n`));
    closes(report);
    expect(report).toMatchObject({ points: 2, text: 1, part: 1, points_out: 5, unconfirmed: 1 });
    expect(points(root, 'drug-level')[0]).toMatchObject({
      items: 'name:甲*',
      min_rank: '2',
      valid_from: '2025-01-01',
      valid_to: '2026-12-31',
    });
    const [cancer, after] = points(root, 'drug-indication');
    expect(cancer).toMatchObject({ condition: '限二级及以上医疗机构癌症患者。', confirmed: '1' });
    expect(cancer?.diagnoses?.split('|')).toContain('C*');
    expect(after).toMatchObject({ condition: '限术后使用的患者。', diagnoses: '', confirmed: '' });
    expect(readRulebook({ knowledge: join(root, 'library') }).problems).toEqual([]);
  });

  it('say plainly which files were not read', async () => {
    const root = fresh();
    const report = await load(
      root,
      file(root, 'other.csv', 'a,b\n1,2\n'),
      file(root, 'other.json', '{}'),
      file(root, 'ok.json.gz', gzipSync(JSON.stringify([record('甲', {})]))),
    );
    expect(report.files.map(({ file: name, not_read }) => [name, not_read !== undefined])).toEqual([
      ['ok.json.gz', false],
      ['other.csv', true],
      ['other.json', true],
    ]);
  });
});

describe('a library', () => {
  it('does not change by a second import, keeps versions apart, and gives an import back', async () => {
    const root = fresh();
    const first = file(root, 'one.json', JSON.stringify([record('甲', {}), record('乙', { med_codes: ['XA01ABA001A001010100009'] })]));
    const later = file(
      root,
      'two.json',
      JSON.stringify([record('甲', { kp_id: 'KP-new', constraint: '限三级医疗机构。', published_at: '2026-01-28', supersedes: 'KP-甲' })]),
    );
    expect(await load(root, first)).toMatchObject({ changed: true, points: 2 });
    const before = readFileSync(join(root, 'library', 'manifest.json'), 'utf8');
    expect(await load(root, first)).toMatchObject({ changed: false, points: 2 });
    expect(readFileSync(join(root, 'library', 'manifest.json'), 'utf8')).toBe(before);
    const report = await load(root, later);
    expect(report).toMatchObject({ points: 1, superseded: 1 });
    expect(points(root, 'drug-level').map((row) => [row.point_id, row.min_rank, row.valid_from, row.valid_to])).toEqual([
      ['KP-甲', '2', '2025-01-01', '2025-12-31'],
      ['KP-乙', '2', '2025-01-01', ''],
      ['KP-new', '3', '2026-01-01', ''],
    ]);
    expect(diffKnowledge('shipped', join(root, 'library')).map(({ kind }) => kind)).toEqual(['added', 'added', 'added']);
    undoBatch(join(root, 'library'));
    expect(points(root, 'drug-level').map((row) => [row.point_id, row.valid_to])).toEqual([
      ['KP-甲', ''],
      ['KP-乙', ''],
    ]);
    expect(readdirSync(join(root, 'library')).filter((name) => name.startsWith('tables-'))).toHaveLength(1);
    undoBatch(join(root, 'library'));
    expect(diffKnowledge('shipped', join(root, 'library'))).toEqual([]);
    expect((await refusal(() => undoBatch(join(root, 'library')))).problems[0]?.code).toBe('name-unknown');
  });
});

describe('the files of a library', () => {
  it('are read only as they were written', async () => {
    const root = fresh();
    const library = join(root, 'library');
    await load(root, file(root, 'one.json', JSON.stringify([record('甲', {})])));
    const manifest = readKnowledgeManifest(library);
    const [batch] = manifest?.batches ?? [];
    const tables = join(library, manifest?.tables.folder ?? '');
    const stored = (batch?.stored ?? []).map((one) => join(library, 'batches', batch?.id ?? '', one.file));
    const read = (): unknown => [readTables(library), undoBatch(library, batch?.id)];
    for (const path of [join(tables, 'drug-level.csv'), join(library, 'manifest.json')]) {
      const right = readFileSync(path);
      const changed = Buffer.from(right);
      changed[right.length - 20] = (changed[right.length - 20] ?? 0) ^ 1;
      for (const content of [changed, right.subarray(0, right.length - 5)]) {
        writeFileSync(path, content);
        expect((await refusal(read)).problems[0]?.code, path).toBe('knowledge-damaged');
        if (path.endsWith('.csv'))
          expect((await refusal(() => readRulebook({ knowledge: library }))).problems[0]?.code).toBe('knowledge-damaged');
      }
      writeFileSync(path, right);
    }
    for (const path of stored) {
      const right = readFileSync(path);
      writeFileSync(path, `${right}x`);
      expect((await refusal(() => load(root, file(root, 'two.json', JSON.stringify([record('乙', {})]))))).problems[0]?.code, path).toBe(
        'knowledge-damaged',
      );
      writeFileSync(path, right);
    }
    rmSync(join(tables, 'drug-level.csv'));
    expect((await refusal(read)).problems[0]).toMatchObject({ code: 'knowledge-damaged', place: { file: join(tables, 'drug-level.csv') } });
    writeFileSync(join(library, 'manifest.json'), '{"format":1,"tables":"tables-x","batches":[]}');
    expect((await refusal(read)).problems[0]?.code).toBe('knowledge-format');
  });

  it('are those of the old library or of the new one when an import is killed at any write, and the next import works', async () => {
    const root = fresh();
    const library = join(root, 'library');
    const first = file(root, 'one.json', JSON.stringify([record('甲', {})]));
    const second = file(root, 'two.json', JSON.stringify([record('乙', { med_codes: ['XA01ABA001A001010100009'] })]));
    const level = (): string => readKnowledgeTables(library).find(({ path }) => path.endsWith('drug-level.csv'))?.text ?? '';
    await load(root, first);
    const old = level();
    await load(root, second);
    const both = level();
    undoBatch(library);
    expect(level()).toBe(old);
    const killedAt = (write: number): boolean => {
      const child = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', killChild, library, second, String(write)], {
        encoding: 'utf8',
      });
      if (child.signal !== 'SIGKILL') expect(child.status, child.stderr).toBe(0);
      return child.signal === 'SIGKILL';
    };
    // Every write is tried in packages/rulebook; these are the first ones, some of the tables, and those about the manifest.
    const tables = readKnowledgeManifest(library)?.tables.files.length ?? 0;
    const last = 1 + 2 * (batchFiles + tables);
    for (const write of [0, 1, 2, 9, last - 1, last, last + 1, last + 2, last + 3, last + 4]) {
      expect(killedAt(write), `at write ${write}`).toBe(true);
      expect([old, both], `killed at write ${write}`).toContain(level());
      if (level() === both) undoBatch(library);
    }
    expect(killedAt(100_000)).toBe(false);
    expect(level()).toBe(both);
    expect(readKnowledgeManifest(library)?.batches.length).toBe(2);
    expect(
      readdirSync(library)
        .filter((name) => !name.startsWith('.lock'))
        .sort(),
    ).toEqual(['batches', 'manifest.json', readKnowledgeManifest(library)?.tables.folder]);
    expect(readdirSync(join(library, 'batches')).length).toBe(2);
  }, 240_000);
});

const batchFiles = 4;
const killChild = fileURLToPath(new URL('./kill-child.ts', import.meta.url));

describe('a replay', () => {
  it('reads the tables as the library knew them on a day, byte for byte, whatever was imported later', async () => {
    const root = fresh();
    const library = join(root, 'library');
    const first = file(root, 'one.json', JSON.stringify([record('甲', {})]));
    const later = file(
      root,
      'two.json',
      JSON.stringify([record('甲', { kp_id: 'KP-new', constraint: '限三级医疗机构。', published_at: '2026-01-28', supersedes: 'KP-甲' })]),
    );
    const level = (folder: string): string => readKnowledgeTables(folder).find(({ path }) => path.endsWith('drug-level.csv'))?.text ?? '';
    await importKnowledge([first], { library, now: '2026-01-05 09:00' });
    const then = level(tablesAsOf(library, '2026-01-10'));
    await importKnowledge([later], { library, now: '2026-02-01 09:00' });
    expect(level(tablesAsOf(library, '2026-01-31'))).toBe(then);
    expect(level(tablesAsOf(library, '2026-02-01'))).not.toBe(then);
    const shipped = level(fileURLToPath(new URL('../../../library/knowledge', import.meta.url)));
    expect(level(tablesAsOf(library, '2026-01-04'))).toBe(`${shipped.split('\n')[0] ?? ''}\n`);
    expect(
      shipped
        .split('\n')
        .slice(1, -1)
        .every((row) => row.startsWith('demo-')),
    ).toBe(true);
    expect(readRulebook({ knowledge: tablesAsOf(library, '2026-01-10') }).problems).toEqual([]);
  });
});

describe('bad files', () => {
  it('of which nothing can be read are refused, and no library is made', async () => {
    const root = fresh();
    const found = await refusal(() => load(root, file(root, 'minutes.csv', '会议,纪要\n1,2\n'), file(root, 'note.json', '{"a":1}')));
    expect(found.problems[0]).toMatchObject({ code: 'knowledge-none', exit: 2 });
    expect(existsSync(join(root, 'library'))).toBe(false);
    expect((await refusal(() => load(root, file(root, 'half.json', '[{"kp_id"')))).problems[0]?.code).toBe('file-damaged');
  });

  const daily = (rows: string): string => `序号,项目名称,限制数量,数量单位,项目编码\n${rows}`;

  it('with shifted columns are refused whole, with file and row, and nothing is imported', async () => {
    const root = fresh();
    const rows = [1, 2, 3, 4].map((one) => `${one},项目,1,00110200004000${one},日\n`).join('');
    const { problems } = await refusal(() => load(root, file(root, 'shifted.csv', daily(rows))));
    expect(problems[0]).toMatchObject({ code: 'columns-shifted', place: { file: 'shifted.csv', row: 2, field: '项目编码' } });
    expect(existsSync(join(root, 'library'))).toBe(false);
  });

  it('report merged cells, codes of another form and empty codes row by row', async () => {
    const root = fresh();
    const book = xlsx.utils.book_new();
    const sheet = xlsx.utils.aoa_to_sheet([
      ['序号', '项目名称', '限制数量', '数量单位', '项目编码'],
      ['1', '甲', '1', '日', '001102000040000'],
      ['2', '乙', '1', '日', '001102000050000'],
      ['3', '丙', '1', '日', ''],
      ['4', '丁', '1', '日', 'ABC'],
      ['5', '戊', '2', '日', '001102000060000'],
    ]);
    sheet['!merges'] = [{ s: { r: 1, c: 1 }, e: { r: 2, c: 1 } }];
    xlsx.utils.book_append_sheet(book, sheet, 's');
    const report = await load(root, file(root, 'merged.xlsx', xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer));
    closes(report);
    expect(report.files[0]?.problems.map(({ code, place }) => [code, place?.row])).toEqual([
      ['cells-merged', 2],
      ['cells-merged', 3],
      ['value-missing', 4],
      ['value-invalid', 5],
    ]);
    expect(report.points).toBe(1);
  });

  it('with full-width digits are read in half-width, and repeated points count once', async () => {
    const root = fresh();
    const report = await load(
      root,
      file(root, 'wide.csv', daily('1,甲,１,日,００１１０２００００４００００\n2,甲,1,日,001102000040000\n')),
    );
    closes(report);
    expect(report).toMatchObject({ points: 1, same: 1 });
    expect(points(root, 'item-daily-limit')[0]).toMatchObject({ items: '001102000040000', max_cnt: '1' });
  });

  it('with contradictions and impossible validity are refused by row', async () => {
    const root = fresh();
    const report = await load(root, file(root, 'two.csv', daily('1,甲,1,日,001102000040000\n2,甲,3,日,001102000040000\n')));
    expect(report.files[0]?.problems[0]).toMatchObject({ code: 'contradiction', place: { row: 3 } });
    const head = 'section,class_,no,name,dosage_form,payment_standard,note,valid,category_code,category\n';
    const ended = await load(root, file(root, 'ended.csv', `${head}西药部分,乙,1,甲,,,限二线用药。,2026年1月1日至2025年12月31日,XA,a\n`));
    expect(ended.files[0]?.problems[0]).toMatchObject({ code: 'value-invalid', place: { file: 'ended.csv', row: 2 } });
  });

  it('name codes that no imported list has', async () => {
    const root = fresh();
    const codes = file(root, 'codes.csv', 'national_code,name\n001102000040000,甲\n');
    const report = await load(root, codes, file(root, 'limit.csv', daily('1,甲,1,日,001102000040000\n2,乙,1,日,001102000050000\n')));
    closes(report);
    expect(report.codes_in_no_list).toEqual(['001102000050000']);
  });
});

const shared = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

describe.skipIf(!existsSync(shared))('the published knowledge (needs ../shared/data)', () => {
  it('gives 18,000 drug codes and 895 charge pairs, closes its counts, and changes nothing the second time', async () => {
    const root = fresh();
    const paths = [join(shared, 'two-libraries'), join(shared, 'codes', 'nrdl_2024')];
    const report = await load(root, ...paths);
    closes(report);
    expect(report.drug_codes).toBeGreaterThanOrEqual(18_000);
    expect(report.charge_pairs).toBeGreaterThanOrEqual(895);
    expect(report.superseded).toBeGreaterThan(300);
    const manifest = readKnowledgeManifest(join(root, 'library'));
    expect((await load(root, ...paths)).changed).toBe(false);
    expect(readKnowledgeManifest(join(root, 'library'))).toEqual(manifest);
    expect(readRulebook({ knowledge: join(root, 'library') }).problems).toEqual([]);
  });
});
