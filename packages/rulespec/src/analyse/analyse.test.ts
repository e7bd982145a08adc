import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeBoth } from '../cases/engine.ts';
import { checkRules } from '../check/check-rules.ts';
import type { CheckedRule } from '../check/checked.ts';
import { histories, vocabularyOf } from '../generate/histories.ts';
import { pointsCsv } from '../generate/pools.ts';
import { ruleText } from '../generate/rules.ts';
import { type KnowledgeTable, parseKnowledge } from '../knowledge/knowledge.ts';
import { parseRule } from '../source/parse-rule.ts';
import { analyseRule } from './analyse.ts';
import { diffRules } from './diff.ts';
import { overlapNotes } from './overlap.ts';

const knowledge = (text: string, name: string): KnowledgeTable => {
  const { table, problems } = parseKnowledge(text, `${name}.csv`);
  if (table === undefined) throw new Error(JSON.stringify(problems));
  return table;
};
const tail = 'basis:text,source:text,region:area,valid_from:date,valid_to:date';
const end = 'b,s,000000,2000-01-01,';
const tables = new Map([
  ['points', knowledge(pointsCsv, 'points')],
  ['limits', knowledge(`point_id:id,items:items,age_max:integer,${tail}\nP1,A1|A2,6,${end}\nP2,A3,18,${end}\n`, 'limits')],
  ['others', knowledge(`point_id:id,items:items,age_max:integer,${tail}\nQ1,A*,6,${end}\n`, 'others')],
  ['past', knowledge(`point_id:id,items:items,age_max:integer,${tail}\nR1,A1,6,b,s,000000,2000-01-01,2001-01-01\n`, 'past')],
]);

function checked(text: string): CheckedRule {
  const { rule, problems } = parseRule(text, 'rule.yaml');
  const result = checkRules(rule === undefined ? [] : [rule], tables);
  const [found] = result.rules;
  if (found === undefined) throw new Error(`${text}\n${JSON.stringify([...problems, ...result.problems])}`);
  return found;
}

const base = {
  id: 'T01',
  version: 1,
  name: { zh: '甲', en: 'A' },
  class: { category: '政策类', group: '测试' },
  object: 'drug',
  result: 'suspicious',
  appealable: true,
  override: 'allowed',
  stages: ['after'],
  scenes: ['outpatient'],
  basis: [{ document: '办法', article: '1', area: '000000', from: '2020-01-01', certainty: 'inferred' }],
  effective: { from: '2020-01-01' },
  decisive: 'service',
  owner: 'treatment',
  payment_scope: false,
  by: 'person',
  shape: 'line',
  items: 'limits',
  needs: ['age', 'line.inscp_amt', 'line.list_type'],
  params: {
    most: {
      type: 'integer',
      values: [
        { from: '2000-01-01', value: 30 },
        { from: '2025-01-01', value: 40 },
      ],
    },
  },
  when: 'true',
  exceptions: [] as readonly unknown[],
  amount: { method: 'whole' },
  message: { zh: '甲', en: 'A' },
  cases: [
    {
      name: 'c',
      kind: 'clear',
      expect: [],
      history: {
        person: { gend: '1' },
        visits: [{ mdtrt_id: 'V1', begntime: '2026-03-01 09:00', lines: [{ key: 'L1', med_list_codg: 'Z' }] }],
      },
    },
  ],
};
const age = 'age_years(line.fee_ocur_time)';
const rule = (changes: object): CheckedRule => checked(JSON.stringify({ ...base, ...changes }));
const codes = (changes: object): string[] => analyseRule(rule(changes), tables).map(({ code }) => code);
const exception = (when: string, effect = 'clear') => ({ when, needs: [], basis: '例外', effect });

