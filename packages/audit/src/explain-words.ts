import { codeName, columnName } from '@hengjian/rulespec';
import {
  columnNamed,
  counted,
  dimensionTableNames,
  formatYuan,
  isDemonstration,
  isOneOf,
  totalNotLinesWords,
  type Words,
  words,
  workingTableNames,
} from '@hengjian/standard';
import { arithmeticWords, gradeWords, methodWords } from './amount-words.ts';
import type { Evidence, EvidenceNote, Finding } from './finding.ts';

const same = (text: string): Words => words(text, text);

/** What a finding about an entity and a period was held against. */
function statisticWords({ statistic }: Evidence): readonly Words[] {
  if (statistic === undefined) return [];
  const { entity, name, period, from, to, numerator, denominator, value, size, compared, formula } = statistic;
  const peers = Object.entries(statistic.peers).map(([field, own]) => `${field} = ${own}`);
  const earlier = statistic.earlier.map((one) => `${one.period} ${one.value}`).join(', ');
  const of = peers.join(', ');
  return [
    words(`对象：${entity}（${name}），${period}，${from} 至 ${to}`, `subject: ${entity} (${name}), ${period}, ${from} to ${to}`),
    words(
      `数值：${numerator} ÷ ${denominator} = ${value}，共 ${size} 行`,
      `value: ${numerator} ÷ ${denominator} = ${value}, over ${counted(size, 'row')}`,
    ),
    earlier === ''
      ? words(
          `与${of === '' ? '' : ` ${of} 的`} ${compared} 个对象比较（含本身）`,
          `compared with ${counted(compared, 'entity', 'entities')}${of === '' ? '' : ` of ${of}`}, itself included`,
        )
      : words(`以前各期：${earlier}`, `earlier periods: ${earlier}`),
    words(`  ${formula.zh}`, `  ${formula.en}`),
  ];
}

/** The members of a group and the days on which they were together; members are pseudonyms. */
function groupWords({ group }: Evidence): readonly Words[] {
  if (group === undefined) return [];
  const { key, persons, rows, days, formula, members } = group;
  const meetings = group.meetings.map(({ day, members: there, rows: own }) => {
    const [who, what] = [there.join(', '), own.join(', ')];
    return words(`  ${day}：${there.length} 人（${who}）：${what}`, `  ${day}: ${there.length} of them (${who}): ${what}`);
  });
  return [
    words(
      `群组：${key === '' ? '由共同的值相连' : key}，${persons} 人，${days} 天，${rows} 行`,
      [
        `group: ${key === '' ? 'linked by shared values' : key}`,
        counted(persons, 'person'),
        `${counted(rows, 'row')} on ${counted(days, 'day')}`,
      ].join(', '),
    ),
    words(`  ${formula.zh}`, `  ${formula.en}`),
    words(`成员：${members.join(', ')}`, `members: ${members.join(', ')}`),
    words('各日：', 'days:'),
    ...meetings,
  ];
}

const resultNames: Readonly<Record<string, Words>> = { violation: words('明确违规', 'violation'), suspicious: words('可疑', 'suspicious') };

const roleNames: Readonly<Record<string, Words>> = { violating: words('违规', 'violating'), involved: words('涉及', 'involved') };

const named = (names: Readonly<Record<string, Words>>, name: string): Words => names[name] ?? same(name);

function lineWords(line: Evidence['lines'][number]): Words {
  const role = named(roleNames, line.role);
  const [amount, charge] = [formatYuan(line.amount_fen), formatYuan(line.charge_fen)];
  const what = `${line.fee_ocur_time} ${line.item} (${line.med_list_codg}) × ${line.cnt}`;
  return words(
    `  ${role.zh} ${what} = ${amount} 元，涉及 ${charge} 元；${line.file} 第 ${line.row} 行，键 ${line.line_key}`,
    `  ${role.en} ${what} = ${amount} yuan, at issue ${charge} yuan; ${line.file} row ${line.row}, key ${line.line_key}`,
  );
}

function visitWords(visit: Evidence['visits'][number]): Words {
  const role = named(roleNames, visit.role);
  const [place, from, to, kind] = [visit.fixmedins_code ?? '?', visit.begntime ?? '?', visit.endtime ?? '?', visit.med_type ?? '?'];
  return words(
    `  ${role.zh} 就诊 ${visit.mdtrt_id}，机构 ${place}，${from} 至 ${to}，医疗类别 ${kind}`,
    `  ${role.en} visit ${visit.mdtrt_id} at ${place}, ${from} to ${to}, med_type ${kind}`,
  );
}

function moneyWords(row: Finding): Words {
  const of = (fen: number | null): Words =>
    fen === null ? words('未知', 'not known') : words(`${formatYuan(fen)} 元`, `${formatYuan(fen)} yuan`);
  const mark = (own: Words, fen: number | null): Words =>
    row.amount_grade === 'estimate' && fen !== null ? words(`${own.zh}（估算）`, `${own.en} (an estimate)`) : own;
  const [charge, inscope, fund, person] = [
    of(row.charge_fen),
    of(row.inscope_fen),
    mark(of(row.fund_fen), row.fund_fen),
    mark(of(row.person_fen), row.person_fen),
  ];
  const [method, grade] = [methodWords(row.amount_method), gradeWords(row.amount_grade)];
  return words(
    `金额：费用 ${charge.zh}，政策范围内 ${inscope.zh}，基金 ${fund.zh}，应退个人 ${person.zh}（${method.zh}，${grade.zh}）`,
    `money: charge ${charge.en}, in scope ${inscope.en}, fund ${fund.en}, owed to the person ${person.en} (${method.en}, ${grade.en})`,
  );
}

