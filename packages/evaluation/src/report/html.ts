import { both, type Column, escapeHtml, grouped, page, prose, table, yuan } from '@hengjian/documents';
import { counted, dictionary, formatDay, formatScaled } from '@hengjian/standard';
import type { Evaluation, GroupFigures } from '../evaluate.ts';
import type { Figures } from '../figures.ts';
import type { FormScore } from '../form.ts';
import type { Limits } from '../funnel.ts';
import type { Margin } from '../margins.ts';
import type { ScreenRow } from '../screening.ts';
import { type Screens, standardScreens } from '../screens.ts';
import type { WithinGroup } from '../within.ts';
import { funnelPlot, valueBars } from './charts.ts';
import { decimal, percent, positionNames, riskNames, screenName, shareText, unknownText } from './words.ts';

const shownRows = 30;
const chartRows = 20;

type Named = Pick<Figures, 'fixmedins_code' | 'dscg_caty' | 'chfpdr_code'>;

const nameOf = (result: Evaluation, code: string): string => result.names[code] ?? code;
/** Name of a code of a national table in both languages; the code where the table has none. */
function codeName(table: string, code: string): string {
  const known = dictionary.codeTables.get(table)?.get(code);
  return known === undefined ? escapeHtml(code) : both(known.name_zh, known.name_en);
}
const parted = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');
const department = (code: string): string => (code === '' ? '' : codeName('dept', code));
const placeOf = (result: Evaluation, { fixmedins_code, dscg_caty, chfpdr_code }: Named): string =>
  parted([escapeHtml(nameOf(result, fixmedins_code)), department(dscg_caty), escapeHtml(chfpdr_code)]);
const groupNamed = (result: Evaluation, code: string): string => {
  const name = result.groups.find(({ grp_code }) => grp_code === code)?.name ?? null;
  return name === null ? escapeHtml(code) : `${escapeHtml(code)} ${both(name.zh, name.en)}`;
};
const unbroken = (text: string): string => `<span style="white-space:nowrap">${text}</span>`;

const placeColumn = <Row extends Named>(result: Evaluation): Column<Row> => ({
  zh: '机构',
  en: 'institution',
  cell: (row) => placeOf(result, row),
});

function cards({ region, hospitals }: Evaluation): string {
  const card = (title: string, value: string, note: string): string =>
    `<div class="card"><small>${title}</small><b>${value}</b><small>${note}</small></div>`;
  return `<div class="cards">${[
    card(both('出院病例', 'discharges'), grouped(region.counts.stays), `${hospitals.length} ${both('家医疗机构', 'hospitals')}`),
    card(
      both('入组率', 'grouping rate'),
      percent(region.grouping.share),
      `${grouped(region.grouping.numerator)} / ${grouped(region.grouping.denominator)}`,
    ),
    card(
      both('病例组合指数', 'case mix index'),
      decimal(region.cmi),
      both(`总权重 ${formatScaled(region.total_weight, 4)}`, `total weight ${formatScaled(region.total_weight, 4)}`),
    ),
    card(
      both('低风险组死亡率', 'low-risk mortality'),
      percent(region.low_risk_mortality.share),
      `${region.low_risk_mortality.numerator} / ${grouped(region.low_risk_mortality.denominator)}`,
    ),
    card(
      both('支付减费用（元）', 'payment minus cost (yuan)'),
      yuan(region.margin_fen),
      both(`${grouped(region.paid_cases)} 例有支付数`, `${grouped(region.paid_cases)} stays with a payment`),
    ),
  ].join('')}</div>`;
}

const capability = (result: Evaluation): readonly Column<Figures>[] => [
  placeColumn(result),
  { zh: '级别', en: 'level', cell: (row) => (row.hosp_lv === '' ? '—' : unbroken(codeName('hosp_lv', row.hosp_lv))) },
  { zh: '病例', en: 'stays', number: true, cell: (row) => grouped(row.counts.stays) },
  { zh: '病组数', en: 'groups', number: true, cell: (row) => grouped(row.groups) },
  { zh: '总权重', en: 'total weight', number: true, cell: (row) => formatScaled(row.total_weight, 4) },
  { zh: 'CMI', en: 'CMI', number: true, cell: (row) => decimal(row.cmi) },
  { zh: '入组率', en: 'grouping', number: true, cell: (row) => shareText(row.grouping) },
  { zh: '歧义率', en: 'ambiguous', number: true, cell: (row) => shareText(row.ambiguous) },
  { zh: '未入组率', en: 'ungrouped', number: true, cell: (row) => shareText(row.ungrouped) },
];

