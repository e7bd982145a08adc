import type * as FastCheck from 'fast-check';
import { lineConditions, poolOf, visitConditions } from '../../generate/pools.ts';
import type { RandomKeys } from '../definition.ts';

const peerColumns: Readonly<Record<string, readonly string[]>> = {
  institution: ['institution.hosp_lv', 'institution.fixmedins_type'],
  practitioner: ['practitioner.caty'],
  department: [],
  item: ['item.list_type'],
};

/** Random keys of a peer rule. */
export function randomPeer(fc: typeof FastCheck): FastCheck.Arbitrary<RandomKeys> {
  const { of, optional, combined } = poolOf(fc);
  const minimum = of(
    { peers: 1, size: 1, periods: 1, known: '0.1' },
    { peers: 2, size: 1, periods: 2, known: '0.6' },
    { peers: 1, size: 3, known: '1' },
  );
  const seldom = <T>(arb: FastCheck.Arbitrary<T>): FastCheck.Arbitrary<T | undefined> =>
    fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: arb });
  const term = (measures: readonly string[], pool: readonly string[], items: boolean): FastCheck.Arbitrary<RandomKeys> =>
    fc.record({
      measure: fc.constantFrom(...measures),
      where: seldom(combined(pool)),
      items: items ? optional(fc.constant('points')) : fc.constant(undefined),
    });
  const rule = (
    own: 'line' | 'visit',
    measures: readonly string[],
    pool: readonly string[],
    entities: readonly string[],
  ): FastCheck.Arbitrary<RandomKeys> =>
    fc.record({
      of: fc.constant(own),
      entity: fc.constantFrom(...entities),
      over: of('month', 'quarter', 'year'),
      where: seldom(combined(pool)),
      numerator: term(measures, pool, own === 'line'),
      denominator: optional(term(measures, pool, own === 'line')),
      compare: of('robust', 'robust', 'ratio', 'trend'),
      direction: of('high', 'low'),
      limit: of('0.1', '0.2', '1.1', 'param.share'),
      also: seldom(of('1.1', 'param.share')),
      months: seldom(of([3], [12])),
      minimum,
      narrow: fc.boolean(),
      needs: of([], own === 'line' ? ['line.pric', 'age'] : ['visit.endtime']),
    });
  const lines = rule('line', ['count', 'cnt', 'amount', 'inscp'], lineConditions, ['institution', 'practitioner', 'item']);
  const visits = rule(
    'visit',
    ['count', 'amount', 'inscp', 'ipt_days'],
    [...visitConditions, 'readmitted_within(3)', 'reaches_back(2)'],
    ['institution', 'practitioner'],
  );
  return fc.oneof(lines, visits).map(({ narrow, ...keys }) => {
    const trend = keys['compare'] === 'trend';
    const peers = trend || narrow !== true ? undefined : peerColumns[String(keys['entity'])];
    return { ...keys, peers, also: keys['compare'] === 'robust' ? keys['also'] : undefined, amount: { method: 'none' } };
  });
}
