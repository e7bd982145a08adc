import type { Condition } from '../scheme/condition.ts';
import type { CodeSet } from '../scheme/scheme.ts';
import type { TreatmentProperty } from './case.ts';

export interface BothNames {
  readonly zh: string;
  readonly en: string;
}

/** Layers of named diseases, in the order in which they are tried (national specification 3.0). */
export const ruleLayers = ['pre', 'merge', 'aided'] as const;
export type RuleLayer = (typeof ruleLayers)[number];

/**
 * A named disease that is not formed from principal diagnosis and main procedure alone. `by` says how many diseases the
 * rule gives: one, one for each category (three characters) or one for each four-character principal diagnosis.
 */
export interface DipRule {
  readonly code: string;
  readonly layer: RuleLayer;
  readonly name: BothNames;
  readonly condition: Condition;
  readonly by: 'rule' | 'category' | 'diagnosis';
}

/** One of the comorbidities of the Charlson index. */
export interface CharlsonCondition {
  readonly condition: string;
  readonly name: BothNames;
  readonly weight: number;
  readonly codes: CodeSet;
  /** Worse form of the same illness; when it is present this one is not counted. */
  readonly replaced_by: string;
}

/** One subtype of an auxiliary type; all that is given must hold. Levels are tried in the order of the array. */
export interface AuxiliaryLevel {
  readonly level: string;
  readonly name: BothNames;
  readonly condition?: Condition;
  /** Charlson index within these bounds, both inclusive; without `to` open above. */
  readonly charlson?: { readonly from: number; readonly to?: number };
  /** Cost is at least `times` (ten-thousandths) the mean of the disease and this part of it at least `share` of the cost. */
  readonly costly?: { readonly times: number; readonly part: 'drug' | 'treatment'; readonly share: number };
}

/** A kind of auxiliary subtype: comorbidity, severity, tumour, age, days in intensive care. */
export interface AuxiliaryType {
  readonly type: string;
  readonly name: BothNames;
  /** Cases that the type is for; absent: all. */
  readonly scope?: Condition;
  readonly levels: readonly AuxiliaryLevel[];
}

export interface AuxiliaryParameters {
  /** Cases of the last year that a disease, and a subtype of it, must have. */
  readonly disease_cases: number;
  readonly subtype_cases: number;
  /** By how much of itself the coefficient of variation must fall, in ten-thousandths. */
  readonly variation_fall: number;
  readonly charlson: readonly CharlsonCondition[];
  readonly types: readonly AuxiliaryType[];
}

/** Everything a city decides about its catalogue. Ratios in ten-thousandths, money in fen. */
export interface DipParameters {
  readonly id: string;
  readonly name: BothNames;
  readonly area: string;
  readonly effective: { readonly from: string; readonly to?: string };
  readonly code_edition: { readonly diagnosis: string; readonly procedure: string };
  readonly demonstration: boolean;
  /** Forming years with the weight of each of their stays, oldest first (1 : 2 : 7). */
  readonly years: readonly { readonly year: number; readonly weight: number }[];
  readonly excluded_diagnoses: CodeSet;
  /** Procedures as though they had not been done. */
  readonly excluded_procedures: CodeSet;
  /** Procedures that leave a stay in the medical disease of its diagnosis; they still decide composite diseases. */
  readonly simple_procedures: CodeSet;
  /** Tried in the order diagnostic, therapeutic, surgery; a stay counts as the highest of its procedures. */
  readonly procedure_kinds: Readonly<Record<Exclude<TreatmentProperty, 'medical'>, CodeSet>>;
  /** What a procedure counts as that stands in no list. */
  readonly unlisted_procedure: TreatmentProperty;
  /** Code sets that the conditions name. */
  readonly sets: Readonly<Record<string, CodeSet>>;
  /** In the order in which they are tried. */
  readonly rules: readonly DipRule[];
  /**
   * Stays that a core disease needs: given, or the largest number with which the core covers `share` of all stays, but at
   * least `least`.
   */
  readonly threshold:
    | { readonly kind: 'cases'; readonly cases: number }
    | { readonly kind: 'coverage'; readonly share: number; readonly least: number };
  /** Stays that a disease of a rule needs. */
  readonly rule_cases: number;
  /** By how much a procedure must raise the mean cost of a disease to be a related procedure of it. */
  readonly related_increase: number;
  /** Stays that a composite disease needs and the highest coefficient of variation that it may have. */
  readonly composite: { readonly cases: number; readonly variation: number };
  /** Which of two diseases with as many related procedures comes first; the code decides what is still equal. */
  readonly tie: 'most_cases' | 'highest_cost' | 'lowest_cost';
  /**
   * Points of a disease of mean cost: 1000, or 1 in the standard-quota method. `reference` is a disease of the catalogue
   * instead of the mean of all.
   */
  readonly value: { readonly scale: number; readonly reference?: string };
  /** Levels of institutions, highest first, with their `hosp_lv` codes. */
  readonly levels: readonly { readonly level: string; readonly codes: readonly string[] }[];
  readonly basic: { readonly cases: number; readonly variation: number; readonly share: number; readonly levels: readonly string[] };
  readonly auxiliary: AuxiliaryParameters;
  /** A stay below / at or above this share of the standard of its level deviates. `level_cases`: stays that a level's own mean needs. */
  readonly deviation: { readonly very_low: number; readonly very_high: number; readonly level_cases: number };
}
