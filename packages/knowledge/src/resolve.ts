import { inputProblems, words } from '@hengjian/standard';
import { bookResult } from './book.ts';
import { diagnosesOf } from './disease-terms.ts';
import { type Cells, draftOf, kept, key, type ResolveOptions, type RowResult, refused, type Supplements, sexCode } from './draft.ts';
import { itemList } from './point.ts';
import { type KeptReason, knowledgeProblems } from './problems.ts';
import type { Outcome, SourceRecord } from './records.ts';
import { emergencyOrStay, onceSaid, type Restrictions, readRemark } from './remark.ts';

const windowCode: Readonly<Record<string, string>> = { 单日: 'day', 单次就诊: 'visit', 同一小时: 'hour', '6小时': '6h', '6 小时': '6h' };

/** Gathers what rows say for others: codes of a drug, its sex, the window of a pair, caps and rates. */
export function gatherSupplements(outcomes: readonly Outcome[]): Supplements {
  const codes = new Map<string, string[]>();
  const [sex, windows, rates] = [new Map<string, string>(), new Map<string, string>(), new Map<string, string>()];
  const counts = new Map<string, SourceRecord>();
  const published = new Set<string>();
  for (const outcome of outcomes) {
    if (outcome.kind === 'part' && outcome.name !== '') {
      const own = key(outcome.rule_class, outcome.name);
      codes.set(own, [...(codes.get(own) ?? []), outcome.code]);
      codes.set(key('', outcome.name), [...(codes.get(key('', outcome.name)) ?? []), outcome.code]);
    }
    if (outcome.kind !== 'record') continue;
    const { record } = outcome;
    if (record.indexed === true) continue;
    for (const own of [record.name, ...record.codes]) published.add(key(record.rule_class, own));
    if (record.codes.length > 0 && /药品|饮片/.test(record.rule_class))
      codes.set(key('', record.name), [...(codes.get(key('', record.name)) ?? []), ...record.codes]);
    const limit = sexCode[record.limit ?? ''];
    if (limit !== undefined) for (const subject of record.codes.length > 0 ? record.codes : [record.name]) sex.set(subject, limit);
    if (record.window !== undefined) windows.set(key(...record.codes), record.window);
    if (record.count !== undefined) counts.set(key(record.rule_class, record.codes[0] ?? ''), record);
    if (record.rate !== undefined) rates.set(record.codes[0] ?? '', record.rate);
  }
  const names = [...codes.keys()].flatMap((own) => (own.startsWith(key('', '')) ? [own.slice(1)] : []));
  return { codes, sex, windows, counts, rates, published, drugNames: names.sort() };
}

/** A value that is none of those the importer knows. */
const unknownValue = (record: SourceRecord, value: string, known: readonly string[], field: string): RowResult =>
  refused(
    inputProblems.problem('value-invalid', { value, expected: words(known.join('、'), known.join(', ')) }, { ...record.place, field }),
  );

/** Cells of a point, or why the words of the record do not give them. */
type Typed = { readonly cells: Cells; readonly table?: string } | { readonly why: KeptReason };
const typed = (cells: Cells): Typed => ({ cells });
const open = (why: KeptReason): Typed => ({ why });

/** Days a course may last by the words of its remark. */
function courseDays(text: string): number | undefined {
  const days = /(?:不超过|最多支付|最多)(\d+)天/.exec(text)?.[1];
  return days === undefined ? undefined : Number(days);
}

interface Kind {
  readonly table: string;
  /** Cells of the table besides items and name. */
  readonly cells: (record: SourceRecord, more: Supplements, options: ResolveOptions) => Typed;
}

/** Diagnoses that a remark asks for, confirmed where its words name plain diseases. */
function indicationCells(text: string): Cells {
  const diagnoses = diagnosesOf(text);
  return { diagnoses: diagnoses ?? '', condition: text, confirmed: diagnoses === undefined ? '' : '1' };
}

const plainCells = (): Typed => typed({});

