import { createHash } from 'node:crypto';
import { escapeHtml } from '@hengjian/documents';
import type { Names } from '@hengjian/rulespec';
import { counted } from '@hengjian/standard';
import type { RuleEntry, TableView } from './entry.ts';
import {
  caseLabels,
  classLabel,
  listLabels,
  objectLabels,
  pointLabels,
  resultLabels,
  shapeLabel,
  shapeLabels,
  stageLabels,
} from './labels.ts';
import { byClass, countProblems } from './markdown.ts';
import { script, style } from './page-style.ts';
import type { ProblemItem } from './problem-list.ts';

const names = (zh: string, en: string): Names => ({ zh, en });
/** A text in both languages; the page shows one of them. */
const both = ({ zh, en }: Names): string =>
  zh === en ? escapeHtml(zh) : `<span lang="zh">${escapeHtml(zh)}</span><span lang="en">${escapeHtml(en)}</span>`;
const t = (zh: string, en: string): string => both(names(zh, en));
const joined = (all: readonly Names[], zh: string, en: string): string =>
  both(names(all.map((own) => own.zh).join(zh), all.map((own) => own.en).join(en)));

/** A table that scrolls by itself where the page is narrower. */
const wide = (label: string, inner: string): string =>
  `<div class="wide" tabindex="0" role="group" aria-label="${label}"><table>${inner}</table></div>`;
const headRow = (cells: readonly string[]): string =>
  `<thead><tr>${cells.map((own) => `<th scope="col">${own}</th>`).join('')}</tr></thead>`;

function table(head: readonly string[], rows: readonly (readonly string[])[], caption = ''): string {
  if (rows.length === 0) return '';
  const body = rows.map((cells) => `<tr>${cells.map((own) => `<td>${own}</td>`).join('')}</tr>`).join('\n');
  const title = caption === '' ? '' : `<caption>${escapeHtml(caption)}</caption>`;
  return wide(escapeHtml(caption === '' ? '表 table' : caption), `${title}${headRow(head)}<tbody>\n${body}\n</tbody>`);
}

const part = (zh: string, en: string, body: string): string => (body === '' ? '' : `<h4>${t(zh, en)}</h4>\n${body}\n`);
const bullets = (all: readonly string[]): string => (all.length === 0 ? '' : `<ul>${all.map((own) => `<li>${own}</li>`).join('')}</ul>`);

function knowledge(view: TableView): string {
  const count = view.complete
    ? names(`${view.name}.csv：共 ${view.count} 个知识点`, `${view.name}.csv: ${counted(view.count, 'point')}`)
    : names(
        `${view.name}.csv：共 ${view.count} 个知识点，以下为前 ${view.rows.length} 个`,
        `${view.name}.csv: the first ${view.rows.length} of ${view.count} points`,
      );
  const rows = view.rows.map((cells) => cells.map(escapeHtml));
  const basis = `<p>${t('依据', 'Basis')}：${escapeHtml(view.bases.join('｜'))}</p>`;
  return `<p>${both(count)}</p>${basis}${table(view.columns.map(both), rows, view.name)}`;
}

const problemKey = ({ list, number }: ProblemItem): string => `${list}-${number}`;

function problemLine(item: ProblemItem): string {
  const note = item.note.zh === '' ? '' : `（${both(item.note)}）`;
  return `<a href="#${problemKey(item)}">${both(listLabels[item.list])} ${item.number}</a> ${both(item.subject)}${note}`;
}

/** What stands of a rule while it is closed. */
function summary({ source }: RuleEntry): string {
  const number = source.official_number === undefined ? undefined : `2025 № ${source.official_number}`;
  const official = [source.official_code, number].filter((own) => own !== undefined);
  const parts = [
    `<span class="id">${escapeHtml(source.id)}</span>`,
    `<span class="name">${both(source.name)}</span>`,
    `<span class="code">${escapeHtml(official.join('，'))}</span>`,
    `<span class="badge plain">${both(shapeLabel(source))}</span>`,
    `<span class="badge ${source.result}">${both(resultLabels[source.result])}</span>`,
  ];
  return `<summary>${parts.join('')}</summary>`;
}

