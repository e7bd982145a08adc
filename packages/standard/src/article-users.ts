import { parseCsvRecords } from './csv.ts';
import { libraryText } from './library-text.ts';
import type { Words } from './words.ts';

/** For whom an article is made, as its name tells. */
export interface ArticleUser {
  readonly user: string;
  /** A name with one of these tells it, unless one of a row above is in the name too. */
  readonly words: readonly string[];
  readonly name: Words;
}

const path = 'standard/article-users.csv';

/** From the widest to the narrowest: an article for children and newborns is one for children. */
export const articleUsers: readonly ArticleUser[] = parseCsvRecords(libraryText(path), path).map(
  ({ user = '', words = '', name_zh = '', name_en = '' }) => ({ user, words: words.split('|'), name: { zh: name_zh, en: name_en } }),
);
