import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { bundleKernel, filterSession, gatherContext, type RunRecord, runAudit, runFilter } from '@hengjian/audit';
import { contextText, exportPlain, openLake, plainTables } from '@hengjian/lake';
import { rulebookTexts } from '@hengjian/rulebook';
import { RefusedInput } from '@hengjian/standard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, makeCity } from '../city.ts';
import { findSpark } from './spark.ts';

let city: City;
let plain: string;
let here: string;
let record: RunRecord;

beforeAll(async () => {
  city = await makeCity(700);
  plain = join(city.folder, 'plain');
  here = join(city.folder, 'here');
  record = await runAudit({ lake: city.lake, out: here, threads: 2 });
  await exportPlain(await openLake(city.lake), plain);
}, 300_000);

afterAll(() => city.remove());

const bytes = (folder: string): Buffer => readFileSync(join(folder, 'findings.parquet'));

/** Records of the plain form as a host sends them, sorted by person. */
async function records(schema: ReturnType<typeof filterSession>['schema']): Promise<string> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const parts = plainTables.flatMap((table) => {
    const columns = schema[table];
    if (columns === undefined) return [];
    const cells = columns.map(({ name }) => `coalesce(CAST(${name} AS VARCHAR), '\\N')`);
    return [
      `SELECT psn, '${table}' AS tag, [${cells.join(', ')}]::VARCHAR[] AS cells FROM read_parquet('${join(plain, table)}/*.parquet')`,
    ];
  });
  const rows = (
    await connection.runAndReadAll(
      `SELECT psn, tag, array_to_string(cells, '\t') AS cells FROM (${parts.join(' UNION ALL ')}) ORDER BY psn, hash(cells)`,
    )
  ).getRowObjectsJson();
  return rows.map((row) => `${row.psn}\t${row.tag}${row.cells === '' ? '' : `\t${row.cells}`}\n`).join('');
}

const streamOf = async function* (text: string, size: number): AsyncGenerator<Uint8Array> {
  const data = Buffer.from(text);
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
};

async function findingsHere(ids: (id: string) => boolean): Promise<string[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = (
    await connection.runAndReadAll(
      `SELECT finding_id, rule_id, evidence::VARCHAR AS evidence FROM read_parquet('${join(here, 'findings.parquet')}')`,
    )
  ).getRowObjectsJson();
  return rows.flatMap((row) => (ids(String(row.rule_id)) ? [`${row.finding_id} ${row.evidence}`] : [])).sort();
}

