import { join } from 'node:path';
import { type DimensionTable, dictionary, dimensionTables, type WorkingColumn, workingTables } from '@hengjian/standard';
import { integer, parquetOf, quoted, type Tables, text } from '@hengjian/table';
import { chunkCount, openChunk, partition } from './chunk.ts';
import { saveDictionaries } from './dictionaries.ts';
import { prepareMasters, writeDimensions } from './dimensions.ts';
import { bucketOf, encodeChunk, fetchChunkTables, writeSegments } from './export.ts';
import { factsSql } from './facts.ts';
import type { Manifest, SegmentFile } from './manifest.ts';
import { coverage, newReachSql } from './reach.ts';
import { addDead, compactable } from './segments.ts';
import { judge } from './state.ts';
import { describeFile, type StoredFile } from './stored.ts';
import { masterTables, personTables, resolveVersions, touch, visitTables } from './touch.ts';
import type { ProgressEvent } from './types.ts';

/** Names of all lake dictionaries. */
export const dictionaryNames: readonly string[] = [
  ...new Set(
    [...Object.values(workingTables), ...Object.values(dimensionTables as Record<DimensionTable, readonly WorkingColumn[]>)].flatMap(
      (columns) =>
        (columns as readonly WorkingColumn[]).flatMap((column) =>
          column.kind === 'code' || column.kind === 'code8' ? [column.of ?? ''] : [],
        ),
    ),
  ),
].sort();

/** Makes the views `f_<table>` (all accepted versions) and `n_<table>` (those of the batch), and `lake_files`. */
export async function openFacts(engine: Tables, lake: string, manifest: Manifest, batch: number): Promise<void> {
  for (const table of dictionary.tables.keys()) {
    const files = manifest.facts[table] ?? [];
    await engine.run(`CREATE OR REPLACE TEMP VIEW f_${table} AS ${factsSql(lake, table, files)}`);
    await engine.run(
      `CREATE OR REPLACE TEMP VIEW n_${table} AS ${factsSql(
        lake,
        table,
        files.filter((file) => file.batch === batch),
      )}`,
    );
  }
  await engine.run('CREATE OR REPLACE TEMP TABLE lake_files (seq BIGINT, name VARCHAR)');
  for (let start = 0; start < manifest.files.length; start += 1000) {
    const rows = manifest.files.slice(start, start + 1000).map((file) => `(${file.seq}, ${quoted(file.name)})`);
    await engine.run(`INSERT INTO lake_files VALUES ${rows.join(', ')}`);
  }
}

interface BuildInput {
  readonly engine: Tables;
  readonly lake: string;
  readonly scratch: string;
  readonly before: Manifest;
  readonly draft: Manifest;
  readonly batch: number;
  readonly key: Buffer;
  readonly fault: (point: string) => void;
  readonly progress: ((event: ProgressEvent) => void) | undefined;
}

const isAbsent = (manifest: Manifest, table: string): boolean =>
  manifest.declaredAbsent.includes(table) && (manifest.facts[table] ?? []).length === 0;

/** Whether the whole lake must be worked out again: at first, and when a master changes what lines carry. */
function mustRebuild({ before, draft }: BuildInput): boolean {
  return before.batch === 0 || ['setl_d', 'mdtrt_d'].some((table) => isAbsent(before, table) !== isAbsent(draft, table));
}

/**
 * SELECT of the visits whose lines carry the specialty of a department that the batch may have changed; `undefined`
 * when there is none. A row that repeats the known specialty changes nothing.
 */
async function visitsOfDepartments(engine: Tables, oldExceptions: string | undefined): Promise<string | undefined> {
  if (oldExceptions === undefined || (await engine.count('SELECT count(*) FROM n_medins_dept_b')) === 0) return undefined;
  const keys = 'fixmedins_code, dept_codg';
  await engine.run(`CREATE TEMP TABLE changed_departments AS
    WITH old AS (SELECT f.* FROM f_medins_dept_b f ANTI JOIN n_medins_dept_b n ON n._rid = f._rid),
    held AS (SELECT rid FROM ${oldExceptions} WHERE tbl = 'medins_dept_b' AND status = 'conflict'),
    same AS (SELECT ${keys}, any_value(caty) AS caty FROM f_medins_dept_b SEMI JOIN old USING (${keys}) GROUP BY ALL HAVING count(DISTINCT coalesce(caty, '')) = 1)
    SELECT DISTINCT ${keys} FROM n_medins_dept_b n
    WHERE NOT EXISTS (FROM same s JOIN departments d USING (${keys}) WHERE s.fixmedins_code = n.fixmedins_code AND s.dept_codg = n.dept_codg AND d.caty IS NOT DISTINCT FROM s.caty)
      OR EXISTS (FROM old o JOIN held h ON h.rid = o._rid WHERE o.fixmedins_code = n.fixmedins_code AND o.dept_codg = n.dept_codg)`);
  if ((await engine.count('SELECT count(*) FROM changed_departments')) === 0) return undefined;
  const named = (column: string): string =>
    `SELECT l.mdtrt_id FROM f_fee_list_d l JOIN changed_departments d ON d.dept_codg = l.${column} WHERE l.fixmedins_code IS NULL OR l.fixmedins_code = d.fixmedins_code`;
  return `${named('bilg_dept_codg')} UNION ALL ${named('acord_dept_codg')}`;
}

