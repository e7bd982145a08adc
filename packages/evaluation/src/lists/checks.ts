import { counted, formatDay, formatYuan, fullYears, totalNotLinesOf } from '@hengjian/standard';
import type { BothText } from '../form.ts';
import type { ListParameters } from './parameters.ts';
import type { ListField, SettlementListRow } from './row.ts';

export const dimensions = ['timeliness', 'completeness', 'accuracy'] as const;
export type Dimension = (typeof dimensions)[number];

/** `null` right; `unknown` what the check needs is missing (completeness counts that); `none` the list has nothing to check. */
export type Answer = BothText | null | 'unknown' | 'none';

export interface ListCheck {
  readonly check: string;
  readonly dimension: Dimension;
  /** National field that is to be put right. */
  readonly field: string;
  readonly name: BothText;
  judge(list: SettlementListRow): Answer;
}

/** Costs of a category of principal diagnoses over all lists. */
export interface CategoryCost {
  readonly lists: number;
  readonly cost_fen: number;
}

type Holds = (code: string) => boolean;

/** Holds codes by exact text or, with a star at the end, by their beginning. */
function holds(members: readonly string[]): Holds {
  const exact = new Set(members.filter((member) => !member.endsWith('*')));
  const starts = members.filter((member) => member.endsWith('*')).map((member) => member.slice(0, -1));
  const known = new Map<string, boolean>();
  return (code) => {
    const answer = known.get(code) ?? (exact.has(code) || starts.some((start) => code.startsWith(start)));
    if (known.size < 65_536) known.set(code, answer);
    return answer;
  };
}

const isBlank = (value: SettlementListRow[ListField]): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** Code of the principal diagnosis; empty when there is none or more than one. */
export function principalOf(list: SettlementListRow): string {
  const principal = list.diseinfo.filter(({ maindiag_flag }) => maindiag_flag === '1');
  return principal.length === 1 ? (principal[0]?.diag_code ?? '') : '';
}

const missing: BothText = { zh: '没有填写', en: 'not filled in' };

function completeness(parameters: ListParameters): ListCheck[] {
  const asked = parameters.required.map(
    (field): ListCheck => ({
      check: `required-${field}`,
      dimension: 'completeness',
      field,
      name: { zh: `必填项 ${field}`, en: `required ${field}` },
      judge: (list) => (isBlank(list[field]) ? missing : null),
    }),
  );
  const newborn = (['nwb_bir_wt', 'nwb_adm_wt'] as const).map(
    (field): ListCheck => ({
      check: `newborn-${field}`,
      dimension: 'completeness',
      field,
      name: { zh: `新生儿必填 ${field}`, en: `newborn ${field}` },
      judge: (list) => (list.nwb_age === null || list.nwb_age > parameters.newborn_days ? 'none' : isBlank(list[field]) ? missing : null),
    }),
  );
  return [
    ...asked,
    {
      check: 'infant-nwb_age',
      dimension: 'completeness',
      field: 'nwb_age',
      name: { zh: '不满一周岁须填日龄', en: 'age in days under one year' },
      judge: ({ age, nwb_age }) => (age === null ? 'unknown' : age >= 1 ? 'none' : nwb_age === null ? missing : null),
    },
    ...newborn,
    {
      check: 'diagnosis-adm_cond_type',
      dimension: 'completeness',
      field: 'adm_cond_type',
      name: { zh: '诊断的入院病情', en: 'condition on admission' },
      judge: ({ diseinfo }) => {
        const blank = diseinfo.filter(({ adm_cond_type }) => adm_cond_type === '').length;
        return diseinfo.length === 0
          ? 'none'
          : blank === 0
            ? null
            : { zh: `${blank} 条诊断没有填写`, en: `${counted(blank, 'diagnosis', 'diagnoses')} without it` };
      },
    },
    {
      check: 'operation-date',
      dimension: 'completeness',
      field: 'oprn_oprt_date',
      name: { zh: '手术操作日期', en: 'date of operation' },
      judge: ({ oprninfo }) => {
        const blank = oprninfo.filter(({ oprn_oprt_date }) => oprn_oprt_date === null).length;
        return oprninfo.length === 0
          ? 'none'
          : blank === 0
            ? null
            : { zh: `${blank} 项手术操作没有填写`, en: `${counted(blank, 'procedure')} without it` };
      },
    },
  ];
}

