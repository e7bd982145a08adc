import { join } from 'node:path';
import { type ColumnDefinition, dictionary, dimensionTables, workingTables } from '@hengjian/standard';
import { integer, parquetOf, quoted, type Tables, text } from '@hengjian/table';
import { endBroken, mendedStatus } from './broken-lines.ts';
import { addCarriage, newCarriage } from './carriage.ts';
import { chunkCount, openChunk, partition } from './chunk.ts';
import { compactDictionaries, compactFacts, compactState, type StateSelect } from './compact.ts';
import type { Dictionaries } from './dictionaries.ts';
import { prepareMasters, writeDimensions } from './dimensions.ts';
import { newestExceptions } from './exceptions.ts';
import { bucketOf, type ChunkTables, encodeChunk, fetchChunkTables, writeSegments } from './export.ts';
import { type FactTables, factsSql, factTables, unionOf } from './facts.ts';
import { loadDecisions } from './held.ts';
import type { FactFile, Manifest, SegmentFile } from './manifest.ts';
import { coverage, reachSql } from './reach.ts';
import { joinSegments } from './segments.ts';
import { findSharedVisits, movedApart, rawVisitSql, toldApart } from './shared-visits.ts';
import { judge } from './state.ts';
import { describeFile, type StoredFile } from './stored.ts';
import { masterTables, personTables, touch, touchedRows, visitTables } from './touch.ts';
import type { ProgressEvent } from './types.ts';
import { keepWithheld, makeWithheld, newlyWithheld } from './withheld.ts';

/** Names of all lake dictionaries. */
export const dictionaryNames: readonly string[] = [
  ...new Set(
    [...Object.values(workingTables), ...Object.values(dimensionTables)].flatMap((columns: readonly ColumnDefinition[]) =>
      columns.flatMap(({ kind, of = '' }) => (kind === 'code' || kind === 'code8' ? [of] : [])),
    ),
  ),
].sort();

/** Makes the views `f_<table>` (all accepted versions) and `n_<table>` (those of the batch). */
async function factViews(
  engine: Tables,
  lake: string,
  manifest: Manifest,
  select: (table: string, facts: string) => string,
): Promise<void> {
  const views = [...dictionary.tables.keys()].flatMap((table) => {
    const files = manifest.facts[table] ?? [];
    const view = (kind: string, some: readonly FactFile[]): string =>
      `CREATE OR REPLACE TEMP VIEW ${kind}_${table} AS ${select(table, factsSql(lake, table, some, manifest.replaced))}`;
    const ofBatch = files.filter((file) => file.batch === manifest.batch);
    return [view('f', files), view('n', ofBatch)];
  });
  await engine.run(views.join(';'));
}

