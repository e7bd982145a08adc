export { checkedSelect } from './checked-select.ts';
export { type ColumnChunk, openTables, type TableOptions, type Tables } from './engine.ts';
export { tableProblems } from './problems.ts';
export { decimalText, flag, integer, number, optional, type RowOf, type RowShape, text, texts, type ValueReader } from './shape.ts';
export { identifier, parquetOf, pathOf, quoted, quotedList, quotedTexts } from './write.ts';
