import type { CivilDay } from '@hengjian/standard';
import type { ShapeSource } from '../shapes/types.ts';
import type {
  caseKinds,
  decisives,
  ExceptionEffect,
  ExpressionSource,
  levelScales,
  methods,
  Names,
  Override,
  objects,
  owners,
  ParameterType,
  Plain,
  Position,
  Reach,
  Result,
  stages,
  Walk,
} from './vocabulary.ts';

export interface Basis {
  readonly document: string;
  readonly number?: string;
  readonly article: string;
  readonly area: string;
  readonly from: CivilDay;
  readonly to?: CivilDay;
  readonly certainty: 'cited' | 'inferred';
}

export interface ParameterValue {
  readonly from: CivilDay;
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

export interface CaseSource {
  readonly name: string;
  readonly kind: (typeof caseKinds)[number];
  readonly expect: readonly string[] | { readonly unknown: string };
  readonly history: readonly Plain[];
  readonly coverage_from?: CivilDay;
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
  readonly effective: { readonly from: CivilDay; readonly to?: CivilDay };
  readonly decisive: (typeof decisives)[number];
  readonly owner: (typeof owners)[number];
  readonly level_scale?: (typeof levelScales)[number];
  readonly payment_scope: boolean;
  /** Of a payment-scope rule: the charge itself was wrong, so that what the patient paid of it is owed too. */
  readonly person_owed: boolean;
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
