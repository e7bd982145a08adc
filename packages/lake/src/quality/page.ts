import { both, type Column, escapeHtml, grouped, page, table, yuan } from '@hengjian/documents';
import { counted, dictionary, type Words } from '@hengjian/standard';
import { estimateWords } from '../institution.ts';
import { causeWords, oddityWords, quarantineReasons, reasonWords, statusNames, statusWords } from '../reasons.ts';
import type { RowCounts } from '../types.ts';
import type { Quality, Share } from './types.ts';

const said = (text: Words): string => (text.zh === text.en ? escapeHtml(text.en) : both(text.zh, text.en));
const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${(Math.floor((part * 1000) / whole) / 10).toFixed(1)} %`);

const tableName = (name: string): string => {
  const found = dictionary.tables.get(name);
  return `${found === undefined ? escapeHtml(name) : both(found.name_zh, found.name_en)} <code>${escapeHtml(name)}</code>`;
};
const fieldName = (table: string, name: string): string => {
  const found = dictionary.tables.get(table)?.fields.get(name);
  return `${found === undefined ? '' : `${both(found.name_zh, found.name_en)} `}<code>${escapeHtml(name)}</code>`;
};
/** A field written `table.field`. */
function dottedName(dotted: string): string {
  const [name = '', field = ''] = dotted.split('.');
  return fieldName(name, field);
}

const text = <Row>(zh: string, en: string, cell: (row: Row) => string): Column<Row> => ({ zh, en, cell });
const number = <Row>(zh: string, en: string, cell: (row: Row) => number | string): Column<Row> => ({
  zh,
  en,
  number: true,
  cell: (row) => {
    const value = cell(row);
    return typeof value === 'number' ? grouped(value) : value;
  },
});

interface Maker<Row> {
  readonly text: (zh: string, en: string, cell: (row: Row) => string) => Column<Row>;
  readonly number: (zh: string, en: string, cell: (row: Row) => number | string) => Column<Row>;
}

/** A table whose columns know what a row is. */
const grid = <Row>(caption: string, rows: readonly Row[], columns: (make: Maker<Row>) => readonly Column<Row>[]): string =>
  table(caption, columns({ text, number }), rows);

/** A part of the page that is closed until somebody wants it; an empty one is left out. */
const part = (zh: string, en: string, rows: number, body: string): string =>
  rows === 0 ? '' : `<details><summary><b>${both(zh, en)}</b> ${grouped(rows)}</summary>\n${body}\n</details>`;

const total = (rows: readonly RowCounts[], count: keyof RowCounts): number => rows.reduce((sum, row) => sum + row[count], 0);

/** Names so many institutions above the verdict. */
const namedAbove = 2;

/** Whose data these are: institutions, months and files. */
function subject({ coverage, files }: Quality): string {
  const institutions = [...new Set(coverage.map(({ institution }) => institution))].filter((one) => one !== '');
  const months = [...new Set(coverage.flatMap((one) => one.months))].sort();
  // The row of the register of institutions comes from the mapping, which is no file of the delivery.
  const names = new Set(files.map(({ file }) => file).filter((file) => !/\.ya?ml$/i.test(file))).size;
  const whose =
    institutions.length > namedAbove
      ? both(`${grouped(institutions.length)} 家机构`, `${grouped(institutions.length)} institutions`)
      : institutions.map(escapeHtml).join(' · ');
  const [first = '', last = ''] = [months.at(0), months.at(-1)];
  const when = first === last ? escapeHtml(first) : both(`${first} 至 ${last}`, `${first} to ${last}`);
  return [whose, when, both(`本批 ${grouped(names)} 个文件`, `${counted(names, 'file')} in this batch`)]
    .filter((one) => one !== '')
    .join(' · ');
}

/** The balance of the batch in one line. */
function balance({ tables, files }: Quality): string {
  const rows = Object.values(tables);
  const piece = (zh: string, en: string, value: number): string => `${both(zh, en)} <b>${grouped(value)}</b>`;
  const inside = (
    [
      ['重复', 'duplicate', 'duplicate'],
      ['待定', 'pending', 'pending'],
      ['冲突', 'in conflict', 'conflict'],
      ['存疑', 'held', 'held'],
    ] as const
  ).flatMap(([zh, en, count]) => (total(rows, count) === 0 ? [] : [piece(zh, en, total(rows, count))]));
  const skipped = piece('跳过（标题、合计、空行）', 'skipped (titles, totals, blank rows)', total(rows, 'skipped'));
  const texts = total(rows, 'waiting');
  const waiting = texts === 0 ? '' : `${piece('待对照', 'waiting for a crosswalk', texts)} + `;
  const detail = inside.length === 0 ? '' : ` <small>${both('（其中', '(of these')} ${inside.join(' · ')}${both('）', ')')}</small>`;
  const isTwice = new Set(files.map(({ file, sheet }) => `${file}|${sheet}`)).size < files.length;
  const twice = both('一行填入几张表就计几次', 'a row that fills several tables counts for each');
  return `<p class="note">${piece('读入', 'rows in', total(rows, 'rows_in'))} = ${piece('接收', 'accepted', total(rows, 'accepted'))}${detail} +
    ${waiting}${piece('隔离', 'quarantined', total(rows, 'quarantined'))} + ${skipped}${isTwice ? ` <small>${twice}</small>` : ''}</p>`;
}

const amount = (fen: number | undefined): string => (fen === undefined ? '' : yuan(fen));

const things = ({ verdict }: Quality): string =>
  verdict.mend.length === 0
    ? ''
    : grid(both('先办这几件', 'first of all'), verdict.mend, ({ text, number }) => [
        text('事项', 'what', (one) => `<b>${said(one.what)}</b>`),
        text('情况', 'in particular', (one) => said(one.detail)),
        number('行数', 'rows', (one) => (one.rows === 0 ? '' : one.rows)),
        number('金额（元）', 'yuan', (one) => amount(one.amount_fen)),
        text('怎么办', 'what to do', (one) => said(one.remedy)),
      ]);

const held = ({ held: rows }: Quality): string =>
  part(
    '存疑暂不计',
    'held',
    rows.length,
    grid(both('用 hengjian lake decide 编号 --count 计入', 'hengjian lake decide NAME --count frees a group'), rows, ({ text, number }) => [
      text('编号', 'name', (one) => `<code>${escapeHtml(one.held)}</code>`),
      text('表', 'table', (one) => tableName(one.table)),
      text('机构', 'institution', (one) => escapeHtml(one.institution || '–')),
      text('月份', 'month', (one) => escapeHtml(one.month)),
      text('原因', 'cause', (one) => said(causeWords(one.cause))),
      number('行数', 'rows', (one) => one.rows),
      number('金额（元）', 'yuan', (one) => yuan(one.amount_fen)),
    ]),
  );

const counts: readonly Column<RowCounts>[] = [
  number('读入', 'rows in', (one) => one.rows_in),
  number('接收', 'accepted', (one) => one.accepted),
  number('重复', 'duplicate', (one) => one.duplicate),
  number('待定', 'pending', (one) => one.pending),
  number('冲突', 'in conflict', (one) => one.conflict),
  number('存疑', 'held', (one) => one.held),
  number('待对照', 'waiting', (one) => one.waiting),
  number('隔离', 'quarantined', (one) => one.quarantined),
  number('跳过', 'skipped', (one) => one.skipped),
];

function files({ files: rows }: Quality): string {
  const columns = [
    text<Quality['files'][number]>('文件', 'file', (one) => escapeHtml(one.sheet === undefined ? one.file : `${one.file} / ${one.sheet}`)),
    text<Quality['files'][number]>('表', 'table', (one) => tableName(one.table)),
    ...counts,
  ];
  return part(
    '各文件的去向',
    'what became of each file',
    rows.length,
    table(both('每一行都有去处', 'every row is in one place'), columns, rows),
  );
}

const fileLink = (path: string): string => `<a href="${encodeURI(path)}">${escapeHtml(path.split('/').at(-1) ?? path)}</a>`;

const quarantine = (quality: Quality): string =>
  part(
    '隔离的行',
    'rows in quarantine',
    quality.quarantine.length,
    `${grid(both('改正后可再次导入', 'mended rows can be taken in again'), quality.quarantine, ({ text, number }) => [
      text('文件', 'file', (one) => escapeHtml(one.file)),
      text('字段', 'field', (one) => fieldName(one.table, one.field)),
      text('原因', 'reason', (one) => said(reasonWords(one.reason))),
      text('怎么办', 'what to do', (one) => said(quarantineReasons[one.reason])),
      number('行数', 'rows', (one) => one.rows),
    ])}<p>${quality.quarantine_files.map(fileLink).join('<br>')}</p>`,
  );

const odd = ({ odd: rows }: Quality): string =>
  part(
    '未按原样采用的值',
    'values not taken as they stood',
    rows.length,
    grid(both('所在的行已接收', 'their rows are accepted'), rows, ({ text, number }) => [
      text('文件', 'file', (one) => escapeHtml(one.file)),
      text('字段', 'field', (one) => fieldName(one.table, one.field)),
      text('处理', 'what was done', (one) => said(oddityWords(one.oddity))),
      text('例如', 'for example', ({ row, sample }) => `${both(`第 ${row} 行`, `row ${row}`)} ${escapeHtml(sample)}`),
      number('行数', 'rows', (one) => one.rows),
    ]),
  );

const doubts = ({ doubts: rows }: Quality): string =>
  part(
    '各级数据互相矛盾',
    'levels that contradict each other',
    rows.length,
    grid(both('有关的值按未知处理', 'what depends on them is unknown'), rows, ({ text, number }) => [
      text('矛盾', 'contradiction', (one) => said(causeWords(one.cause))),
      number('就诊', 'visits', (one) => one.visits),
      number('差额（元）', 'difference (yuan)', (one) => (one.amount_fen === 0 ? '' : yuan(one.amount_fen))),
    ]),
  );

const ruined = ({ ruined: rows }: Quality): string =>
  part(
    '被电子表格损坏的编码',
    'codes ruined by a spreadsheet',
    rows.length,
    grid(both('只提出建议，不自动修改', 'proposals only; nothing is changed'), rows, ({ text, number }) => [
      text('字段', 'field', (one) => fieldName(one.table, one.field)),
      text('例如', 'for example', (one) => escapeHtml(one.sample)),
      text('可能是', 'perhaps', (one) => escapeHtml(one.proposal)),
      number('行数', 'rows', (one) => one.rows),
    ]),
  );

const shares = (zh: string, en: string, rows: readonly Share[]): string =>
  part(
    zh,
    en,
    rows.length,
    grid(both(zh, en), rows, ({ text, number }) => [
      text('检查项', 'check', (one) => (/^\w+\.\w+$/.test(one.name.zh) ? dottedName(one.name.zh) : said(one.name))),
      number('检查行数', 'rows checked', (one) => one.checked),
      number('符合', 'good', (one) => one.good),
      number('比例', 'share', (one) => percent(one.good, one.checked)),
    ]),
  );

const shownInstitutions = 5;

/** The first institutions of a list, and how many there are. */
function institutionsText(list: readonly string[]): string {
  const first = list.slice(0, shownInstitutions).map((one) => escapeHtml(one === '' ? '–' : one));
  const more = list.length > shownInstitutions ? [both(`等 ${grouped(list.length)} 家`, `… ${grouped(list.length)} in all`)] : [];
  return [...first, ...more].join('<br>');
}

const asks = ({ asks: rows }: Quality): string =>
  part(
    '应向医院索取的字段',
    'what to ask the hospitals for',
    rows.length,
    grid(both('按可启用的规则与费用从多到少', 'what unlocks most comes first'), rows, ({ text, number }) => [
      text('字段', 'field', (one) => `${both(one.name_zh, one.name_en)} <code>${escapeHtml(one.field)}</code>`),
      number('可启用规则', 'rules unlocked', (one) => one.rules),
      number('与其他字段一起', 'with other fields', (one) => one.with_others),
      number('涉及费用（元）', 'charge (yuan)', (one) => Math.round(one.charge_fen / 100)),
      text('机构', 'institutions', (one) => institutionsText(one.institutions)),
    ]),
  );

const readiness = ({ readiness: rows }: Quality): string =>
  part(
    '规则能否判断',
    'which rules can judge',
    rows.length,
    grid(
      both('不能判断的在前', 'those that cannot come first'),
      rows.toSorted((left, right) => left.charge.runs_fen - right.charge.runs_fen || (left.id < right.id ? -1 : 1)),
      ({ text, number }) => [
        text('规则', 'rule', (one) => `${escapeHtml(one.id)} ${both(one.name, one.name_en ?? one.name)}`),
        text('能否判断', 'can judge', (one) => (one.runs ? both('能', 'yes') : both('不能', 'no'))),
        text('机构', 'institutions', ({ institutions: { runs, all } }) => both(`${all} 家中的 ${runs} 家`, `${runs} of ${all}`)),
        number('费用占比', 'share of charge', (one) => percent(one.charge.runs_fen, one.charge.all_fen)),
        text('缺少', 'missing', (one) => one.missing.map(dottedName).join('<br>')),
        text('说明', 'why', (one) => said(one.why)),
      ],
    ),
  );

function states({ states: byTable }: Quality): string {
  const used = statusNames.filter((status) => Object.values(byTable).some((row) => (row[status] ?? 0) > 0));
  type Row = readonly [string, Readonly<Record<string, number>>];
  const columns = [
    text<Row>('表', 'table', ([name]) => tableName(name)),
    ...used.map((status) => number<Row>(statusWords(status).zh, statusWords(status).en, ([, row]) => row[status] ?? 0)),
  ];
  const rows = Object.entries(byTable);
  return part('全湖各行的状态', 'state of all rows of the lake', rows.length, table(both('全湖', 'the whole lake'), columns, rows));
}

const causes = ({ causes: rows }: Quality): string =>
  part(
    '不计入的原因',
    'why rows do not count',
    rows.length,
    grid(both('全湖', 'the whole lake'), rows, ({ text, number }) => [
      text('表', 'table', (one) => tableName(one.table)),
      text('状态', 'state', (one) => said(statusWords(one.status))),
      text('原因', 'cause', (one) => said(causeWords(one.cause))),
      number('行数', 'rows', (one) => one.rows),
    ]),
  );

const coverage = ({ coverage: rows }: Quality): string =>
  part(
    '机构与月份',
    'institutions and months',
    rows.length,
    grid(both('全湖', 'the whole lake'), rows, ({ text, number }) => [
      text('机构', 'institution', (one) => escapeHtml(one.institution === '' ? '–' : one.institution)),
      text('表', 'table', (one) => tableName(one.table)),
      text('月份', 'months', (one) => escapeHtml(one.months.join(' '))),
      number('行数', 'rows', (one) => one.rows),
    ]),
  );

function completeness({ completeness: all }: Quality): string {
  const rows = all.filter((one) => one.filled > 0);
  return part(
    '字段完整度',
    'how complete the fields are',
    rows.length,
    grid(both('本批', 'this batch'), rows, ({ text, number }) => [
      text('表', 'table', (one) => tableName(one.table)),
      text('字段', 'field', (one) => fieldName(one.table, one.field)),
      number('行数', 'rows', (one) => one.rows),
      number('有值', 'filled', (one) => one.filled),
      number('比例', 'share', (one) => percent(one.filled, one.rows)),
    ]),
  );
}

/** What was seen and not read, and what waits for a confirmation. */
function leftovers({ ignored, unread, unread_columns, identical, proposals }: Quality): string {
  const place = (file: string, sheet?: string): string =>
    `${escapeHtml(sheet === undefined ? file : `${file} / ${sheet}`)}${both('：', ': ')}`;
  const told = new Set(unread.map(({ file }) => file));
  const lines = [
    ...ignored.filter((file) => !told.has(file)).map((file) => `${place(file)}${both('未读', 'not read')}`),
    ...unread.map(({ file, sheet, why }) => `${place(file, sheet)}${said(why)}`),
    ...identical.map(
      ({ file, as, rows }) => `${place(file)}${both(`与 ${as} 相同，${rows} 行`, `the same as ${as}, ${counted(rows, 'row')}`)}`,
    ),
    ...unread_columns.map(
      ({ file, sheet, columns }) =>
        `${place(file, sheet)}${both(`未用到的列 ${columns.join('、')}`, `columns not used: ${columns.join(', ')}`)}`,
    ),
    ...Object.entries(proposals)
      .filter(([, rows]) => rows > 0)
      .map(([name, rows]) => `${place(name)}${both(`${rows} 条对照待确认`, `${counted(rows, 'proposal')} to be confirmed`)}`),
  ];
  return part('未读的文件、工作表与列', 'files, sheets and columns not read', lines.length, `<p>${lines.join('<br>')}</p>`);
}

/** Values that somebody assumed: whatever reads them is an estimate. */
function estimated({ estimated: assumed }: Quality): string {
  if (assumed.length === 0) return '';
  const lines = assumed.map((one) => said(estimateWords(one)));
  return part('假定值（估计）', 'assumed values (estimates)', lines.length, `<p>${lines.join('<br>')}</p>`);
}

/** The quality report as one page without any outside resource: verdict, what to mend, then the tables. */
export function renderQuality(quality: Quality): string {
  const { verdict, batch } = quality;
  const title = both(`数据质量报告 · 第 ${batch} 批`, `data quality report · batch ${batch}`);
  const head = `<p class="note">${title} · ${subject(quality)}</p><h1>${said(verdict.says)}</h1>`;
  const parts = [
    estimated(quality),
    ...[held(quality), quarantine(quality), odd(quality), doubts(quality), ruined(quality)],
    shares('金额勾稽', 'amounts that must agree', quality.identities),
    shares('编码命中率', 'codes that are codes', quality.codes),
    ...[asks(quality), readiness(quality), files(quality), states(quality), causes(quality), coverage(quality)],
    ...[completeness(quality), leftovers(quality)],
  ];
  return page('数据质量报告 · data quality report', [head, balance(quality), things(quality), ...parts].join('\n'));
}
