import { inputProblems, isOneOf, keysOf, type Words, words } from '@hengjian/standard';
import type { KnowledgeColumn, KnowledgeTable } from '../knowledge/knowledge.ts';
import { kindWords, unknownName } from '../problems.ts';
import { wholeTables } from './asks.ts';
import { type Context, fail, type Inferred, infer, inferBoth, wrongForm, wrongType } from './expression.ts';
import { counted, type Expr, node, type Role } from './ir.ts';
import { atomOf, knownTest } from './nullability.ts';
import type { Syntax } from './syntax.ts';
import { dictionaryOf, isCode, isNumeric, isSet, placesOf, type Type, typeWords } from './types.ts';

type Call = Syntax & { kind: 'call' };
type Check = (call: Call, args: readonly Syntax[], expected: Type | undefined, context: Context) => Inferred;

const roleOf = (context: Context): Role => (context.scope.two ? 'b' : 'self');
const rankScales = ['hosp_lv', 'lmtpric_hosp_lv', 'dedc_hosp_lv'];

/** What arguments can be wanted. */
const wanted = {
  day: words('日期（见 day_of）', 'a day (see day_of)'),
  minute: words('时间', 'a minute'),
  time: words('日期或时间', 'a day or a minute'),
  code: kindWords.code,
  level: words('医院等级', 'a hospital level'),
  whole: words('整数', 'a whole number'),
  number: words('数值', 'a number'),
  countable: words('天数、数量或年龄', 'days, a quantity or an age'),
} as const;

function typed(syntax: Syntax | undefined, allowed: (type: Type) => boolean, what: Words, context: Context): Inferred {
  const value = syntax === undefined ? undefined : infer(syntax, undefined, context);
  if (syntax === undefined || value === undefined) return undefined;
  return allowed(value.type) ? value : fail(context, syntax, wrongType(what, value.type));
}

function stringOf(syntax: Syntax | undefined, call: Call, context: Context): string | undefined {
  if (syntax?.kind === 'literal' && syntax.literal === 'string' && syntax.text !== '') return syntax.text;
  return fail(context, syntax ?? call, wrongForm(call.name, formOf(call.name)));
}

function tableNamed(name: string, at: Syntax, context: Context): KnowledgeTable | undefined {
  const table = context.scope.tables.get(name);
  return table ?? fail(context, at, unknownName(kindWords.table, name, [...context.scope.tables.keys()]));
}

const holds = (column: KnowledgeColumn, dictionary: string): boolean =>
  column.type === `set:${dictionary}` || column.type === `code:${dictionary}`;

function keyColumn(table: KnowledgeTable, dictionary: string, at: Syntax, context: Context, not?: string): string | undefined {
  const column = table.columns.find((candidate) => holds(candidate, dictionary) && candidate.name !== not && candidate.name !== 'region');
  return (
    column?.name ??
    fail(
      context,
      at,
      unknownName(
        words(`${dictionary} 代码列`, `column of ${dictionary} codes`),
        table.name,
        table.columns.map(({ name }) => name),
      ),
    )
  );
}

/** Words of `needs` and `known` for what a rule may lack without its being one column. */
export function specialTest(name: string, at: { start: number; end: number }, role: Role): readonly Expr[] | undefined {
  switch (name) {
    case 'age':
      return [node('age_known', 'bool', [], { role, days: false }, at), node('age_known', 'bool', [], { role, days: true }, at)];
    case 'diagnoses':
      return [node('diagnoses_known', 'bool', [], { role }, at)];
    case 'enrolments':
      return [node('enrolments_known', 'bool', [], { role }, at)];
    case 'operations':
      return [node('operations_known', 'bool', [], { role }, at)];
    case 'lines':
      return [node('lines_known', 'bool', [], { role }, at)];
    case 'stock':
      return [node('stock_known', 'bool', [], { role }, at)];
    case 'practitioner_stays':
      return [node('practitioner_stays_known', 'bool', [], {}, at)];
    default:
      return undefined;
  }
}

