import type { Place } from '@hengjian/standard';
import type { AdrgKind, Amendment, Scheme } from '../scheme/scheme.ts';

/** Rows of a scheme as a layout gives them, cleaned, rules still text. Every row knows where it stands. */
export interface RawMdc {
  readonly code: string;
  readonly name: string;
  readonly rule: string;
  readonly order: string;
  readonly place: Place;
}

export interface RawAdrg extends RawMdc {
  readonly mdc: string;
  /** Empty when the second letter of the code says it. */
  readonly kind: AdrgKind | '';
}

export interface RawDrg extends RawMdc {
  readonly adrg: string;
  /** Empty when the layout does not say it again. */
  readonly mdc: string;
  /** Empty when the rule says it. */
  readonly split: string;
  /** Decimal text; empty when there is none. */
  readonly weight: string;
}

export interface RawMember {
  readonly set: string;
  readonly code: string;
  /** What the layout says about the kind of the code; opaque. */
  readonly type: string;
  readonly place: Place;
  /** The row names more codes, so that one of them is no row. */
  readonly part?: boolean;
}

export interface RawSeverity {
  readonly code: string;
  readonly level: string;
  readonly table: string;
  readonly place: Place;
}

export type About = Pick<Scheme, 'id' | 'name' | 'area' | 'effective' | 'code_edition' | 'demonstration' | 'source' | 'switches'> & Roles;

/** Sets that findings before grouping use. */
export interface Roles {
  readonly valid_procedures?: string;
  readonly not_principal?: string;
  readonly gray?: string;
}

export interface RawScheme {
  readonly mdcs: readonly RawMdc[];
  readonly adrgs: readonly RawAdrg[];
  readonly drgs: readonly RawDrg[];
  readonly members: readonly RawMember[];
  readonly severity: readonly RawSeverity[];
  /** `set` is the number of the table. */
  readonly exclusions: readonly RawMember[];
  readonly diagnoses: Readonly<Record<string, string>>;
  readonly procedures: Readonly<Record<string, string>>;
  readonly amendments: readonly Amendment[];
}
