import type { Condition, Severity } from './condition.ts';

export interface Mdc {
  /** One letter A to Z. */
  readonly mdc: string;
  readonly name: string;
  /** Entry condition. MDCs are tried in the order of the array. */
  readonly condition: Condition;
}

/**
 * Kind of an ADRG row. `ambiguous` is a QY row: its code is the group. `entered` is the row of an MDC for cases that
 * entered it and fit no ADRG (X000 in the 3.0 workbook): its code is the group, the status says that it is none.
 */
export type AdrgKind = 'surgical' | 'procedure' | 'ambiguous' | 'medical' | 'entered';

export interface Adrg {
  readonly adrg: string;
  readonly name: string;
  readonly mdc: string;
  readonly kind: AdrgKind;
  /** ADRGs of an MDC are tried in the order of the array. */
  readonly condition: Condition;
}

export interface Drg {
  readonly drg: string;
  readonly name: string;
  readonly adrg: string;
  /** DRGs of an ADRG are tried in the order of the array. */
  readonly condition: Condition;
  /** What the split that this row stands for is called, for example `MCC`, `CC`, `none`, `age`, `robot`; opaque text of the scheme. */
  readonly split: string;
  /** Base weight in ten-thousandths, when the scheme brings one. */
  readonly weight?: number;
}

/** A secondary diagnosis that raises severity, and the exclusion table that names the principal diagnoses which take this away. */
export interface SeverityCode {
  readonly code: string;
  readonly level: Severity;
  /** Number of the exclusion table; empty when never excluded. */
  readonly table: string;
}

/** A correction of what the publisher issued; every one is written down. */
export interface Amendment {
  readonly id: string;
  /** What was changed, in words. */
  readonly what: string;
  readonly why: string;
  readonly source: string;
}

/** A named change of the rules that a city may choose, with its reason (QY on, MDCY by any diagnosis, a listed PV1). */
export interface Variant {
  readonly name: string;
  readonly why: string;
  /** Replaced entry conditions by MDC letter. */
  readonly mdcs?: Readonly<Record<string, Condition>>;
  /** Replaced conditions by ADRG code. */
  readonly adrgs?: Readonly<Record<string, Condition>>;
  /** Replaced conditions by DRG code. */
  readonly drgs?: Readonly<Record<string, Condition>>;
  /** Rows put in front of the first row of a later kind of their MDC (surgical, procedure, ambiguous, medical, entered). */
  readonly add_adrgs?: readonly Adrg[];
}

export interface Switches {
  /** What happens to a case that entered an MDC and fits no ADRG there: later MDCs are tried, or it stays without group. */
  readonly entered_without_group: 'next_mdc' | 'stop';
  /** Weight that conditions on the weight of a newborn read. */
  readonly premature_weight: 'birth' | 'admission';
}

/** Members of a code set: exact codes, or categories written with a trailing `*` (`J18*`, `I21.0*`). */
export type CodeSet = readonly string[];

/**
 * A grouping scheme: data only, immutable. Everything the grouper does comes from here; the content hash names it.
 */
export interface Scheme {
  /** Stable id, for example `chs-drg-1.1`; with chosen variants `chs-drg-1.1+qy-main`. */
  readonly id: string;
  readonly kind: 'drg';
  readonly name: { readonly zh: string; readonly en: string };
  /** Area that issued it: six digits, `000000` national. */
  readonly area: string;
  /** Days (yyyy-MM-dd) of discharge it is meant for; `to` inclusive, absent while open. */
  readonly effective: { readonly from: string; readonly to?: string };
  readonly code_edition: { readonly diagnosis: string; readonly procedure: string };
  /** For demonstration, not for payment. */
  readonly demonstration: boolean;
  /** Where it came from: files with their SHA-256. */
  readonly source: readonly { readonly file: string; readonly sha256: string }[];
  readonly switches: Switches;
  readonly mdcs: readonly Mdc[];
  readonly adrgs: readonly Adrg[];
  readonly drgs: readonly Drg[];
  readonly sets: Readonly<Record<string, CodeSet>>;
  readonly severity: readonly SeverityCode[];
  /** Principal diagnoses (exact or category) by number of the exclusion table. */
  readonly exclusions: Readonly<Record<string, CodeSet>>;
  /** Names by code of the edition; empty when the scheme brings no catalogue, then no code is called unknown. */
  readonly diagnoses: Readonly<Record<string, string>>;
  readonly procedures: Readonly<Record<string, string>>;
  /** Codes of other editions and what they are in this one; a code is never translated, a finding names its counterpart. */
  readonly other_editions?: { readonly diagnoses: Readonly<Record<string, string>>; readonly procedures: Readonly<Record<string, string>> };
  /** Sets (by name in `sets`) that findings before grouping use; absent when the scheme has none. */
  readonly valid_procedures?: string;
  readonly not_principal?: string;
  readonly gray?: string;
  readonly amendments: readonly Amendment[];
  readonly variants: readonly Variant[];
  /** Group of a case that enters no MDC: `0000`. */
  readonly ungrouped: string;
}
