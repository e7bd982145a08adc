import type { GroupingCase } from '../case/case.ts';
import type { CodeField, Comparison, Condition, NumberField, TextField } from '../scheme/condition.ts';
import type { Scheme } from '../scheme/scheme.ts';
import type { Reason, Step, TracedResult } from './grouper.ts';
import type { Alternative } from './what-if.ts';

export type Language = 'zh' | 'en';
type Words = Readonly<Record<Language, string>>;

type Field = CodeField | NumberField | TextField;
const fieldWords: Readonly<Record<Field, Words>> = {
  principal_dx: { zh: '主要诊断', en: 'principal diagnosis' },
  other_dx: { zh: '其他诊断', en: 'other diagnosis' },
  main_procedure: { zh: '主要手术操作', en: 'main procedure' },
  other_procedure: { zh: '其他手术操作', en: 'other procedure' },
  age: { zh: '年龄', en: 'age' },
  age_days: { zh: '日龄', en: 'age in days' },
  sex: { zh: '性别（1 男 2 女）', en: 'sex (1 male, 2 female)' },
  birth_weight: { zh: '新生儿体重（克）', en: 'weight of the newborn (g)' },
  admission_weight: { zh: '入院体重（克）', en: 'weight at admission (g)' },
  los: { zh: '住院天数', en: 'days of the stay' },
  icu_hours: { zh: '重症监护小时数', en: 'hours of intensive care' },
  ventilator_hours: { zh: '呼吸机小时数', en: 'hours of ventilation' },
  department: { zh: '科室', en: 'department' },
  discharge_mode: { zh: '离院方式', en: 'way of discharge' },
};

const isField = (text: string): text is Field => Object.hasOwn(fieldWords, text);

/** What a field of a case is called; the field itself when it has no name. */
export const fieldName = (field: string, language: Language): string => (isField(field) ? fieldWords[field][language] : field);

const signs: Readonly<Record<Comparison, string>> = { '=': '=', '<': '<', '<=': '≤', '>': '>', '>=': '≥' };
const levelWords: Readonly<Record<string, Words>> = {
  MCC: { zh: '严重并发症或合并症（MCC）', en: 'major complication or comorbidity (MCC)' },
  CC: { zh: '并发症或合并症（CC）', en: 'complication or comorbidity (CC)' },
};
const statusWords: Readonly<Record<TracedResult['status'], Words>> = {
  grouped: { zh: '入组', en: 'grouped' },
  ambiguous: { zh: '歧义病例（QY）', en: 'ambiguous (QY)' },
  entered: { zh: '进入主要诊断大类，但没有符合的病组', en: 'entered an MDC, no group fits' },
  none: { zh: '没有进入任何主要诊断大类', en: 'entered no MDC' },
  invalid: { zh: '不能分组，先更正', en: 'cannot be grouped before it is corrected' },
};
const shortNames: Readonly<Record<TracedResult['status'], Words>> = {
  grouped: { zh: '入组', en: 'grouped' },
  ambiguous: { zh: '歧义 QY', en: 'ambiguous (QY)' },
  entered: { zh: '入大类未入组', en: 'entered an MDC without a group' },
  none: { zh: '未入大类', en: 'no MDC' },
  invalid: { zh: '须更正', en: 'to be corrected' },
};

/** A status in a few words; DIP has diseases where DRG has MDCs. */
export const statusName = (status: TracedResult['status'], kind: 'drg' | 'dip', language: Language): string =>
  kind === 'dip' && status === 'none' ? { zh: '未入病种', en: 'no disease' }[language] : shortNames[status][language];

const levels: Readonly<Record<Step['level'], string>> = { mdc: 'MDC', adrg: 'ADRG', drg: 'DRG' };

const joined = (fields: readonly CodeField[], language: Language): string => {
  if (fields.length === 2 && fields.includes('principal_dx') && fields.includes('other_dx'))
    return language === 'zh' ? '任一诊断' : 'any diagnosis';
  if (fields.length === 2 && fields.includes('main_procedure') && fields.includes('other_procedure'))
    return language === 'zh' ? '任一手术操作' : 'any procedure';
  return fields.map((field) => fieldWords[field][language]).join(language === 'zh' ? '或' : ' or ');
};
const bracketed = (text: string, language: Language): string => (language === 'zh' ? `（${text}）` : `(${text})`);
const colon = (language: Language): string => (language === 'zh' ? '：' : ': ');
const inList = (sets: readonly string[], language: Language): string =>
  language === 'zh' ? `目录 ${sets.join('、')}` : `list ${sets.join(', ')}`;

