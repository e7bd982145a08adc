import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inputProblems, makeFolder, removeEmptyFolders, type Words } from '@hengjian/standard';
import { Type } from 'typebox';
import { jsonReader } from './json.ts';
import { publicationProblems } from './problems.ts';

/** The list that a program leaves in a folder of plain files, so that it knows its own again. */
export interface FolderList {
  /** Name of the file in the folder. */
  readonly file: string;
  readonly title: Words;
}

/** A folder that one call fills. */
export interface ListedFolder {
  /** Lists what is in the folder now, also when the work failed; a folder that nothing was written to is as it was before. */
  close(): void;
}

const listForm = Type.Object({ format: Type.Literal(1), files: Type.Array(Type.String()) });

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();

/** Removes the folders below a folder that hold no file, from the innermost outwards. */
function sweep(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const below = join(folder, entry.name);
    sweep(below);
    if (readdirSync(below).length === 0) rmdirSync(below);
  }
}

/** Removes what an earlier call made. Refuses a folder that holds anything else, also what was added to an earlier call's files. */
function removeOwn(folder: string, { file, title }: FolderList): void {
  const list = join(folder, file);
  if (!existsSync(list)) {
    if (readdirSync(folder).length > 0) throw inputProblems.refused('folder-not-empty', {}, { file: folder });
    return;
  }
  const { files } = jsonReader(listForm, title).read(readFileSync(list, 'utf8'), { file: list });
  const made = new Set([...files, file]);
  const found = filesBelow(folder);
  const added = found.find((name) => !made.has(name));
  if (added !== undefined) throw publicationProblems.refused('folder-added', {}, { file: join(folder, added) });
  for (const name of found) rmSync(join(folder, name), { force: true });
  sweep(folder);
}

/**
 * Takes a folder to fill it with plain files: one that is absent, empty, or was filled by an earlier call with the same
 * list, whose files are removed. Throws a refusal for any other, and nothing is changed. The caller closes it at the end.
 */
export function takeListedFolder(folder: string, list: FolderList): ListedFolder {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) removeOwn(folder, list);
  const made = makeFolder(folder);
  const write = (files: readonly string[]): void => writeFileSync(join(folder, list.file), `${JSON.stringify({ format: 1, files })}\n`);
  write([]);
  return {
    close: () => {
      const files = filesBelow(folder).filter((name) => name !== list.file);
      if (files.length > 0) return write(files);
      rmSync(join(folder, list.file));
      sweep(folder);
      removeEmptyFolders(made);
    },
  };
}
