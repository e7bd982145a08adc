import type * as FastCheck from 'fast-check';
import type { RandomKeys } from '../shapes/definition.ts';

/** Rows of the table that random rules use: overlapping items, versions, regions, windows and classes. */
export const pointsCsv = `${[
  'point_id:id,items:items,item_b:items,diagnoses:diagnoses,operations:operations,age_max:integer,max_cnt:quantity,price:price',
  'cycle:integer,drug_class:text,sex:code(gend),window:window,settings:codes(setting),begndate:date,enddate:date',
  'basis:text,source:text,region:area,valid_from:date,valid_to:date',
].join()}
p1,XA01|XA02,ZB01,C50.900|I10.x00,68.4101,14,2,5.5,3,a,1,day,outpatient|inpatient,2026-03-01,2026-03-03,b,s,000000,2020-01-01,
p2,X*,T001|XA02,C*,13.*,60,1.5,10,5,a,2,visit,inpatient,2026-03-05,2026-03-05,b,s,410000,2026-03-03,
p3,ZB01|XA02,XA01,I10.x00,,40,3,0.25,7,b,1,6h,,2026-03-02,2026-03-09,b,s,410500,2020-01-01,2026-03-05
p4,T001|C001,X*,,13.4100,20,0.5,100,2,b,,hour,emergency,2025-01-01,2026-03-04,b,s,000000,2020-01-01,
p5,001,C001|001,J18.900,68.*,0,1,7,30,c,2,visit_day,pharmacy|chronic,2026-03-08,2026-03-20,b,s,420000,2020-01-01,
p6,XA02|001,001|T001,I10.x00,,50,2,1,4,c,1,prescription,outpatient,2026-03-06,2026-03-06,b,s,000000,2020-01-01,
p7,C001,XA01|ZB01,C50.900,,80,4,2,10,d,2,2d,inpatient,2026-04-01,2026-04-02,b,s,000000,2020-01-01,
`;

/** Conditions on a line; none needs more than it asks for itself. */
export const lineConditions: readonly string[] = [
  'line.cnt > 1',
  'line.det_item_fee_sumamt >= 10.00',
  'known(line.pric) && line.pric > 5.5',
  'carried(line.prd_days)',
  'known(line.bilg_caty) || !known(line.hosp_appr_flag)',
  "default(visit.setting, '') == 'inpatient'",
  "default(line.chrgitm_lv, '') in ['01', '03']",
  'known(age) && age_years(line.fee_ocur_time) < param.age',
  'known(age) && age_days(line.fee_ocur_time) < 100',
  "default(person.gend, '1') == '1'",
  "known(diagnoses) && diagnosed('points')",
  "operated('points')",
  "charged('points')",
  "charged_same_day('points')",
  'known(enrolments) && !insured_on(day_of(line.fee_ocur_time))',
  "in_set(line.med_list_codg, 'points')",
  "listed('points', line.med_list_codg, default(person.gend, ''))",
  'known(settlement.setl_time) && minutes_between(line.fee_ocur_time, settlement.setl_time) > 60',
  'known(institution.hosp_lv) && hospital_rank(institution.hosp_lv) >= 2',
  'known(practitioner.susp_begndate) && day_of(line.fee_ocur_time) >= practitioner.susp_begndate',
  'ratio_of(line.det_item_fee_sumamt, 3 * line.det_item_fee_sumamt + 1) > param.share',
  "known(main_diagnosis(visit)) && starts_with(main_diagnosis(visit), 'C')",
  'default(number(line.bilg_caty), 3) == 3',
  'known(visit.begntime) ? hour_of(visit.begntime) < 9 : line.cnt < 1',
  'known(line.prd_days) && line.prd_days > whole(line.cnt)',
  'known(line.pric) && line.pric * line.cnt == line.det_item_fee_sumamt',
  'min(line.cnt, 2) + max(line.cnt, 1) - abs(-line.cnt) > 1.5',
  'portion(line.det_item_fee_sumamt, line.cnt, 3) > 4',
  "known(charged_within('points', 3)) && charged_within('points', 3)",
  "known(charged_within('points', param.age)) && !charged_within('points', param.age)",
  "within_dates('points', day_of(line.fee_ocur_time))",
  'known(practitioner_stays) && practitioner_in_hospital(day_of(line.fee_ocur_time))',
  "known(diagnoses) && diagnosed_with('points', default(person.gend, ''))",
  'known(diagnoses) && recorded_main(diagnoses) == 1',
  'known(operations) && recorded(operations) > recorded_main(operations)',
  'known(line.exct_cnt) && line.exct_cnt < line.cnt',
  'known(line.exct_list_codg) && line.exct_list_codg != line.med_list_codg',
];