const efficiency = (result: Evaluation): readonly Column<Figures>[] => [
  placeColumn(result),
  { zh: '费用指数（例均比值）', en: 'cost index (mean of ratios)', number: true, cell: (row) => decimal(row.cost_index_mean_of_ratios) },
  { zh: '费用指数（合计之比）', en: 'cost index (ratio of sums)', number: true, cell: (row) => decimal(row.cost_index_ratio_of_sums) },
  { zh: '时间指数（例均比值）', en: 'time index (mean of ratios)', number: true, cell: (row) => decimal(row.time_index_mean_of_ratios) },
  { zh: '时间指数（合计之比）', en: 'time index (ratio of sums)', number: true, cell: (row) => decimal(row.time_index_ratio_of_sums) },
  {
    zh: '次均费用（元）',
    en: 'mean cost (yuan)',
    number: true,
    cell: (row) => (row.mean_cost_fen === null ? unknownText : yuan(row.mean_cost_fen)),
  },
  { zh: '平均住院日', en: 'mean stay', number: true, cell: (row) => decimal(row.mean_days) },
  { zh: '位置', en: 'position', cell: (row) => unbroken(both(...positionNames[row.cost_funnel.position])) },
];

const quality = (result: Evaluation): readonly Column<Figures>[] => [
  placeColumn(result),
  { zh: '死亡率', en: 'mortality', number: true, cell: (row) => shareText(row.mortality) },
  { zh: '低风险组', en: 'low risk', number: true, cell: (row) => shareText(row.low_risk_mortality) },
  {
    zh: '实际 / 预期死亡',
    en: 'deaths / expected',
    number: true,
    cell: ({ adjusted_mortality: one }) =>
      `${decimal(one.ratio)}<br><small class="note">${one.observed} / ${formatScaled(one.expected, 4)}</small>`,
  },
  { zh: '位置', en: 'position', cell: (row) => unbroken(both(...positionNames[row.adjusted_mortality.position])) },
  { zh: '再入院', en: 'readmission', number: true, cell: (row) => shareText(row.readmission) },
  { zh: '同组再入院', en: 'same group', number: true, cell: (row) => shareText(row.readmission_same_group) },
  { zh: '非医嘱离院', en: 'against advice', number: true, cell: (row) => shareText(row.against_advice) },
  { zh: '费用极高', en: 'very dear', number: true, cell: (row) => shareText(row.high_cost) },
  { zh: '总额与明细不符', en: 'total not lines', number: true, cell: ({ counts }) => grouped(counts.total_not_lines) },
];

function limitsText(limits: Limits | null, show: (value: number) => string): string {
  if (limits === null) return unknownText;
  const range = ([low, high]: readonly [number, number]): string => `${show(low)} – ${show(high)}`;
  return `${range(limits.warning)}<br><small class="note">${range(limits.alarm)}</small>`;
}

const withinColumns = (result: Evaluation): readonly Column<WithinGroup>[] => [
  placeColumn(result),
  { zh: '病组', en: 'group', cell: (row) => groupNamed(result, row.grp_code) },
  { zh: '病例', en: 'stays', number: true, cell: (row) => grouped(row.cases) },
  { zh: '费用 / 组均', en: 'cost / group mean', number: true, cell: (row) => decimal(row.cost_ratio) },
  { zh: '住院日 / 组均', en: 'days / group mean', number: true, cell: (row) => decimal(row.time_ratio) },
  { zh: '警戒线；控制线', en: 'warning; alarm limits', number: true, cell: (row) => limitsText(row.limits, decimal) },
  { zh: '位置', en: 'position', cell: (row) => unbroken(both(...positionNames[row.position])) },
];