/** Makes the views of the facts, in which visits of several institutions have ids of their own, and `lake_files`. */
export async function openFacts(engine: Tables, lake: string, manifest: Manifest): Promise<void> {
  await factViews(engine, lake, manifest, (_, facts) => facts);
  if (await findSharedVisits(engine, sourceOf(lake, manifest.visits))) await factViews(engine, lake, manifest, toldApart);
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
  readonly dictionaries: Dictionaries;
  readonly fault: (point: string) => void;
  /** What else must be judged again, see `Change`. */
  readonly again: readonly string[];
  readonly persons: readonly string[];
  readonly replaces: boolean;
  readonly progress: ((event: ProgressEvent) => void) | undefined;
  readonly linesPerChunk: number;
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
    same AS (SELECT ${keys}, any_value(caty) AS caty FROM f_medins_dept_b SEMI JOIN old USING (${keys}) GROUP BY ALL
    HAVING count(DISTINCT coalesce(caty, '')) = 1)
    SELECT DISTINCT ${keys} FROM n_medins_dept_b n
    WHERE NOT EXISTS (FROM same s JOIN departments d USING (${keys}) WHERE s.fixmedins_code = n.fixmedins_code AND s.dept_codg =
    n.dept_codg AND d.caty IS NOT DISTINCT FROM s.caty)
      OR EXISTS (FROM old o JOIN held h ON h.rid = o._rid WHERE o.fixmedins_code = n.fixmedins_code AND o.dept_codg = n.dept_codg)`);
  if ((await engine.count('SELECT count(*) FROM changed_departments')) === 0) return undefined;
  const named = (column: string): string =>
    `SELECT l.mdtrt_id FROM f_fee_list_d l JOIN changed_departments d ON d.dept_codg = l.${column}
    WHERE l.fixmedins_code IS NULL OR l.fixmedins_code = d.fixmedins_code`;
  return `${named('bilg_dept_codg')} UNION ALL ${named('acord_dept_codg')}`;
}

async function bucketCount(engine: Tables, before: Manifest): Promise<number> {
  if (before.buckets > 0) return before.buckets;
  const lines = await engine.count('SELECT count(*) FROM f_fee_list_d');
  let buckets = 4;
  while (buckets < 256 && buckets * 500_000 < lines) buckets *= 2;
  return buckets;
}

export type Built = Pick<
  Manifest,
  'buckets' | 'facts' | 'visits' | 'exceptions' | 'reach' | 'carriage' | 'segments' | 'dictionaries' | 'dimensions' | 'coverage'
>;

const sourceOf = (lake: string, files: readonly StoredFile[]): string | undefined => parquetOf(files.map((file) => join(lake, file.path)));

/** SELECT of the newest word on each visit, from files of several batches. */
const newestVisits: StateSelect = (source) =>
  `SELECT mdtrt_id, psn, reach, batch, raw FROM ${source} QUALIFY row_number() OVER (PARTITION BY mdtrt_id ORDER BY batch DESC, psn) = 1`;

/** Rows that count again need no word once nothing older says otherwise. */
const exceptionsLeft: StateSelect = (source, whole) =>
  `SELECT tbl, rid, status, cause, cnt, det, inscp, ful, batch FROM (${newestExceptions(source)})
   ${whole ? `WHERE status NOT IN ('live', '${mendedStatus}')` : ''} ORDER BY tbl, rid`;

const reachLeft: StateSelect = (source) =>
  `SELECT fixmedins_code, tbl, month, sum(n)::BIGINT AS n, min(day_from) AS day_from, max(day_to) AS day_to FROM ${source} GROUP BY ALL`;

/** Writes one more file of state and returns all of its kind. */
async function addState(
  { engine, lake, batch }: BuildInput,
  name: string,
  before: readonly StoredFile[],
  select: string,
): Promise<readonly StoredFile[]> {
  const path = `state/${name}-${batch}.parquet`;
  await engine.run(`COPY (${select}) TO ${quoted(join(lake, path))} (FORMAT parquet)`);
  return [...before, describeFile(lake, path)];
}

/** Works out what the batch touches and writes it as segments. True when that is the whole lake. */
async function judgeTouched(input: BuildInput, buckets: number): Promise<{ readonly rebuild: boolean; readonly fresh: SegmentFile[] }> {
  const { engine, lake, before } = input;
  const rebuild = mustRebuild(input);
  const tables = factTables(input.draft);
  await prepareMasters(engine, tables);
  const departments = rebuild ? undefined : await visitsOfDepartments(engine, sourceOf(lake, before.exceptions));
  const visitFiles = rebuild ? undefined : sourceOf(lake, before.visits);
  await makeWithheld(engine);
  const known = { exceptions: sourceOf(lake, before.exceptions), replaced: input.draft.replaced };
  const broken = await endBroken(engine, known);
  const apart = (await engine.count('SELECT count(*) FROM newly_shared')) === 0 ? undefined : movedApart;
  const more = [departments, apart, newlyWithheld.visits, broken, ...input.again]
    .filter((select) => select !== undefined)
    .join(' UNION ALL ');
  const morePersons = [...input.persons, newlyWithheld.persons];
  await touch(engine, { key: input.key, everything: rebuild, visitFiles, more, morePersons, tables });
  await engine.run(
    `CREATE TEMP TABLE exceptions (tbl VARCHAR, rid BIGINT, status VARCHAR, cause VARCHAR,
      cnt BIGINT, det BIGINT, inscp BIGINT, ful BIGINT)`,
  );
  await keepWithheld(engine, { ...known, rebuild });
  await loadDecisions(engine, input.draft.decisions);
  await engine.run('CREATE TEMP TABLE visit_totals (mdtrt_id VARCHAR, fixmedins_code VARCHAR, gap BIGINT, good BOOLEAN)');
  return { rebuild, fresh: await writeChunks(input, buckets) };
}

interface State {
  readonly visits: readonly StoredFile[];
  readonly exceptions: readonly StoredFile[];
  readonly reach: readonly StoredFile[];
}

/** Writes down what the batch changed, and makes the tables `reach` and `all_losers` of the whole lake. */
async function writeState(input: BuildInput, rebuild: boolean): Promise<State> {
  const { engine, lake, before, batch } = input;
  const moved = rebuild ? 'touched_visits' : 'moved_visits';
  const visits = await addState(
    input,
    'visits',
    rebuild ? [] : before.visits,
    `SELECT *, ${batch} AS batch, ${rawVisitSql('mdtrt_id')} AS raw FROM ${moved}`,
  );
  await completeExceptions(engine, rebuild ? undefined : sourceOf(lake, before.exceptions), factTables(input.draft));
  const own = `SELECT DISTINCT *, ${batch} AS batch FROM exceptions ORDER BY tbl, rid`;
  const exceptions = await addState(input, 'exceptions', rebuild ? [] : before.exceptions, own);
  const reach = await (input.replaces
    ? addState(input, 'reach', [], reachSql('f'))
    : addState(input, 'reach', before.reach, reachSql('n')));
  await engine.run(`CREATE TEMP TABLE reach AS SELECT * FROM ${sourceOf(lake, reach)}`);
  await engine.run(
    `CREATE TEMP TABLE all_losers AS SELECT tbl, rid, status, cause FROM (${newestExceptions(sourceOf(lake, exceptions) ?? '')})
     WHERE status NOT IN ('live', 'netted', 'doubted', 'withheld', '${mendedStatus}')`,
  );
  return { visits, exceptions, reach };
}

/** Works out the current state of everyone the batch touches and joins it to what was there. */
export async function buildWorkingForm(input: BuildInput): Promise<Built> {
  const { engine, lake, before, draft, batch, fault } = input;
  const buckets = await bucketCount(engine, before);
  const { rebuild, fresh } = await judgeTouched(input, buckets);
  const state = await writeState(input, rebuild);
  const covered = await coverage(engine);
  const known = input.replaces ? undefined : before.carriage;
  const carriage = addCarriage(lake, known, batch, await newCarriage(engine, before.files, known === undefined, factTables(draft)));
  fault('state-written');
  const dimensions = await writeDimensions(engine, input.dictionaries, lake, batch);
  const dictionaries = await input.dictionaries.save(lake);
  fault('dictionaries-written');
  const target = { lake, batch };
  const segments = joinSegments(rebuild ? [] : before.segments, fresh, await touchedByBucket(engine, buckets), target);
  const work = { engine, lake, batch };
  return {
    buckets,
    facts: await compactFacts(work, draft.facts),
    visits: await compactState(work, 'visits', state.visits, newestVisits),
    exceptions: await compactState(work, 'exceptions', state.exceptions, exceptionsLeft),
    reach: await compactState(work, 'reach', state.reach, reachLeft),
    carriage,
    segments,
    dictionaries: compactDictionaries(lake, dictionaries),
    dimensions,
    coverage: covered,
  };
}

async function writeChunks(input: BuildInput, buckets: number): Promise<SegmentFile[]> {
  const { engine, lake, scratch, draft, batch, fault, progress } = input;
  const lines = await engine.count('SELECT count(*) FROM f_fee_list_d SEMI JOIN touched_visits USING (mdtrt_id)');
  const chunks = chunkCount(lines, buckets, input.linesPerChunk);
  await partition(engine, scratch, chunks);
  fault('partitioned');
  const { all } = factTables(draft);
  const out: SegmentFile[] = [];
  let done = 0;
  const write = async (tables: ChunkTables): Promise<void> => {
    const written = await writeSegments(tables, buckets, { lake, batch });
    out.push(...written);
    done += written.reduce((sum, one) => sum + one.lines, 0);
    progress?.({ phase: 'work', done, total: lines, unit: 'lines' });
    fault('segment-written');
  };
  // The segments of one chunk are written while the engine works out the next.
  let writing: Promise<unknown> = Promise.resolve();
  try {
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      if (!(await openChunk(engine, { scratch, chunk, chunks }))) continue;
      await judge(engine, { settlements: isAbsent(draft, 'setl_d'), visits: isAbsent(draft, 'mdtrt_d') }, all);
      await encodeChunk(engine, input.dictionaries);
      const tables = await fetchChunkTables(engine);
      await writing;
      writing = write(tables);
      writing.catch(() => undefined);
    }
  } finally {
    await Promise.allSettled([writing]);
  }
  await writing;
  return out;
}

/** Adds to the exceptions of the batch the rows of other reasons, and those that count again. */
async function completeExceptions(engine: Tables, old: string | undefined, { all }: FactTables): Promise<void> {
  const owned = [...visitTables, ...personTables].map(quoted).join(', ');
  const plain = 'NULL, NULL, NULL, NULL';
  await engine.run(`INSERT INTO exceptions SELECT tbl, rid, status, '', ${plain} FROM losers WHERE tbl IN (${owned})`);
  await engine.run(`INSERT INTO exceptions SELECT tbl, rid, status, '', ${plain} FROM master_losers`);
  if (old === undefined) return;
  const row = (table: string): string => `'${table}' AS tbl, _rid AS rid`;
  const touched = [
    ...[...visitTables, ...personTables].flatMap((table) => (all.has(table) ? [touchedRows(table, row(table))] : [])),
    ...masterTables.flatMap((table) => (all.has(table) ? [`SELECT ${row(table)} FROM f_${table}`] : [])),
  ];
  await engine.run(
    `INSERT INTO exceptions SELECT tbl, rid, 'live', '', ${plain} FROM (SELECT DISTINCT tbl, rid FROM ${old})
     SEMI JOIN (${unionOf(touched, 'CAST(NULL AS VARCHAR) AS tbl, CAST(NULL AS BIGINT) AS rid')}) t
     USING (tbl, rid) ANTI JOIN exceptions e USING (tbl, rid)`,
  );
}

async function touchedByBucket(engine: Tables, buckets: number): Promise<ReadonlyMap<number, readonly string[]>> {
  const rows = await engine.rows('SELECT psn FROM touched_persons ORDER BY psn', { psn: text });
  const byBucket = Map.groupBy(rows, ({ psn }) => bucketOf(psn, buckets));
  return new Map([...byBucket].map(([bucket, list]) => [bucket, list.map(({ psn }) => psn)]));
}

/** Accepted row versions of the whole lake by table and status; they add up to the rows accepted. */
export async function exceptionCounts(engine: Tables, manifest: Manifest): Promise<Record<string, Record<string, number>>> {
  const out: Record<string, Record<string, number>> = {};
  const { all } = factTables(manifest);
  const losers = await engine.rows('SELECT tbl, status, count(*) AS n FROM all_losers GROUP BY ALL ORDER BY tbl, status', {
    tbl: text,
    status: text,
    n: integer,
  });
  for (const table of dictionary.tables.keys()) {
    const total = all.has(table) ? await engine.count(`SELECT count(*) FROM f_${table}`) : 0;
    if (total === 0) continue;
    const rows = losers.filter(({ tbl }) => tbl === table);
    const lost = Object.fromEntries(rows.map(({ status, n }) => [status, n]));
    out[table] = { accepted: total, current: total - rows.reduce((sum, { n }) => sum + n, 0), ...lost };
  }
  return out;
}
