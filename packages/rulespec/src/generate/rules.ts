import * as fc from 'fast-check';
import type { ShapeName } from '../source/rule-source.ts';

/** Rows of the table that random rules use: overlapping items, versions, regions, windows and classes. */
export const pointsCsv = `point_id:id,items:items,item_b:items,diagnoses:diagnoses,operations:operations,age_max:integer,max_cnt:quantity,price:price,cycle:integer,drug_class:text,sex:code(gend),window:window,settings:codes(setting),begndate:date,enddate:date,basis:text,source:text,region:area,valid_from:date,valid_to:date
p1,XA01|XA02,ZB01,C50.900|I10.x00,68.4101,14,2,5.5,3,a,1,day,outpatient|inpatient,2026-03-01,2026-03-03,b,s,000000,2020-01-01,
p2,X*,T001|XA02,C*,13.*,60,1.5,10,5,a,2,visit,inpatient,2026-03-05,2026-03-05,b,s,410000,2026-03-03,
p3,ZB01|XA02,XA01,I10.x00,,40,3,0.25,7,b,1,6h,,2026-03-02,2026-03-09,b,s,410500,2020-01-01,2026-03-05
p4,T001|C001,X*,,13.4100,20,0.5,100,2,b,,hour,emergency,2025-01-01,2026-03-04,b,s,000000,2020-01-01,
p5,001,C001|001,J18.900,68.*,0,1,7,30,c,2,visit_day,pharmacy|chronic,2026-03-08,2026-03-20,b,s,420000,2020-01-01,
p6,XA02|001,001|T001,I10.x00,,50,2,1,4,c,1,prescription,outpatient,2026-03-06,2026-03-06,b,s,000000,2020-01-01,
p7,C001,XA01|ZB01,C50.900,,80,4,2,10,d,2,2d,inpatient,2026-04-01,2026-04-02,b,s,000000,2020-01-01,
`;

const of = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** Conditions on a line; none needs more than it asks for itself. */
const lineConditions: readonly string[] = [
  'line.cnt > 1',
  'line.det_item_fee_sumamt >= 10.00',
  'known(line.pric) && line.pric > 5.5',
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

const pointConditions: readonly string[] = [
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

const visitConditions: readonly string[] = [
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
];

const forLines = (text: string): string => text;
const forPair = (text: string): string => text.replaceAll('line.', 'b.');

function combined(pool: readonly string[]): fc.Arbitrary<string> {
  const atom = fc.constantFrom(...pool);
  const negated = atom.map((text) => `!(${text})`);
  const one = fc.oneof({ weight: 3, arbitrary: atom }, { weight: 1, arbitrary: negated });
  return fc.oneof(
    one,
    fc.tuple(one, one).map(([a, b]) => `(${a}) && (${b})`),
    fc.tuple(one, one).map(([a, b]) => `(${a}) || (${b})`),
    fc.tuple(atom, one, one).map(([a, b, c]) => `(${a}) ? (${b}) : (${c})`),
  );
}

const optional = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arb, { nil: undefined });
type Keys = Record<string, unknown>;

const exceptions = (pool: readonly string[], caps: boolean): fc.Arbitrary<Keys[]> =>
  fc.array(
    fc.record({ when: combined(pool), basis: fc.constant('why'), effect: caps ? of<unknown>('clear', 'lower', { cap: 2 }) : of<unknown>('clear', 'lower') }),
    { maxLength: 2 },
  );

function lineRule(): fc.Arbitrary<Keys> {
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

/** Difference of two payments, one of which is often missing. */
const difference = { method: 'difference', difference: 'default(visit.grp_pay_amt, 5.00) - default(visit.evid_grp_pay_amt, 1.00)' };

function visitRule(): fc.Arbitrary<Keys> {
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
    amount: of<Keys>({ method: 'stay' }, { method: 'none' }, difference),
  });
  const plain = fc.record({
    sums: fc.constant(sums),
    where: optional(combined(visitConditions)),
    when: whens,
    exceptions: exceptions(visitConditions, false),
    amount: of({ method: 'stay' }),
  });
  return fc.oneof(each, plain, fc.record({ each: of('diagnosis', 'operation'), when: combined(visitConditions), amount: of({ method: 'none' }) }));
}