const marginColumns = (result: Evaluation): readonly Column<Margin>[] => [
  {
    zh: '机构或病组',
    en: 'institution or group',
    cell: (row) =>
      parted([
        escapeHtml(nameOf(result, row.fixmedins_code)),
        department(row.dscg_caty),
        row.grp_code === '' ? '' : groupNamed(result, row.grp_code),
      ]),
  },
  { zh: '病例', en: 'stays', number: true, cell: (row) => grouped(row.cases) },
  { zh: '支付（元）', en: 'payment', number: true, cell: (row) => yuan(row.payment_fen) },
  { zh: '费用（元）', en: 'cost', number: true, cell: (row) => yuan(row.cost_fen) },
  { zh: '盈亏（元）', en: 'margin', number: true, cell: (row) => yuan(row.margin_fen) },
];

const screenColumns = (result: Evaluation, screens: Screens): readonly Column<ScreenRow>[] => [
  { zh: '机构', en: 'institution', cell: (row) => escapeHtml(nameOf(result, row.fixmedins_code)) },
  {
    zh: '筛查',
    en: 'screen',
    cell: (row) => `${both(...screenName(screens, row.screen))}${row.adrg === '' ? '' : ` ${escapeHtml(row.adrg)}`}`,
  },
  { zh: '本机构', en: 'own', number: true, cell: (row) => shareText(row.own) },
  { zh: '上期', en: 'former', number: true, cell: (row) => (row.former === null ? '—' : shareText(row.former)) },
  { zh: '同级其他机构', en: 'peers', number: true, cell: (row) => shareText(row.peers) },
  { zh: '实际 / 预期', en: 'observed / expected', number: true, cell: (row) => (row.expected === null ? '—' : decimal(row.measure)) },
  {
    zh: '警戒线；控制线',
    en: 'warning; alarm limits',
    number: true,
    cell: (row) => limitsText(row.limits, row.expected === null ? percent : decimal),
  },
];

const groupColumns: readonly Column<GroupFigures>[] = [
  { zh: '病组', en: 'group', cell: (row) => `${escapeHtml(row.grp_code)}${row.name === null ? '' : ` ${both(row.name.zh, row.name.en)}`}` },
  { zh: '权重', en: 'weight', number: true, cell: (row) => decimal(row.weight) },
  { zh: '病例', en: 'stays', number: true, cell: (row) => grouped(row.cases) },
  { zh: '组均费用（元）', en: 'mean cost', number: true, cell: (row) => yuan(row.mean_cost_fen) },
  { zh: '组均住院日', en: 'mean stay', number: true, cell: (row) => decimal(row.mean_days) },
  { zh: '死亡', en: 'deaths', number: true, cell: (row) => grouped(row.deaths) },
  { zh: '死亡风险', en: 'risk', cell: (row) => both(...riskNames[row.risk]) },
];

const denseStyle = '<style>.dense table{font-size:12px}.dense th,.dense td{padding:6px 4px}</style>';
const scoresCaption = both(
  '没有数据的指标不计分也不计入满分；每项的算法见工作簿',
  'what is not known counts in neither score nor points; the steps of each item are in the workbook',
);

function scores(result: Evaluation): string {
  const { form } = result;
  if (form === null) return '';
  type Row = (typeof result.scores)[number];
  const points = (score: FormScore, aspect: string): string => {
    const own = score.aspects.find((one) => one.aspect === aspect);
    if (own === undefined || score.items.every((item) => item.aspect !== aspect || item.score === null)) return unknownText;
    return `${formatScaled(own.score, 2)}${
      own.unknown === 0 ? '' : `<br><small class="note">${both(`${own.unknown} 项无数据`, `${own.unknown} not known`)}</small>`
    }`;
  };
  const sorted = [...result.scores].sort(
    (left, right) => (right.score.share ?? -1) - (left.score.share ?? -1) || (left.fixmedins_code < right.fixmedins_code ? -1 : 1),
  );
  const columns: readonly Column<Row>[] = [
    { zh: '机构', en: 'institution', cell: (row) => escapeHtml(nameOf(result, row.fixmedins_code)) },
    ...form.aspects.map(
      ({ aspect, name }): Column<Row> => ({ zh: name.zh, en: name.en, number: true, cell: (row) => points(row.score, aspect) }),
    ),
    {
      zh: '得分 / 可计满分',
      en: 'score / known points',
      number: true,
      cell: ({ score }) => `${formatScaled(score.score, 2)} / ${formatScaled(score.known_points, 2)}`,
    },
    { zh: '得分率', en: 'share', number: true, cell: ({ score }) => percent(score.share) },
  ];
  return `<h2>${both(form.name.zh, form.name.en)}</h2>
${valueBars(
  '得分率 / score',
  sorted.slice(0, chartRows).map(({ fixmedins_code, score }) => ({
    label: nameOf(result, fixmedins_code),
    value: score.share ?? 0,
    shown: score.share === null ? '—' : `${formatScaled(score.share, 2)}%`,
  })),
)}
${denseStyle}<div class="dense">${table(scoresCaption, columns, sorted.slice(0, shownRows))}</div>`;
}

