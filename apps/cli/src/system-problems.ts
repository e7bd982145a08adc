import { inputProblems, type Place, type Problem, words } from '@hengjian/standard';
import { tableProblems } from '@hengjian/table';

const aFile = words('文件', 'a file');
const aFolder = words('文件夹', 'a folder');

/** What the codes of the operating system mean to a user. */
const kinds: Readonly<Record<string, (place: Place) => Problem>> = {
  ENOENT: (place) => inputProblems.problem('file-missing', {}, place),
  EACCES: (place) => inputProblems.problem('file-forbidden', {}, place),
  EPERM: (place) => inputProblems.problem('file-forbidden', {}, place),
  EISDIR: (place) => inputProblems.problem('file-kind', { expected: aFile }, place),
  ENOTDIR: (place) => inputProblems.problem('file-kind', { expected: aFolder }, place),
  EEXIST: (place) => inputProblems.problem('file-kind', { expected: aFolder }, place),
  ENOSPC: (place) => tableProblems.problem('disk-full', {}, place),
  EROFS: (place) => inputProblems.problem('disk-read-only', {}, place),
};

const textOf = (error: object, name: string): string | undefined => {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
};

/** The problem that an error of the operating system stands for; `undefined` for a fault of the program. */
export function systemProblem(error: unknown): readonly Problem[] | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const kind = kinds[textOf(error, 'code') ?? ''];
  if (kind === undefined) return undefined;
  const path = textOf(error, 'path');
  return [kind(path === undefined ? {} : { file: path })];
}
