import { expect, test } from 'vitest';
import { judgeBoth, showOutcome } from '../cases/engine.ts';
import { checkRules } from '../check/check-rules.ts';
import { type OpName, walk } from '../check/ir.ts';
import { type KnowledgeTable, parseKnowledge } from '../knowledge/knowledge.ts';
import { parseRule } from '../source/parse-rule.ts';
import type { Plain } from '../source/vocabulary.ts';
import type { Example } from './operator.ts';
import { operators } from './table.ts';

const tail = 'basis:text,source:text,region:area,valid_from:date,valid_to:date';
const pointColumns = [
  'point_id:id,items:items,age_max:integer,two:integer,sex:code(gend),note:integer,settings:codes(setting),others:codes(setting)',
  'diagnoses:diagnoses,operations:operations,partners:items',
].join();
const csv: Readonly<Record<string, string>> = {
  points: `${pointColumns},${tail}
p1,XA01,14,2,1,,outpatient|inpatient,emergency,C50*,68.*,001*,b,s,410000,2020-01-01,`,
  expired: `point_id:id,items:items,${tail}\ne1,XA01,b,s,000000,2020-01-01,2025-12-31\ne2,XA01,b,s,420000,2020-01-01,`,
  settings: `point_id:id,items:items,med_type:code(med_type),${tail}\ns1,X*,21,b,s,000000,2020-01-01,`,
  tumours: `point_id:id,diagnoses:diagnoses,${tail}\nt1,C*,b,s,000000,2020-01-01,`,
  bilateral: `point_id:id,operations:operations,${tail}\nb1,13.4*,b,s,000000,2020-01-01,`,
  earlier: `point_id:id,items:items,${tail}\ny1,YB01,b,s,000000,2020-01-01,`,
  benefits: `point_id:id,med_type:code(med_type),diagnoses:diagnoses,${tail}\ng1,21,I10*,b,s,000000,2020-01-01,`,
  holidays: `point_id:id,begndate:date,enddate:date,${tail}\nh1,2026-03-02,2026-03-02,b,s,000000,2020-01-01,`,
  nursing: `point_id:id,items:items,${tail}\nn1,001|name:*护理*,b,s,000000,2020-01-01,`,
};

const tables: ReadonlyMap<string, KnowledgeTable> = new Map(
  Object.entries(csv).map(([name, text]) => {
    const { table, problems } = parseKnowledge(text, `${name}.csv`);
    if (table === undefined) throw new Error(JSON.stringify(problems));
    return [name, table];
  }),
);

const history: readonly Plain[] = [
  {
    person: { gend: '2', brdy: '1980-03-02' },
    enrolments: [{ begndate: '2020-01-01' }],
    visits: [
      {
        mdtrt_id: 'V0',
        begntime: '2026-02-27 09:00',
        lines: [{ key: 'L0', med_list_codg: 'YB01' }],
      },
      {
        mdtrt_id: 'V1',
        med_type: '21',
        begntime: '2026-03-01 09:00',
        endtime: '2026-03-05 09:00',
        diagnoses: [
          { diag_code: 'I10.x00', maindiag_flag: '0' },
          { diag_code: 'C50.900', maindiag_flag: '1' },
        ],
        operations: [{ oprn_oprt_code: '68.4101' }],
        lines: [
          {
            key: 'L1',
            med_list_codg: 'XA01',
            fee_ocur_time: '2026-03-02 10:30',
            cnt: '2',
            amount: '12.30',
            pric: '6.15',
            bilg_dr_code: 'D1',
          },
          { key: 'L2', med_list_codg: '001', fee_ocur_time: '2026-03-03 10:30', amount: '5.00' },
        ],
      },
    ],
  },
];

const ledgers = {
  stock: [{ fixmedins_code: 'H41050000001', med_list_codg: 'XA01', month: '2026-03-01', supplied: '1' }],
  practitioner_stays: [{ practitioner: 'D1', begndate: '2026-03-01', enddate: '2026-03-04' }],
};

