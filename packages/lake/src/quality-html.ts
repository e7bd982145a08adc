import { dictionary, type Words } from '@hengjian/standard';
import type { Quality, Share } from './quality.ts';
import { causeWords, quarantineReasons, statusNames, statusWords } from './reasons.ts';

const escaped = (value: string): string =>
  value.replace(/[&<>"]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one] ?? one);
const both = (zh: string, en: string): string => `<span lang="zh">${escaped(zh)}</span><span lang="en">${escaped(en)}</span>`;
const said = (text: Words): string => (text.zh === text.en ? escaped(text.en) : both(text.zh, text.en));
const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${(Math.floor((part * 1000) / whole) / 10).toFixed(1)} %`);
const count = (value: number): string => value.toLocaleString('en-US');

interface Column {
  readonly zh: string;
  readonly en: string;
  readonly number?: boolean;
}

const column = (zh: string, en: string): Column => ({ zh, en });
const number = (zh: string, en: string): Column => ({ zh, en, number: true });

function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return `<p class="none">${both('无', 'none')}</p>`;
  const cell = (value: string, index: number): string => `<td${columns[index]?.number === true ? ' class="n"' : ''}>${value}</td>`;
  const head = columns.map((column) => `<th${column.number === true ? ' class="n"' : ''}>${both(column.zh, column.en)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

const tableName = (name: string): string => {
  const found = dictionary.tables.get(name);
  return `${found === undefined ? escaped(name) : both(found.name_zh, found.name_en)} <code>${escaped(name)}</code>`;
};

function states(quality: Quality): string {
  const used = statusNames.filter((status) => Object.values(quality.states).some((row) => (row[status] ?? 0) > 0));
  const columns = [{ zh: '表', en: 'table' }, ...used.map((status) => ({ ...statusWords(status), number: true }))];
  return table(
    columns,
    Object.entries(quality.states).map(([name, row]) => [tableName(name), ...used.map((status) => count(row[status] ?? 0))]),
  );
}

const shares = (list: readonly Share[]): string =>
  table(
    [column('检查项', 'check'), number('检查行数', 'rows checked'), number('符合', 'good'), number('比例', 'share')],
    list.map((one) => [said(one.name), count(one.checked), count(one.good), percent(one.good, one.checked)]),
  );

const style = `body{font:15px/1.6 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;margin:2rem auto;max-width:70rem}
body{padding:0 1rem;color:#1c2430}h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #c8d0da}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{border:1px solid #d5dbe3;padding:.25rem .5rem;text-align:left}
th,td{vertical-align:top}th{background:#eef2f6}.n{text-align:right;font-variant-numeric:tabular-nums}
code{color:#5a6675}.none{color:#5a6675}[lang=en]{display:none}:root.en [lang=zh]{display:none}:root.en [lang=en]{display:inline}
button{float:right}@media print{button{display:none}body{margin:0;max-width:none}tr{break-inside:avoid}}`;

const section = (zh: string, en: string, body: string): string => `<h2>${both(zh, en)}</h2>\n${body}`;

const batchRows = ({ tables }: Quality): string =>
  table(
    [
      column('表', 'table'),
      number('读入', 'rows in'),
      number('接收', 'accepted'),
      number('隔离', 'quarantined'),
      number('跳过', 'skipped'),
    ],
    Object.entries(tables).map(([name, row]) => [
      tableName(name),
      count(row.rows_in),
      count(row.accepted),
      count(row.quarantined),
      count(row.skipped),
    ]),
  );

const causes = (quality: Quality): string =>
  table(
    [column('表', 'table'), column('状态', 'status'), column('原因', 'cause'), number('行数', 'rows')],
    quality.causes.map((one) => [tableName(one.table), said(statusWords(one.status)), said(causeWords(one.cause)), count(one.rows)]),
  );

const quarantine = (quality: Quality): string =>
  table(
    [column('文件', 'file'), column('字段', 'field'), column('原因', 'reason'), column('处理', 'remedy'), number('行数', 'rows')],
    quality.quarantine.map((one) => [
      escaped(one.file),
      escaped(one.field),
      escaped(one.reason),
      said(quarantineReasons[one.reason]),
      count(one.rows),
    ]),
  );

const ruined = (quality: Quality): string =>
  table(
    [column('表', 'table'), column('字段', 'field'), number('行数', 'rows')],
    quality.ruined.map((one) => [tableName(one.table), escaped(one.field), count(one.rows)]),
  );

const readiness = (quality: Quality): string =>
  table(
    [
      column('规则', 'rule'),
      column('名称', 'name'),
      column('能否运行', 'runs'),
      column('机构', 'institutions'),
      number('费用占比', 'share of charge'),
      column('字段完整度', 'fields'),
      column('说明', 'why'),
    ],
    quality.readiness.map((one) => [
      escaped(one.id),
      escaped(one.name),
      one.runs ? both('能', 'yes') : both('不能', 'no'),
      both(
        `${count(one.institutions.all)} 家中的 ${count(one.institutions.runs)} 家`,
        `${count(one.institutions.runs)} of ${count(one.institutions.all)}`,
      ),
      percent(one.charge.runs_fen, one.charge.all_fen),
      one.fields.map((field) => `${escaped(field.field)} ${percent(Math.round(field.completeness * 1000), 1000)}`).join('<br>'),
      said(one.why),
    ]),
  );

const shownInstitutions = 5;

/** The first institutions of a list, and how many there are. */
function institutionsText(list: readonly string[]): string {
  const first = list.slice(0, shownInstitutions).map((one) => escaped(one === '' ? '–' : one));
  const more = list.length > shownInstitutions ? [both(`等 ${count(list.length)} 家`, `… ${count(list.length)} in all`)] : [];
  return [...first, ...more].join('<br>');
}

const asks = (quality: Quality): string =>
  table(
    [
      column('字段', 'field'),
      number('可启用规则', 'rules unlocked'),
      number('与其他字段一起', 'with other fields'),
      number('涉及费用（元）', 'charge (yuan)'),
      column('机构', 'institutions'),
    ],
    quality.asks.map((one) => [
      `${both(one.name_zh, one.name_en)} <code>${escaped(one.field)}</code>`,
      count(one.rules),
      count(one.with_others),
      count(Math.round(one.charge_fen / 100)),
      institutionsText(one.institutions),
    ]),
  );

const coverage = (quality: Quality): string =>
  table(
    [column('机构', 'institution'), column('表', 'table'), column('月份', 'months'), number('行数', 'rows')],
    quality.coverage.map((one) => [
      escaped(one.institution === '' ? '–' : one.institution),
      tableName(one.table),
      escaped(one.months.join(' ')),
      count(one.rows),
    ]),
  );

const completeness = (quality: Quality): string =>
  table(
    [column('表', 'table'), column('字段', 'field'), number('行数', 'rows'), number('有值', 'filled'), number('比例', 'share')],
    quality.completeness
      .filter((one) => one.filled > 0)
      .map((one) => [
        tableName(one.table),
        `${escaped(one.name_zh)} <code>${escaped(one.field)}</code>`,
        count(one.rows),
        count(one.filled),
        percent(one.filled, one.rows),
      ]),
  );

function leftovers({ ignored, proposals }: Quality): string {
  const open = Object.entries(proposals).map(([name, rows]) => `${name}: ${rows}`);
  return [ignored, open].map((list) => `<p>${escaped(list.join(', ') || '–')}</p>`).join('');
}

/** The quality report as one page without any outside resource. */
export function renderQuality(quality: Quality): string {
  const parts = [
    section('本批读入', 'This batch', batchRows(quality)),
    section('全湖行状态', 'State of all rows', states(quality)),
    section('原因', 'Causes', causes(quality)),
    section('隔离', 'Quarantine', quarantine(quality)),
    section('金额勾稽', 'Amount identities', shares(quality.identities)),
    section('编码命中率', 'Code hit rates', shares(quality.codes)),
    section('被电子表格损坏的编码', 'Codes ruined by a spreadsheet', ruined(quality)),
    section('规则就绪', 'Rule readiness', readiness(quality)),
    section('应向医院索取的字段', 'What to ask the hospitals for', asks(quality)),
    section('时间覆盖', 'Coverage', coverage(quality)),
    section('字段完整度', 'Completeness', completeness(quality)),
    section('未读文件与待确认对照', 'Files not read, proposals not confirmed', leftovers(quality)),
  ];
  const title = `${both('数据质量报告', 'Data quality report')} · ${both(`第 ${quality.batch} 批`, `batch ${quality.batch}`)}`;
  const toggle = `<button type="button" onclick="document.documentElement.classList.toggle('en')">中文 / English</button>`;
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>数据质量报告</title><style>${style}</style></head>
<body>${toggle}<h1>${title}</h1>
${parts.join('\n')}</body></html>\n`;
}
