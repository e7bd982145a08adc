import { type Words, words } from '@hengjian/standard';
import { type AnswerPath, nothingAnswer } from '../questions.ts';
import type { DayOrMonth } from './profile.ts';

/** A question as it is written into a mapping. */
export interface DraftQuestion {
  readonly id: string;
  readonly ask: Words;
  readonly why: Words;
  readonly choices?: readonly string[];
  readonly proposed?: string;
  readonly required?: true;
  /** Several choices may be answered together, joined by `|`. */
  readonly several?: true;
  readonly sets: AnswerPath;
}

const skip = nothingAnswer;
const all = (table: string, ...rest: readonly string[]): AnswerPath => ['tables', table, '*', ...rest];

const levels = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', skip];

/** What files say of their hospital; `codes` where they name it. */
interface KnownHospital {
  readonly name: string | undefined;
  readonly isSettled: boolean;
  readonly codes?: readonly string[];
  /** Columns that speak of institutions, have several values and do not say of each row whose it is. */
  readonly unused?: readonly string[];
}

/** Why the code of the institution is asked for. */
function codeReason(unused: readonly string[]): Words {
  if (unused.length === 0)
    return words('文件中没有机构编号；每一行都要归到一家机构', 'no file names the institution; every row belongs to one');
  const named = unused.map((column) => `“${column}”`);
  return words(
    `${named.join('、')}有多个不同的值而未用作机构：若它说明各行的机构，请写为 fixmedins_code 的列，否则各行都归这里填的一家`,
    `${named.join(', ')} has several values: if it says whose each row is, map it to fixmedins_code; else all are of the one named here`,
  );
}

/** What no file says of a hospital; of several, or of one in a register, only whether anything was settled. */
export function hospitalQuestions({ name, isSettled, codes, unused = [] }: KnownHospital): readonly DraftQuestion[] {
  const [code] = codes ?? [];
  const isOne = codes === undefined || codes.length === 1;
  // Where files bring settlements nobody has to be asked for them.
  const settled = isSettled ? [] : [settlementQuestion];
  if (!isOne) return settled;
  return [
    {
      id: 'code',
      ask: words('医院的定点医药机构编号？', 'the code of the institution?'),
      ...(code === undefined
        ? {
            why: codeReason(unused),
            required: true,
          }
        : { why: words('取自文件，请核对', 'taken from the files; please check'), proposed: code }),
      sets: ['institution', 'code'],
    },
    {
      id: 'name',
      ask: words('医院名称？', 'its name?'),
      why:
        name === undefined
          ? words('报告中用它称呼医院', 'reports call the hospital by it')
          : words('取自表格标题，请核对', 'taken from a title; please check'),
      proposed: name ?? skip,
      sets: ['institution', 'name'],
    },
    {
      id: 'price_level',
      ask: words('限价执行哪一级医院的标准？1 一级及以下，2 二级，3 三级', 'which price level? 1 primary, 2 secondary, 3 tertiary'),
      why: words('没有它，限价规则不能判断', 'without it no rule of prices can judge'),
      choices: ['1', '2', '3', skip],
      proposed: skip,
      sets: ['institution', 'price_level'],
    },
    {
      id: 'level',
      ask: words(
        '医院等级？02 三级甲等，05 二级甲等，08 一级甲等 等',
        'hospital level? 02 tertiary A, 05 secondary A, 08 primary A and so on',
      ),
      why: words('按等级区分的规则需要它', 'rules that differ by level need it'),
      choices: levels,
      proposed: skip,
      sets: ['institution', 'level'],
    },
    {
      id: 'type',
      ask: words('机构类型？1 医疗机构，2 零售药店', 'type? 1 hospital, 2 pharmacy'),
      why: words('住院数据来自医疗机构', 'stays come from hospitals'),
      choices: ['1', '2', '3', '4', '5', skip],
      proposed: '1',
      sets: ['institution', 'type'],
    },
    {
      id: 'beds',
      ask: words('核定床位数？', 'approved beds?'),
      why: words('床日超核定床位的规则需要它', 'the rule of bed days needs it'),
      proposed: skip,
      sets: ['institution', 'beds'],
    },
    ...settled,
    ...(isSettled ? [] : [scopeQuestion, fundQuestion]),
  ];
}

