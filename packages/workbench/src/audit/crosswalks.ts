import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { readContents, workbookWriter } from '@hengjian/documents';
import { type Accepted, acceptCrosswalks, type Proposal, proposalColumns, proposeCrosswalks } from '@hengjian/lake';
import { csvCell, inputProblems, replaceFile, type UseCase, words } from '@hengjian/standard';

export interface CrosswalkInput {
  readonly mapping: string;
  readonly paths: readonly string[];
  /** The list for a person, `.xlsx` or `.csv`. */
  readonly out: string | undefined;
  /** The list as somebody has filled it; with it the crosswalks of the mapping are written. */
  readonly read: string | undefined;
}

export interface Crosswalked {
  readonly proposals: readonly Proposal[];
  readonly accepted: readonly Accepted[];
}

function writeList(out: string, proposals: readonly Proposal[]): void {
  const rows = proposals.map((one) => proposalColumns.map((column) => one[column]));
  if (extname(out).toLowerCase() === '.csv') {
    const lines = [proposalColumns, ...rows].map((cells) => cells.map((cell) => csvCell(String(cell))).join(','));
    // A spreadsheet takes a text for UTF-8 by its mark.
    replaceFile(out, `\ufeff${lines.join('\n')}\n`);
    return;
  }
  const book = workbookWriter(out);
  const sheet = book.sheet('对照 Crosswalk', [...proposalColumns]);
  for (const cells of rows) sheet.row(cells);
  sheet.end();
  book.close();
}

/** Writes proposals for local texts, or reads back what a person has decided. */
export const listCrosswalks: UseCase<CrosswalkInput, Crosswalked> =
  (ports) =>
  async ({ mapping, paths, out, read }) => {
    if (read !== undefined) {
      const contents = await readContents(read, new Set(proposalColumns), ports.signal);
      const sheets = contents.kind === 'sheets' ? contents.sheets : [];
      const rows = sheets.flatMap((sheet) => sheet.rows.map(({ cells }) => Object.fromEntries(cells)));
      return { proposals: [], accepted: await acceptCrosswalks(mapping, rows) };
    }
    if (out === undefined) throw inputProblems.refused('option-missing', { option: words('--out 或 --read', '--out or --read') });
    if (!/\.(csv|xlsx)$/i.test(out)) {
      const expected = words('以 .xlsx 或 .csv 结尾的文件名', 'a name that ends with .xlsx or .csv');
      throw inputProblems.refused('option-invalid', { option: '--out', value: out, expected });
    }
    if (existsSync(out)) throw inputProblems.refused('file-exists', {}, { file: out });
    const proposals = await proposeCrosswalks(mapping, paths);
    writeList(out, proposals);
    return { proposals, accepted: [] };
  };