const withins = of<unknown>('visit', 'day', 'hour', 'prescription', 'visit_day', 'history', { minutes: 360 }, { days: 2 }, { days: 'param.age' });
const pairWhens = of(
  'a.cnt > 0',
  'a.visit.row != b.visit.row',
  'a.det_item_fee_sumamt <= b.det_item_fee_sumamt',
  'a.cnt + b.cnt > 2 || known(a.prd_days)',
  'known(a.prd_days) && a.prd_days > 3',
);

function pairRule(): fc.Arbitrary<Keys> {
  const pool = lineConditions.map(forPair);
  const common = {
    where: optional(combined(lineConditions.map(forLines))),
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

const counts = ['distinct(items) > 1', 'distinct(institutions) == 1 || distinct(days) > 1', 'distinct(persons) > 1 && distinct(visits) > 1'];

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

function groupRule(scope: fc.Arbitrary<Keys>): fc.Arbitrary<Keys> {
  const lines = of('cnt', 'amount', 'inscp', 'count', 'days', 'kinds', 'visits', 'supply', 'institutions', 'persons').chain((measure) => {
    const all = (limits[measure] ?? []).filter((text) => text !== 'point.age_max * 1.00');
    const common = {
      measure: fc.constant(measure),
      needs: of([], ['line.pric'], ['person.gend']),
      amount: of({ method: 'whole' }, { method: 'excess' }, { method: 'none' }),
      exceptions: exceptions(
        ["default(person.gend, '') == '1'", 'measure > 2 * limit', 'line.cnt > 1', "default(visit.setting, '') == 'inpatient'", ...counts],
        true,
      ),
      where: optional(combined(lineConditions)),
    };
    return fc.oneof(
      fc.record({ ...common, items: fc.constant('points'), group: of('item', 'point', 'point.drug_class', 'all'), limit: fc.constantFrom(...all) }),
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
      exceptions: exceptions(counts.slice(1), true),
      amount: of({ method: 'stay' }, { method: 'none' }),
    }),
  );
  return fc.tuple(fc.oneof({ weight: 3, arbitrary: lines }, { weight: 1, arbitrary: visits }), scope).map(([own, more]) => {
    const over = more['over'];
    return { ...own, ...more, ...((own as Keys)['of'] === 'visit' && (over === 'prescription' || over === 'visit_day') ? { over: 'month' } : {}) };
  });
}

/** What was sold in a month against what the institution could sell. */
function stockRule(): fc.Arbitrary<Keys> {
  return fc.record({
    group: fc.constant('item'),
    over: fc.constant('month'),
    measure: fc.constant('cnt'),
    needs: fc.constant(['stock']),
    limit: fc.constant('supplied()'),
    exceptions: exceptions(['measure > 2 * limit', ...counts], true),
    amount: of({ method: 'excess' }, { method: 'none' }),
  });
}

function staysRule(): fc.Arbitrary<Keys> {
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
    amount: of<Keys>({ method: 'stay' }, { method: 'none' }, difference),
  });
}

const minimum = of({ peers: 1, size: 1, periods: 1, known: '0.1' }, { peers: 2, size: 1, periods: 2, known: '0.6' }, { peers: 1, size: 3, known: '1' });
const peerColumns: Readonly<Record<string, readonly string[]>> = {
  institution: ['institution.hosp_lv', 'institution.fixmedins_type'],
  practitioner: ['practitioner.caty'],
  department: [],
  item: ['item.list_type'],
};

