import type { GroupingCase } from '../case/case.ts';

/** What DIP reads of one stay. A missing value is null, never 0. Money in fen. */
export interface DipCase extends GroupingCase {
  /** Calendar year of discharge. */
  readonly year: number;
  readonly fixmedins_code: string;
  /** National code of the hospital's level (`hosp_lv`, 01 to 11); empty when unknown. */
  readonly hosp_lv: string;
  /** Whole cost of the stay; null while it is not known. Forming a catalogue needs it, matching does not. */
  readonly cost_fen: number | null;
  /** Parts of the cost; null when they are not given. */
  readonly drug_fen: number | null;
  readonly consumable_fen: number | null;
  readonly treatment_fen: number | null;
}

/** How much a stay was operated on: decides its composite disease. */
export const properties = ['surgery', 'therapeutic', 'diagnostic', 'medical'] as const;
export type TreatmentProperty = (typeof properties)[number];

/** Diagnosis at its first three characters: `K35`. */
export const categoryOf = (diagnosis: string): string => diagnosis.slice(0, 3);

/** Diagnosis at its first four characters, the point not counted: `K35.8` of `K35.800x001`. */
export const diagnosisOf = (diagnosis: string): string => diagnosis.slice(0, diagnosis[3] === '.' ? 5 : 4);
