import { join } from 'node:path';
import { formatDay } from '@hengjian/standard';
import { integer, quoted, type Tables, text } from '@hengjian/table';
import type { Exempted } from './record.ts';
import { runFiles } from './run-folder.ts';

export const exemptionKinds = ['institution', 'department', 'practitioner'] as const;
export type ExemptionKind = (typeof exemptionKinds)[number];

/** A rule that somebody is exempt from for some days. */
export interface Exemption {
  readonly id: string;
  readonly rule_id: string;
  readonly kind: ExemptionKind;
  /** fixmedins_code, department code or practitioner code. */
  readonly code: string;
  /** Days of the act, inclusive. */
  readonly from: number;
  readonly to?: number;
  readonly reason: string;
}

const columnOf: Readonly<Record<ExemptionKind, string>> = {
  institution: 'fixmedins_code',
  department: 'dept_codg',
  practitioner: 'dr_code',
};

const condition = (exemption: Exemption): string =>
  [
    `rule_id = ${quoted(exemption.rule_id)}`,
    `${columnOf[exemption.kind]} = ${quoted(exemption.code)}`,
    `occurred_on >= DATE ${quoted(formatDay(exemption.from))}`,
    ...(exemption.to === undefined ? [] : [`occurred_on <= DATE ${quoted(formatDay(exemption.to))}`]),
  ].join(' AND ');

/**
 * Takes the findings that exemptions cover out of `part` and `at_issue` into `exempted`, each with the first exemption
 * that covers it, and writes them to `exempted.parquet`. Nothing is dropped without a row there and a count in the result.
 */
export async function exempt(tables: Tables, given: readonly Exemption[], folder: string | undefined): Promise<Exempted> {
  const exemptions = [...given].sort((left, right) => (left.id < right.id ? -1 : 1));
  const cases = exemptions.map((exemption) => `WHEN ${condition(exemption)} THEN ${quoted(exemption.id)}`).join(' ');
  const covering = cases === '' ? 'NULL::VARCHAR' : `CASE ${cases} END`;
  await tables.run(
    `CREATE TEMP TABLE exempted AS SELECT * FROM (SELECT ${covering} AS exemption_id, part.* FROM part) WHERE exemption_id IS NOT NULL`,
  );
  await tables.run('DELETE FROM part WHERE finding_id IN (SELECT finding_id FROM exempted)');
  await tables.run('DELETE FROM at_issue WHERE finding_id IN (SELECT finding_id FROM exempted)');
  if (folder !== undefined) {
    const file = quoted(join(folder, runFiles.exempted));
    await tables.run(`COPY (SELECT * FROM exempted ORDER BY rule_id, finding_id) TO ${file} (FORMAT parquet, COMPRESSION zstd)`);
  }
  const rows = await tables.rows(
    'SELECT exemption_id, count(*) AS findings, sum(charge_fen)::BIGINT AS charge_fen FROM exempted GROUP BY ALL',
    {
      exemption_id: text,
      findings: integer,
      charge_fen: integer,
    },
  );
  const counted = new Map(rows.map(({ exemption_id, ...own }) => [exemption_id, own]));
  const listed = exemptions.map(({ id, rule_id, reason }) => ({
    id,
    rule_id,
    reason,
    ...(counted.get(id) ?? { findings: 0, charge_fen: 0 }),
  }));
  const sum = (name: 'findings' | 'charge_fen'): number => listed.reduce((total, row) => total + row[name], 0);
  return { findings: sum('findings'), charge_fen: sum('charge_fen'), exemptions: listed };
}
