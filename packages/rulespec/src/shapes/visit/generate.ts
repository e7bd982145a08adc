import type * as FastCheck from 'fast-check';
import { poolOf, randomDifference, visitConditions } from '../../generate/pools.ts';
import type { RandomKeys } from '../definition.ts';
/** Random keys of a visit rule. */
export function randomVisit(fc: typeof FastCheck): FastCheck.Arbitrary<RandomKeys> {
  const { of, optional, combined, exceptions } = poolOf(fc);
  const sums = {
    total: { measure: 'amount' },
    drugs: { measure: 'cnt', items: 'points' },
    scope: { measure: 'inscp', where: "line.list_type == '101'" },
    own: { measure: 'ownpay', where: 'line.cnt < 2' },
    lines: { measure: 'count', where: 'line.cnt > 1 && !(line.det_item_fee_sumamt > 10)' },
  };
  const whens = of(
    'ratio_of(sum.scope, sum.total) > param.share',
    'sum.drugs > 2 || sum.lines == 1',
    'sum.total > 20.00 && sum.lines >= 0',
    'ratio_of(sum.own, sum.total) > 0.1',
  );
  const each = fc.record({
    each: of('diagnosis', 'diagnosis', 'operation'),
    points: fc.constant('points'),
    where: optional(combined(visitConditions)),
    when: fc.oneof(combined(visitConditions), of('known(point.sex) && known(person.gend) && point.sex != person.gend')),
    exceptions: exceptions(visitConditions, false),
    amount: of<RandomKeys>({ method: 'stay' }, { method: 'none' }, randomDifference),
  });
  const plain = fc.record({
    sums: fc.constant(sums),
    where: optional(combined(visitConditions)),
    when: whens,
    exceptions: exceptions(visitConditions, false),
    amount: of({ method: 'stay' }),
  });
  return fc.oneof(
    each,
    plain,
    fc.record({ each: of('diagnosis', 'operation'), when: combined(visitConditions), amount: of({ method: 'none' }) }),
  );
}
