import type { Hit } from '@hengjian/rulespec';
import { dayOfMinute, missingInt, type Segment, views } from '@hengjian/standard';

/** The settlement of a hit: that of its first line, else the last one of its stay; -1 for none. */
function settlementsOf({ lines, visits }: Segment): (hit: Hit) => number {
  const ofLine = views.words(lines, 'settlement');
  const [starts, ends] = [views.words(visits, 'settlements_start'), views.words(visits, 'settlements_end')];
  return (hit) => {
    const line = hit.lines[0];
    if (line !== undefined) return ofLine[line] ?? -1;
    const visit = hit.visits[0] ?? hit.visit;
    if (visit < 0) return -1;
    const end = ends[visit] as number;
    return end > (starts[visit] as number) ? end - 1 : -1;
  };
}

/** Whether a hit of a segment was settled on a day to report; where there is no settlement the day it occurred decides. */
export function settledWithin(segment: Segment, { from, to }: { readonly from: number; readonly to: number }): (hit: Hit) => boolean {
  const settlementOf = settlementsOf(segment);
  const times = views.words(segment.settlements, 'setl_time');
  return (hit) => {
    const settlement = settlementOf(hit);
    const time = settlement < 0 ? missingInt : (times[settlement] ?? missingInt);
    const day = dayOfMinute(time === missingInt ? hit.occurred : time);
    return day >= from && day <= to;
  };
}
