import { type Words, words } from '@hengjian/standard';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bindRulebook } from '../bind/rulebook.ts';
import { judgeBoth, showOutcome } from '../cases/engine.ts';
import { testCases } from '../cases/test-cases.ts';
import { checkRules } from '../check/check-rules.ts';
import type { CheckedRule } from '../check/checked.ts';
import type { Expr } from '../check/ir.ts';
import { strict } from '../check/rule-checker.ts';
import { histories, vocabularyOf } from '../generate/histories.ts';
import { pointsCsv, poolOf, visitConditions } from '../generate/pools.ts';
import { ruleText } from '../generate/rules.ts';
import { explainSubject } from '../interpret/explain.ts';
import {
  clear,
  except,
  frameOf,
  hit,
  holds,
  type Judge,
  lacking,
  timeOfVisit,
  unknown,
  visitCandidates,
  type Walk,
} from '../interpret/judge.ts';
import { reasons } from '../interpret/trace.ts';
import { hitText, visitPreamble } from '../kernel/write-hit.ts';
import { exceptionsText, needsText, type Program, ruleWriter, visitLocals } from '../kernel/writer.ts';
import { type KnowledgeTable, parseKnowledge } from '../knowledge/knowledge.ts';
import { parseRule } from '../source/parse-rule.ts';
import { expression, given, nowhere } from '../source/reader.ts';
import { ruleJsonSchema } from '../source/schema.ts';
import { text } from '../source/schema-parts.ts';
import type { ExpressionSource } from '../source/vocabulary.ts';
import { ruleWords } from '../words/rule-words.ts';
import { condition, said } from '../words/sentence.ts';
import { commonCauses } from '../words/unknown.ts';
import type { ShapeDefinition, Shapes } from './definition.ts';
import { shapes } from './registry.ts';

interface PersonSource {
  readonly kind: 'person';
  readonly when: ExpressionSource;
}

interface CheckedPerson {
  readonly kind: 'person';
  readonly when: Expr;
}

function judgePerson(judge: Judge, { when }: CheckedPerson, { visits }: Walk): void {
  for (const candidate of visitCandidates(judge, { lines: [], visits: visits.slice(0, 1) })) {
    judge.tally.evaluated += 1;
    const frame = frameOf(judge, candidate);
    const cause = lacking(judge, frame, 'self');
    if (cause !== undefined) {
      unknown(judge, candidate, cause);
      continue;
    }
    const { lowered, cleared } = holds(when, frame) ? except(judge, candidate, frame) : { lowered: -1, cleared: 0 };
    if (cleared >= 0) clear(judge, candidate, reasons.conditionFails);
    else
      hit(judge, candidate, {
        visit: candidate.visit,
        group: '',
        lines: [],
        violating: 1,
        charges: [0],
        visits: [candidate.visit],
        occurred: timeOfVisit(judge, candidate.visit) ?? 0,
        measure: Number.NaN,
        limit: Number.NaN,
        lowered,
      });
  }
}

function writePerson(program: Program, rule: CheckedRule, index: number, { when }: CheckedPerson): string {
  const to = ruleWriter(program, rule, index, visitLocals);
  const needs = needsText(to, 'self', (cause) => `{ ${to.unknown(cause)}; return; }`);
  const test = `if (!${to.expr(when)}) return;\n${exceptionsText(to, 'return;')}`;
  const occurred = `${to.column('visits', 'begntime')}[v]`;
  const found = hitText(to, { visit: 'v', point: '-1', charges: '[0]', visits: '[v]', occurred });
  program.functions.push(`function person${index}(v) {\n${visitPreamble(to)}EV[${index}]++;\n${needs}${test}${found}}`);
  return `person${index}`;
}

