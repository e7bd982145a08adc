import type { CheckedRule } from '../../check/checked.ts';
import { isCovered, monthStart, periodEnd } from '../../interpret/period.ts';
import { linePreamble, visitPreamble } from '../../kernel/write-hit.ts';
import {
  asksText,
  column,
  constant,
  lineLocals,
  needsText,
  outOfReach,
  type Program,
  type RuleWriter,
  ruleWriter,
  visitLocals,
} from '../../kernel/writer.ts';
import { GroupEvents } from './events.ts';
import type { CheckedGroup } from './types.ts';

/** Condition under which only the date of the row is known. */
function vagueText(to: RuleWriter, shape: CheckedGroup): string {
  if (shape.of === 'visit') return `${to.column('visits', 'begntime')}[v] % 1440 === 0`;
  return `${to.column('lines', 'time_precision')}[l] === ${to.bound.codes.id('precision', 'day')}`;
}

/** Text of 1 where the data of the institution cover the month of the row only in part. */
function beyondText(to: RuleWriter, shape: CheckedGroup): string {
  if (!shape.monthly) return '0';
  const institution = `${to.column('visits', 'fixmedins_code')}[v]`;
  const [from, end] = [
    `${to.column('institution', `${shape.of}_from`)}[${institution}]`,
    `${to.column('institution', `${shape.of}_to`)}[${institution}]`,
  ];
  const start = `${to.constant(monthStart, 'monthStart')}(Math.floor(t / 1440))`;
  const last = (covers: string): string =>
    `${covers}(${start}, ${to.constant(periodEnd, 'periodEnd')}(${start}, 'month'), ${from}, ${end})`;
  const covered = last(to.constant(isCovered, 'isCovered'));
  return `(${institution} < 0 || ${from} === MISSING || ${end} === MISSING || !${covered} ? 1 : 0)`;
}

function bodyText(to: RuleWriter, shape: CheckedGroup, events: string): string {
  const leave = (cause: string): string => `{ ${to.unknown(cause)}; return; }`;
  const far = outOfReach(to, to.rule.reach ?? 'city');
  const time = shape.of === 'line' ? `${to.column('lines', 'fee_ocur_time')}[l]` : `${to.column('visits', 'begntime')}[v]`;
  const person = `${to.column('visits', 'person')}[v]`;
  const keys = [...shape.keys, ...shape.same].map(({ expr }, index) => `${events}.keys[${index}][at] = ${to.expr(expr)};\n`);
  return [
    `EV[${to.index}]++;\n`,
    asksText(to, leave),
    far === undefined ? '' : `if (${far}) ${leave('person.reach')}\n`,
    needsText(to, 'self', leave),
    ...shape.needs.map((need) => `if (!${to.expr(need.test)}) ${leave(need.cause)}\n`),
    shape.timed ? `if (${vagueText(to, shape)}) ${leave(`${shape.of}.time_precision`)}\n` : '',
    `const t = ${time};\n`,
    `const at = ${events}.place(${person}, ${shape.of === 'line' ? 'l' : 'v'}, t, d, ${to.area}, ${beyondText(to, shape)});\n`,
    ...keys,
  ].join('');
}

/** Writes the gathering of a group rule. Returns the name of its function: (l, v, k, ds) for lines, (v) for visits. */
export function writeGroup(program: Program, rule: CheckedRule, index: number, shape: CheckedGroup): string {
  const own = new GroupEvents(index, shape.of, shape.keys.length, shape.same.length);
  program.gatherers.push(own);
  const events = constant(program, own, 'group');
  column(program, 'persons', 'psn');
  const to = ruleWriter(program, rule, index, shape.of === 'line' ? lineLocals : visitLocals);
  const body = bodyText(to, shape, events);
  const line = shape.of === 'line';
  program.functions.push(
    `function group${index}(${line ? 'l, v, k, ds' : 'v'}) {\n${line ? linePreamble(to, undefined) : visitPreamble(to)}${body}}`,
  );
  return `group${index}`;
}