const largest = <Row>(rows: readonly Row[], of: (row: Row) => number): Row[] =>
  rows
    .map((row, index) => ({ row, index }))
    .sort((left, right) => of(right.row) - of(left.row) || left.index - right.index)
    .slice(0, shownRows)
    .map(({ row }) => row);

const rest = (shown: number, all: number): string =>
  all <= shown
    ? both(`共 ${all} 行`, counted(all, 'row'))
    : both(`列出 ${shown} 行，共 ${all} 行，全部见工作簿`, `${shown} of ${all} rows; all of them are in the workbook`);

function marginSection(result: Evaluation, by: Margin['by'], title: string): string {
  const rows = result.margins.filter((row) => row.by === by);
  const shown = rows.slice(0, shownRows);
  return `<h3>${title}</h3>${table(rest(shown.length, rows.length), marginColumns(result), shown)}`;
}

function periods({ period, former_period: former }: Evaluation): string {
  const days = ({ from, to }: Evaluation['period']): string => `${formatDay(from)} – ${formatDay(to)}`;
  const earlier = former === null ? both('无上期', 'no former period') : days(former);
  return `<p class="note">${both('出院期间', 'discharges')}：${days(period)}；${both('上期', 'former period')}：${earlier}</p>`;
}

const funnelAxes = {
  across: ['入组病例（例）', 'grouped stays'],
  up: ['费用指数（例均比值）', 'cost index (mean of ratios)'],
} as const;
const funnelCaption = both(
  '虚线为 95% 警戒线，实线为 99.8% 控制线；指数按病组构成调整，全市为 1',
  'dashed 95 % warning, solid 99.8 % alarm limits; adjusted to the mix of groups, the city is 1',
);

function efficiencySection(result: Evaluation, hospitals: readonly Figures[]): string {
  const points = result.hospitals.flatMap(({ fixmedins_code, cost_funnel }) =>
    cost_funnel.ratio === null
      ? []
      : [{ label: nameOf(result, fixmedins_code), cases: cost_funnel.cases, value: cost_funnel.ratio, position: cost_funnel.position }],
  );
  return `<h2>${both('服务效率', 'Efficiency')}</h2>
${funnelPlot('费用指数漏斗图 / cost index funnel', points, result.cost_deviation, funnelAxes)}
${table(funnelCaption, efficiency(result), hospitals)}`;
}

function qualitySection(result: Evaluation, hospitals: readonly Figures[]): string {
  const { readmission_days: days } = result.parameters;
  const caption = both(`再入院：出院后 ${days} 天内再次入住同一机构`, `readmission: to the same hospital within ${days} days`);
  return `<h2>${both('医疗质量', 'Quality of care')}</h2>
${table(caption, quality(result), hospitals)}`;
}

function withinSection(result: Evaluation): string {
  const within = largest(result.within, ({ cost_ratio }) => Math.abs((cost_ratio ?? 10_000) - 10_000));
  const caption = both(
    `比较 ${result.compared} 项，超出警戒线 ${result.within.length} 项，列出差异最大的 ${within.length} 项`,
    `${result.compared} compared, ${result.within.length} outside the warning limits, the ${within.length} farthest shown`,
  );
  return `<h2>${both('同一病组内的比较', 'Within the same group')}</h2>
${table(caption, withinColumns(result), within)}`;
}

