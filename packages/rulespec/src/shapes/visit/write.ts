import type { CheckedRule } from '../../check/checked.ts';
import type { Expr } from '../../check/ir.ts';
import { sumColumns } from '../../kernel/subject.ts';
import { hitText, lazyArea, visitMoneyText } from '../../kernel/write-hit.ts';
import {
  areaText,
  asksText,
  exceptionsText,
  lineLocals,
  needsText,
  notInForce,
  notValid,
  outOfReach,
  type Program,
  type RuleWriter,
  ruleWriter,
  saysNothing,
  visitDay,
  visitLocals,
} from '../../kernel/writer.ts';
import type { CheckedSum, CheckedVisit } from './types.ts';

/** The array of a sum, by visits of the person. */
export const sumArray = (index: number, { name }: CheckedSum): string => `sum${index}_${name}`;

/** The array of how many lines leave a sum open for want of one value. */
export const openArray = (index: number, { name }: CheckedSum, at: number): string => `open${index}_${name}_${at}`;

/** Writes what a line adds to the sums of a visit rule; undefined where it has none. */
export function writeSums(program: Program, rule: CheckedRule, index: number, shape: CheckedVisit): string | undefined {
  if (shape.sums.length === 0 || saysNothing(ruleWriter(program, rule, index, lineLocals))) return undefined;
  const to = lazyArea(program, rule, index, ...shape.sums.flatMap(({ where, open }) => [where ?? [], open.map((one) => one.where)].flat()));
  const adding = (array: string, where: Expr | undefined, value: string): string => {
    program.state.push(`let ${array} = new Float64Array(64);`);
    const add = `${array}[v - v0] += ${value};\n`;
    return where === undefined ? add : `if (${to.expr(where)}) ${add}`;
  };
  const adds = shape.sums.flatMap((sum) => {
    const name = sumColumns[sum.measure];
    const value = name === undefined ? '1' : `${to.column('lines', name)}[l]`;
    return [
      adding(sumArray(index, sum), sum.where, value),
      ...sum.open.map(({ where }, at) => adding(openArray(index, sum, at), where, '1')),
    ];
  });
  const begin = `${to.column('visits', 'begntime')}[v]`;
  program.functions.push(
    `function sums${index}(l, v, k, ds) {\nif (${begin} === MISSING) return;\nconst d = ${visitDay(to)};\n${adds.join('')}}`,
  );
  return `sums${index}`;
}

function visitBody(to: RuleWriter, shape: CheckedVisit): string {
  const leave = (cause: string): string => `{ ${to.unknown(cause)}; return; }`;
  const far = outOfReach(to, to.rule.reach ?? 'row');
  const verdict = (): string[] => [
    ...shape.sums.flatMap((sum) => sum.open.map(({ cause }, at) => `if (${openArray(to.index, sum, at)}[v - v0] > 0) ${leave(cause)}\n`)),
    ...shape.sums
      .filter((sum) => sum.measure === 'inscp' || sum.measure === 'ownpay')
      .map((sum) => `if (Number.isNaN(${sumArray(to.index, sum)}[v - v0])) ${leave(`line.${sumColumns[sum.measure]}`)}\n`),
    `if (!${to.expr(shape.when)}) return;\n`,
    exceptionsText(to, 'return;'),
    hitText(to, {
      visit: 'v',
      code: 'code',
      charges: `[${visitMoneyText(to, 'v')}]`,
      visits: '[v]',
      occurred: `${to.column('visits', 'begntime')}[v]`,
    }),
  ];
  return [
    to.rule.where === undefined ? '' : `if (!${to.expr(to.rule.where)}) return;\n`,
    `EV[${to.index}]++;\n`,
    asksText(to, leave),
    far === undefined ? '' : `if (${far}) ${leave('person.reach')}\n`,
    needsText(to, 'self', leave),
    ...(saysNothing(to) ? [] : verdict()),
  ].join('');
}

/** Calls the judgement for each distinct code of the visit and each point that reaches it. */
function eachText(to: RuleWriter, shape: CheckedVisit, area: string): string {
  const [table, name] = shape.each === 'operation' ? ['operations', 'oprn_oprt_code'] : ['diagnoses', 'diag_code'];
  const codes = to.column(table ?? '', name ?? '');
  const [start, end] = [`${to.column('visits', `${table}_start`)}[v]`, `${to.column('visits', `${table}_end`)}[v]`];
  const call = `judge${to.index}(v, x, code, k, d${area === '' ? '' : ', r'});`;
  const head = `for (let x = ${start}; x < ${end}; x++) {
const code = ${codes}[x];
if (code < 0 || isRepeated(${codes}, ${start}, x)) continue;
`;
  if (shape.points === undefined) return `${head}const k = -1;\n${call}\n}\n`;
  const rows = to.bound.codes.reverse(to.bound.table(shape.points.table), shape.points.column);
  const [starts, values] = [to.constant(rows.start, 'start'), to.constant(rows.values, 'points')];
  const invalid = notValid(to, shape.points);
  const skip = invalid === undefined ? '' : `if (${invalid}) continue;\n`;
  return `${head}for (let at = ${starts}[code]; at < ${starts}[code + 1]; at++) {
const k = ${values}[at];
${skip}${call}
}
}
`;
}

/** Writes a visit rule. Returns the name of its function (v). */
export function writeVisit(program: Program, rule: CheckedRule, index: number, shape: CheckedVisit): string {
  const to = ruleWriter(program, rule, index, visitLocals);
  const body = visitBody(to, shape);
  if (shape.points !== undefined) notValid(to, shape.points);
  const area = to.usesArea() ? `const r = ${areaText(to)};\n` : '';
  const call = shape.each === undefined ? `judge${index}(v, -1, -1, -1, d${area === '' ? '' : ', r'});\n` : eachText(to, shape, area);
  program.functions.push(`function judge${index}(v, x, code, k, d${area === '' ? '' : ', r'}) {\n${body}}`);
  const undated = `if (${to.column('visits', 'begntime')}[v] === MISSING) { EV[${index}]++; ${to.unknown('visit.begntime')}; return; }\n`;
  program.functions.push(
    `function visit${index}(v) {\n${undated}const d = ${visitDay(to)};\nif (${notInForce(to)}) return;\n${area}${call}}`,
  );
  return `visit${index}`;
}