const plainAges = (text: string): string => onceSaid(text.normalize('NFKC').replaceAll(/\s/g, ''));

/** The lowest age in completed years that a text covers, where all that it lists have one. */
function lowestAge(text: string): number | undefined {
  const ages = [...plainAges(text).matchAll(/(\d+)(?:周)?岁?[-~至到—]+\d+(?:周)?岁|(\d+)(?:周)?岁(?:及)?以上/g)].map(([, from, least]) =>
    Number(from ?? least),
  );
  const listed = plainAges(text)
    .split(/[;；]/)
    .filter((part) => part !== '').length;
  return ages.length >= listed ? Math.min(...ages) : undefined;
}

/** The first age in completed years that a text about children no longer covers: the highest that it names, else the local one. */
function childAgeOf(text: string, childAge: number): number {
  const upper = /(?:(\d+)(?:周)?岁?[-~～至到—]+)?(\d+)(?:周)?岁(以上|及以上|及以下)?/g;
  const ages = [...plainAges(text).matchAll(upper)].flatMap(([, from, to, end]) => {
    if (end === '以上' || end === '及以上') return [];
    return [Number(to) + (from !== undefined || end === '及以下' ? 1 : 0)];
  });
  return ages.length === 0 ? childAge : Math.max(...ages);
}

const childCells: Kind['cells'] = ({ text, limit }, _more, { childAge }) =>
  typed({ age_max: String(childAgeOf(`${limit ?? ''} ${text}`.normalize('NFKC'), childAge)) });

function sexCells(record: SourceRecord, more: Supplements): Typed {
  const limit = sexCode[record.limit ?? ''] ?? more.sex.get(record.codes[0] ?? '') ?? more.sex.get(record.name);
  if (limit !== undefined) return typed({ sex: limit });
  const [male, female] = [/男/.test(record.text), /女/.test(record.text)];
  if (male !== female) return typed({ sex: male ? '1' : '2' });
  return open('sex-open');
}

/** The lowest level that the words name; who may prescribe first says nothing of those who go on. */
function rankCells({ limit = '', text }: SourceRecord): Typed {
  const ranks = [...`${limit} ${text}`.matchAll(/(三|二)级/g)].map(([, level]) => (level === '三' ? 3 : 2));
  return ranks.length === 0 || /首次处方/.test(text) ? open('level-open') : typed({ min_rank: String(Math.min(...ranks)) });
}

