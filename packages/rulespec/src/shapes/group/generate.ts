import type * as FastCheck from 'fast-check';
import { lineConditions, poolOf, visitConditions } from '../../generate/pools.ts';
import type { RandomKeys } from '../definition.ts';
/** Random keys of a group rule. */
export function randomGroup(fc: typeof FastCheck): FastCheck.Arbitrary<RandomKeys> {
  const { of, optional, combined } = poolOf(fc);
  const alikeKeys: Readonly<Record<'line' | 'visit', readonly string[]>> = {
    line: [
      'visit.fixmedins_code',
      'line.bilg_dr_code',
      'day_of(line.fee_ocur_time)',
      'line.med_list_codg',
      'bucket(line.fee_ocur_time, 30)',
      'month_of(line.fee_ocur_time)',
    ],
    visit: [
      'visit.fixmedins_code',
      'day_of(visit.begntime)',
      'visit.chfpdr_code',
      'visit.ipt_days',
      'signature(visit)',
      'bucket(visit.begntime, 40)',
      'month_of(visit.begntime)',
    ],
  };
  return of('line' as const, 'visit' as const).chain((own) => {
    const keys = fc.subarray([...alikeKeys[own]], { minLength: 1, maxLength: 3 });
    const common = {
      of: fc.constant(own),
      persons: of('2', '3', 'param.age'),
      where: optional(combined(own === 'line' ? lineConditions : visitConditions)),
      amount: fc.constant({ method: 'none' }),
    };
    const repeated = { ...common, times: of('1', '2'), crowd: of('2', '4', '12') };
    const day = own === 'line' ? 'day_of(line.fee_ocur_time)' : 'day_of(visit.begntime)';
    const meetings = fc.oneof(fc.record({ key: keys, minutes: of('0', '35', '60') }), fc.record({ key: keys, same: fc.constant([day]) }));
    return fc.oneof(
      fc.record({ ...common, alike: keys }),
      fc.record({ ...repeated, together: meetings }),
      fc.record({ ...repeated, linked: fc.constant(own === 'line' ? 'line.drug_trac_codg' : 'signature(visit)') }),
    );
  });
}
