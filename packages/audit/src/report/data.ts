import { join } from 'node:path';
import { openLake } from '@hengjian/lake';
import { isDemonstration, viewIfLoaded, views, type Words } from '@hengjian/standard';
import { integer, openTables, optional, type Tables, text } from '@hengjian/table';
import { arithmeticWords } from '../amount-words.ts';
import { evidenceReader } from '../evidence-reader.ts';
import type { EvidenceNote } from '../finding.ts';
import { relateFindings } from '../findings-tables.ts';
import type { RunRecord } from '../record.ts';
import { runFiles } from '../run-folder.ts';
import { estimatedSql, onceStatements } from '../totals.ts';

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
  /** Findings whose fund share is an estimate. */
  readonly violation_fund_estimated: number;
  readonly suspicion_fund_estimated: number;
}

export interface SampleRow {
  readonly finding_id: string;
  readonly rule_id: string;
  readonly point_id: string | null;
  readonly result_type: string;
  readonly institution: string;
  readonly occurred_on: string;
  readonly charge_fen: number;
  readonly fund_fen: number | null;
  readonly amount_grade: string;
  readonly message_zh: string;
  readonly message_en: string;
  readonly arithmetic: Words;
  readonly notes: readonly EvidenceNote[];
  readonly lines: number;
}

export interface ReportData {
  readonly run: RunRecord;
  readonly institutions: readonly GroupRow[];
  readonly departments: readonly GroupRow[];
  readonly months: readonly GroupRow[];
  readonly samples: readonly SampleRow[];
  /** Findings that rest on a knowledge point of the demonstration city. */
  readonly demonstration: number;
}

/** Names rules for readers: by id, and by id and version where several versions of a rule took turns. */
export function ruleLabels(
  rules: readonly { readonly rule_id: string; readonly rule_version: number }[],
): (rule: string, version: number) => string {
  const ids = rules.map(({ rule_id }) => rule_id);
  const several = new Set(ids.filter((id, index) => ids.indexOf(id) < index));
  return (rule, version) => (several.has(rule) ? `${rule}@${version}` : rule);
}

/** Opens the findings in a folder of a run as relations `finding`, `at_issue` and `at_issue_once`. */
export async function openFindings(folder: string): Promise<Tables> {
  const tables = await openTables({ folders: [folder], threads: 2, memory: '1GB' });
  await relateFindings(tables, { findings: join(folder, runFiles.findings), atIssue: join(folder, runFiles.atIssue) });
  for (const statement of onceStatements) await tables.run(statement);
  return tables;
}

/** Findings whose fund share is not known, and those where it is an estimate. */
const fundCounts = (['violation', 'suspicion'] as const)
  .map((kind) => ({ kind, own: `result_type ${kind === 'violation' ? '=' : '<>'} 'violation'` }))
  .map(
    ({ kind, own }) => `count(*) FILTER (${own} AND fund_fen IS NULL) AS ${kind}_fund_unknown,
      ${estimatedSql(own)} AS ${kind}_fund_estimated`,
  )
  .join(', ');

const groupQuery = (key: string): string => `
  SELECT coalesce(${key}, '') AS key,
    count(*) FILTER (result_type = 'violation') AS violations, count(*) FILTER (result_type <> 'violation') AS suspicions,
    coalesce(sum(charge_fen) FILTER (result_type = 'violation'), 0)::BIGINT AS violation_fen,
    coalesce(sum(charge_fen) FILTER (result_type <> 'violation'), 0)::BIGINT AS suspicion_fen,
    coalesce(sum(fund_fen) FILTER (result_type = 'violation'), 0)::BIGINT AS violation_fund_fen,
    coalesce(sum(fund_fen) FILTER (result_type <> 'violation'), 0)::BIGINT AS suspicion_fund_fen,
    ${fundCounts}
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
    SELECT coalesce(fixmedins_code, '') AS key,
      count(*) FILTER (result_type = 'violation') AS violations, count(*) FILTER (result_type <> 'violation') AS suspicions,
      ${fundCounts}
    FROM finding GROUP BY 1)
  SELECT key, violations, suspicions, coalesce(violation_fen, 0) AS violation_fen, coalesce(suspicion_fen, 0) AS suspicion_fen,
    coalesce(violation_fund_fen, 0) AS violation_fund_fen, coalesce(suspicion_fund_fen, 0) AS suspicion_fund_fen,
    violation_fund_unknown, suspicion_fund_unknown, violation_fund_estimated, suspicion_fund_estimated
  FROM number LEFT JOIN money USING (key) ORDER BY violation_fen + suspicion_fen DESC, key`;

