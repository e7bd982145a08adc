import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lakeViews, openLake } from '@hengjian/lake';
import { openTables, optional, text } from '@hengjian/table';
import { command, type Outcome } from './command.ts';

/** Inputs with right answers that lie beside the repository. */
export const sharedData = join(process.env.HENGJIAN_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url)), 'data');
/** Whether they are there; a test without them says so and skips. */
export function hasData(name: string): boolean {
  const present = existsSync(join(sharedData, name));
  if (!present) process.stderr.write(`shared/data/${name} is absent: its tests skip\n`);
  return present;
}

/** A small lake on its way from files to findings, by commands. */
export interface Job {
  readonly folder: string;
  readonly lake: string;
  ingest(...paths: readonly string[]): Promise<Outcome>;
  /** Audits by some rules of the library, or all, and gives what was found as `rule result amount visit`. */
  audit(...rules: readonly string[]): Promise<readonly string[]>;
  /** The answer of why a rule did not hit a line or a visit. */
  whyNot(rule: string, subject: '--line' | '--visit', id: string): Promise<string>;
  /** Cells of a table of the lake, one text a row. */
  rows(table: string, columns: string, where?: string): Promise<readonly string[]>;
  /** The quality report of the last ingest. */
  quality(): Readonly<Record<string, unknown>>;
  remove(): void;
}

const library = fileURLToPath(new URL('../library/rules', import.meta.url));

async function query(folder: string, select: string, views: readonly string[] = []): Promise<readonly string[]> {
  const engine = await openTables({ folders: [folder] });
  try {
    for (const view of views) await engine.run(view);
    const rows = await engine.rows(`${select} ORDER BY said`, { said: optional(text) });
    return rows.map(({ said }) => said ?? '');
  } finally {
    engine.close();
  }
}

/** A job in a folder of its own. */
export function newJob(): Job {
  const folder = mkdtempSync(join(tmpdir(), 'hengjian-job-'));
  const [lake, quality] = [join(folder, 'lake'), join(folder, 'quality')];
  const env = { HENGJIAN_KEY_FILE: join(folder, 'key') };
  const run = (...args: readonly string[]): Promise<Outcome> => command([...args, '--lang', 'en'], { env });
  let audits = 0;
  return {
    folder,
    lake,
    ingest: (...paths) => run('ingest', ...paths, '--lake', lake, '--report', quality),
    audit: async (...rules) => {
      audits += 1;
      const out = join(folder, `result-${audits}`);
      const chosen = rules.flatMap((rule) => ['--rules', join(library, `${rule}.yaml`)]);
      const { code, err } = await run('audit', '--lake', lake, '--out', out, '--no-report', ...chosen);
      if (code !== 0) throw new Error(err);
      const found = `concat_ws(' ', rule_id, result_type, charge_fen, array_to_string(mdtrt_id, ' '))`;
      return query(out, `SELECT ${found} AS said FROM '${join(out, 'findings.parquet')}'`);
    },
    whyNot: async (rule, subject, id) => {
      const { code, out, err } = await run('why-not', rule, subject, id, '--lake', lake);
      if (code !== 0) throw new Error(err);
      return out;
    },
    rows: async (table, columns, where = 'true') => {
      const opened = await openLake(lake);
      return query(lake, `SELECT concat_ws(' ', ${columns}) AS said FROM ${table} WHERE ${where}`, lakeViews(opened, [table]));
    },
    quality: () => JSON.parse(readFileSync(join(quality, 'quality.json'), 'utf8')) as Readonly<Record<string, unknown>>,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What a command says of one file or table. */
export const lineOf = ({ out }: Outcome, name: string): string =>
  out
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line.startsWith(`${name}:`) || line.startsWith(`${name} /`)) ?? '';
