import { bars, both, type Column, columns, escapeHtml, grouped, page, prose, table, yuan } from '@hengjian/documents';
import { estimateWords } from '@hengjian/lake';
import { counted, formatDay, type Words, words } from '@hengjian/standard';
import { noteWords, pointName } from '../explain-words.ts';
import { kindWords, looksAtNothing, moneyShare, rulesThatLookAtNothing } from '../reach/words.ts';
import type { RuleFigures, RunRecord } from '../record.ts';
import { unlikelyWords } from '../unlikely.ts';
import { type GroupRow, type ReportData, ruleLabels, type SampleRow } from './data.ts';
import { notLookedAtPart } from './not-looked-at.ts';

const resultName: Readonly<Record<string, string>> = {
  violation: both('明确违规', 'violation'),
  suspicious: both('可疑', 'suspicious'),
  statistic: both('统计监测', 'statistic'),
};

const causeNames: Readonly<Record<string, readonly [string, string]>> = {
  horizon: ['数据覆盖期不足以回看', 'the data do not reach back far enough'],
  age: ['年龄不明', 'age not known'],
  diagnoses: ['没有诊断记录', 'no diagnosis rows'],
  enrolments: ['没有参保记录', 'no enrolment rows'],
  main_diagnosis: ['主诊断不明', 'main diagnosis not known'],
  'person.reach': ['人员标识不足以跨机构判断', 'the person key does not reach far enough'],
  'line.inscp_amt': ['范围内金额缺失', 'in-scope amount missing'],
  'line.cnt_daily': ['数量不是当日数量', 'the quantity is not that of the day'],
  'line.time_precision': ['只有日期没有时刻', 'only the date is known, not the time'],
  'peer.few': ['可比机构或人员太少', 'too few comparable entities'],
  'peer.small': ['本期数量太少', 'too few rows in the period'],
  'peer.history': ['此前各期太少', 'too few earlier periods'],
  'peer.spread': ['可比对象之间没有差异', 'the comparable entities do not differ'],
  'visit.time_precision': ['只有日期没有时刻', 'only the date is known, not the time'],
  signature: ['住院没有明细', 'the stay has no lines'],
};

function causeName(cause: string): string {
  const [zh, en] = causeNames[cause] ?? [`缺 ${cause}`, `${cause} missing`];
  return both(zh, en);
}

const said = ({ zh, en }: Words): string => both(zh, en);

const small = (html: string): string => `<small class="note">${html}</small>`;

/** A figure of the summary with its title and remarks. */
function card(kind: string, title: string, figure: string, remarks: readonly string[]): string {
  return `<div class="${kind}"><small>${title}</small><b>${figure}</b>${remarks.map((own) => `<small>${own}</small>`).join('')}</div>`;
}

function resultCard({ totals }: RunRecord, kind: 'violation' | 'suspicious', title: string): string {
  const raw = totals.raw[kind];
  const once = totals.once[kind];
  const isKnown = raw === undefined || raw.findings === 0 || raw.fund_unknown < raw.findings;
  const known = `${yuan(once?.fund_fen ?? 0)}${estimatedText(raw?.fund_estimated)}`;
  const fund = `${both('基金损失', 'fund loss')} ${isKnown ? known : both('未知', 'not known')}`;
  const rawCharge = `${both('未去重合计', 'before de-duplication')} ${yuan(raw?.charge_fen ?? 0)}`;
  const findings = `${grouped(raw?.findings ?? 0)} ${both('条发现', 'findings')}`;
  const unknown = `${both('基金损失待定', 'fund loss not yet known')} ${grouped(raw?.fund_unknown ?? 0)}`;
  return card(`card ${kind === 'violation' ? 'v' : 's'}`, title, `${yuan(once?.charge_fen ?? 0)} ${both('元', 'yuan')}`, [
    both('涉及费用，每一分只计一次', 'charges at issue, each fen once'),
    `${fund}；${rawCharge}`,
    `${findings}；${unknown}`,
  ]);
}

