import type { CheckedRule } from '../check/checked.ts';
import { linePreamble } from '../kernel/write-lines.ts';
import {
  areaText,
  column,
  constant,
  lineLocals,
  needsText,
  notInForce,
  outOfReach,
  type Program,
  type RuleWriter,
  ruleWriter,
  visitDay,
  visitLocals,
} from '../kernel/writer.ts';
import type { CheckedPeer, CheckedTerm } from './checked.ts';
import { beyondAt, denominatorAt, keptAt, lacksAt, lacksOf, numeratorAt, PeerCounters, sizeAt, termColumn } from './counters.ts';
import { isCovered, periodEnd, periodStart } from './period.ts';

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
function sideText(to: RuleWriter, shape: CheckedPeer, term: CheckedTerm | undefined, name: string, flag: string, leave: (cause: string) => string): string {
  if (term === undefined) return `const ${flag} = 1, ${name} = 0;\n`;
  const read = termColumn(shape.of, term.measure);
  const value = read === undefined ? '1' : shape.of === 'line' ? `${to.column('lines', read.column)}[l]` : `${to.column('visits', read.column)}[v]`;
  const missing = read?.cause === undefined ? '' : `if (Number.isNaN(${name})) ${leave(read.cause)}\n`;
  const test = term.where === undefined ? '1' : `${to.expr(term.where)} ? 1 : 0`;
  return `const ${flag} = ${test};\nconst ${name} = ${flag} === 1 ? ${value} : 0;\n${missing}`;
}

function bodyText(to: RuleWriter, shape: CheckedPeer, counters: string): string {
  const { index } = to;
  const causes = lacksOf(to.rule, shape);
  const leave = (cause: string): string => `{ ${counters}.values[ps${index} + ${lacksAt + causes.indexOf(cause)}]++; return; }`;
  const far = outOfReach(to, to.rule.reach ?? 'row');
  return [
    `const e = ${entityText(to, shape)};\nif (e < 0) return;\nconst h = ${to.column('visits', 'fixmedins_code')}[v];\n`,
    `if (e !== pe${index} || h !== ph${index} || d < pa${index} || d > pz${index}) find${index}(e, h, d);\n`,
    far === undefined ? '' : `if (${far}) ${leave('person.reach')}\n`,
    needsText(to, 'self', leave),
    sideText(to, shape, shape.denominator, 'below', 'counts', leave),
    sideText(to, shape, shape.numerator, 'above', 'adds', leave),
    `const V = ${counters}.values, s = ps${index};\n`,
    `V[s + ${numeratorAt}] += above;\nV[s + ${denominatorAt}] += below;\nV[s + ${sizeAt}] += counts;\nV[s + ${keptAt}]++;\nV[s + ${beyondAt}] += pb${index};\n`,
  ].join('');
}

/** Writes what finds the counter of an entity and a period; rows of one visit mostly find it where the row before left it. */
function writeFinder(program: Program, index: number, shape: CheckedPeer, counters: string): void {
  const [from, to] = [column(program, 'institution', `${shape.of}_from`), column(program, 'institution', `${shape.of}_to`)];
  const [start, end, covered] = [
    constant(program, periodStart, 'periodStart'),
    constant(program, periodEnd, 'periodEnd'),
    constant(program, isCovered, 'isCovered'),
  ];
  program.state.push(`let pe${index} = -1, ph${index} = -2, pa${index} = 0, pz${index} = -1, ps${index} = 0, pb${index} = 0;`);
  program.functions.push(`function find${index}(e, h, d) {
pe${index} = e;
ph${index} = h;
pa${index} = ${start}(d, '${shape.over}');
pz${index} = ${end}(pa${index}, '${shape.over}');
ps${index} = ${counters}.slot(e, pa${index});
pb${index} = h < 0 || ${from}[h] === MISSING || ${to}[h] === MISSING || !${covered}(pa${index}, pz${index}, ${from}[h], ${to}[h]) ? 1 : 0;
}`);
}

/** Writes the counting of a peer rule. Returns the name of its function: (l, v, k, ds) for lines, (v) for visits. */
export function writePeer(program: Program, rule: CheckedRule, index: number, shape: CheckedPeer): string {
  const own = new PeerCounters(index, lacksOf(rule, shape).length);
  program.peers.push(own);
  const counters = constant(program, own, 'peer');
  const to = ruleWriter(program, rule, index, shape.of === 'line' ? lineLocals : visitLocals);
  writeFinder(program, index, shape, counters);
  const body = bodyText(to, shape, counters);
  if (shape.of === 'line') {
    program.functions.push(`function peer${index}(l, v, k, ds) {\n${linePreamble(to, undefined)}${body}}`);
    return `peer${index}`;
  }
  program.functions.push(`function peer${index}(v) {\n${visitPreamble(to)}${body}}`);
  return `peer${index}`;
}

/** Statements before a visit is looked at: date, area, where. What follows is written first. */
export function visitPreamble(to: RuleWriter): string {
  const where = to.rule.where === undefined ? '' : `if (!${to.expr(to.rule.where)}) return;\n`;
  const area = to.usesArea() ? `const r = ${areaText(to)};\n` : '';
  const undated = `if (${to.column('visits', 'begntime')}[v] === MISSING) { EV[${to.index}]++; ${to.unknown('visit.begntime')}; return; }\n`;
  return `${undated}const k = -1, d = ${visitDay(to)};\nif (${notInForce(to)}) return;\n${area}${where}`;
}
