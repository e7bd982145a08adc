import { type RunRecord, runAudit, type SparkOptions } from '@hengjian/audit';
import { tablesAsOf } from '@hengjian/knowledge';
import type { PublishedVersion, RulebookOptions } from '@hengjian/rulebook';
import { formatDay, inputProblems, type UseCase, words } from '@hengjian/standard';
import { checkPlace } from '../apart.ts';
import type { WorkbenchPorts } from '../ports.ts';
import type { InForce } from './in-force.ts';

export interface AuditInput {
  readonly lake: string;
  readonly out: string;
  /** Rule files, folders or globs; default the rules of the program. */
  readonly rules: readonly string[] | undefined;
  /** Folder of knowledge tables; default those of the program. */
  readonly knowledge: string | undefined;
  /** First and last settlement day to report, as days since 1970-01-01. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly threads: number | undefined;
  readonly memory: string | undefined;
  /** An earlier audit to compare with; default the one in `out`. */
  readonly previous: string | undefined;
  /** Folder of a settlement whose prices value group-paid stays. */
  readonly settlement: string | undefined;
  /** Folder or address of the operations store whose versions are in force. */
  readonly operations: string | undefined;
  /** Day as of which the store and the imports of the knowledge library were known. */
  readonly asOf: number | undefined;
  readonly report: boolean;
  /** Judges on a Spark cluster. */
  readonly spark: SparkOptions | undefined;
}

/** Refuses words that speak of two sources of rules, or of none. */
function checkSource({ operations, rules, knowledge, asOf }: AuditInput): void {
  if (operations === undefined && asOf !== undefined && knowledge === undefined) {
    throw inputProblems.refused('option-missing', {
      option: words('--operations 或 --knowledge（--as-of 需要）', '--operations or --knowledge (for --as-of)'),
    });
  }
  if (operations !== undefined && rules !== undefined)
    throw inputProblems.refused('options-exclude', { first: '--operations', second: '--rules' });
}

function rulebookOf({ rules, knowledge, asOf }: AuditInput, published: readonly PublishedVersion[] | undefined): RulebookOptions {
  const tables = knowledge === undefined || asOf === undefined ? knowledge : tablesAsOf(knowledge, formatDay(asOf));
  return {
    ...(published === undefined ? {} : { published }),
    ...(rules === undefined ? {} : { rules }),
    ...(tables === undefined ? {} : { knowledge: tables }),
  };
}

/** Judges a lake by the rules in force and publishes findings, record and reports. */
export const auditLake: UseCase<AuditInput, RunRecord, WorkbenchPorts> = (ports) => async (input) => {
  checkSource(input);
  checkPlace(input.lake, input.out);
  const { operations: place, asOf } = input;
  const { published, ...decided }: InForce = place === undefined ? {} : await (await import('./in-force.ts')).inForceAt(ports, place, asOf);
  const { lake, out, from, to, threads, memory, previous, settlement, report, spark } = input;
  return runAudit({
    ...{ lake, out, from, to, threads, memory, previous, settlement, report, spark },
    ...decided,
    rulebook: rulebookOf(input, published),
    signal: ports.signal,
    progress: ports.progress,
  });
};
