import {
  type Cell,
  cellLimit,
  type DecimalCell,
  type SheetWriter,
  sheetRowLimit,
  type WorkbookWriter,
  workbookWriter,
} from '@hengjian/documents';
import { formatScaled, formatYuan, words } from '@hengjian/standard';
import type { PaymentForms } from '../forms/form.ts';
import { paymentForms } from '../forms/registry.ts';
import { fundShareOf } from '../fund-rules.ts';
import { compileTariff } from '../price-stay.ts';
import { rateText, stepValue, unitNames } from '../step.ts';
import { type HospitalStatement, lineWords, remarkOf } from '../tally.ts';
import { caseSums } from './case-sums.ts';
import { caseText, periodOf, priceWords, type StatementData } from './data.ts';

const yuan = (fen: number): DecimalCell => ({ decimal: formatYuan(fen) });
const ratio = (value: number): DecimalCell => ({ decimal: formatScaled(value, 4) });
const two = ({ zh, en }: { readonly zh: string; readonly en: string }): string => (zh === en || en === '' ? zh : `${zh} ${en}`);
const cut = (text: string): string => (text.length <= cellLimit ? text : `${text.slice(0, cellLimit - 1)}…`);

/** Sheets that go on under a new name when one is full. */
class Sheets {
  private readonly book: WorkbookWriter;
  private readonly name: string;
  private readonly header: readonly string[];
  private sheet: SheetWriter;
  private count = 1;

  constructor(book: WorkbookWriter, name: string, header: readonly string[]) {
    this.book = book;
    this.name = name;
    this.header = header;
    this.sheet = book.sheet(name, header);
  }

  row(cells: readonly Cell[]): void {
    if (this.sheet.rows >= sheetRowLimit) {
      this.sheet.end();
      this.count += 1;
      this.sheet = this.book.sheet(`${this.name} ${this.count}`, this.header);
    }
    this.sheet.row(cells.map((cell) => (typeof cell === 'string' ? cut(cell) : cell)));
  }

  end(): void {
    this.sheet.end();
  }
}

const periods = (data: StatementData): readonly HospitalStatement[] => [...(data.year === undefined ? [] : [data.year]), ...data.months];

function summary(book: WorkbookWriter, data: StatementData, forms: PaymentForms): void {
  const sheet = new Sheets(book, '汇总 Summary', [
    '期间 Period',
    '病例数 Cases',
    '总费用 Cost',
    '基金已记账 Settled at counter',
    '点数 Points',
    '项目 Line',
    '基金池 Pool',
    '金额 Amount',
  ]);
  for (const statement of periods(data)) {
    const { period, cases, cost_fen, recorded_fen, points } = statement;
    for (const line of statement.lines)
      sheet.row([period, null, null, null, null, two(lineWords(line.kind, forms)), line.pool, yuan(line.fen)]);
    sheet.row([
      period,
      cases,
      yuan(cost_fen),
      yuan(recorded_fen),
      ratio(points),
      statement === data.year ? '清算应付 Due at the clearing' : '本月拨付 Paid this month',
      '',
      yuan(statement.total_fen),
    ]);
  }
  sheet.end();
}

function arithmetic(book: WorkbookWriter, data: StatementData, forms: PaymentForms): void {
  const sheet = new Sheets(book, '计算 Arithmetic', [
    '期间 Period',
    '项目 Line',
    '基金池 Pool',
    '步骤 Step',
    'Step',
    '数值 Value',
    '单位 Unit',
    '计入合计 Counts',
  ]);
  for (const statement of periods(data)) {
    for (const line of statement.lines) {
      for (const step of line.steps) {
        const value = { decimal: stepValue(step) };
        sheet.row([
          statement.period,
          two(lineWords(line.kind, forms)),
          line.pool,
          step.zh,
          step.en,
          value,
          unitNames[step.unit].zh,
          step.part === true ? '是 yes' : '',
        ]);
      }
    }
  }
  sheet.end();
}