/** A shape that no rulebook has: every person is judged once, at the first visit. */
const personShape: ShapeDefinition<PersonSource, CheckedPerson> = {
  kind: 'person',
  name: words('人员', 'person'),
  form: {
    keys: { when: text },
    required: ['when'],
    parse: (reader, entries) => ({ kind: 'person', when: given(reader, entries, 'when', expression) ?? nowhere('false') }),
    table: () => ({ name: undefined, field: 'items' }),
    settles: () => [],
  },
  check: {
    scopes: ({ line, visit }) => ({ where: visit, when: visit, limit: visit, exception: visit, line }),
    shape: ({ checker, scopes, known }, { when }) => ({ kind: 'person', when: strict(checker, when, 'bool', scopes.when, known) }),
    filter: () => undefined,
    methods: () => ['none'],
    amounts: 'when',
    limited: false,
    reach: () => 'row',
  },
  rows: {
    of: () => 'visit',
    items: () => undefined,
    codes: () => undefined,
    each: () => undefined,
    must: () => [],
    counted: () => [],
    scoped: () => false,
    looksBack: false,
  },
  keys: undefined,
  interpret: { kind: 'walk', judge: judgePerson },
  write: (program, calls, rule, index, shape) => {
    calls.end.push(`if (visitCount > 0) ${writePerson(program, rule, index, shape)}(visitBase);`);
  },
  figures: { names: [], only: false },
  words: {
    sentences: (rule, { when }) => [said('looks', '逐人判断。', 'Every person is looked at once.'), condition(rule, when)],
    scope: (): Words => words('单个人员', 'a single person'),
    unknown: () => [commonCauses.begin],
    lookback: () => false,
  },
  subject: ({ person }) => ({ kind: 'group', subject: person ?? '' }),
  generate: (random) => {
    const { combined, exceptions, of, optional } = poolOf(random);
    return random.record({
      where: optional(combined(visitConditions)),
      when: combined(visitConditions),
      exceptions: exceptions(visitConditions, false),
      needs: of([], ['visit.endtime']),
      amount: random.constant({ method: 'none' }),
    });
  },
};

// The types of the language know the shapes that are shipped; what reads a shape goes through its record alone.
const known: Shapes = { ...shapes, person: personShape as unknown as ShapeDefinition };

const { table } = parseKnowledge(pointsCsv, 'points.csv');
const tables: ReadonlyMap<string, KnowledgeTable> = new Map(table === undefined ? [] : [['points', table]]);

function ruleOf(source: string): CheckedRule {
  const parsed = parseRule(source, 'rule.yaml', { shapes: known });
  const checked = checkRules(parsed.rule === undefined ? [] : [parsed.rule], tables, known);
  const [rule] = checked.rules;
  if (rule === undefined) throw new Error(JSON.stringify([...parsed.problems, ...checked.problems]));
  return rule;
}

const old = `
id: P01
version: 1
name: {zh: 高龄, en: Old age}
class: {category: c, group: g}
object: person
result: suspicious
appealable: true
override: never
stages: [after]
scenes: []
basis: [{document: d, article: a, area: '000000', from: 2020-01-01, certainty: inferred}]
effective: {from: 2020-01-01}
decisive: service
owner: treatment
shape: person
needs: [age, visit.begntime]
when: age_years(visit.begntime) > 80
amount: {method: none}
message: {zh: '{age_years}', en: '{age_years}'}
cases:
  - {name: 老, kind: hit, expect: [V1], history: {person: {brdy: 1940-01-01}, visits: [{mdtrt_id: V1}, {mdtrt_id: V2}]}}
  - {name: 少, kind: clear, expect: [], history: {person: {brdy: 2000-01-01}, visits: [{mdtrt_id: V1}]}}
  - {name: 不明, kind: unknown, expect: {unknown: age}, history: {person: {brdy: null}, visits: [{mdtrt_id: V1}]}}
`;

test('a shape is added by one record: it is parsed, checked, said in words, and its cases pass in both back ends', () => {
  expect(parseRule(old, 'rule.yaml').problems.map(({ code, place }) => ({ code, field: place?.field }))).toEqual([
    { code: 'value-invalid', field: 'shape' },
  ]);
  const rule = ruleOf(old);
  expect(JSON.stringify(ruleJsonSchema(known))).toContain('"shape":{"const":"person"}');
  expect(ruleWords(rule, known)).toMatchObject({ scope: { zh: '单个人员' }, logic: [{ part: 'looks' }, { part: 'condition' }] });
  expect(testCases(rule.source, tables, known).map(({ problem }) => problem)).toEqual([undefined, undefined, undefined]);
});

test('an added shape is explained', () => {
  const rule = ruleOf(old);
  const { built } = judgeBoth([rule], tables, { persons: rule.source.cases[0]?.history ?? [] }, known);
  const bound = bindRulebook([rule], tables, built.context, known);
  expect(explainSubject(bound, built.segment, 0, { visit: 0 })).toMatchObject({ rule: 'P01', verdict: 'hit' });
  expect(explainSubject(bound, built.segment, 0, { line: 0 }).reason.en).toBe('the rule looks at visits, not at lines');
});

test('interpreter and kernel agree on random rules of an added shape', () => {
  let hits = 0;
  fc.assert(
    fc.property(histories(vocabularyOf(tables), 40), ruleText('person', known), (input, source) => {
      const { interpreted, compiled } = judgeBoth([ruleOf(source)], tables, input, known);
      hits += interpreted.counts[0]?.hit ?? 0;
      expect(showOutcome(compiled)).toBe(showOutcome(interpreted));
    }),
    { numRuns: 30, seed: 20_261_122, endOnFailure: true },
  );
  expect(hits).toBeGreaterThan(20);
});