/** A condition in words, without a case. */
export function conditionWords(condition: Condition, language: Language): string {
  const zh = language === 'zh';
  switch (condition.op) {
    case 'always':
      return zh ? '无条件' : 'always';
    case 'and':
      return condition.of
        .map((part) => (part.op === 'or' ? bracketed(conditionWords(part, language), language) : conditionWords(part, language)))
        .join(zh ? '，且' : ', and ');
    case 'or':
      return condition.of
        .map((part) => (part.op === 'and' ? bracketed(conditionWords(part, language), language) : conditionWords(part, language)))
        .join(zh ? '，或' : ', or ');
    case 'not':
      return zh ? `并非（${conditionWords(condition.of, language)}）` : `not (${conditionWords(condition.of, language)})`;
    case 'in':
      return zh
        ? `${joined(condition.fields, language)}属于${inList(condition.sets, language)}`
        : `${joined(condition.fields, language)} is in ${inList(condition.sets, language)}`;
    case 'count': {
      const [fields, list] = [joined(condition.fields, language), inList(condition.sets, language)];
      const compared = `${signs[condition.compare]} ${condition.value}`;
      return zh ? `${fields}属于${list}的不同编码数 ${compared}` : `different codes of ${fields} in ${list} ${compared}`;
    }
    case 'sets':
      return zh
        ? `${joined(condition.fields, language)}涉及的部位数 ${signs[condition.compare]} ${condition.value}`
        : `regions with ${joined(condition.fields, language)} ${signs[condition.compare]} ${condition.value}`;
    case 'severity':
      return zh
        ? `有计入的${condition.levels.map((level) => levelWords[level]?.zh).join('或')}`
        : `a counted ${condition.levels.map((level) => levelWords[level]?.en).join(' or ')}`;
    case 'compare':
      return `${fieldWords[condition.field][language]} ${signs[condition.compare]} ${condition.value}`;
    case 'one_of':
      return zh
        ? `${fieldWords[condition.field].zh}为 ${condition.values.join('、')}`
        : `${fieldWords[condition.field].en} is ${condition.values.join(', ')}`;
  }
}

const names = (scheme: Scheme, code: string): string => {
  const name = scheme.diagnoses[code] ?? scheme.procedures[code];
  return name === undefined ? code : `${code} ${name}`;
};

/** One elementary condition with what the case has for it. */
function reasonWords(reason: Reason, one: GroupingCase, scheme: Scheme, language: Language): string {
  const zh = language === 'zh';
  const { condition } = reason;
  const words = conditionWords(condition, language);
  if (reason.holds === null) return zh ? `${words}：缺少 ${reason.field}，不能判断` : `${words}: ${reason.field} is missing`;
  if (condition.op === 'always') return words;
  if (condition.op === 'in' && reason.holds === false) {
    const asked = condition.fields.flatMap((field) => {
      if (field === 'principal_dx') return one.diagnoses.slice(0, 1);
      if (field === 'main_procedure') return one.procedures.slice(0, 1);
      return field === 'other_dx' ? one.diagnoses.slice(1) : one.procedures.slice(1);
    });
    if (asked.length === 0) return zh ? `没有${joined(condition.fields, language)}` : `there is no ${joined(condition.fields, language)}`;
    const shown = asked.length === 1 ? asked.map((code) => names(scheme, code)).join('') : '';
    return zh
      ? `${joined(condition.fields, language)}${shown === '' ? '' : ` ${shown} `}不在${inList(condition.sets, language)}`
      : `${joined(condition.fields, language)}${shown === '' ? '' : ` ${shown}`} is not in ${inList(condition.sets, language)}`;
  }
  const facts = [...reason.codes.map((code) => names(scheme, code)), ...(reason.value === null ? [] : [String(reason.value)])];
  const mark = reason.holds ? (zh ? '符合' : 'holds') : zh ? '不符' : 'fails';
  const shown = facts.length === 0 ? '' : zh ? `（${facts.join('；')}）` : ` (${facts.join('; ')})`;
  return `${words}${colon(language)}${mark}${shown}`;
}

