import { type CarriedColumn, words } from '@hengjian/standard';
import { wholeTables } from '../../check/asks.ts';
import type { CheckedRule } from '../../check/checked.ts';
import { type Expr, walk } from '../../check/ir.ts';
import { measureType } from '../../check/measure.ts';
import { complain, complainAt } from '../../check/problems.ts';
import { dispatch, itemsCondition, type RuleChecker, strict, tableOf, threeValued } from '../../check/rule-checker.ts';
import type { Scope, Scopes } from '../../check/scope.ts';
import { type Calls, perVisit } from '../../kernel/calls.ts';
import { kindsOf } from '../../kernel/kinds.ts';
import { sumColumns } from '../../kernel/subject.ts';
import type { Program } from '../../kernel/writer.ts';
import { companion, rulespecProblems } from '../../problems.ts';
import {
  choice,
  chosen,
  type Entries,
  expression,
  freeRecord,
  given,
  nowhere,
  optional,
  positionOf,
  type Reader,
  text as readText,
  record,
  type YamlNode,
} from '../../source/reader.ts';
import { oneOf, recordOf, text } from '../../source/schema-parts.ts';
import { type SumMeasure, sumMeasures } from '../../source/vocabulary.ts';
import { subjectNames } from '../../words/sentence.ts';
import { lackOf, type UnknownCause, unknownCause } from '../../words/unknown.ts';
import type { Checking, ShapeDefinition } from '../definition.ts';
import { randomVisit } from './generate.ts';
import { judgeVisits } from './interpret.ts';
import type { CheckedSum, CheckedVisit, SumSource, VisitShape } from './types.ts';
import { visitSentences } from './words.ts';
import { openArray, sumArray, writeSums, writeVisit } from './write.ts';

const sumKeys = { measure: oneOf(sumMeasures), items: text, where: text };

function parseSum(reader: Reader, name: string, node: YamlNode): SumSource | undefined {
  const field = `sums.${name}`;
  const entries = record(reader, node, field, Object.keys(sumKeys), ['measure']);
  const measure = given(reader, entries, 'measure', (own, inner) => choice(own, inner, `${field}.measure`, sumMeasures));
  const where = given(reader, entries, 'where', expression);
  if (measure === undefined) return undefined;
  return {
    name,
    measure,
    ...optional('items', given(reader, entries, 'items', readText)),
    ...optional('where', where === undefined ? undefined : { ...where, field: `${field}.where` }),
    at: positionOf(reader, node),
  };
}

function parse(reader: Reader, entries: Entries): VisitShape {
  const sums = entries.has('sums')
    ? [...freeRecord(reader, entries.get('sums'), 'sums')].map(([name, node]) => parseSum(reader, name, node))
    : [];
  return {
    kind: 'visit',
    ...optional('each', chosen(reader, entries, 'each', ['diagnosis', 'operation'] as const)),
    ...optional('points', given(reader, entries, 'points', readText)),
    sums: sums.filter((item) => item !== undefined),
    when: given(reader, entries, 'when', expression) ?? nowhere('false'),
  };
}

function checkSum(checker: RuleChecker, sum: SumSource, scopes: Scopes): CheckedSum {
  const own = sum.where === undefined ? undefined : threeValued(checker, sum.where, scopes.line);
  if (sum.where !== undefined && own !== undefined && [...walk(own.where)].some(({ op }) => op === 'default'))
    complain(checker.to, sum.where, 0, rulespecProblems.problem('sum-default', {}));
  const table = tableOf(checker, sum.items, `sums.${sum.name}.items`);
  const among = (where: Expr | undefined): Expr | undefined => itemsCondition(checker, table, where, sum.at);
  const open = (own?.open ?? []).map((one) => ({ ...one, where: among(one.where) ?? one.where }));
  return { name: sum.name, measure: sum.measure, where: among(own?.where), open };
}

function check({ checker, table, scopes, known }: Checking, source: VisitShape): CheckedVisit {
  if (source.points !== undefined && source.each === undefined)
    complainAt(
      checker.to,
      checker.rule.at,
      'points',
      companion('points', words('写有 each: diagnosis 或 operation', 'each: diagnosis or operation is written')),
    );
  const operation = source.each === 'operation';
  return {
    kind: 'visit',
    each: source.each,
    points: dispatch(checker, table, operation ? 'operation' : 'diagnosis', operation ? 'operations' : 'diagnoses', checker.rule.at),
    sums: source.sums.map((sum) => checkSum(checker, sum, scopes)),
    when: strict(checker, source.when, 'bool', scopes.when, known),
  };
}

