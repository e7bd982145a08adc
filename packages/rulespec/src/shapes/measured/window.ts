import { words } from '@hengjian/standard';
import { measureType } from '../../check/measure.ts';
import { strict } from '../../check/rule-checker.ts';
import { expression, given, nowhere } from '../../source/reader.ts';
import { decimal, measure, numeric } from '../../source/schema-parts.ts';
import { phrase } from '../../words/phrase.ts';
import { walkNames, withinDays } from '../../words/sentence.ts';
import type { ShapeDefinition } from '../definition.ts';
import {
  callMeasured,
  checkMeasured,
  measuredCauses,
  measuredColumns,
  measuredConditions,
  measuredKeys,
  measuredMethods,
  parseMeasured,
} from './common.ts';
import { randomWindow } from './generate.ts';
import { judgeWindows } from './interpret.ts';
import type { CheckedWindow, WindowShape } from './types.ts';
import { windowSentences } from './words.ts';
/** Shape window: a measure of the rows of some days up to each row is held against a limit. */
export const windowShape: ShapeDefinition<WindowShape, CheckedWindow> = {
  kind: 'window',
  name: words('滚动窗口', 'window'),
  form: {
    keys: { ...measuredKeys, days: numeric, measure, limit: decimal },
    required: ['days', 'measure', 'limit'],
    parse: (reader, entries) => ({
      kind: 'window',
      ...parseMeasured(reader, entries),
      days: given(reader, entries, 'days', expression) ?? nowhere('false'),
    }),
    table: ({ items }) => ({ name: items, field: 'items' }),
    settles: () => [],
  },
  check: {
    scopes: (bases, source) => {
      const own = bases[source.of];
      return {
        where: own,
        when: own,
        limit: own,
        exception: { ...own, measure: measureType(source.measure), counts: true },
        line: bases.line,
      };
    },
    shape: (checking, source) => {
      const { checker, scopes, known } = checking;
      const days = strict(checker, source.days, 'int', { ...scopes.limit, self: 'group' }, known);
      const limit = strict(checker, source.limit, measureType(source.measure), scopes.limit, known);
      return { kind: 'window', ...checkMeasured(checking, source), days, limit };
    },
    filter: () => undefined,
    methods: measuredMethods,
    amounts: 'limit',
    limited: true,
    reach: () => 'city',
  },
  rows: {
    of: ({ of }) => of,
    items: ({ items }) => (items === undefined ? undefined : [items]),
    codes: () => undefined,
    each: () => undefined,
    must: () => [],
    counted: () => [],
    scoped: () => true,
    looksBack: true,
    beside: true,
    reads: measuredColumns,
  },
  keys: { conditions: measuredConditions, prescriptions: () => false, differs: () => undefined },
  interpret: { kind: 'walk', judge: judgeWindows },
  write: callMeasured,
  figures: { names: [], only: false },
  words: {
    sentences: windowSentences,
    scope: (rule, { days }) => withinDays(walkNames[rule.source.by], phrase(days, rule)),
    unknown: (_, shape) => measuredCauses(shape),
    lookback: () => true,
  },
  subject: ({ line, visit }, _, { of }) => (of === 'visit' ? { kind: 'visit', subject: visit } : { kind: 'line', subject: line }),
  generate: randomWindow,
};
