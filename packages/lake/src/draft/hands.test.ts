import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporary } from '../fixture.ts';
import { answerQuestions, checkMapping, draftMapping, ingest, probeMapping } from '../index.ts';

const root = temporary();
beforeAll(() => {
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
});

interface Made {
  readonly folder: string;
  readonly file: string;
  readonly draft: Awaited<ReturnType<typeof draftMapping>>;
}

/** Drafts a mapping of texts. */
async function drafted(name: string, files: Readonly<Record<string, readonly string[]>>): Promise<Made> {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [file, lines] of Object.entries(files)) writeFileSync(join(folder, file), `${lines.join('\n')}\n`);
  const draft = await draftMapping([folder]);
  const file = join(root, `${name}.yaml`);
  writeFileSync(file, draft.text);
  return { folder, file, draft };
}

const told = ({ draft }: Made): string => draft.notes.map(({ zh }) => zh).join('\n');

describe('lines of which a column is not recognised', () => {
  const lines = ['住院号,项目名称,数量,小结,批号,记费点', 'Z1,血常规,1,20.00,B77,2025/1/2 8:05', 'Z1,尿常规,2,30.00,B78,2025/1/3 8:05'];

  it('ask which one it is, of those whose values could be it, and are read by the answer', async () => {
    const made = await drafted('asked', { '明细.csv': lines });
    const open = made.draft.questions.filter(({ id }) => id.endsWith('-column'));
    expect(open.map(({ id, choices, required }) => [id, choices, required])).toEqual([
      ['fee_ocur_time-column', ['记费点', 'skip'], true],
      ['det_item_fee_sumamt-column', ['小结', 'skip'], true],
    ]);
    const code = 'H41010200009';
    await answerQuestions(made.file, { code, 'fee_ocur_time-column': '记费点', 'det_item_fee_sumamt-column': '小结' });
    const { problems, shown } = await probeMapping(made.file, [made.folder]);
    expect(problems).toEqual([]);
    const fees = shown.find(({ table }) => table === 'fee_list_d');
    const column = (name: string) => fees?.rows.map((row) => row[fees.fields.indexOf(name)]);
    expect(column('det_item_fee_sumamt')).toEqual(['20.0', '30.0']);
    expect(column('fee_ocur_time')).toEqual(['2025-01-02 08:05:00', '2025-01-03 08:05:00']);
  });

  it('are left out by skip alone, and what else the files hold is read', async () => {
    const made = await drafted('left', { '明细.csv': lines, '病人.csv': ['住院号,入院时间,性别', 'Z1,2025-01-02,男', 'Z2,2025-01-03,女'] });
    await answerQuestions(made.file, { code: 'H41010200009', 'fee_ocur_time-column': 'skip', 'det_item_fee_sumamt-column': '小结' });
    expect(await checkMapping(made.file)).toEqual([]);
    const { shown, notes } = await probeMapping(made.file, [made.folder]);
    expect(shown.map(({ table }) => table)).toEqual(['mdtrt_d']);
    expect(notes.map(({ zh }) => zh).join()).toContain('未读：明细.csv');
  });

  it('say what is missing where no column could be it', async () => {
    const made = await drafted('missing', {
      '汇总.csv': ['项目编码,项目名称,数量,金额', 'A1,血常规,200,4000.00', 'A2,尿常规,100,1000.00'],
    });
    expect(told(made)).toContain('汇总.csv：像“费用明细”，但没有认出 就诊ID、费用发生时间 的列，未读');
    expect(made.draft.questions.some(({ id }) => id.endsWith('-column'))).toBe(false);
  });
});

