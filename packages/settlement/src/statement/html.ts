import { both, type Column, escapeHtml, grouped, page, table, yuan } from '@hengjian/documents';
import { counted, type Words, words } from '@hengjian/standard';
import type { Deduction } from '../agreement.ts';
import type { PoolStatement } from '../clear-year.ts';
import type { PaymentForms, StayPrice } from '../forms/form.ts';
import { formOf, paymentForms } from '../forms/registry.ts';
import { fundShareOf } from '../fund-rules.ts';
import { compileTariff } from '../price-stay.ts';
import { rateText, ratioText, type Step, stepValue, unitNames } from '../step.ts';
import { type CaseLine, contradictedCases, type HospitalStatement, lineWords, remarkOf, type StatementLine } from '../tally.ts';
import type { StayHistory } from '../versions.ts';
import { type CaseSums, caseSums } from './case-sums.ts';
import { priceWords, type StatementData } from './data.ts';

/** Cases shown one by one on the page; the workbook has them all. */
const shownCases = 200;

const stepText = (each: Step, language: 'zh' | 'en'): string =>
  `${each[language]}: ${each.unit === 'fen' ? yuan(each.value) : stepValue(each)} ${unitNames[each.unit][language]}`.trimEnd();

/** Steps under one another; those that are no part are set back. */
export function stepList(steps: readonly Step[]): string {
  const items = steps.map(
    (each) => `<div${each.part === true ? '' : ' class="note"'}>${both(stepText(each, 'zh'), stepText(each, 'en'))}</div>`,
  );
  return items.join('');
}

const said = ({ zh, en }: Words): string => both(zh, en);

const lineColumns = (forms: PaymentForms): readonly Column<StatementLine>[] => [
  { zh: '项目', en: 'line', cell: ({ kind }) => said(lineWords(kind, forms)) },
  { zh: '基金池', en: 'pool', cell: ({ pool }) => escapeHtml(pool) },
  { zh: '计算', en: 'arithmetic', cell: ({ steps }) => stepList(steps) },
  { zh: '金额（元）', en: 'amount (yuan)', number: true, cell: ({ fen }) => yuan(fen) },
];

function lineTable(statement: HospitalStatement, total: Words, forms: PaymentForms): string {
  const sum = statement.lines.map(({ fen }) => (fen < 0 ? `(${yuan(fen)})` : yuan(fen))).join(' + ') || '0.00';
  const caption = `${both('合计', 'total')} = ${sum}`;
  const lines = table(caption, lineColumns(forms), statement.lines, both('本期没有金额', 'no amounts in this period'));
  return `${lines}<p><b>${both(total.zh, total.en)}: ${yuan(statement.total_fen)} ${both('元', 'yuan')}</b></p>`;
}

function cards(data: StatementData): string {
  const statement = data.year;
  const sum = (pick: (each: HospitalStatement) => number): number =>
    statement === undefined ? data.months.reduce((left, month) => left + pick(month), 0) : pick(statement);
  const card = (zh: string, en: string, value: string): string => `<div class="card"><small>${both(zh, en)}</small><b>${value}</b></div>`;
  return `<div class="cards">${[
    card('病例', 'cases', grouped(sum(({ cases }) => cases))),
    card('总费用（元）', 'cost (yuan)', yuan(sum(({ cost_fen }) => cost_fen))),
    card('点数（权重）', 'points (weights)', ratioText(sum(({ points }) => points))),
    ...(statement === undefined
      ? []
      : [
          card('全年基金应付（元）', 'due from the fund (yuan)', yuan(statement.due_fen)),
          card('随清算退还的保证金（元）', 'deposit returned (yuan)', yuan(statement.deposit_fen)),
        ]),
  ].join('')}</div>`;
}

/** A case with its money at the rates that pay it. */
interface CaseRow {
  readonly line: CaseLine;
  readonly sums: CaseSums;
}

interface StyleCount {
  readonly price: StayPrice;
  readonly cases: number;
  readonly earned: number;
  readonly fund: number;
}

/** Cases by form and style, largest number first. */
function styleCounts(rows: readonly CaseRow[]): readonly StyleCount[] {
  const counts = new Map<string, StyleCount>();
  for (const { line, sums } of rows) {
    const key = `${line.price.form} ${line.price.style} ${line.price.reason}`;
    const former = counts.get(key);
    counts.set(key, {
      price: line.price,
      cases: (former?.cases ?? 0) + 1,
      earned: (former?.earned ?? 0) + sums.earned_fen,
      fund: (former?.fund ?? 0) + sums.due_fen,
    });
  }
  return [...counts].sort(([a, left], [b, right]) => right.cases - left.cases || (a < b ? -1 : 1)).map(([, count]) => count);
}

