import { type Carriage, dictionary, type LakeContext, parseScaled, type Words, words } from '@hengjian/standard';

// What is true of a hospital and stands in none of its files.

/** A value that is assumed and not delivered. */
export interface Estimate {
  /** `fee_list_d.inscp_amt` is a share of the amount of a line, `setl_d.fund_pay_sumamt` one of what is in scope. */
  readonly field: string;
  /** Its code; '' for lines that name no institution. */
  readonly institution: string;
  /** Share of the amount it is worked out from. */
  readonly share: number;
}

/** Fields that a mapping can assume. */
export const estimatedFields = { scope: 'fee_list_d.inscp_amt', fund: 'setl_d.fund_pay_sumamt' } as const;

/** An estimate in words, wherever it is shown. */
export function estimateWords({ field, institution, share }: Estimate): Words {
  const percent = Math.round(share * 10_000) / 100;
  const whose = institution === '' ? words('没有机构的明细', 'lines without an institution') : words(institution, institution);
  const of = field === estimatedFields.fund ? words('范围内金额', 'what is in scope') : words('金额', 'the amount');
  return words(
    `估计值：${whose.zh} 的 ${field} 按${of.zh}的 ${percent} % 假定，不是送来的数据，由它得出的金额都是估算`,
    [
      `an estimate: ${field} of ${whose.en} is assumed to be ${percent} % of ${of.en}`,
      'it was not delivered, and what is worked out from it is an estimate',
    ].join('; '),
  );
}

const settles = (fields: readonly string[] | undefined): boolean => fields?.some((field) => field.startsWith('setl_d.')) === true;

/** The estimates that are used: no share of the fund is assumed of an institution that has delivered settlements. */
export const estimatesInUse = (estimated: readonly Estimate[], carriage: Carriage | undefined): readonly Estimate[] =>
  estimated.filter(({ field, institution }) => field !== estimatedFields.fund || !settles(carriage?.[institution]));

const shareDecimals = 4;

/** What is assumed of each institution, as those who work out money read it. */
export function assumedShares(estimated: readonly Estimate[]): NonNullable<LakeContext['assumed']> {
  const own = Map.groupBy(estimated, ({ institution }) => institution);
  return Object.fromEntries(
    [...own].map(([institution, all]) => {
      const fund = all.find(({ field }) => field === estimatedFields.fund);
      const scope = all.some(({ field }) => field === estimatedFields.scope);
      return [institution, { scope, ...(fund === undefined ? {} : { fund: Math.round(fund.share * 10 ** shareDecimals) }) }];
    }),
  );
}

export interface InstitutionFacts {
  /** '' where the section only says what is assumed, of rows that name no institution. */
  readonly code: string;
  readonly name: string | undefined;
  /** Fields of `medins_info_b` beside code and name. */
  readonly fields: Readonly<Record<string, string>>;
  /** Share of each line that is taken to be in the scope of the insurance; nothing is assumed without it. */
  readonly inScope: number | undefined;
  /** Share of what is in scope that the fund is taken to pay where nothing is settled; nothing is assumed without it. */
  readonly fundShare: number | undefined;
}

export const institutionKeys = [
  'code',
  'name',
  'level',
  'type',
  'price_level',
  'area',
  'beds',
  'settlement',
  'in_scope',
  'fund_share',
] as const;

/** Keys of the section that fill a field of the register of institutions. */
const fieldOf: Readonly<Record<string, string>> = {
  level: 'hosp_lv',
  type: 'fixmedins_type',
  price_level: 'lmtpric_hosp_lv',
  area: 'admdvs',
  beds: 'aprv_bed_cnt',
};

type Say = (key: string, value: unknown, expected: string | Words) => void;

/** A code, or the name of one: `三级甲等` is 02. Codes may have lost a leading zero. */
function codeOf(field: string, text: string): string | undefined {
  const table = dictionary.tables.get('medins_info_b')?.fields.get(field)?.code_table;
  const codes = table === undefined ? undefined : dictionary.codeTables.get(table);
  if (codes === undefined) return text;
  const found = [...codes.values()].find(({ code, name_zh, name_en }) => [code, code.replace(/^0/, ''), name_zh, name_en].includes(text));
  return found?.code;
}

const isShare = (value: unknown): boolean =>
  parseScaled(String(value).trim(), shareDecimals) !== undefined && Number(value) > 0 && Number(value) <= 1;
const shareExpected = words('大于 0、不超过 1 的比例，至多四位小数', 'a share above 0, at most 1, of at most four decimals');

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** Whether the section says that no settlements exist; it may say that of several hospitals together, without a code. */
export const hasNoSettlement = ({ settlement }: Readonly<Record<string, unknown>>): boolean => settlement === 'none';

/** Reads the section; `say` is told what is wrong with a value. Undefined where it is about no hospital. */
export function institutionOf(given: Readonly<Record<string, unknown>>, say: Say): InstitutionFacts | undefined {
  const { settlement } = given;
  if (isGiven(settlement) && settlement !== 'none' && settlement !== 'files') say('settlement', settlement, 'none, files');
  const present = Object.entries(given).filter(([key, value]) => key !== 'settlement' && isGiven(value));
  if (present.length === 0) return undefined;
  const of = (key: string): unknown => present.find(([name]) => name === key)?.[1];
  const fields: Record<string, string> = {};
  for (const [key, field] of Object.entries(fieldOf)) {
    const value = of(key);
    if (value === undefined) continue;
    const code = codeOf(field, String(value).trim());
    const table = dictionary.tables.get('medins_info_b')?.fields.get(field)?.code_table ?? '';
    if (code === undefined)
      say(key, value, [...(dictionary.codeTables.get(table)?.values() ?? [])].map((one) => `${one.code} ${one.name_zh}`).join(', '));
    else fields[field] = code;
  }
  const onlyAssumes = present.every(([key]) => key === 'in_scope' || key === 'fund_share');
  if (of('code') === undefined && !onlyAssumes) say('code', '', words('医保定点编码', 'the code of the institution'));
  const assumed = (key: string): number | undefined => {
    const share = of(key);
    if (share === undefined || isShare(share)) return share === undefined ? undefined : Number(share);
    say(key, share, shareExpected);
    return undefined;
  };
  return {
    code: String(of('code') ?? ''),
    name: of('name') === undefined ? undefined : String(of('name')),
    fields,
    inScope: assumed('in_scope'),
    fundShare: assumed('fund_share'),
  };
}

/** The row of the register of institutions that a section makes. */
export const institutionRow = ({ code, name, fields }: InstitutionFacts): Readonly<Record<string, string>> => ({
  fixmedins_code: code,
  ...(name === undefined ? {} : { fixmedins_name: name }),
  ...fields,
});
