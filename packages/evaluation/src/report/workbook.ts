import { type Cell, type WorkbookWriter, workbookWriter } from '@hengjian/documents';
import { formatDay, formatScaled, formatYuan } from '@hengjian/standard';
import type { Clue } from '../clues.ts';
import type { Evaluation } from '../evaluate.ts';
import type { Figures, Share } from '../figures.ts';
import { showValue } from '../form.ts';
import type { Limits } from '../funnel.ts';
import { type Screens, standardScreens } from '../screens.ts';
import { positionNames, riskNames, screenName } from './words.ts';

const money = (fen: number | null): Cell => (fen === null ? null : { decimal: formatYuan(fen) });
const four = (value: number | null): Cell => (value === null ? null : { decimal: formatScaled(value, 4) });
const points = (value: number | null): Cell => (value === null ? null : { decimal: formatScaled(value, 2) });
const share = ({ numerator, denominator, share: value }: Share): Cell[] => [numerator, denominator, four(value)];
const shareNames = (name: string): string[] => [`${name}分子`, `${name}分母`, name];
const bounds = (limits: Limits | null): Cell[] =>
  limits === null ? [null, null, null, null] : [...limits.warning, ...limits.alarm].map(four);
const boundNames = ['警戒下限', '警戒上限', '控制下限', '控制上限'];

function sheet(book: WorkbookWriter, name: string, header: readonly string[], rows: Iterable<readonly Cell[]>): void {
  const writer = book.sheet(name, header);
  for (const row of rows) writer.row(row);
  writer.end();
}

const figureHeader: readonly string[] = [
  '机构编码',
  '机构名称',
  '级别',
  '科室',
  '医师',
  '病例',
  '病组数',
  '总权重',
  'CMI',
  ...shareNames('入组率'),
  ...shareNames('歧义率'),
  ...shareNames('未入组率'),
  '费用指数（例均比值）',
  '费用指数（合计之比）',
  '时间指数（例均比值）',
  '时间指数（合计之比）',
  ...boundNames.map((name) => `费用指数${name}`),
  '费用指数位置',
  '次均费用（元）',
  '平均住院日',
  ...shareNames('死亡率'),
  ...shareNames('低风险组死亡率'),
  '预期死亡',
  '实际/预期死亡',
  ...boundNames.map((name) => `死亡${name}`),
  ...shareNames('再入院率'),
  ...shareNames('同组再入院率'),
  ...shareNames('非医嘱离院率'),
  ...shareNames('费用极低占比'),
  ...shareNames('费用极高占比'),
  '有支付数的病例',
  '支付（元）',
  '费用（元）',
  '盈亏（元）',
  '总额与明细不符（例）',
];

const figureRow = (result: Evaluation, row: Figures): Cell[] => [
  row.fixmedins_code,
  result.names[row.fixmedins_code] ?? '',
  row.hosp_lv,
  row.dscg_caty,
  row.chfpdr_code,
  row.counts.stays,
  row.groups,
  four(row.total_weight),
  four(row.cmi),
  ...share(row.grouping),
  ...share(row.ambiguous),
  ...share(row.ungrouped),
  four(row.cost_index_mean_of_ratios),
  four(row.cost_index_ratio_of_sums),
  four(row.time_index_mean_of_ratios),
  four(row.time_index_ratio_of_sums),
  ...bounds(row.cost_funnel.limits),
  positionNames[row.cost_funnel.position][0],
  money(row.mean_cost_fen),
  four(row.mean_days),
  ...share(row.mortality),
  ...share(row.low_risk_mortality),
  four(row.adjusted_mortality.expected),
  four(row.adjusted_mortality.ratio),
  ...bounds(row.adjusted_mortality.limits),
  ...share(row.readmission),
  ...share(row.readmission_same_group),
  ...share(row.against_advice),
  ...share(row.low_cost),
  ...share(row.high_cost),
  row.paid_cases,
  money(row.payment_fen),
  money(row.paid_cost_fen),
  money(row.margin_fen),
  row.counts.total_not_lines,
];

const marginKinds = { hospital: '机构', department: '科室', group: '病组', hospital_group: '机构病组' } as const;

function scoreRows(result: Evaluation): Cell[][] {
  const units = new Map(result.form?.aspects.flatMap(({ items }) => items.map((item) => [item.item, item.unit] as const)));
  return result.scores.flatMap(({ fixmedins_code, score }) =>
    score.items.map((item) => [
      fixmedins_code,
      result.names[fixmedins_code] ?? '',
      item.aspect,
      item.item,
      item.name.zh,
      item.value === null ? null : showValue(item.value, units.get(item.item) ?? 'count'),
      points(item.points),
      points(item.score),
      item.steps.map(({ zh }) => zh).join('；'),
    ]),
  );
}

