import { codePatterns, isCatalogueCode, isDemonstrationItem, isNamePattern, isText, type LakeContext } from '@hengjian/standard';
import { dictionaryOf, isCode, isSet, type Type } from '../check/types.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';

/** Ids of codes the lake has never seen begin here and go down: each equals only itself, not even missing (-1). */
const firstUnseen = -2;

/** Lists of numbers in compressed rows: the members of row i are `values[start[i]] … values[start[i + 1] - 1]`. */
export interface Rows {
  readonly start: Int32Array;
  readonly values: Int32Array;
}

export function makeRows(lists: readonly (readonly number[])[]): Rows {
  const start = new Int32Array(lists.length + 1);
  lists.forEach((members, index) => {
    start[index + 1] = (start[index] ?? 0) + members.length;
  });
  return { start, values: Int32Array.from(lists.flat()) };
}

/** Codes of the lake: texts to ids, and tables over ids that answer what rules ask of a code. */
export interface Codes {
  values(dictionary: string): readonly string[];
  id(dictionary: string, text: string): number;
  /** 1 at id + 1 for every code that `test` accepts; missing is never accepted. */
  mask(dictionary: string, key: string, test: (text: string) => boolean): Uint8Array;
  /** A number at id + 1 for every code. */
  map(dictionary: string, key: string, missing: number, of: (text: string) => number): Float64Array;
  /** Ids of the lake that a cell of a set column means. */
  expand(dictionary: string, cell: readonly string[]): readonly number[];
  /** Members of each row of a set or code column, ascending. */
  members(table: KnowledgeTable, column: string): Rows;
  /** Rows of the table for each id of the dictionary, ascending. */
  reverse(table: KnowledgeTable, column: string): Rows;
}

function memo<T>(): (key: string, make: () => T) => T {
  const known = new Map<string, T>();
  return (key, make) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make();
    known.set(key, made);
    return made;
  };
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

/** The column of a table; the checker has seen to it that it exists. */
export function columnAt(table: KnowledgeTable, name: string): { readonly index: number; readonly type: Type } {
  const index = table.columns.findIndex((column) => column.name === name);
  const column = table.columns[index];
  if (column === undefined) throw new Error(`table ${table.name} has no column ${name}`);
  return { index, type: column.type };
}

interface Named {
  readonly id: number;
  /** Whether it is an article by its national code; else it has none. */
  readonly isArticle: boolean;
  /** All names that the lake has of the item. */
  readonly names: readonly string[];
}

/** Stands between the further names of an item. */
const nameBreak = '\u001f';

/**
 * An item with a national code is reached by its code alone: points by code are surer than points by name. The codes of articles
 * are so many that points about them can only say the name, and say that they mean articles.
 */
const isReachedByName = (code: string): boolean => !isCatalogueCode(code) || codePatterns.consumable.test(code);

/** The texts of a dictionary in the order of their code units, with their ids. */
interface Ordered {
  readonly texts: readonly string[];
  readonly ids: readonly number[];
}

function orderedBy(texts: readonly string[]): Ordered {
  const ids = texts.map((_, id) => id).sort((left, right) => ((texts[left] as string) < (texts[right] as string) ? -1 : 1));
  return { texts: ids.map((id) => texts[id] as string), ids };
}

/** Ids of the texts that begin with a prefix, ascending; the texts stand next to each other. */
function beginningWith({ texts, ids }: Ordered, prefix: string): readonly number[] {
  let [low, high] = [0, texts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((texts[middle] as string) < prefix) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < texts.length && (texts[end] as string).startsWith(prefix)) end += 1;
  return ids.slice(low, end).sort((left, right) => left - right);
}

/**
 * What the codes below a code begin with; undefined where nothing stands below it. Service items of the national list have four
 * digits for what a province adds to them; extensions of a diagnosis or an operation follow an x, and those of a
 * category of either also count on from 00.
 */
function familyOf(dictionary: string, code: string): string | undefined {
  if (dictionary === 'item') return /^\d{11}0000$/.test(code) && !isDemonstrationItem(code) ? code.slice(0, 11) : undefined;
  if (dictionary === 'operation' && /^\d\d\.\d[\dx]00$/.test(code)) return code.slice(0, 5);
  if (dictionary === 'diagnosis' && /^[A-Z]\d\d\.\d00$/.test(code)) return code.slice(0, 5);
  return (dictionary === 'diagnosis' || dictionary === 'operation') && /^[A-Z]?\d+\.[\dx]\d+$/.test(code) ? `${code}x` : undefined;
}

/** The column that says what the rows of a table are about: its first set of codes. */
const subjectColumn = ({ columns }: KnowledgeTable): number => columns.findIndex(({ type }) => isSet(type));

