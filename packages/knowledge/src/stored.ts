import type { PointDraft } from './point.ts';
import { isKeptReason, type KeptReason } from './problems.ts';
import type { SourceRecord } from './records.ts';

/** A remark that stays text, with the reason. */
export interface KeptText {
  readonly rule_class: string;
  readonly name: string;
  readonly text: string;
  readonly why: KeptReason;
  readonly codes: readonly string[];
  readonly place: SourceRecord['place'];
}

/** One code of an imported list. */
export interface ListedCode {
  readonly code: string;
  readonly name: string;
  readonly list: string;
}

type Fields = ReadonlyMap<string, unknown>;

const texts = (fields: Fields, names: readonly string[]): boolean => names.every((name) => typeof fields.get(name) === 'string');
const fieldsOf = (value: unknown): Fields =>
  new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
const isPlace = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Whether a stored line is a point in the making. */
export function isDraft(value: unknown): value is PointDraft {
  const fields = fieldsOf(value);
  const cells = fields.get('values');
  const named = ['table', 'point_id', 'subject', 'basis', 'source', 'region', 'valid_from', 'valid_to'];
  const supersedes = typeof fields.get('supersedes');
  if (!texts(fields, named) || !isPlace(fields.get('place')) || (supersedes !== 'string' && supersedes !== 'undefined')) return false;
  return typeof cells === 'object' && cells !== null && Object.values(cells).every((cell) => typeof cell === 'string');
}

/** Whether a stored line is a remark that stays text. */
export function isKeptText(value: unknown): value is KeptText {
  const fields = fieldsOf(value);
  const why = fields.get('why');
  const codes: unknown = fields.get('codes');
  return (
    texts(fields, ['rule_class', 'name', 'text']) &&
    typeof why === 'string' &&
    isKeptReason(why) &&
    Array.isArray(codes) &&
    isPlace(fields.get('place'))
  );
}

/** Whether a stored line is a code of a list. */
export const isListedCode = (value: unknown): value is ListedCode => texts(fieldsOf(value), ['code', 'name', 'list']);