/** Groups and what they cost. */
function writeGroups(book: WorkbookWriter, result: Evaluation): void {
  sheet(
    book,
    '病组',
    ['病组', '名称', 'ADRG', '分型', '权重', '病例', '费用（元）', '组均费用（元）', '组均住院日', '死亡', '死亡风险'],
    result.groups.map((row) => [
      row.grp_code,
      row.name?.zh ?? '',
      row.adrg,
      row.split,
      four(row.weight),
      row.cases,
      money(row.cost_fen),
      money(row.mean_cost_fen),
      four(row.mean_days),
      row.deaths,
      riskNames[row.risk][0],
    ]),
  );
}

/** What was treated within the same group. */
function writeWithin(book: WorkbookWriter, result: Evaluation): void {
  sheet(
    book,
    '同组比较',
    ['机构', '科室', '医师', '病组', '病例', '费用（元）', '住院日', '死亡', '同组病例', '费用比', '住院日比', ...boundNames, '位置'],
    result.within.map((row) => [
      row.fixmedins_code,
      row.dscg_caty,
      row.chfpdr_code,
      row.grp_code,
      row.cases,
      money(row.cost_fen),
      row.days,
      row.deaths,
      row.group_cases,
      four(row.cost_ratio),
      four(row.time_ratio),
      ...bounds(row.limits),
      positionNames[row.position][0],
    ]),
  );
}

/** What was paid against what was spent. */
function writeMargins(book: WorkbookWriter, result: Evaluation): void {
  sheet(
    book,
    '盈亏',
    ['分类', '机构', '科室', '病组', '病例', '支付（元）', '费用（元）', '盈亏（元）'],
    result.margins.map((row) => [
      marginKinds[row.by],
      row.fixmedins_code,
      row.dscg_caty,
      row.grp_code,
      row.cases,
      money(row.payment_fen),
      money(row.cost_fen),
      money(row.margin_fen),
    ]),
  );
}

/** Screens, flagged or not. */
function writeScreens(book: WorkbookWriter, result: Evaluation, screens: Screens): void {
  sheet(
    book,
    '筛查',
    [
      '筛查',
      '机构',
      '级别',
      'ADRG',
      ...shareNames('本机构'),
      ...shareNames('上期'),
      ...shareNames('同行'),
      '预期',
      '比较值',
      ...boundNames,
      '位置',
      '提示',
    ],
    result.screens.map((row) => [
      screenName(screens, row.screen)[0],
      row.fixmedins_code,
      row.hosp_lv,
      row.adrg,
      ...share(row.own),
      ...(row.former === null ? [null, null, null] : share(row.former)),
      ...share(row.peers),
      four(row.expected),
      four(row.measure),
      ...bounds(row.limits),
      positionNames[row.position][0],
      row.flagged ? '是' : '',
    ]),
  );
}

/** Writes all rows of an evaluation, and the stays behind clues, as a workbook. */
export function writeEvaluationWorkbook(
  result: Evaluation,
  clues: readonly Clue[],
  path: string,
  screens: Screens = standardScreens,
): void {
  const book = workbookWriter(path);
  try {
    for (const [name, rows] of [
      ['机构', [...result.hospitals, result.region]],
      ['科室', result.departments],
      ['医师', result.practitioners],
    ] as const) {
      sheet(
        book,
        name,
        figureHeader,
        rows.map((row) => figureRow(result, row)),
      );
    }
    writeGroups(book, result);
    writeWithin(book, result);
    writeMargins(book, result);
    writeScreens(book, result, screens);
    sheet(book, '评价表', ['机构编码', '机构名称', '方面', '项目', '名称', '指标值', '满分', '得分', '算法'], scoreRows(result));
    sheet(
      book,
      '线索病例',
      ['规则', '机构', '筛查', 'ADRG', '就诊', '说明'],
      clues.flatMap(({ rule_id, screen, what, mdtrt_id }) =>
        mdtrt_id.map((visit) => [rule_id, screen.fixmedins_code, screenName(screens, screen.screen)[0], screen.adrg, visit, what.zh]),
      ),
    );
    const period = (from: number, to: number): string => `${formatDay(from)} 至 ${formatDay(to)}`;
    sheet(
      book,
      '说明',
      ['项目', '内容'],
      [
        ['出院期间', period(result.period.from, result.period.to)],
        ['上期', result.former_period === null ? '无' : period(result.former_period.from, result.former_period.to)],
        ['参数', JSON.stringify(result.parameters)],
        ['机构表末行', '全市合计'],
        ['同组比较', `比较 ${result.compared} 项，只列超出警戒线的`],
        ['筛查', '提示只是线索，不是违规结论'],
      ],
    );
  } finally {
    book.close();
  }
}