function rule(entry: RuleEntry): string {
  const { source } = entry;
  const facts = entry.facts.map(({ label, text }) => `<div><dt>${both(label)}</dt><dd>${both(text)}</dd></div>`).join('');
  const data: Readonly<Record<string, string>> = {
    group: source.class.group,
    object: source.object,
    result: source.result,
    stage: source.stages.join(' '),
    shape: source.shape.kind,
  };
  const attributes = Object.entries(data)
    .map(([key, value]) => ` data-${key}="${escapeHtml(value)}"`)
    .join('');
  const body = [
    `<p class="logic">${joined(entry.logic, '', ' ')}</p>`,
    `<dl>${facts}</dl>`,
    part('依据', 'Basis', bullets(entry.basis.map(both))),
    part('原文', 'As written', `<pre>${escapeHtml(entry.written.map(({ field, text }) => `${field}: ${text}`).join('\n'))}</pre>`),
    part(
      '参数',
      'Parameters',
      table(
        [t('参数', 'parameter'), t('类型', 'type'), t('取值', 'values')],
        entry.params.map(({ name, type, values }) => [name, type, values].map(escapeHtml)),
      ),
    ),
    part(
      '例外',
      'Exceptions',
      bullets(entry.exceptions.map(({ when, effect, basis }) => `${both(when)} → ${both(effect)}（${escapeHtml(basis)}）`)),
    ),
    part('金额', 'Amount', `<p>${both(entry.amount)}</p>`),
    part(
      '何时未知',
      'When it is unknown',
      bullets(entry.unknown.map(({ cause, words }) => `<code>${escapeHtml(cause)}</code> ${both(words)}`)),
    ),
    part(
      '所需数据',
      'Records read',
      bullets(
        entry.records.map(
          ({ table: own, optional, fields }) =>
            `${both(own)}${optional ? t('（可选数据）', ' (optional)') : ''}：${joined(fields, '、', ', ')}`,
        ),
      ),
    ),
    part('知识点', 'Knowledge', entry.tables.map(knowledge).join('')),
    part(
      '用例',
      'Cases',
      table(
        [t('用例', 'case'), t('类型', 'kind'), t('预期', 'expected')],
        entry.cases.map((own) => [escapeHtml(own.name), both(caseLabels[own.kind]), both(own.expect)]),
      ),
    ),
    part('可查问题清单条目', 'Items of the 2025 problem lists', bullets(entry.problems.map(problemLine))),
  ];
  return `<details class="rule" id="${escapeHtml(source.id)}"${attributes}>${summary(entry)}<div>
${body.filter((own) => own !== '').join('')}</div></details>`;
}

interface Choice {
  readonly value: string;
  readonly label: Names;
}

const option = ({ value, label: { zh, en } }: Choice): string =>
  `<option value="${escapeHtml(value)}" data-zh="${escapeHtml(zh)}" data-en="${escapeHtml(en)}">${escapeHtml(zh)}</option>`;

function select(name: string, label: Names, choices: readonly Choice[]): string {
  const all = { value: '', label: names('全部', 'all') };
  const options = [all, ...choices].map(option).join('');
  return `<div><label for="${name}">${both(label)}</label><select id="${name}" name="${name}">${options}</select></div>`;
}

const labelled = (labels: Readonly<Record<string, Names>>): readonly Choice[] =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));

const searchHint = names('编号、名称、编码、项目……', 'id, name, code, item …');
const searchField = [
  '<input id="search" type="search" autocomplete="off"',
  `placeholder="${searchHint.zh}" data-zh="${searchHint.zh}" data-en="${searchHint.en}">`,
].join(' ');

function filters(entries: readonly RuleEntry[]): string {
  const groups = [...new Set(entries.map(({ source }) => source.class.group))].map((group) => ({ value: group, label: classLabel(group) }));
  return `<form class="filters" role="search" aria-label="规则筛选 filter">
<div class="search"><label for="search">${t('搜索', 'Search')}</label>${searchField}</div>
${select('group', names('类别', 'Class'), groups)}
${select('object', names('对象', 'Object'), labelled(objectLabels))}
${select('result', names('结论', 'Result'), labelled(resultLabels))}
${select('stage', names('环节', 'Stage'), labelled(stageLabels))}
${select('shape', names('形态', 'Shape'), labelled(shapeLabels))}
</form>`;
}

