import { defineProblems, inputProblems, listed, type Problem, type Words, words } from '@hengjian/standard';

/** Problems of rule files, their expressions, cases and knowledge tables that no input problem says. */
export const rulespecProblems = defineProblems({
  'yaml-syntax': {
    says: { zh: 'YAML 有误：{reason}', en: 'the YAML is wrong: {reason}' },
    remedy: { zh: '请更正此处', en: 'mend it here' },
    status: 422,
  },
  'yaml-alias': {
    says: { zh: '规则文件不使用锚点和别名', en: 'a rule file has no anchors and aliases' },
    remedy: { zh: '请把内容原样写出', en: 'write out what the alias stands for' },
    status: 422,
  },
  'field-one-of': {
    says: { zh: '{fields} 须写且只能写一项', en: 'exactly one of {fields} is written' },
    remedy: { zh: '请只保留其中一项', en: 'leave exactly one of them' },
    status: 422,
  },
  'field-companion': {
    says: { zh: '{field} 须在{other}时填写，其他情况不写', en: '{field} is written exactly when {other}' },
    remedy: { zh: '请补上或删去 {field}', en: 'add or remove {field}' },
    status: 422,
  },
  'field-unfit': {
    says: { zh: '{field} 不适用：{reason}', en: '{field} does not fit: {reason}' },
    remedy: { zh: '请改为{use}', en: 'instead: {use}' },
    status: 422,
  },
  'dates-reversed': {
    says: { zh: '{end} 早于 {start}', en: '{end} lies before {start}' },
    remedy: { zh: '请更正日期', en: 'mend the dates' },
    status: 422,
  },
  'rule-id-twice': {
    says: { zh: '规则编号 {id} 已用于 {file}', en: 'the rule id {id} is taken by {file}' },
    remedy: { zh: '请为本规则另取编号', en: 'give this rule an id of its own' },
    status: 409,
  },
  'rule-uncited': {
    says: { zh: '明确违规须有至少一项注明出处（cited）的依据', en: 'a violation rests on at least one cited document' },
    remedy: {
      zh: '请注明文件出处（certainty: cited），或将结论改为可疑',
      en: 'cite the document (certainty: cited), or make the result suspicious',
    },
    status: 422,
  },
  'rule-level-scale': {
    says: {
      zh: '规则读取 institution.{column}，而 level_scale 为 {scale}',
      en: 'the rule reads institution.{column}, its level_scale is {scale}',
    },
    remedy: { zh: '请将 level_scale 写为 {column}，或改读规定的等级', en: 'write level_scale: {column}, or read the scale that is meant' },
    status: 422,
  },
  'parameter-unset': {
    says: {
      zh: '参数 {name} 在规则生效首日没有全国取值',
      en: 'the parameter {name} has no nation-wide value on the first day of the rule',
    },
    remedy: {
      zh: '请增加一个不带 area、且 from 不晚于 effective.from 的取值',
      en: 'give it a value without area whose from is not after effective.from',
    },
    status: 422,
  },
  'expression-syntax': {
    says: { zh: '表达式有误：{reason}', en: 'the expression is wrong: {reason}' },
    remedy: { zh: '请更正此处，写法见 docs/rule-language.md 第 3 节', en: 'mend it here; see section 3 of docs/rule-language.md' },
    status: 422,
  },
  'expression-type': {
    says: { zh: '类型不符：应为{expected}，实为{found}', en: '{expected} is wanted here, not {found}' },
    remedy: { zh: '请改用相应类型的值', en: 'use a value of that type' },
    status: 422,
  },
  'expression-arguments': {
    says: { zh: '{name} 的写法应为 {form}', en: '{name} is written as {form}' },
    remedy: { zh: '请更正参数，写法见 docs/rule-language.md 第 3 节', en: 'correct its arguments; see section 3 of docs/rule-language.md' },
    status: 422,
  },
  'expression-nullable': {
    says: { zh: '{name} 可能缺失', en: '{name} may be missing here' },
    remedy: {
      zh: '请将 {name} 列入 needs，或先判断 known({name})，或使用 default({name}, …)',
      en: 'add {name} to needs, ask known({name}) && first, or use default({name}, …)',
    },
    status: 422,
  },
  'sum-default': {
    says: {
      zh: '合计的条件不得写 default：缺值的费用行是否计入，无从得知',
      en: 'the condition of a sum may not say default: whether a line that lacks the value belongs to it is not known',
    },
    remedy: {
      zh: '请直接比较该字段；有费用行缺值时，结论为无法判定',
      en: 'compare the field itself; where a line lacks it, the verdict is unknown',
    },
    status: 422,
  },
  'message-placeholder': {
    says: { zh: '{placeholder} 无法填写：{reason}', en: '{placeholder} cannot be filled: {reason}' },
    remedy: { zh: '请改用：{known}', en: 'use one of: {known}' },
    status: 422,
  },
  'knowledge-header': {
    says: { zh: '知识表的表头有误：{reason}', en: 'the header of the knowledge table is wrong: {reason}' },
    remedy: { zh: '请按以下写法更正表头：{form}', en: 'write the header as {form}' },
    status: 422,
  },
  'point-twice': {
    says: { zh: '知识点 {point} 在同一期间、同一地区出现两次', en: 'the point {point} stands twice for the same days and area' },
    remedy: { zh: '请为旧行填写 valid_to，或改用其他编号', en: 'close the older row with valid_to, or use another id' },
    status: 422,
  },
  'case-lacking': {
    says: { zh: '规则 {rule} 没有{kind}类案例', en: '{rule} has no {kind} case' },
    remedy: { zh: '请补充该类案例', en: 'add a case of this kind' },
    status: 422,
  },
  'case-fails': {
    says: { zh: '规则 {rule} 的案例“{name}”未通过：{reason}', en: 'the case {name} of {rule} fails: {reason}' },
    remedy: { zh: '请更正规则或案例', en: 'mend the rule or the case' },
    status: 422,
  },
  'rule-never': {
    says: { zh: '规则永远不会命中：{reason}', en: 'the rule can never hit: {reason}' },
    remedy: { zh: '请更正条件、参数、日期或知识点', en: 'mend its conditions, parameters, dates or points' },
    status: 422,
  },
  'part-dead': {
    says: { zh: '{part}永远不起作用', en: '{part} can never matter' },
    remedy: { zh: '请删去或更正', en: 'remove it or mend it' },
    status: 422,
  },
  'part-always': {
    says: { zh: '{part}总是成立', en: '{part} always holds' },
    remedy: { zh: '请确认这是本意', en: 'make sure that this is meant' },
    status: 422,
  },
  'rules-overlap': {
    says: {
      zh: '{rule} 与 {other} 以同类条件判断 {count} 个相同编码',
      en: '{rule} and {other} judge {count} of the same codes by the same kind of condition',
    },
    remedy: { zh: '请确认两条规则均有必要', en: 'make sure that both are meant' },
    status: 422,
  },
});

