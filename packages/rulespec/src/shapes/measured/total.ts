import { type CarriedColumn, words } from '@hengjian/standard';
import { measureType } from '../../check/measure.ts';
import { complainAt } from '../../check/problems.ts';
import { strict } from '../../check/rule-checker.ts';
import { asWritten, unfit } from '../../problems.ts';
import { chosen } from '../../source/reader.ts';
import { decimal, measure, oneOf } from '../../source/schema-parts.ts';
import type { Scope } from '../../source/vocabulary.ts';
import { scopes as allScopes } from '../../source/vocabulary.ts';
import { scopeNames, walkNames } from '../../words/sentence.ts';
import { commonCauses, unknownCause } from '../../words/unknown.ts';
import type { Checking, ShapeDefinition } from '../definition.ts';
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
import { randomTotal } from './generate.ts';
import { judgeTotals } from './interpret.ts';
import type { CheckedTotal, TotalShape } from './types.ts';
import { totalSentences } from './words.ts';

/** Scopes that lie within one visit: of them a row is enough. */
const withinOneVisit: readonly Scope[] = ['visit', 'visit_day', 'prescription'];

function check(checking: Checking, source: TotalShape): CheckedTotal {
  const { checker, scopes, known } = checking;
  if (source.of === 'visit' && (source.over === 'prescription' || source.over === 'visit_day'))
    complainAt(
      checker.to,
      checker.rule.at,
      'over',
      unfit(`over: ${source.over}`, words('就诊不能按此归组', 'visits cannot be summed over it'), asWritten('of: line')),
    );
  return {
    kind: 'total',
    ...checkMeasured(checking, source),
    over: source.over,
    limit: strict(checker, source.limit, measureType(source.measure), scopes.limit, known),
  };
}

const prescription: CarriedColumn = { table: 'lines', column: 'rx_drord_no' };
const dailyCause = unknownCause('line.cnt_daily', '数量是否属于当日不明', 'it is not known whether the quantity belongs to the day');

/** Shape total: a measure of all rows of a scope is held against a limit. */
export const totalShape: ShapeDefinition<TotalShape, CheckedTotal> = {
  kind: 'total',
  name: words('合计', 'total'),
  form: {
    keys: { ...measuredKeys, over: oneOf(allScopes), measure, limit: decimal },
    required: ['over', 'measure', 'limit'],
    parse: (reader, entries) => ({
      kind: 'total',
      ...parseMeasured(reader, entries),
      over: chosen(reader, entries, 'over', allScopes) ?? 'visit',
    }),
    table: ({ items }) => ({ name: items, field: 'items' }),
    settles: () => [],
  },
  check: {
    scopes: (bases, source, { by }) => {
      const own = bases[source.of];
      const stock = by === 'institution' && source.of === 'line' && source.group === 'item' && source.over === 'month';
      return {
        where: own,
        when: { ...own, stock },
        limit: { ...bases.group, oneVisit: source.of === 'visit' || ['visit', 'visit_day'].includes(source.over), stock },
        exception: { ...own, measure: measureType(source.measure), counts: true },
        line: bases.line,
      };
    },
    shape: check,
    filter: () => undefined,
    methods: measuredMethods,
    amounts: 'limit',
    limited: true,
    reach: ({ over }) => (withinOneVisit.includes(over) ? 'row' : 'city'),
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
    reads: (shape) => [...measuredColumns(shape), ...(shape.over === 'prescription' ? [prescription] : [])],
  },
  keys: { conditions: measuredConditions, prescriptions: ({ over }) => over === 'prescription', differs: () => undefined },
  interpret: { kind: 'walk', judge: judgeTotals },
  write: callMeasured,
  figures: { names: [], only: false },
  words: {
    sentences: totalSentences,
    scope: (rule, { over }) => {
      const [walk, scope] = [walkNames[rule.source.by], scopeNames[over]];
      return words(`${walk.zh}，${scope.zh}`, `${walk.en}, ${scope.en}`);
    },
    unknown: (_, shape) => [
      ...(shape.over === 'day' && shape.measure === 'cnt' ? [dailyCause] : []),
      ...(shape.over === 'prescription' ? [commonCauses.prescription] : []),
      ...measuredCauses(shape),
    ],
    lookback: () => false,
  },
  subject: ({ visit, person, group }, by, { over }) => {
    const within = withinOneVisit.includes(over) ? visit : (person ?? '');
    return { kind: 'group', subject: `${by === 'person' ? within : ''}|${group}` };
  },
  generate: randomTotal,
};
