import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import { RefusedInput } from '@hengjian/standard';
import iconv from 'iconv-lite';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporary } from '../fixture.ts';
import {
  acceptCrosswalks,
  answerQuestions,
  checkMapping,
  draftMapping,
  ingest,
  openLake,
  probeMapping,
  proposeCrosswalks,
} from '../index.ts';
import { normalName } from './crosswalk.ts';

const root = temporary();
const source = join(root, '数据');
const file = join(root, 'mapping.yaml');
const head = '住院号,姓名,项目名称,项目编码,医保编码,单价,数量,金额,计费时间,费用类别';
/** A line of fees: visit, item, code, price, count, amount and time. */
const line = (...[visit, name, code, price, count, sum, time]: readonly string[]): string =>
  `${visit},张三丰,${name},L1,${code},${price},${count},${sum},${time},化验费`;

const writeBook = (book: xlsx.WorkBook, name: string): void => {
  const bytes: unknown = xlsx.write(book, { type: 'buffer', bookType: 'xlsx' });
  if (Buffer.isBuffer(bytes)) writeFileSync(join(source, name), bytes);
};

/** An export in several hands: a text in GB18030, one in UTF-8 with another delimiter, a workbook with titles and two header rows. */
function writeExport(): void {
  mkdirSync(source);
  const january = [
    head,
    line('Z1', '血常规', '002501010010000', '20.00元', '1', '20.00元', '2025/1/2 8:05'),
    line('Z1', '尿常规', '002501010020000', '"1,010.00元"', '2', '"2,020.00元"', '2025/1/3 8:05'),
    '合计,,,,,,,2040.00,,',
  ];
  writeFileSync(join(source, '一月.csv'), iconv.encode(`${january.join('\r\n')}\r\n`, 'gb18030'));
  const late = [
    '补充导出',
    head.replaceAll(',', ';'),
    line('Z2', '血常规', '002501010010000', '20', '1', '20', '2025-01-05 09:00:00').replaceAll(',', ';'),
  ];
  writeFileSync(join(source, '补充.csv'), `\ufeff${late.join('\n')}\n`);
  const book = xlsx.utils.book_new();
  const fees = [
    ['市第九人民医院费用明细'],
    ['患者', '', '项目', '', '', '费用', '', '', '其他', ''],
    head.split(','),
    ['Z2', '李四光', '血常规', 'L1', 2501010010000, 20, 1, 20, 45693.5, '化验费'],
  ];
  xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(fees), '明细(1)');
  xlsx.utils.book_append_sheet(
    book,
    xlsx.utils.aoa_to_sheet([head.split(','), ['Z2', '李四光', '尿常规', 'L1', 2501010020000, 10, 1, 10, 45694.5, '化验费']]),
    '明细(2)',
  );
  xlsx.utils.book_append_sheet(
    book,
    xlsx.utils.aoa_to_sheet([
      ['科室', '金额'],
      ['内科', 30],
    ]),
    '汇总',
  );
  writeBook(book, '二月.xlsx');
  const patients = [
    ['住院号', '姓名', '性别', '年龄', '身份证号', '入院时间', '出院时间', '出院诊断', '联系电话', '费别'],
    ['Z1', '张三丰', '男', '68岁', '410102195702090031', '2025年1月2日', '2025年1月6日', '1.肺炎；2.心功能怪', '13800000000', '城镇职工'],
    ['Z2', '李四光', '女', '42岁', '410102198302090028', '2025年1月5日', '2025年2月9日', '肺炎', '13800000001', '公费'],
  ];
  const people = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(people, xlsx.utils.aoa_to_sheet(patients), '病人');
  writeBook(people, '病人.xlsx');
}

const codesOf = (problems: readonly { readonly code: string }[]): readonly string[] => problems.map(({ code }) => code);

beforeAll(async () => {
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
  writeExport();
  const draft = await draftMapping([source]);
  writeFileSync(file, draft.text);
  const told = JSON.stringify(draft);
  for (const secret of ['张三丰', '李四光', '13800000000', '410102195702090031']) expect(told).not.toContain(secret);
});