/** How many rules look at nothing, and how much of the goods and services no point speaks of. */
function notLookedAtCard(run: RunRecord): readonly string[] {
  const rules = rulesThatLookAtNothing(run);
  if (rules === undefined) return [];
  const kinds = (run.looked_at ?? []).filter(({ all }) => all.fen !== null);
  return [
    card('card', both('未核查', 'not looked at'), grouped(rules.length), [
      both('条规则没有知识点涉及本数据，不等于未发现', 'rules have no point that reaches these data; that is not clear'),
      ...kinds.map(({ kind, all, not_looked_at: own }) => {
        const [name, share] = [kindWords(kind), moneyShare(own, all)];
        return both(`${name.zh}金额的 ${share} 没有知识点`, `${share} of the money of ${name.en} has no point`);
      }),
    ]),
  ];
}

function cards(run: RunRecord): string {
  const unknown = run.rules.flatMap((rule) => Object.values(rule.unknown)).reduce((sum, count) => sum + count, 0);
  const all = [
    resultCard(run, 'violation', both('明确违规', 'violations')),
    resultCard(run, 'suspicious', both('可疑（须听取申辩）', 'suspicions (to be heard)')),
    card('card', both('审核范围', 'scope'), grouped(run.lines), [
      `${both('条明细，', 'fee lines of')} ${grouped(run.persons)} ${both('人', 'persons')}`,
      `${run.rules.length} ${both('条规则', 'rules')}`,
    ]),
    card('card', both('无法判断', 'not judged'), grouped(unknown), [
      both('次判断缺少数据，不等于合规', 'judgements lack data; unknown is not clear'),
    ]),
    ...notLookedAtCard(run),
  ];
  return `<div class="cards">${all.join('')}</div>`;
}

/** Marks a sum of which some findings are estimates. */
const estimatedText = (findings = 0): string =>
  findings === 0 ? '' : ` ${small(both(`含估算 ${grouped(findings)} 条`, `${grouped(findings)} estimated`))}`;

const violationFund = (row: GroupRow): string => fundCell(row.violation_fund_fen, row.violation_fund_unknown, row.violation_fund_estimated);
const suspicionFund = (row: GroupRow): string => fundCell(row.suspicion_fund_fen, row.suspicion_fund_unknown, row.suspicion_fund_estimated);

const moneyColumns: readonly Column<GroupRow>[] = [
  { zh: '明确违规（条）', en: 'violations', number: true, cell: (row) => grouped(row.violations) },
  { zh: '涉及费用（元）', en: 'charge', number: true, cell: (row) => yuan(row.violation_fen) },
  { zh: '基金损失', en: 'fund loss', number: true, cell: violationFund },
  { zh: '可疑（条）', en: 'suspicions', number: true, cell: (row) => grouped(row.suspicions) },
  { zh: '涉及费用（元）', en: 'charge', number: true, cell: (row) => yuan(row.suspicion_fen) },
  { zh: '基金损失', en: 'fund loss', number: true, cell: suspicionFund },
];

const nameColumn = (zh: string, en: string): Column<GroupRow> => ({ zh, en, cell: (row) => escapeHtml(row.key === '' ? '—' : row.name) });

/** A sum of fund shares; what is not known is named beside it, never shown as 0, and what is estimated is marked. */
function fundCell(fen: number, unknown: number, estimates: number | undefined): string {
  const marked = `${yuan(fen)}${estimatedText(estimates)}`;
  if (unknown === 0) return marked;
  const open = both(`${grouped(unknown)} 条待定`, `${grouped(unknown)} not known`);
  return `${fen === 0 ? '' : `${marked}<br>`}${small(open)}`;
}

