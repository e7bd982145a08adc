import type { Asked, ProgressEvent, Words } from '@hengjian/standard';
import type { Attention, FileBalance, UnreadColumns } from './balance.ts';
import type { ListAnswer } from './lists.ts';
import type { MessageAccount } from './messages.ts';

/** What a rule needs, for the readiness section of the quality report. */
export interface RuleNeeds {
  readonly id: string;
  readonly name: string;
  readonly name_en?: string;
  /** Fields as `table.field`, whose completeness is shown. */
  readonly needs: readonly string[];
  /** What the audit asks of an institution's deliveries before it judges the rule there. */
  readonly asks?: readonly Asked[];
  /** How far the person key must reach. */
  readonly reach?: 'city' | 'institution';
}

export type { ProgressEvent };

export interface IngestOptions {
  /** Files or folders. */
  readonly paths: readonly string[];
  /** Folder of the lake, made when absent. */
  readonly lake: string;
  /** Mapping file; without it files are taken as national tables by name and header. */
  readonly mapping?: string | undefined;
  /** Folder for `quality.html` and `quality.json`. */
  readonly report?: string | undefined;
  readonly purpose?: string | undefined;
  /** Lines that are worked out together at most, default 700,000; tests make many parts of few lines. */
  readonly linesPerChunk?: number | undefined;
  /** Memory limit of the engine, default `4GB`. */
  readonly memory?: string | undefined;
  readonly threads?: number | undefined;
  readonly rules?: readonly RuleNeeds[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((event: ProgressEvent) => void) | undefined;
  /**
   * The lake is made for one call, in a folder that goes with it: its key is its own, and entries of the mapping that match no
   * file are passed over, with settlements the files may lack.
   */
  readonly passing?: boolean | undefined;
  /** Called at each named write point; tests throw or end the process here. */
  readonly fault?: (point: string) => void;
}

/** Every row read is accepted, waiting, quarantined or skipped; of the accepted ones at most one of the other counts is true. */
export interface RowCounts {
  readonly rows_in: number;
  readonly accepted: number;
  /** The same as a row that was there. */
  readonly duplicate: number;
  /** Waiting for what they belong to. */
  readonly pending: number;
  /** Contradicting another row without an order in time. */
  readonly conflict: number;
  /** A question for somebody: copies, signs. */
  readonly held: number;
  /** Texts without a confirmed row in their crosswalk: taken in when somebody has confirmed them. */
  readonly waiting: number;
  /** Not taken in. */
  readonly quarantined: number;
  /** Titles, totals, blank rows. */
  readonly skipped: number;
}

/** Rows of one table in one batch. */
export type TableCounts = RowCounts;

/** A part of a delivery that was seen and not read. */
export interface UnreadPart {
  readonly file: string;
  readonly sheet?: string;
  /** Rows that hold something, where they were counted. */
  readonly rows?: number;
  /** The table that waits for a crosswalk; `file` names it too. */
  readonly table?: string;
  readonly why: Words;
}

export interface IngestResult {
  /** Lines for a person to read. */
  readonly summary: readonly Words[];
  /** Nothing was new: the same files with the same mapping had been ingested before. */
  readonly unchanged: boolean;
  readonly batch: number;
  readonly tables: Readonly<Record<string, TableCounts>>;
  /** The same by file and sheet. */
  readonly files: readonly FileBalance[];
  /** Tables that cannot be used as they came. */
  readonly attention: readonly Attention[];
  /** Files with the content of another one, which were not read again. */
  readonly identical: readonly { readonly file: string; readonly as: string; readonly rows: number }[];
  /** Columns that no field is filled from. */
  readonly unread_columns: readonly UnreadColumns[];
  /** Files that were seen and not read. */
  readonly ignored: readonly string[];
  /** How the rows of lists of other authorities among the files are answered; those in quarantine are refused. */
  readonly lists?: Readonly<Record<ListAnswer, number>>;
  /** What became of the messages of the interface among the files. */
  readonly messages?: MessageAccount;
  /** Files, members of archives and sheets that hold something and were not read, and why. */
  readonly unread: readonly UnreadPart[];
  /** Row versions of the whole lake by table and status. */
  readonly states: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly persons: number;
  readonly visits: number;
  readonly lines: number;
  readonly seconds: number;
}
