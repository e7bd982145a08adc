import { readFileSync } from 'node:fs';
import { libraryFolder } from '@hengjian/standard';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BoundRulebook, bindRulebook } from '../../bind/rulebook.ts';
import { type BuiltHistory, buildSegment, type HistoryInput } from '../../cases/history.ts';
import { checkRules } from '../../check/check-rules.ts';
import { interpreter } from '../../interpret/interpreter.ts';
import { compileKernel } from '../../kernel/compile.ts';
import type { Kernel } from '../../kernel/hit.ts';
import type { EventBlock } from '../../keyed/block.ts';
import { interpretEvents } from '../../keyed/interpret.ts';
import { reduceEvents } from '../../keyed/kernel.ts';
import { parseRule } from '../../source/parse-rule.ts';
import type { PeerVerdict } from './judge.ts';
import { peerFigures, renderFigures } from './show.ts';

const library = (id: string): string => readFileSync(`${libraryFolder}rules/${id}.yaml`, 'utf8');

function ruleOf(text: string) {
  const { rule, problems } = parseRule(text, 'N56.yaml');
  const checked = rule === undefined ? { rules: [], problems } : checkRules([rule], new Map());
  return { rules: checked.rules, problems: [...problems, ...checked.problems] };
}

const drug = 'XA01AAA001A010101100001';
const institutions = [1, 2, 3, 4, 5, 6];
const code = (index: number): string => `H4105000000${index}`;

/** One person an institution, with lines of drugs and of care in the first quarter. */
function city(shares: readonly string[], lines = 50): HistoryInput {
  const persons = shares.map((share, index) => {
    const [part, rest] = [share, (100 - Number(share)).toFixed(2)];
    const visit = { mdtrt_id: `V${index}`, copies: String(lines), fixmedins_code: code(index + 1) };
    return {
      psn: `P${index}`,
      visits: [
        {
          ...visit,
          lines: [
            { med_list_codg: drug, amount: part },
            { med_list_codg: '001102000010000', amount: rest },
          ],
        },
      ],
    };
  });
  return { persons };
}

function verdictsOf(input: HistoryInput, text = library('N56')): { verdicts: readonly PeerVerdict[]; bound: BoundRulebook } {
  const built = buildSegment(input);
  const { rules, problems } = ruleOf(text);
  expect(problems).toEqual([]);
  const bound = bindRulebook(rules, new Map(), built.context);
  const run = (kernel: Kernel, reduce: typeof reduceEvents): readonly PeerVerdict[] => {
    kernel.run(built.segment, { hit: () => undefined });
    return reduce(bound, kernel.takeEvents()).peers;
  };
  const verdicts = run(compileKernel(bound), reduceEvents);
  expect(run(interpreter(bound), interpretEvents)).toEqual(verdicts);
  return { verdicts, bound };
}

const briefly = (verdicts: readonly PeerVerdict[]): string[] =>
  verdicts.map(({ entity, verdict, cause }) => `${entity.slice(-1)} ${verdict}${cause}`);

test('numbers of a comparison, worked out by hand', () => {
  // Shares 30 31 32 33 34 60 per cent: median 32.5, deviations 2.5 1.5 0.5 0.5 1.5 27.5, their median 1.5; 27.5 ÷ (1.4826 × 1.5) = 12.37.
  const { verdicts, bound } = verdictsOf(city(['30', '31', '32', '33', '34', '60']));
  expect(briefly(verdicts)).toEqual(['1 clear', '2 clear', '3 clear', '4 clear', '5 clear', '6 hit']);
  const hit = verdicts[5] as PeerVerdict;
  expect(hit).toMatchObject({ period: '2026-Q1', numerator: 300_000, denominator: 500_000, size: 100, value: '600000' });
  expect(hit.comparison).toMatchObject({
    count: 6,
    middle: '325000',
    mad: '15000',
    score: '123657',
    ratio: '18462',
    limit: 35_000,
    also: 13_000,
  });
  expect(peerFigures(bound, hit)).toMatchObject({
    value: '60.00%',
    median: '32.50%',
    mad: '1.50%',
    score: '12.37',
    ratio: '1.85',
    limit: '3.5',
  });
  const rule = bound.rules[0];
  expect(rule === undefined ? '' : renderFigures(rule, 'en', peerFigures(bound, hit))).toContain(
    '60.00% of the cost in 2026-Q1; the median of 6',
  );
});

test('what cannot be compared is unknown, never clear', () => {
  expect(briefly(verdictsOf(city(['30', '31', '32', '33', '60'])).verdicts)).toEqual(
    institutions.slice(0, 5).map((one) => `${one} unknownpeer.few`),
  );
  expect(new Set(briefly(verdictsOf(city(['30', '31', '32', '33', '34', '60'], 49)).verdicts).map((text) => text.slice(2)))).toEqual(
    new Set(['unknownpeer.small']),
  );
  const graded = institutions.map((one) => ({ fixmedins_code: code(one), lmtpric_hosp_lv: one === 1 ? null : '3' }));
  const lacking = verdictsOf({ ...city(['30', '31', '32', '33', '34', '60', '35']), institutions: graded }).verdicts;
  expect(briefly(lacking)[0]).toBe('1 unknowninstitution.lmtpric_hosp_lv');
  expect(lacking[5]?.comparison?.count).toBe(6);
  const late = institutions.map((one) => ({ fixmedins_code: code(one), line_from: one === 6 ? '2026-02-01' : '2020-01-01' }));
  const horizon = verdictsOf({ ...city(['30', '31', '32', '33', '34', '60', '35']), institutions: late }).verdicts;
  expect(briefly(horizon)[5]).toBe('6 unknownhorizon');
});

