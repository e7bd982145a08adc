import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporary } from '../fixture.ts';
import { answerQuestions, draftMapping, type IngestResult, ingest } from '../index.ts';

const root = temporary();
beforeAll(() => {
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
});

type Files = Readonly<Record<string, readonly string[] | Buffer>>;

interface Taken {
  readonly questions: Awaited<ReturnType<typeof draftMapping>>['questions'];
  readonly text: string;
  readonly shown: (table: string, field: string) => readonly (string | undefined)[] | undefined;
  /** Answers, and takes the files in. */
  readonly ingest: (answers?: Readonly<Record<string, string>>) => Promise<IngestResult>;
}

async function drafted(name: string, files: Files): Promise<Taken> {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [file, content] of Object.entries(files))
    writeFileSync(join(folder, file), Buffer.isBuffer(content) ? content : `${content.join('\n')}\n`);
  const { questions, text, shown } = await draftMapping([folder]);
  const file = join(root, `${name}.yaml`);
  writeFileSync(file, text);
  return {
    questions,
    text,
    shown: (table, field) => {
      const rows = shown.find((one) => one.table === table);
      return rows?.rows.map((row) => row[rows.fields.indexOf(field)]);
    },
    ingest: async (answers = { code: 'H41010200009' }) => {
      await answerQuestions(file, answers);
      return ingest({ paths: [folder], lake: join(root, `${name}-lake`), mapping: file });
    },
  };
}

const stays = ['住院号,性别,出生日期,入院时间,出院时间,就诊类别', 'Z1,男,1960-01-01,2025-03-01 08:00,2025-03-10 09:00,普通住院'];
const head = '科室,住院号,项目编码,项目名称,单价,数量,金额,计费时间,备注';
const line = (remark: string, more: Partial<Record<'visit' | 'code' | 'name' | 'time', string>> = {}): string => {
  const { visit = 'Z1', code = 'L1', name = '静脉输液', time = '2025-03-02 08:00' } = more;
  return `内科,${visit},${code},${name},10,1,10,${time},${remark}`;
};

describe('rows of totals', () => {
  it('are told by a word in place of what a fact says, never by a remark', async () => {
    const facts = [
      ...['', '共计7天用量', '累计第3日', '统计时间有误已改', '合计'].map((remark) => line(remark)),
      // An item whose name begins with such a word, and one whose code says what it is.
      line('', { name: '累计剂量监测' }),
      line('', { name: '小计' }),
    ];
    const totals = [
      '合计,,,,,,70,,',
      ',合计,,,,,70,,',
      '内科,小计,,,,,70,,',
      '内科,,,,,小计：,70,,',
      '内科,,,,,,70,,小  计',
      '内科,Z1,,小计,,,70,,',
      '内科,Z1,,小计（7 项）,,,70,2025-03-02,',
      '小计,Z1,,,,,70,,',
      '合计,-,-,-,-,-,70,-,-',
      '制表人：李四,,,审核人：王五,,,,,',
      '打印时间：,2025-03-11,,,,,,,',
      '承前页,,,,,,70,,',
    ];
    const made = await drafted('totals', { '病人.csv': stays, '费用.csv': [head, ...facts, ...totals] });
    const { tables } = await made.ingest();
    expect(tables.fee_list_d).toMatchObject({ rows_in: 19, accepted: 7, quarantined: 0, skipped: 12 });
  });

  it('are not items whose name begins with such a word, though no column has codes', async () => {
    const made = await drafted('totals-names', {
      '病人.csv': stays,
      '费用.csv': [
        '住院号,项目名称,数量,金额,计费时间',
        'Z1,累计剂量监测,1,10,2025-03-02 08:00',
        'Z1,小计：10 元,,10,2025-03-02',
        'Z1,累计金额（元）,,10,2025-03-02',
      ],
    });
    const { tables } = await made.ingest();
    expect(tables.fee_list_d).toMatchObject({ rows_in: 3, accepted: 1, skipped: 2 });
  });

  it('take no row along that lacks something and has keys: it is in quarantine', async () => {
    const lines = [head, line(''), line('共计7天用量', { time: '' }), line('累计第3日', { visit: '' })];
    const list = [...stays, 'Z2,女,1970-01-01,,2025-03-10 09:00,普通住院'].map((row, at) => `${row},${['备注', '', '累计住院3次'][at]}`);
    const made = await drafted('totals-lacking', { '病人.csv': list, '费用.csv': lines });
    const { tables } = await made.ingest();
    expect(tables.fee_list_d).toMatchObject({ rows_in: 3, accepted: 1, quarantined: 2, skipped: 0 });
    expect(tables.mdtrt_d).toMatchObject({ rows_in: 2, accepted: 1, quarantined: 1, skipped: 0 });
  });
});

