import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { RefusedInput } from './errors.ts';
import { checkFolder, makeFolder, removeEmptyFolders } from './make-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'hengjian-folders-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What a refusal says in English, with its place. */
function refusal(work: () => unknown): string {
  try {
    work();
    return 'done';
  } catch (error) {
    return error instanceof RefusedInput ? error.message : `not refused: ${error}`;
  }
}

it('makes what is missing, tells what it made, and takes that away again while it is empty', () => {
  const folder = join(root, 'a', 'b', 'c');
  const made = makeFolder(folder, { mode: 0o700 });
  expect(made).toEqual([join(root, 'a'), join(root, 'a', 'b'), folder]);
  expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700);
  expect(makeFolder(folder)).toEqual([]);
  writeFileSync(join(root, 'a', 'mine'), '');
  removeEmptyFolders(made);
  expect([existsSync(join(root, 'a', 'b')), existsSync(join(root, 'a', 'mine'))]).toEqual([false, true]);
});

it('names the place of the user, at once, where no folder can be', () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  symlinkSync(join(root, 'nowhere'), join(root, 'dangling'));
  const remedy = 'name a place where folders can be made';
  expect(refusal(() => makeFolder(file))).toBe(`${file}: no folder can be made here: ${file} is no folder → ${remedy}`);
  expect(refusal(() => makeFolder(join(file, 'x', 'y'), { named: 'out' }))).toBe(
    `out: no folder can be made here: ${file} is no folder → ${remedy}`,
  );
  expect(refusal(() => makeFolder(join(root, 'dangling', 'x')))).toContain('dangling');
  if (process.platform === 'linux') {
    expect(refusal(() => makeFolder('/proc/hengjian/x'))).toBe(
      `/proc/hengjian/x: no folder can be made here: the system does not make /proc/hengjian (ENOENT) → ${remedy}`,
    );
  }
});

it('tries a place without leaving anything there', () => {
  checkFolder(join(root, 'tried', 'deep'));
  expect(existsSync(join(root, 'tried'))).toBe(false);
  expect(refusal(() => checkFolder(join(root, 'x'.repeat(300))))).toContain('ENAMETOOLONG');
});
