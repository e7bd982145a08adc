import type { CheckedLine, CheckedRule, CheckedVisit } from '../check/checked.ts';
import type { Expr } from '../check/ir.ts';
import { sumColumns } from './subject.ts';
import {
  areaText,
  exceptionsText,
  lineDay,
  lineLocals,
  needsText,
  notInForce,
  notValid,
  outOfReach,
  type Program,
  type RuleWriter,
  ruleWriter,
  saysNothing,
  scopeText,
  visitDay,
  visitLocals,
} from './writer.ts';

/** Text of the charge at issue of a line. */
export function chargeText(to: RuleWriter, line: string): string {
  const { amount } = to.rule;
  const all = `${to.column('lines', 'det_item_fee_sumamt')}[${line}]`;
  if (amount.method === 'price_excess' && amount.cap !== undefined) {
    return `overprice(${all}, ${to.column('lines', 'pric')}[${line}], ${to.expr(amount.cap)}, ${to.column('lines', 'cnt')}[${line}])`;
  }
  if (amount.method === 'excess' && amount.excess !== undefined) return `share(${all}, ${to.expr(amount.excess)}, ${to.column('lines', 'cnt')}[${line}])`;
  return amount.method === 'whole' ? all : '0';
}

/** Text of the money of a visit at issue. */
export function visitMoneyText(to: RuleWriter, visit: string): string {
  if (to.rule.amount.difference !== undefined) return `Math.max(0, ${to.expr(to.rule.amount.difference)})`;
  if (to.rule.amount.method !== 'stay') return '0';
  const person = `${to.column('visits', 'person')}[${visit}]`;
  const ranges = `${to.column('persons', 'lines_start')}[${person}], ${to.column('persons', 'lines_end')}[${person}]`;
  return `visitMoney(${to.column('visits', 'medfee_sumamt')}, ${visit}, ${to.column('lines', 'visit')}, ${to.column('lines', 'det_item_fee_sumamt')}, ${ranges})`;
}

export interface HitText {
  readonly visit: string;
  readonly code?: string;
  readonly point?: string;
  readonly group?: string;
  readonly lines?: string;
  readonly violating?: string;
  readonly charges: string;
  readonly visits?: string;
  readonly occurred: string;
  readonly measure?: string;
  readonly limit?: string;
}

/** Statement that counts and keeps a hit. Keys stand in one order, so that all hits have one hidden class. */
export function hitText(to: RuleWriter, hit: HitText): string {
  const fields = [
    `rule: ${to.index}`,
    `point: ${hit.point ?? 'k'}`,
    `person: ${to.column('visits', 'person')}[v]`,
    `code: ${hit.code ?? '-1'}`,
    `visit: ${hit.visit}`,
    `group: ${hit.group ?? "''"}`,
    `lines: ${hit.lines ?? '[]'}`,
    `violating: ${hit.violating ?? '1'}`,
    `charges: ${hit.charges}`,
    `visits: ${hit.visits ?? '[]'}`,
    `occurred: ${hit.occurred}`,
    `measure: ${hit.measure ?? 'NaN'}`,
    `limit: ${hit.limit ?? 'NaN'}`,
    'lowered: low',
  ];
  return `HT[${to.index}]++;\nHITS.push({ ${fields.join(', ')} });\n`;
}

/** Statements before the judgement of a line: date, points, area, where. The body is written first. */
export function linePreamble(to: RuleWriter, dispatch: Parameters<typeof notValid>[1]): string {
  const invalid = notValid(to, dispatch);
  const where = to.rule.where === undefined || isGated(to.rule, dispatch) ? '' : `if (!${to.expr(to.rule.where)}) return;\n`;
  const force = isGated(to.rule, dispatch) ? '' : `if (${notInForce(to)}) return;\n`;
  const area = to.usesArea() ? `const r = ${areaText(to)};\n` : '';
  return `const d = ${lineDay(to)};\n${force}${area}${invalid === undefined ? '' : `if (${invalid}) return;\n`}${where}`;
}

/** Whether a rule is asked of every line and filters them: then the filter stands where its function is called. */
const isGated = (rule: CheckedRule, dispatch: Parameters<typeof notValid>[1]): boolean => dispatch === undefined && rule.where !== undefined;

/** The call of a rule's function for a line, within its filter where that stands outside the function. */
export function gatedCall(program: Program, rule: CheckedRule, index: number, dispatch: Parameters<typeof notValid>[1], name: string): string {
  const call = `${name}(l, v, -1, ds);\n`;
  if (!isGated(rule, dispatch) || rule.where === undefined) return call;
  const to = lazyArea(program, rule, index, rule.where);
  return `{\nconst d = ${lineDay(to)};\nif (!(${notInForce(to)}) && ${to.expr(rule.where)}) ${call}}\n`;
}

