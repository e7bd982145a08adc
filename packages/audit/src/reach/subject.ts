import { type BoundRulebook, type CheckedRule, daysInForce, type Subject, type SubjectReach, subjectCodes } from '@hengjian/rulespec';
import { type Segment, views } from '@hengjian/standard';

function* rowsOf(segment: Segment, table: 'lines' | 'visits' | 'diagnoses' | 'operations', subject: Subject): Generator<number> {
  const visit = 'line' in subject ? (views.words(segment.lines, 'visit')[subject.line] ?? -1) : subject.visit;
  if (table === 'visits') yield visit;
  else if (table === 'lines' && 'line' in subject) yield subject.line;
  else {
    const owners = views.words(segment[table], 'visit');
    for (let row = 0; row < owners.length; row += 1) if (owners[row] === visit) yield row;
  }
}

/**
 * Whether the tables of a rule speak of nothing that a line or a stay holds, where its conditions ask them: then what it says
 * of it is silence. Rules with points say so themselves, and what is only summed up is looked at beside the rest.
 */
export function isUnreached(bound: BoundRulebook, rule: CheckedRule, reach: SubjectReach, segment: Segment, subject: Subject): boolean {
  if (reach.by === 'points' || reach.by === 'sums' || daysInForce(bound, rule).length === 0) return false;
  const { table, column } = subjectCodes[reach.dictionary];
  const codes = views.ids(segment[table], column);
  for (const row of rowsOf(segment, table, subject)) if (reach.codes[codes[row] ?? -1] === 1) return false;
  return true;
}
