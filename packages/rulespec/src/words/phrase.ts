import { type CarriedColumn, columnNamed, formatDay, formatMinute, formatScaled } from '@hengjian/standard';
import type { CheckedRule } from '../check/checked.ts';
import { type ChargedWithin, type Comparison, type Counted, type Expr, type Node, type OpName, type Role, walk } from '../check/ir.ts';
import { isNumeric, placesOf, type Type } from '../check/types.ts';
import type { Names } from '../source/vocabulary.ts';
import { codeName, columnName, fieldName, names, roleNames } from './terms.ts';

/** Says one operator: its arguments are said already, `yes` is false where the opposite is meant. */
type Sayer<K extends OpName> = (node: Node<K>, args: readonly Names[], rule: CheckedRule, yes: boolean) => Names;

const fill = (template: string, args: readonly Names[], language: keyof Names): string =>
  template.replace(/\{(\d)\}/g, (_, index: string) => args[Number(index)]?.[language] ?? '');

/** A text with {0}, {1} … for the arguments. */
const say = (zh: string, en: string, args: readonly Names[] = []): Names => names(fill(zh, args, 'zh'), fill(en, args, 'en'));

/** A condition and its opposite. */
const either =
  (positive: readonly [string, string], negative: readonly [string, string]) =>
  (_node: unknown, args: readonly Names[], _rule: CheckedRule, yes: boolean): Names =>
    yes ? say(...positive, args) : say(...negative, args);

const opposite: Readonly<Record<Comparison, Comparison>> = { '==': '!=', '!=': '==', '<': '>=', '<=': '>', '>': '<=', '>=': '<' };
const comparisonWords: Readonly<Record<Comparison, readonly [string, string]>> = {
  '==': ['等于', 'is'],
  '!=': ['不等于', 'is not'],
  '<': ['小于', 'is less than'],
  '<=': ['不超过', 'is at most'],
  '>': ['大于', 'is more than'],
  '>=': ['不少于', 'is at least'],
};

const timed = (expr: Expr | undefined): boolean => expr?.type === 'day' || expr?.type === 'minute';
const timeWords: Readonly<Record<Comparison, readonly [string, string]>> = {
  ...comparisonWords,
  '<': ['早于', 'is before'],
  '<=': ['不晚于', 'is not after'],
  '>': ['晚于', 'is after'],
  '>=': ['不早于', 'is not before'],
};

const rowWords: Readonly<Record<string, Names>> = {
  visits: names('就诊', 'visit'),
  settlements: names('结算', 'settlement'),
  lines: names('费用行', 'line'),
};

function compareRows(expr: Expr, comparison: Comparison): Names | undefined {
  const [left] = expr.args;
  if (left?.op !== 'row') return undefined;
  const what = rowWords[left.data.table] ?? names(left.data.table, left.data.table);
  if (comparison === '==') return say('甲与乙属于同一{0}', 'A and B belong to the same {0}', [what]);
  if (comparison === '!=') return say('甲与乙不属于同一{0}', 'A and B belong to different {0}s', [what]);
  return comparison.startsWith('<')
    ? names('甲在次序上先于乙', 'A stands before B in order')
    : names('甲在次序上后于乙', 'A stands after B in order');
}

const compared =
  <K extends 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'>(comparison: Comparison): Sayer<K> =>
  (node, plain, _rule, yes) => {
    const args = plain.map((arg, index) => bracketed(node.args[index], arg, ['cond']));
    const used = yes ? comparison : opposite[comparison];
    const rows = compareRows(node as Expr, used);
    if (rows !== undefined) return rows;
    const [first] = node.args;
    if ((used === '==' || used === '!=') && first !== undefined && !isNumeric(first.type))
      return equality(used === '==', node.args[1], args);
    const [zh, en] = (timed(first) ? timeWords : comparisonWords)[used];
    return say(`{0}${zh}{1}`, `{0} ${en} {1}`, args);
  };

