import type { CheckedRule } from '../check/checked.ts';
import type { Expr } from '../check/ir.ts';
import { areaText, lineDay, lineLocals, notInForce, notValid, type Program, type RuleWriter, ruleWriter, visitDay } from './writer.ts';
/** Text of the charge at issue of a line. */
export function chargeText(to: RuleWriter, line: string): string {
  const { amount } = to.rule;
  const all = `${to.column('lines', 'det_item_fee_sumamt')}[${line}]`;
  if (amount.method === 'price_excess' && amount.cap !== undefined) {
    return `overprice(${all}, ${to.column('lines', 'pric')}[${line}], ${to.expr(amount.cap)}, ${to.column('lines', 'cnt')}[${line}])`;
  }
  if (amount.method === 'excess' && amount.excess !== undefined)
    return `share(${all}, ${to.expr(amount.excess)}, ${to.column('lines', 'cnt')}[${line}])`;
  return amount.method === 'whole' ? all : '0';
}

/** Text of the money of a visit at issue. */
export function visitMoneyText(to: RuleWriter, visit: string): string {
  if (to.rule.amount.difference !== undefined) return `Math.max(0, ${to.expr(to.rule.amount.difference)})`;
  if (to.rule.amount.method !== 'stay') return '0';
  const person = `${to.column('visits', 'person')}[${visit}]`;
  const ranges = `${to.column('persons', 'lines_start')}[${person}], ${to.column('persons', 'lines_end')}[${person}]`;
  const [paid, owner, amount] = [
    to.column('visits', 'medfee_sumamt'),
    to.column('lines', 'visit'),
    to.column('lines', 'det_item_fee_sumamt'),
  ];
  return `visitMoney(${paid}, ${visit}, ${owner}, ${amount}, ${ranges})`;
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

/** Statements before a visit is looked at: date, area, where. What follows is written first. */
export function visitPreamble(to: RuleWriter): string {
  const where = to.rule.where === undefined ? '' : `if (!${to.expr(to.rule.where)}) return;\n`;
  const area = to.usesArea() ? `const r = ${areaText(to)};\n` : '';
  const begin = `${to.column('visits', 'begntime')}[v]`;
  const undated = `if (${begin} === MISSING) { EV[${to.index}]++; ${to.unknown('visit.begntime')}; return; }\n`;
  return `${undated}const k = -1, d = ${visitDay(to)};\nif (${notInForce(to)}) return;\n${area}${where}`;
}

/** Whether a rule is asked of every line and filters them: then the filter stands where its function is called. */
const isGated = (rule: CheckedRule, dispatch: Parameters<typeof notValid>[1]): boolean =>
  dispatch === undefined && rule.where !== undefined;

/** The call of a rule's function for a line, within its filter where that stands outside the function. */
export function gatedCall(
  program: Program,
  rule: CheckedRule,
  index: number,
  dispatch: Parameters<typeof notValid>[1],
  name: string,
): string {
  const call = `${name}(l, v, -1, ds);\n`;
  if (!isGated(rule, dispatch) || rule.where === undefined) return call;
  const to = lazyArea(program, rule, index, rule.where);
  return `{\nconst d = ${lineDay(to)};\nif (!(${notInForce(to)}) && ${to.expr(rule.where)}) ${call}}\n`;
}

/** A writer of line expressions that works out the area only where they ask for it. */
export function lazyArea(program: Program, rule: CheckedRule, index: number, ...exprs: readonly Expr[]): RuleWriter {
  const locals = { ...lineLocals, point: '-1' };
  const to = ruleWriter(program, rule, index, locals);
  for (const expr of exprs) to.expr(expr);
  return to.usesArea() ? ruleWriter(program, rule, index, { ...locals, area: areaText(to) }) : to;
}