describe('stays', () => {
  const head = '住院号,性别,年龄,年龄单位,入院时间,出院时间';
  const shownOf = async (made: Made) => {
    await answerQuestions(made.file, { code: 'H41010200009' });
    const { problems, shown } = await probeMapping(made.file, [made.folder]);
    expect(problems).toEqual([]);
    const stays = shown.find(({ table }) => table === 'mdtrt_d');
    return (name: string) => stays?.rows.map((row) => row[stays.fields.indexOf(name)]);
  };

  it('have ages in what the column beside says, and no end while the patient is there', async () => {
    const rows = [
      'Z1,男,45,岁,2025-01-02 08:00,2025-01-05 09:00',
      'Z2,女,3,月,2025-01-02 08:00,在院',
      'Z3,女,15,天,2025-01-02 08:00,',
      'Z4,男,2岁,岁,2025-01-02 08:00,2025-01-05 09:00',
    ];
    const column = await shownOf(await drafted('ages', { '病人.csv': [head, ...rows] }));
    expect(column('age')).toEqual(['45.0', '0.2', '0.0', '2.0']);
    expect(column('endtime')).toEqual(['2025-01-05 09:00:00', '', '', '2025-01-05 09:00:00']);
  });

  it('have no age where nobody knows what it is counted in', async () => {
    const made = await drafted('units', { '病人.csv': [head, 'Z1,男,45,1,2025-01-02 08:00,', 'Z2,女,3,2,2025-01-02 08:00,'] });
    expect(made.draft.text).not.toContain('age:');
  });
});

describe('settlements', () => {
  it('ask for the column that is not recognised, or say which is missing', async () => {
    const rows = [
      '单据,住院号,结帐日期,费用总额,统筹基金,个人账户,现金',
      'D001,Z1,2025/3/6,180.00,100,20,60',
      'D002,Z2,2025/3/7,90.00,50,0,40',
    ];
    const made = await drafted('bills', { '结算.csv': rows });
    await answerQuestions(made.file, { code: 'H41010200009', 'setl_id-column': '单据' });
    const { shown, problems } = await probeMapping(made.file, [made.folder]);
    expect(problems).toEqual([]);
    const bills = shown.find(({ table }) => table === 'setl_d');
    const row = bills?.rows[0]?.map((cell, at) => [bills.fields[at], cell]) ?? [];
    expect(Object.fromEntries(row)).toMatchObject({
      setl_id: 'D001',
      medfee_sumamt: '180.0',
      hifp_pay: '100.0',
      acct_pay: '20.0',
      cash_payamt: '60.0',
    });
    const without = await drafted('undated-bills', { '结算.csv': ['结算号,住院号,费用总额,统筹基金', 'D1,Z1,180.00,100'] });
    expect(told(without)).toContain('结算.csv：像“结算信息”，但没有认出 结算时间 的列，未读');
  });
});

describe('prescriptions', () => {
  const orders = [
    '处方号,门诊号,药品名称,医保编码,数量,金额,开方日期,用药天数',
    'C1,M1,阿莫西林,XJ01CAA001E001010110037,1,12.50,2025-01-02 08:05:00,7',
  ];
  const charges = ['门诊号,项目名称,国家编码,数量,金额,收费日期', 'M1,阿莫西林,XJ01CAA001E001010110037,1,12.50,2025-01-02 08:15:00'];

  it('beside charges are no second charge', async () => {
    const made = await drafted('both', { '处方.csv': orders, '收费.csv': charges });
    expect(made.draft.text).toMatch(/fee_list_d:\n {4}- files: 收费\.csv/);
    expect(made.draft.text).not.toContain('files: 处方.csv');
    expect(told(made)).toContain('处方.csv：是处方或医嘱，收费另有明细，不作为费用读入');
  });

  it('alone are what there is, with the time of the order', async () => {
    const { draft } = await drafted('alone', { '处方.csv': orders });
    expect(draft.text).toMatch(/fee_list_d:\n {4}- files: 处方\.csv/);
    expect(draft.text).toContain('fee_ocur_time: ordered');
  });
});

