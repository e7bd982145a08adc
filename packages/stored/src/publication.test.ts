import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RefusedInput, words } from '@hengjian/standard';
import { afterAll, describe, expect, it } from 'vitest';
import { draftPublication, isPublished, openPublication, type PublishedKind } from './publication.ts';

const root = mkdtempSync(join(tmpdir(), 'hengjian-publication-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const kind: PublishedKind = { id: 'tin', format: 1, name: words('罐头', 'tin') };

function publish(folder: string, files: Readonly<Record<string, string>>): void {
  const draft = draftPublication(folder, kind);
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(draft.folder, name, '..'), { recursive: true });
      writeFileSync(join(draft.folder, name), text);
    }
    draft.publish();
  } finally {
    draft.close();
  }
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof RefusedInput ? error.problems[0]?.code : String(error);
  }
}

describe('a published folder', () => {
  it('shows its files under stable names, and replaces all of them together', () => {
    const folder = join(root, 'plain');
    publish(folder, { 'a.txt': '1', 'pages/b.txt': '1' });
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('1');
    const old = openPublication(folder, kind);
    publish(folder, { 'a.txt': '2', 'c.txt': '2' });
    expect(readdirSync(folder).sort()).toEqual(['.hengjian', 'a.txt', 'c.txt']);
    expect(openPublication(folder, kind).text('a.txt')).toBe('2');
    // Who opened the earlier version goes on reading it.
    expect([old.text('a.txt'), old.text('pages/b.txt')]).toEqual(['1', '1']);
  });

  it('never takes the place of a file that the program did not make', () => {
    const folder = join(root, 'taken');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.txt'), 'mine');
    expect(codeOf(() => publish(folder, { 'a.txt': '1' }))).toBe('folder-not-empty');
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('mine');
    expect(isPublished(folder)).toBe(false);
    publish(folder, { 'b.txt': '1' });
    expect(readFileSync(join(folder, 'b.txt'), 'utf8')).toBe('1');
  });

  it('leaves nothing behind when nothing was ever published, and names the place of the user where none can be', () => {
    const folder = join(root, 'refused', 'deep');
    draftPublication(folder, kind).close();
    expect(existsSync(join(root, 'refused'))).toBe(false);
    mkdirSync(folder, { recursive: true });
    draftPublication(folder, kind).close();
    expect(readdirSync(folder)).toEqual([]);
    const file = join(root, 'a-file');
    writeFileSync(file, 'mine');
    for (const place of [file, join(file, 'below'), '/proc/hengjian', '/proc']) {
      expect(
        codeOf(() => draftPublication(place, kind)),
        place,
      ).toBe('folder-impossible');
      expect(
        codeOf(() => openPublication(place, kind)),
        place,
      ).toBe('publication-missing');
    }
  });

  it('is refused when a file is missing, shortened, changed or swapped, the manifest was touched, or it is of another kind', () => {
    const damage: Readonly<Record<string, (version: string) => void>> = {
      missing: (version) => rmSync(join(version, 'a.txt')),
      shortened: (version) => truncateSync(join(version, 'a.txt'), 3),
      changed: (version) => writeFileSync(join(version, 'a.txt'), 'first fil?'),
      swapped: (version) => {
        writeFileSync(join(version, 'a.txt'), 'other file');
        writeFileSync(join(version, 'b.txt'), 'first file');
      },
      manifest: (version) =>
        writeFileSync(
          join(version, 'manifest.json'),
          readFileSync(join(version, 'manifest.json'), 'utf8').replace('"size": 10', '"size": 11'),
        ),
      'no manifest': (version) => rmSync(join(version, 'manifest.json')),
    };
    for (const [name, spoil] of Object.entries(damage)) {
      const folder = join(root, `damage-${name}`);
      publish(folder, { 'a.txt': 'first file', 'b.txt': 'other file' });
      spoil(join(folder, '.hengjian', '1'));
      expect(
        codeOf(() => openPublication(folder, kind).text('a.txt')),
        name,
      ).toBe('publication-damaged');
    }
    const folder = join(root, 'kind');
    publish(folder, { 'a.txt': '1' });
    expect(codeOf(() => openPublication(folder, { ...kind, id: 'jar' }))).toBe('publication-missing');
    expect(codeOf(() => openPublication(folder, { ...kind, format: 2 }))).toBe('publication-format');
    expect(codeOf(() => openPublication(join(root, 'none'), kind))).toBe('publication-missing');
  });

  it('never takes the place of results of another kind', () => {
    const folder = join(root, 'kinds');
    publish(folder, { 'a.txt': '1' });
    expect(codeOf(() => draftPublication(folder, { ...kind, id: 'jar' }))).toBe('publication-other');
    expect(openPublication(folder, kind).text('a.txt')).toBe('1');
  });

  it('is written by one at a time', () => {
    const folder = join(root, 'busy');
    const draft = draftPublication(folder, kind);
    expect(codeOf(() => draftPublication(folder, kind))).toBe('folder-busy');
    draft.close();
    publish(folder, { 'a.txt': '1' });
  });

  it('is the old or the new version, whole, wherever its writer is killed', () => {
    const child = fileURLToPath(new URL('publication-child.ts', import.meta.url));
    const run = (folder: string, mark: string, stop: string) =>
      spawnSync(process.execPath, [child, folder, mark, stop], { encoding: 'utf8' });
    for (const stop of ['drafted', 'written', 'moved', 'named', 'published', 'tidied']) {
      const folder = join(root, `kill-${stop}`);
      expect(run(folder, 'odd', '').status, stop).toBe(0);
      expect(run(folder, 'even', stop).signal).toBe('SIGKILL');
      const seen = openPublication(folder, kind);
      const mark = seen.text('findings.txt');
      expect(mark, stop).toBe(stop === 'published' || stop === 'tidied' ? 'even' : 'odd');
      expect(JSON.parse(seen.text('record.json'))).toEqual({ mark });
      // Who reads by the plain names sees the same version.
      expect([readFileSync(join(folder, 'findings.txt'), 'utf8'), JSON.parse(readFileSync(join(folder, 'record.json'), 'utf8'))]).toEqual([
        mark,
        { mark },
      ]);
      expect(existsSync(join(folder, 'only-odd.txt'))).toBe(mark === 'odd');
      expect(run(folder, 'third', '').stderr).toBe('');
      expect(openPublication(folder, kind).text('findings.txt')).toBe('third');
      expect(lstatSync(join(folder, 'only-odd.txt'), { throwIfNoEntry: false })).toBeUndefined();
      expect(readdirSync(join(folder, '.hengjian')).filter((name) => name.startsWith('draft'))).toEqual([]);
    }
  });
});
