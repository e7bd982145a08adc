import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RefusedInput, words } from '@hengjian/standard';
import { afterAll, expect, it } from 'vitest';
import { takeListedFolder } from './listed-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'hengjian-listed-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const list = { file: '.tin.json', title: words('罐头', 'tin') };

function fill(folder: string, ...names: readonly string[]): void {
  const taken = takeListedFolder(folder, list);
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
  taken.close();
}

/** Code of a refusal and the place it names. */
function refused(work: () => unknown): readonly unknown[] {
  try {
    work();
    return [];
  } catch (error) {
    const [problem] = error instanceof RefusedInput ? error.problems : [];
    return [problem?.code, problem?.place?.file];
  }
}

it('is new, empty, or was filled before: then its earlier files go, and no others are there', () => {
  const folder = join(root, 'own', 'deep');
  fill(folder, 'a', 'b/c');
  fill(folder, 'd');
  expect(readdirSync(folder).sort()).toEqual(['.tin.json', 'd']);
});

it('with files of somebody else is refused, and nothing in it changes', () => {
  const folder = join(root, 'foreign');
  mkdirSync(folder);
  writeFileSync(join(folder, 'mine'), 'mine');
  expect(refused(() => fill(folder, 'a'))).toEqual(['folder-not-empty', folder]);
  expect(readdirSync(folder)).toEqual(['mine']);
});

it('keeps what was added to its own files, and names it', () => {
  const folder = join(root, 'added');
  fill(folder, 'lake/facts');
  writeFileSync(join(folder, 'lake/access.log'), 'who');
  expect(refused(() => fill(folder, 'a'))).toEqual(['folder-added', join(folder, 'lake/access.log')]);
  expect(readdirSync(join(folder, 'lake')).sort()).toEqual(['access.log', 'facts']);
});

it('that nothing was written to is as it was before', () => {
  const folder = join(root, 'none', 'deep');
  fill(folder);
  expect(existsSync(join(root, 'none'))).toBe(false);
  const file = join(root, 'file');
  writeFileSync(file, '');
  expect(refused(() => fill(file))).toEqual(['folder-impossible', file]);
});
