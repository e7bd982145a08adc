import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryFolder, parseDay } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { loadRulebook, readRulebook } from './load.ts';
import { knowledgeOf, type PublishedVersion, restrictToPeriod, textHash } from './published.ts';

const day = (text: string): number => parseDay(text) as number;
const first = readFileSync(join(libraryFolder, 'rules', 'N07.yaml'), 'utf8');
const second = first.replace('version: 1\n', 'version: 2\n').replace('>= point.age_max', '> point.age_max');
const version = (text: string, number: number, days: PublishedVersion['days']): PublishedVersion => ({
  rule_id: 'N07',
  version: number,
  text,
  hash: textHash(text),
  days,
});
const turns = [version(second, 2, [{ from: day('2025-07-01') }]), version(first, 1, [{ from: day('2024-01-01'), to: day('2025-06-30') }])];
const hashFor = (versions: readonly PublishedVersion[], to: string): string =>
  loadRulebook({ published: restrictToPeriod(versions, { from: day('2025-01-01'), to: day(to) }) }).hash;

describe('published versions', () => {
  it('are cut to a period, in order, and left out when they do not meet it', () => {
    const period = { from: day('2025-06-01'), to: day('2025-07-31') };
    expect(restrictToPeriod(turns, period).map(({ version: number, days }) => [number, days])).toEqual([
      [1, [{ from: day('2025-06-01'), to: day('2025-06-30') }]],
      [2, [{ from: day('2025-07-01'), to: day('2025-07-31') }]],
    ]);
    expect(restrictToPeriod(turns, { from: day('2025-08-01') }).map(({ version: number }) => number)).toEqual([2]);
  });

  it('may be two of one rule, each with its days', () => {
    const { rules, problems } = readRulebook({ published: restrictToPeriod(turns, { from: day('2025-01-01') }) });
    expect(problems).toEqual([]);
    expect(rules.map(({ source, published }) => [source.version, published?.length])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(knowledgeOf(rules[0] as (typeof rules)[number], readRulebook({ ids: [] }).tables)).toEqual(['drug-child-payment']);
  });

  it('have a hash that only what takes part can change', () => {
    const before = [version(first, 1, [{ from: day('2024-01-01') }])];
    const other = { ...version(first.replace('id: N07\n', 'id: N97\n'), 1, [{ from: day('2025-09-01') }]), rule_id: 'N97' };
    expect(hashFor([...turns, other], '2025-06-30')).toBe(hashFor(before, '2025-06-30'));
    expect(hashFor(turns, '2025-07-01')).not.toBe(hashFor(before, '2025-07-01'));
  });

  it('are refused when they overlap, were changed, or there are none', () => {
    const codes = (published: readonly PublishedVersion[]): string[] => readRulebook({ published }).problems.map(({ code }) => code);
    expect(codes([version(first, 1, [{ from: 0 }]), version(second, 2, [{ from: 100 }])])).toEqual(['rule-versions-overlap']);
    expect(codes([{ ...version(first, 1, [{ from: 0 }]), text: second }])).toEqual(['rule-text-changed', 'rule-text-changed']);
    expect(codes([])).toEqual(['rules-none']);
  });
});