/** Equality with a code is being it, equality with another value is being the same. */
function equality(same: boolean, other: Expr | undefined, args: readonly Names[]): Names {
  if (other?.op === 'code') return same ? say('{0}为{1}', '{0} is {1}', args) : say('{0}不为{1}', '{0} is not {1}', args);
  return same ? say('{0}与{1}相同', '{0} is the same as {1}', args) : say('{0}与{1}不同', '{0} differs from {1}', args);
}

const bracketed = (expr: Expr | undefined, said: Names | undefined, ops: readonly OpName[]): Names => {
  const own = said ?? names('', '');
  return expr !== undefined && ops.includes(expr.op) ? names(`（${own.zh}）`, `(${own.en})`) : own;
};

/** Text of a number as people read it, with its unit. */
function numberText(value: number, type: Type): Names {
  if (type === 'day') return names(formatDay(value), formatDay(value));
  if (type === 'minute') return names(formatMinute(value), formatMinute(value));
  if (!isNumeric(type)) return names(String(value), String(value));
  const text = formatScaled(value, placesOf(type));
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  if (type === 'money' || type === 'price') return names(`${short} 元`, `${short} yuan`);
  return type === 'days' ? names(`${short} 天`, `${short} days`) : names(short, short);
}

function parameterValue(rule: CheckedRule, name: string): Names {
  const parameter = rule.params.find((candidate) => candidate.name === name);
  const nation = parameter?.values.filter(({ area }) => area === '000000').sort((left, right) => right.from - left.from)[0];
  if (parameter === undefined || nation === undefined) return names(name, name);
  const value = typeof nation.value === 'number' ? numberText(nation.value, parameter.type) : names(nation.value, nation.value);
  if (parameter.values.length > 1)
    return names(`参数 ${name}（现值 ${value.zh}，随日期或地区而变）`, `parameter ${name} (now ${value.en}, by date or area)`);
  return names(`${value.zh}（参数 ${name}）`, `${value.en} (parameter ${name})`);
}

/** Name of a table as the reader finds it in library/knowledge. */
const tableText = (table: string): Names => names(`知识表「${table}」`, `table ${table}`);
const ofPoint = (column: string): Names => {
  const own = columnName(column);
  return names(`知识点所列${own.zh}`, `the point’s ${own.en}`);
};

const visitOf: Readonly<Record<Role, Names>> = {
  self: names('本次就诊', 'the visit'),
  a: names('甲就诊', 'visit A'),
  b: names('乙就诊', 'visit B'),
};
const countedNames: Readonly<Record<Counted, Names>> = {
  items: names('项目', 'items'),
  institutions: names('机构', 'institutions'),
  persons: names('人', 'persons'),
  visits: names('就诊', 'visits'),
  days: names('日期', 'days'),
};

const inSet = (role: Role, set: Names, zh: string, en: string, yes: boolean): Names => {
  const visit = visitOf[role];
  return yes
    ? say(`{0}有${zh}在{1}之中`, `{0} has ${/^[aeiou]/.test(en) ? 'an' : 'a'} ${en} in {1}`, [visit, set])
    : say(`{0}没有${zh}在{1}之中`, `{0} has no ${en} in {1}`, [visit, set]);
};

const chargedText = (own: { readonly role: Role; readonly same_day: boolean }, set: Names, yes: boolean): Names => {
  const day = own.same_day ? names('同一日', ' on the same day') : names('', '');
  return yes
    ? say('{0}{1}另外收取了{2}中的项目', '{0} also charges an item of {2}{1}', [visitOf[own.role], day, set])
    : say('{0}{1}没有另外收取{2}中的项目', '{0} charges no other item of {2}{1}', [visitOf[own.role], day, set]);
};

const withinSet = (set: ChargedWithin): Names => (set.own ? ofPoint(set.column) : tableText(set.table));

