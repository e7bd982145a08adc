import { articleUsers } from '@hengjian/standard';
import { quoted } from '@hengjian/table';

/**
 * SQL of the user for whom the article of a line is made, as any of its names tells: one national code stands for all sizes. Only
 * codes of articles (C…) are looked at: what the name of a drug or service says of its user, their codes say as well.
 */
export function namedUserSql(alias: string): string {
  const name = `concat_ws('|', ${alias}.hilist_name, ${alias}.medins_list_name)`;
  const branches = articleUsers.map(({ user, words }) => `WHEN regexp_matches(${name}, ${quoted(words.join('|'))}) THEN ${quoted(user)}`);
  return `CASE WHEN starts_with(${alias}.med_list_codg, 'C') THEN CASE ${branches.join(' ')} END END`;
}