async function bucketCount(engine: Tables, before: Manifest): Promise<number> {
  if (before.buckets > 0) return before.buckets;
  const lines = await engine.count('SELECT count(*) FROM f_fee_list_d');
  let buckets = 4;
  while (buckets < 256 && buckets * 500_000 < lines) buckets *= 2;
  return buckets;
}

export type Built = Pick<Manifest, 'buckets' | 'visits' | 'exceptions' | 'reach' | 'segments' | 'dictionaries' | 'dimensions' | 'coverage'>;

/** Works out the current state of everyone the batch touches and writes it as new segments. */
export async function buildWorkingForm(input: BuildInput): Promise<Built> {
  const { engine, lake, before, batch, fault } = input;
  const rebuild = mustRebuild(input);
  const buckets = await bucketCount(engine, before);
  const stateFiles = (files: readonly StoredFile[]): string | undefined => parquetOf(files.map((file) => join(lake, file.path)));
  await prepareMasters(engine);
  const departments = rebuild ? undefined : await visitsOfDepartments(engine, stateFiles(before.exceptions));
  await touch(engine, {
    key: input.key,
    everything: rebuild,
    visitFiles: rebuild ? undefined : stateFiles(before.visits),
    more: departments,
  });
  if (!rebuild) await touchFullBuckets(engine, before, buckets, stateFiles(before.visits));
  await engine.run(
    'CREATE TEMP TABLE exceptions (tbl VARCHAR, rid BIGINT, status VARCHAR, cause VARCHAR, cnt BIGINT, det BIGINT, inscp BIGINT, ful BIGINT)',
  );
  const segments = await writeChunks(input, buckets);
  const visits = `state/visits-${batch}.parquet`;
  await engine.run(
    `COPY (SELECT *, ${batch} AS batch FROM ${rebuild ? 'touched_visits' : 'moved_visits'}) TO ${quoted(join(lake, visits))} (FORMAT parquet)`,
  );
  const exceptionsFile = `state/exceptions-${batch}.parquet`;
  await saveExceptions(engine, rebuild ? undefined : stateFiles(before.exceptions), batch, join(lake, exceptionsFile));
  const reachFile = `state/reach-${batch}.parquet`;
  await engine.run(`COPY (${newReachSql}) TO ${quoted(join(lake, reachFile))} (FORMAT parquet)`);
  const reach = [...before.reach, describeFile(lake, reachFile)];
  await engine.run(`CREATE TEMP TABLE reach AS SELECT * FROM ${stateFiles(reach)}`);
  const covered = await coverage(engine);
  const exceptions = [...(rebuild ? [] : before.exceptions), describeFile(lake, exceptionsFile)];
  await engine.run(
    `CREATE TEMP TABLE all_losers AS SELECT tbl, rid, arg_max(status, batch) AS status, arg_max(cause, batch) AS cause FROM ${stateFiles(exceptions)} GROUP BY tbl, rid HAVING arg_max(status, batch) NOT IN ('live', 'netted')`,
  );
  fault('state-written');
  const dimensions = await writeDimensions(engine, lake, batch);
  const dictionaries = await saveDictionaries(engine, lake, before, dictionaryNames);
  fault('dictionaries-written');
  const kept = rebuild ? [] : addDead(lake, before.segments, await touchedByBucket(engine, buckets), batch);
  return {
    buckets,
    visits: [...(rebuild ? [] : before.visits), describeFile(lake, visits)],
    exceptions,
    reach,
    segments: [...kept, ...segments].sort((left, right) => left.bucket - right.bucket || left.batch - right.batch),
    dictionaries,
    dimensions,
    coverage: covered,
  };
}

/** Adds everyone of the buckets that are due for compaction to the touched persons. */
async function touchFullBuckets(engine: Tables, before: Manifest, buckets: number, visitFiles: string | undefined): Promise<void> {
  const full = compactable(before.segments);
  if (full.length === 0 || visitFiles === undefined) return;
  const bucket = (column: string): string => `CAST('0x' || left(${column}, 4) AS INTEGER) * ${buckets} // 65536 IN (${full.join(', ')})`;
  await engine.run(
    `INSERT INTO touched_visits SELECT mdtrt_id, arg_max(psn, batch) AS psn, arg_max(reach, batch) AS reach FROM ${visitFiles} ANTI JOIN touched_visits USING (mdtrt_id) GROUP BY mdtrt_id HAVING ${bucket('arg_max(psn, batch)')}`,
  );
  const persons = personTables.map((table) => `SELECT _person AS psn FROM f_${table} WHERE ${bucket('_person')}`);
  await engine.run(
    `INSERT INTO touched_persons SELECT DISTINCT psn FROM (SELECT psn FROM touched_visits UNION ALL ${persons.join(' UNION ALL ')}) ANTI JOIN touched_persons USING (psn)`,
  );
  await engine.run('DELETE FROM losers');
  for (const table of visitTables)
    await resolveVersions(engine, table, `SELECT _key FROM f_${table} SEMI JOIN touched_visits USING (mdtrt_id)`, 'losers');
  for (const table of personTables)
    await resolveVersions(engine, table, `SELECT _key FROM f_${table} x SEMI JOIN touched_persons p ON p.psn = x._person`, 'losers');
}