/** Form, style and reason of a price. */
const priceColumns = (forms: PaymentForms): readonly Column<StayPrice>[] => [
  { zh: '形式', en: 'form', cell: (price) => said(priceWords(price, forms)[0]) },
  { zh: '方式', en: 'style', cell: (price) => said(priceWords(price, forms)[1]) },
  { zh: '原因', en: 'reason', cell: (price) => said(priceWords(price, forms)[2]) },
];

const styleColumns = (forms: PaymentForms): readonly Column<StyleCount>[] => [
  ...priceColumns(forms).map((column): Column<StyleCount> => ({ ...column, cell: ({ price }) => column.cell(price) })),
  { zh: '病例', en: 'cases', number: true, cell: ({ cases }) => grouped(cases) },
  { zh: '应得（元）', en: 'earned (yuan)', number: true, cell: ({ earned }) => yuan(earned) },
  { zh: '基金应付（元）', en: 'due from the fund (yuan)', number: true, cell: ({ fund }) => yuan(fund) },
];

const caseColumns = (forms: PaymentForms, less: Words): readonly Column<CaseRow>[] => [
  { zh: '就诊号', en: 'stay', cell: ({ line }) => escapeHtml(line.stay.mdtrt_id) },
  { zh: '病组', en: 'group', cell: ({ line }) => escapeHtml(line.stay.grp_code) },
  ...priceColumns(forms).map((column): Column<CaseRow> => ({ ...column, cell: ({ line }) => column.cell(line.price) })),
  { zh: '总费用（元）', en: 'cost (yuan)', number: true, cell: ({ line }) => yuan(line.stay.medfee_sumamt) },
  {
    zh: '倍率',
    en: 'ratio',
    number: true,
    cell: ({ line: { price } }) => (price.reference_fen === 0 ? '—' : ratioText(price.ratio)),
  },
  { zh: '结算费率', en: 'rate that pays', number: true, cell: ({ sums: { rate } }) => (rate === undefined ? '—' : rateText(rate)) },
  { zh: '应得（元）', en: 'earned (yuan)', number: true, cell: ({ sums }) => yuan(sums.earned_fen) },
  { zh: `减：${less.zh}（元）`, en: `less: ${less.en} (yuan)`, number: true, cell: ({ sums }) => yuan(sums.less_fen) },
  { zh: '调整（元）', en: 'adjustment (yuan)', number: true, cell: ({ sums }) => yuan(sums.adjusted_fen) },
  { zh: '基金应付（元）', en: 'due from the fund (yuan)', number: true, cell: ({ sums }) => yuan(sums.due_fen) },
];

function specialCases(rows: readonly CaseRow[], forms: PaymentForms, less: Words): string {
  const special = rows.filter(({ line: { price } }) => formOf(forms, price.form).formula?.(price) === undefined);
  const shown = special.slice(0, shownCases);
  const caption = both(
    `${special.length} 例，列出 ${shown.length} 例；全部病例见工作簿`,
    `${counted(special.length, 'case')}, ${shown.length} shown; the workbook has all`,
  );
  const none = both('没有不按病组标准付费的病例', 'no case is paid other than at the standard of its group');
  return table(caption, caseColumns(forms, less), shown, none);
}

const remarkColumns: readonly Column<CaseLine>[] = [
  { zh: '就诊号', en: 'stay', cell: ({ stay }) => escapeHtml(stay.mdtrt_id) },
  { zh: '总费用（元）', en: 'cost (yuan)', number: true, cell: ({ stay }) => yuan(stay.medfee_sumamt) },
  { zh: '备注', en: 'remark', cell: (line) => said(remarkOf(line) ?? words('', '')) },
];

/** Cases whose cost is contradicted by the lines of the stay; nothing where there is none. */
function remarkedCases(cases: readonly CaseLine[]): string {
  const remarked = contradictedCases(cases);
  if (remarked.length === 0) return '';
  const shown = remarked.slice(0, shownCases);
  const caption = both(
    `${remarked.length} 例，列出 ${shown.length} 例；全部病例见工作簿`,
    `${counted(remarked.length, 'case')}, ${shown.length} shown; the workbook has all`,
  );
  return section(both('总费用与明细不符的病例', 'cases whose cost is not the sum of their lines'), table(caption, remarkColumns, shown));
}

interface VersionRow {
  readonly history: StayHistory;
  readonly at: number;
}

const versionColumns: readonly Column<VersionRow>[] = [
  { zh: '就诊号', en: 'stay', cell: ({ history }) => escapeHtml(history.mdtrt_id) },
  { zh: '版本', en: 'version', number: true, cell: ({ history, at }) => String(history.versions[at]?.version ?? '') },
  { zh: '理由', en: 'reason', cell: ({ history, at }) => escapeHtml(history.versions[at]?.reason ?? '') },
  { zh: '病组', en: 'group', cell: ({ history, at }) => escapeHtml(history.versions[at]?.stay.grp_code ?? '') },
  { zh: '应得（元）', en: 'earned (yuan)', number: true, cell: ({ history, at }) => yuan(history.versions[at]?.price.pay_fen ?? 0) },
];

