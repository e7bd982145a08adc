import { type CarriedColumn, words } from '@hengjian/standard';
import type { CheckedRule } from '../../check/checked.ts';
import type { CheckedAmount } from '../../check/parts.ts';
import { complainAt } from '../../check/problems.ts';
import { columnOf, dispatch, groupable, isGroupable } from '../../check/rule-checker.ts';
import { type Calls, callForLines } from '../../kernel/calls.ts';
import { lookedAt, type Program } from '../../kernel/writer.ts';
import { asWritten, companion, unfit } from '../../problems.ts';
import { chosen, type Entries, expression, given, nowhere, optional, type Reader, text as readText } from '../../source/reader.ts';
import { ofRows, text } from '../../source/schema-parts.ts';
import { type Measure, measures } from '../../source/vocabulary.ts';
import { subjectNames } from '../../words/sentence.ts';
import { commonCauses, type UnknownCause } from '../../words/unknown.ts';
import type { Checking, ShapeKeys } from '../definition.ts';
import type { CheckedTotal, CheckedWindow, Grouping, TotalShape, WindowShape } from './types.ts';
import { writeTotal, writeWindow } from './write.ts';
/** Keys that totals and windows share, and how they are read. */
export const measuredKeys = { items: text, of: ofRows, group: text } as const;

export function parseMeasured(reader: Reader, entries: Entries): Omit<TotalShape, 'kind' | 'over'> {
  return {
    ...optional('items', given(reader, entries, 'items', readText)),
    of: chosen(reader, entries, 'of', ['line', 'visit'] as const) ?? 'line',
    ...optional('group', given(reader, entries, 'group', readText)),
    measure: chosen(reader, entries, 'measure', measures) ?? 'count',
    limit: given(reader, entries, 'limit', expression) ?? nowhere('false'),
  };
}

function grouping({ checker, table }: Checking, group: string | undefined, of: 'line' | 'visit'): Grouping {
  const name = group ?? (table === undefined ? (of === 'visit' ? 'all' : 'item') : 'point');
  if (name === 'all' || name === 'item') return name;
  if (table === undefined) {
    complainAt(checker.to, checker.rule.at, 'group', companion(`group: ${name}`, words('写有 items', 'items is written')));
    return 'all';
  }
  if (name === 'point') return 'point';
  return { column: columnOf(checker, table, name.replace(/^point\./, ''), 'group', isGroupable, groupable) };
}

const visitMeasures: readonly Measure[] = ['amount', 'inscp', 'fund', 'count', 'days', 'visits', 'institutions', 'persons', 'ipt_days'];
const visitsOnly: readonly Measure[] = ['ipt_days', 'fund'];
const lineMeasures = measures.filter((measure) => !visitsOnly.includes(measure));

/** Checks what totals and windows share. */
export function checkMeasured(
  checking: Checking,
  source: TotalShape | WindowShape,
): Pick<CheckedTotal, 'items' | 'of' | 'group' | 'measure'> {
  const { checker, table } = checking;
  const { at } = checker.rule;
  const allowed = source.of === 'visit' ? visitMeasures : lineMeasures;
  if (!allowed.includes(source.measure))
    complainAt(
      checker.to,
      at,
      'measure',
      unfit(
        `measure: ${source.measure}`,
        words(`${subjectNames[source.of].zh}没有这个量`, `${source.of}s have no such measure`),
        asWritten(allowed.join(', ')),
      ),
    );
  if (source.of === 'visit' && (source.items !== undefined || source.group === 'item'))
    complainAt(checker.to, at, 'items', unfit('items', words('就诊没有项目', 'visits have no items'), asWritten('of: line')));
  return {
    items: dispatch(checker, table, 'item', 'items', at),
    of: source.of,
    group: grouping(checking, source.group, source.of),
    measure: source.measure,
  };
}

/** What is measured of lines can take all or what lies above the limit, of visits the whole stay. */
export const measuredMethods = ({ of }: { readonly of: 'line' | 'visit' }): readonly CheckedAmount['method'][] =>
  of === 'line' ? ['whole', 'excess', 'none'] : ['stay', 'none'];

/** Causes of unknown that totals and windows share. */
export const measuredCauses = ({ of, measure }: CheckedTotal | CheckedWindow): readonly UnknownCause[] => [
  ...(measure === 'inscp' ? [commonCauses.inscope] : []),
  ...(of === 'visit' ? [commonCauses.begin] : []),
];

const measureColumns: Readonly<Record<'line' | 'visit', Readonly<Partial<Record<Measure, string>>>>> = {
  line: { inscp: 'inscp_amt', supply: 'prd_days' },
  visit: { amount: 'medfee_sumamt', inscp: 'inscp_amt', fund: 'fund_pay_sumamt', ipt_days: 'ipt_days' },
};

/** Columns that are measured and may be missing. */
export function measuredColumns({ of, measure }: CheckedTotal | CheckedWindow): readonly CarriedColumn[] {
  const column = measureColumns[of][measure];
  return column === undefined ? [] : [{ table: of === 'line' ? 'lines' : 'visits', column }];
}

/** What walks by another key ask of totals and windows. */
export const measuredConditions = ({ where, beside }: CheckedRule): ReturnType<ShapeKeys<CheckedTotal>['conditions']> => [
  { expr: beside?.possible ?? where, role: 'self' },
];

/** Calls the collecting and the judging function of a total or window. */
export function callMeasured(program: Program, calls: Calls, rule: CheckedRule, index: number, shape: CheckedTotal | CheckedWindow): void {
  const names = shape.kind === 'total' ? writeTotal(program, rule, index, shape) : writeWindow(program, rule, index, shape);
  const looked = lookedAt(program.bound, rule);
  if (shape.of === 'line') callForLines(program, calls, looked, index, { name: names.collect, dispatch: shape.items, role: 'self' });
  else calls.end.push(`for (let v = visitBase, v1 = visitBase + visitCount; v < v1; v++) ${names.collect}(v);`);
  calls.end.push(`if (G${index}.size > 0) ${names.judge}();`);
}
