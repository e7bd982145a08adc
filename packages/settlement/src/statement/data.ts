import { type Language, type Words, words, ymdOf } from '@hengjian/standard';
import type { Deduction } from '../agreement.ts';
import type { PoolStatement, YearStatement } from '../clear-year.ts';
import type { PaymentForms, StayPrice } from '../forms/form.ts';
import { formOf, reasonWords, styleWords } from '../forms/registry.ts';
import type { Pricer } from '../price-stay.ts';
import type { SettlementRun } from '../run.ts';
import { stepValue, unitNames } from '../step.ts';
import type { CaseLine, HospitalStatement } from '../tally.ts';
import type { Tariff } from '../tariff.ts';
import type { StayHistory } from '../versions.ts';
import { caseSteps, caseSums } from './case-sums.ts';

/** Everything that the statement of one hospital shows. */
export interface StatementData {
  readonly title: Words;
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

/** Month of discharge, `yyyy-MM`. */
export function periodOf(day: number): string {
  const ymd = ymdOf(day);
  return `${Math.floor(ymd / 10_000)}-${String(Math.floor(ymd / 100) % 100).padStart(2, '0')}`;
}

/** How a case came to its price, in one cell: the formula of an ordinary one at the rate that pays it, every step of another. */
export function caseText(line: CaseLine, pools: readonly PoolStatement[], pricer: Pricer): Words {
  const { price, ruling } = line;
  const { rate } = caseSums(line, pools, pricer);
  const atRate = rate === undefined ? price : { ...price, rate };
  const formula = ruling === undefined ? formOf(pricer.forms, price.form).formula?.(atRate) : undefined;
  if (formula !== undefined) return words(formula, formula);
  const steps = caseSteps(line, pools, pricer);
  const told = (language: Language): string =>
    steps.map((each) => `${each[language]}: ${stepValue(each)}${unitNames[each.unit][language]}`).join('; ');
  return words(told('zh'), told('en'));
}

/** Form, style and reason of a price. */
export const priceWords = ({ form, style, reason }: StayPrice, forms: PaymentForms): readonly [Words, Words, Words] => [
  formOf(forms, form).words,
  styleWords(forms, form, style),
  reasonWords(forms, reason),
];

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