/** A writer of line expressions that works out the area only where they ask for it. */
function lazyArea(program: Program, rule: CheckedRule, index: number, ...exprs: readonly Expr[]): RuleWriter {
  const locals = { ...lineLocals, point: '-1' };
  const to = ruleWriter(program, rule, index, locals);
  for (const expr of exprs) to.expr(expr);
  return to.usesArea() ? ruleWriter(program, rule, index, { ...locals, area: areaText(to) }) : to;
}

/** Writes a line rule; it is judged in place. Returns the name of its function (l, v, k, ds). */
export function writeLine(program: Program, rule: CheckedRule, index: number, shape: CheckedLine): string {
  const to = ruleWriter(program, rule, index, lineLocals);
  const leave = (cause: string): string => `{ ${to.unknown(cause)}; return; }`;
  const far = outOfReach(to, rule.reach ?? 'row');
  const verdict = (): string[] => [
    `if (!${to.expr(shape.when)}) return;\n`,
    exceptionsText(to, 'return;'),
    hitText(to, { visit: 'v', lines: '[l]', charges: `[${chargeText(to, 'l')}]`, occurred: `${to.column('lines', 'fee_ocur_time')}[l]` }),
  ];
  const body = [
    `EV[${index}]++;\n`,
    scopeText(to, 'l', 'return;', leave('line.inscp_amt')),
    far === undefined ? '' : `if (${far}) ${leave('person.reach')}\n`,
    needsText(to, 'self', leave),
    ...(saysNothing(to) ? [] : verdict()),
  ].join('');
  program.functions.push(`function line${index}(l, v, k, ds) {\n${linePreamble(to, shape.items)}${body}}`);
  return `line${index}`;
}

/** Writes what a line adds to the sums of a visit rule; undefined where it has none. */
export function writeSums(program: Program, rule: CheckedRule, index: number, shape: CheckedVisit): string | undefined {
  if (shape.sums.length === 0 || saysNothing(ruleWriter(program, rule, index, lineLocals))) return undefined;
  const to = lazyArea(program, rule, index, ...shape.sums.flatMap((sum) => sum.where ?? []));
  const adds = shape.sums.map((sum) => {
    program.state.push(`let sum${index}_${sum.name} = new Float64Array(64);`);
    const name = sumColumns[sum.measure];
    const add = `sum${index}_${sum.name}[v - v0] += ${name === undefined ? '1' : `${to.column('lines', name)}[l]`};`;
    return sum.where === undefined ? `${add}\n` : `if (${to.expr(sum.where)}) ${add}\n`;
  });
  const begin = `${to.column('visits', 'begntime')}[v]`;
  program.functions.push(`function sums${index}(l, v, k, ds) {\nif (${begin} === MISSING) return;\nconst d = ${visitDay(to)};\n${adds.join('')}}`);
  return `sums${index}`;
}

function visitBody(to: RuleWriter, shape: CheckedVisit): string {
  const leave = (cause: string): string => `{ ${to.unknown(cause)}; return; }`;
  const far = outOfReach(to, to.rule.reach ?? 'row');
  const verdict = (): string[] => [
    ...shape.sums
      .filter((sum) => sum.measure === 'inscp' || sum.measure === 'ownpay')
      .map((sum) => `if (Number.isNaN(sum${to.index}_${sum.name}[v - v0])) ${leave(`line.${sumColumns[sum.measure]}`)}\n`),
    `if (!${to.expr(shape.when)}) return;\n`,
    exceptionsText(to, 'return;'),
    hitText(to, { visit: 'v', code: 'code', charges: `[${visitMoneyText(to, 'v')}]`, visits: '[v]', occurred: `${to.column('visits', 'begntime')}[v]` }),
  ];
  return [
    to.rule.where === undefined ? '' : `if (!${to.expr(to.rule.where)}) return;\n`,
    `EV[${to.index}]++;\n`,
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
  const head = `for (let x = ${start}; x < ${end}; x++) {\nconst code = ${codes}[x];\nif (code < 0 || isRepeated(${codes}, ${start}, x)) continue;\n`;
  if (shape.points === undefined) return `${head}const k = -1;\n${call}\n}\n`;
  const rows = to.bound.codes.reverse(to.bound.table(shape.points.table), shape.points.column);
  const [starts, values] = [to.constant(rows.start, 'start'), to.constant(rows.values, 'points')];
  const invalid = notValid(to, shape.points);
  return `${head}for (let at = ${starts}[code]; at < ${starts}[code + 1]; at++) {\nconst k = ${values}[at];\n${invalid === undefined ? '' : `if (${invalid}) continue;\n`}${call}\n}\n}\n`;
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
  program.functions.push(`function visit${index}(v) {\n${undated}const d = ${visitDay(to)};\nif (${notInForce(to)}) return;\n${area}${call}}`);
  return `visit${index}`;
}