describe('the kernel as a filter', () => {
  it('finds what the threads find, however the stream is cut and however small its segments are', async () => {
    const session = filterSession((await openLake(city.lake)).context(), {});
    const persons = new Set(
      session.bound.rules
        .filter(({ source, shape }) => source.by === 'person' && shape.kind !== 'peer' && shape.kind !== 'group')
        .map(({ source }) => source.id),
    );
    const expected = await findingsHere((id) => persons.has(id));
    expect(expected.length).toBeGreaterThan(100);
    const text = await records(session.schema);
    for (const [size, segmentLines] of [
      [1 << 16, 200_000],
      [1013, 500],
    ] as const) {
      const found: string[] = [];
      const across = new Map<string, number>();
      const result = await runFilter({
        session,
        input: streamOf(text, size),
        segmentLines,
        from: -1e9,
        to: 1e9,
        write: (kind, body) => {
          across.set(kind, (across.get(kind) ?? 0) + 1);
          if (kind !== 'finding') return;
          const finding = JSON.parse(body) as { finding_id: string; rule_id: string; evidence: unknown };
          if (persons.has(finding.rule_id)) found.push(`${finding.finding_id} ${JSON.stringify(finding.evidence)}`);
        },
      });
      expect(result).toMatchObject({ persons: record.persons, lines: record.lines });
      expect(found.sort()).toEqual(expected);
      expect(across.get('events') ?? 0).toBeGreaterThan(0);
    }
  });

  it('judges records that come without a context by what they say themselves', async () => {
    const session = filterSession((await openLake(city.lake)).context(), {});
    const text = await records(session.schema);
    const context = await gatherContext(streamOf(text, 1 << 16), session.schema);
    const lines = context.coverage;
    expect(lines.line_to).toBeGreaterThan(lines.line_from);
    const ids: string[] = [];
    await runFilter({
      session: filterSession(context, { ids: ['N67'] }),
      schema: Object.entries(session.schema)
        .map(([table, columns]) => `${table}:${columns.map(({ name }) => name).join(',')}`)
        .join(';'),
      input: streamOf(text, 1 << 16),
      from: -1e9,
      to: 1e9,
      write: (kind, body) => {
        if (kind === 'finding') ids.push((JSON.parse(body) as { finding_id: string }).finding_id);
      },
    });
    const expected = (await findingsHere((id) => id === 'N67')).map((one) => one.split(' ')[0]);
    expect(expected.length).toBeGreaterThan(0);
    expect(ids.sort()).toEqual(expected.sort());
  });

  it('refuses unsorted records, unknown tables, values outside the context and short rows by row', async () => {
    const session = filterSession((await openLake(city.lake)).context(), {});
    const text = await records(session.schema);
    const lines = text.split('\n').slice(0, 400);
    const person = lines.find((line) => line.split('\t')[1] === 'persons') ?? '';
    const refused = async (input: string): Promise<string> => {
      try {
        await runFilter({ session, input: streamOf(input, 4096), from: -1e9, to: 1e9, write: () => {} });
      } catch (error) {
        if (error instanceof RefusedInput) return `${error.problems[0]?.code} ${error.problems[0]?.place?.row}`;
        throw error;
      }
      return 'nothing';
    };
    expect(await refused([...lines, lines[0]].join('\n'))).toBe('records-unsorted 401');
    expect(await refused(`P1\tnowhere\t1`)).toBe('record-tag 1');
    expect(await refused(person.split('\t').slice(0, 3).join('\t'))).toBe('row-width 1');
    const broken = person.replace(/^([^\t]+\tpersons\t)[^\t]*/, '$1nowhere');
    expect(await refused(broken)).toBe('value-invalid 1');
  });

  it('runs as one bundled file and tells a host why it stopped', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hengjian-bundle-'));
    try {
      const [kernel, context, rulebook] = ['kernel.mjs', 'context.json', 'rulebook.json'].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      await bundleKernel(kernel);
      const lake = await openLake(city.lake);
      writeFileSync(context, contextText(lake.context()));
      writeFileSync(rulebook, JSON.stringify({ texts: rulebookTexts() }));
      const text = await records(filterSession(lake.context(), {}).schema);
      const run = spawnSync(process.execPath, [kernel, '--context', context, '--rulebook', rulebook], {
        input: text,
        maxBuffer: 1 << 29,
        cwd: folder,
      });
      expect(run.status).toBe(0);
      expect(
        run.stdout
          .toString('utf8')
          .split('\n')
          .filter((line) => line.startsWith('finding\t')).length,
      ).toBeGreaterThan(100);
      const bad = spawnSync(process.execPath, [kernel, '--context', context, '--rulebook', rulebook], {
        input: 'P\tnowhere\n',
        cwd: folder,
      });
      expect(bad.status).toBe(2);
      expect(bad.stderr.toString('utf8')).toContain('→');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

const spark = findSpark();

describe.skipIf(spark === undefined)('a Spark cluster of two executors (needs Spark 4: SPARK_HOME or a pyspark in .cache)', () => {
  const options = () => ({
    command: join(spark ?? '', 'bin', 'spark-sql'),
    master: 'local-cluster[2,1,1024]',
    plain: join(city.folder, 'cluster'),
    partitions: 4,
    // Nothing is kept in a catalogue, and the one of Hive takes long to make.
    extra: ['--conf', 'spark.sql.catalogImplementation=in-memory'],
  });

  it('gives the same bytes and counts though an executor is killed half way', async () => {
    const out = join(city.folder, 'killed');
    const killed = killExecutor(AbortSignal.timeout(240_000));
    const there = await runAudit({ lake: city.lake, out, spark: options() });
    expect(await killed).toBe(true);
    expect(bytes(out).equals(bytes(here))).toBe(true);
    expect(there.rules.map(({ evaluated, hit, clear, unknown }) => ({ evaluated, hit, clear, unknown }))).toEqual(
      record.rules.map(({ evaluated, hit, clear, unknown }) => ({ evaluated, hit, clear, unknown })),
    );
  }, 300_000);

  it('says what the kernel said when it refuses, and leaves nothing published', async () => {
    const out = join(city.folder, 'refused');
    const failing = runAudit({ lake: city.lake, out, spark: { ...options(), master: 'local[2]', node: '/nowhere/node' } });
    await expect(failing).rejects.toThrow(/spark-sql ended with/);
    expect(existsSync(join(out, 'findings.parquet'))).toBe(false);
    expect(existsSync(join(out, 'spark.log'))).toBe(true);
  }, 300_000);
});

/** Kills one executor as soon as a kernel of this job runs on it. */
async function killExecutor(signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const kernels = spawnSync('pgrep', ['-f', `kernel.mjs.*--rulebook`]).stdout.toString('utf8').trim();
    const executors = spawnSync('pgrep', ['-f', 'CoarseGrainedExecutorBackend']).stdout.toString('utf8').trim().split('\n');
    if (kernels !== '' && executors[0] !== undefined && executors[0] !== '') {
      process.kill(Number(executors[0]), 'SIGKILL');
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}
