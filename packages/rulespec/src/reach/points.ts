import type { BoundRulebook } from '../bind/rulebook.ts';
import type { CheckedRule } from '../check/checked.ts';
import type { DayRange, Dispatch } from '../check/parts.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import { definitionOf } from '../shapes/definition.ts';

const never = Number.POSITIVE_INFINITY;

/** First and last day of the lines and visits of a lake; undefined where it has neither. */
export function daysOfLake({ context }: BoundRulebook): Required<DayRange> | undefined {
  const { line_from, line_to, visit_from, visit_to } = context.coverage;
  const spans = [
    { from: line_from, to: line_to },
    { from: visit_from, to: visit_to },
  ].filter(({ from, to }) => to >= from);
  if (spans.length === 0) return undefined;
  return { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
}

/** Days on which a rule judges what is in a lake: in force, published and covered by the data. */
export function daysInForce(bound: BoundRulebook, { source, published }: CheckedRule): readonly Required<DayRange>[] {
  const lake = daysOfLake(bound);
  if (lake === undefined) return [];
  const { from, to = never } = source.effective;
  return (published ?? [{ from }])
    .map((one) => ({ from: Math.max(one.from, from, lake.from), to: Math.min(one.to ?? never, to, lake.to) }))
    .filter((one) => one.from <= one.to);
}

/** Columns of the rule's own table by which its points reach what it judges; of the first the hit, of others its partners. */
export function reachColumns(bound: BoundRulebook, { shape, table }: CheckedRule): readonly Dispatch[] {
  const { rows } = definitionOf(shape, bound.shapes);
  const codes = rows.codes(shape);
  return [...(rows.items(shape) ?? []), ...(codes === undefined ? [] : [codes])].filter((one) => one.table === table);
}

/** Why a row of a knowledge table can say nothing of a lake. */
export type OutOfReach = 'not_valid' | 'no_code' | 'no_area';

/** What rows of a table are held against. */
export interface Reaching {
  readonly bound: BoundRulebook;
  readonly table: KnowledgeTable;
  /** Columns of codes, each of which must reach some code of the lake. */
  readonly columns: readonly string[];
  /** Days on which the rule judges. */
  readonly days: readonly DayRange[];
}

/** Why a row reaches nothing in a lake: not in force on a day on which the rule judges, no code, no area; undefined where it does. */
export function outOfReach({ bound, table, columns, days }: Reaching, row: number): OutOfReach | undefined {
  const point = table.rows[row];
  const isValid = days.some(({ from, to = never }) => point !== undefined && point.valid_from <= to && (point.valid_to ?? never) >= from);
  if (point === undefined || !isValid) return 'not_valid';
  for (const column of columns) {
    const { start } = bound.codes.members(table, column);
    if ((start[row + 1] ?? 0) === (start[row] ?? 0)) return 'no_code';
  }
  const region = bound.regions.indexOf(point.region) * (bound.areas + 1);
  return bound.contains.subarray(region, region + bound.areas + 1).includes(1) ? undefined : 'no_area';
}