const kinds: Readonly<Record<string, Kind>> = {
  药品限工伤保险: { table: 'drug-work-injury', cells: plainCells },
  药品限生育保险: { table: 'drug-maternity', cells: plainCells },
  中药饮片单复方均不予支付: { table: 'herb-never-payable', cells: plainCells },
  中药饮片单方使用不予支付: { table: 'herb-not-alone', cells: plainCells },
  药品限二线使用: { table: 'drug-second-line', cells: () => typed({ first_line: '', days: '90', confirmed: '' }) },
  药品限儿童使用: {
    table: 'drug-child-payment',
    cells: ({ text, limit = '' }, _more, { childAge }) => {
      const said = `${limit} ${text}`;
      return typed({ age_min: String(lowestAge(text) ?? ''), age_max: String(childAgeOf(said, childAge)) });
    },
  },
  药品儿童专用: { table: 'drug-child-only', cells: childCells },
  药品限适应症: { table: 'drug-indication', cells: (record) => typed(indicationCells(record.text)) },
  药品限支付疗程: {
    table: 'drug-course',
    cells: (record) => {
      const days =
        courseDays(record.limit ?? '') ?? courseDays(record.text) ?? Number(/^(\d+)天$/.exec(record.limit ?? '')?.[1] ?? Number.NaN);
      return Number.isNaN(days) ? open('course-open') : typed({ max_days: String(days) });
    },
  },
  药品限医疗机构级别: { table: 'drug-level', cells: rankCells },
  药品限就医方式: {
    table: 'drug-setting',
    cells: (record) => {
      if (!/急诊/.test(record.text)) return typed({ with_emergency: '' });
      return readRemark(record.text)?.setting === emergencyOrStay ? typed({ with_emergency: '1' }) : open('setting-open');
    },
  },
  药品区分性别使用: { table: 'drug-sex', cells: sexCells },
  超互联网医院药品支付范围: { table: 'drug-internet-barred', cells: plainCells },
  医疗服务项目区分性别使用: { table: 'item-sex', cells: sexCells },
  医疗服务项目儿童专用: { table: 'item-child-only', cells: childCells },
  手术项目未按规定折价收费: {
    table: 'surgery-discount',
    cells: (record, more) => {
      const rate = record.rate ?? more.rates.get(record.codes[0] ?? '');
      const incision = record.limit ?? record.text;
      return rate === undefined ? { table: 'surgery-group', cells: { incision } } : typed({ incision, rate });
    },
  },
  医疗服务项目限定频次: {
    table: 'item-daily-limit',
    cells: (record, more) => {
      const count = record.count ?? more.counts.get(key(record.rule_class, record.codes[0] ?? ''))?.count;
      return count === undefined || !/^\d+(\.\d+)?$/.test(count) ? open('cap-open') : typed({ max_cnt: count });
    },
  },
  医疗服务项目周期超频次: {
    table: 'item-cycle',
    cells: (record, more) => {
      const own = record.cycle === undefined ? more.counts.get(key(record.rule_class, record.codes[0] ?? '')) : record;
      const [count, cycle] = [own?.count ?? '', own?.cycle ?? ''];
      return /^\d+$/.test(count) && /^\d+$/.test(cycle) ? typed({ max_cnt: count, cycle_days: cycle }) : open('cycle-open');
    },
  },
  医疗服务项目限支付疗程: {
    table: 'item-course',
    cells: (record) => {
      const days = courseDays(record.text);
      return days === undefined ? open('days-open') : typed({ max_days: String(days) });
    },
  },
  医疗服务项目限年龄: { table: 'item-age', cells: () => open('age-open') },
};

const withoutCodes = ({ name, place }: SourceRecord): RowResult =>
  refused(knowledgeProblems.problem('codes-missing', { name }, { ...place, field: '国标代码' }));

function pairDraft(record: SourceRecord, more: Supplements, options: ResolveOptions): RowResult {
  if (record.codes.length === 0) return withoutCodes(record);
  const text = record.window ?? more.windows.get(key(...record.codes));
  if (text === undefined) return kept(record, 'window-open');
  const window = windowCode[text];
  if (window === undefined) return unknownValue(record, text, Object.keys(windowCode), '频度');
  const [item_a = '', item_b = ''] = record.codes;
  const [name_a = '', name_b = ''] = record.name.split('×');
  return {
    kind: 'points',
    drafts: [draftOf('item-duplicate', record, options, { item_a, name_a, item_b, name_b, window }, `${item_a}|${item_b}`)],
  };
}

/** What a point is about: an operation may be in several incision groups, a drug may have several indications. */
const subjectOf = (name: string, cells: Cells): string =>
  [name, cells.incision, cells.condition, cells.remark].filter((part) => part !== undefined).join('|');

/** Cells of the tables that a rule reads, by what a remark restricts. */
function ruleCells(found: Restrictions, text: string): readonly (readonly [string, Cells])[] {
  const out: (readonly [string, Cells])[] = [];
  if (found.scheme === 'work-injury') out.push(['drug-work-injury', {}]);
  if (found.scheme === 'maternity') out.push(['drug-maternity', {}]);
  if (found.min_rank !== undefined) out.push(['drug-level', { min_rank: String(found.min_rank) }]);
  if (found.newborn === true) out.push(['drug-newborn', {}]);
  if (found.age_max !== undefined) out.push(['drug-child-payment', { age_min: '', age_max: String(found.age_max) }]);
  if (found.days_min !== undefined) out.push(['drug-age-from', { days_min: String(found.days_min) }]);
  if (found.setting === 'inpatient') out.push(['drug-setting', { with_emergency: '' }]);
  if (found.setting === emergencyOrStay) out.push(['drug-setting', { with_emergency: '1' }]);
  if (found.max_days !== undefined) out.push(['drug-course', { max_days: String(found.max_days) }]);
  if (found.second_line === true) out.push(['drug-second-line', { first_line: '', days: '90', confirmed: '' }]);
  if (found.indication !== undefined) out.push(['drug-indication', indicationCells(text)]);
  return out;
}

