import type { CheckedRule } from '../../check/checked.ts';
import { isCovered, periodEnds, periodStarts } from '../../interpret/period.ts';
import { linePreamble, visitPreamble } from '../../kernel/write-hit.ts';
import {
  asksText,
  besideText,
  column,
  constant,
  lackingBeside,
  lineLocals,
  lookedAt,
  needsText,
  outOfReach,
  type Program,
  type RuleWriter,
  ruleWriter,
  visitLocals,
} from '../../kernel/writer.ts';
import { beyondAt, denominatorAt, keptAt, lacksAt, lacksOf, numeratorAt, PeerCounters, sizeAt, termColumn } from './counters.ts';
import type { CheckedPeer, CheckedTerm } from './types.ts';

function entityText(to: RuleWriter, shape: CheckedPeer): string {
  switch (shape.entity) {
    case 'institution':
      return `${to.column('visits', 'fixmedins_code')}[v]`;
    case 'practitioner':
      return shape.of === 'line' ? `${to.column('lines', 'bilg_dr_code')}[l]` : `${to.column('visits', 'chfpdr_code')}[v]`;
    case 'department':
      return `${to.column('lines', 'bilg_dept_codg')}[l]`;
    case 'item':
      return `${to.column('lines', 'med_list_codg')}[l]`;
  }
}

/** Statements that set `name` to what the row adds to one side, and `flag` where it adds at all. */
function sideText(
  to: RuleWriter,
  shape: CheckedPeer,
  term: CheckedTerm | undefined,
  name: string,
  flag: string,
  leave: (cause: string) => string,
): string {
  if (term === undefined) return `const ${flag} = 1, ${name} = 0;\n`;
  const read = termColumn(shape.of, term.measure);
  const value =
    read === undefined ? '1' : shape.of === 'line' ? `${to.column('lines', read.column)}[l]` : `${to.column('visits', read.column)}[v]`;
  const missing = read?.cause === undefined ? '' : `if (Number.isNaN(${name})) ${leave(read.cause)}\n`;
  const test = term.where === undefined ? '1' : `${to.expr(term.where)} ? 1 : 0`;
  return `const ${flag} = ${test};\nconst ${name} = ${flag} === 1 ? ${value} : 0;\n${missing}`;
}

function bodyText(to: RuleWriter, rule: CheckedRule, shape: CheckedPeer, counters: string): string {
  const { index } = to;
  const causes = lacksOf(to.rule, shape);
  const leave = (cause: string): string => `{ ${counters}.values[${counters}.at + ${lacksAt + causes.indexOf(cause)}]++; return; }`;
  const far = outOfReach(to, to.rule.reach ?? 'row');
  return [
    `const e = ${entityText(to, shape)};\nif (e < 0) return;\nconst h = ${to.column('visits', 'fixmedins_code')}[v];\n`,
    `if (e !== ${counters}.entity || h !== ${counters}.institution || d < ${counters}.from || d > ${counters}.to) find${index}(e, h, d);\n`,
    rule.where === undefined || lackingBeside(to, rule.beside).length === 0
      ? ''
      : `if (!${to.expr(rule.where)}) ${besideText(to, rule.beside, leave, '')}\n`,
    asksText(to, leave),
    far === undefined ? '' : `if (${far}) ${leave('person.reach')}\n`,
    needsText(to, 'self', leave),
    sideText(to, shape, shape.denominator, 'below', 'counts', leave),
    sideText(to, shape, shape.numerator, 'above', 'adds', leave),
    `const V = ${counters}.values, s = ${counters}.at;\n`,
    `V[s + ${numeratorAt}] += above;\nV[s + ${denominatorAt}] += below;\nV[s + ${sizeAt}] += counts;\n`,
    `V[s + ${keptAt}]++;\nV[s + ${beyondAt}] += ${counters}.beyond;\n`,
  ].join('');
}

/** Writes what finds the counter of an entity and a period; rows of one visit mostly find it where the row before left it. */
function writeFinder(program: Program, index: number, shape: CheckedPeer, counters: string): void {
  const [from, to] = [column(program, 'institution', `${shape.of}_from`), column(program, 'institution', `${shape.of}_to`)];
  const [start, end, covered] = [
    constant(program, periodStarts[shape.over], 'periodStart'),
    constant(program, periodEnds[shape.over], 'periodEnd'),
    constant(program, isCovered, 'isCovered'),
  ];
  program.functions.push(`function find${index}(e, h, d) {
const C = ${counters}, a = ${start}(d);
if (a !== C.from || C.to < a) {
C.from = a;
C.to = ${end}(a);
}
C.entity = e;
C.institution = h;
C.at = C.slot(e, a);
C.beyond = h < 0 || ${from}[h] === MISSING || ${to}[h] === MISSING || !${covered}(a, C.to, ${from}[h], ${to}[h]) ? 1 : 0;
}`);
}

/** Writes the counting of a peer rule. Returns the name of its function: (l, v, k, ds) for lines, (v) for visits. */
export function writePeer(program: Program, rule: CheckedRule, index: number, shape: CheckedPeer): string {
  const own = new PeerCounters(index, lacksOf(rule, shape).length, shape.compare === 'trend');
  program.gatherers.push(own);
  const counters = constant(program, own, 'peer');
  const to = ruleWriter(program, lookedAt(program.bound, rule), index, shape.of === 'line' ? lineLocals : visitLocals);
  writeFinder(program, index, shape, counters);
  const body = bodyText(to, rule, shape, counters);
  if (shape.of === 'line') {
    program.functions.push(`function peer${index}(l, v, k, ds) {\n${linePreamble(to, undefined)}${body}}`);
    return `peer${index}`;
  }
  program.functions.push(`function peer${index}(v) {\n${visitPreamble(to)}${body}}`);
  return `peer${index}`;
}
