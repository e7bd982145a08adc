import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasData } from '../job.ts';
import { allHistories } from './histories.ts';
import { judge, verdictOf } from './judge.ts';

const histories = allHistories();
const folder = mkdtempSync(join(tmpdir(), 'hengjian-conformance-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Histories that the libraries do not judge rightly yet; none of them may be added, and one that is right has to go. */
const open = new Set(
  readFileSync(new URL('open.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== ''),
);

it('histories stand for every class, guilty and innocent', () => {
  const classes = new Set(histories.map(({ classes: [own = ''] }) => own));
  for (const history of histories) expect(history.because.length, history.key).toBeGreaterThan(10);
  expect(classes.size).toBeGreaterThanOrEqual(100);
  expect(histories.filter(({ guilty }) => !guilty).length).toBeGreaterThan(histories.length * 0.4);
});

describe.skipIf(!hasData('two-libraries'))('histories written from the official logic', () => {
  const wrong = new Map<string, string>();
  beforeAll(async () => {
    for (const one of await judge(histories, folder)) {
      const verdict = verdictOf(one);
      if (verdict === 'hit' || verdict === 'clean') continue;
      wrong.set(one.history.key, `${one.history.key} ${verdict} (${one.found.join(', ')}): ${one.history.because}`);
    }
  });

  it('are judged as a pharmacist, a coder and a lawyer would, but for those that are open', () => {
    expect([...wrong].flatMap(([key, said]) => (open.has(key) ? [] : [said]))).toEqual([]);
  });

  it('are open only while they are judged wrongly', () => {
    expect([...open].filter((key) => !wrong.has(key))).toEqual([]);
  });
});
