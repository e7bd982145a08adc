import type * as FastCheck from 'fast-check';
import { countConditions, lineConditions, poolOf, visitConditions } from '../../generate/pools.ts';
import type { RandomKeys } from '../definition.ts';

const limits: Readonly<Record<string, readonly string[]>> = {
  cnt: ['point.max_cnt', '1.5'],
  amount: ['12.34', 'point.age_max * 1.00'],
  inscp: ['10'],
  count: ['1', 'param.age', 'point.cycle'],
  days: ['1', 'point.cycle'],
  kinds: ['1'],
  visits: ['1'],
  supply: ['3', '7.5'],
  institutions: ['1'],
  persons: ['1'],
};

/** Random keys of a rule that holds a measure of many rows against a limit, but for what puts the rows together. */
export function randomMeasured(fc: typeof FastCheck, scope: FastCheck.Arbitrary<RandomKeys>): FastCheck.Arbitrary<RandomKeys> {
  const { of, optional, combined, exceptions } = poolOf(fc);
  const lines = of('cnt', 'amount', 'inscp', 'count', 'days', 'kinds', 'visits', 'supply', 'institutions', 'persons').chain((measure) => {
    const all = (limits[measure] ?? []).filter((text) => text !== 'point.age_max * 1.00');
    const common = {
      measure: fc.constant(measure),
      needs: of([], ['line.pric'], ['person.gend']),
      amount: of({ method: 'whole' }, { method: 'excess' }, { method: 'none' }),
      exceptions: exceptions(
        [
          "default(person.gend, '') == '1'",
          'measure > 2 * limit',
          'line.cnt > 1',
          "default(visit.setting, '') == 'inpatient'",
          ...countConditions,
        ],
        true,
      ),
      where: optional(combined(lineConditions)),
    };
    return fc.oneof(
      fc.record({
        ...common,
        items: fc.constant('points'),
        group: of('item', 'point', 'point.drug_class', 'all'),
        limit: fc.constantFrom(...all),
      }),
      fc.record({ ...common, group: of('item', 'all'), limit: fc.constantFrom(...all.filter((text) => !text.includes('point'))) }),
    );
  });
  const visits = of(
    ['amount', '20.00'],
    ['inscp', '5'],
    ['count', '1'],
    ['visits', '1'],
    ['days', '1'],
    ['ipt_days', '4'],
    ['fund', '9'],
    ['institutions', '1'],
    ['persons', '1'],
  ).chain(([measure, limit]) =>
    fc.record({
      of: fc.constant('visit'),
      group: fc.constant('all'),
      measure: fc.constant(measure),
      limit: fc.constant(limit),
      where: optional(combined(visitConditions)),
      exceptions: exceptions(countConditions.slice(1), true),
      amount: of({ method: 'stay' }, { method: 'none' }),
    }),
  );
  return fc.tuple(fc.oneof({ weight: 3, arbitrary: lines }, { weight: 1, arbitrary: visits }), scope).map(([own, more]) => {
    const over = more['over'];
    return {
      ...own,
      ...more,
      ...((own as RandomKeys)['of'] === 'visit' && (over === 'prescription' || over === 'visit_day') ? { over: 'month' } : {}),
    };
  });
}

/** What was sold in a month against what the institution could sell. */
function randomStock(fc: typeof FastCheck): FastCheck.Arbitrary<RandomKeys> {
  const { of, exceptions } = poolOf(fc);
  return fc.record({
    group: fc.constant('item'),
    over: fc.constant('month'),
    measure: fc.constant('cnt'),
    needs: fc.constant(['stock']),
    limit: fc.constant('supplied()'),
    exceptions: exceptions(['measure > 2 * limit', ...countConditions], true),
    amount: of({ method: 'excess' }, { method: 'none' }),
  });
}

/** Random keys of a total rule. */
export function randomTotal(fc: typeof FastCheck): FastCheck.Arbitrary<RandomKeys> {
  const { of } = poolOf(fc);
  const scope = fc.record({ over: of('day', 'visit', 'visit_day', 'prescription', 'month', 'year', 'history') });
  return fc.oneof({ weight: 5, arbitrary: randomMeasured(fc, scope) }, { weight: 1, arbitrary: randomStock(fc) });
}

/** Random keys of a window rule. */
export const randomWindow = (fc: typeof FastCheck): FastCheck.Arbitrary<RandomKeys> =>
  randomMeasured(fc, fc.record({ days: fc.constantFrom('1', '3', 'param.age') }));