const changeWords: Readonly<Record<Alternative['change'], Words>> = {
  principal: { zh: '若主要诊断为', en: 'with the principal diagnosis' },
  main: { zh: '若主要手术操作为', en: 'with the main procedure' },
  without: { zh: '若没有', en: 'without' },
};

/** What-if alternatives as lines: the change, and where the case would be. */
export const whatIfWords = (alternatives: readonly Alternative[], language: Language): readonly string[] =>
  alternatives.map(({ change, code, status, group }) =>
    language === 'zh'
      ? `　${changeWords[change].zh} ${code}：${statusWords[status].zh} ${group}`.trimEnd()
      : `  ${changeWords[change].en} ${code}: ${statusWords[status].en} ${group}`.trimEnd(),
  );

/** Rejected rows are told one by one up to so many; the rest is counted. */
const toldRejected = 8;

/**
 * A traced case in sentences a coder reads: what was found beforehand, which secondary diagnoses count, the rows that were
 * tried in order, and the result. Rows of which no part held are counted, not listed; the data has them all.
 */
export function explainTrace(traced: TracedResult, one: GroupingCase, scheme: Scheme, language: Language): readonly string[] {
  const zh = language === 'zh';
  const lines: string[] = [
    zh
      ? `病例 ${one.id}，方案 ${scheme.name.zh}（${scheme.id}，${traced.hash.slice(0, 16)}）`
      : `case ${one.id}, scheme ${scheme.name.en} (${scheme.id}, ${traced.hash.slice(0, 16)})`,
  ];
  for (const problem of traced.problems) {
    const head = problem.level === 'invalid' ? (zh ? '不能分组' : 'cannot be grouped') : zh ? '提示' : 'note';
    const place = problem.place?.field === undefined ? '' : `${problem.place.field} `;
    lines.push(`${head}${colon(language)}${place}${problem.message[language]} → ${problem.remedy[language]}`);
  }
  for (const note of traced.severity) {
    const table =
      note.table === '' ? (zh ? '无排除表' : 'no exclusion table') : zh ? `排除表 ${note.table}` : `exclusion table ${note.table}`;
    const why = note.counted
      ? zh
        ? '主要诊断不在表内，计入'
        : 'the principal diagnosis is not in it: counted'
      : zh
        ? '主要诊断在表内，不计入'
        : 'the principal diagnosis is in it: not counted';
    lines.push(
      zh
        ? `其他诊断 ${names(scheme, note.code)} 为 ${note.level}（${table}），${why}`
        : `other diagnosis ${names(scheme, note.code)} is ${note.level} (${table}), ${why}`,
    );
  }
  let silent = 0;
  let told = 0;
  const flush = (): void => {
    if (silent > 0) lines.push(zh ? `　另有 ${silent} 个条目没有任何一部分符合` : `  ${silent} other rows of which no part held`);
    silent = 0;
    told = 0;
  };
  for (const step of traced.steps) {
    const rejected = step.outcome === 'rejected';
    if (rejected && step.level !== 'drg' && (!step.near || told >= toldRejected)) {
      silent += 1;
      continue;
    }
    if (rejected) told += 1;
    else flush();
    const reasons = step.reasons.map((reason) => reasonWords(reason, one, scheme, language)).join(zh ? '；' : '; ');
    const outcome = {
      taken: zh ? '进入' : 'taken',
      rejected: zh ? '未入' : 'rejected',
      open: zh ? '不能判断' : 'open',
      left: zh ? '进入后没有符合的组，继续后面的大类' : 'entered without a group, later MDCs are tried',
    }[step.outcome];
    lines.push(`${outcome} ${levels[step.level]} ${step.code} ${step.name}${colon(language)}${reasons}`);
  }
  flush();
  const name = scheme.drgs.find((row) => row.drg === traced.drg)?.name ?? '';
  const severity = traced.split === '' ? '' : zh ? `，分层 ${traced.split}` : `, split ${traced.split}`;
  const field = traced.field === '' ? '' : zh ? `，字段 ${traced.field}` : `, field ${traced.field}`;
  const group = `${statusWords[traced.status][language]} ${traced.drg}${name === '' ? '' : ` ${name}`}`;
  lines.push(`${zh ? '结果' : 'result'}${colon(language)}${group}${severity}${field}`);
  return lines;
}
