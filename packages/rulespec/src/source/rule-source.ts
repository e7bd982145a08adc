import type { Day } from '@hengjian/standard';
import type { GroupShape } from '../group/source.ts';
import type { PeerShape } from '../peer/source.ts';

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
export const shapes = ['line', 'visit', 'pair', 'total', 'window', 'stays', 'peer', 'group'] as const;
export const reaches = ['city', 'institution', 'row'] as const;
export const parameterTypes = ['integer', 'money', 'quantity', 'price', 'ratio', 'days', 'code'] as const;
export const methods = ['whole', 'excess', 'price_excess', 'stay', 'difference', 'none'] as const;
export const measures = ['cnt', 'amount', 'inscp', 'supply', 'fund', 'count', 'days', 'kinds', 'visits', 'institutions', 'persons', 'ipt_days'] as const;
export const sumMeasures = ['cnt', 'amount', 'inscp', 'ownpay', 'count'] as const;
export const scopes = ['day', 'visit', 'visit_day', 'prescription', 'month', 'year', 'history'] as const;
export const caseKinds = ['hit', 'clear', 'boundary', 'unknown'] as const;

export type ShapeName = (typeof shapes)[number];
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

export interface Basis {
  readonly document: string;
  readonly number?: string;
  readonly article: string;
  readonly area: string;
  readonly from: Day;
  readonly to?: Day;
  readonly certainty: 'cited' | 'inferred';
}

export interface ParameterValue {
  readonly from: Day;
  readonly area: string;
  /** The value as the file has it; the checker reads it with the type of the parameter. */
  readonly text: string;
  readonly at: Position;
}

export interface ParameterSource {
  readonly name: string;
  readonly type: ParameterType;
  /** Dictionary of a `code` parameter. */
  readonly of?: string;
  readonly values: readonly ParameterValue[];
  readonly at: Position;
}

export type ExceptionEffect = 'clear' | 'lower' | { readonly cap: number };

export interface ExceptionSource {
  readonly when: ExpressionSource;
  readonly needs: readonly ExpressionSource[];
  readonly basis: string;
  readonly effect: ExceptionEffect;
}

export interface AmountSource {
  readonly method: (typeof methods)[number];
  readonly excess?: ExpressionSource;
  readonly cap?: ExpressionSource;
  readonly difference?: ExpressionSource;
  readonly at: Position;
}

export type WithinSource =
  | { readonly kind: 'visit' | 'day' | 'hour' | 'prescription' | 'visit_day' | 'history' }
  | { readonly kind: 'minutes' | 'days'; readonly length: ExpressionSource }
  | { readonly kind: 'point'; readonly column: string };

export interface SumSource {
  readonly name: string;
  readonly measure: SumMeasure;
  readonly items?: string;
  readonly where?: ExpressionSource;
  readonly at: Position;
}

export interface LineShape {
  readonly kind: 'line';
  readonly items?: string;
  readonly when: ExpressionSource;
}
export interface VisitShape {
  readonly kind: 'visit';
  readonly each?: 'diagnosis' | 'operation';
  readonly points?: string;
  readonly sums: readonly SumSource[];
  readonly when: ExpressionSource;
}
export interface PairShape {
  readonly kind: 'pair';
  readonly pairs?: string;
  readonly pair?: readonly [string, string];
  /** `item`, `key` or a point column. */
  readonly same?: string;
  readonly items?: string;
  readonly different_item: boolean;
  readonly within: WithinSource;
  readonly order: 'any' | 'before';
  readonly violating: 'b' | 'cheaper';
  readonly when: ExpressionSource;
}
export interface TotalShape {
  readonly kind: 'total';
  readonly items?: string;
  readonly of: 'line' | 'visit';
  readonly group?: string;
  readonly over: Scope;
  readonly measure: Measure;
  readonly limit: ExpressionSource;
}
export interface WindowShape {
  readonly kind: 'window';
  readonly items?: string;
  readonly of: 'line' | 'visit';
  readonly group?: string;
  readonly days: ExpressionSource;
  readonly measure: Measure;
  readonly limit: ExpressionSource;
}
export interface StaysShape {
  readonly kind: 'stays';
  readonly a_where?: ExpressionSource;
  readonly b_where?: ExpressionSource;
  readonly within_days?: ExpressionSource;
  readonly swap: boolean;
  readonly when: ExpressionSource;
}
export type ShapeSource = LineShape | VisitShape | PairShape | TotalShape | WindowShape | StaysShape | PeerShape | GroupShape;

/** A plain YAML value of a case history: numbers stay text, so that 12.30 never becomes a double. */
export type Plain = string | null | readonly Plain[] | { readonly [name: string]: Plain };

export interface CaseSource {
  readonly name: string;
  readonly kind: (typeof caseKinds)[number];
  readonly expect: readonly string[] | { readonly unknown: string };
  readonly history: readonly Plain[];
  readonly coverage_from?: Day;
  readonly absent: readonly string[];
  readonly institutions: readonly Plain[];
  readonly practitioners: readonly Plain[];
  /** Rows of the dimension tables `stock` and `practitioner_stay`. */
  readonly stock: readonly Plain[];
  readonly practitioner_stays: readonly Plain[];
  readonly knowledge: Readonly<Record<string, Plain>>;
  readonly at: Position;
}

/** A rule as its file says it, with the positions problems need. */
export interface RuleSource {
  readonly file: string;
  readonly id: string;
  readonly version: number;
  readonly official_code?: string;
  readonly official_number?: number;
  readonly name: Names;
  readonly class: { readonly category: string; readonly group: string };
  readonly object: (typeof objects)[number];
  readonly result: Result;
  /** Whether the institution may object to a finding. */
  readonly appealable: boolean;
  /** Whether a doctor may go on in spite of the warning before or during care. */
  readonly override: Override;
  readonly stages: readonly (typeof stages)[number][];
  readonly scenes: readonly string[];
  readonly basis: readonly Basis[];
  readonly effective: { readonly from: Day; readonly to?: Day };
  readonly decisive: (typeof decisives)[number];
  readonly owner: (typeof owners)[number];
  readonly level_scale?: (typeof levelScales)[number];
  readonly payment_scope: boolean;
  readonly by: Walk;
  readonly reach?: Reach;
  readonly params: readonly ParameterSource[];
  readonly needs: readonly ExpressionSource[];
  readonly where?: ExpressionSource;
  readonly shape: ShapeSource;
  readonly exceptions: readonly ExceptionSource[];
  readonly amount: AmountSource;
  readonly message: Names;
  /** Rows that replace a knowledge table in every case. */
  readonly knowledge: Readonly<Record<string, Plain>>;
  readonly cases: readonly CaseSource[];
  readonly at: Position;
}
