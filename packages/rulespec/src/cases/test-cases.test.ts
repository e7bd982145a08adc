import { type ColumnDefinition, columnNamed } from '@hengjian/standard';
import { expect, test } from 'vitest';
import { bindRulebook } from '../bind/rulebook.ts';
import { checkRules } from '../check/check-rules.ts';
import { explainSubject } from '../interpret/explain.ts';
import { messageColumns, renderMessage } from '../interpret/message.ts';
import { sourceText, withSaid } from '../interpret/source-text.ts';
import { compileKernel, kernelSource, neededColumns } from '../kernel/compile.ts';
import type { Hit } from '../kernel/hit.ts';
import { reduceEvents } from '../keyed/kernel.ts';
import { type KnowledgeTable, parseKnowledge } from '../knowledge/knowledge.ts';
import { parseRule } from '../source/parse-rule.ts';
import { buildSegment } from './history.ts';
import { testCases } from './test-cases.ts';

const csv = `point_id:id,items:items,age_max:integer,note:text,basis:text,source:text,region:area,valid_from:date,valid_to:date
p1,XA01,14,小儿,b,s,000000,2020-01-01,
`;

function tables(): ReadonlyMap<string, KnowledgeTable> {
  const { table } = parseKnowledge(csv, 'points.csv');
  return new Map(table === undefined ? [] : [['points', table]]);
}

const head = `version: 1
name: {zh: 规则, en: Rule}
class: {category: c, group: g}
object: drug
result: suspicious
appealable: true
override: with_reason
stages: [after]
scenes: []
basis: [{document: d, article: a, area: '000000', from: 2020-01-01, certainty: inferred}]
effective: {from: 2020-01-01}
decisive: service
owner: treatment
`;
const children = `id: R1
${head}shape: line
items: points
needs: [age]
where: visit.setting == 'outpatient'
when: age_years(line.fee_ocur_time) > point.age_max
exceptions: [{when: visit.nwb_flag == '1', basis: 新生儿, effect: clear}]
amount: {method: whole}
message:
  zh: '{item} 限 {point.age_max} 岁 {point.note}，患者 {age_years} 岁 {age_days} 日，{line.fee_ocur_time} {visit.setting}
    {line.cnt} {line.det_item_fee_sumamt} {person.brdy} {institution.fixmedins_name} {line.prd_days} {code}'
  en: '{item} {point.items}'
knowledge: {points: [{items: XA02, age_max: 10}]}
cases:
  - name: hit
    kind: hit
    expect: [L1]
    history: {person: {brdy: 1980-01-01}, visits: [{lines: [{key: L1, med_list_codg: XA02}]}]}
  - name: own knowledge
    kind: hit
    expect: [L1]
    knowledge: {points: [{items: XA09, age_max: 10}]}
    history: {person: {brdy: 1980-01-01}, visits: [{lines: [{key: L1, med_list_codg: XA09}]}]}
  - {name: unknown, kind: unknown, expect: {unknown: age}, history: {visits: [{lines: [{key: L1, med_list_codg: XA02}]}]}}
  - {name: wrong hit, kind: hit, expect: [L2], history: {person: {brdy: 1980-01-01}, visits: [{lines: [{key: L1, med_list_codg: XA02}]}]}}
  - {name: wrong clear, kind: clear, expect: [], history: {visits: [{lines: [{key: L1, med_list_codg: XA02}]}]}}
  - {name: wrong unknown, kind: unknown, expect: {unknown: reach}, history: {visits: []}}
  - {name: wrong field, kind: clear, expect: [], history: {visits: [{begin: 2026-01-01}]}}
  - {name: wrong value, kind: clear, expect: [], history: {visits: [{begntime: 2026-02-31}]}}
  - {name: wrong table, kind: clear, expect: [], knowledge: {nothing: [{items: X}]}, history: {visits: []}}
  - {name: wrong column, kind: clear, expect: [], knowledge: {points: [{item: X}]}, history: {visits: []}}
  - {name: wrong cell, kind: clear, expect: [], knowledge: {points: [{items: X, age_max: ten}]}, history: {visits: []}}
`;

const trace = `id: R2
${head}by: trace_code
shape: pair
same: key
when: a.visit.row != b.visit.row
amount: {method: whole}
message: {zh: '{a.item} {b.item}', en: '{item}'}
cases: [{name: n, kind: clear, expect: [], history: []}]
`;
const stays = `id: R3
${head}shape: stays
needs: [a.endtime, b.begntime]
when: day_of(b.begntime) < day_of(a.endtime)
amount: {method: stay}
message: {zh: '{a.mdtrt_id} {b.mdtrt_id}', en: x}
cases: [{name: n, kind: clear, expect: [], history: []}]
`;
const totals = `id: R4
${head}shape: total
group: all
over: day
measure: cnt
limit: 2
amount: {method: excess}
message: {zh: '{measure} {limit}', en: x}
cases: [{name: n, kind: clear, expect: [], history: []}]
`;

