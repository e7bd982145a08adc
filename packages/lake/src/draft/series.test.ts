import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answerQuestions, draftMapping, probeMapping } from '../index.ts';
import type { Profile } from './profile.ts';
import { seriesOf } from './series.ts';
import { isSeriesHeader, seriesHeader } from './series-header.ts';

const profile = (column: string, ...values: readonly string[]): Profile => ({
  column,
  rows: values.length,
  filled: values.length,
  distinct: new Set(values).size,
  unique: new Set(values).size === values.length,
  values: values.map((value) => ({ value, rows: 1 })),
});

/** The lists of a table by the names of their columns. */
function listsOf(table: string, ...profiles: readonly Profile[]): Readonly<Record<string, readonly string[]>> {
  const series = seriesOf(table, profiles);
  return Object.fromEntries([...(series?.lists ?? [])].map(([field, places]) => [field, places.map((one) => one?.column ?? '')]));
}

describe('a header of one column of a kind', () => {
  it.each([
    ['其他诊断编码1', 'diagnosis', 'other', 'code', 1],
    ['其他诊断1编码', 'diagnosis', 'other', 'code', 1],
    ['出院其他诊断编码（12）', 'diagnosis', 'other', 'code', 12],
    ['其它诊断_3', 'diagnosis', 'other', 'bare', 3],
    ['出院主要诊断编码', 'diagnosis', 'main', 'code', undefined],
    ['主要诊断ICD-10编码', 'diagnosis', 'main', 'code', undefined],
    ['主要诊断入院病情', 'diagnosis', 'main', 'condition', undefined],
    ['入院病情２', 'diagnosis', undefined, 'condition', 2],
    ['诊断编码4', 'diagnosis', undefined, 'code', 4],
    ['手术及操作编码1', 'operation', undefined, 'code', 1],
    ['手术操作名称10', 'operation', undefined, 'name', 10],
    ['其他手术操作编码2', 'operation', 'other', 'code', 2],
    ['主要手术及操作编码', 'operation', 'main', 'code', undefined],
    ['手术及操作日期3', 'operation', undefined, 'date', 3],
    ['手术1开始时间', 'operation', undefined, 'begin', 1],
    ['麻醉方式2', 'operation', undefined, 'anaesthesia', 2],
    ['第一诊断编码', 'diagnosis', 'main', 'code', undefined],
    ['第三诊断名称', 'diagnosis', 'other', 'name', 2],
    ['出院第2诊断编码', 'diagnosis', 'other', 'code', 1],
    ['第二手术操作日期', 'operation', 'other', 'date', 1],
    ['JBDM', 'diagnosis', 'main', 'code', undefined],
    ['JBDM12', 'diagnosis', 'other', 'code', 12],
    ['QTZD3', 'diagnosis', 'other', 'name', 3],
    ['RYBQ', 'diagnosis', 'main', 'condition', undefined],
    ['SSJCZBM1', 'operation', undefined, 'code', 1],
  ])('%s', (name, subject, role, attribute, number) => {
    expect(seriesHeader(name)).toEqual({ subject, role, attribute, number });
  });

  it.each(['门诊诊断编码', '病理诊断编码', '手术医师1', '手术级别1', '手术切口愈合等级', '入院时间', '诊断时间差', '术者1'])(
    '%s is none',
    (name) => {
      expect(isSeriesHeader(name)).toBe(false);
    },
  );
});

