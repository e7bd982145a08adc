import { type CivilDay, inputProblems, type Problem, parseDay, words, yamlReason } from '@hengjian/standard';
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, Scalar, type YAMLMap } from 'yaml';
import { invalid, kindWords, missing, notAmong, rulespecProblems, unknownName } from '../problems.ts';
import type { ExpressionSource, Plain, Position } from './vocabulary.ts';

const shownLength = 40;

/** The beginning of what a node says, for problems. */
function shown(node: YamlNode): string {
  const text = isScalar(node) ? textOfScalar(node) : isMap(node) ? '{…}' : isSeq(node) ? '[…]' : '';
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…`;
}

export type YamlNode = Node | null | undefined;

/** Reads a YAML document strictly and collects problems with their positions. */
export interface Reader {
  readonly file: string;
  readonly lines: LineCounter;
  readonly problems: Problem[];
}

/** The first node that is an alias, or that aliases could mean. */
function firstAnchored(node: unknown): Node | undefined {
  if (!isNode(node)) return undefined;
  if (isAlias(node) || node.anchor !== undefined) return node;
  const inside = isMap(node) ? node.items.flatMap(({ key, value }) => [key, value]) : isSeq(node) ? node.items : [];
  for (const one of inside) {
    const found = firstAnchored(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Parses the text; syntax errors become problems. */
export function openReader(text: string, file: string): { reader: Reader; root: YamlNode } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader: Reader = { file, lines, problems: [] };
  // What follows the first fault of a text is mostly its consequence.
  for (const error of document.errors.slice(0, 1)) {
    const { line, col } = lines.linePos(error.pos[0]);
    reader.problems.push(rulespecProblems.problem('yaml-syntax', { reason: yamlReason(error) }, { file, row: line, column: col }));
  }
  const anchored = firstAnchored(document.contents);
  if (anchored !== undefined) report(reader, anchored, '', rulespecProblems.problem('yaml-alias', {}));
  return { reader, root: reader.problems.length > 0 ? null : document.contents };
}

export function positionOf(reader: Reader, node: YamlNode): Position {
  const offset = node?.range?.[0] ?? 0;
  const { line, col } = reader.lines.linePos(offset);
  return { row: Math.max(line, 1), column: Math.max(col, 1) };
}

export function report(reader: Reader, node: YamlNode, field: string, problem: Problem): undefined {
  reader.problems.push({ ...problem, place: { file: reader.file, ...positionOf(reader, node), field } });
  return undefined;
}

export type Entries = ReadonlyMap<string, Node | null>;

interface MapEntry {
  /** The key as a node, for its position. */
  readonly at: YamlNode;
  readonly key: string;
  readonly value: Node | null;
}

const nodeOr = (value: unknown): Node | null => (isNode(value) ? value : null);

/** The entries of a mapping; a key that is no scalar has no name. */
const entriesOf = (node: YAMLMap): readonly MapEntry[] =>
  node.items.map(({ key, value }) => ({ at: nodeOr(key), key: isScalar(key) ? textOfScalar(key) : '', value: nodeOr(value) }));

/** The entries of a mapping with only the allowed keys; required keys that are absent are reported. */
export function record(reader: Reader, node: YamlNode, field: string, allowed: readonly string[], required: readonly string[]): Entries {
  const entries = new Map<string, Node | null>();
  if (!isMap(node)) {
    report(reader, node, field, invalid(shown(node), words(`映射（${allowed.join('、')}）`, `a mapping of ${allowed.join(', ')}`)));
    return entries;
  }
  for (const { at, key, value } of entriesOf(node)) {
    if (!allowed.includes(key)) report(reader, at, `${field}.${key}`, unknownName(kindWords.field, key, allowed));
    else if (entries.has(key)) report(reader, at, `${field}.${key}`, inputProblems.problem('row-twice', { key }));
    else entries.set(key, value);
  }
  for (const key of required) {
    if (!entries.has(key)) report(reader, node, `${field}.${key}`, missing(key));
  }
  return entries;
}

/** Every entry of a mapping with free keys. */
export function freeRecord(reader: Reader, node: YamlNode, field: string): Entries {
  if (isMap(node)) return new Map(entriesOf(node).map(({ key, value }) => [key, value]));
  report(reader, node, field, invalid(shown(node), words('映射', 'a mapping')));
  return new Map();
}

export function list(reader: Reader, node: YamlNode, field: string): readonly Node[] {
  if (isSeq(node)) return node.items.filter(isNode);
  report(reader, node, field, invalid(shown(node), words('列表', 'a list')));
  return [];
}

const textOfScalar = (node: Scalar): string => node.source ?? String(node.value);

/** The text of a scalar as the file has it (dates, codes and decimals are never turned into numbers). */
export function text(reader: Reader, node: YamlNode, field: string): string | undefined {
  if (isScalar(node) && node.value !== null && textOfScalar(node) !== '') return textOfScalar(node);
  const problem =
    isScalar(node) || node === null || node === undefined ? missing(field) : invalid(shown(node), words('单个值', 'a single value'));
  return report(reader, node, field, problem);
}

export function choice<T extends string>(reader: Reader, node: YamlNode, field: string, values: readonly T[]): T | undefined {
  const value = text(reader, node, field);
  if (value === undefined) return undefined;
  return values.find((one) => one === value) ?? report(reader, node, field, notAmong(value, values));
}

export function integer(reader: Reader, node: YamlNode, field: string): number | undefined {
  const value = text(reader, node, field);
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  return report(reader, node, field, invalid(value, words('整数', 'a whole number')));
}

export function flag(reader: Reader, node: YamlNode, field: string): boolean | undefined {
  const value = choice(reader, node, field, ['true', 'false']);
  return value === undefined ? undefined : value === 'true';
}

export function date(reader: Reader, node: YamlNode, field: string): CivilDay | undefined {
  const value = text(reader, node, field);
  if (value === undefined) return undefined;
  return (
    parseDay(value) ?? report(reader, node, field, invalid(value, words('存在的日期（yyyy-MM-dd）', 'a day that exists, as yyyy-MM-dd')))
  );
}

export function area(reader: Reader, node: YamlNode, field: string): string | undefined {
  const value = text(reader, node, field);
  if (value === undefined) return undefined;
  if (/^\d{6}$/.test(value)) return value;
  return report(
    reader,
    node,
    field,
    invalid(value, words("加引号的六位行政区划代码，如 '410000'", "an area code of six digits in quotes, for example '410000'")),
  );
}

export function expression(reader: Reader, node: YamlNode, field: string): ExpressionSource | undefined {
  const value = text(reader, node, field);
  if (value === undefined) return undefined;
  const at = positionOf(reader, node);
  const type = isScalar(node) ? node.type : undefined;
  const quoted = type === Scalar.QUOTE_SINGLE || type === Scalar.QUOTE_DOUBLE;
  const block = type === Scalar.BLOCK_FOLDED || type === Scalar.BLOCK_LITERAL;
  return { text: value, at: { row: at.row, column: at.column + (quoted ? 1 : 0) }, block, field };
}

/** A whole subtree as plain data, numbers as their source text. */
export function plain(node: YamlNode): Plain {
  if (isMap(node)) return Object.fromEntries(entriesOf(node).map(({ key, value }) => [key, plain(value)]));
  if (isSeq(node)) return node.items.map((item) => plain(nodeOr(item)));
  return isScalar(node) && node.value !== null ? textOfScalar(node) : null;
}

/** An entry with its name when it is there. */
export const optional = <T, K extends string>(key: K, value: T | undefined): { readonly [name in K]?: T } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [name in K]: T });

type Read<T> = (reader: Reader, node: YamlNode, field: string) => T | undefined;

/** Reads an entry when it is there. */
export const given = <T>(reader: Reader, entries: Entries, key: string, read: Read<T>): T | undefined =>
  entries.has(key) ? read(reader, entries.get(key), key) : undefined;

/** Reads one of a few words when it is there. */
export const chosen = <T extends string>(reader: Reader, entries: Entries, key: string, values: readonly T[]): T | undefined =>
  given(reader, entries, key, (own, node, field) => choice(own, node, field, values));

/** Stands for an expression that is not there; the rule does not pass anyway. */
export const nowhere = (text: string): ExpressionSource => ({ text, at: { row: 1, column: 1 }, block: false, field: '' });
