import { blanked, counted, listed, type Words, words } from '@hengjian/standard';
import { integer, type Tables, text } from '@hengjian/table';
import { type Landed, type Load, sourcesOf } from './land.ts';
import type { RowCounts, TableCounts } from './types.ts';

/** Rows of one file, or of one sheet of it, that went into one table. */
export interface FileBalance extends RowCounts {
  readonly file: string;
  readonly sheet?: string;
  readonly table: string;
}

/** States of accepted rows that the balance shows apart. */
const apart = ['duplicate', 'pending', 'conflict', 'held'] as const;

/** File and sheet of a part. The name of a part after the first ends with that of its sheet. */
export function placeOfPart(file: string, sheet: string | undefined): { readonly file: string; readonly sheet?: string } {
  if (sheet === undefined) return { file };
  const shown = blanked(sheet);
  return { file: file.endsWith(`/${shown}`) ? file.slice(0, -shown.length - 1) : file, sheet: shown };
}

interface Seen {
  readonly seq: number;
  readonly status: string;
  readonly rows: number;
}

/** Accepted rows of the files of a batch by their state, counted in what was written. */
async function statesOf(engine: Tables, loads: readonly Load[]): Promise<readonly Seen[]> {
  const out: Seen[] = [];
  for (const table of new Set(loads.map((load) => load.table))) {
    const select = `SELECT n._rid // 4294967296 AS seq, coalesce(x.status, 'current') AS status, count(*) AS "rows" FROM n_${table} n
      LEFT JOIN (SELECT rid, status FROM all_losers WHERE tbl = '${table}') x ON x.rid = n._rid GROUP BY ALL ORDER BY ALL`;
    out.push(...(await engine.rows(select, { seq: integer, status: text, rows: integer })));
  }
  return out;
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Rows of a part without those above and below it. */
const ownRows = ({ staged }: Load): number => staged.rows + staged.broken.length + staged.skipped;

/** Rows of other tables of the same text or sheet: they stand in the balance of those. */
function rowsOfOthers(load: Load, loads: readonly Load[]): number {
  const { file, sheet, header } = load.staged;
  const isOther = ({ staged }: Load): boolean =>
    staged.file === file && staged.sheet === sheet && staged.header > 0 && staged.header !== header;
  const others = Map.groupBy(header === 0 ? [] : loads.filter(isOther), ({ staged }) => staged.header);
  return Math.min(load.staged.titles, sumOf([...others.values()].map((all) => Math.min(...all.map(ownRows)))));
}

interface Batch {
  readonly loads: readonly Load[];
  readonly landed: readonly Landed[];
  readonly states: readonly Seen[];
}

function balanceOf(load: Load, { loads, landed, states }: Batch): FileBalance {
  const { staged, file, table } = load;
  const skipped = staged.skipped + staged.titles - rowsOfOthers(load, loads) + staged.blank;
  const seqs = new Set(sourcesOf(load).map(({ seq }) => seq));
  const own = states.filter((one) => seqs.has(one.seq));
  const inState = (status: string): number => sumOf(own.filter((one) => one.status === status).map(({ rows }) => rows));
  const [duplicate, pending, conflict, held] = apart.map(inState) as [number, number, number, number];
  const bad = landed.flatMap((one) => one.quarantined.filter((item) => seqs.has(item.seq)).map(({ rows }) => rows));
  return {
    ...placeOfPart(file, staged.sheet),
    table,
    rows_in: staged.rows + staged.broken.length + (staged.waiting ?? 0) + skipped,
    accepted: sumOf(own.map(({ rows }) => rows)),
    ...{ duplicate, pending, conflict, held },
    waiting: staged.waiting ?? 0,
    quarantined: sumOf(bad) + staged.broken.length,
    skipped,
  };
}

const parts = ['accepted', 'waiting', 'quarantined', 'skipped'] as const;

/**
 * What became of every row of the files of a batch. The rows that the reader counted are compared with those that were
 * written and refused; throws when one is missing, before anything is published.
 */
export async function balanceFiles(engine: Tables, loads: readonly Load[], landed: readonly Landed[]): Promise<FileBalance[]> {
  const states = await statesOf(engine, loads);
  return loads.map((load) => {
    const balance = balanceOf(load, { loads, landed, states });
    const sum = sumOf(parts.map((part) => balance[part]));
    if (sum !== balance.rows_in) throw new Error(`${balance.file} has ${balance.rows_in} rows, and ${sum} of them are accounted for`);
    return balance;
  });
}

/** The balance of each table: that of its files together. */
export function balanceTables(files: readonly FileBalance[]): Record<string, TableCounts> {
  const names = [...new Set(files.map(({ table }) => table))].sort();
  return Object.fromEntries(
    names.map((name): [string, TableCounts] => {
      const own = files.filter(({ table }) => table === name);
      const total = (part: keyof RowCounts): number => sumOf(own.map((one) => one[part]));
      const [accepted, duplicate, pending, conflict] = [total('accepted'), total('duplicate'), total('pending'), total('conflict')];
      const [held, waiting, quarantined, skipped] = [total('held'), total('waiting'), total('quarantined'), total('skipped')];
      return [name, { rows_in: total('rows_in'), accepted, duplicate, pending, conflict, held, waiting, quarantined, skipped }];
    }),
  );
}

const partWords: Readonly<Record<(typeof parts)[number] | (typeof apart)[number], Words>> = {
  accepted: words('接收', 'accepted'),
  duplicate: words('重复', 'duplicate'),
  pending: words('待定', 'pending'),
  conflict: words('冲突', 'in conflict'),
  held: words('存疑', 'held'),
  waiting: words('待对照', 'waiting for a crosswalk'),
  quarantined: words('隔离', 'quarantined'),
  skipped: words('跳过', 'skipped'),
};

/** The parts that rows fell into, and which of the accepted ones do not count. */
export function balanceText(label: string | Words, counts: RowCounts): Words {
  const name = typeof label === 'string' ? words(label, label) : label;
  const inside = apart.filter((part) => counts[part] > 0);
  const counting = counts.accepted - sumOf(inside.map((part) => counts[part]));
  const zh = [`计入 ${counting}`, ...inside.map((part) => `${partWords[part].zh} ${counts[part]}`)].join('、');
  const en = [`${counting} counting`, ...inside.map((part) => `${counts[part]} ${partWords[part].en}`)].join(', ');
  const detail = inside.length === 0 ? words('', '') : words(`（${zh}）`, ` (${en})`);
  const shown = counts.waiting === 0 ? (['quarantined', 'skipped'] as const) : (['waiting', 'quarantined', 'skipped'] as const);
  const rest = shown.map((part) => ({ words: partWords[part], rows: counts[part] }));
  const restZh = rest.map((one) => ` + ${one.words.zh} ${one.rows}`).join('');
  const restEn = rest.map((one) => ` + ${one.rows} ${one.words.en}`).join('');
  return words(
    `${name.zh}：读入 ${counts.rows_in} 行 = 接收 ${counts.accepted}${detail.zh}${restZh}`,
    `${name.en}: ${counted(counts.rows_in, 'row')} = ${counts.accepted} accepted${detail.en}${restEn}`,
  );
}

/** From this share in quarantine on, a table needs somebody before it is used. */
export const quarantineShare = 0.2;

/** Why rows of a table were not accepted, the commonest reason first. */
export interface Refusal {
  readonly reason: string;
  readonly field: string;
  readonly rows: number;
  /** Where one of them stands, with its value, blanked where it may tell a person. */
  readonly sample: Words;
  readonly says: Words;
  readonly remedy: Words;
}

/** A table of a batch that cannot be used as it came. */
export interface Attention {
  readonly table: string;
  readonly why: Words;
  /** The table and why. */
  readonly says: Words;
  readonly refusals: readonly Refusal[];
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;

/** What is wrong with the counts of a table; undefined when nothing is. */
export function attentionOf(counts: TableCounts): Words | undefined {
  const { quarantined, rows_in, skipped } = counts;
  const data = rows_in - skipped;
  if (data === 0) return words('没有数据行', 'no row with data');
  if (quarantined === data) return words('没有一行被接收', 'not one row was accepted');
  if (quarantined <= data * quarantineShare) return undefined;
  const share = percent(quarantined / data);
  return words(
    `${share} 的行被隔离，超过 ${percent(quarantineShare)}`,
    `${share} of the rows are in quarantine, more than ${percent(quarantineShare)}`,
  );
}

/** Columns of a file that no field is filled from. */
export interface UnreadColumns {
  readonly file: string;
  readonly sheet?: string;
  readonly columns: readonly string[];
}

/** Names so many files with the same columns one by one. */
const fewPlaces = 3;

/** Columns that are not used, files with the same ones on one line. */
export function unreadColumnsTexts(all: readonly UnreadColumns[]): readonly Words[] {
  return [...Map.groupBy(all, ({ columns }) => columns.join('|')).values()].map((same) => {
    const places = same.slice(0, fewPlaces).map(({ file, sheet }) => (sheet === undefined ? file : `${file} / ${sheet}`));
    const more = same.length - places.length;
    const names = listed(same[0]?.columns ?? []);
    const zh = `${places.join('、')}${more > 0 ? ` 等 ${same.length} 处` : ''}`;
    const en = `${places.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    return words(`${zh}：未用到的列：${names.zh}`, `${en}: columns that are not used: ${names.en}`);
  });
}
