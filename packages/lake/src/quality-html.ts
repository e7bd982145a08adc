import { dictionary } from '@hengjian/standard';
import type { Quality, Share } from './quality.ts';

const escaped = (value: string): string =>
  value.replace(/[&<>"]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one] ?? one);
const both = (zh: string, en: string): string => `<span lang="zh">${escaped(zh)}</span><span lang="en">${escaped(en)}</span>`;
const split = (name: string): string => (name.includes(' | ') ? both(...(name.split(' | ') as [string, string])) : escaped(name));
const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${(Math.floor((part * 1000) / whole) / 10).toFixed(1)} %`);
const count = (value: number): string => value.toLocaleString('en-US');

interface Column {
  readonly zh: string;
  readonly en: string;
  readonly number?: boolean;
}

function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return `<p class="none">${both('无', 'none')}</p>`;
  const cell = (value: string, index: number): string => `<td${columns[index]?.number === true ? ' class="n"' : ''}>${value}</td>`;
  const head = columns.map((column) => `<th${column.number === true ? ' class="n"' : ''}>${both(column.zh, column.en)}</th>`).join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n')}</tbody></table>`;
}

const tableName = (name: string): string => {
  const found = dictionary.tables.get(name);
  return `${found === undefined ? escaped(name) : both(found.name_zh, found.name_en)} <code>${escaped(name)}</code>`;
};

const statuses: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  accepted: ['已接收', 'accepted'],
  current: ['当前有效', 'current'],
  pending: ['待定', 'pending'],
  superseded: ['已被更新', 'superseded'],
  conflict: ['冲突隔离', 'conflict'],
  duplicate: ['重复', 'duplicate'],
  invalid: ['无效标志', 'excluded invalid'],
  reversed: ['结算冲销', 'reversed'],
  refund: ['已匹配退费', 'refund matched'],
  refunded: ['已全部退费', 'fully refunded'],
  unmatched: ['未匹配退费', 'refund unmatched'],
};

function states(quality: Quality): string {
  const used = Object.keys(statuses).filter((status) => Object.values(quality.states).some((row) => (row[status] ?? 0) > 0));
  const columns = [
    { zh: '表', en: 'table' },
    ...used.map((status) => ({ zh: statuses[status]?.[0] ?? status, en: statuses[status]?.[1] ?? status, number: true })),
  ];
  return table(
    columns,
    Object.entries(quality.states).map(([name, row]) => [tableName(name), ...used.map((status) => count(row[status] ?? 0))]),
  );
}

const shareRows = (list: readonly Share[]): string[][] =>
  list.map((one) => [split(one.name), count(one.checked), count(one.good), percent(one.good, one.checked)]);
const shareColumns: readonly Column[] = [
  { zh: '检查项', en: 'check' },
  { zh: '检查行数', en: 'rows checked', number: true },
  { zh: '符合', en: 'good', number: true },
  { zh: '比例', en: 'share', number: true },
];

const style = `body{font:15px/1.6 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c2430}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #c8d0da}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{border:1px solid #d5dbe3;padding:.25rem .5rem;text-align:left;vertical-align:top}th{background:#eef2f6}.n{text-align:right;font-variant-numeric:tabular-nums}
code{color:#5a6675}.none{color:#5a6675}[lang=en]{display:none}:root.en [lang=zh]{display:none}:root.en [lang=en]{display:inline}button{float:right}
@media print{button{display:none}body{margin:0;max-width:none}tr{break-inside:avoid}}`;

