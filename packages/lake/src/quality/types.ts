import type { FieldAsk, Words } from '@hengjian/standard';
import type { Tables } from '@hengjian/table';
import type { CarriedTable } from '../carriage.ts';
import type { Doubt } from '../doubts.ts';
import type { Estimate } from '../institution.ts';
import type { Load } from '../land.ts';
import type { QuarantineReason } from '../reasons.ts';
import type { HeldRows } from '../status.ts';
import type { Oddity } from '../typed.ts';
import type { IngestResult, RuleNeeds } from '../types.ts';

export interface Share {
  readonly name: Words;
  readonly checked: number;
  readonly good: number;
}

export interface Readiness {
  readonly id: string;
  readonly name: string;
  readonly name_en?: string;
  /** Whether some institution delivers all that the rule asks for: the same question as that of the audit. */
  readonly runs: boolean;
  readonly institutions: { readonly runs: number; readonly all: number };
  readonly charge: { readonly runs_fen: number; readonly all_fen: number };
  /** Fields that are missing somewhere, those missing at most institutions first. */
  readonly missing: readonly string[];
  readonly fields: readonly { readonly field: string; readonly completeness: number }[];
  readonly why: Words;
}

/** What `quality.json` holds. Counts of `tables` are of the batch, those of `states` of the whole lake. */
export interface Quality {
  readonly batch: number;
  readonly tables: IngestResult['tables'];
  readonly states: IngestResult['states'];
  readonly causes: readonly { readonly table: string; readonly status: string; readonly cause: string; readonly rows: number }[];
  /** What to think of the batch, and what to mend first. */
  readonly verdict: Verdict;
  /** The balance of each file and sheet. */
  readonly files: IngestResult['files'];
  readonly quarantine: readonly Refused[];
  /** Files with the rows that were not accepted, from the folder of the report. */
  readonly quarantine_files: readonly string[];
  /** Values that were not taken as they stood in rows that were accepted. */
  readonly odd: readonly OddValues[];
  /** Rows that are held, with the name of their group: see `hengjian lake decide`. */
  readonly held: readonly HeldRows[];
  /** What register, visits, settlements and lines say against each other. */
  readonly doubts: readonly { readonly cause: Doubt; readonly visits: number; readonly amount_fen: number }[];
  readonly ignored: readonly string[];
  readonly unread: IngestResult['unread'];
  readonly unread_columns: IngestResult['unread_columns'];
  readonly identical: IngestResult['identical'];
  readonly proposals: Readonly<Record<string, number>>;
  /** Values that are assumed and not delivered. */
  readonly estimated: readonly Estimate[];
  readonly completeness: readonly {
    readonly table: string;
    readonly field: string;
    readonly name_zh: string;
    readonly rows: number;
    readonly filled: number;
  }[];
  readonly identities: readonly Share[];
  readonly codes: readonly Share[];
  /** Codes that a spreadsheet has changed; they are repaired by nobody but a person. */
  readonly ruined: readonly Ruined[];
  readonly coverage: readonly {
    readonly institution: string;
    readonly table: string;
    readonly months: readonly string[];
    readonly rows: number;
  }[];
  readonly readiness: readonly Readiness[];
  /** What to ask hospitals for: which missing field unlocks how many rules and how much charge, largest first. */
  readonly asks: readonly (FieldAsk & { readonly name_zh: string; readonly name_en: string })[];
}

/** Rows of a file that were not accepted for one reason. */
export interface Refused {
  readonly table: string;
  readonly file: string;
  readonly field: string;
  readonly reason: QuarantineReason;
  readonly rows: number;
}

/** Values of one field and file that were not taken as they stood. */
export interface OddValues {
  readonly table: string;
  readonly field: string;
  readonly file: string;
  readonly oddity: Oddity;
  readonly rows: number;
  /** The first row that has one. */
  readonly row: number;
  /** One of them, blanked where it may tell a person. */
  readonly sample: string;
}

/** Codes that look as if a spreadsheet had changed them. */
export interface Ruined {
  readonly table: string;
  readonly field: string;
  readonly rows: number;
  readonly sample: string;
  /** What it may have been; empty where nobody can tell. */
  readonly proposal: string;
}

/** A thing to mend. */
export interface Mend {
  readonly what: Words;
  readonly detail: Words;
  readonly rows: number;
  /** What the rows charge in fen, where that is known. */
  readonly amount_fen?: number;
  readonly remedy: Words;
}

export interface Verdict {
  /** `ready`: nothing to mend; `mend`: usable; `unusable`: a table cannot be used as it came. */
  readonly level: 'ready' | 'mend' | 'unusable';
  readonly says: Words;
  /** The first things to mend, the most urgent first. */
  readonly mend: readonly Mend[];
}

export interface QualityInput {
  readonly engine: Tables;
  readonly result: IngestResult;
  readonly loads: readonly Load[];
  readonly quarantine: Quality['quarantine'];
  readonly quarantine_files: readonly string[];
  readonly proposals: Readonly<Record<string, number>>;
  /** Values that are assumed and not delivered. */
  readonly estimated: readonly Estimate[];
  readonly rules: readonly RuleNeeds[];
  /** What the deliveries of the whole lake carry, and the tables it does not have. */
  readonly carried: readonly CarriedTable[];
  readonly absent: readonly string[];
}
