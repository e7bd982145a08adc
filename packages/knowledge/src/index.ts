export { diffKnowledge, type PointChange, readTables, tablesFolder } from './diff.ts';
export { type FileReport, type ImportOptions, importKnowledge, type LoadReport, type RowCounts } from './import.ts';
export { type BatchEntry, type KeptText, type LibraryManifest, readBatch, readManifest, tablesAsOf, undoBatch } from './library.ts';
export { type Restrictions, readRemark } from './remark.ts';