function screensSection(result: Evaluation, screens: Screens): string {
  const { length: all } = result.screens;
  const flagged = result.screens.filter((row) => row.flagged);
  const caption = both(`共筛查 ${all} 项，提示 ${flagged.length} 项`, `${all} screened, ${flagged.length} flagged`);
  return `<h2>${both('分组异常筛查', 'Screens for up-coding')}</h2>
<p class="note">${both(
    '筛查只提示需要核查的线索，不是违规结论；须结合病历并听取机构说明。',
    'A screen points to what should be looked at; it is no finding. Records and the hospital are heard first.',
  )}</p>
${table(caption, screenColumns(result, screens), flagged.slice(0, shownRows), both('没有提示', 'nothing flagged'))}`;
}

const definitions = ({ parameters: { excluded_days: days, excluded_fen } }: Evaluation): string =>
  prose([
    [
      '总权重 = 权重 × 病例数之和；CMI = 总权重 ÷ 有权重的入组病例。',
      'Total weight: sum of weight × stays; CMI: total weight ÷ grouped stays with a weight.',
    ],
    [
      `入组率 = 入组 ÷（全部 − 住院超过 ${days} 天或费用不足 ${yuan(excluded_fen)} 元者），`,
      `Grouping rate: grouped ÷ (all − stays over ${days} days or under ${yuan(excluded_fen)} yuan);`,
    ],
    ['歧义病例不算入组。', 'ambiguous stays count as not grouped.'],
    ['费用（时间）指数列两种：', 'Cost and time index in two definitions:'],
    ['例均比值为每例费用与全市同组均值之比的平均，', 'mean of the ratios to the regional mean of the group;'],
    ['合计之比为实际合计除以按全市同组均值的预期合计。', 'sum of what was used ÷ sum of what the regional means expect.'],
    ['死亡风险按病组住院死亡率的自然对数分级，', 'Risk of death by the logarithm of the mortality of groups;'],
    ['均值减一个标准差及以下为低风险。', 'at or below the mean minus one standard deviation is low.'],
  ]);

/** The report of an evaluation: offline, both languages, every picture with a table that says the same. */
export function evaluationPage(result: Evaluation, screens: Screens = standardScreens): string {
  const hospitals = largest(result.hospitals, ({ counts }) => counts.stays);
  const losses = result.margins.filter(({ by, margin_fen }) => by === 'department' && margin_fen < 0).slice(0, chartRows);
  const byMix = [...hospitals]
    .sort((left, right) => (right.cmi ?? 0) - (left.cmi ?? 0) || (left.fixmedins_code < right.fixmedins_code ? -1 : 1))
    .slice(0, chartRows);
  const body = `<style>th.n{white-space:normal}</style>
<h1>${both('支付方式运行评价', 'Evaluation of group payment')}</h1>
${periods(result)}
${cards(result)}
<h2>${both('服务能力', 'Capability')}</h2>
<p class="note">${both('病例组合指数（CMI）', 'case mix index (CMI)')}</p>
${valueBars(
  'CMI',
  byMix.map((row) => ({
    label: nameOf(result, row.fixmedins_code),
    value: row.cmi ?? 0,
    shown: row.cmi === null ? '—' : formatScaled(row.cmi, 4),
  })),
)}
${table(rest(hospitals.length, result.hospitals.length), capability(result), hospitals)}
${efficiencySection(result, hospitals)}
${qualitySection(result, hospitals)}
${withinSection(result)}
<h2>${both('盈亏', 'Margin')}</h2>
${losses.length === 0 ? '' : `<p class="note">${both('亏损最大的科室（元）', 'departments with the largest loss (yuan)')}</p>`}
${valueBars(
  '亏损最大的科室 / departments with the largest loss',
  losses.map((row) => ({
    label: `${nameOf(result, row.fixmedins_code)} ${dictionary.codeTables.get('dept')?.get(row.dscg_caty)?.name_zh ?? row.dscg_caty}`,
    value: row.margin_fen,
    shown: yuan(row.margin_fen),
  })),
)}
${marginSection(result, 'department', both('科室', 'Departments'))}
${marginSection(result, 'group', both('病组', 'Groups'))}
${screensSection(result, screens)}
${scores(result)}
<h2>${both('病组', 'Groups')}</h2>
${table(
  rest(Math.min(shownRows, result.groups.length), result.groups.length),
  groupColumns,
  largest(result.groups, ({ cost_fen }) => cost_fen),
)}
<h2>${both('口径', 'Definitions')}</h2>
<p>${definitions(result)}</p>
`;
  return page('支付方式运行评价', body);
}
