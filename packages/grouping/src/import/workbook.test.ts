import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import { type Problem, RefusedInput } from '@hengjian/standard';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { GroupingCase } from '../case/case.ts';
import { compileGrouper } from '../grouper/compile.ts';
import { type ImportOptions, importScheme } from './index.ts';
import type { Remark } from './report.ts';

const folder = mkdtempSync(join(tmpdir(), 'hengjian-workbook-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Rows = readonly (readonly (string | number)[])[];
type Sheets = Readonly<Record<string, Rows>>;

/** A small scheme of our own in the 3.0 layout, with every trap that the layout is known for. */
const sheets = {
  // The header stands below a title, and the first column has moved to the end.
  MDC: [
    ['疾病诊断大类（合成）'],
    ['MDC名称', 'MDC规则', '排序', 'MDC编码'],
    ['器官移植', 'ZYSS in A_OP', 1, 'MDCA'],
    ['新生儿', 'ZYZD in P_DX and XSRTL<29', 2, 'MDCP'],
    ['多发性创伤', 'sets({Z_HEAD,Z_LIMB} ∩ {ZYZD,QTZD})>=2 AND length({Z_HEAD,Z_LIMB} ∩ {ZYZD, QTZD}) >= 2', 3, 'MDCZ'],
    ['女性生殖', 'ZYZD in N_DX and XB=2', 4, 'MDCN'],
    ['消化', 'ZYZD in G_DX_x000D_', 5, 'MDCG'],
    ['妊娠分娩', '（ＺＹＺＤ\u3000in O_DX）', 6, 'MDCO'],
    ['未入组', '', 99, '0000'],
  ],
  ADRG: [
    ['ADRG编码', 'ADRG名称', 'ADRG规则', '所属MDC编码', 'MDC内排序'],
    ['AB1', '心脏移植', 'ZYSS in A_OP', 'MDCA', 1],
    ['PB1', '新生儿手术', '{ZYSS,QTSS} in P_OP', 'MDCP', 1],
    ['PQY', '新生儿歧义', 'ZYSS in VALID and XSRTL<29', 'MDCP', 2],
    ['PS1', '极低体重儿', 'XSRTZ<1500', 'MDCP', 3],
    ['PS2', '低体重儿', '1500<=XSRTZ<2500', 'MDCP', 4],
    ['P00', '新生儿未入组', '', 'MDCP', 5],
    ['ZC1', '多发创伤手术', 'ZYSS in VALID', 'MDCZ', 1],
    ['ZZ1', '多发创伤', '1', 'MDCZ', 2],
    ['NR1', '女性生殖内科', 'ZYZD in N_DX and NL<=17', 'MDCN', 1],
    ['NS1', '女性生殖其他', '17 < NL and not (QTZD in N_OUT)', 'MDCN', 2],
    ['N00', '女性生殖未入组', '', 'MDCN', 3],
    ['GB1', '胃手术', 'ZYZD in G_DX and ZYSS in G_OP', 'MDCG', 1],
    ['GQY', '消化歧义', 'ZYSS in VALID', 'MDCG', 2],
    ['GR1', '消化恶性肿瘤', 'ZYZD in G_TUMOUR', 'MDCG', 3],
    ['GZ1', '消化其他', 'ZYZD not in G_TUMOUR and not QTZD in G_NEVER', 'MDCG', 4],
    ['G00', '消化未入组', '', 'MDCG', 5],
    // The fallback is numbered before OT1 and OZ1.
    ['O00', '妊娠未入组', '', 'MDCO', 1],
    ['OB1', '剖宫产', 'ZYSS in O_CS', 'MDCO', 2],
    ['OT1', '流产', 'ZYZD in O_ABORT', 'MDCO', 3],
    ['OZ1', '妊娠其他', 'ZYZD in O_OTHER', 'MDCO', 4],
  ],
  DRG: [
    ['DRG', 'DRG名称', 'DRG规则', '所属ADRG编码', '所属MDC编码', '排序'],
    ['AB19', '心脏移植', '', 'AB1', 'MDCA', 1],
    ['PB19', '新生儿手术', '', 'PB1', 'MDCP', 2],
    ['PS19', '极低体重儿', '', 'PS1', 'MDCP', 3],
    ['PS29', '低体重儿', '', 'PS2', 'MDCP', 4],
    ['ZC19', '多发创伤手术', '', 'ZC1', 'MDCZ', 5],
    ['ZZ19', '多发创伤', '', 'ZZ1', 'MDCZ', 6],
    ['NR19', '女性生殖内科', '', 'NR1', 'MDCN', 7],
    ['NS19', '女性生殖其他', '', 'NS1', 'MDCN', 8],
    // The rest is numbered before the splits.
    ['GB15', '胃手术', '', 'GB1', 'MDCG', 9],
    ['GB10', '胃手术，机器人辅助', '{ZYSS,QTSS} in ROBOT', 'GB1', 'MDCG', 10],
    ['GB11', '胃手术伴 MCC', 'QTZD in MCC', 'GB1', 'MDCG', 11],
    ['GB13', '胃手术伴 CC', 'QTZD in {MCC,CC}', 'GB1', 'MDCG', 12],
    ['GR19', '消化恶性肿瘤', '', 'GR1', 'MDCG', 13],
    ['GZ11', '消化其他伴 MCC', 'QTZD in MCC', 'GZ1', 'MDCG', 14],
    ['GZ13', '消化其他伴 CC', 'QTZD in {MCC,CC}', 'GZ1', 'MDCG', 15],
    ['GZ15', '消化其他', '', 'GZ1', 'MDCG', 16],
    ['OB11', '剖宫产伴 MCC 或高危妊娠', 'QTZD in MCC or {ZYZD,QTZD} in O_RISK', 'OB1', 'MDCO', 17],
    ['OB15', '剖宫产', '', 'OB1', 'MDCO', 18],
    ['OT19', '流产', '', 'OT1', 'MDCO', 19],
    ['OZ19', '妊娠其他', '', 'OZ1', 'MDCO', 20],
    ['PQY', '新生儿歧义', '', 'PQY', 'MDCP', 21],
    ['GQY', '消化歧义', '', 'GQY', 'MDCG', 22],
    ['P000', '新生儿未入组', '', 'P00', 'MDCP', 23],
    ['N000', '女性生殖未入组', '', 'N00', 'MDCN', 24],
    ['G000', '消化未入组', '', 'G00', 'MDCG', 25],
    ['O000', '妊娠未入组', '', 'O00', 'MDCO', 26],
    ['0000', '未入组', '', '', '', 27],
  ],
  集合: [
    ['集合编号', 'ICD编码', 'ICD名称', '类型编号'],
    ['A_OP', '37.5100', '心脏移植术', '2'],
    ['P_DX', 'P07.000', '超低出生体重', '1'],
    ['P_DX', 'P07.100', '低出生体重', '1'],
    ['P_OP', '54.7100', '腹裂修补', '2'],
    ['Z_HEAD', 'S06.000', '脑震荡', '1'],
    ['Z_HEAD', 'S06.100', '创伤性脑水肿', '1'],
    ['Z_LIMB', 'S72.000', '股骨颈骨折', '1'],
    ['N_DX', 'N80.900', '子宫内膜异位症', '1'],
    ['N_OUT', 'N99.900', '操作后疾患', '1'],
    ['G_DX', 'K25.900', '胃溃疡', '1'],
    ['G_DX', 'K29.700', '胃炎', '1'],
    ['G_DX', 'K29.700\u200b', '胃炎', '1'],
    ['G_DX', 'C16.900', '胃恶性肿瘤', '1'],
    ['G_TUMOUR', 'Ｃ16.900', '胃恶性肿瘤', '1'],
    ['G_NEVER', 'U99.900', '合成', '1'],
    ['G_OP', '43.7x00', '胃部分切除', '2'],
    ['ROBOT', '17.4100', '开放性机器人援助操作', '2'],
    ['ROBOT', '17.4200', '腹腔镜机器人援助操作', '2'],
    ['ROBOT', '17.4300', '经皮机器人援助操作', '2'],
    ['ROBOT', '17.4400', '内镜机器人援助操作', '2'],
    ['ROBOT', '17.4500', '胸腔镜机器人援助操作', '2'],
    ['O_DX', 'O80.000', '头位顺产', '1'],
    ['O_DX', 'O82.000', '选择性剖宫产', '1'],
    ['O_DX', 'O03.900', '自然流产', '1'],
    ['O_DX', 'O99.800', '其他特指疾病', '1'],
    ['O_CS', '74.1x00', '低位剖宫产', '2'],
    ['O_ABORT', 'O03.900', '自然流产', '1'],
    ['O_OTHER', 'O80.000', '头位顺产', '1'],
    ['O_RISK', 'O14.100', '重度子痫前期', '1'],
    ['VALID', '37.5100', '心脏移植术', '2'],
    ['VALID', '43.7x00', '胃部分切除', '2'],
    ['VALID', '81.5400', '全膝关节置换', '2'],
    ['VALID', '74.1x00', '低位剖宫产', '2'],
    ['UNUSED', 'A00.000', '霍乱', '1'],
    ['UNUSED', '81.5400', '全膝关节置换', '1'],
    ['', 'A01.000', '伤寒', '1'],
  ],
  CC: [
    ['疾病编码', '疾病名称', '排除表', '类型'],
    ['J96.000', '急性呼吸衰竭', '12', 'MCC'],
    ['I50.900', '心力衰竭', '14', 'CC'],
    ['K92.200', '胃肠出血', '31', 'CC'],
    ['K92.200', '胃肠出血', '31', 'CC'],
    ['E87.100', '低钠血症', '999', 'CC'],
  ],
  排除表: [
    ['集合编号', 'ICD编码', 'ICD名称'],
    ['12', 'J96.000', '急性呼吸衰竭'],
    ['14', 'I50.900', '心力衰竭'],
    ['31', 'K25.900', '胃溃疡'],
  ],
} satisfies Sheets;

const register = `
amendments:
  - id: E1
    what: 排除表 31 补胃炎 K29.700
    why: 公布的 PDF 有此编码，工作簿缺
    source: PDF 附件 4
    change:
      add_exclusions: {table: '31', codes: [K29.700]}
  - id: E2
    what: 补 O14.900，删 U99.900 的规则
    why: 试验
    source: 试验
    change:
      - add_members: {set: O_RISK, codes: [O14.900]}
      - replace_rule: {adrg: GZ1, rule: ZYZD not in G_TUMOUR}
`;

let files = 0;
/** Writes sheets as a workbook and gives its path. */
function workbook(content: Sheets, merges: Readonly<Record<string, string>> = {}): string {
  const book = xlsx.utils.book_new();
  for (const [name, rows] of Object.entries(content)) {
    const sheet = xlsx.utils.aoa_to_sheet(rows.map((row) => [...row]));
    const range = merges[name];
    if (range !== undefined) sheet['!merges'] = [xlsx.utils.decode_range(range)];
    xlsx.utils.book_append_sheet(book, sheet, name);
  }
  files += 1;
  const place = join(folder, String(files));
  mkdirSync(place);
  const path = join(place, 'rules.xlsx');
  writeFileSync(path, xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Uint8Array);
  return path;
}

/** The cell of the row that begins with `key` becomes another. */
function withCell(sheet: keyof typeof sheets, key: string, column: string, value: string): Sheets {
  const rows: Rows = sheets[sheet];
  const header = rows.find((row) => row.includes(column)) ?? [];
  const changed = rows.map((row) => (row.includes(key) ? row.map((cell, index) => (header[index] === column ? value : cell)) : row));
  return { ...sheets, [sheet]: changed };
}

const withRow = (sheet: keyof typeof sheets, row: readonly (string | number)[]): Sheets => ({
  ...sheets,
  [sheet]: [...sheets[sheet], row],
});
const without = (sheet: keyof typeof sheets, column: string): Sheets => ({
  ...sheets,
  [sheet]: (sheets[sheet] as Rows).map((row) => row.map((cell) => (cell === column ? '别的' : cell))),
});

function problemsOf(content: Sheets, options?: ImportOptions, merges?: Readonly<Record<string, string>>): readonly Problem[] {
  try {
    importScheme(workbook(content, merges), options);
  } catch (error) {
    if (error instanceof RefusedInput) return error.problems;
    throw error;
  }
  return [];
}

const remark = (remarks: readonly Remark[], code: string) =>
  remarks.filter((one) => one.code === code).map(({ sheet, field, rows }) => [sheet, field, rows]);

describe('a workbook of the 3.0 layout', () => {
  const { scheme, report } = importScheme(workbook(sheets));

  it('is the national edition unless something else is said', () => {
    expect(scheme.id).toBe('chs-drg-3.0');
    expect(scheme.effective).toEqual({ from: '2027-01-01' });
    expect(scheme.switches.premature_weight).toBe('admission');
    expect(scheme.source).toEqual([{ file: 'rules.xlsx', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(importScheme(workbook(sheets), { id: 'city-1', effective: { from: '2026-01-01' } }).scheme.id).toBe('city-1');
  });

  it('reads rows by header text wherever the columns and the header stand', () => {
    expect(scheme.mdcs.map(({ mdc }) => mdc).join('')).toBe('APZNGO');
    expect(scheme.mdcs[0]).toEqual({ mdc: 'A', name: '器官移植', condition: { op: 'in', fields: ['main_procedure'], sets: ['A_OP'] } });
    expect(report.counts).toEqual({
      mdcs: 6,
      adrgs: 20,
      drgs: 20,
      sets: 19,
      members: 34,
      severity: 4,
      exclusion_tables: 3,
      exclusion_members: 3,
    });
  });

  it('tells kinds by the second letter and folds rows that are groups themselves', () => {
    const kinds = new Map(scheme.adrgs.map(({ adrg, kind }) => [adrg, kind]));
    expect(kinds.get('GB1')).toBe('surgical');
    expect(kinds.get('GR1')).toBe('medical');
    expect(kinds.get('GQY')).toBe('ambiguous');
    expect(kinds.get('O000')).toBe('entered');
    expect(kinds.has('O00')).toBe(false);
    expect(scheme.drgs.some(({ drg }) => drg === 'O000' || drg === 'GQY' || drg === '0000')).toBe(false);
    expect(scheme.ungrouped).toBe('0000');
  });

  it('puts rows that always hold last and says so', () => {
    expect(scheme.adrgs.filter(({ mdc }) => mdc === 'O').map(({ adrg }) => adrg)).toEqual(['OB1', 'OT1', 'OZ1', 'O000']);
    expect(scheme.drgs.filter(({ adrg }) => adrg === 'GB1').map(({ drg }) => drg)).toEqual(['GB10', 'GB11', 'GB13', 'GB15']);
    expect(remark(report.corrections, 'fallback-last')).toEqual([
      ['rules.xlsx#ADRG', 'O000', [18]],
      ['rules.xlsx#DRG', 'GB15', [10]],
    ]);
  });

  it('calls each split by what its rule looks at', () => {
    const splits = new Map(scheme.drgs.map(({ drg, split }) => [drg, split]));
    expect(['GB10', 'GB11', 'GB13', 'GB15', 'OB11'].map((drg) => splits.get(drg))).toEqual([
      'procedure',
      'MCC',
      'CC',
      'none',
      'MCC+diagnosis',
    ]);
  });

  it('counts every row it read', () => {
    for (const { rows, kept, dropped } of report.sheets) expect(kept + dropped.reduce((sum, one) => sum + one.rows.length, 0)).toBe(rows);
    expect(report.sheets.map(({ sheet, rows, kept }) => [sheet, rows, kept])).toEqual([
      ['rules.xlsx#MDC', 7, 6],
      ['rules.xlsx#ADRG', 20, 20],
      ['rules.xlsx#DRG', 27, 20],
      ['rules.xlsx#集合', 36, 34],
      ['rules.xlsx#CC', 5, 4],
      ['rules.xlsx#排除表', 3, 3],
    ]);
    const dropped = report.sheets.flatMap((sheet) => sheet.dropped);
    expect(remark(dropped, 'duplicate-member')).toEqual([['rules.xlsx#集合', undefined, [13]]]);
    expect(remark(dropped, 'member-empty')).toEqual([['rules.xlsx#集合', undefined, [37]]]);
    expect(remark(dropped, 'duplicate-severity')).toEqual([['rules.xlsx#CC', undefined, [5]]]);
    expect(remark(dropped, 'last-resort').length).toBe(2);
    expect(remark(dropped, 'row-folded').length).toBe(6);
  });

  it('names cleaned cells, unused sets, empty tables and members of the wrong type', () => {
    expect(remark(report.corrections, 'cell-cleaned')).toEqual([
      ['rules.xlsx#MDC', 'MDC规则', [8]],
      ['rules.xlsx#集合', 'ICD编码', [13, 15]],
    ]);
    expect(scheme.sets.G_TUMOUR).toEqual(['C16.900']);
    expect(remark(report.notices, 'member-type')).toEqual([['rules.xlsx#集合', undefined, [36]]]);
    const words = report.notices.map(({ en }) => en);
    expect(words).toContain('no rule names the sets UNUSED');
    expect(words).toContain('exclusion tables 999 are empty; their codes are never excluded');
  });
});

/** Another order of the columns and rows, and some title rows above the header. */
const scrambled: fc.Arbitrary<Sheets> = fc.record(
  Object.fromEntries(
    Object.entries(sheets as Sheets).map(([name, rows]) => {
      const at = rows.findIndex((row) => row.length > 1);
      const [header = [], ...body] = rows.slice(at);
      const order = fc.shuffledSubarray([...header.keys()], { minLength: header.length });
      const shuffled = fc.shuffledSubarray(body, { minLength: body.length });
      const titles = fc.nat(3).map((count) => Array.from({ length: count }, () => ['分组方案（合成）']));
      return [
        name,
        fc
          .tuple(titles, order, shuffled)
          .map(([above, columns, below]): Rows => [...above, ...[header, ...below].map((row) => columns.map((index) => row[index] ?? ''))]),
      ];
    }),
  ),
);

describe('columns, rows and titles in another order', () => {
  it('give the same scheme', () => {
    const { scheme } = importScheme(workbook(sheets));
    fc.assert(
      fc.property(scrambled, (content) => {
        expect({ ...importScheme(workbook(content)).scheme, source: [] }).toEqual({ ...scheme, source: [] });
      }),
      { numRuns: 40 },
    );
  });
});

const nobody: GroupingCase = {
  id: 'x',
  gender: 1,
  age: 40,
  age_days: null,
  birth_weight: null,
  admission_weight: null,
  department: '',
  los: 5,
  discharge_mode: '1',
  icu_hours: null,
  ventilator_hours: null,
  diagnoses: [],
  procedures: [],
};
const newborn = { age: 0, age_days: 3, birth_weight: 1400, admission_weight: 1600, diagnoses: ['P07.100'] };

describe('cases grouped by it, worked out by hand', () => {
  const grouper = compileGrouper(importScheme(workbook(sheets)).scheme);
  const cases: readonly (readonly [string, Partial<GroupingCase>, string])[] = [
    ['transplant before everything', { diagnoses: ['K25.900'], procedures: ['37.5100'] }, 'grouped A AB19 none'],
    ['gastric operation', { diagnoses: ['K25.900'], procedures: ['43.7x00'] }, 'grouped G GB15 none'],
    ['with MCC', { diagnoses: ['K25.900', 'J96.000'], procedures: ['43.7x00'] }, 'grouped G GB11 MCC'],
    ['with CC', { diagnoses: ['K25.900', 'I50.900'], procedures: ['43.7x00'] }, 'grouped G GB13 CC'],
    ['CC excluded by the principal diagnosis', { diagnoses: ['K25.900', 'K92.200'], procedures: ['43.7x00'] }, 'grouped G GB15 none'],
    ['the same CC with another principal diagnosis', { diagnoses: ['K29.700', 'K92.200'], procedures: ['43.7x00'] }, 'grouped G GB13 CC'],
    ['CC of a table nobody filled', { diagnoses: ['K25.900', 'E87.100'], procedures: ['43.7x00'] }, 'grouped G GB13 CC'],
    [
      'robot beside the operation, although there is an MCC',
      { diagnoses: ['K25.900', 'J96.000'], procedures: ['43.7x00', '17.4200'] },
      'grouped G GB10 procedure',
    ],
    [
      'a code of the same category is no robot',
      { diagnoses: ['K25.900', 'J96.000'], procedures: ['43.7x00', '17.4900'] },
      'grouped G GB11 MCC',
    ],
    ['main operation of another MDC', { diagnoses: ['K25.900'], procedures: ['81.5400'] }, 'ambiguous G GQY '],
    ['other operation of another MDC', { diagnoses: ['K25.900'], procedures: ['99.9900', '81.5400'] }, 'grouped G GZ15 none'],
    ['tumour', { diagnoses: ['C16.900'] }, 'grouped G GR19 none'],
    ['entered without group', { diagnoses: ['K25.900', 'U99.900'] }, 'entered G G000 '],
    ['caesarean', { gender: 2, diagnoses: ['O82.000'], procedures: ['74.1x00'] }, 'grouped O OB15 none'],
    [
      'high-risk pregnancy without MCC',
      { gender: 2, diagnoses: ['O82.000', 'O14.100'], procedures: ['74.1x00'] },
      'grouped O OB11 MCC+diagnosis',
    ],
    ['abortion is not swallowed by the fallback', { gender: 2, diagnoses: ['O03.900'] }, 'grouped O OT19 none'],
    ['the last group before the fallback', { gender: 2, diagnoses: ['O80.000'] }, 'grouped O OZ19 none'],
    ['the fallback', { gender: 2, diagnoses: ['O99.800'] }, 'entered O O000 '],
    ['weight at admission decides, not at birth', newborn, 'grouped P PS29 none'],
    ['admission weight below', { ...newborn, admission_weight: 1499 }, 'grouped P PS19 none'],
    ['operation of a newborn', { ...newborn, procedures: ['54.7100'] }, 'grouped P PB19 none'],
    ['ambiguous under 29 days', { ...newborn, age_days: 28, procedures: ['81.5400'] }, 'ambiguous P PQY '],
    ['from 29 days no newborn', { ...newborn, age_days: 29, procedures: ['81.5400'] }, 'none  0000 '],
    ['heavy newborn', { ...newborn, admission_weight: 3000 }, 'entered P P000 '],
    ['two regions', { diagnoses: ['S06.000', 'S72.000'] }, 'grouped Z ZZ19 none'],
    ['two injuries of one region', { diagnoses: ['S06.000', 'S06.100'] }, 'none  0000 '],
    ['two regions, operated', { diagnoses: ['S72.000', 'S06.100'], procedures: ['81.5400'] }, 'grouped Z ZC19 none'],
    ['a girl', { gender: 2, age: 17, diagnoses: ['N80.900'] }, 'grouped N NR19 none'],
    ['a woman', { gender: 2, age: 18, diagnoses: ['N80.900'] }, 'grouped N NS19 none'],
    ['a woman with what the rule leaves out', { gender: 2, age: 18, diagnoses: ['N80.900', 'N99.900'] }, 'entered N N000 '],
    ['a man', { diagnoses: ['N80.900'] }, 'none  0000 '],
    ['no MDC', { diagnoses: ['A00.000'] }, 'none  0000 '],
  ];
  it.each(cases)('%s', (_, one, expected) => {
    const { status, mdc, drg, split } = grouper.group({ ...nobody, ...one });
    expect(`${status} ${mdc} ${drg} ${split}`).toBe(expected);
  });

  it('asks for what a rule needs instead of guessing', () => {
    const result = grouper.group({ ...nobody, ...newborn, admission_weight: null });
    expect([result.status, result.field]).toEqual(['invalid', 'admission_weight']);
  });
});

describe('a register of amendments', () => {
  it('beside the workbook is applied and written down', () => {
    const path = workbook(sheets);
    writeFileSync(path.replace('.xlsx', '.amendments.yaml'), register);
    const { scheme, report } = importScheme(path);
    expect(scheme.amendments.map(({ id }) => id)).toEqual(['E1', 'E2']);
    expect(report.amendments).toEqual(scheme.amendments);
    expect(scheme.exclusions['31']).toEqual(['K25.900', 'K29.700']);
    expect(scheme.sets.O_RISK).toEqual(['O14.100', 'O14.900']);
    expect(scheme.source.map(({ file }) => file)).toEqual(['rules.xlsx', 'rules.amendments.yaml']);
    const grouper = compileGrouper(scheme);
    expect(grouper.group({ ...nobody, diagnoses: ['K29.700', 'K92.200'], procedures: ['43.7x00'] }).drg).toBe('GB15');
    expect(grouper.group({ ...nobody, diagnoses: ['K25.900', 'U99.900'] }).drg).toBe('GZ15');
  });

  const bad: readonly (readonly [string, string, string])[] = [
    [
      '{id: X, what: a, why: b, source: c, change: {add_exclusions: {table: "31", codes: [K25.900]}}}',
      'amendment-without-effect',
      'K25.900 is already in 31',
    ],
    [
      '{id: X, what: a, why: b, source: c, change: {remove_members: {set: G_DX, codes: [Q00.000]}}}',
      'amendment-without-effect',
      'Q00.000 is not in G_DX',
    ],
    [
      '{id: X, what: a, why: b, source: c, change: {replace_rule: {drg: QQ11, rule: "1"}}}',
      'amendment-without-effect',
      'there is no row QQ11',
    ],
    ['{id: X, what: a, why: b, source: c, change: {rename: {set: G_DX, codes: [A00]}}}', 'amendment-form', 'rename is no change'],
    [
      '{id: X, what: a, source: c, change: {add_members: {set: G_DX, codes: [A00.000]}}}',
      'amendment-form',
      'id, what, why or source is missing',
    ],
  ];
  it.each(bad)('%s', (entry, code, message) => {
    const path = workbook(sheets);
    const amendments = join(path, '..', 'corrections.yaml');
    writeFileSync(amendments, `- ${entry}\n`);
    const run = () => importScheme(path, { amendments });
    expect(run).toThrow(RefusedInput);
    expect(run).toThrow(message);
    expect(problemsOfRun(run).map((problem) => [problem.code, problem.place])).toEqual([
      [code, { file: 'corrections.yaml', row: 1, field: 'X' }],
    ]);
  });
});

function problemsOfRun(run: () => unknown): readonly Problem[] {
  try {
    run();
  } catch (error) {
    if (error instanceof RefusedInput) return error.problems;
    throw error;
  }
  return [];
}

const { MDC: _mdc, ...withoutMdc } = sheets;
const { 集合: _sets, ...withoutSets } = sheets;

describe('a workbook that is wrong', () => {
  const table: readonly (readonly [string, () => readonly Problem[], string, object, string])[] = [
    ['a sheet is missing', () => problemsOf(withoutSets), 'sheet-missing', { file: 'rules.xlsx' }, 'the sheet 集合 is missing'],
    ['the first sheet is missing', () => problemsOf(withoutMdc), 'sheet-missing', { file: 'rules.xlsx' }, 'the sheet MDC is missing'],
    [
      'a column is missing',
      () => problemsOf(without('ADRG', 'ADRG规则')),
      'column-missing',
      { file: 'rules.xlsx#ADRG', field: 'ADRG规则' },
      'the column ADRG规则',
    ],
    ['merged cells', () => problemsOf(sheets, {}, { DRG: 'D10:D11' }), 'cells-merged', { file: 'rules.xlsx#DRG', row: 10 }, 'merged'],
    [
      'a typo',
      () => problemsOf(withCell('ADRG', 'GB1', 'ADRG规则', 'ZYZD in G_DX adn ZYSS in G_OP')),
      'rule-syntax',
      { file: 'rules.xlsx#ADRG', row: 13, field: 'GB1' },
      'found `adn`',
    ],
    [
      'an unknown set',
      () => problemsOf(withCell('ADRG', 'GR1', 'ADRG规则', 'ZYZD in G_TUMOR')),
      'rule-set-unknown',
      { file: 'rules.xlsx#ADRG', row: 15, field: 'GR1' },
      'there is no set `G_TUMOR`',
    ],
    [
      'diagnoses in a set of procedures',
      () => problemsOf(withCell('ADRG', 'GR1', 'ADRG规则', 'ZYZD in G_OP')),
      'rule-set-kind',
      { file: 'rules.xlsx#ADRG', row: 15, field: 'GR1' },
      'which holds only procedure codes',
    ],
    [
      'an MDC that swallows every case',
      () => problemsOf(withCell('MDC', 'MDCG', 'MDC规则', ' \u200b ')),
      'mdc-without-rule',
      { file: 'rules.xlsx#MDC', row: 7, field: 'G' },
      'every case would enter it',
    ],
    [
      'two groups without rule in one MDC',
      () => problemsOf({ ...sheets, ADRG: sheets.ADRG.map((row) => (row[0] === 'GR1' || row[0] === 'GZ1' ? row.with(2, '') : row)) }),
      'fallback-twice',
      { file: 'rules.xlsx#ADRG', row: 16, field: 'GZ1' },
      'so does another row',
    ],
    [
      'a code twice',
      () => problemsOf(withRow('DRG', ['GZ15', '又一', '', 'GZ1', 'MDCG', 30])),
      'row-duplicate',
      { file: 'rules.xlsx#DRG', row: 29, field: 'GZ15' },
      'stands already in row 17',
    ],
    [
      'an ADRG of no MDC',
      () => problemsOf(withCell('ADRG', 'GR1', '所属MDC编码', 'MDCQ')),
      'adrg-mdc-unknown',
      { file: 'rules.xlsx#ADRG', row: 15, field: 'GR1' },
      'MDC `Q`, which has no row',
    ],
    [
      'a DRG of no ADRG',
      () => problemsOf(withRow('DRG', ['GX19', '孤儿', '', 'GX1', 'MDCG', 30])),
      'drg-adrg-unknown',
      { file: 'rules.xlsx#DRG', row: 29, field: 'GX19' },
      'ADRG `GX1`, which has no row',
    ],
    [
      'a DRG of another MDC',
      () => problemsOf(withCell('DRG', 'GR19', '所属MDC编码', 'MDCO')),
      'drg-mdc-other',
      { file: 'rules.xlsx#DRG', row: 14, field: 'GR19' },
      'said to belong to MDC O',
    ],
    [
      'an ADRG without DRG',
      () => problemsOf(withRow('ADRG', ['GX1', '无子组', 'QTZD in G_DX', 'MDCG', 6])),
      'adrg-without-drg',
      { file: 'rules.xlsx#ADRG', row: 22, field: 'GX1' },
      'no DRG belongs to GX1',
    ],
    [
      'a code that says no kind',
      () => problemsOf(withRow('ADRG', ['G11', '错', 'QTZD in G_DX', 'MDCG', 6])),
      'adrg-kind',
      { file: 'rules.xlsx#ADRG', row: 22, field: 'G11' },
      'does not say of what kind',
    ],
    [
      'an order in words',
      () => problemsOf(withCell('ADRG', 'GR1', 'MDC内排序', '三')),
      'row-order',
      { file: 'rules.xlsx#ADRG', row: 15, field: 'GR1' },
      'no whole number',
    ],
    [
      'a level that is none',
      () => problemsOf(withCell('CC', 'J96.000', '类型', '重度')),
      'severity-level',
      { file: 'rules.xlsx#CC', row: 2, field: 'J96.000' },
      'neither MCC nor CC',
    ],
    [
      'severity that disagrees',
      () => problemsOf(withRow('CC', ['I50.900', '心衰', '14', 'MCC'])),
      'severity-conflict',
      { file: 'rules.xlsx#CC', row: 7, field: 'I50.900' },
      'is CC with table `14` in an earlier row',
    ],
    [
      'a code that became a number',
      () => problemsOf(withRow('集合', ['G_OP', '4.37', '', '2'])),
      'code-form',
      { file: 'rules.xlsx#集合', row: 38, field: 'code' },
      'no code of a diagnosis (A00.000) or a procedure',
    ],
    [
      'a role without set',
      () => problemsOf(sheets, { roles: { gray: 'GRAY' } }),
      'set-missing',
      { field: 'gray' },
      'GRAY, which has no members',
    ],
  ];
  it.each(table)('%s', (_, run, code, place, message) => {
    const problem = run().find((one) => one.code === code);
    expect(problem?.message.en).toContain(message);
    expect(problem?.place).toEqual(place);
    expect(problem?.remedy).not.toBe('');
  });

  it('names all problems at once, and no more than twenty of a kind', () => {
    const rows = sheets.集合.map((row, index) => (index === 0 ? row : row.with(1, '坏')));
    const problems = problemsOf({ ...withCell('ADRG', 'GB1', 'ADRG规则', 'ZYZD im G_DX'), 集合: rows });
    expect(problems.filter(({ code }) => code === 'code-form')).toHaveLength(20);
    expect(problems.find(({ code }) => code === 'rows-more')?.values).toEqual({ count: 15 });
    expect(problems.some(({ code }) => code === 'rule-syntax')).toBe(true);
  });

  it('rows are those of the sheet even when it begins further down', () => {
    const path = workbook(sheets);
    const book = xlsx.read(readFileSync(path));
    const moved = xlsx.utils.aoa_to_sheet([], {});
    xlsx.utils.sheet_add_aoa(moved, withCell('ADRG', 'GB1', 'ADRG规则', 'ZYZD im G_DX').ADRG?.map((row) => [...row]) ?? [], {
      origin: 'B4',
    });
    moved['!ref'] = (moved['!ref'] ?? '').replace('A1', 'B4');
    book.Sheets.ADRG = moved;
    writeFileSync(path, xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Uint8Array);
    expect(problemsOfRun(() => importScheme(path)).map(({ code, place }) => [code, place])).toEqual([
      ['rule-syntax', { file: 'rules.xlsx#ADRG', row: 16, field: 'GB1' }],
    ]);
  });

  it('a file of another kind is no scheme', () => {
    expect(problemsOf({ 别的: [['a'], ['b']] })[0]?.code).toBe('scheme-layout');
    expect(problemsOfRun(() => importScheme(join(folder, 'none.xlsx')))[0]?.code).toBe('file-missing');
  });
});
