import type { Change, Work } from './change-lake.ts';
import { factsSql } from './facts.ts';
import type { Manifest, SourceFile } from './manifest.ts';
import { toldApart } from './shared-visits.ts';
import { personTables, visitTables } from './touch.ts';

/** Tables whose rows concern everybody of an institution. */
const departments = 'medins_dept_b';

/** Earlier readings of files that a batch has read again, in another way. */
function replacedBy(files: readonly SourceFile[], batch: number): SourceFile[] {
  const anew = new Set(files.filter((file) => file.batch === batch).map(({ content, table }) => `${table}|${content}`));
  return files.filter((file) => file.batch < batch && file.content !== '' && anew.has(`${file.table}|${file.content}`));
}

const ofFiles = (files: readonly SourceFile[]): string => `_rid // 4294967296 IN (${files.map(({ seq }) => seq).join(', ')})`;

/**
 * The change that a batch makes. A file that was read before in another way, by a mapping that has been mended since, counts
 * as it is read now: the rows of the earlier reading are taken out, and whoever they were about is judged again.
 */
export function readAgain({ lake, before }: Work, draft: Manifest): Change {
  const replaced = replacedBy(draft.files, draft.batch).filter(({ seq }) => !before.replaced.includes(seq));
  if (replaced.length === 0) return { draft, again: [], persons: [], replaces: false };
  const rows = (table: string, column: string): string[] => {
    const own = replaced.filter((file) => file.table === table);
    const facts = before.facts[table] ?? [];
    return own.length === 0 ? [] : [`SELECT ${column} FROM (${toldApart(table, factsSql(lake, table, facts))}) WHERE ${ofFiles(own)}`];
  };
  const institutions = replaced.some(({ table }) => table === departments) ? ['SELECT mdtrt_id FROM f_fee_list_d'] : [];
  return {
    draft: { ...draft, replaced: [...draft.replaced, ...replaced.map(({ seq }) => seq)].sort((left, right) => left - right) },
    again: [...visitTables.flatMap((table) => rows(table, 'mdtrt_id')), ...institutions],
    persons: personTables.flatMap((table) => rows(table, '_person AS psn')),
    replaces: true,
  };
}
