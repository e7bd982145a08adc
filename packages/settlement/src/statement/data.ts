import { ymdOf } from '@hengjian/standard';
import type { Deduction } from '../agreement.ts';
import type { PoolStatement, YearStatement } from '../clear-year.ts';
import { explainPrice, reasonWords } from '../pay-stay.ts';
import type { PayForm, PayStyle } from '../price-stay.ts';
import type { SettlementRun } from '../run.ts';
import { rateText, ratioText, stepValue, unitNames } from '../step.ts';
import type { CaseLine, HospitalStatement } from '../tally.ts';
import type { Tariff } from '../tariff.ts';
import type { StayHistory } from '../versions.ts';

/** Everything that the statement of one hospital shows. */
export interface StatementData {
  readonly title: { readonly zh: string; readonly en: string };
  readonly fixmedins_code: string;
  readonly name: string;
  readonly tariff: Tariff;
  /** The clearing; absent while the year is open. */
  readonly year?: YearStatement;
  readonly months: readonly HospitalStatement[];
  /** Months whose first version differs, with that version. */
  readonly first: readonly HospitalStatement[];
  readonly cases: readonly CaseLine[];
  readonly histories: readonly StayHistory[];
  readonly deductions: readonly Deduction[];
  readonly pools: readonly PoolStatement[];
}

export const formWords: Readonly<Record<PayForm, { readonly zh: string; readonly en: string }>> = {
  group: { zh: '病组', en: 'group' },
  bed_day: { zh: '床日', en: 'bed day' },
  fixed_price: { zh: '定额', en: 'fixed price' },
  item: { zh: '按项目', en: 'by item' },
  unpaid: { zh: '未付费', en: 'unpaid' },
};

export const styleWords: Readonly<Record<PayStyle, { readonly zh: string; readonly en: string }>> = {
  normal: { zh: '正常', en: 'normal' },
  very_high: { zh: '高倍率', en: 'very high' },
  very_low: { zh: '低倍率', en: 'very low' },
  special_item: { zh: '特例单议（按项目）', en: 'special review, by item' },
  special_standard: { zh: '特例单议（调整标准）', en: 'special review, adjusted' },
  lowest_weight: { zh: '最低权重', en: 'lightest group' },
  discount: { zh: '费用折扣', en: 'share of the cost' },
  nothing: { zh: '不付费', en: 'nothing' },
  item: { zh: '按项目', en: 'by item' },
  days: { zh: '按床日', en: 'by day' },
  fixed: { zh: '定额', en: 'fixed' },
};

/** Month of discharge, `yyyy-MM`. */
export function periodOf(day: number): string {
  const ymd = ymdOf(day);
  return `${Math.floor(ymd / 10_000)}-${String(Math.floor(ymd / 100) % 100).padStart(2, '0')}`;
}

/** How a case came to its price, in one cell: the formula of a normal one, every step of another. */
export function caseText({ stay, price, ruling }: CaseLine, tariff: Tariff): { readonly zh: string; readonly en: string } {
  if (price.form === 'group' && price.style === 'normal' && price.reason === '' && ruling === undefined) {
    const formula = `${ratioText(price.weight)} × ${ratioText(price.coefficient)} × ${rateText(price.rate)}`;
    return { zh: formula, en: formula };
  }
  const steps = explainPrice(stay, price, tariff, ruling);
  const words = (language: 'zh' | 'en'): string =>
    steps.map((each) => `${each[language]}: ${stepValue(each)}${unitNames[each.unit][language]}`).join('; ');
  return { zh: words('zh'), en: words('en') };
}

export const reasonText = (line: CaseLine): { readonly zh: string; readonly en: string } => reasonWords[line.price.reason];

function byHospital<Value>(values: readonly Value[], code: (value: Value) => string): ReadonlyMap<string, readonly Value[]> {
  const map = new Map<string, Value[]>();
  for (const value of values) {
    const own = map.get(code(value));
    if (own === undefined) map.set(code(value), [value]);
    else own.push(value);
  }
  return map;
}

const code = ({ fixmedins_code }: { readonly fixmedins_code: string }): string => fixmedins_code;

/** The statement of every hospital of a run, in the order of their codes. */
export function* statementsOf(run: SettlementRun): Generator<StatementData> {
  const cases = byHospital(run.year?.cases ?? run.months.flatMap((month) => month.cases), ({ stay }) => stay.fixmedins_code);
  const months = byHospital(
    run.months.flatMap(({ statements }) => statements),
    code,
  );
  const first = byHospital(
    run.months.flatMap((month) => (month.histories.length === 0 ? [] : month.first)),
    code,
  );
  const histories = byHospital(
    run.months.flatMap((month) => month.histories),
    code,
  );
  const deductions = byHospital(run.year?.deductions ?? run.months.flatMap((month) => month.deductions), code);
  const years = new Map((run.year?.statements ?? []).map((statement) => [statement.fixmedins_code, statement]));
  for (const fixmedins_code of [...new Set([...months.keys(), ...years.keys()])].sort()) {
    const year = years.get(fixmedins_code);
    yield {
      title: run.title,
      fixmedins_code,
      name: run.names[fixmedins_code] ?? '',
      tariff: run.tariff,
      ...(year === undefined ? {} : { year }),
      months: months.get(fixmedins_code) ?? [],
      first: first.get(fixmedins_code) ?? [],
      cases: cases.get(fixmedins_code) ?? [],
      histories: histories.get(fixmedins_code) ?? [],
      deductions: deductions.get(fixmedins_code) ?? [],
      pools: run.year?.pools ?? [],
    };
  }
}