const ruleColumns = (label: (rule: string, version: number) => string): readonly Column<RuleFigures>[] => [
  { zh: '规则', en: 'rule', cell: (rule) => escapeHtml(label(rule.rule_id, rule.rule_version)) },
  { zh: '名称', en: 'name', cell: (rule) => both(rule.name_zh, rule.name_en) },
  { zh: '国家编码', en: 'national code', cell: (rule) => escapeHtml(rule.official_code ?? '—') },
  { zh: '结果', en: 'result', cell: (rule) => resultName[rule.result_type] ?? '' },
  { zh: '发现', en: 'findings', number: true, cell: (rule) => grouped(rule.findings) },
  { zh: '涉及费用（元）', en: 'charge', number: true, cell: (rule) => yuan(rule.charge_fen) },
  { zh: '基金损失', en: 'fund loss', number: true, cell: (rule) => fundCell(rule.fund_fen, rule.fund_unknown, rule.fund_estimated) },
  { zh: '判断次数', en: 'judged', number: true, cell: (rule) => grouped(rule.evaluated) },
  {
    zh: '无法判断',
    en: 'unknown',
    number: true,
    cell: (rule) => grouped(Object.values(rule.unknown).reduce((sum, count) => sum + count, 0)),
  },
];

const gradeText = ({ amount_grade }: SampleRow): string => (amount_grade === 'estimate' ? ` ${small(both('估算', 'an estimate'))}` : '');

const pointText = ({ point_id }: SampleRow): string => (point_id === null ? '' : `<br>${small(said(pointName(point_id)))}`);

const sampleColumns: readonly Column<SampleRow>[] = [
  { zh: '发现', en: 'finding', cell: (row) => `<code>${escapeHtml(row.finding_id.slice(0, 12))}</code>` },
  { zh: '规则', en: 'rule', cell: (row) => `${escapeHtml(row.rule_id)}${pointText(row)}` },
  { zh: '机构', en: 'institution', cell: (row) => escapeHtml(row.institution) },
  { zh: '日期', en: 'date', cell: (row) => escapeHtml(row.occurred_on) },
  {
    zh: '说明',
    en: 'what',
    cell: (row) =>
      [both(row.message_zh, row.message_en), small(said(row.arithmetic)), ...row.notes.map((note) => small(said(noteWords(note))))].join(
        '<br>',
      ),
  },
  { zh: '费用（元）', en: 'charge', number: true, cell: (row) => yuan(row.charge_fen) },
  {
    zh: '基金损失',
    en: 'fund loss',
    number: true,
    cell: (row) => (row.fund_fen === null ? both('待定', 'not known') : `${yuan(row.fund_fen)}${gradeText(row)}`),
  },
];

const chartOf = (rows: readonly GroupRow[], limit: number) =>
  rows
    .filter((row) => row.violation_fen + row.suspicion_fen > 0)
    .slice(0, limit)
    .map((row) => ({ label: row.name, first: row.violation_fen, second: row.suspicion_fen }));

const violationMark = `<i class="v" style="background:var(--v)"></i>${both('明确违规', 'violations')}`;
const suspicionMark = `<i style="background:var(--s)"></i>${both('可疑', 'suspicions')}`;
const legend = `<p class="legend note">${violationMark}${suspicionMark}</p>`;

function unknownTable(run: RunRecord): string {
  const causes = new Map<string, { rules: string[]; count: number }>();
  for (const rule of run.rules) {
    for (const [cause, count] of Object.entries(rule.unknown)) {
      const entry = causes.get(cause) ?? { rules: [], count: 0 };
      causes.set(cause, { rules: [...entry.rules, rule.rule_id], count: entry.count + count });
    }
  }
  const rows = [...causes].sort(([, left], [, right]) => right.count - left.count);
  return table(
    both('缺少数据时答“无法判断”，从不当作合规', 'where data are missing the answer is unknown, never clear'),
    [
      { zh: '原因', en: 'cause', cell: ([cause]: (typeof rows)[number]) => causeName(cause) },
      { zh: '次数', en: 'judgements', number: true, cell: ([, entry]) => grouped(entry.count) },
      { zh: '规则', en: 'rules', cell: ([, entry]) => escapeHtml([...new Set(entry.rules)].join(' ')) },
    ],
    rows,
    both('所有判断都有数据', 'every judgement had its data'),
  );
}