/** Opens the dictionaries of a lake. */
export function makeCodes(context: LakeContext): Codes {
  const ids = memo<ReadonlyMap<string, number>>();
  const masks = memo<Uint8Array>();
  const maps = memo<Float64Array>();
  const rows = memo<Rows>();
  const expanded = memo<readonly number[]>();
  const values = (dictionary: string): readonly string[] => context.dictionaries[dictionary] ?? [];
  const index = (dictionary: string) => ids(dictionary, () => new Map(values(dictionary).map((text, id) => [text, id])));
  const ordered = memo<Ordered>();
  const inOrder = (dictionary: string): Ordered => ordered(dictionary, () => orderedBy(values(dictionary)));
  let named: readonly Named[] | undefined;
  const itemNames = (): readonly Named[] => {
    const [first, others] = ['hilist_name', 'other_names'].map((column) => context.dimensions.item?.columns[column]);
    if (first === undefined || !isText(first)) return [];
    return values('item').flatMap((code, id) => {
      const name = isReachedByName(code) ? first.get(id) : null;
      if (name === null) return [];
      const more = others !== undefined && isText(others) ? others.get(id) : null;
      return [{ id, isArticle: isCatalogueCode(code), names: [name, ...(more?.split(nameBreak) ?? [])] }];
    });
  };
  const byName = (text: string): readonly number[] => {
    named ??= itemNames();
    const [kind = '', written = ''] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)];
    const pattern = wildcard(written);
    const longest = written.split('*').reduce((left, right) => (right.length > left.length ? right : left), '');
    const fits = (name: string): boolean => name.includes(longest) && pattern.test(name);
    return named.filter(({ isArticle, names }) => (!isArticle || kind === 'article') && names.every(fits)).map(({ id }) => id);
  };
  const single = (dictionary: string, text: string): readonly number[] => {
    if (isNamePattern(text)) return dictionary === 'item' ? byName(text) : [];
    if (text.endsWith('*')) return beginningWith(inOrder(dictionary), text.slice(0, -1));
    const id = index(dictionary).get(text);
    return id === undefined ? [] : [id];
  };
  const unseen = new Map<string, number>();
  const unseenId = (dictionary: string, text: string): number => {
    const key = `${dictionary}\u0000${text}`;
    const id = unseen.get(key) ?? firstUnseen - unseen.size;
    unseen.set(key, id);
    return id;
  };
  const codes: Codes = {
    values,
    id: (dictionary, text) => (text === '' ? -1 : (index(dictionary).get(text) ?? unseenId(dictionary, text))),
    mask: (dictionary, key, test) =>
      masks(`${dictionary}\u0000${key}`, () => Uint8Array.from([0, ...values(dictionary).map((text) => (test(text) ? 1 : 0))])),
    map: (dictionary, key, missing, of) =>
      maps(`${dictionary}\u0000${key}`, () => Float64Array.from([missing, ...values(dictionary).map(of)])),
    expand: (dictionary, cell) =>
      [...new Set(cell.flatMap((text) => expanded(`${dictionary}\u0000${text}`, () => single(dictionary, text))))].sort((a, b) => a - b),
    members: (table, column) =>
      rows(`members\u0000${table.name}\u0000${column}`, () => {
        const { index: at, type } = columnAt(table, column);
        const dictionary = isSet(type) || isCode(type) ? dictionaryOf(type) : '';
        const cells = table.rows.map(({ cells: all }): readonly string[] => {
          const cell = all[at] ?? null;
          return Array.isArray(cell) ? cell : cell === null ? [] : [String(cell)];
        });
        const wide = (text: string): readonly number[] => {
          if (text.endsWith('*') || isNamePattern(text)) return codes.expand(dictionary, [text]);
          const prefix = isSet(type) ? familyOf(dictionary, text) : undefined;
          return prefix === undefined ? [] : beginningWith(inOrder(dictionary), prefix);
        };
        // An item or operation that a point names by its code is not reached by a point about what stands above it or about a name.
        const named = (cell: readonly string[]): readonly number[] =>
          codes.expand(
            dictionary,
            cell.filter((text) => !text.endsWith('*') && !isNamePattern(text)),
          );
        const isSubject = (dictionary === 'item' || dictionary === 'operation') && at === subjectColumn(table);
        const own = new Set(isSubject ? cells.flatMap(named) : []);
        return makeRows(
          cells.map((cell) => {
            const above = cell.flatMap(wide).filter((id) => !own.has(id));
            return [...new Set([...named(cell), ...above])].sort((a, b) => a - b);
          }),
        );
      }),
    reverse: (table, column) =>
      rows(`reverse\u0000${table.name}\u0000${column}`, () => {
        const { type } = columnAt(table, column);
        const members = codes.members(table, column);
        const lists: number[][] = values(dictionaryOf(type)).map(() => []);
        for (let row = 0; row < table.rows.length; row += 1) {
          for (let at = members.start[row] ?? 0; at < (members.start[row + 1] ?? 0); at += 1) lists[members.values[at] ?? 0]?.push(row);
        }
        return makeRows(lists);
      }),
  };
  return codes;
}