describe('what is proven about a rule', () => {
  it.each([
    ['an empty interval', `${age} > 18 && ${age} < 10`],
    ['one value that is two', "line.list_type == '101' && line.list_type == '201'"],
    ['a code outside its set', "line.list_type in ['101', '102'] && line.list_type == '201'"],
    ['a code that is excluded', "line.list_type in ['101', '102'] && line.list_type != '101' && line.list_type != '102'"],
    ['two prefixes', "starts_with(line.med_list_codg, 'XA') && starts_with(line.med_list_codg, 'XB')"],
    ['a condition and its opposite', "in_set(line.med_list_codg, 'others') && !in_set(line.med_list_codg, 'others')"],
    ['an interval of parameters', `${age} < 20 && ${age} > param.most`],
    ['an interval of points', `${age} >= point.age_max && ${age} < 6`],
    ['a chain of comparisons', 'line.inscp_amt > 100.00 && line.inscp_amt <= 100.00'],
    ['alternatives that all fail', `(${age} > 30 || ${age} < 5) && ${age} >= 5 && ${age} <= 30`],
  ])('contradiction: %s', (_, when) => {
    expect(codes({ when })).toEqual(['rule-never']);
  });

  it('is silent where something is possible', () => {
    for (const when of [
      `${age} > 10 && ${age} < 18`,
      `${age} >= point.age_max && ${age} < 7`,
      `${age} < 39 && ${age} > param.most`,
      "line.list_type in ['101', '102'] && line.list_type != '101'",
    ]) {
      expect(codes({ when }), when).toEqual([]);
    }
  });

  it('sees the payment scope, where, alternatives and exceptions', () => {
    expect(codes({ payment_scope: true, when: 'line.inscp_amt == 0.00' })).toEqual(['rule-never']);
    expect(codes({ payment_scope: false, when: 'line.inscp_amt == 0.00' })).toEqual([]);
    expect(codes({ where: `${age} > 60`, when: `${age} < 50` })).toEqual(['rule-never']);
    expect(codes({ where: `${age} > 60`, when: `${age} < 50 || line.inscp_amt > 5.00` })).toEqual(['part-dead']);
    expect(codes({ where: `${age} > 60`, when: `${age} > 50` })).toEqual(['part-always']);
    expect(codes({ when: `${age} > 60`, exceptions: [exception(`${age} > 50`)] })).toEqual(['rule-never']);
    expect(codes({ when: `${age} > 60`, exceptions: [exception(`${age} > 50`, 'lower')] })).toEqual(['part-always']);
    expect(codes({ when: `${age} > 60`, exceptions: [exception(`${age} < 50`)] })).toEqual(['part-dead']);
    expect(codes({ when: `${age} > 60`, exceptions: [exception(`${age} > 70`), exception(`${age} > 80`)] })).toEqual(['part-dead']);
    expect(codes({ when: `${age} > 60`, exceptions: [exception("line.list_type == '101'")] })).toEqual([]);
    expect(codes({ items: 'past', when: `${age} > 60` })).toEqual(['rule-never']);
  });

  it('is sound: a rule that is said never to hit hits nothing in random histories, and p && !p is found', () => {
    let never = 0;
    const lake = histories(vocabularyOf(tables), 40);
    fc.assert(
      fc.property(lake, ruleText('line'), ruleText('line'), fc.boolean(), (input, one, other, negate) => {
        const [p, q] = [JSON.parse(one), JSON.parse(other)] as Record<string, unknown>[];
        const when = `(${String(p?.['when'])}) && ${negate ? '!' : ''}(${String((negate ? p : q)?.['when'])})`;
        const parsed = parseRule(JSON.stringify({ ...p, when }), 'rule.yaml');
        const [found] = checkRules(parsed.rule === undefined ? [] : [parsed.rule], tables).rules;
        if (found === undefined) return;
        const notes = analyseRule(found, tables);
        if (negate) expect(notes.map(({ level }) => level)).toContain('never');
        if (!notes.some(({ level }) => level === 'never')) return;
        never += 1;
        expect(judgeBoth([found], tables, input).interpreted.hits).toEqual([]);
      }),
      { numRuns: 60, seed: 20_261_122 },
    );
    expect(never).toBeGreaterThan(10);
  });

  it('notes rules that look at the same items in the same way', () => {
    const [one, other, different] = [
      rule({ when: `${age} > 60` }),
      rule({ id: 'T02', items: 'others', when: `${age} > 70` }),
      rule({ id: 'T03', when: 'line.inscp_amt > 5.00' }),
    ];
    expect(overlapNotes([one, other, different], tables).map(({ code, values }) => ({ code, values }))).toEqual([
      { code: 'rules-overlap', values: { rule: 'T01', other: 'T02', count: 3 } },
    ]);
  });
});

describe('the difference of two rules', () => {
  it('names every field that changed and what it alters', () => {
    const before = rule({ when: `${age} > 60`, exceptions: [exception(`${age} > 90`)] });
    const after = rule({
      version: 2,
      when: `${age}   >   60`,
      params: {
        most: {
          type: 'integer',
          values: [
            { from: '2000-01-01', value: 31 },
            { from: '2025-01-01', value: 40 },
          ],
        },
      },
      exceptions: [],
      amount: { method: 'none' },
      message: { zh: '乙', en: 'A' },
      effective: { from: '2020-02-01' },
    });
    expect(diffRules(before, before)).toEqual([]);
    const found = diffRules(before, after).map(({ field, alters }) => `${field} ${alters}`);
    expect(found.sort()).toEqual(
      [
        'version texts',
        'when nothing',
        'params.most 000000 from 2000-01-01 verdicts',
        'exceptions.1.when verdicts',
        'exceptions.1.needs verdicts',
        'exceptions.1.effect verdicts',
        'exceptions.1.basis texts',
        'amount.method amounts',
        'message texts',
        'effective dates',
      ].sort(),
    );
  });
});