function changesText(run: RunRecord): string {
  if (run.changes === null) return `<p class="note">${both('没有可比较的上次运行。', 'There is no earlier run to compare with.')}</p>`;
  const { new: added, unchanged, changed, withdrawn } = run.changes;
  const counts = [
    `${both('新增', 'new')} ${grouped(added)}`,
    `${both('未变', 'unchanged')} ${grouped(unchanged)}`,
    `${both('变化', 'changed')} ${grouped(changed)}`,
    `${both('撤回', 'withdrawn')} ${grouped(withdrawn)}`,
  ];
  return `<p>${both('与上次运行相比：', 'Against the earlier run: ')}${counts.join('，')}</p>`;
}

/** Points of the demonstration city are no norm of any area: whoever reads the figures has to know how many rest on them. */
const demonstrationWords = (findings: number): readonly Words[] =>
  findings === 0
    ? []
    : [
        words(
          `${grouped(findings)} 条发现依据演示知识点：演示知识点不是任何统筹区的规定，不能据以追款。`,
          `${counted(findings, 'finding')} on points of the demonstration city: no norm of any area, no ground to recover money.`,
        ),
      ];

/** Rules to be looked at first, and values that somebody assumed: amounts that read them are estimates. */
const cautions = ({ run, demonstration }: ReportData): string =>
  [...demonstrationWords(demonstration), ...unlikelyWords(run), ...(run.estimated ?? []).map(estimateWords)]
    .map((one) => `<p class="note">${said(one)}</p>`)
    .join('');

function exemptedText({ exempted }: RunRecord): string {
  if (exempted === null || exempted === undefined || exempted.findings === 0) return '';
  const list = exempted.exemptions.filter((one) => one.findings > 0).map((one) => `${one.rule_id} ${one.findings} (${one.reason})`);
  const apart = both('按已批准的豁免另列，不计入上表：', 'Set apart by approved exemptions, not counted above: ');
  const findings = `${grouped(exempted.findings)} ${both('条发现，涉及费用', 'findings, charge')}`;
  const charge = `${yuan(exempted.charge_fen)} ${both('元', 'yuan')}`;
  return `<p>${apart}${findings} ${charge}；${escapeHtml(list.join('；'))}</p>`;
}

/** Which settlements were audited, and the versions that gave the result. */
function provenance(run: RunRecord): string {
  const period =
    run.from === null && run.to === null
      ? both('全部结算', 'all settlements')
      : `${run.from === null ? '' : formatDay(run.from)} – ${run.to === null ? '' : formatDay(run.to)}`;
  const short = (hash: string): string => `<code>${hash.slice(0, 12)}</code>`;
  const facts = [
    `${both('结算期间', 'settlement period')}：${period}`,
    `${both('规则库', 'rulebook')} ${short(run.rulebook_hash)}`,
    `${both('数据版本', 'lake version')} ${short(run.lake_hash)}`,
    `${both('结果校验', 'findings hash')} ${short(run.findings_hash)}`,
  ];
  return `<p class="note">${facts.join('；')}</p>`;
}

const neverAdded = both(
  '明确违规与可疑分开列示，从不相加。命中可疑规则只是线索，不是结论。',
  'Violations and suspicions stand apart and are never added up. A suspicious hit is a clue, not a conclusion.',
);

const sampleCaption = both(
  '每类最多 15 条；用 explain 命令查看全部证据',
  'at most 15 of each kind; the explain command shows all evidence',
);