describe('what columns hold', () => {
  it('tells the kind of charges where the header does not, and the serial where several files have it', async () => {
    const line = (serial: string, kind: string) => `${serial},Z1,血常规,1,20,2025-01-02 08:05:00,${kind}`;
    const head = '费用流水号,住院号,项目名称,数量,金额,计费时间,大类';
    const made = await drafted('kinds', {
      '一月.csv': [head, line('700', '西药费'), line('701', '化验费')],
      '二月.csv': [head, line('701', '西药费'), line('702', '化验费')],
    });
    expect(made.draft.text).toContain('from: 大类');
    expect(made.draft.text).toContain('feedetl_sn: 费用流水号');
    const running = await drafted('running', {
      '一月.csv': [head, line('1', '西药费'), line('2', '化验费')],
      '二月.csv': [head, line('1', '西药费'), line('2', '化验费')],
    });
    expect(running.draft.text).not.toContain('feedetl_sn');
  });

  it('tells national codes from short numbers of the hospital, whatever their header', async () => {
    const head = '住院号,住院次数,项目编码,国家码,项目名称,数量,金额,计费时间';
    const lines = [
      'Z1,1,1001,002501010010000,血常规,1,20,2025-01-02 08:05:00',
      'Z2,2,1002,002501010020000,尿常规,1,20,2025-01-02 08:06:00',
    ];
    const made = await drafted('national', { '明细.csv': [head, ...lines] });
    expect(made.draft.text).toContain('med_list_codg: 国家码');
    const local = await drafted('local', { '明细.csv': [head, ...lines].map((line) => line.replace(/,(国家码|\d{15})/, '')) });
    expect(local.draft.text).toContain('med_list_codg: {from: 项目编码, crosswalk: items}');
  });

  it('tells identity cards by themselves, and never takes those of others', async () => {
    const card = '410102196403150429';
    const visits = (header: string) => [
      `住院号,性别,入院时间,${header}`,
      `Z1,女,2025-01-02,${card}`,
      `Z2,女,2025-01-03,410102195702090031`,
    ];
    expect((await drafted('cards', { '病人.csv': visits('证号') })).draft.text).toContain('certno: 证号');
    expect((await drafted('guardians', { '病人.csv': visits('陪护证号') })).draft.text).not.toContain('certno');
  });

  it('of two columns is one time, and one number of a stay', async () => {
    const made = await drafted('apart', {
      '明细.csv': [
        '住院号,住院次数,项目名称,数量,金额,收费日期,收费时间',
        'Z1,1,血常规,1,20,2025/1/2,8:05:00',
        'Z1,2,血常规,1,20,2025/2/2,',
      ],
      '病人.csv': ['住院号,住院次数,性别,入院日期,入院时间', 'Z1,1,男,2025/1/1,07:00', 'Z1,2,男,2025/2/1,09:30'],
    });
    await answerQuestions(made.file, { code: 'H41010200009' });
    const { problems, shown } = await probeMapping(made.file, [made.folder]);
    expect(problems).toEqual([]);
    const cells = (table: string, field: string) => {
      const one = shown.find((rows) => rows.table === table);
      return one?.rows.map((row) => row[one.fields.indexOf(field)]);
    };
    expect(cells('fee_list_d', 'mdtrt_id')).toEqual(['Z1-1', 'Z1-2']);
    expect(cells('fee_list_d', 'fee_ocur_time')).toEqual(['2025-01-02 08:05:00', '2025-02-02 00:00:00']);
    expect(cells('mdtrt_d', 'begntime')).toEqual(['2025-01-01 07:00:00', '2025-02-01 09:30:00']);
    expect(made.draft.text).toContain('patient: 住院号');
    writeFileSync(
      made.file,
      readFileSync(made.file, 'utf8')
        .replace('patient: 住院号', 'keys: [psn_no]')
        .replace('gend:', 'psn_no: {from: 住院号, with: 性别}\n        gend:'),
    );
    expect((await checkMapping(made.file)).map(({ code }) => code)).toEqual(['value-invalid']);
  });

  it('of remarks stays out', async () => {
    const { draft } = await drafted('remarks', {
      '明细.csv': ['住院号,项目名称,数量,金额,计费时间,备注', 'Z1,血常规,1,20,2025-01-02 08:05:00,张三丰'],
    });
    expect(draft.text).not.toContain('memo');
  });
});