const settlementQuestion: DraftQuestion = {
  id: 'settlement',
  ask: words('有结算数据吗？none 没有，files 会另外送来', 'are there settlements? none, or files that come later'),
  why: words('没有结算，基金损失不能计算', 'without settlements no loss of the fund can be worked out'),
  choices: ['none', 'files'],
  proposed: 'none',
  sets: ['institution', 'settlement'],
};

const scopeQuestion: DraftQuestion = {
  id: 'in_scope',
  ask: words(
    '是否假定明细金额的一定比例属于医保范围？填 0 到 1 的数（如 1 表示全部），或 skip 不假定',
    'assume that a share of each line is in scope? a number up to 1 (1 means all), or skip',
  ),
  why: words(
    '文件中没有范围内金额。假定值只是估计，会在报告中标明；不假定时，按支付范围判断的规则答“未知”',
    'no file says what is in scope. An assumption is an estimate and marked as one; without it rules of payment answer unknown',
  ),
  proposed: skip,
  sets: ['institution', 'in_scope'],
};

const fundQuestion: DraftQuestion = {
  id: 'fund_share',
  ask: words(
    '没有结算数据时，是否假定基金支付范围内金额的一定比例？填 0 到 1 的数（如 0.65），或 skip 不假定',
    'without settlements, assume that the fund pays a share of what is in scope? a number up to 1 (such as 0.65), or skip',
  ),
  why: words(
    '只有医院或经办机构知道这个比例。由它得出的基金损失只是估算，处处标明；不假定时基金损失“未知”',
    'only the hospital or the fund knows it. A fund loss from it is an estimate and marked as one; without it the loss is not known',
  ),
  proposed: skip,
  sets: ['institution', 'fund_share'],
};

/** What the export leaves out because it goes without saying for the hospital. */
export function silenceQuestions(tables: ReadonlySet<string>, filled: (table: string, field: string) => boolean): readonly DraftQuestion[] {
  const one = (table: string, field: string, ask: Words): DraftQuestion[] =>
    !tables.has(table) || filled(table, field)
      ? []
      : [
          {
            id: field,
            ask,
            why: words(
              '文件中没有这一列；不确定就答 skip，相关规则答“未知”',
              'no column says it; if unsure answer skip, and rules that ask answer unknown',
            ),
            choices: ['0', skip],
            proposed: skip,
            sets: all(table, 'columns', field, 'constant'),
          },
        ];
  return [
    ...one('mdtrt_d', 'nwb_flag', words('这批病人中没有新生儿吗？没有填 0', 'are there no newborns among the patients? 0 says none')),
    ...one('fee_list_d', 'dscg_tkdrug_flag', words('明细中没有出院带药吗？没有填 0', 'are there no drugs to take home? 0 says none')),
  ];
}

/** The kind of visits that headers speak of; where they say nothing, or of both kinds, somebody has to know it. */
export const typeQuestion = (headers: readonly string[]): DraftQuestion => {
  const says = (pattern: RegExp): boolean => headers.some((header) => pattern.test(header));
  const [isStay, isCall] = [says(/住院|入院|出院|离院|admi|discharge|inpatient/i), says(/门诊|挂号|急诊|outpatient/i)];
  const proposed = isStay === isCall ? undefined : isStay ? '21' : '11';
  return {
    id: 'med_type',
    ask: words(
      '这些就诊是哪一类？21 普通住院，11 普通门诊，13 急诊，14 门诊慢特病，28 日间手术，52 生育住院',
      'which kind of visits? 21 inpatient, 11 outpatient, 13 emergency, 14 chronic disease, 28 day surgery, 52 childbirth',
    ),
    why: words(
      '文件没有医疗类别；不同类别分开两次送，或在文件中加一列',
      'no column says it; send different kinds apart, or add a column to the file',
    ),
    choices: ['21', '11', '13', '14', '28', '52', nothingAnswer],
    ...(proposed === undefined ? { required: true } : { proposed }),
    sets: all('mdtrt_d', 'columns', 'med_type', 'constant'),
  };
};

export const precisionQuestion = (column: string): DraftQuestion => ({
  id: 'precision',
  ask: words(
    `“${column}”的时分就是项目执行的时分吗？是填 minute，只有日期可信填 day`,
    `is the time of day in “${column}” that of the service? minute if so, day if only the day is`,
  ),
  why: words(
    '记账时间常晚于执行时间；按分钟判断的规则只在填 minute 时使用它',
    'charges are often booked later; rules that count minutes use it only with minute',
  ),
  choices: ['day', 'minute'],
  proposed: 'day',
  sets: all('fee_list_d', 'meaning', 'precision'),
});

