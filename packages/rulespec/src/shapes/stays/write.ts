import type { CheckedRule } from '../../check/checked.ts';
import { hitText, visitMoneyText } from '../../kernel/write-hit.ts';
import {
  areaText,
  asksText,
  beforeHorizonText,
  besideText,
  exceptionsText,
  needsText,
  notInForce,
  outOfReach,
  type Program,
  ruleWriter,
  visitDay,
  visitLocals,
} from '../../kernel/writer.ts';
import type { CheckedStays } from './types.ts';
/** Writes a stays rule. Returns the name of its function (v, v0, v1). */
export function writeStays(program: Program, rule: CheckedRule, index: number, shape: CheckedStays): string {
  const to = ruleWriter(program, rule, index, visitLocals);
  const begin = to.column('visits', 'begntime');
  const far = outOfReach(to, rule.reach ?? 'city');
  const leave = (cause: string): string => `{ ${to.unknown(cause)}; return; }`;
  const where = rule.where === undefined ? '' : `if (!${to.expr(rule.where)}) return;\n`;
  const reach = far === undefined ? '' : `if (${far}) ${leave('person.reach')}\n`;
  const before = `${asksText(to, leave)}${reach}${needsText(to, 'self', leave)}`;
  const open = (cause: string): string => `{ if (open < 0) open = ${to.cause(cause)}; continue; }`;
  const end = shape.within_days === undefined ? '' : to.column('visits', 'endtime');
  const length = shape.within_days === undefined ? '' : `const length = ${to.expr(shape.within_days)};\n`;
  const near =
    shape.within_days === undefined
      ? ''
      : `if (${end}[va] === MISSING) ${open('a.endtime')}\nif (day - Math.floor(${end}[va] / 1440) > length) continue;\n`;
  const test = [
    shape.a_where === undefined ? '' : `if (!${to.expr(shape.a_where)}) ${besideText(to, shape.a_beside, open, 'continue;')}\n`,
    near,
    needsText(to, 'a', open),
    `if (!${to.expr(shape.when)}) continue;\nfound = va;\nbreak;\n`,
  ].join('');
  const early = shape.within_days === undefined ? '' : `if (${beforeHorizonText(to, 'day - length', 'visit')}) ${to.unknown('horizon')};\n`;
  const exceptions = exceptionsText(to, 'return;');
  const hit = hitText(to, { visit: 'v', point: '-1', charges: `[${visitMoneyText(to, 'v')}]`, visits: '[v, va]', occurred: `${begin}[v]` });
  const after = shape.swap ? `if (found < 0) for (let va = v + 1; va < v1; va++) {\n${test}}\n` : '';
  const area = to.usesArea() ? `const r = ${areaText(to)};\n` : '';
  program.functions.push(`function visit${index}(v, v1) {
const k = -1;
if (${begin}[v] === MISSING) { EV[${index}]++; ${leave('visit.begntime').slice(2)}
const day = Math.floor(${begin}[v] / 1440), d = ${visitDay(to)};
if (${notInForce(to)}) return;
${area}${where}EV[${index}]++;
${before}${length}let found = -1, open = -1;
for (let va = v - 1; va >= v0; va--) {
${test}}
${after}if (found < 0) {
if (open >= 0) { UN[open]++; return; }
${early}return;
}
const va = found;
${exceptions}${hit}}`);
  return `visit${index}`;
}
