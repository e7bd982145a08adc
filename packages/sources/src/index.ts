export { type Unpacked, unpack } from './archive.ts';
export { readGrids } from './grid.ts';
export { blanksAround } from './guards.ts';
export { readJsonPieces } from './json.ts';
export type { Piece } from './json-pieces.ts';
export { kindOf, mayHoldTables, whyNot } from './kinds.ts';
export { longestRecord } from './limits.ts';
export { columnFinder, columnName, findHeader, joinedHeader, plainName, sameName } from './names.ts';
export { sourceProblems } from './problems.ts';
export { readSource } from './read.ts';
export { headText } from './text.ts';
export {
  type BrokenKind,
  type BrokenRecord,
  type Encoding,
  encodings,
  type FileKind,
  type Grid,
  type GridRow,
  type Layout,
  type Limits,
  type LineCounts,
  type ReadOptions,
  type SourceFile,
  type SourceTables,
  type TextTable,
  type Unread,
} from './types.ts';
export { isUntrusted, merged, untrusted, withoutMark } from './untrusted.ts';
