import type { CivilDay } from '@hengjian/standard';
import { type CivilMinute, formatDay } from '@hengjian/standard';
import type { BoundRules } from '../../bind/bound.ts';
import type { CheckedRule } from '../../check/checked.ts';
import { isPublished } from '../../interpret/judge.ts';
import { showValue } from '../../interpret/show-value.ts';
import type { SegmentRow } from '../../keyed/block.ts';
import type { GroupKey } from './types.ts';

export interface GroupMeeting {
  /** Day as `yyyy-MM-dd`. */
  readonly day: string;
  /** Rows that met, as places in `rows` of the finding. */
  readonly rows: readonly number[];
}

/** A group of persons that a rule found. Plain data. */
export interface GroupFinding {
  readonly rule: number;
  /** Readable text of the keys. */
  readonly key: string;
  /** What names the finding in every run: the keys and, where persons are linked, its members. */
  readonly subject: string;
  readonly of: 'line' | 'visit';
  /** Rows involved in order of (time, person, row), all of them. */
  readonly rows: readonly SegmentRow[];
  /** First 52 bits of the pseudonym of the person of each row. */
  readonly members: readonly number[];
  readonly persons: number;
  /** Fewest persons that make a finding. */
  readonly limit: number;
  /** Distinct days of the rows. */
  readonly days: number;
  readonly meetings: readonly GroupMeeting[];
  /** linked: the values that members share. */
  readonly values: readonly string[];
  /** Minute of the last row. */
  readonly occurred: CivilMinute;
}

/** A value that several persons share, on its way to the components of a `linked` rule. */
export interface SharedValue {
  readonly rule: number;
  readonly text: string;
  readonly rows: readonly GroupRow[];
}

/** One row of a group rule as the plain parts of the judgement see it. */
export interface GroupRow {
  readonly segment: number;
  readonly row: number;
  readonly order: number;
  readonly minute: CivilMinute;
  readonly day: CivilDay;
  readonly area: number;
  readonly beyond: boolean;
}

/** Order of rows: time, person, row. Rows of one person stand in one segment. */
export const compareRows = (left: GroupRow, right: GroupRow): number =>
  left.minute - right.minute || left.order - right.order || left.segment - right.segment || left.row - right.row;

function valueText(bound: BoundRules, { expr }: GroupKey, value: number): string {
  if (expr.op === 'month_of') return formatDay(value).slice(0, 7);
  return expr.type.startsWith('ref:') ? String(value).padStart(16, '0') : showValue(value, expr.type, bound);
}

/** Readable text of the values of keys. */
export const keyText = (bound: BoundRules, keys: readonly GroupKey[], values: readonly number[]): string =>
  keys.map((key, index) => valueText(bound, key, values[index] ?? 0)).join('|');

/** Whether this version of the rule judges a group: the day of its last row is one of its days. */
export function isJudged(rule: CheckedRule, rows: readonly GroupRow[]): boolean {
  const last = rows.reduce<GroupRow | undefined>(
    (latest, row) => (latest === undefined || compareRows(latest, row) < 0 ? row : latest),
    undefined,
  );
  return last !== undefined && isPublished({ rule }, last.day);
}

const dayText = (row: GroupRow): string => formatDay(Math.floor(row.minute / 1440));

/** Makes the finding of some rows. `met` holds the rows of each meeting; absent, all rows of a day are one. */
export function makeFinding(
  bound: BoundRules,
  rule: number,
  key: string,
  given: readonly GroupRow[],
  more: { readonly limit: number; readonly members: boolean; readonly values?: readonly string[] },
): GroupFinding {
  const shape = bound.rules[rule]?.shape;
  if (shape?.kind !== 'group') throw new Error(`rule ${rule} looks for no groups`);
  const rows = [...given].sort(compareRows);
  const persons = [...new Set(rows.map(({ order }) => order))].sort((left, right) => left - right);
  const byDay = new Map<string, number[]>();
  rows.forEach((row, index) => {
    const day = dayText(row);
    byDay.set(day, [...(byDay.get(day) ?? []), index]);
  });
  const subject = more.members ? `${key}|${persons.map((order) => order.toString(16).padStart(13, '0')).join(',')}` : key;
  return {
    rule,
    key,
    subject,
    of: shape.of,
    rows: rows.map(({ segment, row }) => ({ segment, row })),
    members: rows.map(({ order }) => order),
    persons: persons.length,
    limit: more.limit,
    days: byDay.size,
    meetings: [...byDay].map(([day, indices]) => ({ day, rows: indices })),
    values: more.values ?? [],
    occurred: rows.at(-1)?.minute ?? 0,
  };
}

const compareText = (left: string, right: string): number => (left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right)));

/** Puts the findings of all parts into one order: rule, subject. */
export const orderGroups = (findings: readonly GroupFinding[]): readonly GroupFinding[] =>
  [...findings].sort((left, right) => left.rule - right.rule || compareText(left.subject, right.subject));
