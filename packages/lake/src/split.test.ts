import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTables, optional, text } from '@hengjian/table';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMapping, ingest, lakeViews, openLake } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'hengjian-places-'));
beforeAll(() => {
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let cases = 0;
/** A lake of one file read by a mapping whose tables are given. */
async function lakeOf(rows: readonly string[], tables: string, files: Readonly<Record<string, string>> = {}) {
  cases += 1;
  const folder = join(root, String(cases));
  mkdirSync(join(folder, 'in'), { recursive: true });
  writeFileSync(join(folder, 'in', '首页.csv'), rows.join('\n'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const mapping = join(folder, 'm.yaml');
  writeFileSync(mapping, tables);
  const lake = join(folder, 'lake');
  const result = await ingest({ paths: [join(folder, 'in')], lake, mapping });
  const said = async (table: string, columns: string): Promise<readonly string[]> => {
    const engine = await openTables({ folders: [lake] });
    try {
      for (const view of lakeViews(await openLake(lake), [table])) await engine.run(view);
      const found = await engine.rows(`SELECT concat_ws(' ', ${columns}) AS said FROM ${table} ORDER BY mdtrt_id, _row`, {
        said: optional(text),
      });
      return found.map((row) => row.said ?? '');
    } finally {
      engine.close();
    }
  };
  const quarantine = (): string => {
    const at = join(lake, 'quarantine', '1');
    return readdirSync(at)
      .map((name) => readFileSync(join(at, name), 'utf8'))
      .join('\n');
  };
  return { result, said, quarantine };
}

const head = `version: 1
institution: {code: H41010200009, settlement: none}
person: {patient: 住院号}
tables:
  mdtrt_d: {files: 首页.csv, columns: {mdtrt_id: 住院号, begntime: 入院, endtime: 出院}}
`;
const diagnoses = `  setl_list_diag_d:
    files: 首页.csv
    columns:
      mdtrt_id: 住院号
      diag_code: {from: [主要诊断编码, 其他1编码, 其他2编码]}
      diag_name: {from: [主要诊断, 其他1名称, '']}
      adm_cond_type: {from: [病情, 病情1, 病情2], codes: {有: '1', 无: '4'}}
      maindiag_flag: {from: _part, codes: {'1': '1', '*': '0'}}
`;
const header = '住院号,入院,出院,主要诊断编码,主要诊断,病情,其他1编码,其他1名称,病情1,其他2编码,病情2';

describe('columns of one kind', () => {
  it('are rows, each with its own cells, its place and the row of the file', async () => {
    const { result, said } = await lakeOf(
      [
        header,
        'A,2025-01-02,2025-01-05,J18.900,肺炎,有,I10.x05,高血压,有,E11.900,无',
        'B,2025-01-02,2025-01-05,K35.800,阑尾炎,有,-,,无,,无',
        'C,2025-01-02,2025-01-05,,,,,,,,',
      ],
      head + diagnoses,
    );
    expect(await said('setl_list_diag_d', 'mdtrt_id, diag_code, diag_name, adm_cond_type, maindiag_flag, _row % 100000000')).toEqual([
      'A J18.900 肺炎 1 1 2',
      'A I10.x05 高血压 1 0 2',
      'A E11.900 4 0 2',
      'B K35.800 阑尾炎 1 1 3',
    ]);
    // A condition on admission alone is no diagnosis; a stay without any is a row that makes none.
    expect(result.tables.setl_list_diag_d).toMatchObject({ accepted: 4, quarantined: 0, skipped: 1 });
    expect(result.unread_columns).toEqual([]);
  });

  it('that lack their code are in quarantine, by the row of the file and with their own cells only', async () => {
    const { result, quarantine } = await lakeOf(
      [header, 'A,2025-01-02,2025-01-05,J18.900,肺炎,有,,高血压,有,E11.900,无'],
      head + diagnoses,
    );
    expect(result.tables.setl_list_diag_d).toMatchObject({ accepted: 2, quarantined: 1 });
    const [names = '', row = ''] = quarantine().trim().split('\n');
    const cells = Object.fromEntries(names.split(',').map((name, index) => [name, row.split(',')[index]]));
    expect(cells).toMatchObject({
      _row: '2',
      _field: 'diag_code',
      _reason: 'missing',
      其他1名称: '高血压',
      主要诊断编码: '',
      其他2编码: '',
    });
  });

  it('may hold several codes in one cell; the principal one is that of the first place alone', async () => {
    const mapping = `${head}  setl_list_diag_d:
    files: 首页.csv
    columns:
      mdtrt_id: 住院号
      diag_code: {from: [主要诊断编码, 其他诊断编码], split: '[|；]'}
      maindiag_flag: {from: _part, codes: {'1': '1', '*': '0'}}
`;
    const rows = [
      '住院号,入院,出院,主要诊断编码,其他诊断编码',
      'A,2025-01-02,2025-01-05,J18.900,I10.x05|E11.900',
      'B,2025-01-02,2025-01-05,,I10.x05',
    ];
    const { result, said, quarantine } = await lakeOf(rows, mapping);
    // The principal one is asked for where it is blank beside others.
    expect(result.tables.setl_list_diag_d).toMatchObject({ accepted: 4, quarantined: 1 });
    expect(quarantine()).toMatch(/首页\.csv,3,diag_code,"",missing/);
    expect(await said('setl_list_diag_d', 'mdtrt_id, diag_code, maindiag_flag')).toEqual([
      'A J18.900 1',
      'A I10.x05 0',
      'A E11.900 0',
      'B I10.x05 0',
    ]);
  });

  it('that are read through a crosswalk are taken when all of a row are confirmed', async () => {
    const mapping = `${head}  setl_list_diag_d:
    files: 首页.csv
    columns:
      mdtrt_id: 住院号
      diag_code: {from: [主要诊断, 其他诊断1], crosswalk: d}
      diag_name: {from: [主要诊断, 其他诊断1]}
crosswalks: {d: {file: d.csv}}
`;
    const rows = ['住院号,入院,出院,主要诊断,其他诊断1', 'A,2025-01-02,2025-01-05,肺炎,怪病', 'B,2025-01-02,2025-01-05,肺炎,'];
    const { said } = await lakeOf(rows, mapping, {
      'd.csv': 'local,national,valid_from,valid_to,confirmed_by\n肺炎,J18.900,,,某\n怪病,,,,\n',
    });
    expect(await said('setl_list_diag_d', 'mdtrt_id, diag_code, diag_name')).toEqual(['B J18.900 肺炎']);
  });

  it('are refused where the lists do not fit each other', async () => {
    const file = join(root, 'wrong.yaml');
    const list = (...names: readonly string[]): string => `{from: [${names.join(', ')}]}`;
    const many = Array.from({ length: 43 }, (_, index) => `c${index}`);
    const mapping = `${head}  setl_list_diag_d:
    - {files: a.csv, columns: {mdtrt_id: v, diag_code: ${list('a', 'b')}, diag_name: ${list('x', 'y', 'z')}}}
    - {files: b.csv, columns: {mdtrt_id: a, diag_code: ${list('a', 'b')}}}
    - {files: c.csv, columns: {mdtrt_id: v, diag_code: ${list(...many)}}}
    - {files: d.csv, columns: {mdtrt_id: v, diag_code: {from: ['']}}}
`;
    writeFileSync(file, mapping);
    const problems = await checkMapping(file);
    expect(problems.map(({ code, place }) => `${code} ${place?.field}`)).toEqual([
      'value-invalid tables.setl_list_diag_d.0.columns.diag_name.from',
      'value-invalid tables.setl_list_diag_d.1.columns.diag_code.from',
      'value-invalid tables.setl_list_diag_d.2.columns.diag_code.from',
      'value-missing tables.setl_list_diag_d.3.columns.diag_code.from',
    ]);
  });
});
