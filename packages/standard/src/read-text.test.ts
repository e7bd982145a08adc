import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { demandContent, isBlankText } from './blank.ts';
import { RefusedInput } from './errors.ts';
import { readText } from './read-text.ts';

const root = mkdtempSync(join(tmpdir(), 'hengjian-text-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Code and place of a refusal. */
function refused(work: () => unknown): readonly unknown[] {
  try {
    work();
    return [];
  } catch (error) {
    const [problem] = error instanceof RefusedInput ? error.problems : [];
    return [problem?.code, problem?.place?.file];
  }
}

it('reads a file, and names a folder or nothing by its path', () => {
  const file = join(root, 'a.txt');
  writeFileSync(file, 'text');
  expect(readText(file)).toBe('text');
  expect(refused(() => readText(root))).toEqual(['file-kind', root]);
  expect(refused(() => readText(join(root, 'none')))).toEqual(['file-missing', join(root, 'none')]);
  expect(refused(() => readText(join(file, 'below')))).toEqual(['file-missing', join(file, 'below')]);
});

it('tells a text without content from one with some', () => {
  for (const blank of ['', '\n \n', '\ufeff', '---\n# nothing yet\n', '  # a\r\n'])
    expect(isBlankText(blank), JSON.stringify(blank)).toBe(true);
  for (const text of ['a', '# a\nversion: 1', '- ---']) expect(isBlankText(text), text).toBe(false);
  expect(refused(() => demandContent('\n', { file: 'x.yaml' }))).toEqual(['file-empty', 'x.yaml']);
});
