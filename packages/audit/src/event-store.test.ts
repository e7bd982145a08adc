import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventBlock, eventPart, eventParts } from '@hengjian/rulespec';
import { expect, test } from 'vitest';
import { decodePart, encodePart, readParts, storeBlocks } from './event-store.ts';

test('parts come back from the file as they are in the block, those without rows not at all', () => {
  const rows = eventParts * 3;
  const starts = Int32Array.from({ length: eventParts + 1 }, (_, part) => (part === eventParts ? rows : Math.min(rows, part * part)));
  const columns = {
    key: Float64Array.from({ length: rows }, (_, row) => row * 2 ** 40),
    setting: Int8Array.from({ length: rows }, (_, row) => (row % 100) - 1),
    row: Int32Array.from({ length: rows }, (_, row) => row),
  };
  const block = (segment: number): EventBlock => ({
    by: 'trace_code',
    segment,
    tables: { lines: { starts, columns }, visits: { starts, columns: { row: columns.row } } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'hengjian-events-'));
  try {
    const stored = structuredClone([
      ...storeBlocks(join(folder, 'a'), [block(0), block(1)]),
      ...storeBlocks(join(folder, 'b'), [block(2)]),
    ]);
    for (let part = 0; part < eventParts; part += 1) {
      const some = (starts[part + 1] ?? 0) > (starts[part] ?? 0);
      expect(readParts(stored, part)).toEqual(some ? [0, 1, 2].map((segment) => eventPart(block(segment), part)) : []);
      const sent: unknown = JSON.parse(JSON.stringify(encodePart(eventPart(block(5), part))));
      expect(decodePart(sent as ReturnType<typeof encodePart>, 5)).toEqual(eventPart(block(5), part));
    }
    expect(storeBlocks(join(folder, 'c'), [])).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
