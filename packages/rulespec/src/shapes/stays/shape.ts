import { words } from '@hengjian/standard';
import { besideOf } from '../../check/asks.ts';
import type { Expr } from '../../check/ir.ts';
import { complainAt } from '../../check/problems.ts';
import { lenient, strict } from '../../check/rule-checker.ts';
import type { Scope } from '../../check/scope.ts';
import { perVisit } from '../../kernel/calls.ts';
import { unfit } from '../../problems.ts';
import { expression, given, nowhere, optional, flag as readFlag } from '../../source/reader.ts';
import { flag, numeric, text } from '../../source/schema-parts.ts';
import { phrase } from '../../words/phrase.ts';
import { walkNames, withinDays } from '../../words/sentence.ts';
import { commonCauses, unknownCause } from '../../words/unknown.ts';
import type { Checking, ShapeDefinition } from '../definition.ts';
import { randomStays } from './generate.ts';
import { judgeStays } from './interpret.ts';
import type { CheckedStays, StaysShape } from './types.ts';
import { staysSentences } from './words.ts';
import { writeStays } from './write.ts';

const readsB = (expr: Expr): boolean => {
  const { role, table } = expr.data as { role?: string; table?: string };
  return (role === 'b' && table !== 'persons') || expr.args.some(readsB);
};

function check({ checker, scopes, known }: Checking, source: StaysShape): CheckedStays {
  // a_where speaks of a under plain names and under a.
  const a_where = source.a_where === undefined ? undefined : lenient(checker, source.a_where, scopes.when, new Set());
  if (a_where !== undefined && readsB(a_where))
    complainAt(
      checker.to,
      source.a_where?.at ?? checker.rule.at,
      'a_where',
      unfit(
        'a_where',
        words('此处只能说明甲（a）', 'it speaks of a alone'),
        words('a.<字段>；甲乙之间的比较写入 when', 'a.<field>; compare a with b in when'),
      ),
    );
  const inner: Scope = { ...scopes.where, self: 'group', two: true };
  const within_days = source.within_days === undefined ? undefined : strict(checker, source.within_days, 'int', inner, known);
  const when = strict(checker, source.when, 'bool', scopes.when, known);
  return { kind: 'stays', a_where, a_beside: besideOf(a_where, 'visit'), within_days, swap: source.swap, when };
}

/** Shape stays: two visits of one person; b is looked at, a lies before it. */
export const staysShape: ShapeDefinition<StaysShape, CheckedStays> = {
  kind: 'stays',
  name: words('两次就诊', 'stays'),
  form: {
    keys: { a_where: text, b_where: text, within_days: numeric, swap: flag, when: text },
    required: ['when'],
    parse: (reader, entries) => ({
      kind: 'stays',
      ...optional('a_where', given(reader, entries, 'a_where', expression)),
      ...optional('b_where', given(reader, entries, 'b_where', expression)),
      ...optional('within_days', given(reader, entries, 'within_days', expression)),
      swap: given(reader, entries, 'swap', readFlag) ?? false,
      when: given(reader, entries, 'when', expression) ?? nowhere('false'),
    }),
    table: () => ({ name: undefined, field: 'items' }),
    settles: () => [],
  },
  check: {
    scopes: ({ line, visit }) => {
      const one = { ...visit, two: true };
      const both = { ...one, a: true };
      return { where: one, when: both, limit: both, exception: both, line };
    },
    shape: check,
    filter: ({ b_where }) => b_where,
    methods: () => ['stay', 'difference', 'none'],
    amounts: 'when',
    limited: false,
    reach: () => 'city',
  },
  rows: {
    of: () => 'visit',
    items: () => undefined,
    codes: () => undefined,
    each: () => undefined,
    must: ({ a_where, when }) => [a_where, when].filter((one) => one !== undefined),
    counted: () => [],
    scoped: () => false,
    looksBack: false,
    reads: ({ within_days }) => (within_days === undefined ? [] : [{ table: 'visits', column: 'endtime' }]),
  },
  keys: undefined,
  interpret: { kind: 'walk', judge: judgeStays },
  write: (program, calls, rule, index, shape) => void calls.end.push(perVisit(writeStays(program, rule, index, shape), ', v1')),
  figures: { names: [], only: false },
  words: {
    sentences: staysSentences,
    scope: (rule, { within_days }) => {
      const walk = walkNames[rule.source.by];
      return within_days === undefined ? walk : withinDays(walk, phrase(within_days, rule));
    },
    unknown: (_, { within_days }) => [
      commonCauses.begin,
      ...(within_days === undefined ? [] : [unknownCause('a.endtime', '前次就诊没有结束时间', 'the earlier visit has no end')]),
    ],
    lookback: ({ within_days }) => within_days !== undefined,
  },
  subject: ({ visit }) => ({ kind: 'visit', subject: visit }),
  generate: randomStays,
};
