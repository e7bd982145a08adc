import { RefusedInput } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { demonstrationTariff as tariff } from './fixture.ts';
import { levelOf, type Tariff } from './tariff.ts';
import { parseTariff, tariffProblems } from './tariff-file.ts';

const fields = (changed: Tariff): unknown[] => tariffProblems(changed, 't.json').map(({ place }) => place?.field);

describe('a tariff', () => {
  it('survives its JSON', () => {
    expect(parseTariff(JSON.stringify(tariff), 't.json')).toEqual(tariff);
  });
  it('is refused with every problem', () => {
    const [first, ...others] = tariff.pools;
    if (first === undefined) throw new Error('the fixture has pools');
    const wrong: Tariff = {
      ...tariff,
      groups: { ...tariff.groups, FM19: { weight: 1.25, mean_fen: 1 } },
      pools: [{ ...first, rate: 0 }, ...others, { ...first, id: 'again' }],
    };
    expect(fields(wrong)).toEqual(['groups.FM19.weight', 'pools.0.rate', 'pools.4.insutypes']);
    expect(() => parseTariff(JSON.stringify(wrong), 't.json')).toThrow(RefusedInput);
  });
  it('needs the fund ratio of its pools when the fund pays by ratio', () => {
    const pools = tariff.pools.map(({ fund_ratio: _, ...pool }) => pool);
    expect(fields({ ...tariff, pools, fund: { by: 'ratio' } })).toEqual(['pools.0.fund_ratio', 'pools.1.fund_ratio']);
  });
  it.each(['', '[]', '{}', 'null', '{'])('is refused as %j', (text) => {
    expect(() => parseTariff(text, 't.json')).toThrow(RefusedInput);
  });
});

it('reads the level from the national code', () => {
  expect(['01', '04', '05', '07', '08', '10', '11', ''].map(levelOf)).toEqual(['3', '3', '2', '2', '1', '1', '0', '0']);
});
