import { Cancelled, demandFile, inputProblems, RefusedInput, words } from '@hengjian/standard';
import { integer, openTables, parquetOf, type RowOf, type Tables, text } from '@hengjian/table';
import { openRunFolder } from './run-folder.ts';

/** Recall and precision of one rule against planted cases. */
export interface RuleScore {
  readonly rule_id: string;
  /** Planted violations and how many of them were found. */
  readonly planted: number;
  readonly found: number;
  /** Near-misses planted and how many of them were wrongly hit. */
  readonly near_misses: number;
  readonly wrongly_hit: number;
  readonly findings: number;
  /** Findings that match a plant of the rule. */
  readonly matched: number;
  /** Findings on a line or stay planted for another rule: confirmed side effects, counted apart. */
  readonly collateral: number;
  /** Findings that match nothing planted. */
  readonly unexplained: number;
  readonly recall: number | null;
  readonly precision: number | null;
}

export interface Score {
  readonly rules: readonly RuleScore[];
  readonly planted: number;
  readonly found: number;
  readonly wrongly_hit: number;
  readonly findings: number;
  readonly matched: number;
  readonly collateral: number;
  readonly unexplained: number;
  readonly recall: number | null;
  readonly precision: number | null;
  /** Up to 100 planted cases that were missed and findings that nothing explains, to look at. */
  readonly missed: readonly string[];
  readonly unexplained_ids: readonly string[];
}

/*
 * A match is the same rule and a shared line or, where the plant or the finding names no line, a shared stay. A finding
 * about an entity and a period names neither: it matches a plant of its rule at its institution within the period.
 * `anchor` rows: one per (plant or finding, line or stay).
 */
const statements = (findings: string, truth: string): string[] => [
  `CREATE TEMP TABLE truth AS SELECT *, row_number() OVER () AS n FROM ${parquetOf([truth])}`,
  `CREATE TEMP TABLE finding AS SELECT finding_id, rule_id, mdtrt_id, line_key, fixmedins_code,
       (evidence->>'$.statistic.from')::DATE AS first_day, (evidence->>'$.statistic.to')::DATE AS last_day
     FROM ${parquetOf([findings])}`,
  `CREATE TEMP TABLE truth_anchor AS
     SELECT n, rule_id, expect, 'l' || unnest(line_key) AS anchor FROM truth
     UNION SELECT n, rule_id, expect, 'v' || unnest(mdtrt_id) FROM truth WHERE len(coalesce(line_key, [])) = 0`,
  `CREATE TEMP TABLE truth_visit AS SELECT n, rule_id, expect, unnest(mdtrt_id) AS visit FROM truth`,
  `CREATE TEMP TABLE finding_anchor AS
     SELECT finding_id, rule_id, 'l' || unnest(line_key) AS anchor FROM finding
     UNION SELECT finding_id, rule_id, 'v' || unnest(mdtrt_id) FROM finding WHERE len(coalesce(line_key, [])) = 0`,
  `CREATE TEMP TABLE finding_visit AS SELECT finding_id, rule_id, unnest(mdtrt_id) AS visit FROM finding`,
  `CREATE TEMP TABLE pairing AS
     SELECT DISTINCT t.n, t.expect, f.finding_id, t.rule_id = f.rule_id AS same_rule
       FROM truth_anchor t JOIN finding_anchor f USING (anchor)
     UNION SELECT DISTINCT t.n, t.expect, f.finding_id, t.rule_id = f.rule_id FROM truth_visit t JOIN finding_visit f USING (visit)
       WHERE f.finding_id IN (SELECT finding_id FROM finding WHERE len(coalesce(line_key, [])) = 0)
         OR t.n IN (SELECT n FROM truth WHERE len(coalesce(line_key, [])) = 0)
     UNION SELECT t.n, t.expect, f.finding_id, true FROM truth t JOIN finding f USING (rule_id, fixmedins_code)
       WHERE t.occurred_on BETWEEN f.first_day AND f.last_day`,
  `CREATE TEMP TABLE judged AS SELECT f.finding_id, f.rule_id,
       bool_or(p.same_rule AND p.expect = 'hit') AS matched,
       bool_or(p.same_rule AND p.expect = 'clear') AS near_miss,
       bool_or(p.expect = 'hit' AND NOT p.same_rule) AS beside
     FROM finding f LEFT JOIN pairing p USING (finding_id) GROUP BY ALL`,
];