describe('a sheet with two tables', () => {
  it('counts for each only its own rows, without totals with blanks in them and names below', async () => {
    const folder = join(root, 'sheet');
    mkdirSync(folder);
    const fee = (count: number) => Array.from({ length: count }, (_, row) => ['Z1', '血常规', 1, 20 + row, '2025-01-02 08:05:00']);
    const rows = [
      ['住院号', '性别', '入院时间', '出院时间'],
      ['Z1', '男', '2025-01-02 08:00', '2025-01-05 08:00'],
      ['合  计：1人'],
      [],
      ['住院号', '项目名称', '数量', '金额', '计费时间'],
      ...fee(30),
      ['小  计', '', '', 1035],
      ['制表人：某某', '', '审核人：'],
    ];
    const bytes: unknown = xlsx.write(
      { SheetNames: ['表'], Sheets: { 表: xlsx.utils.aoa_to_sheet(rows) } },
      { type: 'buffer', bookType: 'xlsx' },
    );
    if (Buffer.isBuffer(bytes)) writeFileSync(join(folder, '全部.xlsx'), bytes);
    const draft = await draftMapping([folder]);
    const file = join(root, 'sheet.yaml');
    writeFileSync(file, draft.text);
    await answerQuestions(file, { code: 'H41010200009' });
    const { tables } = await ingest({ paths: [folder], lake: join(root, 'lake'), mapping: file });
    expect(tables.fee_list_d).toMatchObject({ accepted: 30, quarantined: 0, skipped: 4, rows_in: 34 });
    expect(tables.mdtrt_d).toMatchObject({ accepted: 1, quarantined: 0, skipped: 3, rows_in: 4 });
    expect(readFileSync(file, 'utf8')).toContain('until: 4');
  });
});

describe('what stands in place of the number of a person', () => {
  it('makes no one of many', async () => {
    const said = ['待补', '0', '不详', '999999999999999999', '身份证', '外籍'];
    const stay = (number: number) => `Z${number},男,${said[number % said.length]},2025-01-0${(number % 5) + 1} 08:00,2025-01-09 08:00`;
    const made = await drafted('nobody', {
      '病人.csv': ['住院号,性别,身份证号,入院时间,出院时间', ...Array.from({ length: 12 }, (_, at) => stay(at))],
    });
    await answerQuestions(made.file, { code: 'H41010200009' });
    const { persons } = await ingest({ paths: [made.folder], lake: join(root, 'nobody-lake'), mapping: made.file });
    expect(persons).toBe(12);
  });
});

describe('lines that give back without a minus', () => {
  const header = '住院号,流水号,项目名称,数量,单价,金额,收费时间';
  const line = (at: number, rest: string): string => `Z1,F${at},静脉输液,1,10.00,10.00,2025-03-02 08:0${at}:00,${rest}`;
  const read = async ({ file, folder }: Made, lake: string) =>
    (await ingest({ paths: [folder], mapping: file, lake: join(root, lake) })).states.fee_list_d;

  it('are asked for where a flag alone says so, and count as negative by the answer', async () => {
    const made = await drafted('flag', { '费用.csv': [`${header},退费标志`, line(1, '正常'), line(2, '正常'), line(3, '退费')] });
    const asked = made.draft.questions.find(({ id }) => id === 'refunds');
    expect([asked?.choices, asked?.required]).toEqual([['正常', '退费', 'skip'], true]);
    await answerQuestions(made.file, { code: 'H41010200009', refunds: '退费' });
    expect(await checkMapping(made.file)).toEqual([]);
    expect(await read(made, 'flag-lake')).toMatchObject({ accepted: 3, current: 1, refund: 1, refunded: 1 });
  });

  it('are not asked for by a column that says what kind of charge a line is', async () => {
    const lines = ['住院号,医保编码,项目名称,数量,单价,金额,计费时间,收费类别', 'Z1,001109000010000,床位,1,45.00,45.00,2025/1/2,床位费'];
    const made = await drafted('charge-kinds', { '明细.csv': [...lines, 'Z1,001201000040000,护理,1,20.00,20.00,2025/1/2,护理费'] });
    expect(made.draft.questions.map(({ id }) => id)).not.toContain('refunds');
  });

  it('are not asked for where they name what they take back, or have a minus', async () => {
    const linked = await drafted('linked', {
      '费用.csv': [`${header},退费标志,原流水号`, line(1, '正常,'), line(2, '正常,'), line(3, '退费,F1')],
    });
    const minus = await drafted('minus', {
      '费用.csv': [`${header},退费标志`, line(1, '正常'), line(3, '退费').replace(',1,10.00,10.00,', ',-1,10.00,-10.00,')],
    });
    for (const { draft } of [linked, minus]) expect(draft.questions.map(({ id }) => id)).not.toContain('refunds');
    await answerQuestions(linked.file, { code: 'H41010200009' });
    expect(await read(linked, 'linked-lake')).toMatchObject({ accepted: 3, current: 1, refund: 1, refunded: 1 });
  });
});

