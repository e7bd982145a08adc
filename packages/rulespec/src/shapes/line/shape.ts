import { words } from '@hengjian/standard';
import { dispatch, strict } from '../../check/rule-checker.ts';
import { callForLines } from '../../kernel/calls.ts';
import { expression, given, nowhere, optional, text as readText } from '../../source/reader.ts';
import { text } from '../../source/schema-parts.ts';
import { subjectNames } from '../../words/sentence.ts';
import type { ShapeDefinition } from '../definition.ts';
import { randomLine } from './generate.ts';
import { judgeLines } from './interpret.ts';
import type { CheckedLine, LineShape } from './types.ts';
import { lineSentences } from './words.ts';
import { writeLine } from './write.ts';
/** Shape line: every fee line is judged for itself. */
export const lineShape: ShapeDefinition<LineShape, CheckedLine> = {
  kind: 'line',
  name: words('单条费用', 'line'),
  form: {
    keys: { items: text, when: text },
    required: ['when'],
    parse: (reader, entries) => ({
      kind: 'line',
      ...optional('items', given(reader, entries, 'items', readText)),
      when: given(reader, entries, 'when', expression) ?? nowhere('false'),
    }),
    table: ({ items }) => ({ name: items, field: 'items' }),
    settles: () => [],
  },
  check: {
    scopes: ({ line }) => ({ where: line, when: line, limit: line, exception: line, line }),
    shape: ({ checker, table, scopes, known }, source) => ({
      kind: 'line',
      items: dispatch(checker, table, 'item', 'items', checker.rule.at),
      when: strict(checker, source.when, 'bool', scopes.when, known),
    }),
    filter: () => undefined,
    methods: () => ['whole', 'excess', 'price_excess', 'none'],
    amounts: 'when',
    limited: false,
    reach: () => 'row',
  },
  rows: {
    of: () => 'line',
    items: ({ items }) => (items === undefined ? undefined : [items]),
    codes: () => undefined,
    each: () => undefined,
    must: ({ when }) => [when],
    counted: () => [],
    scoped: () => true,
    looksBack: false,
  },
  keys: undefined,
  interpret: { kind: 'walk', judge: judgeLines },
  write: (program, calls, rule, index, shape) =>
    callForLines(program, calls, rule, index, { name: writeLine(program, rule, index, shape), dispatch: shape.items, role: 'self' }),
  figures: { names: [], only: false },
  words: {
    sentences: lineSentences,
    scope: () => words(`单条${subjectNames.line.zh}`, `a single ${subjectNames.line.en}`),
    unknown: () => [],
    lookback: () => false,
  },
  subject: ({ line }) => ({ kind: 'line', subject: line }),
  generate: randomLine,
};
