import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { openLake } from '@hengjian/lake';
import type { TextColumn } from '@hengjian/standard';
import type { RunRecord } from '../run.ts';
import { objects, quoted } from '../sql.ts';
import { onceStatements } from '../totals.ts';

/** Money of one group of findings, by result type; `once` counts each fen of a net line once. */
export interface GroupRow {
  readonly key: string;
  readonly name: string;
  readonly violations: number;
  readonly suspicions: number;
  readonly violation_fen: number;
  readonly suspicion_fen: number;
  readonly violation_fund_fen: number;
  readonly suspicion_fund_fen: number;
  /** Findings whose fund share the data cannot say. */
  readonly violation_fund_unknown: number;
  readonly suspicion_fund_unknown: number;
}

export interface SampleRow {
  readonly finding_id: string;
  readonly rule_id: string;
  readonly result_type: string;
  readonly institution: string;
  readonly occurred_on: string;
  readonly charge_fen: number;
  readonly fund_fen: number | null;
  readonly message_zh: string;
  readonly message_en: string;
  readonly arithmetic: string;
  readonly lines: number;
}

export interface ReportData {
  readonly run: RunRecord;
  readonly institutions: readonly GroupRow[];
  readonly departments: readonly GroupRow[];
  readonly months: readonly GroupRow[];
  readonly samples: readonly SampleRow[];
}

/** Names rules for readers: by id, and by id and version where several versions of a rule took turns. */
export function ruleLabels(rules: readonly { readonly rule_id: string; readonly rule_version: number }[]): (rule: string, version: number) => string {
  const ids = rules.map(({ rule_id }) => rule_id);
  const several = new Set(ids.filter((id, index) => ids.indexOf(id) < index));
  return (rule, version) => (several.has(rule) ? `${rule}@${version}` : rule);
}