function rulebook() {
  const sources = [children.replace(/knowledge: .*\n/, ''), trace, stays, totals]
    .map((text) => parseRule(text, 'r.yaml').rule)
    .filter((rule) => rule !== undefined);
  const checked = checkRules(sources, tables());
  expect(checked.problems).toEqual([]);
  return checked.rules;
}

const history = {
  persons: [
    {
      psn: 'P1',
      person: { brdy: '1980-01-01', gend: '1' },
      visits: [
        {
          mdtrt_id: 'V1',
          endtime: '2026-03-03 09:00',
          lines: [
            { key: 'L1', med_list_codg: 'XA01', cnt: '2', amount: '20', drug_trac_codg: '81' },
            { key: 'L2', med_list_codg: 'ZB01', cnt: '1.5', amount: '9' },
          ],
        },
        { mdtrt_id: 'V2', begntime: '2026-03-02 09:00', lines: [{ key: 'L3', med_list_codg: 'ZB01' }] },
      ],
    },
    {
      psn: 'P2',
      person: {},
      visits: [{ mdtrt_id: 'V3', begntime: '2026-03-05 08:00', lines: [{ key: 'L4', med_list_codg: 'XA01', drug_trac_codg: '81' }] }],
    },
  ],
  items: { XA01: '小儿颗粒' },
};

function judged() {
  const built = buildSegment(history);
  const bound = bindRulebook(rulebook(), tables(), built.context);
  const kernel = compileKernel(bound);
  const hits: Hit[] = [];
  kernel.run(built.segment, { hit: (hit) => hits.push(hit) });
  return { built, bound, kernel, hits };
}

test('cases pass or say what came instead', () => {
  const { rule, problems } = parseRule(children, 'R1.yaml');
  expect(problems).toEqual([]);
  if (rule === undefined) return;
  const results = testCases(rule, tables());
  expect(results.map(({ name, passed }) => [name, passed])).toEqual([
    ['hit', true],
    ['own knowledge', true],
    ['unknown', true],
    ...['wrong hit', 'wrong clear', 'wrong unknown', 'wrong field', 'wrong value', 'wrong table', 'wrong column', 'wrong cell'].map(
      (name) => [name, false],
    ),
  ]);
  expect(results[3]?.problem?.values?.['reason']).toMatchObject({ en: 'expected hit L2, got hit L1 (evaluated 1, hit 1, clear 0)' });
  expect(JSON.stringify(results[4]?.problem)).toContain('unknown(age) 1');
  expect(results[3]?.problem?.place?.row).toBeGreaterThan(20);
});

test('hits stand in the order of person and rule, with their charges', () => {
  const { hits, kernel } = judged();
  expect(hits.map(({ rule, lines, visits, charges, group }) => ({ rule, lines, visits, charges, group }))).toEqual([
    { rule: 0, lines: [0], visits: [], charges: [2000], group: '' },
    { rule: 2, lines: [], visits: [1, 0], charges: [1000], group: '' },
    { rule: 3, lines: [1, 0], visits: [], charges: [900], group: 'all@2026-03-01' },
  ]);
  expect(kernel.counts()[0]?.unknown).toEqual(new Map([['age', 1]]));
});

test('a trace code is found across persons, whatever the order of the blocks', () => {
  const { bound, kernel } = judged();
  const blocks = kernel.takeEvents();
  expect(kernel.takeEvents()).toEqual([]);
  const posted = structuredClone(blocks);
  const { hits, counts } = reduceEvents(bound, [...posted].reverse());
  expect(hits).toHaveLength(1);
  expect(hits[0]).toMatchObject({
    lines: [
      { segment: 0, row: 3 },
      { segment: 0, row: 0 },
    ],
    person: { segment: 0, row: 1 },
  });
  expect(counts[1]).toMatchObject({ evaluated: 2, hit: 1, clear: 1 });
});

test('two segments give the same trace-code findings as one', () => {
  const words = buildSegment(history).context.dictionaries;
  const parts = history.persons.map((person) => buildSegment({ ...history, persons: [person], codes: words }));
  const [first] = parts;
  if (first === undefined) throw new Error('two persons');
  const bound = bindRulebook(rulebook(), tables(), first.context);
  const kernels = parts.map(() => compileKernel(bound));
  parts.forEach((part, index) => {
    kernels[index]?.run(part.segment, { hit: () => undefined }, undefined, index);
  });
  const { hits } = reduceEvents(bound, kernels.flatMap((kernel) => kernel.takeEvents()).reverse());
  expect(hits[0]?.lines).toEqual([
    { segment: 1, row: 0 },
    { segment: 0, row: 0 },
  ]);
});

test('a skipped person is not judged', () => {
  const { built, bound } = judged();
  const kernel = compileKernel(bound);
  const hits: Hit[] = [];
  kernel.run(built.segment, { hit: (hit) => hits.push(hit) }, Uint8Array.from([1, 0]));
  expect(hits).toEqual([]);
});