/** Everything a conjunction asks, without `known(x)` where x is read beside it: a missing value never holds. */
function conjuncts(expr: Expr): readonly Expr[] {
  const flat = (own: Expr): readonly Expr[] => (own.op === 'and' ? own.args.flatMap(flat) : [own]);
  const parts = flat(expr);
  const key = (own: Expr | undefined): string => JSON.stringify([own?.op, own?.data, own?.args.map(({ data }) => data)]);
  const reads = (part: Expr, wanted: string): boolean => part.op !== 'known' && [...walk(part)].some((inner) => key(inner) === wanted);
  const diagnoses = (part: Expr): boolean => [...walk(part)].some(({ op }) => op.startsWith('diagnosed_'));
  const needless = (part: Expr): boolean =>
    part.op === 'diagnoses_known'
      ? parts.some(diagnoses)
      : part.op === 'known' && parts.some((other) => other !== part && reads(other, key(part.args[0])));
  const kept = parts.filter((part) => !needless(part));
  return kept.filter(
    (part, index) =>
      kept.findIndex((other) => JSON.stringify({ ...other, start: 0, end: 0 }) === JSON.stringify({ ...part, start: 0, end: 0 })) === index,
  );
}

const disjuncts = (expr: Expr): readonly Expr[] => (expr.op === 'or' ? expr.args.flatMap(disjuncts) : [expr]);

/** Parts of an `and` or `or`, or of its opposite, with brackets where they join others themselves. */
function joined(parts: readonly Expr[], rule: CheckedRule, junction: 'and' | 'or', yes: boolean): Names {
  const joins = (part: Expr): boolean =>
    part.op === 'not' ? part.args.some(joins) : part.op === 'cond' || (part.op === 'and' && conjuncts(part).length > 1) || part.op === 'or';
  const said = parts.map((part) => {
    const own = phrase(part, rule, yes);
    return parts.length > 1 && joins(part) ? names(`（${own.zh}）`, `(${own.en})`) : own;
  });
  const word = junction === 'and' ? names('，且', ' and ') : names('，或', ' or ');
  return names(said.map(({ zh }) => zh).join(word.zh), said.map(({ en }) => en).join(word.en));
}

const negated = (own: Names, yes: boolean): Names => (yes ? own : names(`并非（${own.zh}）`, `not (${own.en})`));

const knownOf = (zh: string, en: string): ((node: unknown, args: readonly Names[], rule: CheckedRule, yes: boolean) => Names) =>
  either([`${zh}有记录`, `${en} is recorded`], [`${zh}缺失`, `${en} is missing`]);