describe('a draft', () => {
  it('joins what has the same columns, and says what it leaves', () => {
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/files: \[.*一月\.csv.*\]\n\s+continued: true/);
    for (const name of ['补充.csv', '二月.xlsx']) expect(/files: \[(.*)\]\n\s+continued/.exec(text)?.[1]).toContain(name);
    expect(text).toContain('med_list_codg: {from: 医保编码, pad: 15}');
    expect(text).toContain('medins_list_codg: 项目编码');
    expect(text).toContain('fee_ocur_time: billed');
    expect(text).toMatch(/diag_code: \{from: 出院诊断, split: .*crosswalk: diagnoses\}/);
    expect(text).toContain('二月.xlsx / 汇总：列不足以构成任何国家标准表');
    expect(text).toContain('proposed: 市第九人民医院');
    expect(text).toContain('id: insutype-公费');
  });

  it('is refused while a question that must be answered is open', async () => {
    expect(codesOf(await checkMapping(file))).toEqual(['question-open']);
    const refusal = ingest({ paths: [source], lake: join(root, 'never'), mapping: file });
    await expect(refusal).rejects.toThrow(RefusedInput);
    await expect(() => answerQuestions(file, { nobody: '1' })).rejects.toThrow(RefusedInput);
  });

  it('holds what is answered, with its comments, and refuses what is no choice', async () => {
    const before = readFileSync(file, 'utf8');
    await expect(() => answerQuestions(file, { code: 'H41010200009', price_level: '7' })).rejects.toThrow(/price_level/);
    expect(readFileSync(file, 'utf8')).toBe(before);
    await answerQuestions(file, { code: 'H41010200009', price_level: '3', in_scope: '0.8', nwb_flag: '0' });
    const answered = readFileSync(file, 'utf8');
    writeFileSync(file, answered.replace('answer: "3"', 'answer: "7"'));
    expect(codesOf(await checkMapping(file))).toEqual(['value-invalid']);
    writeFileSync(file, answered);
    expect(await checkMapping(file)).toEqual([]);
    expect(readFileSync(file, 'utf8')).toContain('# 映射草稿');
  });

  it('fits the files it was made of', async () => {
    const { problems, notes, shown } = await probeMapping(file, [source]);
    expect(problems).toEqual([]);
    expect(notes.map(({ zh }) => zh).join()).toContain('汇总');
    const fees = shown.find(({ table }) => table === 'fee_list_d');
    const column = (name: string) => fees?.rows.map((row) => row[fees.fields.indexOf(name)]);
    expect(column('det_item_fee_sumamt')).toEqual(['20.0', '2020.0']);
    const persons = shown.find(({ table }) => table === 'psn_info_b');
    expect(persons?.fields).not.toContain('psn_name');
    expect(persons?.rows.every((row) => row[persons.fields.indexOf('certno')] === '***')).toBe(true);
  });

  it('that does not fit is told: a column, a format, a file', async () => {
    const text = readFileSync(file, 'utf8');
    const wrong = join(root, 'wrong.yaml');
    writeFileSync(
      wrong,
      text
        .replaceAll('计费时间', '计费日')
        .replace('age: 年龄', 'age: 出院诊断')
        .replaceAll('files: 病人.xlsx', 'files: [病人.xlsx, 没有.csv]'),
    );
    const { problems } = await probeMapping(wrong, [source]);
    expect(new Set(codesOf(problems))).toEqual(new Set(['mapping-column', 'mapping-format']));
    writeFileSync(wrong, text.replaceAll('files: 病人.xlsx', 'files: 没有.csv'));
    expect(codesOf((await probeMapping(wrong, [source])).problems)).toContain('mapping-no-file');
  });
});

describe('crosswalks', () => {
  it('propose by names and are applied only when somebody confirmed them', async () => {
    const proposals = await proposeCrosswalks(file, [source]);
    const by = new Map(proposals.map((one) => [one.local, one]));
    expect(by.get('肺炎')).toMatchObject({ candidates: 1, national: 'J18.900', valid_from: '2025-01-02', confirmed_by: '', rows: 2 });
    expect(by.get('心功能怪')).toMatchObject({ candidates: 0, national: '' });
    const rows = proposals.map((one) => ({ ...one, rows: String(one.rows), candidates: String(one.candidates) }));
    expect(await acceptCrosswalks(file, rows)).toMatchObject([{ rows: 2, confirmed: 0 }]);
    const confirmed = rows.map((one) => (one.local === '肺炎' ? { ...one, confirmed_by: '检查组' } : one));
    const wrong = confirmed.map((one) => (one.confirmed_by === '' ? one : { ...one, national: 'J99.99' }));
    expect(await acceptCrosswalks(file, wrong)).toMatchObject([{ confirmed: 1, foreign: ['J99.99'] }]);
    expect(await acceptCrosswalks(file, confirmed)).toMatchObject([{ rows: 2, confirmed: 1, foreign: [] }]);
    expect(existsSync(join(root, 'diagnoses.csv'))).toBe(true);
  });

  it('write no code beside a text whose name is only alike: it may be another disease', async () => {
    const own = join(root, 'alike');
    mkdirSync(own);
    writeFileSync(
      join(own, '病人.csv'),
      '住院号,性别,入院时间,出院诊断\nA1,男,2025-01-02,胆囊结石伴急性胆囊炎\nA2,男,2025-01-03,急性胆囊炎',
    );
    const mapping = join(root, 'alike.yaml');
    writeFileSync(mapping, (await draftMapping([own])).text);
    const proposals = await proposeCrosswalks(mapping, [own]);
    expect(proposals.map(({ local, national, national_name }) => [local, national, national_name])).toEqual([
      ['急性胆囊炎', 'K81.000', '急性胆囊炎'],
      ['胆囊结石伴急性胆囊炎', '', '≈ K81.000 急性胆囊炎'],
    ]);
  });

  it('compare names without brackets, signs and width', () => {
    expect(normalName('高血压病３级（极高危）')).toBe(normalName('高血压病3级'));
    expect(normalName('Ⅱ级护理')).toBe(normalName('II级护理'));
  });
});

