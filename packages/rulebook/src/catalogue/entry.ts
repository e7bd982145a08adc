import {
  type CheckedRule,
  codeName,
  columnName,
  definitionOf,
  type ExceptionWords,
  type KnowledgeTable,
  type KnowledgeValue,
  type Names,
  type RuleSource,
  ruleWords,
  shapes,
  type UnknownCause,
} from '@hengjian/rulespec';
import { decimals, dictionary, formatDay, formatScaled, isNumericType } from '@hengjian/standard';
import { knowledgeOf } from '../published.ts';
import { ruleNeeds } from '../reads.ts';
import {
  certaintyLabels,
  decisiveLabels,
  objectLabels,
  overrideLabels,
  ownerLabels,
  resultLabels,
  shapeLabel,
  stageLabels,
} from './labels.ts';
import type { ProblemItem } from './problem-list.ts';

const names = (zh: string, en: string): Names => ({ zh, en });

export interface Fact {
  readonly label: Names;
  readonly text: Names;
}

/** A knowledge table as a page shows it: its first points, all of them when there are few. */
export interface TableView {
  readonly name: string;
  readonly count: number;
  readonly complete: boolean;
  readonly columns: readonly Names[];
  readonly rows: readonly (readonly string[])[];
  readonly bases: readonly string[];
}

export interface CaseView {
  readonly name: string;
  readonly kind: RuleSource['cases'][number]['kind'];
  readonly expect: Names;
}

/** Everything the catalogue says of one rule. */
export interface RuleEntry {
  readonly source: RuleSource;
  readonly facts: readonly Fact[];
  readonly basis: readonly Names[];
  readonly params: readonly { readonly name: string; readonly type: string; readonly values: string }[];
  readonly logic: readonly Names[];
  readonly written: readonly { readonly field: string; readonly text: string }[];
  readonly exceptions: readonly ExceptionWords[];
  readonly amount: Names;
  readonly unknown: readonly UnknownCause[];
  /** Fields it reads, by national table; `optional` extracts may be absent. */
  readonly records: readonly { readonly table: Names; readonly optional: boolean; readonly fields: readonly Names[] }[];
  readonly tables: readonly TableView[];
  readonly cases: readonly CaseView[];
  readonly problems: readonly ProblemItem[];
}

/** Tables of at most so many points are shown whole, of others the first few. */
const wholeTable = 30;
const firstPoints = 8;
/** Codes of one cell that are shown. */
const codesShown = 12;

const list = (all: readonly Names[]): Names => names(all.map(({ zh }) => zh).join('、'), all.map(({ en }) => en).join(', '));
const period = (from: number, to: number | undefined): string =>
  to === undefined ? `${formatDay(from)} –` : `${formatDay(from)} – ${formatDay(to)}`;
const area = (code: string): Names => (code === '000000' ? names('全国', 'nation') : names(code, code));

function facts(rule: CheckedRule, scope: Names): readonly Fact[] {
  const { source } = rule;
  const fact = (zh: string, en: string, text: Names): Fact => ({ label: names(zh, en), text });
  const plain = (text: string): Names => names(text, text);
  const level = source.level_scale === undefined ? [] : [fact('等级口径', 'level scale', plain(source.level_scale))];
  return [
    fact('官方编码', 'official code', source.official_code === undefined ? names('无', 'none') : plain(source.official_code)),
    fact(
      '2025 版序号',
      'number in 2025',
      source.official_number === undefined ? names('无', 'none') : plain(String(source.official_number)),
    ),
    fact('监管对象', 'object', objectLabels[source.object]),
    fact('形态', 'shape', shapeLabel(source)),
    fact('范围', 'scope', scope),
    fact('结论类型', 'result', resultLabels[source.result]),
    fact('环节', 'stages', list(source.stages.map((stage) => stageLabels[stage]))),
    fact('场景', 'scenes', list(source.scenes.map((scene) => codeName('setting', scene)))),
    fact('可申诉', 'appealable', source.appealable ? names('是', 'yes') : names('否', 'no')),
    fact('事前事中提醒后', 'after a warning', overrideLabels[source.override]),
    fact('生效', 'in force', plain(period(source.effective.from, source.effective.to))),
    fact('取用版本的日期', 'decisive date', decisiveLabels[source.decisive]),
    fact('取用地区', 'deciding area', ownerLabels[source.owner]),
    ...level,
    fact('版本', 'version', plain(String(source.version))),
  ];
}

