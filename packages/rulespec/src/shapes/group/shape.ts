import { words } from '@hengjian/standard';
import { callForLines, perVisit } from '../../kernel/calls.ts';
import { commonCauses, lackOf, unknownCause } from '../../words/unknown.ts';
import type { ShapeDefinition } from '../definition.ts';
import { checkGroup } from './check.ts';
import { GroupEvents } from './events.ts';
import { randomGroup } from './generate.ts';
import { gatherRows } from './interpret.ts';
import { judgeGroupPart } from './judge.ts';
import { judgeGroupsPlainly } from './oracle.ts';
import { groupKeys, parseGroup } from './source.ts';
import type { CheckedGroup, GroupShape } from './types.ts';
import { groupSentences } from './words.ts';
import { writeGroup } from './write.ts';

const timeOfVisit = unknownCause('visit.time_precision', '就诊时间只到日', 'the time of the visit has a date only');
const month = unknownCause('horizon', '该月数据不完整', 'the data cover the month only in part');

/** Shape group: different persons who share keys, meet or are linked by values. */
export const groupShape: ShapeDefinition<GroupShape, CheckedGroup> = {
  kind: 'group',
  name: words('人群', 'group'),
  form: {
    keys: groupKeys,
    required: ['persons'],
    parse: parseGroup,
    table: () => ({ name: undefined, field: 'items' }),
    settles: () => [],
  },
  check: {
    scopes: (bases, { of }) => ({ where: bases[of], when: bases[of], limit: bases[of], exception: bases[of], line: bases.line }),
    shape: checkGroup,
    filter: () => undefined,
    methods: () => ['none'],
    amounts: 'limit',
    limited: false,
    reach: () => 'city',
  },
  rows: {
    of: ({ of }) => of,
    items: () => undefined,
    codes: () => undefined,
    each: () => undefined,
    must: () => [],
    counted: () => [],
    scoped: () => false,
    looksBack: true,
  },
  keys: undefined,
  interpret: {
    kind: 'gather',
    gathering: (index, _, shape) => {
      const events = new GroupEvents(index, shape.of, shape.keys.length, shape.same.length);
      return { add: (judge, walk) => gatherRows(judge, shape, walk, events), take: (segment, number) => events.take(segment, number) };
    },
    judge: (bound, rule, parts) => ({ peers: [], groups: [judgeGroupPart(bound, rule, parts)] }),
    oracle: (bound, rule, blocks) => ({ peers: [], groups: [judgeGroupsPlainly(bound, rule, blocks)] }),
  },
  write: (program, calls, rule, index, shape) => {
    const name = writeGroup(program, rule, index, shape);
    if (shape.of === 'line') callForLines(program, calls, rule, index, { name, dispatch: undefined, role: 'self' });
    else calls.end.push(perVisit(name));
  },
  figures: { names: ['persons', 'rows', 'days', 'key', 'limit'], only: false },
  words: {
    sentences: groupSentences,
    scope: () => words('全市不同患者', 'different persons of the city'),
    unknown: (rule, shape) => [
      ...shape.needs.map((need) => lackOf(rule, need.cause, need.test)),
      ...(shape.timed ? [shape.of === 'line' ? commonCauses.timeOfDay : timeOfVisit] : []),
      ...(shape.monthly ? [month] : []),
    ],
    lookback: () => false,
  },
  subject: ({ group }) => ({ kind: 'group', subject: group }),
  generate: randomGroup,
};