function timeliness({ upload_days }: ListParameters): ListCheck {
  return {
    check: 'upload-days',
    dimension: 'timeliness',
    field: 'dcla_time',
    name: { zh: `出院后 ${upload_days} 天内上传`, en: `uploaded within ${counted(upload_days, 'day')}` },
    judge: ({ dcla_time, dscg_time }) => {
      if (dcla_time === null || dscg_time === null) return 'unknown';
      const days = dcla_time - dscg_time;
      return days <= upload_days ? null : { zh: `出院 ${days} 天后上传`, en: `uploaded ${counted(days, 'day')} after discharge` };
    },
  };
}

function dates(): ListCheck[] {
  const day = (value: number): string => formatDay(value);
  const check = (name: string, field: string, zh: string, en: string, judge: ListCheck['judge']): ListCheck => ({
    check: name,
    dimension: 'accuracy',
    field,
    name: { zh, en },
    judge,
  });
  return [
    check('dates-stay', 'dscg_time', '出院不早于入院', 'discharge not before admission', ({ adm_time, dscg_time }) => {
      if (adm_time === null || dscg_time === null) return 'unknown';
      return dscg_time >= adm_time
        ? null
        : { zh: `入院 ${day(adm_time)}，出院 ${day(dscg_time)}`, en: `admitted ${day(adm_time)}, discharged ${day(dscg_time)}` };
    }),
    check('dates-birth', 'brdy', '出生不晚于入院', 'birth not after admission', ({ brdy, adm_time }) => {
      if (brdy === null || adm_time === null) return 'unknown';
      return brdy <= adm_time ? null : { zh: '出生日期晚于入院', en: 'born after admission' };
    }),
    check('dates-age', 'age', '年龄与出生日期一致', 'age agrees with the date of birth', ({ brdy, adm_time, age }) => {
      if (brdy === null || adm_time === null || age === null) return 'unknown';
      const years = fullYears(brdy, adm_time);
      return years === age
        ? null
        : { zh: `填报 ${age} 岁，按出生日期 ${years} 岁`, en: `given ${age}, by birth ${counted(years, 'year')}` };
    }),
    check(
      'dates-days',
      'act_ipt_days',
      '实际住院天数与日期一致',
      'days of stay agree with the dates',
      ({ adm_time, dscg_time, act_ipt_days }) => {
        if (adm_time === null || dscg_time === null || act_ipt_days === null) return 'unknown';
        const days = Math.max(1, dscg_time - adm_time);
        return days === act_ipt_days
          ? null
          : { zh: `填报 ${act_ipt_days} 天，按日期 ${days} 天`, en: `given ${act_ipt_days}, by dates ${counted(days, 'day')}` };
      },
    ),
    check('dates-upload', 'dcla_time', '上传不早于出院', 'upload not before discharge', ({ dcla_time, dscg_time }) => {
      if (dcla_time === null || dscg_time === null) return 'unknown';
      return dcla_time >= dscg_time
        ? null
        : { zh: `出院 ${day(dscg_time)}，上传 ${day(dcla_time)}`, en: `discharged ${day(dscg_time)}, uploaded ${day(dcla_time)}` };
    }),
    check('dates-operation', 'oprn_oprt_date', '手术操作在住院期间', 'operations within the stay', ({ adm_time, dscg_time, oprninfo }) => {
      const done = oprninfo.flatMap(({ oprn_oprt_date }) => (oprn_oprt_date === null ? [] : [oprn_oprt_date]));
      if (done.length === 0) return 'none';
      if (adm_time === null || dscg_time === null) return 'unknown';
      const outside = done.filter((date) => date < adm_time || date > dscg_time).length;
      return outside === 0 ? null : { zh: `${outside} 项手术操作不在住院期间`, en: `${counted(outside, 'procedure')} outside the stay` };
    }),
  ];
}