const shapes: Readonly<Record<NonNullable<Example['shape']>, (when: string) => Readonly<Record<string, unknown>>>> = {
  line: (when) => ({ shape: 'line', items: 'points', when }),
  visit: (when) => ({
    shape: 'visit',
    sums: { total: { measure: 'amount' }, drugs: { measure: 'cnt', items: 'points' } },
    when,
    amount: { method: 'stay' },
  }),
  pair: (when) => ({ shape: 'pair', same: 'key', by: 'institution', when }),
  stock: (when) => ({
    shape: 'total',
    by: 'institution',
    group: 'item',
    over: 'month',
    measure: 'cnt',
    limit: 'supplied()',
    needs: ['stock'],
    where: "line.med_list_codg == 'XA01'",
    when: undefined,
    exceptions: [{ when, basis: 'b', effect: 'lower' }],
  }),
  total: (when) => ({
    shape: 'total',
    group: 'all',
    over: 'visit',
    measure: 'cnt',
    limit: '1',
    when: undefined,
    exceptions: [{ when, basis: 'b', effect: 'lower' }],
  }),
};

function ruleOf(example: Example): string {
  return JSON.stringify({
    id: 'E',
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
    level_scale: 'hosp_lv',
    params: {
      age: {
        type: 'integer',
        values: [
          { from: '2020-01-01', value: 2 },
          { from: '2026-01-01', area: '410000', value: 6 },
        ],
      },
      share: { type: 'ratio', values: [{ from: '2020-01-01', value: '0.5' }] },
    },
    amount: { method: 'whole' },
    message: { zh: 'a', en: 'a' },
    cases: [{ name: 'n', kind: 'clear', expect: [], history: [] }],
    ...shapes[example.shape ?? 'line'](example.when),
  });
}

const examples = (Object.keys(operators) as OpName[]).flatMap((op) =>
  operators[op].examples.map((example) => ({ op, example, name: `${op}: ${example.when}` })),
);

test('every operator has a signature, a null rule, a text and examples', () => {
  for (const [name, operator] of Object.entries(operators)) {
    expect(operator.signature, name).not.toBe('');
    expect(operator.nulls, name).not.toBe('');
    expect(operator.doc, name).not.toBe('');
    expect(operator.examples.length, name).toBeGreaterThan(0);
  }
});

test.each(examples)('$name', ({ op, example }) => {
  const parsed = parseRule(ruleOf(example), 'E.yaml');
  const checked = checkRules(parsed.rule === undefined ? [] : [parsed.rule], tables);
  expect([...parsed.problems, ...checked.problems]).toEqual([]);
  const [rule] = checked.rules;
  if (rule === undefined) return;
  const { shape, exceptions, needs } = rule;
  const expr = 'when' in shape ? shape.when : exceptions[0]?.when;
  const limit = 'limit' in shape ? shape.limit : undefined;
  const sums = shape.kind === 'visit' ? shape.sums.map((sum) => sum.where) : [];
  const nodes = [expr, limit, ...needs.map((need) => need.test), ...sums].flatMap((one) => (one === undefined ? [] : [...walk(one)]));
  expect(nodes.map((node) => node.op)).toContain(op);
  const items = { '001': '一级护理' };
  const { interpreted, compiled } = judgeBoth([rule], tables, {
    persons: history,
    items,
    practitioners: [{ code: 'D1', caty: 'A03' }],
    absent: ['mdtrt_d.nwb_flag', 'setl_d.nwb_flag'],
    ...ledgers,
  });
  expect(showOutcome(compiled)).toBe(showOutcome(interpreted));
  const [counts] = interpreted.counts;
  expect(counts?.evaluated).toBeGreaterThan(0);
  const [first] = [...interpreted.hits, ...interpreted.keyed.map(({ hit }) => hit)];
  const lowered = first?.lowered === 0;
  expect(example.shape === 'total' || example.shape === 'stock' ? lowered : (counts?.hit ?? 0) > 0).toBe(example.holds);
});
