/**
 * The benchmark: everything is measured in one run on one machine, and the figures to quote are ratios.
 * `npm run bench -- --persons 40000 --keep` ; see bench/README.md.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openRunFolder, type RunRecord } from '@hengjian/audit';
import { openLake } from '@hengjian/lake';
import { loadRulebook, readKnowledgeManifest } from '@hengjian/rulebook';
import { bindRulebook, neededColumns } from '@hengjian/rulespec';
import { parseCsv } from '@hengjian/standard';
import { command, copySeconds, duck, load, median, megabytes, report, time } from './measure.ts';
import { plainStatements, preparePlain } from './plain-sql/prelude.ts';

const { values } = parseArgs({
  options: {
    persons: { type: 'string', default: '40000' },
    threads: { type: 'string', default: '2' },
    folder: { type: 'string' },
    keep: { type: 'boolean', default: false },
    plain: { type: 'boolean', default: true },
    /** A library of knowledge, as `knowledge import` makes it; default the shipped one. */
    knowledge: { type: 'string' },
    rule: { type: 'string', default: 'N07' },
  },
  allowNegative: true,
});

const threads = Number(values.threads);
const library = fileURLToPath(new URL('../library/', import.meta.url));
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'hengjian-bench-'));
const [city, lake, result] = ['city', 'lake', 'result'].map((name) => join(folder, name)) as [string, string, string];

const millions = (count: number, seconds: number): string => `${(count / seconds / 1e6).toFixed(2)} M/s`;

/** Fact columns behind the columns of the working form that the kernel needs. */
const factColumns: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>]>> = {
  lines: [
    'fee_list_d',
    { bilg_caty: 'bilg_dept_codg', acord_caty: 'acord_dept_codg', visit: 'mdtrt_id', settlement: 'setl_id', line_key: 'bkkp_sn' },
  ],
  visits: ['mdtrt_d', { setting: 'med_type', person: 'psn_no' }],
  settlements: ['setl_d', { visit: 'mdtrt_id' }],
  diagnoses: ['setl_list_diag_d', { visit: 'mdtrt_id' }],
  operations: ['setl_list_oprn_d', { visit: 'mdtrt_id' }],
  persons: ['psn_info_b', { psn: 'psn_no' }],
  enrolments: ['psn_insu_d', {}],
};

const knowledgeOf = (folder: string | undefined): { knowledge?: string } => (folder === undefined ? {} : { knowledge: folder });

