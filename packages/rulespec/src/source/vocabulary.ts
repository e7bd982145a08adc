/** Where a text stands in its file; rows and columns count from 1. */
export interface Position {
  readonly row: number;
  readonly column: number;
}

/** An expression with the position of its first character. `block` texts keep their rows but not their columns. */
export interface ExpressionSource {
  readonly text: string;
  readonly at: Position;
  readonly block: boolean;
  /** Name of the field that holds it, for problems. */
  readonly field: string;
}

export const objects = ['drug', 'item', 'consumable', 'visit', 'person', 'practitioner', 'institution'] as const;
export const results = ['violation', 'suspicious', 'statistic'] as const;
export const overrides = ['allowed', 'with_reason', 'never'] as const;
export const stages = ['before', 'during', 'after'] as const;
export const decisives = ['service', 'admission', 'settlement'] as const;
export const owners = ['treatment', 'insurance'] as const;
export const levelScales = ['hosp_lv', 'lmtpric_hosp_lv', 'dedc_hosp_lv'] as const;
export const walks = ['person', 'practitioner', 'institution', 'trace_code', 'invoice'] as const;
export const reaches = ['city', 'institution', 'row'] as const;
export const parameterTypes = ['integer', 'money', 'quantity', 'price', 'ratio', 'days', 'code'] as const;
export const methods = ['whole', 'excess', 'price_excess', 'stay', 'difference', 'none'] as const;
export const measures = [
  'cnt',
  'amount',
  'inscp',
  'supply',
  'fund',
  'count',
  'days',
  'kinds',
  'visits',
  'institutions',
  'persons',
  'ipt_days',
] as const;
export const sumMeasures = ['cnt', 'amount', 'inscp', 'ownpay', 'count'] as const;
export const scopes = ['day', 'visit', 'visit_day', 'prescription', 'month', 'year', 'history'] as const;
export const caseKinds = ['hit', 'clear', 'boundary', 'unknown'] as const;

export type Result = (typeof results)[number];
export type Override = (typeof overrides)[number];
export type Walk = (typeof walks)[number];
export type Reach = (typeof reaches)[number];
export type Measure = (typeof measures)[number];
export type SumMeasure = (typeof sumMeasures)[number];
export type Scope = (typeof scopes)[number];
export type ParameterType = (typeof parameterTypes)[number];

export interface Names {
  readonly zh: string;
  readonly en: string;
}

/** A plain YAML value of a case history: numbers stay text, so that 12.30 never becomes a double. */
export type Plain = string | null | readonly Plain[] | { readonly [name: string]: Plain };

export type ExceptionEffect = 'clear' | 'lower' | { readonly cap: number };
