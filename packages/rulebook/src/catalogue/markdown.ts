import type { Names } from '@hengjian/rulespec';
import type { RuleEntry, TableView } from './entry.ts';
import { caseLabels, classLabel, listLabels, pointLabels, resultLabels, shapeLabel } from './labels.ts';
import type { ProblemItem } from './problem-list.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('\n', ' ');
const both = ({ zh, en }: Names): string => (zh === en ? zh : `${zh} / ${en}`);
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0 ? [] : [row(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(row), ''];
const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [`## ${title}`, '', ...lines, '']);
const twice = (all: readonly Names[]): string[] => [all.map(({ zh }) => zh).join(''), '', all.map(({ en }) => en).join(' ')];

function knowledge(view: TableView, link: string | undefined): string[] {
  const file = `${view.name}.csv`;
  const name = link === undefined ? `\`${file}\`` : `[${file}](${link}${file})`;
  const count = view.complete
    ? `${view.count} 个知识点 points`
    : `${view.count} 个知识点，以下为前 ${view.rows.length} 个 the first of all points`;
  const head = view.columns.map(({ zh }) => zh);
  return [`${name}：${count}。依据 basis：${view.bases.join('｜')}`, '', ...table(head, view.rows)];
}

const problemName = ({ list, number, area, type, subject }: ProblemItem): string =>
  `${listLabels[list].zh} ${number}（${area}，${type}）：${subject.zh} / ${subject.en}`;

