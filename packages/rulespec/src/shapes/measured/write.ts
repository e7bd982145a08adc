import type { CheckedRule } from '../../check/checked.ts';
import { type Counted, counted, walk } from '../../check/ir.ts';
import { hitText, linePreamble, visitMoneyText } from '../../kernel/write-hit.ts';
import {
  areaText,
  asksText,
  beforeHorizonText,
  besideText,
  exceptionChain,
  exceptionsText,
  lackingBeside,
  lineDay,
  lineLocals,
  lookedAt,
  needsText,
  notInForce,
  notPublished,
  openLinesText,
  outOfReach,
  type Program,
  type RuleWriter,
  ruleWriter,
  scopeText,
  visitDay,
  visitLocals,
} from '../../kernel/writer.ts';
import type { Measure } from '../../source/vocabulary.ts';
import type { CheckedTotal, CheckedWindow, Grouping } from './types.ts';

type Shape = CheckedTotal | CheckedWindow;

/** Texts of the two numbers that name the group of a candidate. */
function groupKey(to: RuleWriter, grouping: Grouping): string {
  if (grouping === 'all') return '0, 0';
  if (grouping === 'item') return `${to.column('lines', 'med_list_codg')}[l], k`;
  if (grouping === 'point') return 'k, 0';
  return `${to.constant(to.bound.column(to.rule.table ?? '', grouping.column), grouping.column)}[k], 0`;
}

function scopeKey(to: RuleWriter, shape: CheckedTotal): string {
  switch (shape.over) {
    case 'day':
      return 'day';
    case 'visit':
      return 'v';
    case 'visit_day':
      return 'v * 65536 + day';
    case 'month':
      return 'monthOf(day)';
    case 'year':
      return 'yearOf(day)';
    case 'history':
      return '0';
    case 'prescription':
      return `v * 4194304 + ${to.column('lines', 'rx_drord_no')}[l]`;
  }
}

/** Key of the group and of the scope of a total as two numbers; the group is numbered first where it has two itself. */
function totalKey(to: RuleWriter, shape: CheckedTotal): string {
  const group = groupKey(to, shape.group);
  const major = shape.group === 'item' ? `${group.split(', ')[0]} + k * ${to.bound.codes.values('item').length + 1}` : group.split(', ')[0];
  return `${major}, ${scopeKey(to, shape)}`;
}

/** Text of the part a candidate adds to a summed measure, with the cause where it may be missing. */
function partText(to: RuleWriter, shape: Shape): { value: string; cause?: string; missing?: string } {
  const line = (name: string): string => `${to.column('lines', name)}[l]`;
  const visit = (name: string): string => `${to.column('visits', name)}[v]`;
  const nullable = (value: string, cause: string) => ({ value, cause, missing: `Number.isNaN(${value})` });
  switch (shape.measure) {
    case 'cnt': {
      if (shape.kind !== 'total' || shape.over !== 'day') return { value: line('cnt') };
      return { value: line('cnt'), cause: 'line.cnt_daily', missing: `${line('cnt_daily')} !== ${to.bound.codes.id('yes_no', '1')}` };
    }
    case 'amount':
      return shape.of === 'line' ? { value: line('det_item_fee_sumamt') } : nullable(visit('medfee_sumamt'), 'visit.medfee_sumamt');
    case 'inscp':
      return shape.of === 'line' ? nullable(line('inscp_amt'), 'line.inscp_amt') : nullable(visit('inscp_amt'), 'visit.inscp_amt');
    case 'supply':
      return nullable(line('prd_days'), 'line.prd_days');
    case 'fund':
      return nullable(visit('fund_pay_sumamt'), 'visit.fund_pay_sumamt');
    case 'ipt_days':
      return nullable(visit('ipt_days'), 'visit.ipt_days');
    default:
      return { value: '1' };
  }
}

/** State of a candidate that only counts beside others for want of a column, less the number of its cause. */
const besideState = -3;