/** Documents keep their Chinese names in both languages. */
function basisText(basis: RuleSource['basis'][number]): Names {
  const text = [basis.document, basis.number, basis.article].filter((part) => part !== undefined && part !== '').join('，');
  const [place, certainty] = [area(basis.area), certaintyLabels[basis.certainty]];
  const both = names(
    `${place.zh}，${period(basis.from, basis.to)}，${certainty.zh}`,
    `${place.en}, ${period(basis.from, basis.to)}, ${certainty.en}`,
  );
  return names(`${text}（${both.zh}）`, `${text} (${both.en})`);
}

interface Written {
  readonly field: string;
  readonly text: string;
}

/** Every expression inside a part of a rule source, in order, under the name of its field. */
function expressions(value: unknown, name: string): readonly Written[] {
  if (typeof value !== 'object' || value === null) return [];
  const { text, field } = value as { text?: unknown; field?: unknown };
  if (typeof text === 'string' && typeof field === 'string')
    return field === ''
      ? []
      : [{ field: field.replace(/^exceptions\.(\d+)\.when$/, (_, index: string) => `exception ${Number(index) + 1}`), text }];
  return Object.entries(value).flatMap(([key, part]) => expressions(part, Number.isNaN(Number(key)) ? key : name));
}

function written(source: RuleSource): readonly Written[] {
  const needs = source.needs.map(({ text }) => text).join(', ');
  const parts = [source.where, source.shape, source.amount, source.exceptions.map(({ when }) => when)];
  return [...(needs === '' ? [] : [{ field: 'needs', text: needs }]), ...expressions(parts, '')];
}

/** National fields behind what totals and windows measure. */
const measuredFields: Readonly<Record<string, string>> = {
  cnt: 'fee_list_d.cnt',
  amount: 'fee_list_d.det_item_fee_sumamt',
  inscp: 'fee_list_d.inscp_amt',
  ownpay: 'fee_list_d.fulamt_ownpay_amt',
  supply: 'fee_list_d.prd_days',
  kinds: 'fee_list_d.med_list_codg',
  fund: 'setl_d.fund_pay_sumamt',
  institutions: 'mdtrt_d.fixmedins_code',
  ipt_days: 'mdtrt_d.ipt_days',
};

/** What a shape looks at beside the conditions of the rule: the rows, their items, what is measured, what is charged. */
function shapeFields({ shape, amount }: CheckedRule): readonly string[] {
  const visits = definitionOf(shape, shapes).rows.of(shape) === 'visit';
  const rows = visits ? 'mdtrt_d.mdtrt_id' : 'fee_list_d.fee_ocur_time';
  const item = 'items' in shape && shape.items !== undefined ? ['fee_list_d.med_list_codg'] : [];
  const sums = 'sums' in shape ? shape.sums.flatMap(({ measure }) => measuredFields[measure] ?? []) : [];
  const measured = 'measure' in shape ? [measuredFields[shape.measure] ?? rows] : [];
  const money =
    amount.method === 'none' || amount.method === 'difference' ? [] : [visits ? 'setl_d.medfee_sumamt' : 'fee_list_d.det_item_fee_sumamt'];
  return [rows, ...item, ...sums, ...measured, ...money];
}

function recordsOf(rule: CheckedRule): RuleEntry['records'] {
  const fields = [...new Set([...shapeFields(rule), ...(ruleNeeds([rule])[0]?.needs ?? [])])].sort();
  const tables = [...new Set(fields.map((field) => field.split('.')[0] ?? ''))];
  return tables.map((name) => {
    const table = dictionary.tables.get(name);
    const own = fields
      .filter((field) => field.startsWith(`${name}.`))
      .map((field) => {
        const column = field.slice(name.length + 1);
        const found = table?.fields.get(column);
        return found === undefined ? names(column, column) : names(`${found.name_zh} ${column}`, `${found.name_en} (${column})`);
      });
    return {
      table: table === undefined ? names(name, name) : names(`${table.name_zh} ${name}`, `${table.name_en} (${name})`),
      optional: table?.presence === 'optional',
      fields: own,
    };
  });
}