function problemTable(items: readonly ProblemItem[], known: ReadonlySet<string>): string {
  const rows = items.map((item) => {
    const rules = item.rules.map((id) => (known.has(id) ? `<a href="#${id}">${id}</a>` : id)).join(' ');
    const cells = [
      `${both(listLabels[item.list])} ${item.number}`,
      escapeHtml(item.area),
      escapeHtml(item.type),
      both(item.subject),
      rules === '' ? t('无', 'none') : rules,
      item.points === '' ? '' : both(pointLabels[item.points]),
      both(item.record),
      both(item.note),
    ];
    return `<tr data-item id="${problemKey(item)}">${cells.map((own) => `<td>${own}</td>`).join('')}</tr>`;
  });
  const head = [
    t('条目', 'item'),
    t('领域', 'area'),
    t('类型', 'type'),
    t('内容', 'subject'),
    t('规则', 'rules'),
    t('知识点', 'points'),
    t('需要的记录', 'record needed'),
    t('说明', 'note'),
  ];
  return wide('问题清单 problem lists', `${headRow(head)}<tbody>\n${rows.join('\n')}\n</tbody>`);
}

function cards(entries: readonly RuleEntry[], items: readonly ProblemItem[]): string {
  const { total, withRule, ready, examples, missing, withoutRule } = countProblems(items);
  const cases = entries.reduce((sum, entry) => sum + entry.cases.length, 0);
  const all: readonly (readonly [string, Names])[] = [
    [String(entries.length), names('条规则', 'rules')],
    [String(cases), names('个用例', 'cases')],
    [`${withRule} / ${total}`, names('条问题清单条目有规则的逻辑可查', 'items of the problem lists: a rule’s logic finds them')],
    [
      `${ready}`,
      names(
        `条用随库知识点即可；另 ${examples} 条随库仅示例，${missing} 条须补充`,
        `of them with the points shipped; ${examples} with examples only, ${missing} once points are added`,
      ),
    ],
    [String(withoutRule), names('条没有规则，须调取记录', 'have no rule and need a record')],
  ];
  return `<ul class="cards">${all.map(([figure, label]) => `<li><b>${figure}</b>${both(label)}</li>`).join('')}</ul>`;
}

function problemSection(items: readonly ProblemItem[], known: ReadonlySet<string>): string {
  const told = t(
    '医保函〔2025〕2号的条目与规则对照。内容为本项目自述，非官方原文。',
    'Items of 医保函〔2025〕2号 and the rules that find them, in our words, not the official text.',
  );
  return `<h2 id="problems">${t('2025 年典型问题清单', 'Problem lists of 2025')}</h2><p>${told}</p>
${problemTable(items, known)}`;
}

const languageSwitch = [
  '<button type="button" class="switch" id="language">',
  '<span lang="zh">English</span><span lang="en">中文</span></button>',
].join('');
const origin = t(
  '由规则库、知识库和问题清单生成；逻辑文字出自已检验的规则本身。',
  'Generated from the rules, the knowledge and the problem lists; the logic is told by the checked rules themselves.',
);

/** One self-contained page of the whole catalogue: no network, Chinese first, English by a button, searchable, printable. */
export function cataloguePage(entries: readonly RuleEntry[], items: readonly ProblemItem[]): string {
  const known = new Set(entries.map(({ source }) => source.id));
  const classes = byClass(entries);
  const title = names('衡鉴规则目录', 'Hengjian catalogue of rules');
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`;
  const counts = table(
    [t('类别', 'class'), t('规则数', 'rules'), t('明确违规', 'violation'), t('可疑', 'suspicious'), t('统计监测', 'statistic')],
    [...classes].map(([name, own]) => {
      const of = (result: string): string => String(own.filter(({ source }) => source.result === result).length);
      return [
        joined(name.split(' › ').map(classLabel), ' › ', ' › '),
        String(own.length),
        of('violation'),
        of('suspicious'),
        of('statistic'),
      ];
    }),
  );
  const sections = [...classes].map(
    ([name, own]) => `<section data-class><h3>${joined(name.split(' › ').map(classLabel), ' › ', ' › ')}</h3>
${own.map(rule).join('\n')}
</section>`,
  );
  const problems = items.length === 0 ? '' : problemSection(items, known);
  return `<!doctype html>
<html lang="zh-CN" data-lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title data-zh="${title.zh}" data-en="${title.en}">${title.zh}</title><style>${style}</style></head>
<body><a class="skip" href="#rules">${t('跳到规则', 'skip to the rules')}</a>
<header><h1>${both(title)}</h1>${languageSwitch}</header>
<main>
<p>${origin}</p>
${cards(entries, items)}
<h2>${t('各类规则数', 'Rules by class')}</h2>
${counts}
<h2 id="rules">${t('规则', 'Rules')}</h2>
${filters(entries)}
<p class="count" id="count" role="status"></p>
${sections.join('\n')}
${problems}
</main>
<footer>${t('衡鉴 Hengjian', 'Hengjian')}</footer>
<script>${script}</script>
</body></html>
`;
}
