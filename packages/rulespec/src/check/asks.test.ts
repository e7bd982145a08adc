import type { Carriage } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { judgeBoth, showOutcome } from '../cases/engine.ts';
import type { HistoryInput } from '../cases/history.ts';
import type { RuleCounts } from '../kernel/hit.ts';
import { parseRule } from '../source/parse-rule.ts';
import type { Plain } from '../source/vocabulary.ts';
import { checkRules } from './check-rules.ts';
import type { CheckedRule } from './checked.ts';

const base = {
  id: 'R',
  version: 1,
  name: { zh: 'a', en: 'a' },
  class: { category: 'c', group: 'g' },
  object: 'item',
  result: 'suspicious',
  appealable: true,
  override: 'with_reason',
  stages: ['after'],
  scenes: [],
  basis: [{ document: 'd', article: 'a', area: '000000', from: '2020-01-01', certainty: 'inferred' }],
  effective: { from: '2020-01-01' },
  decisive: 'service',
  owner: 'treatment',
  by: 'person',
  amount: { method: 'whole' },
  message: { zh: 'a', en: 'a' },
  cases: [{ name: 'n', kind: 'clear', expect: [], history: [] }],
};

function ruleOf(keys: Readonly<Record<string, unknown>>): CheckedRule {
  const parsed = parseRule(JSON.stringify({ ...base, ...keys }), 'R.yaml');
  const checked = checkRules(parsed.rule === undefined ? [] : [parsed.rule], new Map());
  expect([...parsed.problems, ...checked.problems]).toEqual([]);
  const [rule] = checked.rules;
  if (rule === undefined) throw new Error('the rule was refused');
  return rule;
}

/** What both back ends count, which must be the same. */
function countsOf(rule: CheckedRule, input: HistoryInput): RuleCounts {
  const { interpreted, compiled } = judgeBoth([rule], new Map(), input);
  expect(showOutcome(compiled)).toBe(showOutcome(interpreted));
  const [counts] = interpreted.counts;
  if (counts === undefined) throw new Error('no counts');
  return counts;
}

const unknownOf = ({ unknown }: RuleCounts): Readonly<Record<string, number>> => Object.fromEntries(unknown);
const [here, there] = ['H41050000001', 'H41010000002'];
const all = ['med_type', 'begntime', 'endtime', 'nwb_flag', 'dscg_way', 'ipt_days'].map((field) => `mdtrt_d.${field}`);
const lines = ['med_list_codg', 'fee_ocur_time', 'list_type', 'med_chrgitm_type', 'pric', 'prd_days', 'lmt_used_flag'];
const carriage = (lacking: string): Carriage => {
  const fields = [...all, ...lines.map((field) => `fee_list_d.${field}`), 'psn_info_b.gend'];
  return { [here]: fields.filter((field) => field !== lacking), [there]: fields };
};

const stay = (id: string, institution: string, charges: readonly Plain[], more: Readonly<Record<string, Plain>> = {}): Plain => ({
  mdtrt_id: id,
  fixmedins_code: institution,
  med_type: '21',
  begntime: '2026-03-01 09:00',
  endtime: '2026-03-08 09:00',
  ipt_days: '7',
  lines: charges,
  ...more,
});
const charge = (key: string, more: Readonly<Record<string, Plain>> = {}): Plain => ({ key, med_list_codg: 'XA01', ...more });
const history = (...visits: readonly Plain[]): readonly Plain[] => [{ person: { gend: '1' }, visits }];