/** Statements for a candidate that `where` leaves out and might not; nothing where this lake lacks nothing. */
function besideTest(to: RuleWriter, rule: CheckedRule, leave: string | ((cause: string) => string)): string {
  if (rule.where === undefined || lackingBeside(to, rule.beside).length === 0) return '';
  const text = typeof leave === 'string' ? leave : besideText(to, rule.beside, leave, '');
  return `if (!${to.expr(rule.where)}) ${text}\n`;
}

/** Statements that find the state and the part of a candidate and add it to its group. */
function collectText(to: RuleWriter, rule: CheckedRule, shape: Shape, key: string): string {
  const part = partText(to, shape);
  const row = shape.of === 'line' ? 'l' : 'v';
  const leave = (cause: string): string => `{ state = ${to.cause(cause)}; break judge; }`;
  const scope = shape.of === 'line' ? scopeText(to, 'l', '{ state = -2; break judge; }', leave('line.inscp_amt')) : '';
  const missing = part.missing === undefined ? '' : `if (${part.missing}) ${leave(part.cause ?? '')}\n`;
  const time = shape.of === 'line' ? `${to.column('lines', 'fee_ocur_time')}[l]` : `${to.column('visits', 'begntime')}[v]`;
  const open =
    shape.kind === 'total' && shape.over === 'prescription'
      ? `if (${to.column('lines', 'rx_drord_no')}[l] < 0) {
${besideTest(to, rule, 'return;')}EV[${to.index}]++;
${to.unknown('line.rx_drord_no')};
return;
}
`
      : '';
  const beside = besideTest(to, rule, (cause) => `{ state = ${besideState} - ${to.cause(cause)}; break judge; }`);
  return `${open}const day = Math.floor(${time} / 1440);
let state = -1, part = 0;
judge: {
${beside}${asksText(to, leave)}${scope}${needsText(to, 'self', leave)}${missing}part = ${part.value};
}
G${to.index}.add(${key}, ${row}, k, day, state, part, true);
`;
}

/** Writes the function that collects the candidates of a total or window. */
function writeCollect(program: Program, rule: CheckedRule, index: number, shape: Shape, key: (to: RuleWriter) => string): void {
  program.state.push(`const G${index} = new Grouper();`);
  const looked = lookedAt(program.bound, rule);
  if (shape.of === 'line') {
    const to = ruleWriter(program, looked, index, lineLocals);
    const body = collectText(to, rule, shape, key(to));
    program.functions.push(`function collect${index}(l, v, k, ds) {\n${linePreamble(to, shape.items)}${body}}`);
    return;
  }
  const to = ruleWriter(program, looked, index, visitLocals);
  const body = collectText(to, rule, shape, key(to));
  const where = looked.where === undefined ? '' : `if (!${to.expr(looked.where)}) return;\n`;
  const area = to.usesArea() ? `const r = ${areaText(to)};\n` : '';
  const undated = `if (${to.column('visits', 'begntime')}[v] === MISSING) { EV[${index}]++; ${to.unknown('visit.begntime')}; return; }\n`;
  program.functions.push(
    `function collect${index}(v) {
const k = -1;
${undated}const d = ${visitDay(to)};
if (${notInForce(to)}) return;
${area}${where}${body}}`,
  );
}

/** Statements that bring candidate `c` to the locals of its subject. */
function subjectText(to: RuleWriter, shape: Shape): string {
  const rows =
    shape.of === 'line'
      ? `const l = G.row[c], v = ${to.column('lines', 'visit')}[l];
const ds = Math.floor(${to.column('lines', 'fee_ocur_time')}[l] / 1440);`
      : 'const v = G.row[c];';
  const day = shape.of === 'line' ? lineDay(to) : visitDay(to);
  const area = to.usesArea() ? `const r = ${areaText(to)};\n` : '';
  return `${rows}\nconst k = G.point[c], d = ${day};\n${area}`;
}

