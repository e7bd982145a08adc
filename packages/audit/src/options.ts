import type { RulebookOptions } from '@hengjian/rulebook';
import type { DayRange } from '@hengjian/rulespec';
import type { ProgressEvent } from '@hengjian/standard';
import type { Exemption } from './exempt.ts';
import type { SparkOptions } from './spark/submit.ts';

export interface AuditOptions {
  readonly lake: string;
  readonly out: string;
  readonly rulebook?: RulebookOptions | undefined;
  /** First and last settlement day to report, as days since 1970-01-01; points and windows still see everything. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly threads?: number | undefined;
  /** What the versions in `rulebook.published` were taken from, for the record of the run. */
  readonly operations?: OperationsUsed | undefined;
  /** Judges on a Spark cluster instead of threads. */
  readonly spark?: SparkOptions | undefined;
  /** Approved exemptions: findings they cover are set apart and counted. */
  readonly exemptions?: readonly Exemption[] | undefined;
  /** Folder of a settlement run: its prices value findings in stays that are paid by group. */
  readonly settlement?: string | undefined;
  /** Memory limit of the DuckDB that sorts and writes the findings. */
  readonly memory?: string | undefined;
  /** An earlier run to compare with; default the run that `out` already holds. */
  readonly previous?: string | undefined;
  /** Writes the page and the workbook for people, too. */
  readonly report?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((event: ProgressEvent) => void) | undefined;
  /** Told of every step of publishing, so that tests can stop there. */
  readonly fault?: ((step: string) => void) | undefined;
}

/** What an operations store had in force. */
export interface OperationsUsed {
  readonly as_of: string | null;
  readonly publications: readonly PublicationUsed[];
  /** Folder or address of the store. */
  readonly place?: string | undefined;
}

/** A publication that a run judged by. */
export interface PublicationUsed {
  readonly id: string;
  readonly rule_id: string;
  readonly version: number;
  readonly area: string;
  /** Days as yyyy-MM-dd; open without `to`. */
  readonly days: DayRange;
  readonly published_at: string;
}
