import { bodyParts } from '@hengjian/standard';
import { quoted } from '@hengjian/table';

/** Names that are of imaging of one part at all; the others are not looked through. */
const imaging = ['CT', 'MR', '磁共振', '体层', 'X线', 'DR', '摄影', '扫描'];

/** A name without the words that only look like one of a part. */
const without = (name: string, words: readonly string[]): string =>
  words.reduce((sql, word) => `replace(${sql}, ${quoted(word)}, '')`, name);

/**
 * SQL of the part of the body that the name of a line tells. The name that the institution gives the service counts, that of
 * the catalogue only where it gives none; a name that tells two parts tells none.
 */
export function namedPartSql(alias: string): string {
  const name = `coalesce(${alias}.medins_list_name, ${alias}.hilist_name)`;
  const parts = bodyParts.map(
    ({ part, words, notWords }) =>
      `CASE WHEN regexp_matches(${without(name, notWords)}, ${quoted(words.join('|'))}) THEN ${quoted(part)} END`,
  );
  const told = `list_filter([${parts.join(', ')}], x -> x IS NOT NULL)`;
  const one = `CASE WHEN len(${told}) = 1 THEN ${told}[1] END`;
  return `CASE WHEN regexp_matches(${name}, ${quoted(imaging.join('|'))}) THEN ${one} END`;
}