test('messages are filled in', () => {
  const { built, bound, hits } = judged();
  const show = (index: number, language: 'zh' | 'en'): string => {
    const hit = hits[index];
    return hit === undefined ? '' : renderMessage(bound, hit, built.segment, built.context, language);
  };
  expect(show(0, 'zh')).toBe('小儿颗粒 限 14 岁 小儿，患者 46 岁 16861 日，2026-03-01 09:00 outpatient 2 20.00 1980-01-01 — — —');
  expect(show(0, 'en')).toBe('小儿颗粒 XA01');
  expect(show(1, 'zh')).toBe('V1 V2');
  expect(show(2, 'zh')).toBe('3.5 2');
  expect(messageColumns(bound)['lines']).toContain('prd_days');
});

test('the kernel is the same text each time and names the columns it needs', () => {
  const { bound } = judged();
  expect(kernelSource(bound)).toBe(kernelSource(bound));
  const needed = neededColumns(bound);
  expect(needed.lines).toContain('med_list_codg');
  expect(needed.lines).not.toContain('file_row');
});

test('a column that was not loaded is named', () => {
  const { built, bound } = judged();
  const lines = { length: built.segment.lines.length, columns: {} };
  expect(() => compileKernel(bound).run({ ...built.segment, lines }, { hit: () => undefined })).toThrow('neededColumns');
});

test('what was read is told as the source said it, never as a number of the lake', () => {
  const { segment, context } = buildSegment({
    persons: [{ visits: [{ lines: [{ key: 'L1', rx_drord_no: 'R7', drug_trac_codg: 'T9', file_row: '12' }] }] }],
  });
  const said = (name: string): string | null | undefined =>
    sourceText(segment.lines, columnNamed('lines', name) as ColumnDefinition, 0, context.dictionaries);
  const names = ['rx_drord_no', 'drug_trac_codg', 'file_row', 'det_item_fee_sumamt', 'fee_ocur_time', 'list_type', 'prd_days'];
  expect(names.map(said)).toEqual(['R7', 'T9', '12', '10.00', '2026-03-01 09:00', '101', null]);
  expect(said('visit')).toBeUndefined();
  expect(withSaid('lines', ['cnt', 'drug_trac_codg'])).toEqual(['cnt', 'drug_trac_codg', 'drug_trac_text']);
  const { built, bound } = judged();
  const { steps } = explainSubject(bound, built.segment, 0, { line: 0 });
  expect(steps.flatMap(({ read }) => read)).toContainEqual(
    expect.objectContaining({ name: 'persons.brdy', value: '1980-01-01', label: expect.objectContaining({ zh: '患者出生日期' }) }),
  );
});

test('explanations answer for hits, clears, unknowns and what was never looked at', () => {
  const { built, bound } = judged();
  const explain = (rule: number, subject: { line: number } | { visit: number }) => explainSubject(bound, built.segment, rule, subject);
  const hit = explain(0, { line: 0 });
  expect(hit).toMatchObject({ rule: 'R1', verdict: 'hit' });
  expect(hit.text.map(({ zh }) => zh).join('\n')).toContain('患者出生日期 = ');
  expect(hit.steps.some(({ step, detail }) => step === 'exception does not hold' && detail.zh === '新生儿')).toBe(true);
  expect(explain(0, { line: 1 })).toMatchObject({
    verdict: 'not looked at',
    reason: { en: 'no point of points in force reaches the item' },
  });
  expect(explain(0, { line: 3 })).toMatchObject({ verdict: 'unknown', cause: 'age' });
  expect(explain(0, { visit: 1 })).toMatchObject({ verdict: 'not looked at' });
  expect(explain(2, { visit: 0 })).toMatchObject({ verdict: 'clear', reason: { en: 'no other stay' } });
  expect(explain(2, { visit: 1 })).toMatchObject({ verdict: 'hit' });
  expect(explain(2, { line: 0 }).reason.en).toBe('the rule looks at visits, not at lines');
  expect(explain(3, { line: 0 }).verdict).toBe('clear');
  expect(explain(3, { line: 1 }).verdict).toBe('hit');
  expect(explain(1, { line: 3 }).verdict).toBe('hit');
  expect(explain(1, { line: 0 }).verdict).toBe('clear');
  const said = [0, 1, 2, 3].flatMap((rule) => [explain(rule, { line: 0 }), explain(rule, { line: 3 }), explain(rule, { visit: 0 })]);
  // Names of fields are the standard's; a sentence is Chinese.
  for (const { text } of said) for (const { zh } of text) expect(zh).not.toMatch(/[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}/);
  expect(said.flatMap(({ text }) => text.map(({ zh }) => zh)).join('\n')).toMatch(/规则看的是就诊/);
  expect(() => explain(9, { line: 0 })).toThrow('no rule');
});