function cases(book: WorkbookWriter, data: StatementData, forms: PaymentForms): void {
  const pricer = compileTariff(data.tariff, forms);
  const { lessWords } = fundShareOf(data.tariff);
  const header = [
    '就诊号 Stay',
    '期间 Period',
    '基金池 Pool',
    '病组 Group',
    '形式 Form',
    '方式 Style',
    '原因 Reason',
    '权重 Weight',
    '系数 Coefficient',
    '总费用 Cost',
    '倍率 Ratio',
    '支付标准（按年初费率） Standard at the tariff',
    '点数 Points',
    '结算费率 Rate that pays',
    '应得 Earned',
    `减${lessWords.zh} Less ${lessWords.en}`,
    '调整 Adjustment',
    '基金应付 Due from the fund',
    '计算 Arithmetic',
    '备注 Remark',
  ];
  const sheet = new Sheets(book, '病例 Cases', header);
  for (const line of data.cases) {
    const { stay, price } = line;
    const { rate, earned_fen, less_fen, adjusted_fen, due_fen } = caseSums(line, data.pools, pricer);
    sheet.row([
      stay.mdtrt_id,
      periodOf(stay.dscg_day),
      price.pool,
      stay.grp_code,
      ...priceWords(price, forms).map(two),
      ratio(price.weight),
      ratio(price.coefficient),
      yuan(stay.medfee_sumamt),
      ratio(price.ratio),
      yuan(price.standard_fen),
      ratio(price.points),
      rate === undefined ? null : { decimal: rateText(rate) },
      ...[earned_fen, less_fen, adjusted_fen, due_fen].map(yuan),
      two(caseText(line, data.pools, pricer)),
      two(remarkOf(line) ?? words('', '')),
    ]);
  }
  sheet.end();
}

function objections(book: WorkbookWriter, data: StatementData): void {
  const outcome = { accepted: '同意 accepted', rejected: '不同意 rejected', open: '待处理 open' } as const;
  const sheet = new Sheets(book, '异议与重传 Objections', [
    '就诊号 Stay',
    '版本 Version',
    '来源 By',
    '理由 Reason',
    '病组 Group',
    '应得 Earned',
    '基金应付 Due from the fund',
    '异议号 Objection',
    '异议理由 Objection reason',
    '结论 Decision',
    '结论理由 Decision reason',
  ]);
  const by = { list: '首次上传 first list', upload: '重新上传 sent again', objection: '异议 objection' } as const;
  for (const { mdtrt_id, versions, objections: raised } of data.histories) {
    for (const { version, by: source, reason, price } of versions)
      sheet.row([mdtrt_id, version, by[source], reason, price.grp_code, yuan(price.pay_fen), yuan(price.fund_fen), '', '', '', '']);
    for (const { id, reason, decision } of raised) {
      sheet.row([
        mdtrt_id,
        null,
        '',
        '',
        '',
        null,
        null,
        id,
        reason,
        outcome[decision.outcome],
        decision.outcome === 'open' ? '' : decision.reason,
      ]);
    }
  }
  sheet.end();
}

function deductions(book: WorkbookWriter, data: StatementData): void {
  const sheet = new Sheets(book, '扣款 Deductions', ['案件 Case', '就诊号 Stay', '期间 Period', '金额 Amount', '理由 Reason']);
  for (const each of data.deductions) sheet.row([each.case_id, each.mdtrt_id, each.month, yuan(each.fund_fen), each.reason]);
  sheet.end();
}

/** Writes the statement of a hospital as a workbook: summary, arithmetic, cases, objections with both versions, deductions. */
export function writeStatementWorkbook(data: StatementData, path: string, forms: PaymentForms = paymentForms): void {
  const book = workbookWriter(path);
  summary(book, data, forms);
  arithmetic(book, data, forms);
  cases(book, data, forms);
  objections(book, data);
  deductions(book, data);
  book.close();
}
