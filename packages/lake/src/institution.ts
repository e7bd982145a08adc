import { dictionary, type Words, words } from '@hengjian/standard';

// What is true of a hospital and stands in none of its files.

/** A value that is assumed and not delivered. */
export interface Estimate {
  /** `fee_list_d.inscp_amt` */
  readonly field: string;
  readonly institution: string;
  /** Share of the amount it is worked out from. */
  readonly share: number;
}

export interface InstitutionFacts {
  readonly code: string;
  readonly name: string | undefined;
  /** Fields of `medins_info_b` beside code and name. */
  readonly fields: Readonly<Record<string, string>>;
  /** There is no settlement in the delivery. */
  readonly noSettlement: boolean;
  /** Share of each line that is taken to be in the scope of the insurance; nothing is assumed without it. */
  readonly inScope: number | undefined;
}

export const institutionKeys = ['code', 'name', 'level', 'type', 'price_level', 'area', 'beds', 'settlement', 'in_scope'] as const;

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

const isShare = (value: unknown): boolean => Number.isFinite(Number(value)) && Number(value) > 0 && Number(value) <= 1;

/** Reads the section; `say` is told what is wrong with a value. */
export function institutionOf(given: Readonly<Record<string, unknown>>, say: Say): InstitutionFacts | undefined {
  const present = Object.entries(given).filter(([, value]) => value !== undefined && value !== null && value !== '');
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
  if (of('code') === undefined) say('code', '', words('医保定点编码', 'the code of the institution'));
  const settlement = of('settlement');
  if (settlement !== undefined && settlement !== 'none' && settlement !== 'files') say('settlement', settlement, 'none, files');
  const share = of('in_scope');
  if (share !== undefined && !isShare(share)) say('in_scope', share, words('大于 0、不超过 1 的比例', 'a share above 0, at most 1'));
  return {
    code: String(of('code') ?? ''),
    name: of('name') === undefined ? undefined : String(of('name')),
    fields,
    noSettlement: settlement === 'none',
    inScope: share !== undefined && isShare(share) ? Number(share) : undefined,
  };
}

/** The row of the register of institutions that a section makes. */
export const institutionRow = ({ code, name, fields }: InstitutionFacts): Readonly<Record<string, string>> => ({
  fixmedins_code: code,
  ...(name === undefined ? {} : { fixmedins_name: name }),
  ...fields,
});