const knownCall: Check = (call, [inner], _expected, context) => {
  if (inner === undefined) return undefined;
  const special = inner.kind === 'path' && inner.parts.length === 1 ? specialTest(inner.parts[0] ?? '', call, roleOf(context)) : undefined;
  const test = context.source.text.includes('age_days') ? special?.at(-1) : special?.[0];
  if (test !== undefined) return test;
  const value = infer(inner, undefined, context);
  if (value === undefined) return undefined;
  if (!['field', 'point', 'number_of', 'param', 'main_diagnosis', 'signature', 'charged_within'].includes(value.op)) {
    return fail(context, inner, wrongForm('known', 'known(line.pric), known(point.column), known(age)'));
  }
  return atomOf(value) === undefined ? node('boolean', 'bool', [], { value: true }, call) : knownTest(value);
};

/** The columns that `carried` is asked about; diagnoses, operations, lines and enrolments stand for any row. */
const carriedCall: Check = (call, [inner], _expected, context) => {
  const form = 'carried(line.pric), carried(visit.dscg_way), carried(diagnoses)';
  const name = inner?.kind === 'path' && inner.parts.length === 1 ? inner.parts[0] : undefined;
  const whole = name !== undefined && isOneOf(keysOf(wholeTables), name) ? wholeTables[name] : undefined;
  if (whole !== undefined) return node('carried', 'bool', [], { role: roleOf(context), any: [whole] }, call);
  const value = inner === undefined ? undefined : infer(inner, undefined, context);
  if (inner === undefined || value === undefined) return undefined;
  if (value.op !== 'field') return fail(context, inner, wrongForm('carried', form));
  const { role, table, column } = value.data;
  return node('carried', 'bool', [], { role, any: [{ table, column }] }, call);
};

const defaultCall: Check = (call, [inner, other], _expected, context) => {
  const value = inner === undefined ? undefined : infer(inner, undefined, context);
  if (inner === undefined || other === undefined || value === undefined) return undefined;
  const fallback = infer(other, value.type, context);
  if (fallback === undefined) return undefined;
  if (!['field', 'point', 'number_of', 'main_diagnosis'].includes(value.op))
    return fail(context, inner, wrongForm('default', 'default(line.pric, 0)'));
  if (fallback.type !== value.type) return fail(context, other, wrongType(typeWords(value.type), fallback.type));
  return atomOf(value) === undefined ? value : node('default', value.type, [value, fallback], {}, call);
};

const age =
  (op: 'age_years' | 'age_days'): Check =>
  (call, [time], _expected, context) => {
    const at = typed(time, (type) => type === 'day' || type === 'minute', wanted.time, context);
    return at === undefined
      ? undefined
      : node(op, 'int', [at], { role: roleOf(context), unit: at.type === 'day' ? 'day' : 'minute' }, call);
  };

const timeCall =
  (op: 'day_of' | 'hour_of'): Check =>
  (call, [time], _expected, context) => {
    const at = typed(time, (type) => type === 'minute', wanted.minute, context);
    return at === undefined ? undefined : node(op, op === 'day_of' ? 'day' : 'int', [at], {}, call);
  };

const between =
  (op: 'days_between' | 'minutes_between'): Check =>
  (call, [from, to], _expected, context) => {
    const unit = op === 'days_between' ? 'day' : 'minute';
    const what = op === 'days_between' ? wanted.day : wanted.minute;
    const sides = [typed(from, (type) => type === unit, what, context), typed(to, (type) => type === unit, what, context)].filter(
      (side) => side !== undefined,
    );
    return sides.length < 2 ? undefined : node(op, 'int', sides, {}, call);
  };

