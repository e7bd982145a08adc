import { contentHash } from '../scheme/store.ts';
import type { TreatmentProperty } from './case.ts';
import type { DipParameters, RuleLayer } from './parameters.ts';

export type DipKind = RuleLayer | 'core' | 'composite';

/** Mean cost of a disease in the institutions of one level. */
export interface LevelMean {
  readonly level: string;
  readonly cases: number;
  readonly mean_fen: number;
}

/** Coefficient of an auxiliary subtype of one disease. */
export interface AuxiliaryCoefficient {
  readonly type: string;
  readonly level: string;
  /** Stays of the last forming year. */
  readonly cases: number;
  /** Mean cost of the subtype ÷ mean cost of the disease, ten-thousandths. */
  readonly coefficient: number;
}

/** A disease of the catalogue. */
export interface DipGroup {
  /** `K35.8` medical, `K35.8:47.0100+54.5100` core, `K35:surgery` composite, the code of its rule otherwise. */
  readonly code: string;
  readonly kind: DipKind;
  /** Rule that it comes from; empty for core and composite diseases. */
  readonly rule: string;
  /** Four-character diagnosis of a core disease, category of a composite one; empty when a rule does not look at it. */
  readonly diagnosis: string;
  /** Main procedure; empty for a medical disease. */
  readonly procedure: string;
  readonly related: readonly string[];
  /** Only of a composite disease. */
  readonly property: TreatmentProperty | '';
  /** Of diseases that fit a stay equally well the lower one is taken. */
  readonly order: number;
  /** Stays of the forming years, and weighted by their years. */
  readonly cases: number;
  readonly weighted_cases: number;
  readonly mean_fen: number;
  /** Coefficient of variation, ten-thousandths. */
  readonly variation: number;
  /** Value (RW) in ten-thousandths of a point. */
  readonly value: number;
  /** Mean drug and consumable cost ÷ the mean of all, times the scale, ten-thousandths of a point; null when they were not given. */
  readonly drug_value: number | null;
  readonly consumable_value: number | null;
  /** Paid alike in every institution. */
  readonly basic: boolean;
  readonly levels: readonly LevelMean[];
  readonly auxiliary: readonly AuxiliaryCoefficient[];
}

/** What became of the stays that were handed in; the parts sum to `cases`. */
export interface FormingReport {
  readonly cases: number;
  readonly outside_years: number;
  /** No principal diagnosis or no cost. */
  readonly invalid: number;
  readonly excluded: number;
  readonly by_kind: Readonly<Record<DipKind, number>>;
  readonly not_covered: number;
}

/** A DIP catalogue: data only. Its hash names it. */
export interface DipCatalogue {
  readonly id: string;
  readonly kind: 'dip';
  readonly parameters: DipParameters;
  /** Stays that a core disease needed. */
  readonly threshold: number;
  /** What the scale of points stands for: weighted mean cost of all stays, or of the reference disease. */
  readonly mean_fen: number;
  readonly groups: readonly DipGroup[];
  readonly report: FormingReport;
}

/** SHA-256 of the canonical content of a catalogue. */
export const catalogueHash = (catalogue: DipCatalogue): string => contentHash(catalogue);