function cellText(value: KnowledgeValue, type: string, column: string): string {
  if (value === null) return '';
  if (typeof value === 'number') {
    if (type === 'day') return formatDay(value);
    if (type === 'window') return windowText(value);
    const places = isNumericType(type) ? decimals[type] : 0;
    return formatScaled(value, places);
  }
  if (typeof value === 'string')
    return type.startsWith('code:') ? codeName(column === 'sex' ? 'gend' : type.slice('code:'.length), value).zh : value;
  const shown = value.slice(0, codesShown).join(' ');
  return value.length > codesShown ? `${shown} …（${value.length}）` : shown;
}

const windows: readonly string[] = ['visit', 'day', 'hour', 'prescription', 'visit_day', 'history'];
const minutesText = (minutes: number): string => (minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}min`);
const windowText = (value: number): string =>
  value >= 2_000_000 ? `${value - 2_000_000}d` : value >= 1_000_000 ? minutesText(value - 1_000_000) : (windows[value] ?? String(value));

const shared = ['basis', 'source', 'region', 'valid_from', 'valid_to'];

/** How a knowledge table is shown. */
export function tableView(table: KnowledgeTable): TableView {
  const complete = table.rows.length <= wholeTable;
  const columns = table.columns.map((column, index) => ({ ...column, index })).filter(({ name }) => !shared.includes(name));
  const rows = table.rows.slice(0, complete ? wholeTable : firstPoints);
  return {
    name: table.name,
    count: table.rows.length,
    complete,
    columns: [...columns.map(({ name }) => columnName(name)), names('有效', 'valid'), names('地区', 'area')],
    rows: rows.map((row) => [
      ...columns.map(({ name, type, index }) => cellText(row.cells[index] ?? null, type, name)),
      period(row.valid_from, row.valid_to),
      area(row.region).zh,
    ]),
    bases: [...new Set(table.rows.map(({ basis, source }) => `${basis}；${source}`))],
  };
}

function expectation(expect: RuleSource['cases'][number]['expect']): Names {
  if ('unknown' in expect) return names(`未知（${expect.unknown}）`, `unknown (${expect.unknown})`);
  if (expect.length === 0) return names('不命中', 'no hit');
  const shown = expect.length > 6 ? `${expect.slice(0, 6).join(' ')} …（${expect.length}）` : expect.join(' ');
  return names(`命中 ${shown}`, `hit ${shown}`);
}

/** All the catalogue says of a rule, from the checked rule, its tables and the problem lists. */
export function ruleEntry(rule: CheckedRule, tables: ReadonlyMap<string, KnowledgeTable>, problems: readonly ProblemItem[]): RuleEntry {
  const { source } = rule;
  const words = ruleWords(rule);
  const main = rule.table === undefined ? [] : [rule.table];
  const read = [...new Set([...main, ...knowledgeOf(rule, tables)])];
  return {
    source,
    facts: facts(rule, words.scope),
    basis: source.basis.map(basisText),
    params: source.params.map(({ name, type, values }) => ({
      name,
      type,
      values: values.map(({ from, area: own, text }) => `${text}（${area(own).zh}，${formatDay(from)} –）`).join('；'),
    })),
    logic: words.logic.map(({ words: own }) => own),
    written: written(source),
    exceptions: words.exceptions,
    amount: words.amount,
    unknown: words.unknown,
    records: recordsOf(rule),
    tables: read.flatMap((name) => {
      const table = tables.get(name);
      return table === undefined ? [] : [tableView(table)];
    }),
    cases: source.cases.map(({ name, kind, expect }) => ({ name, kind, expect: expectation(expect) })),
    problems: problems.filter(({ rules }) => rules.includes(source.id)),
  };
}