/** The page of one rule. `link` is the way from the page to the folder of knowledge tables. */
export function rulePage(entry: RuleEntry, link: string | undefined): string {
  const { source } = entry;
  const group = [source.class.category, source.class.group].map((name) => both(classLabel(name))).join(' › ');
  const lines = [
    `# ${source.id} ${source.name.zh}`,
    '',
    `${source.name.en}. ${group}. [目录 index](README.md)`,
    '',
    ...table(
      ['', ''],
      entry.facts.map(({ label, text }) => [both(label), both(text)]),
    ),
    ...section(
      '依据 Basis',
      entry.basis.map(({ zh }) => `- ${zh}`),
    ),
    ...section('逻辑 Logic', twice(entry.logic)),
    ...section('原文 As written', ['```', ...entry.written.map(({ field, text }) => `${field}: ${text}`), '```']),
    ...section(
      '参数 Parameters',
      table(
        ['参数', '类型', '取值'],
        entry.params.map(({ name, type, values }) => [name, type, values]),
      ),
    ),
    ...section(
      '例外 Exceptions',
      entry.exceptions.flatMap(({ when, effect, basis }) => [`- ${when.zh} → ${effect.zh}。依据：${basis}`, `  ${when.en} → ${effect.en}`]),
    ),
    ...section('金额 Amount', [both(entry.amount)]),
    ...section(
      '何时未知 When it is unknown',
      table(
        ['原因 cause', '说明'],
        entry.unknown.map(({ cause, words }) => [`\`${cause}\``, both(words)]),
      ),
    ),
    ...section(
      '所需数据 Records read',
      entry.records.map(
        ({ table: own, optional, fields }) =>
          `- ${own.zh}${optional ? '（可选数据 optional）' : ''}：${fields.map(({ zh }) => zh).join('、')}`,
      ),
    ),
    ...section(
      '知识点 Knowledge',
      entry.tables.flatMap((view) => knowledge(view, link)),
    ),
    ...section(
      '用例 Cases',
      table(
        ['用例', '类型', '预期'],
        entry.cases.map(({ name, kind, expect }) => [name, both(caseLabels[kind]), both(expect)]),
      ),
    ),
    ...section(
      '可查问题清单条目 Items of the 2025 problem lists',
      entry.problems.map((item) => `- ${problemName(item)}`),
    ),
  ];
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

/** Rules of each class in the order of the library. */
export function byClass(entries: readonly RuleEntry[]): ReadonlyMap<string, readonly RuleEntry[]> {
  const found = new Map<string, RuleEntry[]>();
  for (const entry of entries) {
    const key = `${entry.source.class.category} › ${entry.source.class.group}`;
    found.set(key, [...(found.get(key) ?? []), entry]);
  }
  return found;
}

export interface ProblemCounts {
  readonly total: number;
  readonly withRule: number;
  readonly ready: number;
  readonly examples: number;
  readonly missing: number;
  readonly withoutRule: number;
}

/** How many items a rule finds, how far the shipped knowledge points go for them, and how many no rule finds. */
export function countProblems(items: readonly ProblemItem[]): ProblemCounts {
  const of = (points: ProblemItem['points']): number => items.filter((item) => item.points === points).length;
  const [ready, examples, missing] = [of('ready'), of('examples'), of('missing')];
  return { total: items.length, withRule: ready + examples + missing, ready, examples, missing, withoutRule: of('') };
}

const link = (id: string): string => `[${id}](${id}.md)`;

function problemRows(items: readonly ProblemItem[], known: ReadonlySet<string>): string[][] {
  return items.map(({ list, number, area, type, subject, rules, points, record, note }) => [
    `${listLabels[list].zh} ${number}`,
    area,
    type,
    both(subject),
    rules.map((id) => (known.has(id) ? link(id) : id)).join(' '),
    points === '' ? '' : pointLabels[points].zh,
    record.zh === '' ? '' : both(record),
    note.zh === '' ? '' : both(note),
  ]);
}

const folders = ['rules', 'knowledge', 'problem-list'].map((name) => `\`library/${name}\``).join('、');

/** How many items of the problem lists the rules find, in both languages. */
function coverageLines(items: readonly ProblemItem[]): readonly string[] {
  const { total, withRule, ready, examples, missing, withoutRule } = countProblems(items);
  const zh = [
    `${total} 条：${withRule} 条有规则的逻辑可查，`,
    `其中 ${ready} 条用随库知识点即可，${examples} 条随库只有示例知识点，${missing} 条须先补充知识点；`,
    `${withoutRule} 条没有规则，须调取所列记录。`,
    '条目描述为本项目自述，非官方原文。',
  ];
  const points = `${ready} with the points shipped, ${examples} with example points only, ${missing} once points are added`;
  const en = [
    `The logic of a rule finds ${withRule} of ${total} items: ${points}.`,
    `${withoutRule} have no rule and need the record named.`,
  ];
  return [zh.join(''), '', en.join(' ')];
}

/** The index: rules by class, and the problem lists with their rules or records. */
export function indexPage(entries: readonly RuleEntry[], items: readonly ProblemItem[]): string {
  const known = new Set(entries.map(({ source }) => source.id));
  const classes = byClass(entries);
  const lines = [
    '# 规则目录 Catalogue of rules',
    '',
    `本目录由 \`npm run generate\` 从 ${folders} 生成，请勿手改。离线页面：[index.html](index.html)。Generated; do not edit.`,
    '',
    `共 ${entries.length} 条规则 rules：国家 2025 版 ${new Set(entries.flatMap(({ source }) => source.official_number ?? [])).size} 类，其余为实务规则。`,
    '',
    ...table(
      ['类别', 'class', '规则数'],
      [...classes].map(([name, own]) => [
        name,
        name
          .split(' › ')
          .map((part) => classLabel(part).en)
          .join(' › '),
        String(own.length),
      ]),
    ),
    ...[...classes].flatMap(([name, own]) =>
      section(
        name,
        table(
          ['编号', '官方编码', '序号', '名称', 'name', '结论', '形态', '用例', '清单条目'],
          own.map(({ source, cases, problems }) => [
            link(source.id),
            source.official_code ?? '',
            source.official_number === undefined ? '' : String(source.official_number),
            source.name.zh,
            source.name.en,
            resultLabels[source.result].zh,
            shapeLabel(source).zh,
            String(cases.length),
            problems.length === 0 ? '' : String(problems.length),
          ]),
        ),
      ),
    ),
    ...section('2025 年典型问题清单（医保函〔2025〕2号） Problem lists of 2025', [
      ...coverageLines(items),
      '',
      ...table(['条目', '领域', '类型', '内容', '规则', '知识点', '需要的记录', '说明'], problemRows(items, known)),
    ]),
  ];
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}
