import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { integer, openTables, optional, parquetOf, quoted, quotedList, type Tables, text } from '@hengjian/table';
import { compareRuns, type Identity } from './compare.ts';
import { type Exemption, exempt } from './exempt.ts';
import { contentHashSql } from './finding.ts';
import type { AuditPricing } from './group-pay.ts';
import { addJointLosses } from './joint-loss.ts';
import { findingPartColumns, issuePartColumns } from './part-writer.ts';
import type { Changes, Exempted, Totals } from './record.ts';
import { type RunFolder, runFiles } from './run-folder.ts';
import { estimatedSql, readTotals } from './totals.ts';

/** Where the findings of a run come from and go to. */
export interface FindingsWork {
  /** Folder of the parts that the walks wrote. */
  readonly parts: string;
  /** Folder of the new version of the run. */
  readonly out: string;
  readonly scratch: string;
  readonly threads: number;
  readonly memory: string | undefined;
  readonly signal: AbortSignal | undefined;
}

const largestFinding = 33_554_432;

/** The parts of one kind as a relation; with the columns and no rows where there are none. */
function partsOf(folder: string, ending: string, columns: string): string {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(ending) && statSync(join(folder, name)).size > 0)
    .sort()
    .map((name) => join(folder, name));
  if (files.length > 0) {
    return `read_json(${quotedList(files)}, format = 'newline_delimited', columns = ${columns}, maximum_object_size = ${largestFinding})`;
  }
  const names = [...columns.matchAll(/(\w+): '([^']+)'/g)].map(([, name, type]) => `NULL::${type} AS ${name}`);
  return `(SELECT ${names.join(', ')} WHERE false)`;
}

const engine = (work: FindingsWork, threads: number, further: readonly string[] = []): Promise<Tables> =>
  openTables({
    folders: [work.parts, work.out, work.scratch, ...further],
    spill: join(work.scratch, 'spill'),
    memory: work.memory ?? '768MB',
    threads,
    signal: work.signal,
  });

const gathered = (work: FindingsWork, name: string): string => join(work.scratch, `${name}.parquet`);

/** Brings the parts into one file each, with all threads. */
async function gatherParts(work: FindingsWork): Promise<void> {
  const tables = await engine(work, work.threads);
  try {
    const copy = (select: string, name: string): Promise<void> =>
      tables.run(`COPY (${select}) TO ${quoted(gathered(work, name))} (FORMAT parquet)`);
    await copy(`SELECT * FROM ${partsOf(work.parts, '.issue.ndjson', issuePartColumns)}`, 'at_issue');
    await copy(
      `SELECT * REPLACE (evidence::VARCHAR AS evidence) FROM ${partsOf(work.parts, '.findings.ndjson', findingPartColumns)}`,
      'part',
    );
  } finally {
    tables.close();
  }
}

/**
 * Sorts the parts into the Parquet files of the run: findings in the order of rule and id, money at issue by line and stay.
 * One thread writes, so that the bytes do not depend on how many there are.
 */
export async function writeFindings(
  work: FindingsWork,
  exemptions: readonly Exemption[] | undefined,
  pricing: AuditPricing | undefined,
): Promise<Exempted | null> {
  await gatherParts(work);
  const tables = await engine(work, 1);
  try {
    const options = '(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)';
    const source = (name: string): string => parquetOf([gathered(work, name)]) ?? '';
    await tables.run(`CREATE TABLE at_issue AS SELECT * FROM ${source('at_issue')} ORDER BY rule_id, finding_id, mdtrt_id, line_key`);
    await tables.run(`CREATE TABLE part AS SELECT * FROM ${source('part')}`);
    const exempted = await exempt(tables, exemptions ?? [], exemptions === undefined ? undefined : work.out);
    await addJointLosses(tables, pricing, work.scratch);
    await tables.run(`COPY (SELECT * FROM part ORDER BY rule_id, finding_id) TO ${quoted(join(work.out, runFiles.findings))} ${options}`);
    await tables.run(`COPY at_issue TO ${quoted(join(work.out, runFiles.atIssue))} ${options}`);
    return exemptions === undefined ? null : exempted;
  } finally {
    tables.close();
  }
}

/** Opens the files of a run as relations `finding`, `at_issue` and `exempted`. */
export async function relateFindings(
  tables: Tables,
  files: { readonly findings: string; readonly atIssue: string; readonly exempted?: string },
): Promise<void> {
  await tables.run(`CREATE VIEW finding AS SELECT * FROM ${parquetOf([files.findings])}`);
  await tables.run(`CREATE VIEW at_issue AS SELECT * FROM ${parquetOf([files.atIssue])}`);
  const exempted = files.exempted === undefined ? '(SELECT NULL::VARCHAR AS finding_id WHERE false)' : parquetOf([files.exempted]);
  await tables.run(`CREATE VIEW exempted AS SELECT * FROM ${exempted}`);
}

/** Money and number of the findings of one rule version. */
export interface RuleMoney {
  readonly findings: number;
  readonly charge_fen: number;
  readonly fund_fen: number;
  readonly fund_unknown: number;
  readonly fund_estimated: number;
}

/** What the written findings come to. */
export interface FindingsRead {
  readonly findings: number;
  /** Content hash of the findings, independent of how Parquet laid them out. */
  readonly hash: string;
  readonly totals: Totals;
  /** By `rule@version`. */
  readonly byRule: ReadonlyMap<string, RuleMoney>;
  readonly changes: Changes | null;
}

const moneyQuery = `SELECT rule_id || '@' || rule_version AS rule, count(*) AS findings, sum(charge_fen)::BIGINT AS charge_fen,
    sum(coalesce(fund_fen, 0))::BIGINT AS fund_fen, count(*) FILTER (fund_fen IS NULL) AS fund_unknown,
    ${estimatedSql()} AS fund_estimated FROM finding GROUP BY ALL`;
const hashQuery = `SELECT md5(string_agg(${contentHashSql}, '' ORDER BY finding_id)) AS hash, count(*) AS findings FROM finding`;

/** An earlier run to compare with, and what it is called in the record. */
export interface Earlier {
  readonly run: RunFolder;
  readonly name: string;
}

/** Reads back what was written: totals, hash, figures by rule, and the differences from an earlier run. */
export async function readFindings(
  work: FindingsWork,
  exempted: boolean,
  earlier: Earlier | undefined,
  now: Identity,
): Promise<FindingsRead> {
  const tables = await engine(work, work.threads, earlier === undefined ? [] : [earlier.run.folder]);
  try {
    const file = (name: string): string => join(work.out, name);
    const others = exempted ? { exempted: file(runFiles.exempted) } : {};
    await relateFindings(tables, { findings: file(runFiles.findings), atIssue: file(runFiles.atIssue), ...others });
    const content = await tables.row(hashQuery, { hash: optional(text), findings: integer });
    const rows = await tables.rows(moneyQuery, {
      rule: text,
      findings: integer,
      charge_fen: integer,
      fund_fen: integer,
      fund_unknown: integer,
      fund_estimated: integer,
    });
    return {
      findings: content?.findings ?? 0,
      hash: content?.hash ?? '',
      totals: await readTotals(tables),
      byRule: new Map(rows.map(({ rule, ...money }) => [rule, money])),
      changes: earlier === undefined ? null : await compareRuns(tables, earlier.run, earlier.name, work.out, now),
    };
  } finally {
    tables.close();
  }
}
