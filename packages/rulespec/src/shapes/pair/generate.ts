import type * as FastCheck from 'fast-check';
import { lineConditions, poolOf } from '../../generate/pools.ts';
import type { RandomKeys } from '../definition.ts';
/** Random keys of a pair rule. */
export function randomPair(fc: typeof FastCheck): FastCheck.Arbitrary<RandomKeys> {
  const { of, optional, combined, exceptions } = poolOf(fc);
  const withins = of<unknown>(
    'visit',
    'day',
    'hour',
    'prescription',
    'visit_day',
    'history',
    { minutes: 360 },
    { days: 2 },
    { days: 'param.age' },
  );
  const pairWhens = of(
    'a.cnt > 0',
    'a.visit.row != b.visit.row',
    'a.det_item_fee_sumamt <= b.det_item_fee_sumamt',
    'a.cnt + b.cnt > 2 || known(a.prd_days)',
    'known(a.prd_days) && a.prd_days > 3',
  );
  const pool = lineConditions.map((text) => text.replaceAll('line.', 'b.'));
  const common = {
    where: optional(combined(lineConditions)),
    when: pairWhens,
    violating: of('b', 'cheaper'),
    exceptions: exceptions(pool, false),
    needs: of([], ['a.pric', 'b.inscp_amt'], ['b.prd_days']),
  };
  const amount = of({ method: 'whole' }, { method: 'none' });
  return fc.oneof(
    fc.record({
      ...common,
      amount,
      pairs: fc.constant('points'),
      pair: fc.constant(['items', 'item_b']),
      within: fc.oneof(withins, of<unknown>('point.window')),
      order: of('any', 'before'),
      different_item: fc.boolean(),
    }),
    fc.record({ ...common, amount, same: fc.constant('item'), within: withins }),
    fc.record({
      ...common,
      amount,
      same: of('item', 'point.drug_class', 'point.age_max'),
      items: fc.constant('points'),
      within: fc.oneof(withins, of<unknown>('point.window')),
      different_item: fc.boolean(),
    }),
    fc.record({
      ...common,
      same: fc.constant('point.drug_class'),
      items: fc.constant('points'),
      within: withins,
      order: of('any', 'before'),
      different_item: fc.boolean(),
      when: of('a.row < b.row', 'a.cnt > b.cnt || a.cnt == b.cnt && a.row < b.row'),
      needs: of(['b.pric'], ['a.pric', 'b.pric']),
      amount: of({ method: 'price_excess', cap: 'point.price' }),
    }),
  );
}
