import type * as FastCheck from 'fast-check';
import { poolOf, randomDifference, visitConditions } from '../../generate/pools.ts';
import type { RandomKeys } from '../definition.ts';
/** Random keys of a stays rule. */
export function randomStays(fc: typeof FastCheck): FastCheck.Arbitrary<RandomKeys> {
  const { of, optional, combined } = poolOf(fc);
  return fc.record({
    a_where: optional(of("a.setting == 'inpatient'", "a.fixmedins_code == 'H41050000001' || a.age > 1")),
    b_where: optional(combined(visitConditions)),
    within_days: optional(of('0', '3', 'param.age')),
    swap: fc.boolean(),
    needs: of(['a.endtime', 'b.begntime'], ['a.endtime', 'b.begntime', 'main_diagnosis'], ['b.begntime', 'a.endtime', 'b.fixmedins_code']),
    when: of(
      'day_of(b.begntime) <= day_of(a.endtime)',
      'known(a.begntime) && days_between(day_of(a.begntime), day_of(b.begntime)) > 1',
      'known(main_diagnosis(a)) && known(main_diagnosis(b)) && category(main_diagnosis(a)) == category(main_diagnosis(b))',
      "(known(diagnoses) && diagnosed('points')) || a.row == b.row || a.endtime < b.begntime",
    ),
    exceptions: fc.constant([{ when: "a.dscg_way == '2' || b.nwb_flag == '1'", basis: 'why', effect: 'lower' }]),
    amount: of<RandomKeys>({ method: 'stay' }, { method: 'none' }, randomDifference),
  });
}