test('peers that do not differ say nothing about one that does', () => {
  const { verdicts } = verdictsOf(city(['30', '30', '30', '30', '30', '60', '20']));
  expect(briefly(verdicts)).toEqual(['1 clear', '2 clear', '3 clear', '4 clear', '5 clear', '6 unknownpeer.spread', '7 clear']);
});

test('low outliers are found when the rule asks for them', () => {
  const text = library('N56').replace('direction: high', 'direction: low').replace('value: 1.3', 'value: 0.8');
  const { verdicts } = verdictsOf(city(['30', '31', '32', '33', '34', '10']), text);
  expect(briefly(verdicts).at(-1)).toBe('6 hit');
});

test('rows that lack a need are left out, and an entity that lacks more than the allowed share is unknown', () => {
  const text = library('N56').replace('numerator:', 'needs: [line.chrgitm_lv]\nnumerator:');
  const marked = (missing: number): HistoryInput => {
    const input = city(['30', '31', '32', '33', '34', '60'], 100);
    const persons = (input.persons as readonly { visits: readonly Record<string, unknown>[] }[]).map((person, index) => {
      const [visit] = person.visits as [Record<string, unknown> & { lines: readonly Record<string, string>[] }];
      const split = (copies: number, id: string, level: string | null) => ({
        ...visit,
        mdtrt_id: id,
        copies: String(copies),
        lines: visit.lines.map((line) => ({ ...line, chrgitm_lv: level })),
      });
      return { ...person, visits: index === 5 ? [split(100 - missing, 'A', '01'), split(missing, 'B', null)] : [split(100, 'C', '01')] };
    });
    return { persons } as unknown as HistoryInput;
  };
  expect(briefly(verdictsOf(marked(5), text).verdicts)[5]).toBe('6 hit');
  expect(briefly(verdictsOf(marked(6), text).verdicts)[5]).toBe('6 unknownline.chrgitm_lv');
});

test('counters add up whatever the segments and their order', () => {
  const whole = city(['30', '31', '32', '33', '34', '60', '41', '29'], 60);
  const context = buildSegment(whole).context;
  const { rules } = ruleOf(library('N56'));
  const bound = bindRulebook(rules, new Map(), context);
  const blocksOf = (parts: readonly BuiltHistory[]): readonly EventBlock[] => {
    const kernel = compileKernel(bound);
    parts.forEach(({ segment }, number) => void kernel.run(segment, { hit: () => undefined }, undefined, number));
    return kernel.takeEvents();
  };
  const expected = reduceEvents(bound, blocksOf([buildSegment({ ...whole, codes: context.dictionaries })])).peers;
  expect(expected.some(({ verdict }) => verdict === 'hit')).toBe(true);
  const visits = whole.persons.flatMap((person, index) =>
    Array.from({ length: 6 }, (_, at) => ({ person: person as { psn: string; visits: readonly Record<string, unknown>[] }, index, at })),
  );
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: visits.length, maxLength: visits.length }),
      fc.boolean(),
      (places, turned) => {
        const parts = [0, 1, 2, 3, 4].map((part) => {
          const persons = visits
            .filter((_, at) => places[at] === part)
            .map(({ person, at }) => ({
              psn: `${person.psn}${at}`,
              visits: person.visits.map((visit) => ({ ...visit, copies: '10', mdtrt_id: `${visit['mdtrt_id']}-${at}` })),
            }));
          return buildSegment({ persons, codes: context.dictionaries } as unknown as HistoryInput);
        });
        const blocks = blocksOf(parts);
        expect(reduceEvents(bound, turned ? [...blocks].reverse() : blocks).peers).toEqual(expected);
      },
    ),
    { numRuns: 20, seed: 11 },
  );
});

test('what a peer rule cannot say is refused with its place', () => {
  const problems = (from: string | RegExp, to: string): string[] =>
    ruleOf(library('N56').replace(from, to)).problems.map(({ code }) => code);
  expect(problems('entity: institution', 'entity: person')).toContain('value-invalid');
  expect(problems('[institution.lmtpric_hosp_lv, institution.fixmedins_type]', '[practitioner.caty]')).toContain('value-invalid');
  expect(problems('[institution.lmtpric_hosp_lv, institution.fixmedins_type]', '[institution.aprv_bed_cnt]')).toContain('value-invalid');
  expect(problems('compare: robust', 'compare: trend')).toEqual(expect.arrayContaining(['field-unfit']));
  expect(problems('denominator: {measure: amount}', 'denominator: {measure: fund}')).toContain('value-invalid');
  expect(problems('limit: param.score', 'limit: line.cnt')).not.toEqual([]);
  expect(problems('direction: high', 'direction: high\nmonths: [13]')).toContain('value-invalid');
  expect(problems('size: 100', 'known: 1.5')).toContain('value-invalid');
  expect(problems("'{name} {period}", "'{item} {period}")).toContain('message-placeholder');
  expect(problems('amount: {method: none}', 'amount: {method: whole}')).toContain('value-invalid');
  expect(problems('amount: {method: none}', 'exceptions: [{when: "true", basis: b, effect: clear}]\namount: {method: none}')).toContain(
    'field-unfit',
  );
});