describe('numbers of visits that lost their zeros', () => {
  const patients = ['住院号,入院时间,性别', '0000121,2025-01-02,男', '0000122,2025-01-03,女'];
  const fees = (first: string, second: string): readonly string[] => [
    '住院号,项目名称,数量,单价,金额,收费时间',
    `${first},静脉输液,1,10.00,10.00,2025-01-02 08:01:00`,
    `${second},静脉输液,1,10.00,10.00,2025-01-03 08:01:00`,
  ];

  it('are told by the check with what to write, and find their visits by it', async () => {
    const made = await drafted('zeros', { '病人.csv': patients, '费用.csv': fees('121', '122') });
    await answerQuestions(made.file, { code: 'H41010200009' });
    const { problems } = await probeMapping(made.file, [made.folder]);
    expect(problems.map(({ code, place }) => [code, place?.field])).toEqual([['mapping-visit-zeros', 'fee_list_d.mdtrt_id']]);
    expect(problems[0]?.message.zh).toContain('121 在 mdtrt_d 中写作 0000121');
    expect(problems[0]?.remedy?.zh).toContain('fee_list_d 的 mdtrt_id 写 pad: 7');
    const [before = '', lines = ''] = readFileSync(made.file, 'utf8').split(/(?=\n {2}fee_list_d:)/);
    writeFileSync(made.file, before + lines.replace('mdtrt_id: 住院号', 'mdtrt_id: {from: 住院号, pad: 7}'));
    expect((await probeMapping(made.file, [made.folder])).problems).toEqual([]);
    const { states } = await ingest({ paths: [made.folder], mapping: made.file, lake: join(root, 'zeros-lake') });
    expect(states.fee_list_d).toMatchObject({ accepted: 2, current: 2 });
  });

  it('are not suspected where they are the same or of other visits, and then it is told that none is there', async () => {
    const same = await drafted('no-zeros', { '病人.csv': patients, '费用.csv': fees('0000121', '0000122') });
    await answerQuestions(same.file, { code: 'H41010200009' });
    const one = await probeMapping(same.file, [same.folder]);
    expect(one.problems).toEqual([]);
    expect(one.notes.map(({ zh }) => zh).join()).not.toContain('就诊号');
    const other = await drafted('other-visits', { '病人.csv': patients, '费用.csv': fees('881', '882') });
    await answerQuestions(other.file, { code: 'H41010200009' });
    const two = await probeMapping(other.file, [other.folder]);
    expect(two.problems).toEqual([]);
    expect(two.notes.map(({ zh }) => zh).join()).toContain('fee_list_d 的 2 个就诊号没有一个在 mdtrt_d 中');
  });
});