describe('a lake from a draft', () => {
  it('has the lines of all files once, the hospital, whole cells of diagnoses, and says what is assumed', async () => {
    const folder = join(root, 'lake');
    const result = await ingest({ paths: [source], lake: folder, mapping: file, report: join(root, 'quality') });
    expect(result.tables.fee_list_d).toMatchObject({ accepted: 5, quarantined: 0 });
    expect(result.tables.medins_info_b).toMatchObject({ accepted: 1 });
    // The second stay only: of the first one a diagnosis is not confirmed.
    expect(result.tables.setl_list_diag_d).toMatchObject({ accepted: 1, waiting: 1, quarantined: 0, skipped: 0 });
    expect(result.summary.map(({ zh }) => zh).join()).toContain('待对照 1');
    expect(result.summary.map(({ zh }) => zh).join()).toContain('80 %');
    const { manifest } = await openLake(folder);
    expect(manifest.estimated).toEqual([{ field: 'fee_list_d.inscp_amt', institution: 'H41010200009', share: 0.8 }]);
    expect(manifest.declaredAbsent).toContain('setl_d');
    expect(readFileSync(join(root, 'quality', 'quality.html'), 'utf8')).toMatch(/待对照[\s\S]*估计/);
    expect(result.unread.map(({ sheet }) => sheet)).toContain('汇总');
    const again = await ingest({ paths: [source], lake: folder, mapping: file });
    expect(again.unchanged).toBe(true);
  });
});

describe('a workbook of one sheet', () => {
  it('with two tables below each other and a header of two rows is read by what the draft says of it', async () => {
    const own = join(root, 'one');
    mkdirSync(own);
    const rows = [
      ['病人一览'],
      ['住院号', '性别', '入院时间', '出院时间'],
      ['A1', '男', '2025/1/2 8:00', '2025/1/4 8:00'],
      ['A1', '男', '2025/2/2 8:00', '2025/2/4 8:00'],
      [],
      ['费用'],
      ['住院号', '项目', '', '费用', '', '自付', '计费时间', '执行时间'],
      ['', '名称', '医保编码', '金额', '数量', '金额', '', ''],
      ['A1', '血常规', '002501010010000', 20, 1, 3, '2025/1/2 9:00', '2025/1/2 9:30'],
      ['A1', '尿常规', '002501010020000', 10, 1, 2, '2025/1/3 9:00', '2025/1/3 9:30'],
    ];
    const book = { SheetNames: ['表'], Sheets: { 表: xlsx.utils.aoa_to_sheet(rows) } };
    const bytes: unknown = xlsx.write(book, { type: 'buffer', bookType: 'xlsx' });
    if (Buffer.isBuffer(bytes)) writeFileSync(join(own, '全部.xlsx'), bytes);
    const { text, notes } = await draftMapping([own]);
    expect(text).toContain('{file: 全部.xlsx, sheet: 表, header: 2, until: 5}');
    expect(text).toContain('{file: 全部.xlsx, sheet: 表, header: 8, header_rows: 2}');
    expect(text).toContain('det_item_fee_sumamt: 费用_金额');
    expect(text).toContain('fee_ocur_time: executed');
    expect(text).toContain('patient: 住院号');
    expect(notes.map(({ zh }) => zh).join()).toContain('“住院号”有重复的值');
    const mapping = join(root, 'one.yaml');
    writeFileSync(mapping, text);
    await answerQuestions(mapping, { code: 'H41010200009' });
    const { problems, shown } = await probeMapping(mapping, [own]);
    expect(problems).toEqual([]);
    const fees = shown.find(({ table }) => table === 'fee_list_d');
    expect(fees?.rows.map((row) => row[fees.fields.indexOf('det_item_fee_sumamt')])).toEqual(['20.0', '10.0']);
    expect(shown.find(({ table }) => table === 'mdtrt_d')?.rows).toHaveLength(2);
  });
});