describe('columns of one kind', () => {
  it('go by the number of their place, beside the principal one', () => {
    const lists = listsOf(
      'setl_list_diag_d',
      profile('其他诊断编码2', 'E11.900'),
      profile('入院病情', '有'),
      profile('主要诊断编码', 'J18.900'),
      profile('其他诊断编码1', 'I10.x05'),
      profile('入院病情1', '有'),
      profile('其他诊断名称1', '高血压'),
      profile('入院病情2', '无'),
    );
    expect(lists).toEqual({
      diag_code: ['主要诊断编码', '其他诊断编码1', '其他诊断编码2'],
      diag_name: ['', '其他诊断名称1', ''],
      adm_cond_type: ['入院病情', '入院病情1', '入院病情2'],
    });
  });

  it('count the conditions on admission from the principal diagnosis where there are as many as diagnoses', () => {
    const names = ['主要诊断编码', '其他诊断编码1', '入院病情1', '入院病情2'];
    expect(listsOf('setl_list_diag_d', ...names.map((name) => profile(name, 'J18.900')))).toMatchObject({
      adm_cond_type: ['入院病情1', '入院病情2'],
    });
  });

  it('without a word for codes hold what their values are', () => {
    const codes = [
      profile('主要诊断', '肺炎'),
      profile('主要诊断编码', 'J18.900'),
      profile('其他诊断1', 'I10.x05'),
      profile('其他诊断2', 'E11.900'),
    ];
    expect(listsOf('setl_list_diag_d', ...codes)).toEqual({
      diag_name: ['主要诊断', '', ''],
      diag_code: ['主要诊断编码', '其他诊断1', '其他诊断2'],
    });
    const operations = [profile('手术1', '阑尾切除术'), profile('手术2', '引流术')];
    expect(listsOf('setl_list_oprn_d', ...operations)).toEqual({ oprn_oprt_name: ['手术1', '手术2'] });
  });

  it('ask which is the principal one where nothing but a number says it, and read one column once', () => {
    const asked = seriesOf('setl_list_oprn_d', [profile('手术编码1', '47.0100'), profile('手术编码2', '54.2100')]);
    expect(asked?.questions).toMatchObject([{ id: 'main_oprn_flag', proposed: '1', choices: ['1', '0'] }]);
    const twice = [profile('主要手术编码', '47.0100'), profile('手术编码1', '47.0100'), profile('手术编码2', '54.2100')];
    expect(listsOf('setl_list_oprn_d', ...twice)).toEqual({ oprn_oprt_code: ['主要手术编码', '手术编码2'] });
    expect(seriesOf('setl_list_oprn_d', twice)).toMatchObject({ questions: [], notes: [{ zh: expect.stringContaining('只读一次') }] });
    const alone = [profile('其他诊断编码1', 'I10.x05')];
    expect(listsOf('setl_list_diag_d', ...alone)).toEqual({ diag_code: ['', '其他诊断编码1'] });
  });

  it('may be that of the principal one alone', () => {
    const main = [profile('主要手术编码', '47.0100'), profile('主要手术名称', '阑尾切除术')];
    expect(listsOf('setl_list_oprn_d', ...main)).toEqual({ oprn_oprt_code: ['主要手术编码'], oprn_oprt_name: ['主要手术名称'] });
  });

  it('are no series where there is one of a kind', () => {
    expect(seriesOf('setl_list_diag_d', [profile('诊断编码', 'J18.900'), profile('主要诊断', '肺炎')])).toBeUndefined();
    expect(seriesOf('fee_list_d', [profile('其他诊断编码1', 'I10.x05')])).toBeUndefined();
  });
});