/** Statement that passes over subject `c` when another version of the rule judges its day. */
function publishedText(to: RuleWriter, shape: Shape): string {
  const other = notPublished(to);
  return other === undefined ? '' : `{\n${subjectText(to, shape)}if (${other}) continue;\n}\n`;
}

/** Statement that adds candidate `at` to the measure in `target`. */
function measureText(to: RuleWriter, shape: Shape, at: string, target: string): string {
  const counts = countedBy[shape.measure];
  return counts === undefined ? `${target} += G.part[${at}];` : countText(to, shape, counts, at, target);
}

const countedBy: Readonly<Partial<Record<Measure, Counted>>> = {
  days: 'days',
  kinds: 'items',
  visits: 'visits',
  institutions: 'institutions',
  persons: 'persons',
};

/** Statement that counts the thing of candidate `at` in `target` when it is new since `stamp` and `lastDay` were set anew. */
function countText(to: RuleWriter, shape: Shape, counts: Counted, at: string, target: string): string {
  const visit = shape.of === 'line' ? `${to.column('lines', 'visit')}[G.row[${at}]]` : `G.row[${at}]`;
  const seen = (thing: string): string => `if (SEEN[${thing}] !== stamp) { SEEN[${thing}] = stamp; ${target}++; }`;
  switch (counts) {
    case 'days':
      return `if (G.day[${at}] !== lastDay) { lastDay = G.day[${at}]; ${target}++; }`;
    case 'visits':
      return seen(visit);
    case 'persons':
      return seen(`${to.column('visits', 'person')}[${visit}]`);
    case 'items':
      return shape.of === 'line' ? seen(`${to.column('lines', 'med_list_codg')}[G.row[${at}]]`) : '';
    case 'institutions': {
      const institution = `${to.column('visits', 'fixmedins_code')}[${visit}]`;
      return `if (${institution} >= 0) ${seen(institution)}`;
    }
  }
}

/** Statements that count what the exceptions ask for; `loop` is the head of the loop over the group. */
function distinctText(to: RuleWriter, shape: Shape, loop: string): string {
  return countsAsked(to)
    .map(
      (of) =>
        `let n_${of} = 0;
stamp++;
lastDay = MISSING;
${loop} {
if (G.state[at] === -2) continue;
${countText(to, shape, of, 'at', `n_${of}`)}
}
`,
    )
    .join('');
}

/** Distinct things that the exceptions of a rule count. */
function countsAsked(to: RuleWriter): readonly Counted[] {
  const asked = to.rule.exceptions.flatMap(({ when }) => [...walk(when)].flatMap((expr) => (expr.op === 'distinct' ? [expr.data.of] : [])));
  return counted.filter((of) => asked.includes(of));
}

/** Text of an array with the charge of each violating row. */
function chargesText(to: RuleWriter, shape: Shape, rows: string, parts: string): string {
  const { method } = to.rule.amount;
  if (shape.of === 'visit') return `${rows}.map((row) => ${visitMoneyText(to, 'row')})`;
  if (method === 'none') return `${rows}.map(() => 0)`;
  const amounts = `${rows}.map((row) => ${to.column('lines', 'det_item_fee_sumamt')}[row])`;
  return method === 'excess' ? `excessCharges('${shape.measure}', m - lim, ${amounts}, ${parts})` : amounts;
}

function timeText(to: RuleWriter, shape: Shape, row: string): string {
  return shape.of === 'line' ? `${to.column('lines', 'fee_ocur_time')}[${row}]` : `${to.column('visits', 'begntime')}[${row}]`;
}

