import { words } from '@hengjian/standard';
import type { CheckedRule } from '../../check/checked.ts';
import { type Calls, callForLines } from '../../kernel/calls.ts';
import { kindsOf } from '../../kernel/kinds.ts';
import { column, type Program } from '../../kernel/writer.ts';
import { walkNames } from '../../words/sentence.ts';
import { commonCauses } from '../../words/unknown.ts';
import type { ShapeDefinition } from '../definition.ts';
import { checkPair } from './check.ts';
import { randomPair } from './generate.ts';
import { judgePairs } from './interpret.ts';
import { pairKeys, parsePair } from './source.ts';
import type { CheckedPair, PairShape } from './types.ts';
import { pairSentences, withinNames } from './words.ts';
import { differsText, writePair } from './write.ts';

const withinVisit: readonly string[] = ['visit', 'prescription', 'visit_day'];

function write(program: Program, calls: Calls, rule: CheckedRule, index: number, shape: CheckedPair): void {
  const names = writePair(program, rule, index, shape);
  // Without a table every line can be a partner: they are only collected for persons that have some b.
  const late = shape.items_a === undefined;
  const kinds = kindsOf([{ expr: rule.where, role: 'b' }], program.bound);
  if (!late) calls.lines.push({ name: names.collectA, dispatch: shape.items_a, call: '', kinds });
  callForLines(program, calls, rule, index, { name: names.collectB, dispatch: shape.items, role: 'b' });
  const add = `${names.collectA}(l, 0, -1, Math.floor(lines_fee_ocur_time[l] / 1440));`;
  const item = column(program, 'lines', 'med_list_codg');
  const marked = shape.same === 'item';
  if (late && marked)
    program.state.push(`const M${index} = new Int32Array(${program.bound.codes.values('item').length + 1});\nlet mark${index} = 0;`);
  const mark = marked
    ? `mark${index}++; for (let i = 0; i < B${index}.size; i++) M${index}[${item}[B${index}.row[i]]] = mark${index};\n`
    : '';
  const test = marked ? `if (M${index}[${item}[l]] === mark${index}) ` : '';
  const collect = `${mark}for (let l = lineBase, l1 = lineBase + lineCount; l < l1; l++) ${test}${add}\n`;
  calls.end.push(`if (B${index}.size > 0) { ${late ? collect : ''}${names.judge}(); } else A${index}.reset();`);
}

/** Shape pair: two lines that must not stand beside each other; b is looked at, a is its partner. */
export const pairShape: ShapeDefinition<PairShape, CheckedPair> = {
  kind: 'pair',
  name: words('两条费用', 'pair'),
  form: {
    keys: pairKeys,
    required: ['when'],
    parse: parsePair,
    table: ({ pairs, items }) => ({ name: pairs ?? items, field: pairs === undefined ? 'items' : 'pairs' }),
    settles: () => [],
  },
  check: {
    scopes: ({ line }) => {
      const one = { ...line, two: true };
      const both = { ...one, a: true };
      return { where: one, when: both, limit: both, exception: both, line };
    },
    shape: checkPair,
    filter: () => undefined,
    methods: () => ['whole', 'price_excess', 'none'],
    amounts: 'when',
    limited: false,
    reach: ({ within }) => (within.kind === 'point' ? undefined : withinVisit.includes(within.kind) ? 'row' : 'city'),
  },
  rows: {
    of: () => 'line',
    items: ({ items, items_a }) => (items === undefined ? undefined : items_a === undefined ? [items] : [items, items_a]),
    codes: () => undefined,
    each: () => undefined,
    must: ({ when }) => [when],
    counted: () => [],
    scoped: ({ violating }) => violating === 'b',
    looksBack: false,
    reads: ({ within }) => (within.kind === 'prescription' ? [{ table: 'lines', column: 'rx_drord_no' }] : []),
  },
  keys: {
    conditions: ({ where }, { when }) => [
      { expr: where, role: 'b' },
      { expr: when, role: 'a' },
    ],
    prescriptions: ({ within }) => within.kind === 'prescription' || within.kind === 'point',
    differs: differsText,
  },
  interpret: { kind: 'walk', judge: judgePairs },
  write,
  figures: { names: [], only: false },
  words: {
    sentences: pairSentences,
    scope: (rule, shape) => {
      const [walk, window] = [walkNames[rule.source.by], withinNames(shape.within, rule)];
      return words(`${walk.zh}，${window.zh}`, `${walk.en}, ${window.en}`);
    },
    unknown: (_, { within }) => [
      ...(['hour', 'minutes', 'point'].includes(within.kind) ? [commonCauses.timeOfDay] : []),
      ...(within.kind === 'prescription' || within.kind === 'point' ? [commonCauses.prescription] : []),
    ],
    lookback: ({ within }) => within.kind === 'days' || within.kind === 'point',
  },
  subject: ({ line }) => ({ kind: 'line', subject: line }),
  generate: randomPair,
};
