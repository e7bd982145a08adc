import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { libraryFolder } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { loadRulebook } from '../load.ts';
import { loadProblemList, type ProblemItem, parseProblemList, problemListSizes } from './problem-list.ts';

const items = loadProblemList();
const ids = new Set(loadRulebook().rules.map(({ source }) => source.id));
const numbersOf = (list: ProblemItem['list']): number[] => items.filter((item) => item.list === list).map(({ number }) => number);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('the map of the 2025 problem lists', () => {
  it('has every item of both lists once', () => {
    expect(numbersOf('hospital').sort((a, b) => a - b)).toEqual(upTo(problemListSizes.hospital));
    expect(numbersOf('pharmacy').sort((a, b) => a - b)).toEqual(upTo(problemListSizes.pharmacy));
  });

  it('gives each item a rule of the library or a record', () => {
    const unknown = items.flatMap(({ list, number, rules }) => rules.filter((id) => !ids.has(id)).map((id) => `${list} ${number}: ${id}`));
    expect(unknown).toEqual([]);
    expect(items.filter(({ rules, record }) => rules.length === 0 && record.zh === '')).toEqual([]);
    for (const { rules } of items) expect(new Set(rules).size).toBe(rules.length);
  });

  it('says which knowledge tables must be filled by names that exist', () => {
    const named = new Set(items.flatMap(({ note }) => [...note.zh.matchAll(/（知识表 ([a-z-]+)）/g)].map((match) => match[1])));
    expect(named.size).toBeGreaterThan(20);
    for (const name of named) expect(existsSync(join(libraryFolder, 'knowledge', `${name}.csv`)), name).toBe(true);
  });

  it('calls points missing only where it says which', () => {
    for (const { list, number, points, note } of items)
      if (points === 'missing' || points === 'examples') expect(note.zh, `${list} ${number}`).not.toBe('');
  });

  it('refuses rows that are wrong, with the row', () => {
    const header = 'list,number,area,type,subject_zh,subject_en,rules,points,record_zh,record_en,note_zh,note_en';
    const good = 'pharmacy,1,店,虚构,甲,A,IC07,ready,,,,';
    const found = (...rows: string[]): (readonly [string, string | undefined, number | undefined])[] =>
      parseProblemList([header, ...rows].join('\n'), 'items.csv').problems.map(
        ({ code, place }) => [code, place?.field, place?.row] as const,
      );
    expect(found(good)).toEqual([]);
    expect(found(good, good)).toEqual([['row-twice', undefined, 3]]);
    expect(found('pharmacy,20,店,虚构,甲,A,IC07,ready,,,,')).toEqual([['value-invalid', 'number', 2]]);
    expect(found('clinic,2,店,虚构,甲,A,IC07,ready,,,,')).toEqual([['value-invalid', 'list', 2]]);
    expect(found('pharmacy,2,店,虚构,甲,A,,,,,,')).toEqual([['value-invalid', 'rules', 2]]);
    expect(found('pharmacy,2,店,虚构,甲,,IC07,ready,,,,')).toEqual([['value-invalid', 'subject', 2]]);
    expect(found('pharmacy,2,店,虚构,甲,A,IC07,,,,,')).toEqual([['value-invalid', 'points', 2]]);
    expect(parseProblemList('list,number\nhospital,1', 'items.csv').problems[0]?.code).toBe('column-missing');
  });
});

const shared = fileURLToPath(new URL('../../../../../shared/data/codes/problem_lists/kb1_problem_lists.json', import.meta.url));

interface Domain {
  readonly domain: string;
  readonly version: string;
  readonly items: readonly { readonly no: number; readonly type: string; readonly text: string }[];
}

describe.skipIf(!existsSync(shared))('the map beside the published lists (needs ../shared/data)', () => {
  const { domains } = existsSync(shared) ? (JSON.parse(readFileSync(shared, 'utf8')) as { domains: readonly Domain[] }) : { domains: [] };
  const official = domains
    .filter(({ version }) => version === '2025版')
    .flatMap(({ domain, items: own }) =>
      own.map((item) => ({ ...item, domain, list: domain.includes('药店') ? ('pharmacy' as const) : ('hospital' as const) })),
    );

  it('agrees in number, area and type', () => {
    expect(official).toHaveLength(202);
    for (const { list, no, domain, type } of official) {
      const own = items.find((item) => item.list === list && item.number === no);
      expect(own?.type, `${list} ${no}`).toBe(type);
      expect(domain.startsWith(own?.area ?? '?'), `${list} ${no} ${own?.area}`).toBe(true);
    }
  });

  it('copies no sentence', () => {
    const texts = items.map(({ subject }) => subject.zh.replace(/\s/g, ''));
    for (const { text } of official) {
      const sentence = text.replace(/\s/g, '');
      expect(
        texts.some((own) => own.length >= 12 && sentence.includes(own)),
        text.slice(0, 12),
      ).toBe(false);
    }
  });
});
