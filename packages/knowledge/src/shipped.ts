import { basename, join } from 'node:path';
import { type LibraryFile, readKnowledgeTables } from '@hengjian/rulebook';
import { csvCell, isDemonstration, libraryFolder, parseCsv } from '@hengjian/standard';
import { itemList, type PointDraft } from './point.ts';

/** The columns that say what the points of a table are about: items, else operations, else diagnoses. */
interface Subject {
  readonly type: string;
  readonly places: readonly number[];
}

function subjectOf(header: readonly string[]): Subject {
  const [items, operations, diagnoses] = ['items', 'operations', 'diagnoses'].map((type) => ({
    type,
    places: header.flatMap((cell, at) => (cell.endsWith(`:${type}`) ? [at] : [])),
  }));
  const found = [items, operations, diagnoses].find((one) => one !== undefined && one.places.length > 0);
  return found ?? { type: '', places: [] };
}

const csvRow = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\n`;
const split = (cell: string): readonly string[] => cell.split('|').filter((code) => code !== '');

/** Codes that imported points of one table speak of, by column of items; pairs as `a/b` where there are two. */
function reachedBy(points: readonly Pick<PointDraft, 'values'>[], columns: readonly string[]): ReadonlySet<string> {
  const [first = '', second] = columns;
  return new Set(
    points.flatMap(({ values }) => {
      const left = split(values[first] ?? '');
      return second === undefined ? left : left.flatMap((a) => split(values[second] ?? '').map((b) => `${a}/${b}`));
    }),
  );
}

/** Signs that may stand at a place of a diagnosis or operation code beside the dot. */
const signs = [...'0123456789x'];

/** What an imported code takes from a prefix: itself with its extensions, an operation category also what counts on from 00. */
const taken = (code: string): string => (code.endsWith('*') ? code.slice(0, -1) : /^\d\d\.\d[\dx]00$/.test(code) ? code.slice(0, 5) : code);

/** A prefix without one that stands below it, as the prefixes beside the way to it. */
function beside(prefix: string, below: string): readonly string[] {
  return Array.from({ length: below.length - prefix.length }, (_, at) => below.slice(0, prefix.length + at)).flatMap((begin) =>
    (below[begin.length] === '.' ? [] : signs).filter((sign) => sign !== below[begin.length]).map((sign) => `${begin}${sign}*`),
  );
}

/** A code or prefix of a shipped row without the imported codes: nothing, itself, or the prefixes that are left of it. */
function remaining(cell: string, reached: ReadonlySet<string>): readonly string[] {
  if (reached.has(cell)) return [];
  if (!cell.endsWith('*')) return [cell];
  return [...reached].map(taken).reduce<readonly string[]>(
    (left, code) =>
      left.flatMap((own) => {
        const prefix = own.slice(0, -1);
        if (prefix.startsWith(code)) return [];
        return code.startsWith(prefix) ? beside(prefix, code) : [own];
      }),
    [cell],
  );
}

/** Cells of a shipped row without what imported points say; undefined when nothing is left of it. */
function without(row: readonly string[], { places, type }: Subject, reached: ReadonlySet<string>): readonly string[] | undefined {
  const [first = -1, second] = places;
  const codes = split(row[first] ?? '');
  if (second !== undefined) {
    const others = split(row[second] ?? '');
    return codes.some((a) => others.some((b) => reached.has(`${a}/${b}`) || reached.has(`${b}/${a}`))) ? undefined : row;
  }
  const left = type === 'items' ? codes.filter((code) => !reached.has(code)) : codes.flatMap((code) => remaining(code, reached));
  if (left.join('|') === codes.join('|')) return row;
  return left.length === 0 ? undefined : row.with(first, itemList(left));
}

function shippedTable({ path, text }: LibraryFile, points: readonly PointDraft[]): LibraryFile {
  const [header = [], ...rows] = parseCsv(text.trimEnd(), basename(path));
  const subject = subjectOf(header);
  const reached = reachedBy(
    points,
    subject.places.map((at) => (header[at] ?? '').split(':')[0] ?? ''),
  );
  const kept = rows.flatMap((row) => {
    if (isDemonstration(row[0] ?? '')) return [];
    const left = subject.places.length === 0 ? row : without(row, subject, reached);
    return left === undefined ? [] : [left];
  });
  return { path, text: [header, ...kept].map(csvRow).join('') };
}

const operations = 'operation-diagnosis';

/** Imported points with what shipped rows allow of the same operation: a list that permits more accuses nobody. */
export function allowing<Point extends PointDraft>(points: readonly Point[]): readonly Point[] {
  if (!points.some(({ table }) => table === operations)) return points;
  const text = readKnowledgeTables(join(libraryFolder, 'knowledge')).find(({ path }) => basename(path, '.csv') === operations)?.text ?? '';
  const [header = [], ...rows] = parseCsv(text.trimEnd(), `${operations}.csv`);
  const cell = (row: readonly string[], name: string): readonly string[] =>
    split(row[header.findIndex((one) => one.startsWith(`${name}:`))] ?? '');
  return points.map((point) => {
    if (point.table !== operations) return point;
    const own = point.values.operations ?? '';
    const covering = rows.filter((row) =>
      cell(row, 'operations').some((code) => code === own || (code.endsWith('*') && own.startsWith(code.slice(0, -1)))),
    );
    const diagnoses = itemList([...split(point.values.diagnoses ?? ''), ...covering.flatMap((row) => cell(row, 'diagnoses'))]);
    return { ...point, values: { ...point.values, diagnoses } };
  });
}

const secondLine = 'drug-second-line';

/** Whether a cell of codes and prefixes covers a code. */
const covers = (cells: readonly string[], code: string): boolean =>
  cells.some((cell) => cell === code || (cell.endsWith('*') && code.startsWith(cell.slice(0, -1))));

/**
 * Imported points of second-line drugs that wait for their first line, with the first line of the shipped row that covers all their
 * codes: the source says that a drug is second, a pharmacist what comes before it.
 */
export function withFirstLine<Point extends PointDraft>(points: readonly Point[]): readonly Point[] {
  const isWaiting = ({ table, values }: Point): boolean => table === secondLine && (values.confirmed ?? '') === '';
  if (!points.some(isWaiting)) return points;
  const text = readKnowledgeTables(join(libraryFolder, 'knowledge')).find(({ path }) => basename(path, '.csv') === secondLine)?.text ?? '';
  const [header = [], ...rows] = parseCsv(text.trimEnd(), `${secondLine}.csv`);
  const cell = (row: readonly string[], name: string): string => row[header.findIndex((one) => one.startsWith(`${name}:`))] ?? '';
  const known = rows.filter(([id = '']) => !isDemonstration(id));
  return points.map((point) => {
    if (!isWaiting(point)) return point;
    const row = known.find((one) => split(point.values.items ?? '').every((code) => covers(split(cell(one, 'items')), code)));
    if (row === undefined) return point;
    const [first_line, days] = [cell(row, 'first_line'), cell(row, 'days')];
    return {
      ...point,
      values: { ...point.values, first_line, days, confirmed: '1' },
      source: `${point.source}；一线药品见 ${row[0] ?? ''}`,
    };
  });
}

/**
 * The shipped tables as they enter a library of imports: without the points of the demonstration city, whose codes and values
 * are invented, and without what an imported point of the same table says of the same code or pair.
 */
export function shippedTables(points: readonly PointDraft[]): readonly LibraryFile[] {
  const byTable = Map.groupBy(points, ({ table }) => table);
  return readKnowledgeTables(join(libraryFolder, 'knowledge')).map((file) =>
    shippedTable(file, byTable.get(basename(file.path, '.csv')) ?? []),
  );
}