/** What the diagnoses of a list say of each other. */
function diagnoses(): ListCheck[] {
  return [
    {
      check: 'principal-one',
      dimension: 'accuracy',
      field: 'maindiag_flag',
      name: { zh: '有且只有一个主要诊断', en: 'exactly one principal diagnosis' },
      judge: ({ diseinfo }) => {
        const count = diseinfo.filter(({ maindiag_flag }) => maindiag_flag === '1').length;
        return diseinfo.length === 0
          ? 'unknown'
          : count === 1
            ? null
            : { zh: `有 ${count} 个主要诊断`, en: `${count} principal diagnoses` };
      },
    },
    {
      check: 'diagnosis-twice',
      dimension: 'accuracy',
      field: 'diag_code',
      name: { zh: '诊断不重复', en: 'no diagnosis twice' },
      judge: ({ diseinfo }) => {
        const repeated = diseinfo.length - new Set(diseinfo.map(({ diag_code }) => diag_code)).size;
        return diseinfo.length === 0
          ? 'unknown'
          : repeated === 0
            ? null
            : { zh: `${repeated} 条诊断重复`, en: `${counted(repeated, 'diagnosis', 'diagnoses')} repeated` };
      },
    },
  ];
}

/** Diagnoses against sex and age of the person. */
function personDiagnoses(parameters: ListParameters): ListCheck[] {
  const rules = parameters.sex_age.map((rule) => ({ rule, has: holds(rule.diagnoses) }));
  const bound = rules.filter(({ rule }) => rule.age_min !== null || rule.age_max !== null);
  const sexed = rules.filter(({ rule }) => rule.sex !== '');
  return [
    {
      check: 'sex-diagnosis',
      dimension: 'accuracy',
      field: 'gend',
      name: { zh: '性别与诊断相符', en: 'sex and diagnosis agree' },
      judge: ({ gend, diseinfo }) => {
        const found = diseinfo.flatMap(({ diag_code }) =>
          sexed.filter(({ has }) => has(diag_code)).map(({ rule }) => ({ rule, diag_code })),
        );
        if (found.length === 0) return 'none';
        if (gend !== '1' && gend !== '2') return 'unknown';
        const wrong = found.find(({ rule }) => rule.sex !== gend);
        return wrong === undefined
          ? null
          : {
              zh: `${wrong.diag_code}（${wrong.rule.name.zh}）与性别不符`,
              en: `${wrong.diag_code} (${wrong.rule.name.en}) against the sex`,
            };
      },
    },
    {
      check: 'age-diagnosis',
      dimension: 'accuracy',
      field: 'age',
      name: { zh: '年龄与诊断相符', en: 'age and diagnosis agree' },
      judge: ({ age, diseinfo }) => {
        const found = diseinfo.flatMap(({ diag_code }) =>
          bound.filter(({ has }) => has(diag_code)).map(({ rule }) => ({ rule, diag_code })),
        );
        if (found.length === 0) return 'none';
        if (age === null) return 'unknown';
        const wrong = found.find(
          ({ rule }) => (rule.age_min !== null && age < rule.age_min) || (rule.age_max !== null && age > rule.age_max),
        );
        return wrong === undefined
          ? null
          : {
              zh: `${wrong.diag_code}（${wrong.rule.name.zh}），${age} 岁`,
              en: `${wrong.diag_code} (${wrong.rule.name.en}) at ${counted(age, 'year')}`,
            };
      },
    },
  ];
}

/** Procedures against the diagnoses that they are done for. */
function procedureDiagnoses(parameters: ListParameters): ListCheck[] {
  const procedures = parameters.procedures.map((rule) => ({ rule, done: holds(rule.procedures), due: holds(rule.diagnoses) }));
  return [
    {
      check: 'procedure-diagnosis',
      dimension: 'accuracy',
      field: 'oprn_oprt_code',
      name: { zh: '手术操作与诊断相符', en: 'procedure and diagnoses agree' },
      judge: ({ oprninfo, diseinfo }) => {
        const found = oprninfo.flatMap(({ oprn_oprt_code }) =>
          procedures.filter(({ done }) => done(oprn_oprt_code)).map((entry) => ({ ...entry, oprn_oprt_code })),
        );
        if (found.length === 0) return 'none';
        if (diseinfo.length === 0) return 'unknown';
        const wrong = found.find(({ due }) => !diseinfo.some(({ diag_code }) => due(diag_code)));
        return wrong === undefined
          ? null
          : {
              zh: `${wrong.oprn_oprt_code}（${wrong.rule.name.zh}）没有相应诊断`,
              en: `${wrong.oprn_oprt_code} (${wrong.rule.name.en}) without a diagnosis for it`,
            };
      },
    },
  ];
}

