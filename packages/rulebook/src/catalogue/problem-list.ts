import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryFolder, type Problem, parseCsvRecords, RefusedInput } from '@hengjian/standard';

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

const columns = ['list', 'number', 'area', 'type', 'subject_zh', 'subject_en', 'rules', 'points', 'record_zh', 'record_en', 'note_zh', 'note_en'] as const;

function toItem(record: Readonly<Record<string, string>>): ProblemItem {
  const pair = (name: string): { zh: string; en: string } => ({ zh: record[`${name}_zh`] ?? '', en: record[`${name}_en`] ?? '' });
  return {
    list: record.list as ProblemItem['list'],
    number: Number(record.number),
    area: record.area ?? '',
    type: record.type ?? '',
    subject: pair('subject'),
    rules: (record.rules ?? '').split('|').filter((id) => id !== ''),
    points: record.points as ProblemItem['points'],
    record: pair('record'),
    note: pair('note'),
  };
}

function demandsOf(item: ProblemItem): string | undefined {
  if (!(item.list in problemListSizes)) return `${item.list} is no list`;
  if (!Number.isInteger(item.number) || item.number < 1 || item.number > problemListSizes[item.list]) return `${item.list} has no item ${item.number}`;
  if (item.rules.length === 0 && item.record.zh === '') return 'neither a rule nor a record finds it';
  if (!(item.rules.length === 0 ? [''] : ['ready', 'examples', 'missing']).includes(item.points))
    return `points is ${item.points === '' ? 'empty' : item.points}`;
  const texts = [item.subject, ...[item.record, item.note].filter(({ zh, en }) => zh !== '' || en !== '')];
  return texts.some(({ zh, en }) => zh === '' || en === '') ? 'a text is missing in one language' : undefined;
}

/** Reads the map of the problem lists; every problem names its row. Rule ids are checked by whoever knows the rules. */
export function parseProblemList(text: string, file: string): { readonly items: readonly ProblemItem[]; readonly problems: readonly Problem[] } {
  const records = parseCsvRecords(text, file);
  const absent = columns.filter((name) => records[0] !== undefined && !(name in records[0]));
  if (absent.length > 0) {
    const problem = {
      code: 'problem-list-header',
      message: `columns are missing: ${absent.join(', ')}`,
      remedy: `let the header be ${columns.join(',')}`,
      place: { file, row: 1 },
    };
    return { items: [], problems: [problem] };
  }
  const items = records.map(toItem);
  const seen = new Set<string>();
  const problems = items.flatMap((item, index): readonly Problem[] => {
    const key = `${item.list} ${item.number}`;
    const message = demandsOf(item) ?? (seen.has(key) ? `${key} stands twice` : undefined);
    seen.add(key);
    return message === undefined ? [] : [{ code: 'problem-list-item', message, remedy: 'mend the row', place: { file, row: index + 2 } }];
  });
  return { items, problems };
}

/** The map shipped with the library. Throws RefusedInput when it is wrong. */
export function loadProblemList(): readonly ProblemItem[] {
  const { items, problems } = parseProblemList(readFileSync(join(libraryFolder, 'problem-list', 'items.csv'), 'utf8'), 'items.csv');
  if (problems.length > 0) throw new RefusedInput(problems);
  return items;
}
