import { expect, it } from 'vitest';
import type { RuleFigures } from './record.ts';
import { unlikelyWords } from './unlikely.ts';

const rule = (rule_id: string, result_type: string, hit: number): RuleFigures => ({
  ...{ rule_id, rule_version: 1, official_code: null, name_zh: '超限价', name_en: 'above', category: '政策类', result_type, shape: 'line' },
  ...{ hash: '0', evaluated: 1000, hit, clear: 1000 - hit, unknown: {}, findings: hit, charge_fen: 0, fund_fen: 0, fund_unknown: 0 },
});

it('names violations in so many lines that an answer is to be looked at first, and no others', () => {
  const of = (lines: number, ...rules: readonly RuleFigures[]): readonly string[] =>
    unlikelyWords({ lines, rules: [...rules] }).map(({ zh }) => zh);
  expect(of(1441, rule('N14', 'violation', 1318), rule('N27', 'violation', 12), rule('IA09', 'suspicious', 900))).toEqual([
    '请先核对：N14 超限价 命中 1318 次，占全部明细的 91 %，多为限价级别、单位或编码对照有误',
  ]);
  // A few lines that are all wrong are a few, and many of very many are no sign.
  expect(of(19, rule('N14', 'violation', 19))).toEqual([]);
  expect(of(900_000, rule('N01', 'violation', 754))).toEqual([]);
});
