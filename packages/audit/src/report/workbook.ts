import { type Cell, cellLimit, sheetRowLimit, type WorkbookWriter, workbookWriter } from '@hengjian/documents';
import { estimateWords } from '@hengjian/lake';
import { formatDay, formatYuan } from '@hengjian/standard';
import { integer, optional, type Tables, text } from '@hengjian/table';
import { arithmeticWords, gradeWords, methodWords, shapeWords } from '../amount-words.ts';
import { evidenceReader } from '../evidence-reader.ts';
import { noteWords, pointName } from '../explain-words.ts';
import type { Evidence } from '../finding.ts';
import { kindsWords, looksAtNothing, moneyShare, rowsShare } from '../reach/words.ts';
import type { RuleFigures, RunRecord } from '../record.ts';
import { runFiles } from '../run-folder.ts';
import type { GroupRow, ReportData } from './data.ts';
import { namesOf, openFindings, ruleLabels } from './data.ts';

const yuanOf = (fen: number): Cell => ({ decimal: formatYuan(fen) });
const decimalOf = (text: string | null): Cell => (text === null ? null : { decimal: text });
const unknownText = '未知';
const orText = (fen: number | null): Cell => (fen === null ? unknownText : yuanOf(fen));
/** A sum of fund shares: what no finding knows is not 0. */
const fundOf = (fen: number, findings: number, unknown: number): Cell => (findings > 0 && unknown === findings ? unknownText : yuanOf(fen));
const resultText: Readonly<Record<string, string>> = { violation: '明确违规', suspicious: '可疑', statistic: '统计监测' };

const groupHeader = [
  '编码',
  '名称',
  '明确违规（条）',
  '明确违规费用（元）',
  '明确违规基金损失（元）',
  '其中估算（条）',
  '可疑（条）',
  '可疑费用（元）',
  '可疑基金损失（元）',
  '其中估算（条）',
];

function groupSheet(book: WorkbookWriter, name: string, rows: readonly GroupRow[]): void {
  const sheet = book.sheet(name, groupHeader);
  for (const row of rows) {
    sheet.row([
      row.key,
      row.name,
      row.violations,
      yuanOf(row.violation_fen),
      fundOf(row.violation_fund_fen, row.violations, row.violation_fund_unknown),
      row.violation_fund_estimated,
      row.suspicions,
      yuanOf(row.suspicion_fen),
      fundOf(row.suspicion_fund_fen, row.suspicions, row.suspicion_fund_unknown),
      row.suspicion_fund_estimated,
    ]);
  }
  sheet.end();
}

/** A sheet that goes on in a further sheet when the format's row limit is reached. */
function continued(
  book: WorkbookWriter,
  name: string,
  header: readonly string[],
  limit: number,
): { row(cells: readonly Cell[]): void; end(): readonly string[] } {
  const names = [name];
  let sheet = book.sheet(name, header);
  return {
    row(cells) {
      if (sheet.rows >= limit) {
        sheet.end();
        const next = `${name}（续${names.length}）`;
        names.push(next);
        sheet = book.sheet(next, header);
      }
      sheet.row(cells);
    },
    end() {
      sheet.end();
      return names;
    },
  };
}

/** Text in cells: what is longer than a cell can hold goes on in the next column, nothing is cut. */
function chunks(text: string): string[] {
  return Array.from({ length: Math.max(1, Math.ceil(text.length / cellLimit)) }, (_, index) =>
    text.slice(index * cellLimit, (index + 1) * cellLimit),
  );
}

const findingHeader = [
  '发现编号',
  '规则',
  '规则名称',
  '国家编码',
  '知识点',
  '结果类型',
  '机构编码',
  '机构名称',
  '人员（化名）',
  '就诊',
  '结算',
  '发生日期',
  '项目编码',
  '科室',
  '医师',
  '涉及费用（元）',
  '范围内（元）',
  '基金损失（元）',
  '应退个人（元）',
  '金额方法',
  '金额等级',
  '依据',
  '说明',
  '备注 note',
  '算式',
];
const lineHeader = [
  '发现编号',
  '规则',
  '角色',
  '明细键',
  '就诊',
  '项目编码',
  '项目名称',
  '发生时间',
  '数量',
  '单价',
  '净金额（元）',
  '范围内（元）',
  '涉及费用（元）',
  '基金损失（元）',
  '金额等级',
  '来源文件',
  '行号',
];

