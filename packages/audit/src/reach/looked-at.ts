import { type BoundRulebook, type CheckedRule, type SubjectDictionary, type SubjectReach, subjectDictionaries } from '@hengjian/rulespec';
import {
  isDemonstration,
  isOneOf,
  itemKindOf,
  itemKinds,
  type KindOfCode,
  splitByLargestRemainder,
  viewIfLoaded,
  views,
  writtenItemKind,
} from '@hengjian/standard';
import type { CodePart, KindLookedAt, LookedAt } from '../record.ts';
import type { Census } from './census.ts';

/** Items of a lake whose kind cannot be told. */
export const untoldKind = 'untold';

/** What reaches are held against: the codes of a lake, how often they occur and of which kind its items are. */
export interface CodesOfLake {
  readonly bound: BoundRulebook;
  readonly census: Census;
  /** Kind of each item, by id. */
  readonly kinds: readonly (KindOfCode | undefined)[];
}

/** Tells the kind of each item of a lake: by its list type, else by the shape of its code. */
export function codesOfLake(bound: BoundRulebook, census: Census): CodesOfLake {
  const { dictionaries, dimensions } = bound.context;
  const types = viewIfLoaded(views.ids, dimensions.item, 'list_type');
  const texts = dictionaries.list_type ?? [];
  const kinds = bound.codes.values('item').map((code, id) => itemKindOf(texts[types?.[id] ?? -1], code));
  return { bound, census, kinds };
}

interface Sums {
  codes: number;
  rows: number;
  fen: number;
}

const none = (): Sums => ({ codes: 0, rows: 0, fen: 0 });

/** Shares in ten-thousandths; null where there is nothing to share or amounts below zero make a share mean nothing. */
function sharesOf(parts: readonly number[]): readonly (number | null)[] {
  const total = parts.reduce((sum, part) => sum + part, 0);
  return total <= 0 || parts.some((part) => part < 0) ? parts.map(() => null) : splitByLargestRemainder(10_000, parts);
}

/** The parts as they are told, with their shares of all of them, and all of them first. */
function partsOf(sums: readonly Sums[], hasMoney: boolean): readonly CodePart[] {
  const all = sums.reduce<Sums>(
    (left, right) => ({ codes: left.codes + right.codes, rows: left.rows + right.rows, fen: left.fen + right.fen }),
    none(),
  );
  const rows = sharesOf(sums.map((one) => one.rows));
  const fen = hasMoney ? sharesOf(sums.map((one) => one.fen)) : [];
  const told = (one: Sums, rows_share: number | null, fen_share: number | null): CodePart => ({
    ...{ codes: one.codes, rows: one.rows, fen: hasMoney ? one.fen : null, rows_share, fen_share },
  });
  const whole = (share: readonly (number | null)[]): number | null => (share.some((one) => one !== null) ? 10_000 : null);
  return [told(all, whole(rows), whole(fen)), ...sums.map((one, at) => told(one, rows[at] ?? null, fen[at] ?? null))];
}

const part = (parts: readonly CodePart[], at: number): CodePart =>
  parts[at] ?? { codes: 0, rows: 0, fen: null, rows_share: null, fen_share: null };

/** A code that other tables alone name, such as a ledger, is none of these rows. */
function addCode(sums: Sums, { rows, fen }: Census[SubjectDictionary], id: number): void {
  const own = rows[id + 1] ?? 0;
  sums.codes += id < 0 || own === 0 ? 0 : 1;
  sums.rows += own;
  sums.fen += fen?.[id + 1] ?? 0;
}

/** Rows without a code are of no disease and of no group, but of a diagnosis or an operation that nobody can tell. */
const isLacking = (dictionary: SubjectDictionary): boolean => dictionary === 'diagnosis' || dictionary === 'operation';

const objectKinds: Readonly<Record<string, KindOfCode>> = { drug: 'drug', item: 'service', consumable: 'consumable' };