const extremum =
  (op: 'min' | 'max'): Check =>
  (call, [left, right], expected, context) => {
    const sides = left === undefined || right === undefined ? undefined : inferBoth(left, right, expected, context);
    if (sides === undefined) return undefined;
    if (sides[0].type === sides[1].type && isNumeric(sides[0].type)) return node(op, sides[0].type, sides, {}, call);
    return fail(context, call, wrongType(isNumeric(sides[0].type) ? typeWords(sides[0].type) : wanted.number, sides[1].type));
  };

const absolute: Check = (call, [inner], expected, context) => {
  const value = inner === undefined ? undefined : infer(inner, expected, context);
  if (value === undefined) return undefined;
  return isNumeric(value.type) ? node('abs', value.type, [value], {}, call) : fail(context, call, wrongType(wanted.number, value.type));
};

const startsWith: Check = (call, [inner, prefix], _expected, context) => {
  const value = typed(inner, isCode, wanted.code, context);
  const text = stringOf(prefix, call, context);
  return value === undefined || text === undefined
    ? undefined
    : node('starts_with', 'bool', [value], { dictionary: dictionaryOf(value.type), prefix: text }, call);
};

const numberCall: Check = (call, [inner], _expected, context) => {
  const value = typed(inner, isCode, wanted.code, context);
  return value === undefined ? undefined : node('number_of', 'int', [value], { dictionary: dictionaryOf(value.type) }, call);
};

const rank: Check = (call, [inner], _expected, context) => {
  const value = typed(inner, (type) => isCode(type) && rankScales.includes(dictionaryOf(type)), wanted.level, context);
  return value === undefined ? undefined : node('hospital_rank', 'int', [value], { dictionary: dictionaryOf(value.type) }, call);
};

const inSet: Check = (call, [inner, name], _expected, context) => {
  const value = typed(inner, isCode, wanted.code, context);
  const text = stringOf(name, call, context);
  const table = text === undefined ? undefined : tableNamed(text, name ?? call, context);
  if (value === undefined || table === undefined) return undefined;
  const dictionary = dictionaryOf(value.type);
  const column = keyColumn(table, dictionary, name ?? call, context);
  return column === undefined ? undefined : node('in_set', 'bool', [value], { dictionary, table: table.name, column }, call);
};

const listed: Check = (call, [name, left, right], _expected, context) => {
  const text = stringOf(name, call, context);
  const table = text === undefined ? undefined : tableNamed(text, name ?? call, context);
  const x = typed(left, isCode, wanted.code, context);
  const y = typed(right, isCode, wanted.code, context);
  if (table === undefined || x === undefined || y === undefined) return undefined;
  const [first, second] = [dictionaryOf(x.type), dictionaryOf(y.type)];
  const one = keyColumn(table, first, call, context);
  const two = one === undefined ? undefined : keyColumn(table, second, call, context, one);
  return one === undefined || two === undefined
    ? undefined
    : node('listed', 'bool', [x, y], { table: table.name, columns: [one, two], dictionaries: [first, second] }, call);
};

/** Reads `point.column` or `'table'`, the two ways to name a set. */
function setOf(
  argument: Syntax | undefined,
  dictionary: string,
  call: Call,
  context: Context,
): { column: string; table?: string } | undefined {
  if (argument?.kind === 'literal') {
    const text = stringOf(argument, call, context);
    const table = text === undefined ? undefined : tableNamed(text, argument, context);
    const column = table === undefined ? undefined : keyColumn(table, dictionary, argument, context);
    return table === undefined || column === undefined ? undefined : { table: table.name, column };
  }
  const value = typed(
    argument,
    (type) => isSet(type) && dictionaryOf(type) === dictionary,
    words(`${dictionary} 代码集`, `a set of ${dictionary} codes`),
    context,
  );
  return value?.op === 'point' ? { column: value.data.column } : undefined;
}

const diagnosed: Check = (call, [argument], _expected, context) => {
  const set = setOf(argument, 'diagnosis', call, context);
  const role = roleOf(context);
  if (set === undefined) return undefined;
  return set.table === undefined
    ? node('diagnosed_point', 'bool', [], { role, column: set.column }, call)
    : node('diagnosed_table', 'bool', [], { role, table: set.table, column: set.column }, call);
};