describe('two institutions', () => {
  const page = '住院号,性别,出生日期,入院时间,出院时间,离院方式,主要诊断编码,主要诊断名称';
  const stay = (sex: string) => `X1,${sex},1960-01-01,2025-03-01 08:00,2025-03-04 08:00,1,I10.x00x002,高血压`;
  const fees = '住院号,项目编码,项目名称,单价,数量,金额,计费时间';
  const fee = 'X1,L1,静脉输液,10,1,10,2025-03-02 08:00';
  const both = (header: string): Files => ({
    '首页.csv': [`${header},${page}`, `H41010500001,${stay('男')}`, `H41010500002,${stay('女')}`],
    '费用.csv': [`${header},${fees}`, `H41010500001,${fee}`, `H41010500002,${fee}`],
  });

  it('that number their stays alike are two, whatever the column of their codes is called', async () => {
    const made = await drafted('institutions', both('医疗机构代码'));
    expect(made.questions.some(({ id }) => id === 'code')).toBe(false);
    const { states, visits, persons } = await made.ingest({});
    expect([visits, persons]).toEqual([2, 2]);
    for (const table of ['mdtrt_d', 'fee_list_d', 'setl_list_diag_d']) expect(states[table]).toMatchObject({ accepted: 2, current: 2 });
  });

  it('in a column that nobody knows are named by the question for the one institution', async () => {
    const { questions } = await drafted('organisations', both('组织机构代码'));
    const [code] = questions.filter(({ id }) => id === 'code');
    expect([code?.required, code?.why.zh]).toEqual([true, expect.stringContaining('“组织机构代码”有多个不同的值')]);
    const { questions: none } = await drafted('no-organisation', { '病人.csv': stays });
    expect(none.find(({ id }) => id === 'code')?.why.zh).toContain('文件中没有机构编号');
  });
});

describe('an amount that is merged over several rows', () => {
  const rows = [
    ['住院号', '项目名称', '单价', '数量', '金额', '计费时间'],
    ['1001', '床位费', 45, 1, 45, '2025-03-02 08:00'],
    ['', '注射', 5, 2, 30, '2025-03-02 08:00'],
    ['', '护理', 20, 1, '', ''],
    ['1002', '床位费', 45, 1, 12000, '2025-03-02 08:00'],
    ['', '床位费', 45, 1, '', ''],
  ];
  const down = (column: number, first: number, last: number) => ({ s: { r: first, c: column }, e: { r: last, c: column } });

  it('is known of none of them, while numbers of stays and times are those of each', async () => {
    const sheet = xlsx.utils.aoa_to_sheet(rows);
    sheet['!merges'] = [down(0, 1, 3), down(4, 2, 3), down(5, 2, 3), down(0, 4, 5), down(4, 4, 5), down(5, 4, 5)];
    const bytes: unknown = xlsx.write({ SheetNames: ['费用'], Sheets: { 费用: sheet } }, { type: 'buffer', bookType: 'xlsx' });
    const made = await drafted('merged', { '费用.xlsx': Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0) });
    expect(made.shown('fee_list_d', 'mdtrt_id')).toEqual(['1001', '1001', '1001', '1002', '1002']);
    expect(made.shown('fee_list_d', 'det_item_fee_sumamt')).toEqual(['45.0', '', '', '', '']);
    const { tables, attention } = await made.ingest();
    expect(tables.fee_list_d).toMatchObject({ accepted: 1, quarantined: 4 });
    expect(JSON.stringify(attention)).toContain('合并单元格');
  });
});

describe('days and months', () => {
  const head = '住院号,性别,入院时间,出院时间,就诊类别';

  it('that can be read either way have to be answered, and each choice reads the times', async () => {
    const made = await drafted('either', {
      '病人.csv': [head, 'Z1,男,3/4/2025 8:00,3-5-2025 8:00:10 PM,普通住院', 'Z2,男,3/5/2025,3-6-2025 9:00:00 AM,普通住院'],
    });
    const asked = made.questions.filter(({ id }) => id.endsWith('-format'));
    expect(asked.map(({ choices, required, proposed }) => [choices, required, proposed])).toEqual([
      [['%d/%m/%Y %H:%M|%d/%m/%Y', '%m/%d/%Y %H:%M|%m/%d/%Y'], true, undefined],
      [['%d-%m-%Y %I:%M:%S %p', '%m-%d-%Y %I:%M:%S %p'], true, undefined],
    ]);
    const answers = Object.fromEntries(asked.map(({ id, choices }) => [id, choices?.[1] ?? '']));
    const { tables, unread } = await made.ingest({ code: 'H41010200009', ...answers });
    expect([tables.mdtrt_d?.accepted, tables.mdtrt_d?.quarantined, unread]).toEqual([2, 0, []]);
  });

  it('are proposed where the values tell them', async () => {
    const made = await drafted('told', { '病人.csv': [head, 'Z1,男,3/4/2025 8:00,3/14/2025 20:00,普通住院'] });
    const end = made.questions.find(({ id }) => id === 'endtime-format');
    expect([end?.proposed, end?.required]).toEqual(['%m/%d/%Y %H:%M', undefined]);
    expect(made.shown('mdtrt_d', 'endtime')).toEqual(['2025-03-14 20:00:00']);
  });
});

describe('signs for nothing', () => {
  it('among codes are not asked about', async () => {
    const made = await drafted('nothing', {
      '病人.csv': [
        '住院号,性别,入院时间,离院方式',
        ...['医嘱离院', '-', 'N/A', '不详', '回家'].map((way, at) => `Z${at},男,2025-03-01 08:00,${way}`),
      ],
    });
    expect(made.questions.filter(({ id }) => id.startsWith('dscg_way')).map(({ id }) => id)).toEqual(['dscg_way-回家']);
    const { tables } = await made.ingest();
    expect(tables.mdtrt_d).toMatchObject({ accepted: 5 });
  });
});
