import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Problem, RefusedInput } from '@hengjian/standard';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { schemes } from '../testing/random.ts';
import type { Scheme } from './scheme.ts';
import { canonicalJson, readScheme, schemeHash, storedSchemes, writeScheme } from './store.ts';

function problemOf(run: () => unknown): Problem | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof RefusedInput) return error.problems[0];
    throw error;
  }
  return undefined;
}

const folder = mkdtempSync(join(tmpdir(), 'hengjian-schemes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [sample] = fc.sample(schemes, { numRuns: 1, seed: 7 }) as [Scheme];

describe('stored schemes', () => {
  it('are named by their content, whatever the order of keys', () => {
    const turned: Scheme = { ...Object.fromEntries(Object.entries(sample).reverse()), ...sample };
    expect(Object.keys(turned)).not.toEqual(Object.keys(sample));
    expect(canonicalJson(turned)).toBe(canonicalJson(sample));
    expect(schemeHash(turned)).toBe(schemeHash({ ...sample }));
    expect(schemeHash({ ...sample, ungrouped: '000' })).not.toBe(schemeHash(sample));
  });

  it('keep every content, give the last one by id and each by its hash', () => {
    const changed = { ...sample, ungrouped: '000' };
    expect(writeScheme(sample, folder).fresh).toBe(true);
    expect(writeScheme(changed, folder).fresh).toBe(true);
    expect(writeScheme(changed, folder).fresh).toBe(false);
    expect(readScheme([folder], 'random').ungrouped).toBe('000');
    expect(readScheme([folder], `random@${schemeHash(sample)}`).ungrouped).toBe('0000');
    expect(storedSchemes([folder])[0]?.versions).toHaveLength(2);
  });

  it('refuse unknown names and contents changed by hand', () => {
    expect(() => readScheme([folder], 'other')).toThrow(/choose one of random/);
    expect(() => readScheme([folder], 'random@ffff')).toThrow(/no version/);
    expect(() => readScheme([folder], 'random+qy')).toThrow(/no variant qy/);
    const { file } = writeScheme({ ...sample, id: 'touched' }, folder);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"ungrouped":"0000"', '"ungrouped":"9999"'));
    expect(() => readScheme([folder], 'touched')).toThrow(/does not have the hash/);
    const whole = readFileSync(file, 'utf8');
    for (const [spoilt, field] of [
      [whole.slice(0, -20), undefined],
      [whole.replace('"kind":"drg"', '"kind":"drgs"'), 'kind'],
      [whole.replace(/"op":"(?:in|always|and|or|not|severity|compare|count|sets|one_of)"/, '"op":"any"'), /condition/],
    ] as const) {
      writeFileSync(file, spoilt);
      expect(problemOf(() => readScheme([folder], 'touched'))).toMatchObject({
        code: 'file-damaged',
        place: { file, ...(field === undefined ? {} : { field: expect.stringMatching(field) }) },
      });
    }
    writeFileSync(join(folder, 'touched', 'current.json'), '{"format":1}');
    expect(problemOf(() => storedSchemes([folder]))?.code).toBe('file-damaged');
  });
});