function exceptionWords({ exceptions }: Evidence): Words {
  if (exceptions.length === 0) return words('权衡的例外：该规则没有例外', 'exceptions weighed: the rule has none');
  const zh = exceptions.map(({ basis, held }) => `${basis}：${held ? '成立' : '不成立'}`).join('；');
  const en = exceptions.map(({ basis, held }) => `${basis}: ${held ? 'held' : 'did not hold'}`).join('; ');
  return words(`权衡的例外：${zh}`, `exceptions weighed: ${en}`);
}

/** A knowledge point as readers see it: one of the demonstration city says so wherever it stands. */
export const pointName = (id: string): Words => (isDemonstration(id) ? words(`${id}（演示）`, `${id} (demonstration)`) : words(id, id));

function pointWords({ point_id }: Finding, { point }: Evidence): readonly Words[] {
  if (point === undefined) return [];
  const cells = Object.entries(point).filter(([name, value]) => name !== 'point_id' && value !== null && value !== '');
  const told = (language: 'zh' | 'en'): readonly string[] => cells.map(([name, value]) => `${columnName(name)[language]} = ${value}`);
  const { zh, en } = pointName(point_id ?? '');
  return [words(`知识点 ${zh}：${told('zh').join('，')}`, `knowledge point ${en}: ${told('en').join(', ')}`)];
}

/** A note on a finding in words; which stay it speaks of comes first. */
export function noteWords(note: EvidenceNote): Words {
  const { zh, en } = totalNotLinesWords(note);
  return words(`就诊 ${note.mdtrt_id}：${zh}`, `stay ${note.mdtrt_id}: ${en}`);
}

/** Tables of the working form by the names that rules give them. */
const tablesRead: Readonly<Record<string, string>> = {
  ...{ line: 'lines', visit: 'visits', person: 'persons', settlement: 'settlements', diagnosis: 'diagnoses', operation: 'operations' },
  ...{ institution: 'institution', practitioner: 'practitioner' },
};
const tables = [...workingTableNames, ...dimensionTableNames];
const unitWords: Readonly<Record<string, Words>> = {
  ...{ money: words(' 元', ' yuan'), price: words(' 元', ' yuan'), days: words(' 天', ' days'), age: words(' 岁', ' years') },
};

/** A value that a rule read, with what people call it, the meaning of a code and its unit. */
function readWords([name, value]: readonly [string, string | number | null]): Words {
  const [owner = '', column = ''] = name.split('.');
  const table = tablesRead[owner];
  const found = isOneOf(tables, table) ? columnNamed(table, column) : undefined;
  const { zh, en } = found?.words ?? same(name);
  if (value === null) return words(`${zh} 缺失`, `${en} missing`);
  const [of, unit] = [found?.of ?? '', unitWords[found?.of ?? ''] ?? same('')];
  const shown = unit.zh === '' ? codeName(of, String(value)) : same(String(value));
  return words(`${zh} = ${shown.zh}${unit.zh}`, `${en} = ${shown.en}${unit.en}`);
}

/** Everything a finding is made of, line by line. */
export function findingWords(row: Finding): readonly Words[] {
  const { evidence } = row;
  const result = named(resultNames, row.result_type);
  const code = row.official_code === null ? '' : ` (${row.official_code})`;
  const read = Object.entries(evidence.read);
  const values = read.map(readWords);
  const { rule, point } = evidence.hashes;
  return [
    words(
      `发现 ${row.finding_id}：规则 ${row.rule_id} 第 ${row.rule_version} 版${code}，${result.zh}`,
      `finding ${row.finding_id}: rule ${row.rule_id} version ${row.rule_version}${code}, ${result.en}`,
    ),
    words(`  ${evidence.message.zh}`, `  ${evidence.message.en}`),
    words(`依据：${row.basis}`, `basis: ${row.basis}`),
    ...pointWords(row, evidence),
    ...statisticWords(evidence),
    ...groupWords(evidence),
    words('明细：', 'lines:'),
    ...evidence.lines.map(lineWords),
    words('就诊：', 'visits:'),
    ...evidence.visits.map(visitWords),
    read.length === 0
      ? words('读取的值：明细之外没有', 'values read: none besides the lines')
      : words(`读取的值：${values.map(({ zh }) => zh).join('，')}`, `values read: ${values.map(({ en }) => en).join(', ')}`),
    exceptionWords(evidence),
    words(`计算：${arithmeticWords(evidence).zh}`, `arithmetic: ${evidence.arithmetic}`),
    moneyWords(row),
    ...(evidence.notes ?? []).map(noteWords).map(({ zh, en }) => words(`注意：${zh}`, `note: ${en}`)),
    words(
      `哈希：规则 ${rule}${point === undefined ? '' : `，知识点 ${point}`}`,
      `hashes: rule ${rule}${point === undefined ? '' : `, point ${point}`}`,
    ),
  ];
}
