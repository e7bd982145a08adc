/** A local text and the national code that it may be. Nothing of it is applied until somebody has put a name to it. */
export interface Proposal {
  readonly crosswalk: string;
  readonly local: string;
  /** What the local text is called, where it is a code. */
  readonly name: string;
  readonly rows: number;
  readonly normalised: string;
  readonly candidates: number;
  readonly national: string;
  readonly national_name: string;
  readonly valid_from: string;
  readonly valid_to: string;
  readonly confirmed_by: string;
}

export const proposalColumns = [
  ...(['crosswalk', 'local', 'name', 'rows', 'normalised', 'candidates', 'national', 'national_name', 'valid_from', 'valid_to'] as const),
  'confirmed_by',
] as const;

/** A crosswalk that was written. */
export interface Accepted {
  readonly file: string;
  readonly rows: number;
  readonly confirmed: number;
  /** Codes that were confirmed and are not written as national ones. */
  readonly foreign: readonly string[];
}
