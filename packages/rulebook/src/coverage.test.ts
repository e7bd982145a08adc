import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadRulebook } from './load.ts';

const { rules } = loadRulebook({ cases: true });
const sources = rules.map(({ source }) => source);
const national = sources.filter(({ official_number }) => official_number !== undefined);

describe('the two national editions in the library', () => {
  it('are there in full: 79 codes of 1.0, 88 classes of 2025', () => {
    expect(new Set(sources.flatMap(({ official_code }) => official_code ?? [])).size).toBe(79);
    const numbers = [...new Set(national.map(({ official_number }) => official_number))];
    expect(numbers.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 88 }, (_, index) => index + 1));
  });

  it('give each rule a basis and four kinds of cases', () => {
    for (const { id, basis, cases } of sources) {
      expect(basis.length, id).toBeGreaterThan(0);
      expect(cases.length, id).toBeGreaterThanOrEqual(4);
      for (const kind of ['hit', 'clear', 'boundary', 'unknown'])
        expect(
          cases.some((own) => own.kind === kind),
          `${id} ${kind}`,
        ).toBe(true);
    }
  });

  it('let no violation rest on inferred bases alone', () => {
    const violations = sources.filter(({ result }) => result === 'violation');
    expect(violations.length).toBeGreaterThan(20);
    for (const { id, basis } of violations)
      expect(
        basis.some(({ certainty }) => certainty === 'cited'),
        id,
      ).toBe(true);
  });
});

const shared = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const editionOf2025 = `${shared}two-libraries/rule_catalog_2025_88.json`;
const editionOne = `${shared}codes/problem_lists/official_rules_catalog.json`;
const there = existsSync(editionOf2025) && existsSync(editionOne);
const read = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

describe.skipIf(!there)('the editions as published (needs ../shared/data)', () => {
  it('have the same 88 names in the same order, and the same codes', () => {
    const published = read<{ rules: readonly { seq: number; name: string; gz_code_1_0: string | null; tier1: string }[] }>(
      editionOf2025,
    ).rules;
    expect(published).toHaveLength(88);
    for (const { seq, name, gz_code_1_0, tier1 } of published) {
      const own = national.find(({ official_number }) => official_number === seq);
      expect(own?.name.zh, String(seq)).toBe(name);
      expect(own?.class.category, String(seq)).toBe(tier1);
      if (gz_code_1_0 !== null && gz_code_1_0 !== '') expect(own?.official_code, String(seq)).toBe(gz_code_1_0);
    }
  });

  it('have the 79 codes of 1.0', () => {
    const codes = read<{ rules_flat: readonly { official_code: string }[] }>(editionOne).rules_flat.map(
      ({ official_code }) => official_code,
    );
    expect(codes).toHaveLength(79);
    expect([...new Set(sources.flatMap(({ official_code }) => official_code ?? []))].sort()).toEqual(codes.sort());
  });
});
