import { beforeAll, describe, expect, it } from 'vitest';
import { hasShared, publishedAnswers } from '../testing/shared.ts';
import type { DipCase } from './case.ts';
import type { DipCatalogue } from './catalogue.ts';
import { formCatalogue } from './form.ts';
import { compileDip, type DipGrouper } from './grouper.ts';
import { numbersFrom, plainCase, smallParameters } from './testing/cases.ts';
import { slowGroup } from './testing/slow.ts';

describe.skipIf(!hasShared)('DIP on the codes of published records', () => {
  let stays: readonly DipCase[] = [];
  let catalogue: DipCatalogue;
  let grouper: DipGrouper;

  beforeAll(() => {
    const next = numbersFrom(19);
    stays = publishedAnswers().map(({ one }) => ({ ...plainCase, ...one, year: 2023 + next(3), cost_fen: 100_000 + next(3_000_000) }));
    catalogue = formCatalogue(
      stays,
      smallParameters({ threshold: { kind: 'cases', cases: 2 }, composite: { cases: 2, variation: 20_000 } }),
    );
    grouper = compileDip(catalogue);
  });

  it('counts every record once', () => {
    const { cases, outside_years, invalid, excluded, by_kind, not_covered } = catalogue.report;
    expect(cases).toBe(stays.length);
    expect(outside_years + invalid + excluded + not_covered + Object.values(by_kind).reduce((sum, count) => sum + count, 0)).toBe(cases);
    expect(by_kind.core).toBeGreaterThan(500);
  });

  it('agrees with the implementation that scans lists, and explains the same result', () => {
    for (const one of stays.filter((_, index) => index % 20 === 0)) {
      const traced = grouper.trace(one);
      expect(traced.result).toEqual(grouper.group(one));
      const { grp_code, reason } = traced.result;
      expect(reason === 'excluded_diagnosis' ? 'excluded' : reason === 'no_principal_diagnosis' ? 'invalid' : grp_code, one.id).toBe(
        slowGroup(one, catalogue),
      );
      expect(traced.zh.length, one.id).toBeGreaterThan(0);
    }
  });
});