describe('lines that were cancelled', () => {
  const header = '住院号,流水号,项目名称,数量,单价,金额,收费时间';
  const line = (at: number, state: string): string => `Z1,F${at},静脉输液,1,10.00,10.00,2025-03-02 08:0${at}:00,${state}`;
  const asked = ({ draft }: Made) => draft.questions.filter(({ id }) => id.startsWith('vali_flag'));

  it.each(['状态', '单据状态', '记录状态'])('do not count where %s says so in words that are known', async (column) => {
    const made = await drafted(`cancelled-${column}`, {
      '费用.csv': [`${header},${column}`, line(1, '正常'), line(2, '有效'), line(3, '作废'), line(4, '已作废'), line(5, '撤销')],
    });
    expect(asked(made)).toEqual([]);
    await answerQuestions(made.file, { code: 'H41010200009' });
    const { states } = await ingest({ paths: [made.folder], mapping: made.file, lake: join(root, `cancelled-${column}-lake`) });
    expect(states.fee_list_d).toMatchObject({ accepted: 5, current: 2 });
  });

  it('are asked for where a value is not known, of the file that has it alone', async () => {
    const made = await drafted('states', {
      '费用.csv': [`${header},状态`, line(1, '正常'), line(2, '待核'), line(3, '作废'), line(4, '退费')],
      '其他费用.csv': [header, 'Z1,F9,静脉输液,1,10.00,10.00,2025-03-02 08:09:00'],
    });
    expect(asked(made).map(({ id, choices, required }) => [id, choices, required])).toEqual([['vali_flag-待核', ['1', '0'], true]]);
    expect(made.draft.questions.map(({ id }) => id)).toContain('refunds');
    await answerQuestions(made.file, { code: 'H41010200009', refunds: '退费', 'vali_flag-待核': '0' });
    expect(await checkMapping(made.file)).toEqual([]);
    const { shown } = await probeMapping(made.file, [made.folder]);
    const fees = shown.find(({ table }) => table === 'fee_list_d');
    expect(fees?.rows.length).toBeGreaterThan(0);
    const { states } = await ingest({ paths: [made.folder], mapping: made.file, lake: join(root, 'states-lake') });
    expect(states.fee_list_d).toMatchObject({ accepted: 5, current: 1, refund: 1, refunded: 1 });
  });

  it('are told by a flag that says the opposite, and figures are asked for', async () => {
    const said = await drafted('void-words', { '费用.csv': [`${header},是否作废`, line(1, '否'), line(2, '是')] });
    expect(asked(said)).toEqual([]);
    await answerQuestions(said.file, { code: 'H41010200009' });
    const { states } = await ingest({ paths: [said.folder], mapping: said.file, lake: join(root, 'void-lake') });
    expect(states.fee_list_d).toMatchObject({ accepted: 2, current: 1 });
    const figures = await drafted('void-figures', { '费用.csv': [`${header},作废标志`, line(1, '0'), line(2, '1')] });
    expect(
      asked(figures)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['vali_flag-0', 'vali_flag-1']);
  });

  it('are not looked for in a state that all lines share, or that is one of the stay', async () => {
    const made = await drafted('one-state', {
      '费用.csv': [`${header},状态`, line(1, '已收费'), line(2, '已收费')],
      '病人.csv': ['住院号,入院时间,性别,状态', 'Z1,2025-01-02,男,在院', 'Z2,2025-01-03,女,出院'],
    });
    expect(asked(made)).toEqual([]);
    expect(made.draft.text).not.toContain('vali_flag');
  });
});

describe('diagnoses of several times', () => {
  it.each(['诊断类型', '诊断类别'])('are those of the discharge alone by %s', async (column) => {
    const made = await drafted(`kinds-${column}`, {
      '病人.csv': ['住院号,入院时间,性别', 'Z1,2025-01-02,男', 'Z2,2025-01-03,女'],
      '诊断.csv': [
        `住院号,${column},诊断编码,诊断名称,是否主诊断`,
        'Z1,入院诊断,K81.000,急性胆囊炎,是',
        'Z1,门诊诊断,R10.400,腹痛,是',
        'Z1,出院诊断,K80.200,胆囊结石,是',
        'Z1,出院诊断,I10.x00,高血压,否',
        'Z2,术前诊断,K80.200,胆囊结石,是',
        'Z2,出院诊断,K80.200,胆囊结石,是',
      ],
    });
    expect(told(made)).toContain('入院诊断');
    expect(made.draft.questions.filter(({ id }) => id.startsWith('diag_type'))).toEqual([]);
    await answerQuestions(made.file, { code: 'H41010200009' });
    const { problems, shown } = await probeMapping(made.file, [made.folder]);
    expect(problems).toEqual([]);
    const list = shown.find(({ table }) => table === 'setl_list_diag_d');
    const cells = (name: string) => list?.rows.map((row) => row[list.fields.indexOf(name)]);
    expect(cells('diag_code')).toEqual(['K80.200', 'I10.x00', 'K80.200']);
    expect(cells('maindiag_flag')).toEqual(['1', '0', '1']);
  });
});