async function scanSeconds(ids: readonly string[] | undefined): Promise<{ seconds: number; processor: number; columns: number }> {
  const opened = await openLake(lake);
  const rulebook = loadRulebook({ ...knowledgeOf(values.knowledge), ...(ids === undefined ? {} : { ids }) });
  const needed = neededColumns(bindRulebook(rulebook.rules, rulebook.tables, opened.context()));
  const { connection, close } = await duck(folder, threads);
  const queries: string[] = [];
  let columns = 0;
  for (const [table, names] of Object.entries(needed)) {
    const [facts, renamed] = factColumns[table] ?? ['', {}];
    const files = (opened.manifest.facts[facts] ?? []).map((file) => `'${join(lake, file.path)}'`);
    if (files.length === 0) continue;
    const stored = `read_parquet([${files.join(', ')}], union_by_name = true)`;
    const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${stored}`);
    const present = new Set(reader.getRows().map(([name]) => String(name)));
    const wanted = [...new Set((names ?? []).map((name) => renamed[name] ?? name))].filter((name) => present.has(name));
    if (wanted.length === 0) continue;
    columns += wanted.length;
    queries.push(`SELECT ${wanted.map((name) => `bit_xor(hash("${name}"))`).join(', ')} FROM ${stored}`);
  }
  const [samples, processor]: [number[], number[]] = [[], []];
  for (let round = 0; round < 6; round += 1) {
    const before = process.cpuUsage();
    let seconds = 0;
    for (const query of queries) seconds += await time(connection, query);
    const used = process.cpuUsage(before);
    if (round === 0) continue;
    samples.push(seconds);
    processor.push((used.user + used.system) / 1e6);
  }
  close();
  return { seconds: median(samples), processor: median(processor), columns };
}

function auditOnce(rules: readonly string[], knowledge: string | undefined): RunRecord {
  const place = ['--lake', lake, '--out', result, '--no-report', '--threads', String(threads)];
  const own = knowledge === undefined ? [] : ['--knowledge', knowledge];
  command('audit', ...place, ...own, ...(rules.length === 0 ? [] : ['--rules', ...rules]));
  return openRunFolder(result).record;
}

const byTime = (left: RunRecord, right: RunRecord): number => left.timings.total_ms - right.timings.total_ms;

function audit(rules: readonly string[]): RunRecord {
  return [1, 2, 3].map(() => auditOnce(rules, values.knowledge)).sort(byTime)[1] as RunRecord;
}

const quotedCell = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const coded = /:(items|diagnoses|operations|codes?\((item|diagnosis|operation)\))$/;

/** Every knowledge table with a copy of each point under another id, whose codes no lake has. */
function doubledKnowledge(): { folder: string; points: number } {
  const given = values.knowledge ?? join(library, 'knowledge');
  const source = join(given, readKnowledgeManifest(given)?.tables.folder ?? '');
  const target = join(folder, 'knowledge-doubled');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  let points = 0;
  const otherCode = (code: string): string => (code === '' ? '' : code.endsWith('*') ? `${code.slice(0, -1)}~*` : `${code}~`);
  for (const name of readdirSync(source).filter((file) => file.endsWith('.csv'))) {
    const [header = [], ...rows] = parseCsv(readFileSync(join(source, name), 'utf8'), name);
    const copies = rows.map((row) =>
      row.map((cell, at) => {
        if (at === 0) return `${cell}~`;
        return coded.test(header[at] ?? '') ? cell.split('|').map(otherCode).join('|') : cell;
      }),
    );
    points += rows.length;
    writeFileSync(join(target, name), `${[header, ...rows, ...copies].map((row) => row.map(quotedCell).join(',')).join('\n')}\n`);
  }
  return { folder: target, points };
}

/** Audits with the knowledge as it is and doubled, by turns, so that what else the machine does strikes both. */
function reportDoubling(): void {
  const { folder: doubled, points } = doubledKnowledge();
  const runs = [1, 2, 3].map(() => [auditOnce([], values.knowledge), auditOnce([], doubled)] as const);
  const [plain, twice] = [0, 1].map((at) => runs.map((pair) => pair[at] as RunRecord)) as [RunRecord[], RunRecord[]];
  if (plain[0]?.findings_hash !== twice[0]?.findings_hash) throw new Error('points that reach nothing changed the findings');
  const of = (own: readonly RunRecord[], what: 'total_ms' | 'cpu_ms'): number => median(own.map(({ timings }) => timings[what]));
  const ratio = (what: 'total_ms' | 'cpu_ms'): string => (of(twice, what) / of(plain, what)).toFixed(3);
  report(
    `audit with ${points} points and with twice as many`,
    `${(of(twice, 'total_ms') / 1000).toFixed(2)} s`,
    `wall ${ratio('total_ms')} ×, processor ${ratio('cpu_ms')} × (target below 1.1)`,
  );
}

async function reportDryRun(scan: number): Promise<void> {
  const draft = join(library, 'rules', `${values.rule}.yaml`);
  const words = ['rules', 'dry-run', draft, '--lake', lake, '--out', join(folder, 'dry-run'), '--threads', String(threads)];
  const samples = [1, 2, 3].map(
    () => command(...words, ...(values.knowledge === undefined ? [] : ['--knowledge', values.knowledge])).seconds,
  );
  const own = await scanSeconds([values.rule ?? '']);
  const seconds = median(samples);
  const againstAll = `${(seconds / scan).toFixed(1)} × the scan for all rules (target 3)`;
  const againstOwn = `${(seconds / own.seconds).toFixed(1)} × that of its own ${own.columns} columns`;
  report(`dry run of ${values.rule}, whole process`, `${seconds.toFixed(2)} s`, `${againstAll}, ${againstOwn}`);
}

async function plainSeconds(): Promise<{ seconds: number; statements: number }> {
  const { connection, close } = await duck(folder, threads);
  await preparePlain(connection, await openLake(lake));
  let seconds = 0;
  const statements = plainStatements();
  for (const statement of statements) seconds += await time(connection, `SELECT count(*) FROM (${statement.sql})`);
  close();
  return { seconds, statements: statements.length };
}

process.stdout.write(`${cpus().length} cores, ${threads} threads, ${values.persons} persons, load ${load()}\n\n`);
if (!existsSync(join(city, 'truth.parquet'))) {
  const simulated = command('simulate', '--persons', values.persons, '--seed', '7', '--out', city, '--threads', String(threads));
  report(
    'simulate: fee lines',
    millions(Number(simulated.json.lines), simulated.seconds),
    `${simulated.json.lines} lines, peak ${megabytes(Number(simulated.json.peak_rss_bytes))}`,
  );
}
if (!existsSync(join(lake, 'manifest.json'))) {
  const copy = await copySeconds(city, folder, threads);
  const taken = command('ingest', city, '--lake', lake, '--threads', String(threads));
  report('DuckDB copy of the same CSV to Parquet', `${copy.toFixed(2)} s`);
  report(
    'ingest to facts and working form',
    `${taken.seconds.toFixed(2)} s`,
    `${(taken.seconds / copy).toFixed(1)} × the copy (target 5), peak ${megabytes(Number(taken.json.peak_rss_bytes))}`,
  );
}
const scan = await scanSeconds(undefined);
report(
  `bare scan of the ${scan.columns} needed columns (median of 5)`,
  `${scan.seconds.toFixed(2)} s`,
  `processor ${scan.processor.toFixed(2)} s`,
);
const all = audit([]);
const seconds = all.timings.total_ms / 1000;
const hitShare = ((all.findings / all.lines) * 100).toFixed(2);
report(
  'audit, all rules, working form to findings',
  `${seconds.toFixed(2)} s`,
  `${(seconds / scan.seconds).toFixed(1)} × the scan (target 8), ${all.findings} findings = ${hitShare} % of lines`,
);
report('  lines a second', millions(all.lines, seconds), `${millions(all.lines, seconds * threads)} per thread`);
report(
  '  processor time of the process',
  `${(all.timings.cpu_ms / 1000).toFixed(2)} s`,
  `${(all.timings.cpu_ms / 1000 / scan.processor).toFixed(1)} × that of the scan; all threads, compilation included`,
);
report('  kernel, first walks with compilation, per thread', millions(all.lines, all.timings.kernel_ms_by_segment_sum / 1000));
const { setup_ms, walk_ms, keyed_ms, write_ms } = all.timings;
report(
  '  set-up / walk / keyed / write',
  `${[setup_ms, walk_ms, keyed_ms, write_ms].map((ms) => (ms / 1000).toFixed(2)).join(' / ')} s`,
  `peak ${megabytes(all.timings.peak_rss_bytes)} (target 2000)`,
);
const warm = spawnSync(
  process.execPath,
  [fileURLToPath(new URL('./kernel.ts', import.meta.url)), lake, '5', ...(values.knowledge === undefined ? [] : [values.knowledge])],
  {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
process.stdout.write(`${warm.stdout.trim()} (target 1.5)\n`);
reportDoubling();
await reportDryRun(scan.seconds);
if (values.plain) {
  const plain = await plainSeconds();
  const same = audit(plainStatements().map((statement) => join(library, 'rules', `${statement.rule}.yaml`)));
  const own = same.timings.total_ms / 1000;
  report(`${plain.statements} plain SQL statements, one by one`, `${plain.seconds.toFixed(2)} s`);
  report('audit with exactly those rules', `${own.toFixed(2)} s`, `${(plain.seconds / own).toFixed(1)} × as fast (target 10)`);
}
process.stdout.write(`\nload at the end ${load()}\n`);
if (!values.keep && values.folder === undefined) rmSync(folder, { recursive: true, force: true });
else process.stdout.write(`\nkept in ${folder}\n`);
