import type { CheckedRule } from '../../check/checked.ts';
import { type Expr, type Role, walk } from '../../check/ir.ts';
import { chargeText, hitText, linePreamble } from '../../kernel/write-hit.ts';
import {
  areaText,
  asksText,
  beforeHorizonText,
  exceptionsText,
  lineDay,
  lineLocals,
  needsText,
  notValid,
  openLinesText,
  outOfReach,
  type Program,
  type RuleWriter,
  ruleWriter,
  scopeText,
} from '../../kernel/writer.ts';
import { windowCodes } from '../../knowledge/knowledge.ts';
import type { CheckedPair } from './types.ts';

/** Keys of the group in which b (or a) looks for its partner. */
function chainKey(to: RuleWriter, shape: CheckedPair, item: string): string {
  if (shape.same === 'item') return `${item}, k`;
  if (typeof shape.same !== 'object') return 'k, 0';
  return `${to.constant(to.bound.column(to.rule.table ?? '', shape.same.column), shape.same.column)}[k], 0`;
}

function windowText(to: RuleWriter, shape: CheckedPair): string {
  const { within } = shape;
  if (within.kind === 'point') return `${to.constant(to.bound.column(to.rule.table ?? '', within.column), 'window')}[k]`;
  if (within.kind === 'minutes' || within.kind === 'days') return `${windowCodes[within.kind]} + ${to.expr(within.length)}`;
  return String(windowCodes[within.kind]);
}

function reachText(to: RuleWriter): string {
  const leave = `{ ${to.unknown('person.reach')}; continue; }\n`;
  if (to.rule.reach !== undefined) {
    const far = outOfReach(to, to.rule.reach);
    return far === undefined ? '' : `if (${far}) ${leave}`;
  }
  const { visit, prescription, visit_day } = windowCodes;
  return `if (w !== ${visit} && w !== ${prescription} && w !== ${visit_day} && ${outOfReach(to, 'city')}) ${leave}`;
}

/** Statement that leaves a row out of the window, and whether the window can be open. */
function insideText(to: RuleWriter, shape: CheckedPair): { readonly text: string; readonly open: boolean } {
  if (shape.within.kind === 'history') return { text: '', open: false };
  if (shape.within.kind === 'days') return { text: `if (Math.abs(A.day[c] - day) > w - ${windowCodes.days}) continue;\n`, open: false };
  const columns = ['visit', 'fee_ocur_time', 'time_precision', 'rx_drord_no'].map((name) => to.column('lines', name)).join(', ');
  return {
    text: `const inside = inWindow(w, a, l, ${columns}, ${to.bound.codes.id('precision', 'day')});\nif (inside === 0) continue;\n`,
    open: true,
  };
}

/** Whether an expression is a value of the line or visit of one role and of nothing else. */
const isOf = (expr: Expr | undefined, role: Role): expr is Expr =>
  expr !== undefined && [...walk(expr)].every(({ op, data }) => (op === 'field' || op === 'row') && (data as { role: Role }).role === role);

/** A difference between a and b that `when` demands; undefined where it demands none. */
function demandedDifference(when: Expr): { readonly a: Expr; readonly b: Expr } | undefined {
  if (when.op === 'and') return when.args.map(demandedDifference).find((found) => found !== undefined);
  if (when.op !== 'ne') return undefined;
  const [left, right] = when.args;
  if (isOf(left, 'a') && isOf(right, 'b')) return { a: left, b: right };
  return isOf(left, 'b') && isOf(right, 'a') ? { a: right, b: left } : undefined;
}

/**
 * Rows of one key that are all alike in what the rule wants to differ have no partners among each other: `test` says so of
 * b after `prepare` has looked at each row once. Rows that lack what the rule needs leave the question open, so all are asked.
 */
function alikeText(to: RuleWriter, shape: CheckedPair): { readonly prepare: string; readonly test: string } | undefined {
  const difference = shape.same === 'key' ? demandedDifference(shape.when) : undefined;
  if (difference === undefined) return undefined;
  const needs = needsText(to, 'a', () => '{ alike = false; break; }');
  const prepare = `let alike = A.size > 0, common = 0;
for (let c = 0; c < A.size; c++) {
const a = A.row[c], va = ${to.column('lines', 'visit')}[a];
${needs}const value = ${to.expr(difference.a)};
if (c === 0) common = value;
else if (value !== common) { alike = false; break; }
}
`;
  return { prepare, test: `alike && ${to.expr(difference.b)} === common` };
}

/**
 * Function of a line: its value of what must differ between the two lines of a key, NaN where the line lacks what the
 * rule needs of a. Lines of a key with one value have no partners. Undefined where the rule tells no such value.
 */
export function differsText(program: Program, rule: CheckedRule, index: number, shape: CheckedPair): string | undefined {
  const to = ruleWriter(program, rule, index, lineLocals);
  const difference =
    shape.same === 'key' && shape.items === undefined && shape.items_a === undefined ? demandedDifference(shape.when) : undefined;
  if (difference === undefined) return undefined;
  const needs = needsText(to, 'a', () => 'return NaN;');
  return `function differs(a) {\nconst va = ${to.column('lines', 'visit')}[a];\n${needs}return ${to.expr(difference.a)};\n}\n`;
}

