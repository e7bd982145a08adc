import type { Hit } from '@hengjian/rulespec';
import { dayOfMinute, missingInt, type Segment } from '@hengjian/standard';

/** The settlement a hit belongs to: that of its first line, else the last one of its stay; -1 for none. */
function settlementOf(hit: Hit, segment: Segment): number {
  const line = hit.lines[0];
  if (line !== undefined) return (segment.lines.columns.settlement as Int32Array)[line] ?? -1;
  const visit = hit.visits[0] ?? hit.visit;
  if (visit < 0) return -1;
  const start = (segment.visits.columns.settlements_start as Int32Array)[visit] as number;
  const end = (segment.visits.columns.settlements_end as Int32Array)[visit] as number;
  return end > start ? end - 1 : -1;
}

/** Whether a hit was settled on a day to report; where there is no settlement the day it occurred decides. */
export function isSettledWithin(hit: Hit, segment: Segment, { from, to }: { readonly from: number; readonly to: number }): boolean {
  const settlement = settlementOf(hit, segment);
  const time = settlement < 0 ? missingInt : ((segment.settlements.columns.setl_time as Int32Array)[settlement] ?? missingInt);
  const day = dayOfMinute(time === missingInt ? hit.occurred : time);
  return day >= from && day <= to;
}
