export { draftMapping } from './draft.ts';
export { ingest } from './ingest.ts';
export { type Lake, lakeViews, openLake, readSegment, type SegmentHandle } from './lake.ts';
export type { Manifest } from './manifest.ts';
export { checkMapping } from './mapping.ts';
export type { Quality } from './quality.ts';
export { stateHash } from './state-hash.ts';
export type { IngestOptions, IngestResult, ProgressEvent, RuleNeeds, TableCounts } from './types.ts';
