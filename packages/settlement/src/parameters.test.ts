import { libraryText, RefusedInput } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { parseParameters } from './parameters.ts';

const drg = libraryText('settlement/demonstration.yaml');
const problems = (source: string): readonly (readonly [string | undefined, number | undefined, string])[] => {
  try {
    parseParameters(source, 'a/parameters.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof RefusedInput)) throw error;
    for (const { remedy, place } of error.problems)
      expect([remedy.zh === '' || remedy.en === '', place?.file]).toEqual([false, 'parameters.yaml']);
    return error.problems.map(({ code, place }) => [place?.field, place?.row, code]);
  }
};
const lineOf = (text: string): number => drg.split('\n').findIndex((line) => line.includes(text)) + 1;

describe('parameters', () => {
  it('of the library are read, amounts exactly', () => {
    const read = parseParameters(drg, 'demonstration.yaml');
    expect(read).toMatchObject({
      id: 'demonstration-drg',
      method: 'drg_rate',
      weights: { method: 'drg_rate', least_cases: 5, trim: { by: 'percentile', low: 250, high: 9_750 } },
    });
    expect(read.agreement.budgets[0]).toEqual({
      pool: 'employees-local',
      rule: { by: 'growth', last_fen: 26_000_000_000, growth: 500 },
      reserve_share: 300,
      forms: { group: 9_000, bed_day: 600, outpatient: 400 },
    });
    expect(read.pricing.high).toEqual({
      reference: 'standard',
      style: 'add_above',
      share: 8_000,
      bounds: [{ levels: ['3'], times: 30_000 }, { times: 20_000 }],
    });
    expect(read.pools[0]).not.toHaveProperty('rate');
    expect(parseParameters(libraryText('settlement/demonstration-dip.yaml'), 'd.yaml').pools.map(({ fund_ratio }) => fund_ratio)).toEqual([
      7_800,
      6_200,
      undefined,
      undefined,
    ]);
  });

  it('are refused with every problem, its line and its field', () => {
    const wrong = drg
      .replace('method: drg_rate', 'method: drg')
      .replace('times: 3 }', 'times: 3.00001 }')
      .replace('deposit: 0.05', 'deposit: 0.06')
      .replace('group: 0.9,', 'group: 0.8,')
      .replace('high_share: 0.05', 'high_shar: 0.05')
      .replace('year: 2025\n', '');
    expect(problems(wrong)).toEqual([
      ['high_shar', lineOf('high_share') - 1, 'name-unknown'],
      ['pools.0.budget.forms', lineOf('last: 260000000.00') - 1, 'value-invalid'],
      ['method', lineOf('method:') - 1, 'value-invalid'],
      ['high.bounds.0.times', lineOf('high: {') - 1, 'value-invalid'],
      ['year', undefined, 'value-missing'],
      ['monthly.deposit', lineOf('monthly:') - 1, 'value-invalid'],
    ]);
  });

  it('are refused when their parts do not fit together', () => {
    const wrong = drg
      .replace('fund: { by: patients_share, floor: zero }', 'fund: { by: ratio }\noutpatient: [{ pool: nowhere, per_head: 1, heads: [] }]')
      .replace('id: residents-local', 'id: employees-local');
    expect(problems(wrong).map(([field, , code]) => [field, code])).toEqual([
      ['pools', 'row-twice'],
      ['outpatient', 'name-unknown'],
      ['pools', 'value-missing'],
      ['pools', 'value-missing'],
    ]);
    const bands = '[{ to: 0.1, share: 1 }, { to: 0.2, share: 0.5 }]';
    for (const other of ['[{ to: 0.2, share: 1 }, { to: 0.1, share: 0.5 }]', '[{ share: 1 }, { to: 0.2, share: 0.5 }]']) {
      expect(problems(drg.replace(bands, other)).map(([field]) => field)).toEqual(['sharing.surplus']);
    }
  });

  it.each(['', '[]', 'a: [', '- 1', 'version: 2'])('are refused as %j', (source) => {
    expect(problems(source).length).toBeGreaterThan(0);
  });
});