const findingQuery = `SELECT finding_id, rule_id, rule_version, official_code, point_id, result_type, fixmedins_code, psn_no,
  array_to_string(mdtrt_id, ' ') AS mdtrt_id, array_to_string(setl_id, ' ') AS setl_id, occurred_on::VARCHAR AS occurred_on,
  item_codg, dept_codg, dr_code, charge_fen, inscope_fen, fund_fen, person_fen, amount_method, amount_grade, basis,
  evidence::VARCHAR AS evidence FROM finding ORDER BY rule_id, finding_id`;

const findingShape = {
  ...{ finding_id: text, rule_id: text, rule_version: integer, official_code: optional(text), point_id: optional(text), result_type: text },
  ...{ fixmedins_code: optional(text), psn_no: optional(text), mdtrt_id: optional(text), setl_id: optional(text), occurred_on: text },
  ...{ item_codg: optional(text), dept_codg: optional(text), dr_code: optional(text), charge_fen: integer, inscope_fen: optional(integer) },
  ...{ fund_fen: optional(integer), person_fen: optional(integer), amount_method: text, amount_grade: text, basis: text, evidence: text },
};
/** Notes on a finding in both languages: a reader of either must not miss them. */
const notesText = ({ notes = [] }: Evidence): string =>
  notes
    .map(noteWords)
    .map(({ zh, en }) => `${zh} / ${en}`)
    .join('；');

const evidenceQuery = 'SELECT finding_id, rule_id, amount_grade, evidence::VARCHAR AS evidence FROM finding ORDER BY rule_id, finding_id';

/** Options that tests use to reach the row limit with few rows. */
export interface WorkbookOptions {
  readonly rowLimit?: number;
}

const ruleHeader = [
  '规则',
  '名称',
  '国家编码',
  '结果类型',
  '形状',
  '判断次数',
  '命中',
  '未发现',
  '无法判断',
  '发现',
  '费用（元）',
  '基金损失（元）',
  '其中估算（条）',
  '核查',
  '编码种类',
  '知识点',
  '涉及本数据的知识点',
  '已核查（行）',
  '未核查（行）',
  '未核查占同类行',
  '未核查金额（元）',
  '未核查占同类金额',
  '种类不明（行）',
];

/** What a rule looks at by its points; a rule that goes by no table looks at everything, and a run of before does not tell. */
function lookedAtCells(rule: RuleFigures): readonly Cell[] {
  const own = rule.looked_at;
  if (own === undefined) return [];
  if (own === null) return ['全部'];
  const { looked_at: looked, not_looked_at: not, all } = own;
  return [
    ...[looksAtNothing(rule) ? '未核查' : '部分', kindsWords(own.kinds).zh, own.points, own.reaching, looked.rows, not.rows],
    ...[rowsShare(not, all), not.fen === null ? '' : yuanOf(not.fen), moneyShare(not, all), own.untold.rows],
  ];
}

function ruleSheet(book: WorkbookWriter, rules: readonly RuleFigures[]): void {
  const label = ruleLabels(rules);
  const sheet = book.sheet('规则', ruleHeader);
  for (const rule of rules) {
    const unknown = Object.values(rule.unknown).reduce((sum, count) => sum + count, 0);
    sheet.row([
      ...[
        label(rule.rule_id, rule.rule_version),
        rule.name_zh,
        rule.official_code,
        resultText[rule.result_type] ?? rule.result_type,
        shapeWords(rule.shape).zh,
      ],
      ...[rule.evaluated, rule.hit, rule.clear, unknown, rule.findings, yuanOf(rule.charge_fen)],
      fundOf(rule.fund_fen, rule.findings, rule.fund_unknown),
      rule.fund_estimated ?? 0,
      ...lookedAtCells(rule),
    ]);
  }
  sheet.end();
}

interface Written {
  readonly rows: number;
  /** Sheets that the rows stand in. */
  readonly sheets: readonly string[];
}

interface Names {
  /** Name of a rule by `rule@version`. */
  readonly rules: ReadonlyMap<string, string>;
  readonly institutions: ReadonlyMap<string, string>;
}