/** Statements that judge one partner `a`; they break out of `search` when it is found. */
function partnerText(to: RuleWriter, shape: CheckedPair): string {
  const items = to.column('lines', 'med_list_codg');
  const open = (cause: string): string => `{ if (open < 0) open = ${to.cause(cause)}; continue; }`;
  const inside = insideText(to, shape);
  const invalid = typeof shape.same === 'object' ? notValid(to, shape.items_a, 'A.point[c]') : undefined;
  const cheaper = shape.violating === 'cheaper';
  const amount = to.column('lines', 'det_item_fee_sumamt');
  return [
    'const a = A.row[c];\n',
    shape.order === 'before' ? '' : 'if (a === l) continue;\n',
    shape.order === 'before'
      ? 'if (A.day[c] < day - reach) break;\n'
      : 'if (A.day[c] < day - reach) continue;\nif (A.day[c] > day + reach) break;\n',
    shape.different_item ? `if (${items}[a] === ${items}[l]) continue;\n` : '',
    invalid === undefined ? '' : `if (${invalid}) continue;\n`,
    inside.text,
    `const va = ${to.column('lines', 'visit')}[a];\n`,
    needsText(to, 'a', open),
    `if (!${to.expr(shape.when)}) continue;\n`,
    cheaper ? `const bad = ${amount}[a] < ${amount}[l] ? a : l;\n${scopeText(to, 'bad', 'continue;', open('line.inscp_amt'))}` : '',
    inside.open ? `if (inside === 2) ${open('line.time_precision')}\nif (inside === 3) ${open('line.rx_drord_no')}\n` : '',
    'found = a;\nbreak;\n',
  ].join('');
}

function pairHit(to: RuleWriter, shape: CheckedPair): string {
  const amount = to.column('lines', 'det_item_fee_sumamt');
  const bad = shape.violating === 'cheaper' ? `${amount}[a] < ${amount}[l] ? a : l` : 'l';
  return `const a = found, va = ${to.column('lines', 'visit')}[a];
${exceptionsText(to, 'continue;')}const bad = ${bad};
${hitText(to, {
  visit: `${to.column('lines', 'visit')}[bad]`,
  lines: '[bad, bad === l ? a : l]',
  charges: `[${chargeText(to, 'bad')}]`,
  occurred: `${to.column('lines', 'fee_ocur_time')}[bad]`,
})}`;
}

export interface PairNames {
  readonly collectA: string;
  readonly collectB: string;
  readonly judge: string;
}

/** Writes a pair rule: two collecting functions (for a and for b) and the judging one. */
export function writePair(program: Program, rule: CheckedRule, index: number, shape: CheckedPair): PairNames {
  program.state.push(`const A${index} = new Grouper();`, `const B${index} = new Grouper();`);
  const day = 'Math.floor(lines_fee_ocur_time[l] / 1440)';
  const one = ruleWriter(program, rule, index, lineLocals);
  const items = one.column('lines', 'med_list_codg');
  one.column('lines', 'fee_ocur_time');
  program.functions.push(
    `function partner${index}(l, v, k, ds) {\nA${index}.add(${chainKey(one, shape, `${items}[l]`)}, l, k, ds, -1, 0, false);\n}`,
  );
  program.functions.push(
    `function collect${index}(l, v, k, ds) {\n${linePreamble(one, shape.items)}B${index}.add(0, 0, l, k, ds, -1, 0, false);\n}`,
  );
  const to = ruleWriter(program, rule, index, lineLocals);
  const leave = (cause: string): string => `{ ${to.unknown(cause)}; continue; }`;
  const before = [
    asksText(to, leave),
    shape.violating === 'b' ? scopeText(to, 'l', 'continue;', leave('line.inscp_amt')) : '',
    `const w = ${windowText(to, shape)};\n`,
    reachText(to),
    needsText(to, 'self', leave),
  ].join('');
  const partner = partnerText(to, shape);
  const found = pairHit(to, shape);
  const chain =
    shape.order === 'before'
      ? 'for (let c = q < 0 ? -1 : A.before(q, l); c >= 0; c = A.previous[c])'
      : 'for (let c = q < 0 ? -1 : A.head[q]; c >= 0; c = A.next[c])';
  const alike = alikeText(to, shape);
  const unread = openLinesText(to, 'l');
  const missing = unread === undefined ? '' : `if (${unread}) { ${to.unknown('lines')}; continue; }\n`;
  const early = beforeHorizonText(to, `day - (w - ${windowCodes.days})`, 'line');
  const area = to.usesArea() ? `const r = ${areaText(to)};\n` : '';
  program.functions.push(`function judge${index}() {
const A = A${index}, B = B${index};
${alike?.prepare ?? ''}for (let i = 0; i < B.size; i++) {
EV[${index}]++;
const l = B.row[i], k = B.point[i], v = ${to.column('lines', 'visit')}[l];
const day = ${day}, ds = day;
const d = ${lineDay(to)};
${area}${before}const q = A.find(${chainKey(to, shape, `${items}[l]`)});
const reach = windowReach(w);
let found = -1, open = -1;
${alike === undefined ? '' : `if (!(${alike.test})) `}${chain} {
${partner}}
if (found < 0) {
if (open >= 0) { UN[open]++; continue; }
${missing}if (w >= ${windowCodes.days} && (${early})) ${to.unknown('horizon')};
continue;
}
${found}}
A.reset();
B.reset();
}`);
  return { collectA: `partner${index}`, collectB: `collect${index}`, judge: `judge${index}` };
}