const howCounted = prose([
  ['费用为净明细（已扣退费）。', 'Charges are those of net lines (refunds taken off).'],
  [
    '基金损失 = 涉及的范围内金额 × 该笔结算基金支付 ÷ 该笔结算范围内金额（实施细则第三十五条）；',
    'Fund loss = in-scope amount at issue × fund of the settlement ÷ its in-scope amount (Order 7, Article 35);',
  ],
  ['按病种付费的住院在分组前基金损失记为待定。', 'for stays paid by group the fund loss is not known before grouping.'],
  ['分组后为两次付费之差，', 'after it the loss is the difference of two payments,'],
  ['至多计到所涉费用。', 'counted up to the charges at issue.'],
  ['同一净明细被多条规则命中时取最大者，', 'A net line that several rules hit counts at its largest amount,'],
  ['整次住院的发现吸收其明细，', 'a finding about a whole stay absorbs its lines,'],
  ['可疑只计违规未计的部分。', 'and suspicions count only what no violation counts.'],
]);

/** The report a director reads. */
export function htmlReport(data: ReportData): string {
  const { run } = data;
  const withFindings = [...run.rules]
    .filter((rule) => rule.findings > 0)
    .sort((left, right) => right.charge_fen - left.charge_fen || right.findings - left.findings);
  const label = ruleLabels(run.rules);
  const silent = run.rules.filter((rule) => rule.findings === 0 && !looksAtNothing(rule));
  const silentRules = both(`没有发现的 ${silent.length} 条规则`, `${counted(silent.length, 'rule')} without findings`);
  const institutions = data.institutions.slice(0, 20);
  const institutionsCaption = both(
    `金额最大的 ${institutions.length} 家，共 ${data.institutions.length} 家；每一分只计一次；全部机构见工作簿`,
    `the ${institutions.length} largest of ${data.institutions.length}; each fen once; all of them are in the workbook`,
  );
  const departments = data.departments.slice(0, 20);
  const departmentsCaption = both(
    `金额最大的 ${departments.length} 个，共 ${data.departments.length} 个；未去重`,
    `the ${departments.length} largest of ${data.departments.length}; before de-duplication`,
  );
  const body = `
<h1>${both('医保基金审核报告', 'Fund audit report')}</h1>
${provenance(run)}
${cards(run)}
<p class="note">${neverAdded}</p>
${changesText(run)}${exemptedText(run)}${cautions(data)}
<h2>${both('医药机构', 'Institutions')}</h2>${legend}${bars('institutions', chartOf(data.institutions, 15))}
${table(institutionsCaption, [nameColumn('机构', 'institution'), ...moneyColumns], institutions)}
<h2>${both('规则', 'Rules')}</h2>${legend}${bars(
    'rules',
    withFindings.slice(0, 15).map((rule) => ({
      label: `${label(rule.rule_id, rule.rule_version)} ${rule.name_zh}`,
      first: rule.result_type === 'violation' ? rule.charge_fen : 0,
      second: rule.result_type === 'violation' ? 0 : rule.charge_fen,
    })),
  )}
${table(both('有发现的规则，未去重', 'rules with findings, before de-duplication'), ruleColumns(label), withFindings)}
<details><summary>${silentRules}</summary>${table(both('没有发现', 'without findings'), ruleColumns(label), silent)}</details>
<h2>${both('逐月趋势', 'By month')}</h2>${legend}${columns('months', chartOf(data.months, 36))}
${table(both('按行为发生月份，未去重', 'by the month of the act, before de-duplication'), [nameColumn('月份', 'month'), ...moneyColumns], data.months)}
<h2>${both('科室', 'Departments')}</h2>
${table(departmentsCaption, [nameColumn('科室', 'department'), ...moneyColumns], departments)}
<h2>${both('金额最大的发现', 'Largest findings')}</h2>
${table(sampleCaption, sampleColumns, data.samples)}
<h2>${both('无法判断', 'Not judged')}</h2>${unknownTable(run)}
${notLookedAtPart(run)}<h2>${both('金额口径', 'How the money is counted')}</h2>
<p>${howCounted}</p>
`;
  return page('医保基金审核报告', body);
}