const groupShape = {
  ...{ key: text, violations: integer, suspicions: integer, violation_fen: integer, suspicion_fen: integer },
  ...{ violation_fund_fen: integer, suspicion_fund_fen: integer, violation_fund_unknown: integer, suspicion_fund_unknown: integer },
  ...{ violation_fund_estimated: integer, suspicion_fund_estimated: integer },
};

async function groups(tables: Tables, sql: string, names: ReadonlyMap<string, string>): Promise<GroupRow[]> {
  return (await tables.rows(sql, groupShape)).map((row) => ({ ...row, name: names.get(row.key) ?? row.key }));
}

/** A department that no register names is called by its code, which stands behind that of its institution. */
const namedByCode = (row: GroupRow): GroupRow => (row.name === row.key ? { ...row, name: row.key.slice(row.key.indexOf('|') + 1) } : row);

const sampleQuery = `
  SELECT finding_id, rule_id, point_id, result_type, coalesce(fixmedins_code, '') AS institution, occurred_on::VARCHAR AS occurred_on,
    charge_fen, fund_fen, amount_grade, evidence ->> '$.message.zh' AS message_zh, evidence ->> '$.message.en' AS message_en,
    evidence::VARCHAR AS evidence, len(line_key) AS lines
  FROM (SELECT *, row_number() OVER (PARTITION BY result_type ORDER BY charge_fen DESC, finding_id) AS n FROM finding) WHERE n <= 15
  ORDER BY result_type DESC, charge_fen DESC, finding_id`;

/** Names of institutions and departments from the dimensions of the lake. */
export async function namesOf(
  lake: string,
): Promise<{ readonly institutions: ReadonlyMap<string, string>; readonly departments: ReadonlyMap<string, string> }> {
  const context = (await openLake(lake)).context();
  const pairs = (dictionary: 'institution' | 'department', name: string): Map<string, string> => {
    const names = viewIfLoaded(views.text, context.dimensions[dictionary], name);
    return new Map((context.dictionaries[dictionary] ?? []).map((code, id) => [code, names?.get(id) ?? code]));
  };
  return { institutions: pairs('institution', 'fixmedins_name'), departments: pairs('department', 'dept_name') };
}

const sampleShape = {
  ...{
    finding_id: text,
    rule_id: text,
    point_id: optional(text),
    result_type: text,
    institution: text,
    occurred_on: text,
    charge_fen: integer,
    fund_fen: optional(integer),
    amount_grade: text,
  },
  ...{ message_zh: optional(text), message_en: optional(text), evidence: text, lines: integer },
};

async function demonstrationFindings(tables: Tables): Promise<number> {
  const points = await tables.rows('SELECT point_id, count(*) AS n FROM finding WHERE point_id IS NOT NULL GROUP BY 1', {
    ...{ point_id: text, n: integer },
  });
  return points.filter(({ point_id }) => isDemonstration(point_id)).reduce((sum, { n }) => sum + n, 0);
}

/** Reads everything that the reports of a run show from its folder. */
export async function reportData(run: RunRecord, folder: string, lake: string): Promise<ReportData> {
  const names = await namesOf(lake);
  const tables = await openFindings(folder);
  try {
    const months = await groups(tables, groupQuery("strftime(occurred_on, '%Y-%m')"), new Map());
    return {
      run,
      institutions: await groups(tables, institutionQuery, names.institutions),
      departments: (await groups(tables, groupQuery('dept_codg'), names.departments)).map(namedByCode),
      demonstration: await demonstrationFindings(tables),
      months: months.sort((left, right) => (left.key < right.key ? -1 : 1)),
      samples: (await tables.rows(sampleQuery, sampleShape)).map(({ message_zh, message_en, evidence, ...row }) => {
        const read = evidenceReader.read(evidence, { field: row.finding_id });
        return {
          ...row,
          institution: names.institutions.get(row.institution) ?? row.institution,
          message_zh: message_zh ?? '',
          message_en: message_en ?? '',
          arithmetic: arithmeticWords(read),
          notes: read.notes ?? [],
        };
      }),
    };
  } finally {
    tables.close();
  }
}
