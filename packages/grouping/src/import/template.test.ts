import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workbookWriter } from '@hengjian/documents';
import { type Problem, RefusedInput } from '@hengjian/standard';
import { afterAll, describe, expect, it } from 'vitest';
import { applyVariants } from '../scheme/variants.ts';
import { importScheme } from './index.ts';
import { expandRange } from './range.ts';

const folder = mkdtempSync(join(tmpdir(), 'hengjian-template-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;

/** A scheme of an invented city with the splits that cities add. */
const files: Files = {
  'scheme.yaml': `id: some-city-1
name: {zh: 某市方案, en: Scheme of some city}
area: '990100'
effective: {from: 2026-01-01, to: 2026-12-31}
code_edition: {diagnosis: insurance 2.0, procedure: insurance 2.0}
switches: {premature_weight: admission}
gray: 灰码
variants:
  - name: age-off
    why: 试验
    drgs: {ES11: QTZD in MCC}
amendments:
  - {id: C1, what: 补 J22, why: 漏列, source: 市局, change: {add_members: {set: ES1_DX, codes: [J22.x00]}}}
`,
  'mdc.csv': 'mdc,name,rule\nE,呼吸,ZYZD in MDCE_DX\n',
  'adrg.csv': 'ADRG编码,名称,MDC编码,规则,类别\nES1,肺炎,E,ZYZD in ES1_DX,内科\nEK1,通气,E,HXJSJ >= 96 or ICUSJ > 120,procedure\n',
  'drg.csv': `drg,name,adrg,rule,split,weight
ES11,儿童,ES1,NL <= 17,age,0.8000
ES12,短住院死亡,ES1,"ZYTS < 5 and LYFS in {""5""}",,0.5
ES13,重症科,ES1,"KS in {""A28""}",,
ES15,其他,ES1,,,0.71
EK19,通气,EK1,1,,4.1
`,
  'sets.csv': 'set,code\nMDCE_DX,J00-J99\nES1_DX,J12-J13|J18.900|J18*\n灰码,J98*\n',
  'severity.csv': '编码,级别,排除表\nI50*|I51.900,CC,14\n',
  'exclusions.csv': 'table,code\n14,I50-I51\n',
  'diagnoses.csv': 'code,name\nJ18.900,肺炎\nJ22.x00,急性下呼吸道感染\n',
};

let count = 0;
function folderOf(changed: Readonly<Record<string, string | undefined>> = {}): string {
  count += 1;
  const path = join(folder, String(count));
  mkdirSync(path);
  for (const [name, text] of Object.entries({ ...files, ...changed })) if (text !== undefined) writeFileSync(join(path, name), text);
  return path;
}

function problemsOf(changed: Readonly<Record<string, string | undefined>>): readonly Problem[] {
  try {
    importScheme(folderOf(changed));
  } catch (error) {
    if (error instanceof RefusedInput) return error.problems;
    throw error;
  }
  return [];
}

describe('a template', () => {
  const { scheme, report } = importScheme(folderOf());

  it('is read with both languages of headers', () => {
    expect(scheme).toMatchObject({
      id: 'some-city-1',
      area: '990100',
      effective: { from: '2026-01-01', to: '2026-12-31' },
      demonstration: false,
      switches: { entered_without_group: 'next_mdc', premature_weight: 'admission' },
      gray: '灰码',
      diagnoses: { 'J18.900': '肺炎' },
      severity: [
        { code: 'I50*', level: 'CC', table: '14' },
        { code: 'I51.900', level: 'CC', table: '14' },
      ],
      exclusions: { '14': ['I50*', 'I51*'] },
    });
    expect(scheme.adrgs.map(({ adrg, kind }) => [adrg, kind])).toEqual([
      ['ES1', 'medical'],
      ['EK1', 'procedure'],
    ]);
    expect(scheme.drgs.map(({ drg, split, weight }) => [drg, split, weight])).toEqual([
      ['ES11', 'age', 8000],
      ['ES12', 'los+discharge_mode', 5000],
      ['ES13', 'department', undefined],
      ['ES15', 'none', 7100],
      ['EK19', 'none', 41000],
    ]);
    expect(scheme.source.map(({ file }) => file)).toEqual([
      'scheme.yaml',
      'mdc.csv',
      'adrg.csv',
      'drg.csv',
      'sets.csv',
      'severity.csv',
      'exclusions.csv',
      'diagnoses.csv',
    ]);
  });

  it('expands categories, lists and ranges, and applies its amendments', () => {
    expect(scheme.sets.ES1_DX).toEqual(['J12*', 'J13*', 'J18*', 'J18.900', 'J22.x00']);
    expect(scheme.sets.MDCE_DX).toHaveLength(100);
    expect(scheme.amendments.map(({ id }) => id)).toEqual(['C1']);
    expect(report.layout).toBe('template');
    for (const { rows, kept } of report.sheets) expect(kept).toBe(rows);
  });

  it('has its variants', () => {
    expect(applyVariants(scheme, ['age-off']).drgs[0]?.condition).toEqual({ op: 'severity', levels: ['MCC'] });
  });

  it('gives way to what is said at the import', () => {
    const said = importScheme(folderOf(), { id: 'other-city', effective: { from: '2027-01-01' } }).scheme;
    expect([said.id, said.effective, said.area]).toEqual(['other-city', { from: '2027-01-01' }, '990100']);
  });

  it('says the same as one workbook', () => {
    const path = join(folder, 'city.xlsx');
    const book = workbookWriter(path);
    const tables: Readonly<Record<string, readonly (readonly string[])[]>> = {
      scheme: [
        ['项目', '内容'],
        ['id', 'some-city-1'],
        ['name.zh', '某市方案'],
        ['name.en', 'Scheme of some city'],
        ['area', '990100'],
        ['effective.from', '2026-01-01'],
        ['effective.to', '2026-12-31'],
        ['code_edition.diagnosis', 'insurance 2.0'],
        ['code_edition.procedure', 'insurance 2.0'],
        ['switches.premature_weight', 'admission'],
        ['gray', '灰码'],
      ],
      mdc: [
        ['MDC编码', '名称', '规则'],
        ['E', '呼吸', 'ZYZD in MDCE_DX'],
      ],
      adrg: [
        ['ADRG编码', '名称', 'MDC编码', '规则', '类别'],
        ['ES1', '肺炎', 'E', 'ZYZD in ES1_DX', '内科'],
        ['EK1', '通气', 'E', 'HXJSJ >= 96 or ICUSJ > 120', '非手术室操作'],
      ],
      drg: [
        ['DRG编码', '名称', 'ADRG编码', '规则', '细分', '权重'],
        ['ES11', '儿童', 'ES1', 'NL <= 17', 'age', '0.8000'],
        ['ES12', '短住院死亡', 'ES1', 'ZYTS < 5 and LYFS in {"5"}', '', '0.5'],
        ['ES13', '重症科', 'ES1', 'KS in {"A28"}', '', ''],
        ['ES15', '其他', 'ES1', '', '', '0.71'],
        ['EK19', '通气', 'EK1', '1', '', '4.1'],
      ],
      sets: [
        ['集合', '编码'],
        ['MDCE_DX', 'J00-J99'],
        ['ES1_DX', 'J12-J13|J18.900|J18*|J22.x00'],
        ['灰码', 'J98*'],
      ],
      severity: [
        ['编码', '级别', '排除表'],
        ['I50*|I51.900', 'CC', '14'],
      ],
      exclusions: [
        ['排除表', '编码'],
        ['14', 'I50-I51'],
      ],
      diagnoses: [
        ['编码', '名称'],
        ['J18.900', '肺炎'],
        ['J22.x00', '急性下呼吸道感染'],
      ],
    };
    for (const [name, [header = [], ...rows]] of Object.entries(tables)) {
      const sheet = book.sheet(name, header);
      for (const row of rows) sheet.row(row);
      sheet.end();
    }
    book.close();
    const same = importScheme(path).scheme;
    expect({ ...same, source: [], variants: [], amendments: [] }).toEqual({ ...scheme, source: [], variants: [], amendments: [] });
  });
});

describe('a template that is wrong', () => {
  const table: readonly (readonly [string, Readonly<Record<string, string | undefined>>, string, object, string])[] = [
    ['no sets', { 'sets.csv': undefined }, 'table-missing', {}, 'the table sets is missing'],
    [
      'no rule column',
      { 'mdc.csv': 'mdc,name\nE,呼吸\n' },
      'column-missing',
      { file: 'mdc.csv', field: 'rule' },
      'the column rule or 规则',
    ],
    [
      'a rule with a typo',
      { 'mdc.csv': 'mdc,name,rule\nE,呼吸,ZYZD im MDCE_DX\n' },
      'rule-syntax',
      { file: 'mdc.csv', row: 2, field: 'E' },
      'found `im`',
    ],
    [
      'a range that runs back',
      { 'sets.csv': `${files['sets.csv']}X,J18-J12\n` },
      'code-range',
      { file: 'sets.csv', row: 5, field: 'X' },
      'J18-J12',
    ],
    [
      'a range across letters',
      { 'sets.csv': `${files['sets.csv']}X,I99-J12\n` },
      'code-range',
      { file: 'sets.csv', row: 5, field: 'X' },
      'I99-J12',
    ],
    [
      'a weight with five decimals',
      { 'drg.csv': (files['drg.csv'] ?? '').replace('0.8000', '0.80001') },
      'drg-weight',
      { file: 'drg.csv', row: 2, field: 'ES11' },
      '0.80001',
    ],
    [
      'a kind that is none',
      { 'adrg.csv': (files['adrg.csv'] ?? '').replace('内科', '手术') },
      'value-invalid',
      { file: 'adrg.csv', row: 2, field: 'kind' },
      '手术',
    ],
    [
      'a day that is none',
      { 'scheme.yaml': (files['scheme.yaml'] ?? '').replace('2026-12-31', '2026-13-31') },
      'scheme-about',
      { file: 'scheme.yaml', field: 'effective.to' },
      'no day',
    ],
    [
      'a misspelt key',
      { 'scheme.yaml': `${files['scheme.yaml']}grey: 灰码\n` },
      'scheme-about',
      { file: 'scheme.yaml', field: 'grey' },
      'there is no field grey',
    ],
    [
      'a switch that is none',
      { 'scheme.yaml': (files['scheme.yaml'] ?? '').replace('admission', 'discharge') },
      'scheme-about',
      { file: 'scheme.yaml', field: 'switches.premature_weight' },
      'discharge',
    ],
    [
      'a variant of a wrong rule',
      { 'scheme.yaml': (files['scheme.yaml'] ?? '').replace('QTZD in MCC', 'QTZD in NOWHERE') },
      'rule-set-unknown',
      { file: 'scheme.yaml', field: 'ES11' },
      'NOWHERE',
    ],
    ['an open bracket of YAML', { 'scheme.yaml': 'name: {zh: a\n' }, 'file-damaged', { file: 'scheme.yaml' }, 'no valid YAML'],
    ['a role without set', { 'sets.csv': (files['sets.csv'] ?? '').replace('灰码', '黑码') }, 'set-missing', { field: 'gray' }, '灰码'],
  ];
  it.each(table)('%s', (_, changed, code, place, message) => {
    const problem = problemsOf(changed).find((one) => one.code === code);
    expect(problem?.message.en).toContain(message);
    expect(problem?.place).toMatchObject(place);
    expect(problem?.remedy).not.toBe('');
  });

  it('notices a group whose code does not begin with that of its ADRG', () => {
    const other = folderOf({ 'drg.csv': (files['drg.csv'] ?? '').replace('ES15', 'FS15') });
    expect(importScheme(other).report.notices.map(({ code, field }) => [code, field])).toContainEqual(['drg-letters', 'FS15']);
  });

  it('names the problems of all tables at once', () => {
    const codes = problemsOf({
      'mdc.csv': 'mdc,name,rule\nE,呼吸,ZYZD im MDCE_DX\n',
      'drg.csv': (files['drg.csv'] ?? '').replace('0.8000', 'x'),
      'severity.csv': '编码,级别,排除表\nI50*,重,14\n',
    }).map(({ code }) => code);
    expect(codes).toEqual(['rule-syntax', 'drg-weight', 'severity-level']);
  });
});

describe('a range of categories', () => {
  it.each([
    ['J12-J14', ['J12*', 'J13*', 'J14*']],
    ['J12*-J13*', ['J12*', 'J13*']],
    ['08-10', ['08*', '09*', '10*']],
    ['47.0-47.1', ['47.0*', '47.1*']],
    ['I21.0-I21.1', ['I21.0*', 'I21.1*']],
    ['J18*', ['J18*']],
    ['J18.900', ['J18.900']],
  ])('%s', (text, codes) => {
    expect(expandRange(text, {})).toEqual(codes);
  });
  it.each(['J12-14', 'J12-J13-J14', '47.1-48.0', 'J12-K13', 'J18.900-J18.901'])('%s is none', (text) => {
    expect(() => expandRange(text, {})).toThrow('no range of categories');
  });
});