async function findingSheets(book: WorkbookWriter, tables: Tables, names: Names, limit: number): Promise<Written> {
  const sheet = continued(book, '发现', findingHeader, limit);
  let rows = 0;
  for await (const row of tables.stream(findingQuery, findingShape)) {
    const evidence = evidenceReader.read(row.evidence, { field: row.finding_id });
    const visits = chunks(row.mdtrt_id ?? '');
    const settlements = chunks(row.setl_id ?? '');
    const institution = row.fixmedins_code ?? '';
    rows += 1;
    sheet.row([
      ...[
        row.finding_id,
        row.rule_id,
        names.rules.get(`${row.rule_id}@${row.rule_version}`) ?? '',
        row.official_code ?? '',
        row.point_id === null ? '' : pointName(row.point_id).zh,
      ],
      ...[resultText[row.result_type] ?? row.result_type, institution, names.institutions.get(institution) ?? '', row.psn_no ?? ''],
      ...[visits[0] ?? '', settlements[0] ?? '', row.occurred_on, row.item_codg ?? '', row.dept_codg ?? '', row.dr_code ?? ''],
      ...[
        orText(row.charge_fen),
        orText(row.inscope_fen),
        orText(row.fund_fen),
        orText(row.person_fen),
        methodWords(row.amount_method).zh,
        gradeWords(row.amount_grade).zh,
      ],
      ...[
        row.basis,
        evidence.message.zh,
        notesText(evidence),
        ...chunks(arithmeticWords(evidence).zh),
        ...visits.slice(1),
        ...settlements.slice(1),
      ],
    ]);
  }
  return { rows, sheets: sheet.end() };
}

async function lineSheets(book: WorkbookWriter, tables: Tables, limit: number): Promise<Written> {
  const sheet = continued(book, '明细', lineHeader, limit);
  let rows = 0;
  for await (const row of tables.stream(evidenceQuery, { finding_id: text, rule_id: text, amount_grade: text, evidence: text })) {
    for (const line of evidenceReader.read(row.evidence, { field: row.finding_id }).lines) {
      rows += 1;
      sheet.row([
        ...[
          row.finding_id,
          row.rule_id,
          line.role === 'violating' ? '违规' : '相关',
          line.line_key,
          line.mdtrt_id,
          line.med_list_codg,
          line.item,
        ],
        ...[line.fee_ocur_time, decimalOf(line.cnt), decimalOf(line.pric), yuanOf(line.amount_fen), decimalOf(line.inscp_amt)],
        ...[yuanOf(line.charge_fen), orText(line.fund_fen), gradeWords(row.amount_grade).zh, line.file, line.row],
      ]);
    }
  }
  return { rows, sheets: sheet.end() };
}

const dayOr = (day: number | null): string => (day === null ? '' : formatDay(day));
const listed = ({ rows, sheets }: Written): string => `${rows} 条，全部列出，分 ${sheets.length} 张表：${sheets.join('、')}`;

function coverSheet(
  book: WorkbookWriter,
  { from, to, exempted, estimated = [], ...run }: RunRecord,
  findings: Written,
  lines: Written,
  limit: number,
): void {
  const sheet = book.sheet('说明', ['项目', '内容']);
  const facts: readonly (readonly [string, Cell])[] = [
    ['结算期间', from === null && to === null ? '全部结算' : `${dayOr(from)} 至 ${dayOr(to)}`],
    ['规则库', run.rulebook_hash],
    ['数据版本', run.lake_hash],
    ['结果校验', run.findings_hash],
    ...estimated.map((one) => ['估计值', estimateWords(one).zh] as const),
    ...(exempted === null
      ? []
      : [['豁免', `${exempted.findings} 条发现按已批准的豁免另列于 ${runFiles.exempted}，不计入本工作簿`] as const]),
    ['发现', listed(findings)],
    ['明细', listed(lines)],
    ['行数上限', `每张表最多 ${limit} 行（含表头），超出的接在后面的表里`],
    [
      '口径',
      '机构表每一分只计一次；规则、科室、月份为未去重合计；明确违规与可疑从不相加；按病种付费的住院基金损失为两次付费之差，可能高于涉及费用',
    ],
  ];
  for (const fact of facts) sheet.row(fact);
  sheet.end();
}

/**
 * Writes the workbook of a run: by institution, rule, department and month, then every finding and every line of
 * evidence. Sheets that reach the row limit of the format go on in further sheets, and the cover says so.
 */
export async function writeWorkbook(
  data: ReportData,
  folder: string,
  lake: string,
  path: string,
  options: WorkbookOptions = {},
): Promise<void> {
  const limit = options.rowLimit ?? sheetRowLimit;
  const { institutions } = await namesOf(lake);
  const rules = new Map(data.run.rules.map((rule) => [`${rule.rule_id}@${rule.rule_version}`, rule.name_zh]));
  const book = workbookWriter(path);
  const tables = await openFindings(folder);
  try {
    groupSheet(book, '机构', data.institutions);
    ruleSheet(book, data.run.rules);
    groupSheet(book, '科室', data.departments);
    groupSheet(book, '月份', data.months);
    const findings = await findingSheets(book, tables, { rules, institutions }, limit);
    const lines = await lineSheets(book, tables, limit);
    coverSheet(book, data.run, findings, lines, limit);
  } finally {
    tables.close();
    book.close();
  }
}