/** Kinds of items that the tables of a rule speak of: by the codes written there and those they reach, else by its object. */
function itemKindsOf({ bound, kinds }: CodesOfLake, { source }: CheckedRule, reach: SubjectReach): readonly KindOfCode[] {
  const found = new Set<KindOfCode | undefined>();
  for (const { table: name, column } of reach.tables) {
    const table = bound.table(name);
    const at = table.columns.findIndex((one) => one.name === column);
    for (const { cells } of table.rows) {
      const cell = cells[at];
      for (const text of Array.isArray(cell) ? cell : [cell]) if (typeof text === 'string') found.add(writtenItemKind(text));
    }
  }
  for (const [id, kind] of kinds.entries()) if (reach.codes[id] === 1) found.add(kind);
  const told = itemKinds.filter((kind) => found.has(kind));
  const object = objectKinds[source.object];
  return told.length > 0 ? told : object === undefined ? itemKinds : [object];
}

/** What a rule looks at of a lake, and what of the same kinds it does not. */
export function lookedAtOf(codes: CodesOfLake, rule: CheckedRule, reach: SubjectReach): LookedAt {
  const { bound, census } = codes;
  const { dictionary, tables } = reach;
  const kinds = dictionary === 'item' ? itemKindsOf(codes, rule, reach) : [dictionary];
  const [looked, not, untold] = [none(), none(), none()];
  const rows = census[dictionary];
  for (let id = 0; id < reach.codes.length; id += 1) {
    const kind = dictionary === 'item' ? codes.kinds[id] : dictionary;
    if (reach.codes[id] === 1) addCode(looked, rows, id);
    else if (kind === undefined) addCode(untold, rows, id);
    else if (kinds.includes(kind)) addCode(not, rows, id);
  }
  if (isLacking(dictionary)) addCode(untold, rows, -1);
  const parts = partsOf([looked, not, untold], dictionary === 'item');
  const names = [...new Set(tables.map(({ table }) => table))];
  const points = new Map(tables.flatMap(({ table, rows: own }) => own.map((row) => [`${table}|${row}`, bound.table(table).rows[row]])));
  const demonstration = [...points.values()].filter((point) => isDemonstration(point?.point_id ?? ''));
  return {
    kinds: [...kinds],
    tables: names,
    points: names.reduce((sum, name) => sum + bound.table(name).rows.length, 0),
    reaching: points.size,
    demonstration: demonstration.length,
    all: part(parts, 0),
    looked_at: part(parts, 1),
    not_looked_at: part(parts, 2),
    untold: part(parts, 3),
  };
}

/** How much of the codes of a dictionary is reached, and all of them. */
export function reachedPart(
  { bound, census }: CodesOfLake,
  dictionary: SubjectDictionary,
  codes: Uint8Array,
): { readonly all: CodePart; readonly reached: CodePart } {
  const [reached, not] = [none(), none()];
  const first = isLacking(dictionary) ? -1 : 0;
  for (let id = first; id < bound.codes.values(dictionary).length; id += 1)
    addCode(codes[id] === 1 ? reached : not, census[dictionary], id);
  const parts = partsOf([reached, not], dictionary === 'item');
  return { all: part(parts, 0), reached: part(parts, 1) };
}

/** The codes of a lake by kind: what the points of any of some rules reach, and what none does. */
export function kindsLookedAt({ bound, census, kinds }: CodesOfLake, reaches: readonly SubjectReach[]): KindLookedAt[] {
  const sums = new Map<string, { readonly looked: Sums; readonly not: Sums }>();
  for (const dictionary of subjectDictionaries) {
    const own = reaches.filter((reach) => reach.dictionary === dictionary);
    const first = isLacking(dictionary) ? -1 : 0;
    for (let id = first; id < bound.codes.values(dictionary).length; id += 1) {
      const kind = dictionary === 'item' ? (kinds[id] ?? untoldKind) : dictionary;
      const found = sums.get(kind) ?? { looked: none(), not: none() };
      sums.set(kind, found);
      addCode(own.some(({ codes }) => codes[id] === 1) ? found.looked : found.not, census[dictionary], id);
    }
  }
  const order = [...itemKinds, ...subjectDictionaries.filter((name) => name !== 'item'), untoldKind];
  return order.flatMap((kind) => {
    const found = sums.get(kind);
    if (found === undefined || found.looked.rows + found.not.rows === 0) return [];
    const parts = partsOf([found.looked, found.not], isOneOf(itemKinds, kind) || kind === untoldKind);
    return [{ kind, all: part(parts, 0), looked_at: part(parts, 1), not_looked_at: part(parts, 2) }];
  });
}
