import { extname } from 'node:path';
import { type Words, words } from '@hengjian/standard';
import type { FileKind } from './types.ts';

const kinds: Readonly<Record<string, FileKind>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.psv': 'csv',
  '.txt': 'csv',
  '.dat': 'csv',
  '.jsonl': 'json',
  '.ndjson': 'json',
  '.json': 'json',
  '.parquet': 'parquet',
  '.xlsx': 'sheet',
  '.xlsm': 'sheet',
  '.xls': 'sheet',
  '.et': 'sheet',
  '.zip': 'archive',
  '.gz': 'archive',
};

/** What a file is opened as, by its name. */
export const kindOf = (name: string): FileKind => kinds[extname(name).toLowerCase()] ?? 'other';

const asZip = words('请解压，或改用 zip 压缩', 'unpack it, or pack it as zip');
const asTable = words('是文档而不是表格，请导出为 CSV 或 xlsx', 'it is a document, not a table; export it as CSV or xlsx');
const asImage = words('是图片，请提供电子表格', 'it is a picture; a table is needed');
const asDump = words('是数据库文件，请导出为 CSV', 'it is a file of a database; export it as CSV');

const reasons: Readonly<Record<string, Words>> = {
  '.rar': asZip,
  '.7z': asZip,
  '.tar': asZip,
  '.tgz': asZip,
  '.bz2': asZip,
  '.xz': asZip,
  '.doc': asTable,
  '.docx': asTable,
  '.pdf': asTable,
  '.wps': asTable,
  '.ppt': asTable,
  '.pptx': asTable,
  '.htm': asTable,
  '.html': asTable,
  '.xml': asTable,
  '.png': asImage,
  '.jpg': asImage,
  '.jpeg': asImage,
  '.tif': asImage,
  '.bmp': asImage,
  '.mdb': asDump,
  '.accdb': asDump,
  '.dbf': asDump,
  '.dmp': asDump,
  '.bak': asDump,
  '.sql': asDump,
};

/** Why a file of a kind that is not read is not read. */
export const whyNot = (name: string): Words =>
  reasons[extname(name).toLowerCase()] ?? words('不是可读取的文件类型', 'its kind is not one of those that are read');

/** Whether a file might hold tables: it can be read, or it is of a kind that tables are often delivered in. */
export const mayHoldTables = (name: string): boolean => kindOf(name) !== 'other' || Object.hasOwn(reasons, extname(name).toLowerCase());