/** Each operator in words. One that is missing here fails to compile, by name. */
const sayers: { readonly [K in OpName]: Sayer<K> } = {
  boolean: (node, _args, _rule, yes) => (node.data.value === yes ? names('总是成立', 'always') : names('从不成立', 'never')),
  number: (node) => numberText(node.data.value, node.type),
  code: (node) => quoted(codeName(node.data.dictionary, node.data.text)),
  field: (node) => {
    const own = fieldName(node.data.table, node.data.column);
    const role = roleNames[node.data.role];
    return names(role.zh + own.zh, role.en + own.en);
  },
  row: (node) => rowWords[node.data.table] ?? names(node.data.table, node.data.table),
  point: (node) => ofPoint(node.data.column),
  param: (node, _args, rule) => parameterValue(rule, node.data.name),
  sum: (node) => names(`合计〔${node.data.name}〕`, `sum [${node.data.name}]`),
  measure: () => names('量值', 'the measure'),
  limit: () => names('上限', 'the limit'),
  distinct: (node) => say('该组不同{0}的个数', 'the number of different {0} of the group', [countedNames[node.data.of]]),
  known: either(['{0}有记录', '{0} is recorded'], ['{0}缺失', '{0} is missing']),
  default: (node, args) => {
    const [, fallback] = node.args;
    const missing = fallback?.op === 'code' && fallback.data.text === '';
    return missing ? (args[0] ?? names('', '')) : say('{0}（缺失时按{1}）', '{0} ({1} where missing)', args);
  },
  age_known: knownOf('年龄', 'age'),
  diagnoses_known: knownOf('诊断', 'a diagnosis'),
  enrolments_known: knownOf('参保', 'enrolment'),
  operations_known: knownOf('手术操作数据', 'operation data'),
  lines_known: knownOf('费用明细', 'a fee line'),
  horizon_known: either(['数据足以回看', 'the data reach far enough back'], ['数据不足以回看', 'the data do not reach far enough back']),
  stock_known: knownOf('当月进销存台账', 'a stock ledger of the month'),
  carried: (node, _args, _rule, yes) => {
    const [first] = node.data.any;
    const own = first === undefined ? names('', '') : carriedName(first);
    return yes
      ? say('该机构报送「{0}」', 'the institution delivers “{0}”', [own])
      : say('该机构从不报送「{0}」', 'the institution never delivers “{0}”', [own]);
  },
  practitioner_stays_known: knownOf('医师住院', 'stays of practitioners as patients'),
  and: (node, _args, rule, yes) => (yes ? joined(conjuncts(node as Expr), rule, 'and', true) : joined(node.args, rule, 'or', false)),
  or: (node, _args, rule, yes) => joined(disjuncts(node as Expr), rule, yes ? 'or' : 'and', yes),
  not: (node, _args, rule, yes) => {
    const [inner] = node.args;
    return inner === undefined ? names('', '') : phrase(inner, rule, !yes);
  },
  cond: (_node, args, _rule, yes) => negated(say('若{0}则{1}，否则{2}', 'if {0} then {1}, otherwise {2}', args), yes),
  eq: compared('=='),
  ne: compared('!='),
  lt: compared('<'),
  le: compared('<='),
  gt: compared('>'),
  ge: compared('>='),
  ratio: (node, args, _rule, yes) => {
    const [zh, en] = comparisonWords[yes ? node.data.comparison : opposite[node.data.comparison]];
    return say(`{0} ÷ {1} ${zh} {2}（除数为零时不成立）`, `{0} ÷ {1} ${en} {2} (never where the divisor is zero)`, args);
  },
  in: (node, args, _rule, yes) => {
    const list = node.data.texts.map((text) => codeName(node.data.dictionary, text));
    const joinedList = names(list.map(({ zh }) => zh).join('、'), list.map(({ en }) => en).join(', '));
    const only = node.data.texts.length === 1;
    const word: readonly [string, string] = only
      ? yes
        ? ['为', 'is']
        : ['不为', 'is not']
      : yes
        ? ['属于', 'is one of']
        : ['不属于', 'is none of'];
    return say(`{0}${word[0]}「{1}」`, `{0} ${word[1]} “{1}”`, [args[0] ?? names('', ''), joinedList]);
  },
  in_point: (node, args, _rule, yes) => {
    const all = [...args, ofPoint(node.data.column)];
    return yes ? say('{0}在{1}之内', '{0} is among {1}', all) : say('{0}不在{1}之内', '{0} is not among {1}', all);
  },
  add: (node, args) => say('{0} ＋ {1}', '{0} + {1}', terms(node.args, args, [])),
  sub: (node, args) => say('{0} − {1}', '{0} − {1}', terms(node.args, args, ['add', 'sub'])),
  mul: (node, args) => product(node.args, args),
  neg: (node, args) => say('−{0}', '−{0}', [bracketed(node.args[0], args[0], ['add', 'sub'])]),
  price_times_quantity: (node, args) => product(node.args, args),
  widen: (_node, args) => say('{0}', '{0}', args),
  whole: (_node, args) => say('{0}（取整）', '{0} (whole part)', args),
  portion: (node, args) => {
    const [, , whole] = node.args;
    const isOne = whole?.op === 'number' && isNumeric(whole.type) && whole.data.value === 10 ** placesOf(whole.type);
    const parts = args.map((arg, index) => bracketed(node.args[index], arg, ['add', 'sub', 'cond']));
    return isOne ? say('{0} × {1}', '{0} × {1}', parts) : say('{0} × {1} ÷ {2}', '{0} × {1} ÷ {2}', parts);
  },
  min: (_node, args) => say('{0}与{1}中较小者', 'the smaller of {0} and {1}', args),
  max: (_node, args) => say('{0}与{1}中较大者', 'the larger of {0} and {1}', args),
  abs: (_node, args) => say('（{0}）的绝对值', 'the absolute value of ({0})', args),
  age_years: (_node, args) => say('患者在{0}的周岁', 'the completed years of age at {0}', args),
  age_days: (_node, args) => say('患者在{0}的日龄', 'the days of age at {0}', args),
  day_of: (_node, args) => say('{0}（日）', 'the day of {0}', args),
  days_between: (_node, args) => say('{0}到{1}的天数', 'the days from {0} to {1}', args),
  minutes_between: (_node, args) => say('{0}到{1}的分钟数', 'the minutes from {0} to {1}', args),
  hour_of: (_node, args) => say('{0}的钟点', 'the hour of {0}', args),
  starts_with: (node, args, _rule, yes) => {
    const all = [...args, names(node.data.prefix, node.data.prefix)];
    return yes ? say('{0}以 {1} 开头', '{0} begins with {1}', all) : say('{0}不以 {1} 开头', '{0} does not begin with {1}', all);
  },
  number_of: (_node, args) => say('{0}的数值', '{0} as a number', args),
  hospital_rank: (_node, args) =>
    say('{0}的级别（三级 3、二级 2、一级 1、未定级 0）', 'the rank of {0} (tertiary 3, secondary 2, primary 1, ungraded 0)', args),
  category: (_node, args) => say('{0}的类目（前三位）', 'the category of {0} (first three characters)', args),
  base_item: (_node, args) => say('{0}（加收计入其主项）', '{0} (an addition counts as its item)', args),
  main_diagnosis: (node) => say('{0}主诊断', '{0}main diagnosis', [roleNames[node.data.role]]),
  in_set: (node, args, _rule, yes) => {
    const all = [...args, tableText(node.data.table)];
    return yes ? say('{0}在{1}之中', '{0} is in {1}', all) : say('{0}不在{1}之中', '{0} is not in {1}', all);
  },
  listed: (node, args, _rule, yes) => {
    const all = [...args, tableText(node.data.table)];
    return yes
      ? say('{2}有一行同时列有{0}与{1}', 'a row of {2} has both {0} and {1}', all)
      : say('{2}没有一行同时列有{0}与{1}', 'no row of {2} has both {0} and {1}', all);
  },
  diagnosed_point: (node, _args, _rule, yes) => inSet(node.data.role, ofPoint(node.data.column), '诊断', 'diagnosis', yes),
  diagnosed_table: (node, _args, _rule, yes) => inSet(node.data.role, tableText(node.data.table), '诊断', 'diagnosis', yes),
  operated_point: (node, _args, _rule, yes) => inSet(node.data.role, ofPoint(node.data.column), '手术操作', 'operation', yes),
  operated_table: (node, _args, _rule, yes) => inSet(node.data.role, tableText(node.data.table), '手术操作', 'operation', yes),
  charged_point: (node, _args, _rule, yes) => chargedText(node.data, ofPoint(node.data.column), yes),
  charged_table: (node, _args, _rule, yes) => chargedText(node.data, tableText(node.data.table), yes),
  insured_on: either(['患者在{0}参保有效', 'the person is insured on {0}'], ['患者在{0}没有有效参保', 'the person is not insured on {0}']),
  month_of: (_node, args) => say('{0}所在月份', 'the month of {0}', args),
  bucket: (_node, args) =>
    args[1]?.en === '1440'
      ? say('{0}当日零点', 'midnight of the day of {0}', args)
      : say('{0}所在的时段（每段分钟数：{1}）', 'the stretch of {1} minutes that {0} lies in', args),
  signature: (node) =>
    say('{0}收费构成（项目、数量、金额全部相同才算相同）', 'the make-up of the charges of {0} (equal items, quantities and amounts)', [
      visitOf[node.data.role],
    ]),
  readmitted_within: either(
    ['此前 {0} 天内曾从同一机构出院', 'a stay at the same institution ended at most {0} days before'],
    ['此前 {0} 天内未曾从同一机构出院', 'no stay at the same institution ended in the {0} days before'],
  ),
  reaches_back: either(
    ['机构的就诊数据能回看 {0} 天', 'the visits of the institution reach back {0} days'],
    ['机构的就诊数据不能回看 {0} 天', 'the visits of the institution do not reach back {0} days'],
  ),
  diagnosed_with: (node, args, _rule, yes) => {
    const all = [...args, tableText(node.data.table)];
    return yes
      ? say('本次就诊有诊断与{0}同列于{1}的一行', 'a diagnosis of the visit stands with {0} in a row of {1}', all)
      : say('本次就诊没有诊断与{0}同列于{1}的一行', 'no diagnosis of the visit stands with {0} in a row of {1}', all);
  },
  recorded: (node) => {
    const what = node.data.of === 'diagnoses' ? names('诊断', 'diagnoses') : names('手术操作', 'operations');
    return node.data.main ? say('标为主要的{0}条数', 'the number of main {0}', [what]) : say('{0}条数', 'the number of {0}', [what]);
  },
  charged_within: (node, args, _rule, yes) => {
    const all = [...args, withinSet(node.data)];
    return yes
      ? say(
          '患者此前 {0} 天内（含当日，任何机构）收取过{1}',
          'the person was charged {1} within {0} days before or that day, anywhere',
          all,
        )
      : say(
          '患者此前 {0} 天内（含当日，任何机构）没有收取过{1}',
          'the person was not charged {1} within {0} days before or that day, anywhere',
          all,
        );
  },
  within_dates: (node, args, _rule, yes) => {
    const all = [...args, tableText(node.data.table)];
    return yes
      ? say('{0}在{1}的某段起止日期之内', '{0} lies between two dates of {1}', all)
      : say('{0}不在{1}的任何起止日期之内', '{0} lies between no two dates of {1}', all);
  },
  supplied: () =>
    names(
      '该机构该项目当月可供数量（期初＋购进−退货−损耗−期末）',
      'what the institution could sell of the item that month (opening + received − returned − lost − closing)',
    ),
  practitioner_in_hospital: either(
    ['医师在{0}正在住院（不含出入院当日）', 'the practitioner was an inpatient on {0} (admission and discharge days left out)'],
    ['医师在{0}没有住院', 'the practitioner was no inpatient on {0}'],
  ),
};