export const codeQuestion = (
  table: string,
  field: string,
  label: string,
  value: string,
  choices: readonly string[],
  names: string,
): DraftQuestion => ({
  id: `${field}-${value}`,
  ask: words(`${label}“${value}”对应哪个代码？${names}`, `which code is “${value}” of ${field}? ${names}`),
  why: words('字典中没有这个名称；skip 表示不知道', 'the dictionary has no such name; skip says that it is not known'),
  choices: [...choices, skip],
  proposed: skip,
  sets: all(table, 'columns', field, 'codes', value),
});

export const unitQuestion = (field: string, column: string): DraftQuestion => ({
  id: `${field}-unit`,
  ask: words(`“${column}”的单位是元还是分？`, `is “${column}” in yuan or in fen?`),
  why: words('取值都是整数', 'all values are whole numbers'),
  choices: ['yuan', 'fen'],
  proposed: 'yuan',
  sets: all('fee_list_d', 'columns', field, 'unit'),
});

const eitherWay = words('取值两种读法都成立', 'its values can be read either way');

/** Either order is offered with all formats that the column has, so that what is answered reads its values. */
export function dayQuestion(table: string, field: string, column: string, { dayFirst, monthFirst, isDayFirst }: DayOrMonth): DraftQuestion {
  const [day, month] = [dayFirst.join('|'), monthFirst.join('|')];
  return {
    id: `${field}-format`,
    ask: words(`“${column}”是日在前还是月在前？`, `does “${column}” put the day or the month first?`),
    ...(isDayFirst === undefined
      ? { why: eitherWay, required: true }
      : {
          why: words('取值只容一种读法，请核对', 'its values can be read in one way only; please check'),
          proposed: isDayFirst ? day : month,
        }),
    choices: [day, month],
    sets: all(table, 'columns', field, 'formats'),
  };
}

/** One question about the order of a day and a month for two entries of a table: each choice has the formats of both. */
export function sameFormats(first: DraftQuestion, second: DraftQuestion): DraftQuestion {
  if (first.sets.at(-1) !== 'formats') return first;
  const joined = (first.choices ?? []).map((choice, at) => [
    ...new Set([...choice.split('|'), ...(second.choices?.[at] ?? '').split('|')]),
  ]);
  const choices = joined.map((formats) => formats.filter((format) => format !== '').join('|'));
  const placeOf = ({ choices: own = [], proposed }: DraftQuestion): number => (proposed === undefined ? -1 : own.indexOf(proposed));
  const [place, other] = [placeOf(first), placeOf(second)];
  const { proposed: _proposed, required: _required, ...rest } = first;
  const held = place === other ? choices[place] : undefined;
  return {
    ...rest,
    why: place === other ? first.why : eitherWay,
    choices,
    ...(held === undefined ? { required: true } : { proposed: held }),
  };
}

export const principalQuestion = (table: string, field: string, column: string, what: Words): DraftQuestion => ({
  id: field,
  ask: words(`“${column}”就是${what.zh}吗？是填 1，不是填 0`, `is “${column}” ${what.en}? 1 if so, 0 if not`),
  why: words(`没有一列叫${what.zh}；分组取决于它`, `no column is called ${what.en}, and grouping depends on it`),
  choices: ['1', '0'],
  proposed: '1',
  sets: all(table, 'columns', field, 'codes', '1'),
});

export const groupedDayQuestion: DraftQuestion = {
  id: 'begntime',
  ask: words(
    '没有入院和出院时间，只能用于分组。这批病例约在哪一天出院？（年-月-日，只用来看方案是否适用）',
    'there are no admissions and discharges, so the file is for grouping only. about which day were the discharges? (yyyy-mm-dd)',
  ),
  why: words('年龄按年龄列，住院天数按天数列，都不由日期推算', 'ages and days come from their own columns and never from the day'),
  proposed: '2025-01-01',
  sets: all('mdtrt_d', 'columns', 'begntime', 'constant'),
};

export const ageUnitQuestion = (table: string, field: string, column: string): DraftQuestion => ({
  id: `${field}-unit`,
  ask: words(`“${column}”以天计（day）还是以月计（month）？`, `is “${column}” in days or in months? day or month`),
  why: words('表头没有写单位；新生儿分组取决于日龄', 'its header names no unit; groups of newborns depend on the age in days'),
  choices: ['day', 'month'],
  proposed: 'day',
  sets: all(table, 'columns', field, 'unit'),
});
