import type { CheckedRule } from '../../check/checked.ts';
import { chargeText, hitText, linePreamble } from '../../kernel/write-hit.ts';
import {
  asksText,
  exceptionsText,
  lineLocals,
  needsText,
  outOfReach,
  type Program,
  ruleWriter,
  saysNothing,
  scopeText,
} from '../../kernel/writer.ts';
import type { CheckedLine } from './types.ts';
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
    asksText(to, leave),
    scopeText(to, 'l', 'return;', leave('line.inscp_amt')),
    far === undefined ? '' : `if (${far}) ${leave('person.reach')}\n`,
    needsText(to, 'self', leave),
    ...(saysNothing(to) ? [] : verdict()),
  ].join('');
  program.functions.push(`function line${index}(l, v, k, ds) {\n${linePreamble(to, shape.items)}${body}}`);
  return `line${index}`;
}