const operated: Check = (call, [argument], _expected, context) => {
  const set = setOf(argument, 'operation', call, context);
  const role = roleOf(context);
  if (set === undefined) return undefined;
  return set.table === undefined
    ? node('operated_point', 'bool', [], { role, column: set.column }, call)
    : node('operated_table', 'bool', [], { role, table: set.table, column: set.column }, call);
};

const charged =
  (same_day: boolean): Check =>
  (call, [argument], _expected, context) => {
    const set = setOf(argument, 'item', call, context);
    if (set === undefined) return undefined;
    const own = context.scope.self === 'line';
    if (same_day && !own) return fail(context, call, wrongForm('charged_same_day', 'charged(…)'));
    const base = { role: roleOf(context), own, same_day, column: set.column };
    return set.table === undefined
      ? node('charged_point', 'bool', [], base, call)
      : node('charged_table', 'bool', [], { ...base, table: set.table }, call);
  };

const insuredOn: Check = (call, [inner], _expected, context) => {
  const day = typed(inner, (type) => type === 'day', wanted.day, context);
  return day === undefined ? undefined : node('insured_on', 'bool', [day], { role: roleOf(context) }, call);
};

const whole: Check = (call, [inner], _expected, context) => {
  const value = typed(inner, (type) => type === 'days' || type === 'quantity' || type === 'age', wanted.countable, context);
  return value === undefined || !isNumeric(value.type)
    ? undefined
    : node('whole', 'int', [value], { factor: 10 ** placesOf(value.type) }, call);
};

const count =
  (type: 'quantity' | 'days'): Check =>
  (call, [inner], _expected, context) => {
    const value = typed(inner, (given) => given === 'int', wanted.whole, context);
    return value === undefined ? undefined : node('widen', type, [value], { factor: 10 ** placesOf(type) }, call);
  };

const portion: Check = (call, [whole, part, of], expected, context) => {
  const value = whole === undefined ? undefined : infer(whole, expected, context);
  const sides = part === undefined || of === undefined ? undefined : inferBoth(part, of, undefined, context);
  if (value === undefined || sides === undefined) return undefined;
  if (isNumeric(value.type) && isNumeric(sides[0].type) && sides[0].type === sides[1].type)
    return node('portion', value.type, [value, ...sides], {}, call);
  return fail(context, call, wrongForm('portion', formOf('portion')));
};

const chargedWithin: Check = (call, [argument, length], _expected, context) => {
  const set = setOf(argument, 'item', call, context);
  const days = typed(length, (type) => type === 'int', wanted.whole, context);
  if (set === undefined || days === undefined) return undefined;
  if (context.scope.self !== 'line') return fail(context, call, wrongForm('charged_within', 'of: line'));
  const { point } = context.scope;
  return node(
    'charged_within',
    'bool',
    [days],
    { role: roleOf(context), table: set.table ?? point?.name ?? '', column: set.column, own: set.table === undefined },
    call,
  );
};

const withinDates: Check = (call, [name, inner], _expected, context) => {
  const text = stringOf(name, call, context);
  const table = text === undefined ? undefined : tableNamed(text, name ?? call, context);
  const day = typed(inner, (type) => type === 'day', wanted.day, context);
  if (table === undefined || day === undefined) return undefined;
  const dated = ['begndate', 'enddate'].every((wanted) => table.columns.some((column) => column.name === wanted && column.type === 'day'));
  if (!dated) return fail(context, call, inputProblems.problem('column-missing', { column: 'begndate:date, enddate:date' }));
  return node('within_dates', 'bool', [day], { table: table.name }, call);
};

const suppliedCall: Check = (call, _args, _expected, context) => {
  if (context.scope.stock !== true) {
    return fail(
      context,
      call,
      wrongForm('supplied', 'limit: supplied(), by: institution, shape: total, of: line, group: item, over: month'),
    );
  }
  return node('supplied', 'quantity', [], { role: 'self' }, call);
};

