import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { csvCell, parseCsvRecords, words } from '@hengjian/standard';
import { openTables } from '@hengjian/table';
import { openFacts } from './build.ts';
import { type AnsweredRow, answerLists, answersOf, type ListAnswer, listAnswers, listReasons, listTable } from './lists.ts';
import { type Manifest, readManifest, type SourceFile } from './manifest.ts';
import { lakeProblems } from './problems.ts';
import { checkStored } from './stored.ts';

export interface AnswerOptions {
  readonly lake: string;
  /** Name of the file as it was sent. */
  readonly list: string;
  /** Which of several batches; the last one without it. */
  readonly batch: number | undefined;
  /** File that the answer is written to. */
  readonly out: string;
}

export interface AnsweredList {
  readonly file: string;
  readonly batch: number;
  readonly rows: number;
  readonly counts: Readonly<Record<ListAnswer, number>>;
}

const names = (manifest: Manifest): SourceFile[] => manifest.files.filter(({ table }) => table === listTable);

/** Whether a list is meant: by its name, by the end of it, or by the workbook or archive that it was sent in. */
const isNamed = (name: string, list: string): boolean => name === list || name.endsWith(`/${list}`) || `/${name}`.includes(`/${list}/`);

function listOf(manifest: Manifest, { lake, list, batch }: AnswerOptions): SourceFile {
  const lists = names(manifest);
  const named = lists.filter(({ name, batch: own }) => isNamed(name, list) && (batch ?? own) === own);
  const found = named.at(-1);
  // A workbook or an archive may hold several.
  const isOne = named.every(({ name }) => name === found?.name) || found?.name === list;
  if (found !== undefined && isOne) return found;
  const known = lists.length === 0 ? words('（无）', '(none)') : [...new Set(lists.map(({ name }) => name))].join(', ');
  throw lakeProblems.refused('list-missing', { list, known }, { file: lake });
}

interface HeldRow {
  readonly row: number;
  readonly list_sn: string | null;
  readonly reason: string;
  readonly remedy: string;
}

/** Rows of the list that went to quarantine, as far as their files are still there. */
function heldRows(lake: string, manifest: Manifest, list: SourceFile): HeldRow[] {
  const stored = manifest.batches.find(({ id }) => id === list.batch)?.quarantine ?? [];
  const start = `quarantine/${list.batch}/${listTable}-${list.seq}-`;
  return stored
    .filter(({ path }) => path.startsWith(start) && existsSync(join(lake, path)))
    .flatMap(({ path }) => parseCsvRecords(readFileSync(join(lake, path), 'utf8'), path))
    .map(({ _row = '', _field = '', _reason = '', _remedy = '', list_sn = '' }) => ({
      row: Number(_row),
      list_sn: list_sn === '' ? null : list_sn,
      reason: _field === '' ? _reason : `${_reason} (${_field})`,
      remedy: _remedy,
    }));
}

const both = ({ zh, en }: { readonly zh: string; readonly en: string }): string => `${zh} | ${en}`;

function lineOf({ row, list_sn, answer, reason }: AnsweredRow): readonly [number, string] {
  const why = reason === undefined ? undefined : listReasons[reason];
  const cells = [
    row,
    list_sn ?? '',
    answer,
    both(listAnswers[answer]),
    reason ?? '',
    why === undefined ? '' : both(why.says),
    why === undefined ? '' : both(why.remedy),
  ];
  return [row, cells.map((cell) => csvCell(String(cell))).join(',')];
}

const heldLine = ({ row, list_sn, reason, remedy }: HeldRow): readonly [number, string] => [
  row,
  [row, list_sn ?? '', 'refused', both(listAnswers.refused), 'unreadable', `${both(listReasons.unreadable.says)}: ${reason}`, remedy]
    .map((cell) => csvCell(String(cell)))
    .join(','),
];

/**
 * Writes the answer to a list that was ingested: one row for each of the sender's rows, in the sender's order, with the
 * serial of the sender and no number of a person. Refuses a list that the lake does not have (`list-missing`).
 */
export async function answerList(options: AnswerOptions): Promise<AnsweredList> {
  const { lake, out } = options;
  const published = readManifest(lake);
  if (published === undefined) throw lakeProblems.refused('lake-missing', {}, { file: lake });
  const { manifest } = published;
  const list = listOf(manifest, options);
  for (const table of [listTable, 'psn_info_b', 'psn_insu_d', 'mdtrt_d'])
    for (const file of manifest.facts[table] ?? []) checkStored(join(lake, file.path), file);
  const engine = await openTables({ folders: [lake] });
  let rows: AnsweredRow[];
  try {
    await openFacts(engine, lake, manifest);
    await answerLists(engine, manifest);
    rows = await answersOf(engine, list.seq);
  } finally {
    engine.close();
  }
  const held = heldRows(lake, manifest, list);
  const lines = [...rows.map(lineOf), ...held.map(heldLine)].sort(([left], [right]) => left - right).map(([, line]) => line);
  writeFileSync(out, `\uFEFFrow,list_sn,answer,answer_words,reason,reason_words,remedy\n${lines.map((line) => `${line}\n`).join('')}`);
  const count = (answer: ListAnswer): number => rows.filter((row) => row.answer === answer).length;
  const counts = { registered: count('registered'), already: count('already'), refused: count('refused') + held.length };
  return { file: list.name, batch: list.batch, rows: lines.length, counts };
}