describe('a column that an institution never delivers', () => {
  it('makes a stay unknown that a sum over it would call fake', () => {
    const rule = ruleOf({
      shape: 'visit',
      sums: { care: { measure: 'count', where: "line.med_chrgitm_type in ['03', '04']" } },
      needs: ['visit.ipt_days', 'lines'],
      when: 'sum.care == 0 && visit.ipt_days >= 3',
      amount: { method: 'stay' },
    });
    const persons = history(
      stay('V1', here, [charge('L1', { med_chrgitm_type: '01' })]),
      stay('V2', there, [charge('L2', { med_chrgitm_type: '01' })]),
    );
    expect(countsOf(rule, { persons }).hit).toBe(2);
    const unclassed = history(
      stay('V3', here, [charge('L1', { med_chrgitm_type: '01' }), charge('L2', { med_chrgitm_type: null })]),
      stay('V4', here, [charge('L3', { med_chrgitm_type: '03' }), charge('L4')]),
    );
    const own = countsOf(rule, { persons: unclassed });
    expect([own.hit, own.clear, unknownOf(own)]).toEqual([0, 1, { 'line.med_chrgitm_type': 1 }]);
    const counts = countsOf(rule, { persons, carriage: carriage('fee_list_d.med_chrgitm_type') });
    expect([counts.hit, counts.clear, unknownOf(counts)]).toEqual([1, 0, { 'line.med_chrgitm_type': 1 }]);
  });

  it('does not matter where its value can only help: a guard by known(x)', () => {
    const rule = ruleOf({ shape: 'line', when: 'known(line.prd_days) && line.prd_days > 3' });
    const counts = countsOf(rule, { persons: history(stay('V1', here, [charge('L1')])), carriage: carriage('fee_list_d.prd_days') });
    expect([counts.hit, counts.clear, unknownOf(counts)]).toEqual([0, 1, {}]);
  });

  it('matters where its lack would be the offence, and where an exception reads it', () => {
    const persons = history(stay('V1', here, [charge('L1', { prd_days: null })]));
    const lack = ruleOf({ shape: 'line', when: '!known(line.prd_days)' });
    expect(unknownOf(countsOf(lack, { persons, carriage: carriage('fee_list_d.prd_days') }))).toEqual({ 'line.prd_days': 1 });
    const excepted = ruleOf({
      shape: 'line',
      when: 'line.cnt > 0',
      exceptions: [{ when: "visit.nwb_flag == '1'", basis: 'b', effect: 'clear' }],
    });
    expect(unknownOf(countsOf(excepted, { persons, carriage: carriage('mdtrt_d.nwb_flag') }))).toEqual({ 'visit.nwb_flag': 1 });
    expect(countsOf(excepted, { persons, carriage: carriage('mdtrt_d.dscg_way') }).hit).toBe(1);
  });

  it('leaves out silently whom a filter leaves out for want of it, unless others are counted beside', () => {
    const charges = [charge('L1', { list_type: null }), charge('L2', { list_type: null })];
    const persons = history(stay('V1', here, charges), stay('V2', there, [charge('L3', { list_type: '101' })]));
    const where = "default(line.list_type, '') == '101'";
    const single = countsOf(ruleOf({ shape: 'line', where, when: 'line.cnt > 0' }), {
      persons,
      carriage: carriage('fee_list_d.list_type'),
    });
    expect([single.evaluated, single.hit]).toEqual([1, 1]);
    const total = { shape: 'total', where, group: 'all', measure: 'count', limit: '2' };
    const history2 = countsOf(ruleOf({ ...total, over: 'history' }), { persons, carriage: carriage('fee_list_d.list_type') });
    expect([history2.evaluated, history2.hit, unknownOf(history2)]).toEqual([1, 0, { 'line.list_type': 1 }]);
    const visits = countsOf(ruleOf({ ...total, over: 'visit' }), { persons, carriage: carriage('fee_list_d.list_type') });
    expect([visits.evaluated, visits.clear]).toEqual([1, 1]);
  });

  it('leaves a pair open whose partner stands where it is missing', () => {
    const rule = ruleOf({
      shape: 'pair',
      same: 'item',
      within: 'history',
      when: "default(a.lmt_used_flag, '0') == '0' && a.visit.row != b.visit.row",
    });
    const persons = history(
      stay('V1', here, [charge('L1', { lmt_used_flag: null })]),
      stay('V2', there, [charge('L2', { fee_ocur_time: '2026-03-05 10:00', lmt_used_flag: '1' })], { begntime: '2026-03-05 09:00' }),
    );
    const counts = countsOf(rule, { persons, carriage: carriage('fee_list_d.lmt_used_flag') });
    expect([counts.hit, unknownOf(counts)]).toEqual([0, { 'a.lmt_used_flag': 2 }]);
    expect(countsOf(rule, { persons }).hit).toBe(1);
  });

  it('can be asked for by its name', () => {
    const rule = ruleOf({ shape: 'line', where: 'carried(line.prd_days)', when: 'line.cnt > 0' });
    const persons = history(stay('V1', here, [charge('L1')]), stay('V2', there, [charge('L2')]));
    const counts = countsOf(rule, { persons, carriage: carriage('fee_list_d.prd_days') });
    expect([counts.evaluated, counts.hit]).toEqual([1, 1]);
    const { problems } = checkRules(
      [parseRule(JSON.stringify({ ...base, shape: 'line', when: 'carried(line.cnt > 1)' }), 'R.yaml').rule].filter(
        (one) => one !== undefined,
      ),
      new Map(),
    );
    expect(problems.map(({ code }) => code)).toEqual(['expression-arguments']);
  });
});

describe('payment scope', () => {
  it('goes by the in-scope amount where there is one, so that flags that are absent make no hit', () => {
    const rule = ruleOf({ shape: 'line', payment_scope: true, when: 'line.cnt > 0' });
    const lineOf = (more: Readonly<Record<string, Plain>>) => countsOf(rule, { persons: history(stay('V1', here, [charge('L1', more)])) });
    expect(lineOf({ inscp_amt: '5', hosp_appr_flag: '2' }).hit).toBe(1);
    expect(lineOf({ inscp_amt: '0' }).clear).toBe(1);
    expect(lineOf({ inscp_amt: null, hosp_appr_flag: '2' }).clear).toBe(1);
    expect(unknownOf(lineOf({ inscp_amt: null, hosp_appr_flag: null }))).toEqual({ 'line.inscp_amt': 1 });
    expect(unknownOf(countsOf(rule, { persons: history(stay('V1', here, [charge('L1')])), absent: ['fee_list_d.inscp_amt'] }))).toEqual({
      'line.inscp_amt': 1,
    });
  });
});
