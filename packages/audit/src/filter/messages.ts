import type { EventPart } from '@hengjian/rulespec';
import { type CivilDay, words } from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { Type } from 'typebox';

const count = Type.Integer({ minimum: 0 });
const text = Type.String();

/** Counts of a rule as plain data. */
const countsRecord = Type.Object({ evaluated: count, hit: count, clear: count, unknown: Type.Record(text, count) });
export type CountsRecord = Type.Static<typeof countsRecord>;

/** What one run of the filter judged. */
const filterCounts = Type.Object({ persons: count, lines: count, rules: Type.Array(countsRecord) });
export type FilterCounts = Type.Static<typeof filterCounts>;
export const filterCountsReader = jsonReader(filterCounts, words('内核计数', 'counts of the kernel'));

/** A segment that some event names: which persons it holds, and where their visits and lines begin. */
const segmentRecord = Type.Object({
  /** First person of the segment; no other segment has it. */
  id: text,
  psn: Type.Array(text),
  visits: Type.Array(count),
  lines: Type.Array(count),
  visit_count: count,
  line_count: count,
});
export type SegmentRecord = Type.Static<typeof segmentRecord>;
export const segmentRecordReader = jsonReader(segmentRecord, words('内核分段', 'segment of the kernel'));

const columnKind = Type.Union([Type.Literal('i32'), Type.Literal('i8'), Type.Literal('f64')]);
const encodedColumn = Type.Object({ name: text, kind: columnKind, offset: count, length: count });
const walkName = Type.Unsafe<EventPart['by']>(Type.String({ pattern: '^(practitioner|institution|trace_code|invoice|[a-z]+:[0-9]+)$' }));

/** One part of a segment's events: which segment, what it is, and its bytes in base64. */
const encodedPart = Type.Object({
  id: text,
  by: walkName,
  tables: Type.Record(text, Type.Object({ length: count, columns: Type.Array(encodedColumn) })),
  bytes: text,
});
export type EncodedPart = Type.Static<typeof encodedPart>;
export const encodedPartReader = jsonReader(encodedPart, words('内核事件', 'events of the kernel'));

const day = Type.Unsafe<CivilDay>(Type.Integer());
const libraryFile = Type.Object({ path: text, text });
const publishedVersion = Type.Object({
  rule_id: text,
  version: count,
  text,
  hash: text,
  days: Type.Array(Type.Object({ from: day, to: Type.Optional(day) })),
});

/** The rulebook that is shipped with a kernel: texts of the library, and what narrows them. */
export const shippedRulebook = jsonReader(
  Type.Object({
    texts: Type.Object({ rules: Type.Array(libraryFile), knowledge: Type.Array(libraryFile) }),
    published: Type.Optional(Type.Array(publishedVersion)),
    ids: Type.Optional(Type.Array(text)),
  }),
  words('随内核发送的规则', 'rulebook of a kernel'),
);

/** From which lake a plain form was made. */
const stamp = Type.Object({ lake_hash: text, persons: count, lines: count });
export type Stamp = Type.Static<typeof stamp>;
export const stampReader = jsonReader(stamp, words('平表标记', 'stamp of a plain form'));