describe('items without national codes', () => {
  it('are proposed by their names and keep their own codes until somebody confirms', async () => {
    const own = join(root, 'items');
    mkdirSync(own);
    const rows = ['住院号,项目编码,项目名称,数量,金额,计费时间', 'B1,L7,II级护理,1,20,2025/1/2 8:05', 'B1,L8,自制项目,1,5,2025/1/2 8:05'];
    writeFileSync(join(own, '明细.csv'), rows.join('\n'));
    const { text, crosswalks } = await draftMapping([own]);
    expect(crosswalks).toEqual(['items']);
    expect(text).toContain('med_list_codg: {from: 项目编码, crosswalk: items}');
    const mapping = join(root, 'items.yaml');
    writeFileSync(mapping, text);
    const proposals = await proposeCrosswalks(mapping, [own]);
    expect(proposals.map(({ local, name, candidates }) => [local, name, candidates > 0])).toEqual([
      ['L7', 'II级护理', true],
      ['L8', '自制项目', false],
    ]);
    const { shown } = await probeMapping(mapping, [own]);
    expect(shown[0]?.rows.map((row) => row[shown[0]?.fields.indexOf('med_list_codg') ?? -1])).toEqual(['L7', 'L8']);
  });
});

describe('visits whose kind no column says', () => {
  const draftOf = async (header: string): Promise<string> => {
    const own = join(root, `kind-${header.length}-${header.codePointAt(0)}`);
    mkdirSync(own);
    writeFileSync(join(own, '就诊.csv'), `${header}\nB1,2025/1/2 8:05,2025/1/4 9:00,男\nB2,2025/1/3 8:05,2025/1/5 9:00,女\n`);
    const { questions } = await draftMapping([own]);
    const question = questions.find(({ id }) => id === 'med_type');
    return question?.required === true ? 'asked' : (question?.proposed ?? 'none');
  };

  it('are stays where the headers speak of stays, calls where they speak of calls, and asked for where they say neither', async () => {
    expect(await draftOf('住院号,入院时间,出院时间,性别')).toBe('21');
    expect(await draftOf('就诊流水号,入院日期,出院日期,性别')).toBe('21');
    expect(await draftOf('门诊号,就诊时间,离开时间,性别')).toBe('11');
    expect(await draftOf('就诊号,就诊日期,结束,性别')).toBe('asked');
    expect(await draftOf('门诊号,就诊时间,出院时间,性别别')).toBe('asked');
  });
});

describe('files that name their hospitals', () => {
  const write = (name: string, ...codes: readonly string[]): string => {
    const own = join(root, name);
    mkdirSync(own);
    const stays = codes.map((code, index) => `Z${index},${code},2025/1/2 8:05,2025/1/4 9:00,男,1970-01-0${index + 1}`);
    writeFileSync(join(own, '病人.csv'), ['住院号,医院编码,入院时间,出院时间,性别,出生日期', ...stays].join('\n'));
    const lines = codes.map((code, index) => `Z${index},${code},002501010010000,血常规,20,1,20,2025/1/2 9:00`);
    writeFileSync(join(own, '明细.csv'), ['住院号,医院编码,医保编码,项目名称,单价,数量,金额,执行时间', ...lines].join('\n'));
    return own;
  };
  const take = async (own: string, ...answers: readonly (readonly [string, string])[]): Promise<readonly (number | undefined)[]> => {
    const { text, questions } = await draftMapping([own]);
    const mapping = `${own}.yaml`;
    writeFileSync(mapping, text);
    expect(questions.some(({ required }) => required)).toBe(false);
    await answerQuestions(mapping, Object.fromEntries(answers));
    const { tables } = await ingest({ paths: [own], lake: `${own}-lake`, mapping });
    return [tables.fee_list_d?.accepted, tables.fee_list_d?.pending, tables.medins_info_b?.accepted];
  };

  it('are asked of the one hospital what no file says, and its lines wait for no settlement', async () => {
    const { questions } = await draftMapping([write('one-hospital', 'H41010200009', 'H41010200009')]);
    expect(questions.find(({ id }) => id === 'code')?.proposed).toBe('H41010200009');
    expect(await take(join(root, 'one-hospital'), ['price_level', '3'])).toEqual([2, 0, 1]);
  });

  it('are asked of several hospitals only whether anything was settled', async () => {
    const { questions } = await draftMapping([write('two-hospitals', 'H41010200009', 'H41010200010')]);
    expect(questions.map(({ id }) => id)).not.toContain('price_level');
    expect(await take(join(root, 'two-hospitals'))).toEqual([2, 0, undefined]);
  });

  it('wait for settlements that will come', async () => {
    expect(await take(write('later', 'H41010200009', 'H41010200010'), ['settlement', 'files'])).toEqual([2, 2, undefined]);
  });
});