function totalHit(to: RuleWriter, shape: CheckedTotal): string {
  const oneVisit = ['visit', 'visit_day', 'prescription'].includes(shape.over);
  const first = shape.of === 'line' ? `${to.column('lines', 'visit')}[over[0]]` : 'over[0]';
  const item = shape.of === 'line' ? `${to.column('lines', 'med_list_codg')}[l]` : '-1';
  const key = shape.over === 'prescription' ? `() => ${to.column('lines', 'line_key')}.get(l)` : '() => null';
  const rule = to.constant(to.rule, 'rule');
  const group = `groupSubject(${to.constant(to.bound, 'bound')}, ${rule}, k, ${item}, G.day[c], ${key})`;
  return `const rows = [], parts = [];
let run = 0, cut = -1;
stamp++;
lastDay = MISSING;
for (let at = c; at >= 0; at = G.next[at]) {
if (G.state[at] === -2) continue;
${measureText(to, shape, 'at', 'run')}
if (cut < 0 && run > lim) cut = rows.length;
rows.push(G.row[at]);
parts.push(G.part[at]);
}
const over = rows.slice(cut);
const all = [...over, ...rows.slice(0, cut)];
${hitText(to, {
  visit: oneVisit ? first : '-1',
  group,
  lines: shape.of === 'line' ? 'all' : '[]',
  violating: 'over.length',
  charges: chargesText(to, shape, 'over', 'parts.slice(cut)'),
  visits: shape.of === 'visit' ? 'all' : '[]',
  occurred: timeText(to, shape, 'over[0]'),
  measure: 'm',
  limit: 'lim',
})}`;
}

/** Statements that weigh the exceptions of a total, which speak of its first violating row. */
function totalExceptions(to: RuleWriter, shape: CheckedTotal): string {
  if (to.rule.exceptions.length === 0) return exceptionsText(to, 'continue;');
  const chain = exceptionChain(to);
  const counts = countsAsked(to)
    .map((of) => `, n_${of}`)
    .join('');
  to.program.functions.push(`function except${to.index}(l, v, k, d, r, m, lim${counts}) {\nreturn ${chain};\n}`);
  const [line, visit] = shape.of === 'line' ? ['G.row[f]', `${to.column('lines', 'visit')}[G.row[f]]`] : ['-1', 'G.row[f]'];
  const area = to.usesArea() ? 'r' : '-1';
  return `${distinctText(to, shape, 'for (let at = c; at >= 0; at = G.next[at])')}let f = c, part = 0;
stamp++;
lastDay = MISSING;
for (let at = c; at >= 0; at = G.next[at]) {
if (G.state[at] === -2) continue;
${measureText(to, shape, 'at', 'part')}
if (part > lim) { f = at; break; }
}
${exceptionsText(to, 'continue;', `except${to.index}(${line}, ${visit}, k, d, ${area}, m, lim${counts})`)}`;
}

/** Statement that leaves a group whose person key does not reach far enough. */
function reachText(to: RuleWriter): string {
  const far = outOfReach(to, to.rule.reach ?? 'city');
  return far === undefined ? '' : `if (${far}) { ${to.unknown('person.reach')}; continue; }\n`;
}

/** Writes a total rule. Returns the names of its collecting and its judging function. */
export function writeTotal(program: Program, rule: CheckedRule, index: number, shape: CheckedTotal): { collect: string; judge: string } {
  writeCollect(program, rule, index, shape, (to) => totalKey(to, shape));
  const to = ruleWriter(program, rule, index, shape.of === 'line' ? lineLocals : visitLocals);
  const limit = `let lim = ${to.expr(shape.limit)};\n`;
  const exceptions = totalExceptions(to, shape);
  const found = totalHit(to, shape);
  const beside = lackingBeside(to, rule.beside).length > 0;
  const own = beside ? 'own++;\n' : '';
  const alone = beside ? `if (own === 0) { EV[${index}]--; continue; }\n` : '';
  const open = beside ? `if (state < -2) { if (cause < 0) cause = ${besideState} - state; continue; }\n` : '';
  program.functions.push(`function judge${index}() {
const G = G${index};
for (let q = 0; q < G.count; q++) {
const c = G.head[q];
${publishedText(to, shape)}EV[${index}]++;
let n = 0, m = 0, cause = -1${beside ? ', own = 0' : ''};
stamp++;
lastDay = MISSING;
for (let at = c; at >= 0; at = G.next[at]) {
const state = G.state[at];
${open}${own}if (state === -2) continue;
n++;
if (state >= 0) { if (cause < 0) cause = state; continue; }
${measureText(to, shape, 'at', 'm')}
}
${alone}if (n === 0${beside ? ' && cause < 0' : ''}) continue;
${subjectText(to, shape)}${reachText(to)}if (cause >= 0) { UN[cause]++; continue; }
${limit}if (!(m > lim)) {
${unreadText(to, shape, 'for (let at = c; at >= 0; at = G.next[at])')}continue;
}
${exceptions}${found}}
G.reset();
}`);
  return { collect: `collect${index}`, judge: `judge${index}` };
}