const inHospital: Check = (call, [inner], _expected, context) => {
  const day = typed(inner, (type) => type === 'day', wanted.day, context);
  return day === undefined ? undefined : node('practitioner_in_hospital', 'bool', [day], { role: roleOf(context) }, call);
};

const wordOf = <T extends string>(syntax: Syntax | undefined, among: readonly T[], call: Call, context: Context): T | undefined => {
  const name = syntax?.kind === 'path' && syntax.parts.length === 1 ? syntax.parts[0] : undefined;
  const word = among.find((candidate) => candidate === name);
  return word ?? fail(context, syntax ?? call, wrongForm(call.name, among.map((one) => `${call.name}(${one})`).join(', ')));
};

const recorded =
  (main: boolean): Check =>
  (call, [inner], _expected, context) => {
    const of = wordOf(inner, ['diagnoses', 'operations'] as const, call, context);
    return of === undefined ? undefined : node('recorded', 'int', [], { role: roleOf(context), of, main }, call);
  };

const distinct: Check = (call, [inner], _expected, context) => {
  if (context.scope.counts !== true) return fail(context, call, wrongForm('distinct', 'exceptions: distinct(items)'));
  const of = wordOf(inner, counted, call, context);
  return of === undefined ? undefined : node('distinct', 'int', [], { of }, call);
};

const diagnosedWith: Check = (call, [name, inner], _expected, context) => {
  const text = stringOf(name, call, context);
  const table = text === undefined ? undefined : tableNamed(text, name ?? call, context);
  const value = typed(inner, isCode, wanted.code, context);
  if (table === undefined || value === undefined) return undefined;
  const dictionary = dictionaryOf(value.type);
  const one = keyColumn(table, dictionary, call, context);
  const two = one === undefined ? undefined : keyColumn(table, 'diagnosis', call, context, one);
  return one === undefined || two === undefined
    ? undefined
    : node('diagnosed_with', 'bool', [value], { role: roleOf(context), table: table.name, columns: [one, two], dictionary }, call);
};

const category: Check = (call, [inner], _expected, context) => {
  const value = typed(inner, isCode, wanted.code, context);
  return value === undefined ? undefined : node('category', 'ref:category', [value], { dictionary: dictionaryOf(value.type) }, call);
};

const baseItem: Check = (call, [inner], _expected, context) => {
  const value = typed(inner, (type) => type === 'code:item', wanted.code, context);
  return value === undefined ? undefined : node('base_item', 'ref:base_item', [value], {}, call);
};

const mainDiagnosis: Check = (call, [inner], _expected, context) => {
  const name = inner?.kind === 'path' && inner.parts.length === 1 ? inner.parts[0] : undefined;
  const role: Role | undefined =
    name === 'visit' ? roleOf(context) : (name === 'a' && context.scope.a) || (name === 'b' && context.scope.two) ? name : undefined;
  if (role === undefined)
    return fail(context, call, wrongForm('main_diagnosis', 'main_diagnosis(visit), main_diagnosis(a), main_diagnosis(b)'));
  return node('main_diagnosis', 'code:diagnosis', [], { role }, call);
};

const monthOf: Check = (call, [time], _expected, context) => {
  const at = typed(time, (type) => type === 'day' || type === 'minute', wanted.time, context);
  return at === undefined ? undefined : node('month_of', 'day', [at], { unit: at.type === 'day' ? 'day' : 'minute' }, call);
};

const bucket: Check = (call, [time, length], _expected, context) => {
  const at = typed(time, (type) => type === 'minute', wanted.minute, context);
  const minutes = typed(length, (type) => type === 'int', wanted.whole, context);
  return at === undefined || minutes === undefined ? undefined : node('bucket', 'minute', [at, minutes], {}, call);
};

