import type { Day, Problem } from '@hengjian/standard';
import { parseDay } from '@hengjian/standard';
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, Scalar, type YAMLMap } from 'yaml';
import type { ExpressionSource, Plain, Position } from './rule-source.ts';

export type YamlNode = Node | null | undefined;

/** Reads a YAML document strictly and collects problems with their positions. */
export interface Reader {
  readonly file: string;
  readonly lines: LineCounter;
  readonly problems: Problem[];
}

/** Parses the text; syntax errors become problems. */
export function openReader(text: string, file: string): { reader: Reader; root: YamlNode } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader: Reader = { file, lines, problems: [] };
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    reader.problems.push({ code: 'yaml-syntax', message: error.message, remedy: 'mend the YAML at this position', place: { file, row: line, column: col } });
  }
  return { reader, root: document.errors.length > 0 ? null : (document.contents as YamlNode) };
}

export function positionOf(reader: Reader, node: YamlNode): Position {
  const offset = node?.range?.[0] ?? 0;
  const { line, col } = reader.lines.linePos(offset);
  return { row: Math.max(line, 1), column: Math.max(col, 1) };
}

export function report(reader: Reader, node: YamlNode, field: string, code: string, message: string, remedy: string): undefined {
  reader.problems.push({ code, message, remedy, place: { file: reader.file, ...positionOf(reader, node), field } });
  return undefined;
}

/** Number of edits between two names, for "did you mean". */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const substitution = (previous[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/** The known name nearest to an unknown one, when it is near enough to be meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map((candidate) => ({ candidate, distance: editDistance(name, candidate) })).sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : undefined;
}

/** The remedy for an unknown name. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const list = known.length <= 24 ? known.join(', ') : `${known.slice(0, 24).join(', ')}, …`;
  return near === undefined ? `use one of ${list}` : `did you mean ${near}?`;
}

export type Entries = ReadonlyMap<string, Node | null>;

/** The entries of a mapping with only the allowed keys; required keys that are absent are reported. */
export function record(reader: Reader, node: YamlNode, field: string, allowed: readonly string[], required: readonly string[]): Entries {
  const entries = new Map<string, Node | null>();
  if (!isMap(node)) {
    report(reader, node, field, 'rule-not-a-mapping', `${field} must be a mapping`, `write ${field} as key: value pairs with the keys ${allowed.join(', ')}`);
    return entries;
  }
  for (const pair of (node as YAMLMap).items as Pair<Node, Node | null>[]) {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    if (!allowed.includes(key)) {
      report(reader, pair.key, `${field}.${key}`, 'rule-unknown-field', `unknown field ${key} in ${field}`, suggestion(key, allowed));
    } else if (entries.has(key)) {
      report(reader, pair.key, `${field}.${key}`, 'rule-repeated-field', `${key} stands twice in ${field}`, 'remove one of them');
    } else entries.set(key, pair.value);
  }
  for (const key of required) {
    if (!entries.has(key)) report(reader, node, `${field}.${key}`, 'rule-missing-field', `${field} has no ${key}`, `add ${key}`);
  }
  return entries;
}

/** Every entry of a mapping with free keys. */
export function freeRecord(reader: Reader, node: YamlNode, field: string): Entries {
  const entries = new Map<string, Node | null>();
  if (!isMap(node)) {
    report(reader, node, field, 'rule-not-a-mapping', `${field} must be a mapping`, `write ${field} as name: value pairs`);
    return entries;
  }
  for (const pair of (node as YAMLMap).items as Pair<Node, Node | null>[]) entries.set(isScalar(pair.key) ? textOfScalar(pair.key) : '', pair.value);
  return entries;
}

export function list(reader: Reader, node: YamlNode, field: string): readonly Node[] {
  if (isSeq(node)) return node.items as Node[];
  report(reader, node, field, 'rule-not-a-list', `${field} must be a list`, `write ${field} as a list`);
  return [];
}

const textOfScalar = (node: Scalar): string => node.source ?? String(node.value);

/** The text of a scalar as the file has it (dates, codes and decimals are never turned into numbers). */
export function text(reader: Reader, node: YamlNode, field: string): string | undefined {
  if (isScalar(node) && node.value !== null && textOfScalar(node) !== '') return textOfScalar(node);
  return report(reader, node, field, 'rule-not-a-text', `${field} must be a text`, `give ${field} a value`);
}

export function choice<T extends string>(reader: Reader, node: YamlNode, field: string, values: readonly T[]): T | undefined {
  const value = text(reader, node, field);
  if (value === undefined) return undefined;
  if ((values as readonly string[]).includes(value)) return value as T;
  return report(reader, node, field, 'rule-unknown-value', `${field} cannot be ${value}`, suggestion(value, values));
}

export function integer(reader: Reader, node: YamlNode, field: string): number | undefined {
  const value = text(reader, node, field);
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  return report(reader, node, field, 'rule-not-an-integer', `${field} must be a whole number, not ${value}`, 'write digits only');
}

export function flag(reader: Reader, node: YamlNode, field: string): boolean | undefined {
  const value = choice(reader, node, field, ['true', 'false']);
  return value === undefined ? undefined : value === 'true';
}

export function date(reader: Reader, node: YamlNode, field: string): Day | undefined {
  const value = text(reader, node, field);
  if (value === undefined) return undefined;
  return (
    parseDay(value) ?? report(reader, node, field, 'rule-not-a-date', `${field} must be a date, not ${value}`, 'write it as yyyy-MM-dd, a day that exists')
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
    'rule-not-an-area',
    `${field} must be an area code of six digits, not ${value}`,
    "write it in quotes, for example '410000'",
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
  if (isMap(node)) {
    const pairs = (node as YAMLMap).items as Pair<Node, Node | null>[];
    return Object.fromEntries(pairs.map((pair) => [isScalar(pair.key) ? textOfScalar(pair.key) : '', plain(pair.value)]));
  }
  if (isSeq(node)) return (node.items as Node[]).map(plain);
  return isScalar(node) && node.value !== null ? textOfScalar(node) : null;
}