function peerRule(): fc.Arbitrary<Keys> {
  const seldom = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: arb });
  const term = (measures: readonly string[], pool: readonly string[], items: boolean): fc.Arbitrary<Keys> =>
    fc.record({
      measure: fc.constantFrom(...measures),
      where: seldom(combined(pool)),
      items: items ? optional(fc.constant('points')) : fc.constant(undefined),
    });
  const rule = (own: 'line' | 'visit', measures: readonly string[], pool: readonly string[], entities: readonly string[]): fc.Arbitrary<Keys> =>
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

function togetherRule(): fc.Arbitrary<Keys> {
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

const shapeRules: Readonly<Record<ShapeName, () => fc.Arbitrary<Keys>>> = {
  line: lineRule,
  visit: visitRule,
  pair: pairRule,
  total: () =>
    fc.oneof(
      { weight: 5, arbitrary: groupRule(fc.record({ over: of('day', 'visit', 'visit_day', 'prescription', 'month', 'year', 'history') })) },
      { weight: 1, arbitrary: stockRule() },
    ),
  window: () => groupRule(fc.record({ days: of('1', '3', 'param.age') })),
  stays: staysRule,
  peer: peerRule,
  group: togetherRule,
};

/** Text of a random rule of a shape. JSON is YAML, so it is read by the same parser as the library. */
export function ruleText(shape: ShapeName): fc.Arbitrary<string> {
  const head = fc.record({
    decisive: of('service', 'admission', 'settlement'),
    owner: of('treatment', 'insurance'),
    payment_scope: fc.boolean(),
    reach: optional(of('city', 'institution', 'row')),
    by: fc.oneof({ weight: 5, arbitrary: fc.constant('person') }, { weight: 1, arbitrary: of('practitioner', 'institution', 'trace_code', 'invoice') }),
    to: optional(of('2026-03-06')),
  });
  return fc.tuple(head, shapeRules[shape]()).map(([{ to, by, reach, payment_scope, ...more }, keys]) => {
    const statistic = shape === 'peer' || shape === 'group';
    const visits = shape === 'visit' || shape === 'stays' || keys['of'] === 'visit';
    const prescription = keys['over'] === 'prescription' || keys['within'] === 'prescription' || keys['within'] === 'point.window';
    const keyed =
      ['pair', 'total', 'window'].includes(shape) &&
      !prescription &&
      !/charged|known\(lines\)/.test(JSON.stringify(keys)) &&
      !((by === 'trace_code' || by === 'invoice') && visits);
    const rule = {
      id: `R-${shape}`,
      version: 1,
      name: { zh: '规则', en: 'rule' },
      class: { category: 'c', group: 'g' },
      object: 'item',
      result: 'suspicious',
      appealable: true,
      override: 'with_reason',
      stages: ['after'],
      scenes: [],
      basis: [{ document: 'd', article: 'a', area: '000000', from: '2020-01-01', certainty: 'inferred' }],
      effective: { from: '2020-01-01', ...(to === undefined ? {} : { to }) },
      ...more,
      ...(reach === undefined || /charged_within/.test(JSON.stringify(keys)) ? {} : { reach }),
      by: keys['limit'] === 'supplied()' ? 'institution' : keyed ? by : 'person',
      level_scale: 'hosp_lv',
      payment_scope: payment_scope && !visits && !statistic,
      shape,
      params: {
        age: {
          type: 'integer',
          values: [
            { from: '2020-01-01', value: 2 },
            { from: '2026-03-04', value: 4 },
            { from: '2026-03-02', area: '410500', value: 30 },
          ],
        },
        share: { type: 'ratio', values: [{ from: '2020-01-01', value: '0.3' }] },
      },
      ...keys,
      message: statistic ? { zh: '{limit}', en: '{limit}' } : { zh: '{item}', en: '{item}' },
      cases: [{ name: 'none', kind: 'clear', expect: [], history: [] }],
    };
    return JSON.stringify(rule);
  });
}
