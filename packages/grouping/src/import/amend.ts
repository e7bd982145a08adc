import { basename } from 'node:path';
import { inputProblems, type Place, parsedYaml, type RefusedInput, readText, words } from '@hengjian/standard';
import { parse } from 'yaml';
import { groupingProblems } from '../problems.ts';
import type { Amendment } from '../scheme/scheme.ts';
import type { Journal } from './journal.ts';
import type { RawMdc, RawMember, RawScheme } from './raw.ts';

/** One change of an amendment. */
export type Change =
  | { readonly kind: 'add_members' | 'remove_members'; readonly set: string; readonly codes: readonly string[] }
  | { readonly kind: 'add_exclusions'; readonly table: string; readonly codes: readonly string[] }
  | { readonly kind: 'replace_rule'; readonly level: 'mdc' | 'adrg' | 'drg'; readonly code: string; readonly rule: string };

export interface RegisteredAmendment extends Amendment {
  readonly changes: readonly Change[];
  readonly place: Place;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const texts = (value: unknown): readonly string[] => (isList(value) ? value.map(String).filter((text) => text !== '') : []);

const refuse = (zh: string, en: string, place: Place): RefusedInput =>
  groupingProblems.refused('amendment-form', { what: words(zh, en) }, place);

function changeOf(kind: string, value: unknown, place: Place): Change {
  if (!isFields(value)) throw refuse(`${kind} 下没有字段`, `${kind} holds no fields`, place);
  if (kind === 'replace_rule') {
    const level = (['mdc', 'adrg', 'drg'] as const).find((name) => value[name] !== undefined);
    if (level === undefined || typeof value.rule !== 'string')
      throw refuse('replace_rule 没有写明行或规则', 'replace_rule names no row or no rule', place);
    return { kind, level, code: String(value[level]), rule: value.rule };
  }
  const codes = texts(value.codes);
  if (codes.length === 0) throw refuse(`${kind} 没有写明编码`, `${kind} names no codes`, place);
  if (kind === 'add_exclusions' && value.table !== undefined) return { kind, table: String(value.table), codes };
  if ((kind === 'add_members' || kind === 'remove_members') && value.set !== undefined) return { kind, set: String(value.set), codes };
  throw refuse(`${kind} 不是修订的内容，或没有写明对象`, `${kind} is no change of an amendment, or does not say of what`, place);
}

function amendmentOf(value: unknown, index: number, file: string): RegisteredAmendment {
  const place = { file, row: index + 1, field: isFields(value) && value.id !== undefined ? String(value.id) : 'id' };
  if (!isFields(value)) throw refuse('该条没有字段', 'the entry holds no fields', place);
  const [id, what, why, source] = ['id', 'what', 'why', 'source'].map((name) => String(value[name] ?? '').trim());
  if (!id || !what || !why || !source) throw refuse('缺少 id、what、why 或 source', 'id, what, why or source is missing', place);
  const { change } = value;
  const parts = isList(change) ? change : [change];
  const changes = parts.flatMap((part) => {
    if (!isFields(part)) throw refuse('缺少 change', 'change is missing', place);
    return Object.entries(part).map(([kind, body]) => changeOf(kind, body, place));
  });
  return { id, what, why, source, changes, place };
}

/**
 * Reads a register of amendments (YAML, a list under `amendments`, or the list itself).
 * @throws {RefusedInput} amendment-form; `row` of the place is the number of the entry.
 */
export function readAmendments(path: string): readonly RegisteredAmendment[] {
  const file = basename(path);
  return parseAmendments(parsedYaml(readText(path), file, parse), file);
}

/** The same from a parsed document. */
export function parseAmendments(content: unknown, file: string): readonly RegisteredAmendment[] {
  const list = isFields(content) ? content.amendments : content;
  if (!isList(list)) throw refuse('没有修订列表', 'there is no list of amendments', { file });
  const all = list.map((value, index) => amendmentOf(value, index, file));
  const seen = new Set<string>();
  for (const { id, place } of all) {
    if (seen.has(id)) throw inputProblems.refused('row-twice', { key: id }, place);
    seen.add(id);
  }
  return all;
}

/** An amendment that changes nothing is out of date: the publisher mended it, or the code is misspelt. */
const withoutEffect = (zh: string, en: string, place: Place): RefusedInput =>
  groupingProblems.refused('amendment-without-effect', { what: words(zh, en) }, place);

function withMembers(members: readonly RawMember[], set: string, codes: readonly string[], place: Place): readonly RawMember[] {
  const there = new Set(members.filter((member) => member.set === set).map(({ code }) => code));
  if (there.size === 0) throw withoutEffect(`没有集合 ${set}`, `there is no list ${set}`, place);
  const twice = codes.find((code) => there.has(code));
  if (twice !== undefined) throw withoutEffect(`${twice} 已在 ${set} 中`, `${twice} is already in ${set}`, place);
  return [...members, ...codes.map((code): RawMember => ({ set, code, type: '', place }))];
}

function withoutMembers(members: readonly RawMember[], set: string, codes: readonly string[], place: Place): readonly RawMember[] {
  const gone = new Set(codes);
  const there = new Set(members.filter((member) => member.set === set).map(({ code }) => code));
  const absent = codes.find((code) => !there.has(code));
  if (absent !== undefined) throw withoutEffect(`${absent} 不在 ${set} 中`, `${absent} is not in ${set}`, place);
  return members.filter((member) => member.set !== set || !gone.has(member.code));
}

function withRule<Row extends RawMdc>(rows: readonly Row[], code: string, rule: string, place: Place): readonly Row[] {
  const at = rows.findIndex((row) => row.code === code);
  const row = rows[at];
  if (row === undefined) throw withoutEffect(`没有行 ${code}`, `there is no row ${code}`, place);
  if (row.rule === rule) throw withoutEffect(`${code} 已是该规则`, `${code} has this rule already`, place);
  return rows.with(at, { ...row, rule });
}

function applied(raw: RawScheme, change: Change, place: Place): RawScheme {
  switch (change.kind) {
    case 'add_members':
      return { ...raw, members: withMembers(raw.members, change.set, change.codes, place) };
    case 'remove_members':
      return { ...raw, members: withoutMembers(raw.members, change.set, change.codes, place) };
    case 'add_exclusions':
      return { ...raw, exclusions: withMembers(raw.exclusions, change.table, change.codes, place) };
    default:
      if (change.level === 'mdc') return { ...raw, mdcs: withRule(raw.mdcs, change.code, change.rule, place) };
      if (change.level === 'adrg') return { ...raw, adrgs: withRule(raw.adrgs, change.code, change.rule, place) };
      return { ...raw, drgs: withRule(raw.drgs, change.code, change.rule, place) };
  }
}

/** Applies the amendments in their order; each that was applied is written into the scheme. One without effect is a problem. */
export function applyAmendments(raw: RawScheme, register: readonly RegisteredAmendment[], journal: Journal): RawScheme {
  let current = raw;
  for (const { changes, place, id, what, why, source } of register) {
    const next = journal.attempt(() => changes.reduce((part, change) => applied(part, change, place), current));
    if (next !== undefined) current = { ...next, amendments: [...next.amendments, { id, what, why, source }] };
  }
  return current;
}
