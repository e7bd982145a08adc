import { both, type Column, escapeHtml, grouped, page, table, yuan } from '@hengjian/documents';
import { multiplyDivide, type Words } from '@hengjian/standard';
import type { PoolStatement, YearRun, YearStatement } from '../clear-year.ts';
import type { CommunityResult } from '../communities.ts';
import type { PaymentForms } from '../forms/form.ts';
import { paymentForms, reasonWords } from '../forms/registry.ts';
import type { NextCap } from '../next-caps.ts';
import type { ReviewReport } from '../rulings.ts';
import type { SettlementRun } from '../run.ts';
import { percentText, rateText, ratioText } from '../step.ts';
import { lineWords } from '../tally.ts';
import { stepList } from './html.ts';

const said = ({ zh, en }: Words): string => both(zh, en);

function poolPart({ pool, fund, floating_rate, floating_points, fixed_points, parts }: PoolStatement, forms: PaymentForms): string {
  const columns: readonly Column<PoolStatement['parts'][number]>[] = [
    { zh: '去向', en: 'where it went', cell: ({ kind }) => said(lineWords(kind, forms)) },
    { zh: '金额（元）', en: 'amount (yuan)', number: true, cell: ({ fen }) => yuan(fen) },
  ];
  const caption = both(
    `合计 ${yuan(fund.total_fen)} 元；固定点数 ${ratioText(fixed_points)}，浮动点数 ${ratioText(floating_points)}，浮动点值 ${rateText(floating_rate)}`,
    `${yuan(fund.total_fen)} yuan in all; fixed points ${ratioText(fixed_points)}, ` +
      `floating points ${ratioText(floating_points)} at ${rateText(floating_rate)}`,
  );
  return `<h3>${escapeHtml(pool)}</h3>${stepList(fund.steps)}${table(caption, columns, parts)}`;
}

type Names = SettlementRun['names'];
const hospitalCell =
  (names: Names) =>
  ({ fixmedins_code: code }: { readonly fixmedins_code: string }): string =>
    escapeHtml(names[code] === undefined ? code : `${names[code]}（${code}）`);

const hospitalColumns = (names: Names): readonly Column<YearStatement>[] => [
  { zh: '机构', en: 'hospital', cell: hospitalCell(names) },
  { zh: '病例', en: 'cases', number: true, cell: ({ cases }) => grouped(cases) },
  { zh: '点数', en: 'points', number: true, cell: ({ points }) => ratioText(points) },
  { zh: '全年基金应付（元）', en: 'due from the fund (yuan)', number: true, cell: ({ due_fen }) => yuan(due_fen) },
  { zh: '退还保证金（元）', en: 'deposit returned (yuan)', number: true, cell: ({ deposit_fen }) => yuan(deposit_fen) },
  { zh: '清算应付（元）', en: 'due at the clearing (yuan)', number: true, cell: ({ total_fen }) => yuan(total_fen) },
];

const capColumns = (names: Names): readonly Column<NextCap>[] => [
  { zh: '机构', en: 'hospital', cell: hospitalCell(names) },
  { zh: '计算', en: 'arithmetic', cell: ({ steps }) => stepList(steps) },
  { zh: '下年总额（元）', en: 'cap of next year (yuan)', number: true, cell: ({ fen }) => yuan(fen) },
];

const communityColumns: readonly Column<CommunityResult>[] = [
  { zh: '医共体', en: 'community', cell: ({ id }) => escapeHtml(id) },
  { zh: '计算', en: 'arithmetic', cell: ({ steps }) => stepList(steps) },
  { zh: '成员应得（元）', en: 'due to members (yuan)', number: true, cell: ({ settled_fen }) => yuan(settled_fen) },
];

function reviewText({ discharges, quota, applied, taken, passed, unknown }: ReviewReport): string {
  const missing =
    unknown.length === 0
      ? ''
      : `<p class="note">${both(`找不到病例的申报：${unknown.join('、')}`, `applications without a stay: ${unknown.join(', ')}`)}</p>`;
  const share = discharges === 0 ? 0 : multiplyDivide(taken, 10_000, discharges);
  const takenUp = `${grouped(taken)}（${percentText(share)}）`;
  return `<p>${both(
    `出院 ${grouped(discharges)} 例，名额 ${grouped(quota)}，申报 ${grouped(applied)}，受理 ${takenUp}，通过 ${grouped(passed)}。`,
    `${grouped(discharges)} discharges, quota ${grouped(quota)}, ${grouped(applied)} applied, ` +
      `${grouped(taken)} taken up (${percentText(share)}), ${grouped(passed)} passed.`,
  )}</p>${missing}`;
}

interface ReasonCount {
  readonly reason: string;
  readonly cases: number;
  readonly fund: number;
}

function reasonCounts({ outside }: YearRun): readonly ReasonCount[] {
  const counts = new Map<string, ReasonCount>();
  for (const { reason, fund_fen } of outside) {
    const former = counts.get(reason);
    counts.set(reason, { reason, cases: (former?.cases ?? 0) + 1, fund: (former?.fund ?? 0) + fund_fen });
  }
  return [...counts.values()].sort((a, b) => b.cases - a.cases || (a.reason < b.reason ? -1 : 1));
}

const reasonColumns = (forms: PaymentForms): readonly Column<ReasonCount>[] => [
  { zh: '原因', en: 'reason', cell: ({ reason }) => said(reasonWords(forms, reason)) },
  { zh: '病例', en: 'cases', number: true, cell: ({ cases }) => grouped(cases) },
  { zh: '基金应付（元）', en: 'due from the fund (yuan)', number: true, cell: ({ fund }) => yuan(fund) },
];

/** The clearing of the whole city: where the money of each pool went, hospitals, communities, reviews, caps of next year. */
export function cityHtml(run: SettlementRun, year: YearRun, forms: PaymentForms = paymentForms): string {
  const section = (title: string, content: string): string => `<h2>${title}</h2>${content}`;
  const signs = both('正为基金应付，负为机构应退', 'positive: the fund pays; negative: the hospital pays back');
  const hospitals = table(signs, hospitalColumns(run.names), year.statements);
  const reasons = table(both('按原因', 'by reason'), reasonColumns(forms), reasonCounts(year));
  const caps = table(both('结果运用', 'from the results of this year'), capColumns(run.names), year.next_caps);
  return page(
    `${run.title.zh} ${year.year}`,
    `<h1>${both(`${run.title.zh}：${year.year} 年度清算`, `${run.title.en}: clearing of ${year.year}`)}</h1>
${section(both('基金池', 'pools'), year.pools.map((pool) => poolPart(pool, forms)).join('\n'))}
${section(both('机构', 'hospitals'), hospitals)}
${section(both('医共体', 'medical communities'), table(both('总额包干', 'lump sums'), communityColumns, year.communities))}
${section(both('特例单议', 'special reviews'), reviewText(year.rulings.review))}
${section(both('不按病组付费的病例', 'stays not paid by their group'), reasons)}
${section(both('下年总额', 'caps of next year'), caps)}`,
  );
}
