import { statSync } from 'node:fs';
import { inputProblems, makeFolder } from '@hengjian/standard';
import { readJson } from './json.ts';
import { whyNot } from './kinds.ts';
import { sourceProblems } from './problems.ts';
import { firstBytes, readText } from './text.ts';
import type { FileKind, Layout, ReadOptions, SourceFile, SourceTables } from './types.ts';
import { isCompound, isZip, readWorkbook } from './workbook.ts';

/** What a file is by its first bytes: exports are often called after the program that is to open them. */
export function realKind({ path, kind }: SourceFile): FileKind {
  if (kind !== 'csv' && kind !== 'sheet') return kind;
  const sample = firstBytes(path, 512);
  if (isZip(sample) || isCompound(sample)) return 'sheet';
  const markup = /^\ufeff?\s*</.test(sample.toString('utf8'));
  return kind === 'sheet' && !markup ? 'csv' : kind;
}

/**
 * Turns a source file into tables of text in which every physical line is accounted for. What cannot be read at all is
 * refused (`RefusedInput`) with its place; a record that is not whole is listed and costs itself only.
 */
export async function readSource(file: SourceFile, layout: Layout, options: ReadOptions): Promise<SourceTables> {
  makeFolder(options.folder);
  if (statSync(file.path).size === 0) throw inputProblems.refused('file-empty', {}, { file: file.name });
  const kind = realKind(file);
  if (kind === 'sheet') return readWorkbook(file, layout, options);
  if (kind === 'json') return { tables: [await readJson(file, layout, options)], unread: [] };
  if (kind === 'csv') return { tables: [await readText(file, layout, options)], unread: [] };
  throw sourceProblems.refused('file-unread', { why: whyNot(file.name) }, { file: file.name });
}
