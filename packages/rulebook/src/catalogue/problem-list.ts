import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputProblems, libraryFolder, type Problem, parseCsvRecords, RefusedInput, type Words, words } from '@hengjian/standard';

/** One item of the 2025 lists of typical problems (医保函〔2025〕2号), and what finds it. */
export interface ProblemItem {
  readonly list: 'hospital' | 'pharmacy';
  readonly number: number;
  readonly area: string;
  readonly type: string;
  /** What it is about, in our words. */
  readonly subject: { readonly zh: string; readonly en: string };
  /** Ids of the rules whose logic finds it, given the right knowledge points. */
  readonly rules: readonly string[];
  /**
   * How far the shipped knowledge goes: `ready` when some rule works with what is shipped (or needs no points), `examples`
   * when the tables hold examples only, `missing` when the points must be added; '' without a rule.
   */
  readonly points: '' | 'ready' | 'examples' | 'missing';
  /** Record beyond the claims that is needed to find or to confirm it; empty when claims are enough. */
  readonly record: { readonly zh: string; readonly en: string };
  readonly note: { readonly zh: string; readonly en: string };
}

/** How many items each list has. */
export const problemListSizes = { hospital: 183, pharmacy: 19 } as const;

const columns = [
  'list',
  'number',
  'area',
  'type',
  'subject_zh',
  'subject_en',
  'rules',
  'points',
  'record_zh',
  'record_en',
  'note_zh',
  'note_en',
] as const;

interface Read {
  readonly item: ProblemItem;
  readonly demand?: Demand;
}

const pointStates = ['', 'ready', 'examples', 'missing'] as const;
const isList = (text: string): text is ProblemItem['list'] => Object.hasOwn(problemListSizes, text);

/** One row as an item, with what is wrong with it. */
function toItem(record: Readonly<Record<string, string>>): Read {
  const pair = (name: string): { zh: string; en: string } => ({ zh: record[`${name}_zh`] ?? '', en: record[`${name}_en`] ?? '' });
  const { list = '', points = '' } = record;
  const state = pointStates.find((one) => one === points);
  const item: ProblemItem = {
    list: isList(list) ? list : 'hospital',
    number: Number(record.number),
    area: record.area ?? '',
    type: record.type ?? '',
    subject: pair('subject'),
    rules: (record.rules ?? '').split('|').filter((id) => id !== ''),
    points: state ?? '',
    record: pair('record'),
    note: pair('note'),
  };
  if (!isList(list))
    return { item, demand: { field: 'list', value: list, expected: words('hospital 或 pharmacy', 'hospital or pharmacy') } };
  if (state === undefined)
    return {
      item,
      demand: { field: 'points', value: points, expected: words('ready、examples 或 missing', 'ready, examples or missing') },
    };
  const demand = demandOf(item);
  return demand === undefined ? { item } : { item, demand };
}

interface Demand {
  readonly field: string;
  readonly value: string | number;
  readonly expected: Words;
}

/** What is wrong with an item, as the field, its value and what should stand there. */
function demandOf(item: ProblemItem): Demand | undefined {
  const { list, number, rules, points } = item;
  const size = problemListSizes[list];
  if (!Number.isInteger(number) || number < 1 || number > size) {
    return { field: 'number', value: number, expected: words(`1 至 ${size}`, `1 to ${size}`) };
  }
  if (rules.length === 0 && item.record.zh === '') {
    return { field: 'rules', value: '', expected: words('规则编号，或在 record 中写明所需记录', 'a rule id, or a record that finds it') };
  }
  const allowed = rules.length === 0 ? [''] : ['ready', 'examples', 'missing'];
  if (!allowed.includes(points)) {
    const none = words('空（没有规则时）', 'nothing where there is no rule');
    return { field: 'points', value: points, expected: rules.length === 0 ? none : words(allowed.join('、'), allowed.join(', ')) };
  }
  const texts = [item.subject, ...[item.record, item.note].filter(({ zh, en }) => zh !== '' || en !== '')];
  const half = texts.find(({ zh, en }) => zh === '' || en === '');
  return half === undefined
    ? undefined
    : { field: 'subject', value: `${half.zh}${half.en}`, expected: words('中英文两种文字', 'words in both languages') };
}

/** Reads the map of the problem lists; every problem names its row. Rule ids are checked by whoever knows the rules. */
export function parseProblemList(
  text: string,
  file: string,
): { readonly items: readonly ProblemItem[]; readonly problems: readonly Problem[] } {
  const records = parseCsvRecords(text, file);
  const absent = columns.filter((name) => records[0] !== undefined && !(name in records[0]));
  if (absent.length > 0) {
    return { items: [], problems: absent.map((column) => inputProblems.problem('column-missing', { column }, { file, row: 1 })) };
  }
  const read = records.map(toItem);
  const seen = new Set<string>();
  const problems = read.flatMap(({ item, demand }, index): readonly Problem[] => {
    const key = `${item.list} ${item.number}`;
    const place = { file, row: index + 2 };
    const twice = seen.has(key);
    seen.add(key);
    if (demand !== undefined) {
      const { field, value, expected } = demand;
      return [inputProblems.problem('value-invalid', { value, expected }, { ...place, field })];
    }
    return twice ? [inputProblems.problem('row-twice', { key }, place)] : [];
  });
  return { items: read.map(({ item }) => item), problems };
}

/** The map shipped with the library. Throws RefusedInput when it is wrong. */
export function loadProblemList(): readonly ProblemItem[] {
  const { items, problems } = parseProblemList(readFileSync(join(libraryFolder, 'problem-list', 'items.csv'), 'utf8'), 'items.csv');
  if (problems.length > 0) throw new RefusedInput(problems);
  return items;
}
