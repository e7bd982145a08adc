import type * as FastCheck from 'fast-check';
import { lineConditions, pointConditions, poolOf } from '../../generate/pools.ts';
import type { RandomKeys } from '../definition.ts';
/** Random keys of a line rule. */
export function randomLine(fc: typeof FastCheck): FastCheck.Arbitrary<RandomKeys> {
  const { of, optional, combined, exceptions } = poolOf(fc);
  const pool = [...lineConditions, ...pointConditions];
  return fc.oneof(
    fc.record({
      items: fc.constant('points'),
      where: optional(combined(pool)),
      when: combined(pool),
      exceptions: exceptions(pool, false),
      needs: of([], ['line.pric', 'age']),
      amount: of({ method: 'whole' }, { method: 'none' }, { method: 'excess', excess: 'line.cnt - point.max_cnt' }),
    }),
    fc.record({
      where: optional(combined(lineConditions)),
      when: combined(lineConditions),
      exceptions: exceptions(lineConditions, false),
      needs: of(['line.pric'], ['line.pric', 'person.gend', 'diagnoses']),
      amount: of({ method: 'whole' }, { method: 'price_excess', cap: '3.25' }),
    }),
  );
}