function money(parameters: ListParameters, costs: ReadonlyMap<string, CategoryCost>): ListCheck[] {
  return [
    {
      check: 'total-items',
      dimension: 'accuracy',
      field: 'medfee_sumamt',
      name: { zh: '总费用等于分项合计', en: 'total equals the sum of items' },
      judge: ({ medfee_sumamt, iteminfo }) => {
        if (medfee_sumamt === null || iteminfo.length === 0) return 'unknown';
        const sum = iteminfo.reduce((total, { amt }) => total + amt, 0);
        return totalNotLinesOf(medfee_sumamt, medfee_sumamt - sum) === undefined
          ? null
          : {
              zh: `总费用 ${formatYuan(medfee_sumamt)} 元，分项 ${formatYuan(sum)} 元`,
              en: `total ${formatYuan(medfee_sumamt)}, items ${formatYuan(sum)}`,
            };
      },
    },
    {
      check: 'item-parts',
      dimension: 'accuracy',
      field: 'amt',
      name: { zh: '分项等于甲乙丙及其他之和', en: 'item equals its parts' },
      judge: ({ iteminfo }) => {
        if (iteminfo.length === 0) return 'unknown';
        const wrong = iteminfo.find((item) => item.claa_sumfee + item.clab_amt + item.fulamt_ownpay_amt + item.oth_amt !== item.amt);
        return wrong === undefined
          ? null
          : { zh: `收费项目 ${wrong.med_chrgitm} 与其各部分不等`, en: `item ${wrong.med_chrgitm} differs from its parts` };
      },
    },
    {
      check: 'total-payments',
      dimension: 'accuracy',
      field: 'fund_pay_sumamt',
      name: { zh: '总费用等于各方支付之和', en: 'total equals the payments' },
      judge: ({ medfee_sumamt, fund_pay_sumamt, acct_pay, psn_cashpay }) => {
        if (medfee_sumamt === null || fund_pay_sumamt === null || acct_pay === null || psn_cashpay === null) return 'unknown';
        const sum = fund_pay_sumamt + acct_pay + psn_cashpay;
        return sum === medfee_sumamt
          ? null
          : {
              zh: `总费用 ${formatYuan(medfee_sumamt)} 元，支付 ${formatYuan(sum)} 元`,
              en: `total ${formatYuan(medfee_sumamt)}, paid ${formatYuan(sum)}`,
            };
      },
    },
    {
      check: 'diagnosis-cost',
      dimension: 'accuracy',
      field: 'medfee_sumamt',
      name: { zh: '费用与主要诊断相称', en: 'cost goes with the principal diagnosis' },
      judge: (list) => {
        const principal = principalOf(list);
        if (list.medfee_sumamt === null || principal === '') return 'unknown';
        const category = costs.get(principal.slice(0, 3));
        if (category === undefined || category.lists < parameters.cost_cases || category.cost_fen <= 0) return 'none';
        const own = BigInt(list.medfee_sumamt) * BigInt(category.lists) * 10_000n;
        const low = own < BigInt(category.cost_fen) * BigInt(parameters.low_cost);
        if (!low && own <= BigInt(category.cost_fen) * BigInt(parameters.high_cost)) return null;
        const cost = formatYuan(list.medfee_sumamt);
        const mean = formatYuan(Math.round(category.cost_fen / category.lists));
        return { zh: `${principal} 费用 ${cost} 元，同类目平均 ${mean} 元`, en: `${principal} cost ${cost}, mean of the category ${mean}` };
      },
    },
  ];
}

/** All checks: timeliness, completeness, accuracy. */
export function listChecks(parameters: ListParameters, costs: ReadonlyMap<string, CategoryCost>): ListCheck[] {
  return [
    timeliness(parameters),
    ...completeness(parameters),
    ...dates(),
    ...diagnoses(),
    ...personDiagnoses(parameters),
    ...procedureDiagnoses(parameters),
    ...money(parameters, costs),
  ];
}
