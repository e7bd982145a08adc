import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Cell, cellLimit, type SheetWriter, sheetRowLimit, type WorkbookWriter, workbookWriter } from '@hengjian/documents';
import { formatDay, formatYuan } from '@hengjian/standard';
import type { Evidence } from '../finding.ts';
import type { GroupRow, ReportData } from './data.ts';
import { namesOf, openRun, ruleLabels } from './data.ts';

const yuanOf = (fen: number): Cell => ({ decimal: formatYuan(fen) });
const decimalOf = (text: string | null): Cell => (text === null ? null : { decimal: text });
const orText = (fen: number | null): Cell => (fen === null ? '待定' : yuanOf(fen));
const resultText: Readonly<Record<string, string>> = { violation: '明确违规', suspicious: '可疑', statistic: '统计监测' };

const groupHeader = ['编码', '名称', '明确违规（条）', '明确违规费用（元）', '明确违规基金（元）', '可疑（条）', '可疑费用（元）', '可疑基金（元）'];

function groupSheet(book: WorkbookWriter, name: string, rows: readonly GroupRow[]): void {
  const sheet = book.sheet(name, groupHeader);
  for (const row of rows) {
    sheet.row([
      row.key,
      row.name,
      row.violations,
      yuanOf(row.violation_fen),
      yuanOf(row.violation_fund_fen),
      row.suspicions,
      yuanOf(row.suspicion_fen),
      yuanOf(row.suspicion_fund_fen),
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
  const names: string[] = [];
  let sheet: SheetWriter | undefined;
  const open = (): SheetWriter => {
    sheet?.end();
    const next = names.length === 0 ? name : `${name}（续${names.length}）`;
    names.push(next);
    return book.sheet(next, header);
  };
  sheet = open();
  return {
    row(cells) {
      if ((sheet as SheetWriter).rows >= limit) sheet = open();
      (sheet as SheetWriter).row(cells);
    },
    end() {
      sheet?.end();
      return names;
    },
  };
}

/** Text in cells: what is longer than a cell can hold goes on in the next column, nothing is cut. */
function chunks(text: string): string[] {
  return Array.from({ length: Math.max(1, Math.ceil(text.length / cellLimit)) }, (_, index) => text.slice(index * cellLimit, (index + 1) * cellLimit));
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
  '基金（元）',
  '应退个人（元）',
  '金额方法',
  '金额等级',
  '依据',
  '说明',
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
  '基金（元）',
  '来源文件',
  '行号',
];

interface StreamedRow {
  readonly [name: string]: unknown;
}

async function* stream(connection: DuckDBConnection, sql: string): AsyncGenerator<StreamedRow> {
  const result = await connection.stream(sql);
  const names = result.columnNames();
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    for (const row of chunk.getRows()) yield Object.fromEntries(names.map((name, index) => [name, row[index]]));
  }
}

const findingQuery = `SELECT finding_id, rule_id, rule_version, official_code, point_id, result_type, fixmedins_code, psn_no, array_to_string(mdtrt_id, ' ') AS mdtrt_id,
  array_to_string(setl_id, ' ') AS setl_id, occurred_on::VARCHAR AS occurred_on, item_codg, dept_codg, dr_code, charge_fen, inscope_fen, fund_fen, person_fen,
  amount_method, amount_grade, basis, evidence FROM finding ORDER BY rule_id, finding_id`;

const fen = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));
const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

/** Options that tests use to reach the row limit with few rows. */
export interface WorkbookOptions {
  readonly rowLimit?: number;
}

/**
 * Writes the workbook of a run: by institution, rule, department and month, then every finding and every line of
 * evidence. Sheets that reach the row limit of the format go on in further sheets, and the cover says so.
 */