/** Statements that leave a group unknown of whose visits some lines do not count because a question is open. */
function unreadText(to: RuleWriter, shape: Shape, loop: string): string {
  const unread = shape.of === 'line' ? openLinesText(to, 'G.row[at]') : undefined;
  if (unread === undefined) return '';
  return `let unread = false;
${loop} if (G.state[at] !== -2 && ${unread}) { unread = true; break; }
if (unread) { ${to.unknown('lines')}; continue; }
`;
}

function windowHit(to: RuleWriter, shape: CheckedWindow): string {
  return `const rows = [];
for (let at = G.previous[c]; at >= 0 && G.day[at] > first; at = G.previous[at]) if (G.state[at] !== -2) rows.push(G.row[at]);
const over = [G.row[c]];
const all = [G.row[c], ...rows.reverse()];
${hitText(to, {
  visit: 'v',
  lines: shape.of === 'line' ? 'all' : '[]',
  charges: chargesText(to, shape, 'over', '[G.part[c]]'),
  visits: shape.of === 'visit' ? 'all' : '[]',
  occurred: timeText(to, shape, 'G.row[c]'),
  measure: 'm',
  limit: 'lim',
})}`;
}

/** Writes a window rule. Returns the names of its collecting and its judging function. */
export function writeWindow(program: Program, rule: CheckedRule, index: number, shape: CheckedWindow): { collect: string; judge: string } {
  writeCollect(program, rule, index, shape, (to) => groupKey(to, shape.group));
  const to = ruleWriter(program, rule, index, shape.of === 'line' ? lineLocals : visitLocals);
  const length = to.expr(shape.days);
  const limit = `let lim = ${to.expr(shape.limit)};\n`;
  const within = 'for (let at = c; at >= 0 && G.day[at] > first; at = G.previous[at])';
  const exceptions = `${distinctText(to, shape, within)}${exceptionsText(to, 'continue;')}`;
  const found = windowHit(to, shape);
  const early = beforeHorizonText(to, 'first + 1', shape.of);
  const beside = lackingBeside(to, rule.beside).length > 0;
  const skip = beside ? 'if (G.state[c] < -2) continue;\n' : '';
  const open = beside ? `if (state < -2) { cause = ${besideState} - state; continue; }\n` : '';
  program.functions.push(`function judge${index}() {
const G = G${index};
for (let c = 0; c < G.size; c++) {
${skip}${publishedText(to, shape)}EV[${index}]++;
if (G.state[c] === -2) continue;
${subjectText(to, shape)}${reachText(to)}if (G.state[c] >= 0) { UN[G.state[c]]++; continue; }
const first = G.day[c] - ${length};
let m = 0, cause = -1;
stamp++;
lastDay = MISSING;
for (let at = c; at >= 0 && G.day[at] > first; at = G.previous[at]) {
const state = G.state[at];
${open}if (state === -2) continue;
if (state >= 0) { cause = state; continue; }
${measureText(to, shape, 'at', 'm')}
}
if (cause >= 0) { UN[cause]++; continue; }
${limit}if (!(m > lim)) {
${unreadText(to, shape, within)}if (${early}) ${to.unknown('horizon')};
continue;
}
${exceptions}${found}}
G.reset();
}`);
  return { collect: `collect${index}`, judge: `judge${index}` };
}