/** Opens the files of a run in DuckDB as `finding`, `at_issue` and `at_issue_once`. */
export async function openRun(run: string): Promise<{ readonly connection: DuckDBConnection; close(): void }> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1GB' });
  const connection = await instance.connect();
  await connection.run(`CREATE VIEW finding AS SELECT * FROM read_parquet(${quoted(join(run, 'findings.parquet'))})`);
  await connection.run(`CREATE VIEW at_issue AS SELECT * FROM read_parquet(${quoted(join(run, 'at_issue.parquet'))})`);
  for (const statement of onceStatements) await connection.run(statement);
  return {
    connection,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

const groupQuery = (key: string): string => `
  SELECT coalesce(${key}, '') AS key,
    count(*) FILTER (result_type = 'violation') AS violations, count(*) FILTER (result_type <> 'violation') AS suspicions,
    coalesce(sum(charge_fen) FILTER (result_type = 'violation'), 0)::BIGINT AS violation_fen,
    coalesce(sum(charge_fen) FILTER (result_type <> 'violation'), 0)::BIGINT AS suspicion_fen,
    coalesce(sum(fund_fen) FILTER (result_type = 'violation'), 0)::BIGINT AS violation_fund_fen,
    coalesce(sum(fund_fen) FILTER (result_type <> 'violation'), 0)::BIGINT AS suspicion_fund_fen,
      count(*) FILTER (result_type = 'violation' AND fund_fen IS NULL) AS violation_fund_unknown,
      count(*) FILTER (result_type <> 'violation' AND fund_fen IS NULL) AS suspicion_fund_unknown
  FROM finding GROUP BY 1 ORDER BY violation_fen + suspicion_fen DESC, key`;

/** Institutions with each fen counted once. */
const institutionQuery = `
  WITH money AS (
    SELECT coalesce(fixmedins_code, '') AS key,
      coalesce(sum(charge_fen) FILTER (result_type = 'violation'), 0)::BIGINT AS violation_fen,
      coalesce(sum(charge_fen) FILTER (result_type <> 'violation'), 0)::BIGINT AS suspicion_fen,
      coalesce(sum(fund_fen) FILTER (result_type = 'violation'), 0)::BIGINT AS violation_fund_fen,
      coalesce(sum(fund_fen) FILTER (result_type <> 'violation'), 0)::BIGINT AS suspicion_fund_fen
    FROM at_issue_once GROUP BY 1),
  number AS (
    SELECT coalesce(fixmedins_code, '') AS key, count(*) FILTER (result_type = 'violation') AS violations, count(*) FILTER (result_type <> 'violation') AS suspicions,
      count(*) FILTER (result_type = 'violation' AND fund_fen IS NULL) AS violation_fund_unknown,
      count(*) FILTER (result_type <> 'violation' AND fund_fen IS NULL) AS suspicion_fund_unknown
    FROM finding GROUP BY 1)
  SELECT key, violations, suspicions, coalesce(violation_fen, 0) AS violation_fen, coalesce(suspicion_fen, 0) AS suspicion_fen,
    coalesce(violation_fund_fen, 0) AS violation_fund_fen, coalesce(suspicion_fund_fen, 0) AS suspicion_fund_fen, violation_fund_unknown, suspicion_fund_unknown
  FROM number LEFT JOIN money USING (key) ORDER BY violation_fen + suspicion_fen DESC, key`;

function toGroup(names: ReadonlyMap<string, string>): (row: Record<string, unknown>) => GroupRow {
  return (row) => ({
    key: String(row.key),
    name: names.get(String(row.key)) ?? String(row.key),
    violations: Number(row.violations),
    suspicions: Number(row.suspicions),
    violation_fen: Number(row.violation_fen),
    suspicion_fen: Number(row.suspicion_fen),
    violation_fund_fen: Number(row.violation_fund_fen),
    suspicion_fund_fen: Number(row.suspicion_fund_fen),
    violation_fund_unknown: Number(row.violation_fund_unknown),
    suspicion_fund_unknown: Number(row.suspicion_fund_unknown),
  });
}

const sampleQuery = `
  SELECT finding_id, rule_id, result_type, coalesce(fixmedins_code, '') AS institution, occurred_on::VARCHAR AS occurred_on, charge_fen, fund_fen,
    evidence ->> '$.message.zh' AS message_zh, evidence ->> '$.message.en' AS message_en, evidence ->> '$.arithmetic' AS arithmetic, len(line_key) AS lines
  FROM (SELECT *, row_number() OVER (PARTITION BY result_type ORDER BY charge_fen DESC, finding_id) AS n FROM finding) WHERE n <= 15
  ORDER BY result_type DESC, charge_fen DESC, finding_id`;

/** Names of institutions and departments from the dimensions of the lake. */
export async function namesOf(
  lake: string,
): Promise<{ readonly institutions: ReadonlyMap<string, string>; readonly departments: ReadonlyMap<string, string> }> {
  const context = (await openLake(lake)).context();
  const pairs = (dictionary: string, column: TextColumn): Map<string, string> =>
    new Map((context.dictionaries[dictionary] ?? []).map((code, id) => [code, column.get(id) ?? code]));
  return {
    institutions: pairs('institution', context.dimensions.institution.columns.fixmedins_name as TextColumn),
    departments: pairs('department', context.dimensions.department.columns.dept_name as TextColumn),
  };
}

export const readRun = (run: string): RunRecord => JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as RunRecord;

/** Reads everything the HTML report shows. */
export async function reportData(run: string, lake: string): Promise<ReportData> {
  const names = await namesOf(lake);
  const { connection, close } = await openRun(run);
  try {
    const none = new Map<string, string>();
    return {
      run: readRun(run),
      institutions: (await objects(connection, institutionQuery)).map(toGroup(names.institutions)),
      departments: (await objects(connection, groupQuery('dept_codg'))).map(toGroup(names.departments)),
      months: (await objects(connection, groupQuery("strftime(occurred_on, '%Y-%m')")))
        .map(toGroup(none))
        .sort((left, right) => (left.key < right.key ? -1 : 1)),
      samples: (await objects(connection, sampleQuery)).map((row) => ({
        finding_id: String(row.finding_id),
        rule_id: String(row.rule_id),
        result_type: String(row.result_type),
        institution: names.institutions.get(String(row.institution)) ?? String(row.institution),
        occurred_on: String(row.occurred_on),
        charge_fen: Number(row.charge_fen),
        fund_fen: row.fund_fen === null ? null : Number(row.fund_fen),
        message_zh: String(row.message_zh ?? ''),
        message_en: String(row.message_en ?? ''),
        arithmetic: String(row.arithmetic ?? ''),
        lines: Number(row.lines),
      })),
    };
  } finally {
    close();
  }
}