async function writeChunks(input: BuildInput, buckets: number): Promise<SegmentFile[]> {
  const { engine, lake, scratch, draft, batch, fault, progress } = input;
  const lines = await engine.count('SELECT count(*) FROM f_fee_list_d SEMI JOIN touched_visits USING (mdtrt_id)');
  const chunks = chunkCount(lines, buckets);
  await partition(engine, scratch, chunks);
  fault('partitioned');
  const out: SegmentFile[] = [];
  let done = 0;
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    if (!(await openChunk(engine, scratch, chunk, chunks))) continue;
    await judge(engine, { settlements: isAbsent(draft, 'setl_d'), visits: isAbsent(draft, 'mdtrt_d') });
    await encodeChunk(engine);
    const written = writeSegments(await fetchChunkTables(engine), buckets, { lake, batch });
    out.push(...written);
    done += written.reduce((sum, one) => sum + one.lines, 0);
    progress?.({ phase: 'work', done, total: lines, unit: 'lines' });
    fault('segment-written');
  }
  return out;
}

async function saveExceptions(engine: Tables, old: string | undefined, batch: number, file: string): Promise<void> {
  await engine.run(
    "INSERT INTO exceptions SELECT tbl, rid, status, '', NULL, NULL, NULL, NULL FROM losers WHERE tbl IN (SELECT unnest(['fee_list_d', 'mdtrt_d', 'setl_d', 'setl_list_diag_d', 'setl_list_oprn_d', 'fee_exct_d', 'mdtrt_exct_d', 'setl_list_d', 'psn_info_b', 'psn_insu_d']))",
  );
  await engine.run("INSERT INTO exceptions SELECT tbl, rid, status, '', NULL, NULL, NULL, NULL FROM master_losers");
  if (old !== undefined) {
    const touched = [
      ...visitTables.map((table) => `SELECT '${table}' AS tbl, _rid AS rid FROM f_${table} SEMI JOIN touched_visits USING (mdtrt_id)`),
      ...personTables.map(
        (table) => `SELECT '${table}' AS tbl, _rid AS rid FROM f_${table} x SEMI JOIN touched_persons p ON p.psn = x._person`,
      ),
      ...masterTables.map((table) => `SELECT '${table}' AS tbl, _rid AS rid FROM f_${table}`),
    ];
    await engine.run(
      `INSERT INTO exceptions SELECT tbl, rid, 'live', '', NULL, NULL, NULL, NULL FROM (SELECT DISTINCT tbl, rid FROM ${old}) SEMI JOIN (${touched.join(' UNION ALL ')}) t USING (tbl, rid) ANTI JOIN exceptions e USING (tbl, rid)`,
    );
  }
  await engine.run(`COPY (SELECT DISTINCT *, ${batch} AS batch FROM exceptions ORDER BY tbl, rid) TO ${quoted(file)} (FORMAT parquet)`);
}

async function touchedByBucket(engine: Tables, buckets: number): Promise<ReadonlyMap<number, readonly string[]>> {
  const rows = await engine.rows('SELECT psn FROM touched_persons ORDER BY psn', { psn: text });
  const byBucket = Map.groupBy(rows, ({ psn }) => bucketOf(psn, buckets));
  return new Map([...byBucket].map(([bucket, list]) => [bucket, list.map(({ psn }) => psn)]));
}

/** Accepted row versions of the whole lake by table and status; they add up to the rows accepted. */
export async function exceptionCounts(engine: Tables): Promise<Record<string, Record<string, number>>> {
  const out: Record<string, Record<string, number>> = {};
  for (const table of dictionary.tables.keys()) {
    const total = await engine.count(`SELECT count(*) FROM f_${table}`);
    if (total === 0) continue;
    const rows = await engine.rows(`SELECT status, count(*) AS n FROM all_losers WHERE tbl = '${table}' GROUP BY status ORDER BY status`, {
      status: text,
      n: integer,
    });
    const lost = Object.fromEntries(rows.map(({ status, n }) => [status, n]));
    out[table] = { accepted: total, current: total - rows.reduce((sum, { n }) => sum + n, 0), ...lost };
  }
  return out;
}