const tablesInWords: Readonly<Record<string, Names>> = {
  'diagnoses.diag_code': names('诊断', 'diagnoses'),
  'operations.oprn_oprt_code': names('手术操作', 'operations'),
  'lines.med_list_codg': names('费用明细', 'fee lines'),
  'enrolments.begndate': names('参保信息', 'enrolments'),
};

/** What is delivered: a column, or rows of a table. */
const carriedName = ({ table, column }: CarriedColumn): Names =>
  tablesInWords[`${table}.${column}`] ?? columnNamed(table, column)?.words ?? names(column, column);

const quoted = (own: Names): Names => names(`「${own.zh}」`, `“${own.en}”`);

/** Both sides of a sum or difference; what would read on to the right stands in brackets, and so do sums that are taken away. */
const terms = (exprs: readonly Expr[], args: readonly Names[], taken: readonly OpName[]): readonly Names[] =>
  args.map((arg, index) => bracketed(exprs[index], arg, ['cond', 'min', 'max', ...(index === 0 ? [] : taken)]));

function product(exprs: readonly Expr[], args: readonly Names[]): Names {
  const parts = args.map((arg, index) => bracketed(exprs[index], arg, ['add', 'sub', 'cond']));
  return say('{0} × {1}', '{0} × {1}', parts);
}

/**
 * An expression in words, Chinese and English, made from the checked tree alone.
 * `yes` false says the opposite of a condition.
 */
export function phrase(expr: Expr, rule: CheckedRule, yes = true): Names {
  const joins = expr.op === 'and' || expr.op === 'or' || expr.op === 'not';
  const args = joins ? [] : expr.args.map((argument) => phrase(argument, rule));
  return (sayers[expr.op] as Sayer<OpName>)(expr as never, args, rule, yes);
}

/** Every operator that can be said; for the test that holds it against the table of operators. */
export const saidOperators: readonly string[] = Object.keys(sayers);
