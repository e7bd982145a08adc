import { blanksAround, columnFinder, merged } from '@hengjian/sources';
import { missingTexts, missingWords } from '@hengjian/standard';
import { identifier, quoted, quotedList } from '@hengjian/table';
import { engineName, sourceName } from './engine-names.ts';
import type { ColumnRoles } from './roles.ts';

// Below a table, and within it, stand rows that are no facts: sums, pages carried over, signatures. Their word stands where a row of
// facts says of whom it is, of what and when; in a remark the same word means nothing.

/** How the cell begins that makes a row one of totals or signatures. */
export const totalWords = [
  '^\\s*(?:(?:本页|本月|总)?(?:[合小总累共]\\s*计|汇\\s*总)',
  '[承接]前页|[过转]次页|大写[：:金]',
  '(?:制表|填表|填报|审核|复核|打印|统计)(?:人|员|者|单位|时间|日期))',
].join('|');

/** What may stand behind the word where the cell says nothing else: 合计金额, 小计（3 项）. */
const tail = '金额|费用|数量|人数|人次|笔数|[元项人条笔]|[（(][^）)]*[）)]';
const nothing = ['', ...missingTexts, ...missingWords];

const any = (tests: readonly string[]): string => (tests.length === 0 ? 'false' : `(${tests.join(' OR ')})`);

/** What is asked of the cells of a row, as SQL. */
class Cells {
  readonly #pattern: string;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  text(column: string): string {
    return `trim(coalesce(${identifier(column)}, ''), ${quoted(blanksAround + merged)})`;
  }

  begins(text: string): string {
    return `regexp_matches(${text}, ${quoted(this.#pattern)})`;
  }

  /** The text is the word and says nothing else. */
  is(text: string): string {
    const rest = `regexp_replace(regexp_replace(${text}, ${quoted(this.#pattern)}, ''), ${quoted(tail)}, '', 'g')`;
    return `(${this.begins(text)} AND NOT regexp_matches(${rest}, '\\p{L}'))`;
  }

  /** None of some columns says anything but the word. */
  areSilent(columns: readonly string[]): string {
    const said = columns.map((column) => {
      const text = this.text(column);
      return `(NOT list_contains(${quotedList(nothing)}, ${text}) AND NOT ${this.begins(text)})`;
    });
    return `NOT ${any(said)}`;
  }
}

/**
 * SQL that tells whether a row of staged columns is one of totals, titles or signatures. A cell begins with the word, and
 *
 * - no key of the row is there: nothing says of whom it is, of what or when; or
 * - the word stands in place of a key, of an amount or at the beginning of the row while a key is missing; or
 * - two keys are missing and some cell is the word.
 *
 * A text that only begins with the word (累计剂量监测 is an item) stands in place of a key where two keys are missing. Where
 * nobody knows the keys, as in a source of queries, the first cell that says something has to begin with the word.
 */
export function totalSql(columns: readonly string[], pattern: string, { keys, isAmount }: ColumnRoles): string {
  const cells = new Cells(pattern);
  const texts = columns.map((column) => cells.text(column));
  const first = `coalesce(${texts.map((text) => `nullif(${text}, '')`).join(', ')}, '')`;
  // Most rows hold no such word: they are looked at once.
  const whole = `replace(concat_ws(chr(10), ${columns.map(identifier).join(', ')}), ${quoted(merged)}, '')`;
  const where = (test: string): string => `CASE WHEN regexp_matches(${whole}, ${quoted(`(?m)${pattern}`)}) THEN ${test} ELSE false END`;
  const find = columnFinder(columns.map(sourceName));
  const found = keys.map((names) => names.flatMap((name) => find(name) ?? []).map(engineName));
  const groups = found.filter((own) => own.length > 0);
  if (groups.length === 0) return where(cells.begins(first));
  const silent = `(${groups.map((own) => `CAST(${cells.areSilent(own)} AS INTEGER)`).join(' + ')})`;
  const inPlace = (is: (text: string) => string): string =>
    any(groups.map((own) => `(${cells.areSilent(own)} AND ${any(own.map((column) => is(cells.text(column))))})`));
  const begins = (text: string): string => cells.begins(text);
  const is = (text: string): string => cells.is(text);
  const amounts = columns.filter((column) => isAmount(sourceName(column))).map((column) => cells.text(column));
  const tests = [
    `${silent} = ${groups.length}`,
    inPlace(is),
    `(${silent} > 0 AND ${any([...amounts.map(begins), is(first)])})`,
    `(${silent} > 1 AND ${any([inPlace(begins), begins(first), ...texts.map(is)])})`,
  ];
  return where(`(${any(texts.map(begins))} AND ${any(tests)})`);
}