export const pointConditions: readonly string[] = [
  'known(charged_within(point.item_b, point.cycle)) && charged_within(point.item_b, point.cycle)',
  'known(age) && age_years(line.fee_ocur_time) > point.age_max',
  'line.cnt > point.max_cnt',
  'known(line.pric) && line.pric > point.price',
  'known(diagnoses) && !diagnosed(point.diagnoses)',
  'operated(point.operations)',
  'charged(point.item_b)',
  'known(point.sex) && known(person.gend) && person.gend != point.sex',
  'known(visit.setting) && visit.setting in point.settings',
];

export const visitConditions: readonly string[] = [
  "default(visit.setting, '') == 'inpatient'",
  'known(visit.endtime) && known(visit.begntime) && days_between(day_of(visit.begntime), day_of(visit.endtime)) > 2',
  "default(visit.insutype, '310') != '510'",
  'known(age) && known(visit.begntime) && age_years(visit.begntime) < 50',
  "charged('points')",
  'known(practitioner.die_date)',
  'known(diagnoses)',
  'known(lines)',
  'known(practitioner_stays) && known(visit.begntime) && practitioner_in_hospital(day_of(visit.begntime))',
  "known(visit.begntime) && within_dates('points', day_of(visit.begntime))",
  'known(operations) && recorded(operations) > 1',
  'known(operations) && recorded_main(operations) == 0 && !carried(visit.nwb_flag)',
  '!known(visit.dscg_way) || !known(lines)',
];

/** Conditions on what the rows of a group are counted by. */
export const countConditions: readonly string[] = [
  'distinct(items) > 1',
  'distinct(institutions) == 1 || distinct(days) > 1',
  'distinct(persons) > 1 && distinct(visits) > 1',
];

/** What random rules of every shape are put together from. */
export interface Pool {
  of<T>(...values: readonly T[]): FastCheck.Arbitrary<T>;
  optional<T>(arb: FastCheck.Arbitrary<T>): FastCheck.Arbitrary<T | undefined>;
  /** A condition made of one to three of some others. */
  combined(conditions: readonly string[]): FastCheck.Arbitrary<string>;
  exceptions(conditions: readonly string[], caps: boolean): FastCheck.Arbitrary<RandomKeys[]>;
}

/** Makes the parts of random rules with the fast-check that is handed in. */
export function poolOf(fc: typeof FastCheck): Pool {
  const of = <T>(...values: readonly T[]): FastCheck.Arbitrary<T> => fc.constantFrom(...values);
  const combined = (conditions: readonly string[]): FastCheck.Arbitrary<string> => {
    const atom = fc.constantFrom(...conditions);
    const negated = atom.map((text) => `!(${text})`);
    const one = fc.oneof({ weight: 3, arbitrary: atom }, { weight: 1, arbitrary: negated });
    return fc.oneof(
      one,
      fc.tuple(one, one).map(([a, b]) => `(${a}) && (${b})`),
      fc.tuple(one, one).map(([a, b]) => `(${a}) || (${b})`),
      fc.tuple(atom, one, one).map(([a, b, c]) => `(${a}) ? (${b}) : (${c})`),
    );
  };
  return {
    of,
    combined,
    optional: <T>(arb: FastCheck.Arbitrary<T>) => fc.option(arb, { nil: undefined }),
    exceptions: (conditions, caps) => {
      const effect = caps ? of<unknown>('clear', 'lower', { cap: 2 }) : of<unknown>('clear', 'lower');
      return fc.array(fc.record({ when: combined(conditions), basis: fc.constant('why'), effect }), { maxLength: 2 });
    },
  };
}

/** Difference of two payments, one of which is often missing. */
export const randomDifference = {
  method: 'difference',
  difference: 'default(visit.grp_pay_amt, 5.00) - default(visit.evid_grp_pay_amt, 1.00)',
};