describe('what a hospital writes in its own way', () => {
  it('sexes 0 and 1 without a 2 are asked for', async () => {
    const made = await drafted('sexes', {
      '病人.csv': [
        '住院号,性别,入院时间,出院时间',
        'Z1,0,2025-03-01,2025-03-05',
        'Z2,1,2025-03-01,2025-03-05',
        'Z3,0,2025-03-01,2025-03-05',
      ],
    });
    await answerQuestions(made.file, { code: 'H41010200009', 'gend-0': '1', 'gend-1': '2' });
    const { shown } = await probeMapping(made.file, [made.folder]);
    const visits = shown.find(({ table }) => table === 'mdtrt_d');
    expect(visits?.rows.map((row) => row[visits.fields.indexOf('gend')])).toEqual(['1', '2', '1']);
  });

  it('amounts in 万元, times in Chinese, and texts that are guarded from spreadsheets', async () => {
    const made = await drafted('ways', {
      '费用.csv': [
        '住院号,项目名称,数量,单价(万元),金额(万元),收费时间',
        '="0012",支架,1,0.85,0.85,2025年3月2日 8时05分',
        '0012\t,支架,1,0.85,0.85,2025年3月3日 8时05分',
      ],
    });
    await answerQuestions(made.file, { code: 'H41010200009' });
    const { shown, problems } = await probeMapping(made.file, [made.folder]);
    expect(problems).toEqual([]);
    const [fees] = shown.filter(({ table }) => table === 'fee_list_d');
    const column = (name: string) => fees?.rows.map((row) => row[fees.fields.indexOf(name)]);
    expect(column('mdtrt_id')).toEqual(['0012', '0012']);
    expect(column('det_item_fee_sumamt')).toEqual(['8500.0', '8500.0']);
    expect(column('fee_ocur_time')).toEqual(['2025-03-02 08:05:00', '2025-03-03 08:05:00']);
  });
});

describe('a list of stays with one column of operations', () => {
  it('has no operation where it is blank, and the main one where it is not', async () => {
    const stays = ['住院号,性别,入院时间,出院时间,手术操作编码', 'Z1,男,2025-01-02,2025-01-05,', 'Z2,女,2025-01-03,2025-01-06,47.0100'];
    const made = await drafted('operated', { '病人.csv': stays });
    await answerQuestions(made.file, { code: 'H41010200009' });
    const { shown } = await probeMapping(made.file, [made.folder]);
    const { fields = [], rows = [] } = shown.find(({ table }) => table === 'setl_list_oprn_d') ?? {};
    expect(rows.map((row) => [row[fields.indexOf('oprn_oprt_code')], row[fields.indexOf('main_oprn_flag')]])).toEqual([['47.0100', '1']]);
  });
});

describe('messages among the files', () => {
  const message = { infno: '2401', msgid: 'H41010200009202501100800000001', fixmedins_code: 'H41010200009', input: { mdtrtinfo: {} } };

  it('need no tables: the mapping asks of the hospital, and is in order with its facts alone', async () => {
    const made = await drafted('messages', { 'a.json': [JSON.stringify(message)] });
    expect(made.draft.questions.map(({ id }) => id)).toEqual(['code', 'name', 'price_level', 'level', 'type', 'beds']);
    expect(made.draft.text).toContain('absent: []');
    await answerQuestions(made.file, { code: 'H41010200009', price_level: '3' });
    const { problems, notes } = await probeMapping(made.file, [made.folder]);
    expect(problems).toEqual([]);
    expect(notes.map(({ zh }) => zh)).toEqual(['1 个接口报文文件（如 a.json）由 ingest 直接读取，不需映射']);
    const { tables } = await ingest({ paths: [made.folder], lake: join(root, 'of-messages'), mapping: made.file });
    expect(tables.medins_info_b).toMatchObject({ accepted: 1 });
  });
});

describe('what is left', () => {
  it('is told by the ingest too, and a sheet is called without the number of a person', async () => {
    const folder = join(root, 'left-files');
    mkdirSync(folder);
    const rows = [
      ['住院号', '项目名称', '数量', '单价', '金额', '收费时间'],
      ['Z1', '静脉输液', 1, 10, 10, '2025-03-02 08:00:00'],
    ];
    const book = xlsx.utils.book_new();
    for (const name of ['甲13912345678', '乙13912345678']) xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(rows), name);
    writeFileSync(join(folder, '费用.xlsx'), xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }));
    const draft = await draftMapping([folder]);
    const file = join(root, 'left-files.yaml');
    writeFileSync(file, draft.text);
    await answerQuestions(file, { code: 'H41010200009' });
    writeFileSync(join(folder, '3月.csv'), '住院号,项目名称\nZ1,静脉输液\n');
    const result = await ingest({ paths: [folder], mapping: file, lake: join(root, 'left-lake') });
    expect(result.unread).toMatchObject([{ file: '3月.csv' }]);
    expect(JSON.stringify([result, draft.notes])).not.toContain('13912345678');
  });
});