/** The quality report as one page without any outside resource. */
export function renderQuality(quality: Quality): string {
  const section = (zh: string, en: string, body: string): string => `<h2>${both(zh, en)}</h2>\n${body}`;
  const parts = [
    section(
      '本批读入',
      'This batch',
      table(
        [
          { zh: '表', en: 'table' },
          ...(['读入', '接收', '隔离', '跳过'] as const).map((zh, index) => ({
            zh,
            en: ['rows in', 'accepted', 'quarantined', 'skipped'][index] ?? '',
            number: true,
          })),
        ],
        Object.entries(quality.tables).map(([name, row]) => [
          tableName(name),
          count(row.rows_in),
          count(row.accepted),
          count(row.quarantined),
          count(row.skipped),
        ]),
      ),
    ),
    section('全湖行状态', 'State of all rows', states(quality)),
    section(
      '原因',
      'Causes',
      table(
        [
          { zh: '表', en: 'table' },
          { zh: '状态', en: 'status' },
          { zh: '原因', en: 'cause' },
          { zh: '行数', en: 'rows', number: true },
        ],
        quality.causes.map((one) => [
          tableName(one.table),
          both(...(statuses[one.status] ?? [one.status, one.status])),
          escaped(one.cause),
          count(one.rows),
        ]),
      ),
    ),
    section(
      '隔离',
      'Quarantine',
      table(
        [
          { zh: '文件', en: 'file' },
          { zh: '字段', en: 'field' },
          { zh: '原因', en: 'reason' },
          { zh: '行数', en: 'rows', number: true },
        ],
        quality.quarantine.map((one) => [escaped(one.file), escaped(one.field), escaped(one.reason), count(one.rows)]),
      ),
    ),
    section('金额勾稽', 'Amount identities', table(shareColumns, shareRows(quality.identities))),
    section('编码命中率', 'Code hit rates', table(shareColumns, shareRows(quality.codes))),
    section(
      '被电子表格损坏的编码',
      'Codes ruined by a spreadsheet',
      table(
        [
          { zh: '表', en: 'table' },
          { zh: '字段', en: 'field' },
          { zh: '行数', en: 'rows', number: true },
        ],
        quality.ruined.map((one) => [tableName(one.table), escaped(one.field), count(one.rows)]),
      ),
    ),
    section(
      '规则就绪',
      'Rule readiness',
      table(
        [
          { zh: '规则', en: 'rule' },
          { zh: '名称', en: 'name' },
          { zh: '能否运行', en: 'runs' },
          { zh: '字段完整度', en: 'fields' },
          { zh: '说明', en: 'why' },
        ],
        quality.readiness.map((one) => [
          escaped(one.id),
          escaped(one.name),
          one.runs ? both('能', 'yes') : both('不能', 'no'),
          one.fields.map((field) => `${escaped(field.field)} ${percent(Math.round(field.completeness * 1000), 1000)}`).join('<br>'),
          escaped(one.why),
        ]),
      ),
    ),
    section(
      '时间覆盖',
      'Coverage',
      table(
        [
          { zh: '机构', en: 'institution' },
          { zh: '表', en: 'table' },
          { zh: '月份', en: 'months' },
          { zh: '行数', en: 'rows', number: true },
        ],
        quality.coverage.map((one) => [
          escaped(one.institution === '' ? '–' : one.institution),
          tableName(one.table),
          escaped(one.months.join(' ')),
          count(one.rows),
        ]),
      ),
    ),
    section(
      '字段完整度',
      'Completeness',
      table(
        [
          { zh: '表', en: 'table' },
          { zh: '字段', en: 'field' },
          { zh: '行数', en: 'rows', number: true },
          { zh: '有值', en: 'filled', number: true },
          { zh: '比例', en: 'share', number: true },
        ],
        quality.completeness
          .filter((one) => one.filled > 0)
          .map((one) => [
            tableName(one.table),
            `${escaped(one.name_zh)} <code>${escaped(one.field)}</code>`,
            count(one.rows),
            count(one.filled),
            percent(one.filled, one.rows),
          ]),
      ),
    ),
    section(
      '未读文件与待确认对照',
      'Files not read, proposals not confirmed',
      `<p>${escaped(quality.ignored.join(', ') || '–')}</p><p>${escaped(
        Object.entries(quality.proposals)
          .map(([name, rows]) => `${name}: ${rows}`)
          .join(', ') || '–',
      )}</p>`,
    ),
  ];
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>数据质量报告</title><style>${style}</style></head>
<body><button type="button" onclick="document.documentElement.classList.toggle('en')">中文 / English</button><h1>${both('数据质量报告', 'Data quality report')} · ${both(`第 ${quality.batch} 批`, `batch ${quality.batch}`)}</h1>
${parts.join('\n')}</body></html>\n`;
}