function write(program: Program, calls: Calls, rule: CheckedRule, index: number, shape: CheckedVisit): void {
  const sums = writeSums(program, rule, index, shape);
  if (sums !== undefined) {
    const kinds = kindsOf(
      shape.sums.flatMap(({ where, open }) => [
        { expr: where, role: 'self' },
        ...open.map((one) => ({ expr: one.where, role: 'self' as const })),
      ]),
      program.bound,
    );
    calls.lines.push({ name: sums, dispatch: undefined, call: `${sums}(l, v, -1, ds);\n`, kinds });
    calls.sums.push({
      name: sums,
      arrays: shape.sums.flatMap((sum) => [sumArray(index, sum), ...sum.open.map((_, at) => openArray(index, sum, at))]),
    });
  }
  calls.end.push(perVisit(writeVisit(program, rule, index, shape)));
}

/** Causes for which a sum of a visit is not known. */
const sumCauses: Readonly<Partial<Record<SumMeasure, UnknownCause>>> = {
  inscp: unknownCause('line.inscp_amt', '费用行缺符合范围金额', 'a line lacks its in-scope amount'),
  ownpay: unknownCause('line.fulamt_ownpay_amt', '费用行缺全自费金额', 'a line lacks its self-funded amount'),
};

function causesOf(rule: CheckedRule, { measure, open }: CheckedSum): readonly UnknownCause[] {
  const lacks = open.map(({ cause, test }) => lackOf(rule, cause, test));
  const own = sumCauses[measure];
  return own === undefined ? lacks : [...lacks, own];
}

const eachColumns = { diagnosis: wholeTables.diagnoses, operation: wholeTables.operations } as const;

/** Columns of what is judged of a visit, and of sums that are not known without. */
function columnsOf({ each, sums }: CheckedVisit): readonly CarriedColumn[] {
  const summed = sums.flatMap(({ measure }): readonly CarriedColumn[] => {
    const column = sumCauses[measure] === undefined ? undefined : sumColumns[measure];
    return column === undefined ? [] : [{ table: 'lines', column }];
  });
  return [...(each === undefined ? [] : [eachColumns[each]]), ...summed];
}

/** Shape visit: every visit, or every diagnosis or operation of it, is judged for itself, with sums over its lines. */
export const visitShape: ShapeDefinition<VisitShape, CheckedVisit> = {
  kind: 'visit',
  name: words('单次就诊', 'visit'),
  form: {
    keys: {
      each: oneOf(['diagnosis', 'operation']),
      points: text,
      sums: { type: 'object', additionalProperties: recordOf(sumKeys, ['measure']) },
      when: text,
    },
    required: ['when'],
    parse,
    table: ({ points }) => ({ name: points, field: 'points' }),
    settles: () => [],
  },
  check: {
    scopes: ({ line, visit }, { each, sums }) => {
      const own: Scope = { ...visit, each };
      const full: Scope = { ...own, sums: new Map(sums.map((sum) => [sum.name, measureType(sum.measure)])) };
      return { where: own, when: full, limit: full, exception: full, line: { ...line, point: undefined } };
    },
    shape: check,
    filter: () => undefined,
    methods: () => ['stay', 'difference', 'none'],
    amounts: 'when',
    limited: false,
    reach: () => 'row',
  },
  rows: {
    of: () => 'visit',
    items: () => undefined,
    codes: ({ points }) => points,
    each: ({ each }) => each,
    must: ({ when }) => [when],
    counted: ({ sums }) => sums.map(({ where }) => where),
    scoped: () => false,
    looksBack: false,
    reads: columnsOf,
  },
  keys: undefined,
  interpret: { kind: 'walk', judge: judgeVisits },
  write,
  figures: { names: [], only: false },
  words: {
    sentences: visitSentences,
    scope: () => words(`单次${subjectNames.visit.zh}`, `a single ${subjectNames.visit.en}`),
    unknown: (rule, { sums }) => sums.flatMap((sum) => causesOf(rule, sum)),
    lookback: () => false,
  },
  subject: ({ visit, code }, _, { each }) =>
    code === undefined ? { kind: 'visit', subject: visit } : { kind: each ?? 'visit', subject: `${visit}|${code}` },
  generate: randomVisit,
};