const perRule = `
  WITH plants AS (
    SELECT rule_id, count(*) FILTER (expect = 'hit') AS planted, count(*) FILTER (expect = 'clear') AS near_misses,
      count(*) FILTER (expect = 'hit' AND EXISTS (SELECT 1 FROM pairing p WHERE p.n = truth.n AND p.same_rule)) AS found,
      count(*) FILTER (expect = 'clear' AND EXISTS (SELECT 1 FROM pairing p JOIN judged j USING (finding_id)
        WHERE p.n = truth.n AND p.same_rule AND NOT coalesce(j.matched, false))) AS wrongly_hit
    FROM truth GROUP BY rule_id),
  hits AS (
    SELECT rule_id, count(*) AS findings, count(*) FILTER (coalesce(matched, false)) AS matched,
      count(*) FILTER (NOT coalesce(matched, false) AND NOT coalesce(near_miss, false) AND coalesce(beside, false)) AS collateral
    FROM judged GROUP BY rule_id)
  SELECT rule_id, coalesce(planted, 0) AS planted, coalesce(found, 0) AS found,
    coalesce(near_misses, 0) AS near_misses, coalesce(wrongly_hit, 0) AS wrongly_hit,
    coalesce(findings, 0) AS findings, coalesce(matched, 0) AS matched, coalesce(collateral, 0) AS collateral
  FROM plants FULL JOIN hits USING (rule_id) ORDER BY rule_id`;

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

const plantShape = {
  ...{ rule_id: text, planted: integer, found: integer, near_misses: integer, wrongly_hit: integer, findings: integer, matched: integer },
  collateral: integer,
};

function toScore(row: RowOf<typeof plantShape>): RuleScore {
  const unexplained = row.findings - row.matched - row.collateral;
  return { ...row, unexplained, recall: share(row.found, row.planted), precision: share(row.matched, row.matched + unexplained) };
}

const missedQuery = `SELECT plant_id || ' ' || rule_id || ' ' || coalesce(note, '') AS told FROM truth WHERE expect = 'hit'
  AND NOT EXISTS (SELECT 1 FROM pairing p WHERE p.n = truth.n AND p.same_rule) ORDER BY rule_id, plant_id LIMIT 100`;
const strangeQuery = `SELECT rule_id || ' ' || finding_id AS told FROM judged
  WHERE NOT coalesce(matched, false) AND (coalesce(near_miss, false) OR NOT coalesce(beside, false)) ORDER BY 1 LIMIT 100`;

/** Refuses a file that holds no planted cases: no Parquet, cut short, or with other columns. */
async function checkTruth(tables: Tables, truth: string): Promise<void> {
  const wanted = `SELECT rule_id, expect, plant_id, note, fixmedins_code, len(line_key), len(mdtrt_id) FROM ${parquetOf([truth])}`;
  try {
    await tables.columns(wanted);
  } catch (error) {
    if (error instanceof RefusedInput || error instanceof Cancelled) throw error;
    const expected = words('simulate 写出的 truth.parquet', 'the truth.parquet that simulate writes');
    throw inputProblems.refused('file-kind', { expected }, { file: truth });
  }
}

/** Compares the findings of a run with planted cases. */
export async function score(run: string, truth: string): Promise<Score> {
  const { file, folder } = openRunFolder(run);
  const findings = file('findings');
  demandFile(truth);
  const tables = await openTables({ folders: [folder], files: [truth] });
  try {
    await checkTruth(tables, truth);
    for (const statement of statements(findings, truth)) await tables.run(statement);
    const rules = (await tables.rows(perRule, plantShape)).map(toScore);
    const missed = await tables.rows(missedQuery, { told: text });
    const strange = await tables.rows(strangeQuery, { told: text });
    const total = (name: 'planted' | 'found' | 'wrongly_hit' | 'findings' | 'matched' | 'collateral' | 'unexplained'): number =>
      rules.reduce((sum, rule) => sum + rule[name], 0);
    return {
      rules,
      planted: total('planted'),
      found: total('found'),
      wrongly_hit: total('wrongly_hit'),
      findings: total('findings'),
      matched: total('matched'),
      collateral: total('collateral'),
      unexplained: total('unexplained'),
      recall: share(total('found'), total('planted')),
      precision: share(total('matched'), total('matched') + total('unexplained')),
      missed: missed.map(({ told }) => told),
      unexplained_ids: strange.map(({ told }) => told),
    };
  } finally {
    tables.close();
  }
}