/** Number of edits between two names, for "did you mean". */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const substitution = (previous[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

const near = (name: string, candidate: string): boolean => editDistance(name, candidate) <= Math.max(2, Math.floor(name.length / 3));

const shownNames = 24;

/** The names that are there, those first that may have been meant by another one. */
export function namesNear(name: string, known: readonly string[]): Words {
  const ranked = known.length > 4000 ? known : [...known].sort((a, b) => Number(near(name, b)) - Number(near(name, a)));
  return listed(ranked.length <= shownNames ? ranked : [...ranked.slice(0, shownNames), '…']);
}

/** A name that is not there. `kind` says what is looked for. */
export const unknownName = (kind: Words, name: string, known: readonly string[]): Problem =>
  inputProblems.problem('name-unknown', { kind, name, known: namesNear(name, known) });

/** A value that is none of those expected. */
export const invalid = (value: string, expected: Words): Problem => inputProblems.problem('value-invalid', { value, expected });

/** A value outside a short list. */
export function notAmong(value: string, values: readonly string[]): Problem {
  const { zh, en } = namesNear(value, values);
  return invalid(value, words(`以下之一：${zh}`, `one of ${en}`));
}

export const missing = (what: string): Problem => inputProblems.problem('value-missing', { what });

/** A field that does not fit the rest of the rule, with what to write instead. */
export const unfit = (field: string, reason: Words, use: Words): Problem => rulespecProblems.problem('field-unfit', { field, reason, use });

/** Text of a rule file, which is the same in both languages. */
export const asWritten = (text: string): Words => words(text, text);

/** A field that is written in one case only. */
export const companion = (field: string, other: Words): Problem => rulespecProblems.problem('field-companion', { field, other });

/** Names of kinds of things in problems. */
export const kindWords = {
  field: words('字段', 'field'),
  table: words('知识表', 'knowledge table'),
  column: words('列', 'column'),
  dictionary: words('代码表', 'dictionary'),
  code: words('代码', 'code'),
  name: words('名称', 'name'),
  function: words('函数', 'function'),
} as const;
