import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  diskFiles,
  type KnowledgeFiles,
  type NewBatch,
  readKnowledgeBatch,
  readKnowledgeManifest,
  readKnowledgeTables,
  writeKnowledge,
  writeKnowledgeAsOf,
} from './knowledge-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'hengjian-knowledge-folder-'));
afterAll(() => rmSync(root, { recursive: true }));

const batch = (digit: string): NewBatch => ({
  id: digit.repeat(16),
  imported_at: '2026-01-01 08:00',
  files: [],
  points: 1,
  texts: 0,
  contents: [{ path: 'points.ndjson', text: `{"${digit}":1}\n` }],
});
const tables = (name: string) => ['a.csv', 'b.csv'].map((path) => ({ path, text: `${name} of ${path}` }));
const texts = (folder: string): readonly string[] => readKnowledgeTables(folder).map(({ text }) => text);
const isOf = (name: string): readonly string[] => tables(name).map(({ text }) => text);

class Stopped extends Error {}

/** Files that stop before the write of a number, and write half of the one before. */
function stopping(at: number): KnowledgeFiles & { readonly writes: () => number } {
  let writes = 0;
  const next = (): void => {
    if (writes === at) throw new Stopped();
    writes += 1;
  };
  return {
    write(path, text) {
      next();
      diskFiles.write(path, text.slice(0, text.length / 2));
      next();
      diskFiles.write(path, text);
    },
    rename(from, to) {
      next();
      diskFiles.rename(from, to);
    },
    remove(path) {
      next();
      diskFiles.remove(path);
    },
    writes: () => writes,
  };
}

describe('a knowledge library', () => {
  it('is the old one or the new one when its writing stops anywhere, and can be written again', () => {
    const folder = join(root, 'stopped');
    const first = { stamp: '1'.repeat(16), tables: tables('one'), base: 'base', batches: [batch('a')] };
    const one = writeKnowledge(folder, first);
    const second = { stamp: '2'.repeat(16), tables: tables('two'), base: 'base', batches: [...one.batches, batch('b')] };
    let stops = 0;
    for (let ended = false; !ended; stops += 1) {
      try {
        writeKnowledge(folder, second, stopping(stops));
        ended = true;
      } catch (error) {
        if (!(error instanceof Stopped)) throw error;
      }
      const manifest = readKnowledgeManifest(folder);
      const isNew = manifest?.batches.length === 2;
      expect(texts(folder), `stopped at ${stops}`).toEqual(isOf(isNew ? 'two' : 'one'));
      for (const entry of manifest?.batches ?? [])
        expect([...readKnowledgeBatch(folder, entry).values()].join('')).toContain(entry.id.slice(0, 1));
      if (isNew && !ended) writeKnowledge(folder, { ...first, batches: one.batches });
    }
    expect(stops).toBeGreaterThan(10);
    expect(readdirSync(folder).sort()).toEqual(['batches', 'manifest.json', `tables-${'2'.repeat(16)}`]);
  });

  it('keeps what it did not make', () => {
    const folder = join(root, 'stopped');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const manifest = readKnowledgeManifest(folder);
    writeKnowledge(folder, { stamp: '3'.repeat(16), tables: tables('three'), base: 'base', batches: manifest?.batches ?? [] });
    expect(readdirSync(folder)).toContain('notes.txt');
  });

  it('has tables of another day beside it', () => {
    const folder = join(root, 'stopped');
    const wanted = { stamp: '4'.repeat(16), tables: tables('then'), base: 'base' };
    const then = writeKnowledgeAsOf(folder, wanted);
    expect(texts(then)).toEqual(isOf('then'));
    expect(writeKnowledgeAsOf(folder, wanted)).toBe(then);
    expect(texts(folder)).toEqual(isOf('three'));
  });
});