const signature: Check = (call, [inner], _expected, context) => {
  if (inner?.kind === 'path' && inner.parts.join('.') === 'visit')
    return node('signature', 'ref:signature', [], { role: roleOf(context) }, call);
  return fail(context, call, wrongForm('signature', 'signature(visit)'));
};

const lookBack =
  (op: 'readmitted_within' | 'reaches_back'): Check =>
  (call, [length], _expected, context) => {
    const days = typed(length, (type) => type === 'int', wanted.whole, context);
    return days === undefined ? undefined : node(op, 'bool', [days], { role: roleOf(context) }, call);
  };

const argumentForms: Readonly<Partial<Record<string, string>>> = {
  starts_with: "starts_with(code, 'A')",
  in_set: "in_set(code, 'table')",
  listed: "listed('table', code, code)",
  portion: 'portion(whole, part, of)',
  diagnosed_with: "diagnosed_with('table', code)",
  within_dates: "within_dates('table', day)",
  charged_within: "charged_within(point.column, days), charged_within('table', days)",
};

/** How a function is written, with as many arguments as it takes. */
function formOf(name: string): string {
  const [count = 1] = functions.get(name) ?? [];
  return argumentForms[name] ?? `${name}(${['x', 'y', 'z'].slice(0, count).join(', ')})`;
}

/** Functions of the language with their number of arguments. */
const functions: ReadonlyMap<string, readonly [number, Check]> = new Map<string, readonly [number, Check]>([
  ['known', [1, knownCall]],
  ['default', [2, defaultCall]],
  ['carried', [1, carriedCall]],
  ['age_years', [1, age('age_years')]],
  ['age_days', [1, age('age_days')]],
  ['day_of', [1, timeCall('day_of')]],
  ['hour_of', [1, timeCall('hour_of')]],
  ['days_between', [2, between('days_between')]],
  ['minutes_between', [2, between('minutes_between')]],
  ['min', [2, extremum('min')]],
  ['max', [2, extremum('max')]],
  ['abs', [1, absolute]],
  ['whole', [1, whole]],
  ['quantity', [1, count('quantity')]],
  ['days', [1, count('days')]],
  ['portion', [3, portion]],
  ['category', [1, category]],
  ['base_item', [1, baseItem]],
  ['main_diagnosis', [1, mainDiagnosis]],
  ['starts_with', [2, startsWith]],
  ['number', [1, numberCall]],
  ['hospital_rank', [1, rank]],
  ['in_set', [2, inSet]],
  ['listed', [3, listed]],
  ['diagnosed', [1, diagnosed]],
  ['operated', [1, operated]],
  ['charged', [1, charged(false)]],
  ['charged_same_day', [1, charged(true)]],
  ['insured_on', [1, insuredOn]],
  ['month_of', [1, monthOf]],
  ['bucket', [2, bucket]],
  ['signature', [1, signature]],
  ['readmitted_within', [1, lookBack('readmitted_within')]],
  ['reaches_back', [1, lookBack('reaches_back')]],
  ['diagnosed_with', [2, diagnosedWith]],
  ['recorded', [1, recorded(false)]],
  ['recorded_main', [1, recorded(true)]],
  ['charged_within', [2, chargedWithin]],
  ['within_dates', [2, withinDates]],
  ['supplied', [0, suppliedCall]],
  ['practitioner_in_hospital', [1, inHospital]],
  ['distinct', [1, distinct]],
]);

/** Checks a call of a function of the language. */
export function callFunction(call: Call, expected: Type | undefined, context: Context): Inferred {
  const entry = functions.get(call.name);
  if (entry === undefined) {
    if (call.name === 'ratio_of') return fail(context, call, wrongForm('ratio_of', 'ratio_of(a, b) > 0.8'));
    return fail(context, call, unknownName(kindWords.function, call.name, [...functions.keys(), 'ratio_of']));
  }
  const [count, check] = entry;
  if (call.args.length !== count) {
    return fail(context, call, wrongForm(call.name, formOf(call.name)));
  }
  return check(call, call.args, expected, context);
}