const outcomes = {
  accepted: { zh: '同意', en: 'accepted' },
  rejected: { zh: '不同意', en: 'rejected' },
  open: { zh: '待处理', en: 'open' },
} as const;

function objectionPart(histories: readonly StayHistory[]): string {
  const rows = histories.flatMap((history) => history.versions.map((_, at) => ({ history, at })));
  const raised = histories.flatMap(({ objections }) => objections);
  const decisions = raised.map(({ id, mdtrt_id, reason, decision }) => {
    const why = decision.outcome === 'open' ? '' : decision.reason;
    const decided = said(outcomes[decision.outcome]);
    return `<li>${escapeHtml(id)} · ${escapeHtml(mdtrt_id)}: ${escapeHtml(reason)} → <b>${decided}</b> ${escapeHtml(why)}</li>`;
  });
  const caption = both('每个版本都保留，最后一版有效', 'every version is kept, the last one counts');
  const none = both('没有异议或重传', 'no objections, nothing sent again');
  const list = decisions.length === 0 ? '' : `<ul>${decisions.join('')}</ul>`;
  return `${table(caption, versionColumns, rows, none)}${list}`;
}

const deductionColumns: readonly Column<Deduction>[] = [
  { zh: '案件', en: 'case', cell: ({ case_id }) => escapeHtml(case_id) },
  { zh: '就诊号', en: 'stay', cell: ({ mdtrt_id }) => escapeHtml(mdtrt_id) },
  { zh: '期间', en: 'period', cell: ({ month }) => escapeHtml(month) },
  { zh: '理由', en: 'reason', cell: ({ reason }) => escapeHtml(reason) },
  { zh: '金额（元）', en: 'amount (yuan)', number: true, cell: ({ fund_fen }) => yuan(fund_fen) },
];

const poolColumns: readonly Column<PoolStatement>[] = [
  { zh: '基金池', en: 'pool', cell: ({ pool }) => escapeHtml(pool) },
  { zh: '年度基金（元）', en: 'fund of the year (yuan)', number: true, cell: ({ fund }) => yuan(fund.total_fen) },
  {
    zh: '浮动点值（元）',
    en: 'floating value (yuan)',
    number: true,
    cell: ({ floating_rate }) => (floating_rate === 0 ? '–' : rateText(floating_rate)),
  },
  { zh: '浮动点数', en: 'floating points', number: true, cell: ({ floating_points }) => ratioText(floating_points) },
];

const section = (title: string, content: string): string => `<h2>${title}</h2>${content}`;

/** The statement of a hospital as a page in both languages, ready to print. */
export function statementHtml(data: StatementData, forms: PaymentForms = paymentForms): string {
  const pricer = compileTariff(data.tariff, forms);
  const rows = data.cases.map((line): CaseRow => ({ line, sums: caseSums(line, data.pools, pricer) }));
  const name = data.name === '' ? data.fixmedins_code : `${data.name}（${data.fixmedins_code}）`;
  const months = data.months.map((month) => {
    const former = data.first.find(({ period }) => period === month.period);
    const changed =
      former === undefined || former.total_fen === month.total_fen
        ? ''
        : `<p class="note">${both(`第一版：${yuan(former.total_fen)} 元`, `first version: ${yuan(former.total_fen)} yuan`)}</p>`;
    const title = both(`${month.period} 月度预结算`, `${month.period} preliminary settlement`);
    return `<h2>${title}</h2>${lineTable(month, words('本月拨付', 'paid this month'), forms)}${changed}`;
  });
  const clearing =
    data.year === undefined
      ? ''
      : section(
          both(`${data.year.period} 年度清算`, `clearing of ${data.year.period}`),
          lineTable(data.year, words('清算应付', 'due at the clearing'), forms),
        );
  const pools =
    data.pools.length === 0 ? '' : section(both('基金池', 'pools'), table(both('费率与点值', 'rates and values'), poolColumns, data.pools));
  const noDeductions = both('没有扣款', 'no deductions');
  const styles = table(both('按付费形式与方式', 'by form and style'), styleColumns(forms), styleCounts(rows), both('没有病例', 'no cases'));
  return page(
    `${data.title.zh} ${name}`,
    `<h1>${both(data.title.zh, data.title.en)}</h1><p>${escapeHtml(name)}</p>
${cards(data)}
${clearing}
${months.join('\n')}
${section(both('病例构成', 'cases'), styles)}
${section(both('非标准付费病例', 'cases not paid at the standard'), specialCases(rows, forms, fundShareOf(data.tariff).lessWords))}
${remarkedCases(data.cases)}${section(both('异议与重传', 'objections and lists sent again'), objectionPart(data.histories))}
${section(both('稽核扣款', 'audit deductions'), table(both('每案一次', 'each case once'), deductionColumns, data.deductions, noDeductions))}
${pools}`,
  );
}
