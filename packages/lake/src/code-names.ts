import { libraryText, parseCsvRecords } from '@hengjian/standard';

/** A name that hospitals use for a code of a national table. */
export interface CodeName {
  readonly table: string;
  readonly name: string;
  readonly code: string;
  /** It can be no other code, so that nobody has to look at it. */
  readonly isSure: boolean;
}

const file = 'standard/code-names.csv';

/** What `library/standard/code-names.csv` says. */
export const codeNames: readonly CodeName[] = parseCsvRecords(libraryText(file), file).map(
  ({ code_table: table = '', name = '', code = '', sure }) => ({ table, name, code, isSure: sure === '1' }),
);
