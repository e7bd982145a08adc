import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { words } from '@hengjian/standard';
import { draftPublication, isPublished, openPublication, type PublicationDraft, type PublishedKind } from '@hengjian/stored';
import { type RunRecord, runRecordReader } from './record.ts';

export const auditKind: PublishedKind = { id: 'audit', format: 2, name: words('审核结果', 'audit') };

/** Files of an audit by what they hold. */
export const runFiles = {
  record: 'run.json',
  findings: 'findings.parquet',
  atIssue: 'at_issue.parquet',
  exempted: 'exempted.parquet',
  changes: 'changes.parquet',
  page: 'report.html',
  workbook: 'findings.xlsx',
} as const;
export type RunFile = keyof typeof runFiles;

/** An audit as its readers see it: files of one version, each checked against its hash when it is asked for. */
export interface RunFolder {
  readonly record: RunRecord;
  /** Folder of this version. */
  readonly folder: string;
  has(file: RunFile): boolean;
  /** Path of a file. Throws a refusal when the audit has none or it is damaged. */
  file(file: RunFile): string;
}

/** Opens an audit. Throws a refusal when the folder holds none, or its record is damaged. */
export function openRunFolder(folder: string): RunFolder {
  const publication = openPublication(folder, auditKind);
  const record = runRecordReader.read(publication.text(runFiles.record), { file: publication.file(runFiles.record) });
  return {
    record,
    folder: publication.folder,
    has: (file) => publication.has(runFiles[file]),
    file: (file) => publication.file(runFiles[file]),
  };
}

/** The audit that a folder holds; `undefined` when nothing was published there yet. */
export const earlierRun = (folder: string): RunFolder | undefined => (isPublished(folder) ? openRunFolder(folder) : undefined);

/** Reports of an audit where people find them; none when it was made without. */
export const reportFiles = (folder: string): readonly string[] =>
  [runFiles.page, runFiles.workbook].map((name) => join(folder, name)).filter((file) => existsSync(file));

export const draftRun = (folder: string): PublicationDraft => draftPublication(folder, auditKind);

export const writeRecord = (folder: string, record: RunRecord): void =>
  writeFileSync(join(folder, runFiles.record), `${JSON.stringify(record, null, 2)}\n`);