export async function writeWorkbook(data: ReportData, run: string, lake: string, path: string, options: WorkbookOptions = {}): Promise<void> {
  const limit = options.rowLimit ?? sheetRowLimit;
  const names = await namesOf(lake);
  const label = ruleLabels(data.run.rules);
  const rules = new Map(data.run.rules.map((rule) => [`${rule.rule_id}@${rule.rule_version}`, rule]));
  const book = workbookWriter(path);
  groupSheet(book, '机构', data.institutions);
  const ruleSheet = book.sheet('规则', [
    '规则',
    '名称',
    '国家编码',
    '结果类型',
    '形状',
    '判断次数',
    '命中',
    '合规',
    '无法判断',
    '发现',
    '费用（元）',
    '基金（元）',
  ]);
  for (const rule of data.run.rules) {
    const unknown = Object.values(rule.unknown).reduce((sum, count) => sum + count, 0);
    ruleSheet.row([
      label(rule.rule_id, rule.rule_version),
      rule.name_zh,
      rule.official_code,
      resultText[rule.result_type] ?? rule.result_type,
      rule.shape,
      rule.evaluated,
      rule.hit,
      rule.clear,
      unknown,
      rule.findings,
      yuanOf(rule.charge_fen),
      yuanOf(rule.fund_fen),
    ]);
  }
  ruleSheet.end();
  groupSheet(book, '科室', data.departments);
  groupSheet(book, '月份', data.months);
  const { connection, close } = await openRun(run);
  let findings = 0;
  let lines = 0;
  try {
    const findingSheet = continued(book, '发现', findingHeader, limit);
    for await (const row of stream(connection, findingQuery)) {
      const evidence = JSON.parse(text(row.evidence)) as Evidence;
      const institution = text(row.fixmedins_code);
      const visits = chunks(text(row.mdtrt_id));
      const settlements = chunks(text(row.setl_id));
      findings += 1;
      findingSheet.row([
        text(row.finding_id),
        text(row.rule_id),
        rules.get(`${text(row.rule_id)}@${text(row.rule_version)}`)?.name_zh ?? '',
        text(row.official_code),
        text(row.point_id),
        resultText[text(row.result_type)] ?? text(row.result_type),
        institution,
        names.institutions.get(institution) ?? '',
        text(row.psn_no),
        visits[0] ?? '',
        settlements[0] ?? '',
        text(row.occurred_on),
        text(row.item_codg),
        text(row.dept_codg),
        text(row.dr_code),
        orText(fen(row.charge_fen)),
        orText(fen(row.inscope_fen)),
        orText(fen(row.fund_fen)),
        orText(fen(row.person_fen)),
        text(row.amount_method),
        text(row.amount_grade),
        text(row.basis),
        evidence.message.zh,
        ...chunks(evidence.arithmetic),
        ...visits.slice(1),
        ...settlements.slice(1),
      ]);
    }
    const findingSheets = findingSheet.end();
    const lineSheet = continued(book, '明细', lineHeader, limit);
    for await (const row of stream(connection, 'SELECT finding_id, rule_id, evidence FROM finding ORDER BY rule_id, finding_id')) {
      for (const line of (JSON.parse(text(row.evidence)) as Evidence).lines) {
        lines += 1;
        lineSheet.row([
          text(row.finding_id),
          text(row.rule_id),
          line.role === 'violating' ? '违规' : '相关',
          line.line_key,
          line.mdtrt_id,
          line.med_list_codg,
          line.item,
          line.fee_ocur_time,
          decimalOf(line.cnt),
          decimalOf(line.pric),
          yuanOf(line.amount_fen),
          decimalOf(line.inscp_amt),
          yuanOf(line.charge_fen),
          orText(line.fund_fen),
          line.file,
          line.row,
        ]);
      }
    }
    const lineSheets = lineSheet.end();
    const cover = book.sheet('说明', ['项目', '内容']);
    const period =
      data.run.from === null && data.run.to === null
        ? '全部结算'
        : `${data.run.from === null ? '' : formatDay(data.run.from)} 至 ${data.run.to === null ? '' : formatDay(data.run.to)}`;
    const facts: readonly (readonly [string, Cell])[] = [
      ['结算期间', period],
      ['规则库', data.run.rulebook_hash],
      ['数据版本', data.run.lake_hash],
      ['结果校验', data.run.findings_hash],
      ...(data.run.exempted === null || data.run.exempted === undefined
        ? []
        : [['豁免', `${data.run.exempted.findings} 条发现按已批准的豁免另列于 exempted.parquet，不计入本工作簿`] as const]),
      ['发现', `${findings} 条，全部列出，分 ${findingSheets.length} 张表：${findingSheets.join('、')}`],
      ['明细', `${lines} 条，全部列出，分 ${lineSheets.length} 张表：${lineSheets.join('、')}`],
      ['行数上限', `每张表最多 ${limit} 行（含表头），超出的接在后面的表里`],
      ['口径', '机构表每一分只计一次；规则、科室、月份为未去重合计；明确违规与可疑从不相加'],
    ];
    for (const fact of facts) cover.row(fact);
    cover.end();
  } finally {
    close();
    book.close();
  }
}

export const workbookFile = (run: string): string => join(run, 'findings.xlsx');
