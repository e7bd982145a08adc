import type { DayRange } from '@hengjian/rulespec';

/** What somebody declared: from a day on (to a day) this version of a rule is in force, or none is. */
export interface Statement {
  readonly seq: number;
  readonly rule_id: string;
  /** null: no version is in force. */
  readonly version: number | null;
  readonly days: DayRange;
}

interface Painted extends DayRange {
  readonly version: number | null;
}

const last = (range: DayRange): number => range.to ?? Number.POSITIVE_INFINITY;

/** The parts of a range before and after another one. */
function outside<Range extends DayRange>(range: Range, other: DayRange): Range[] {
  const parts: Range[] = [];
  if (range.from < other.from) parts.push({ ...range, to: Math.min(last(range), other.from - 1) });
  if (last(range) > last(other)) parts.push({ ...range, from: Math.max(range.from, last(other) + 1) });
  return parts;
}

function joined(ranges: readonly DayRange[]): DayRange[] {
  const found: DayRange[] = [];
  for (const range of [...ranges].sort((left, right) => left.from - right.from)) {
    const before = found.at(-1);
    if (before === undefined || last(before) + 1 < range.from) found.push(range);
    else found.splice(-1, 1, range.to === undefined ? { from: before.from } : { from: before.from, to: range.to });
  }
  return found;
}

const plain = ({ from, to }: DayRange): DayRange => (to === undefined || to === Number.POSITIVE_INFINITY ? { from } : { from, to });

/**
 * The days on which each version of one rule is in force. Statements are taken in the order in which they were made; a
 * later one holds on all of its days, whatever was said before about them, and on no others.
 */
export function daysInForce(statements: readonly Statement[]): ReadonlyMap<number, readonly DayRange[]> {
  const ordered = [...statements].sort((left, right) => left.seq - right.seq);
  const painted = ordered.reduce<Painted[]>(
    (ranges, { days, version }) => [...ranges.flatMap((range) => outside(range, days)), { ...days, version }],
    [],
  );
  const versions = [...new Set(painted.flatMap(({ version }) => version ?? []))].sort((left, right) => left - right);
  return new Map(versions.map((version) => [version, joined(painted.filter((range) => range.version === version).map(plain))]));
}

/** The version in force on a day, undefined for none. */
export function versionOn(days: ReadonlyMap<number, readonly DayRange[]>, day: number): number | undefined {
  for (const [version, ranges] of days) if (ranges.some((range) => range.from <= day && day <= last(range))) return version;
  return undefined;
}
