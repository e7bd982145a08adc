import type { GroupFinding, Hit, KeyedHit, SegmentRow } from '@hengjian/rulespec';

/** A finding whose rows stand in many segments, with what a group rule says of it. */
export interface FoundHit extends KeyedHit {
  readonly group?: GroupFinding;
}

const nowhere: SegmentRow = { segment: -1, row: -1 };

function hitOf(finding: GroupFinding): Hit {
  return {
    rule: finding.rule,
    point: -1,
    person: -1,
    visit: -1,
    code: -1,
    group: finding.subject,
    lines: [],
    violating: finding.rows.length,
    charges: [],
    visits: [],
    occurred: finding.occurred,
    measure: finding.persons,
    limit: finding.limit,
    lowered: -1,
  };
}

/** Groups as findings of the one kind that spans segments, so that their rows are looked up in the same way. */
export const groupHits = (findings: readonly GroupFinding[]): readonly FoundHit[] =>
  findings.map((group) => ({
    hit: hitOf(group),
    key: group.key,
    person: nowhere,
    visit: undefined,
    lines: group.of === 'line' ? group.rows : [],
    visits: group.of === 'visit' ? group.rows : [],
    group,
  }));

/** Texts of a group for the placeholders of its message. */
export const groupFigures = (group: GroupFinding): Readonly<Record<string, string>> => ({
  persons: String(group.persons),
  rows: String(group.rows.length),
  days: String(group.days),
  key: group.key,
  limit: String(group.limit),
});
