import type { BoundRules } from '../../bind/bound.ts';
import { constantAt } from '../../interpret/constant.ts';
import { type EventBlock, eventPart, eventParts } from '../../keyed/block.ts';
import { joinParts } from './events.ts';
import { compareRows, type GroupFinding, type GroupRow, isJudged, keyText, makeFinding, type SharedValue } from './finding.ts';
import type { GroupVerdict } from './judge.ts';
import type { CheckedGroup } from './types.ts';

/*
 * The judgement of groups once more, plain and slow: every two rows are compared, and components grow until they stop.
 * It answers for the judge that sorts and slides windows.
 */

interface PlainRow extends GroupRow {
  readonly keys: readonly number[];
}

function rowsOf(shape: CheckedGroup, blocks: readonly EventBlock[]): readonly PlainRow[] {
  const all: PlainRow[] = [];
  for (let part = 0; part < eventParts; part += 1) {
    const joined = joinParts(
      blocks.map((block) => eventPart(block, part)),
      shape.keys.length + shape.same.length,
    );
    for (let at = 0; at < joined.length; at += 1) {
      all.push({
        segment: joined.segment[at] ?? -1,
        row: joined.row[at] ?? -1,
        order: joined.order[at] ?? 0,
        minute: joined.minute[at] ?? 0,
        day: joined.day[at] ?? 0,
        area: joined.area[at] ?? -1,
        beyond: joined.beyond[at] === 1,
        keys: joined.keys.map((keys) => keys[at] ?? 0),
      });
    }
  }
  return all.sort(compareRows);
}

const personsIn = (rows: readonly GroupRow[]): ReadonlySet<number> => new Set(rows.map(({ order }) => order));
const dayOf = (row: GroupRow): number => Math.floor(row.minute / 1440);

/** Whether two rows of one place meet, and how many persons take part in what they meet in. */
interface Meeting {
  near(one: PlainRow, other: PlainRow): boolean;
}

function meetingOf(shape: CheckedGroup, minutes: number): Meeting {
  if (shape.minutes !== undefined) return { near: (one, other) => Math.abs(one.minute - other.minute) <= minutes };
  const own = shape.keys.length;
  return { near: (one, other) => one.keys.slice(own).every((value, index) => value === other.keys[own + index]) };
}

function togetherIn(rows: readonly PlainRow[], meeting: Meeting, crowd: number, times: number): readonly (readonly PlainRow[])[] {
  const calm = rows.filter((row) => personsIn(rows.filter((other) => meeting.near(row, other))).size <= crowd);
  const pairs = new Map<string, { days: Set<number>; rows: Set<PlainRow> }>();
  calm.forEach((one, index) => {
    for (const other of calm.slice(index + 1)) {
      if (one.order === other.order || !meeting.near(one, other)) continue;
      const name = [one.order, other.order].sort((left, right) => left - right).join();
      const pair = pairs.get(name) ?? { days: new Set(), rows: new Set() };
      pairs.set(name, pair);
      pair.days.add(dayOf(one));
      pair.rows.add(one);
      pair.rows.add(other);
    }
  });
  return components([...pairs.values()].filter(({ days }) => days.size >= times).map((pair) => [...pair.rows]));
}

/** Sets of rows that have a person in common are one, until none are left to join. */
function components<T extends GroupRow>(sets: readonly (readonly T[])[]): readonly (readonly T[])[] {
  const [first, ...rest] = sets;
  if (first === undefined) return [];
  const persons = personsIn(first);
  const near = rest.filter((set) => set.some(({ order }) => persons.has(order)));
  if (near.length === 0) return [first, ...components(rest)];
  const joined = [...new Set([first, ...near].flat())];
  return components([joined, ...rest.filter((set) => !near.includes(set))]);
}

/** Judges all events of one group rule plainly. */
export function judgeGroupsPlainly(bound: BoundRules, index: number, blocks: readonly EventBlock[]): GroupVerdict {
  const rule = bound.rules[index];
  if (rule?.shape.kind !== 'group') throw new Error(`rule ${index} judges no groups`);
  const { shape } = rule;
  const places = Map.groupBy(rowsOf(shape, blocks), ({ keys }) => keys.slice(0, shape.keys.length).join());
  const findings: GroupFinding[] = [];
  const shared: SharedValue[] = [];
  let horizon = 0;
  for (const rows of places.values()) {
    const [first] = rows;
    if (first === undefined) continue;
    const [limit = 0, times = 0, crowd = 0, minutes = 0] = [shape.persons, shape.times, shape.crowd, shape.minutes].map((expr) =>
      constantAt(bound, rule, expr, first.day, first.area),
    );
    const key = keyText(bound, shape.keys, first.keys);
    const persons = personsIn(rows).size;
    if (shape.form === 'linked') {
      if (persons >= 2 && persons <= crowd) shared.push({ rule: index, text: key, rows });
    } else if (shape.form === 'together') {
      for (const set of togetherIn(rows, meetingOf(shape, minutes), crowd, times))
        if (personsIn(set).size >= limit && isJudged(rule, set))
          findings.push(makeFinding(bound, index, key, set, { limit, members: true }));
    } else if (persons >= limit) {
      if (isJudged(rule, rows)) findings.push(makeFinding(bound, index, key, rows, { limit, members: false }));
    } else horizon += rows.filter(({ beyond }) => beyond).length;
  }
  return { rule: index, findings, shared, hit: findings.reduce((sum, finding) => sum + finding.rows.length, 0), horizon };
}