function catalogueDrafts(record: SourceRecord, more: Supplements, options: ResolveOptions): RowResult {
  if (record.text === '') return { kind: 'part' };
  const found = readRemark(record.text);
  if (found === undefined) return kept(record, 'remark-open');
  const codes = more.codes.get(key('', record.name)) ?? [];
  const items = codes.length > 0 ? itemList(codes) : `name:${record.name.replace(/[*|]/g, '')}*`;
  const { min_rank, age_min, age_max, sex, scheme, setting, second_line, max_days, max_dose, indication } = found;
  const remark: Cells = {
    items,
    name: record.name,
    remark: record.text,
    min_rank: min_rank === undefined ? '' : String(min_rank),
    age_min: age_min === undefined ? '' : String(age_min),
    age_max: age_max === undefined ? '' : String(age_max),
    sex: sex ?? '',
    scheme: scheme ?? '',
    setting: setting ?? '',
    second_line: second_line === true ? '1' : '',
    max_days: max_days === undefined ? '' : String(max_days),
    max_dose: max_dose ?? '',
    indication: indication ?? '',
  };
  const drafts = [
    draftOf('drug-remark', record, options, remark, subjectOf(record.name, remark)),
    ...ruleCells(found, record.text).map(([table, cells]) =>
      draftOf(table, record, options, { items, name: record.name, ...cells }, subjectOf(record.name, cells)),
    ),
  ];
  return { kind: 'points', drafts };
}

/** Whether a row of the index says what the file of its class says with its codes. */
const repeats = ({ rule_class, name, codes }: SourceRecord, { published }: Supplements): boolean =>
  [name, ...codes].some((own) => published.has(key(rule_class, own)));

/** Turns one record into the points it stands for. */
export function resolveRecord(record: SourceRecord, more: Supplements, options: ResolveOptions): RowResult {
  if (record.rule_class === 'catalogue') return catalogueDrafts(record, more, options);
  if (record.indexed === true && repeats(record, more)) return { kind: 'part' };
  const booked = bookResult(record, more, options);
  if (booked !== undefined) return booked;
  if (record.rule_class === '医疗服务项目重复收费') return pairDraft(record, more, options);
  if (record.rule_class === 'drug-proposal' || record.rule_class === 'item-proposal') {
    if (record.text === '') return { kind: 'part' };
    const values = { items: itemList(record.codes), name: record.name, limits: record.text };
    return {
      kind: 'points',
      drafts: [draftOf(record.rule_class, record, options, values, [...record.codes, record.name, record.text].join('|'))],
    };
  }
  const kind = kinds[record.rule_class];
  if (kind === undefined) return unknownValue(record, record.rule_class, Object.keys(kinds), 'rule_class');
  const codes = record.codes.length > 0 ? record.codes : (more.codes.get(key(record.batch ?? '', record.name)) ?? []);
  if (codes.length === 0) return withoutCodes(record);
  const found = kind.cells(record, more, options);
  if ('why' in found) return kept(record, found.why);
  const days_min = record.rule_class === '药品限适应症' ? readRemark(record.text)?.days_min : undefined;
  const cells: readonly (readonly [string, Cells])[] = [
    [found.table ?? kind.table, found.cells],
    ...(days_min === undefined ? [] : [['drug-age-from', { days_min: String(days_min) }] as const]),
  ];
  return {
    kind: 'points',
    drafts: cells.map(([table, own]) =>
      draftOf(table, record, options, { items: itemList(codes), name: record.name, ...own }, subjectOf(record.name, own)),
    ),
  };
}