describe('a front page', () => {
  const root = mkdtempSync(join(tmpdir(), 'hengjian-first-pages-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** The diagnoses and operations that a draft reads. */
  async function readAs(name: string, rows: readonly string[]) {
    const file = join(root, name);
    writeFileSync(file, rows.join('\n'));
    const { text } = await draftMapping([file]);
    const mapping = `${file}.yaml`;
    writeFileSync(mapping, text);
    await answerQuestions(mapping, { code: 'H41010200009' });
    const { problems, shown } = await probeMapping(mapping, [file]);
    expect(problems).toEqual([]);
    const of = (table: string, ...fields: readonly string[]): readonly string[] => {
      const found = shown.find((one) => one.table === table);
      return found?.rows.map((row) => fields.map((field) => row[found.fields.indexOf(field)]).join(' ')) ?? [];
    };
    return [
      of('setl_list_diag_d', 'mdtrt_id', 'diag_code', 'diag_name', 'maindiag_flag'),
      of('setl_list_oprn_d', 'oprn_oprt_code', 'main_oprn_flag'),
    ];
  }

  it('with a header of two rows', async () => {
    expect(
      await readAs('two.csv', [
        '病案号,性别,年龄,入院日期,出院日期,主要诊断,,其他诊断1,,其他诊断2,,离院方式',
        ',,,,,编码,名称,编码,名称,编码,名称,',
        'Z1,男,60,2025-01-02,2025-01-05,J18.900,肺炎,I10.x05,高血压,E11.900,糖尿病,1',
        'Z2,女,61,2025-01-02,2025-01-05,K35.800,阑尾炎,,,,,1',
      ]),
    ).toEqual([['Z1 J18.900 肺炎 1', 'Z1 I10.x05 高血压 0', 'Z1 E11.900 糖尿病 0', 'Z2 K35.800 阑尾炎 1'], []]);
  });

  it('with the codes of the upload standard', async () => {
    expect(
      await readAs('codes.csv', [
        'USERNAME,BAH,XM,XB,CSRQ,NL,BZYZSNL,XSECSTZ,RYSJ,CYSJ,SJZYTS,ZYZD,JBDM,RYBQ,QTZD1,JBDM1,RYBQ1,SSJCZBM1,SSJCZMC1,SSJCZBM2,LYFS,ZFY',
        '某院,Z1,某,1,1950-03-04,74,,,2025-01-02,2025-01-09,7,肺炎,J18.900,1,高血压,I10.x05,4,33.2400,支气管镜,96.7100,1,1234',
      ]),
    ).toEqual([
      ['Z1 J18.900 肺炎 1', 'Z1 I10.x05 高血压 0'],
      ['33.2400 1', '96.7100 0'],
    ]);
  });
});

describe('the age of a newborn', () => {
  const root = mkdtempSync(join(tmpdir(), 'hengjian-newborn-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** The days that a draft reads in a column of ages, after some answers. */
  async function daysOf(header: string, ages: readonly string[], answers: Readonly<Record<string, string>> = {}) {
    const file = join(root, '首页.csv');
    const rows = ages.map((age, index) => `Z${index},2025-01-02 08:00,2025-01-05 08:00,P23.900,I10.x05,${age}`);
    writeFileSync(file, [`病案号,入院时间,出院时间,主要诊断编码,其他诊断编码1,${header}`, ...rows].join('\n'));
    const { text, questions } = await draftMapping([file]);
    const mapping = join(root, 'm.yaml');
    writeFileSync(mapping, text);
    await answerQuestions(mapping, { code: 'H41010200009', ...answers });
    const { problems, shown } = await probeMapping(mapping, [file]);
    expect(problems).toEqual([]);
    const list = shown.find(({ table }) => table === 'setl_list_d');
    const asked = questions.map(({ id }) => id).filter((id) => id.startsWith('nwb_age'));
    return { asked, days: list?.rows.map((row) => row[list.fields.indexOf('nwb_age')]) };
  }

  it('is one of months by its header or values, thirty days each, as the form counts them', async () => {
    const months = ['2', '2 15/30', '15/30', '2月', '1月10天', '0.5', ''];
    const days = ['60.0', '75.0', '15.0', '60.0', '40.0', '15.0', ''];
    expect(await daysOf('不足一周岁年龄(月)', months)).toEqual({ asked: [], days });
    expect(await daysOf('（年龄不足1周岁的）年龄', months)).toEqual({ asked: [], days });
  });

  it('is one of days by its header, and asked for where nothing says which', async () => {
    expect(await daysOf('不足一周岁年龄(天)', ['3', '20'])).toEqual({ asked: [], days: ['3.0', '20.0'] });
    expect(await daysOf('不足一周岁年龄', ['3', '20'])).toEqual({ asked: ['nwb_age-unit'], days: ['3.0', '20.0'] });
    expect(await daysOf('不足一周岁年龄', ['3', '10'], { 'nwb_age-unit': 'month' })).toMatchObject({ days: ['90.0', '300.0'] });
  });
});
