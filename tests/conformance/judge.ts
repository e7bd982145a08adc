import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTables, quoted, text } from '@hengjian/table';
import { command } from '../command.ts';
import { sharedData } from '../job.ts';
import type { History } from './histories.ts';
import { csvOf, tablesOf } from './tables.ts';

/** What the rules said of a history: `rule result` of each finding, without repetition. */
export interface Judged {
  readonly history: History;
  readonly found: readonly string[];
}

/** The official class of a rule, or the practice rule that it is or belongs to (IA09N to IA09). */
export const classOf = (rule: string): string => (rule.startsWith('N') ? String(Number.parseInt(rule.slice(1), 10)) : rule.slice(0, 4));

async function done(args: readonly string[], folder: string): Promise<void> {
  const { code, out, err } = await command([...args, '--lang', 'en'], { env: { HENGJIAN_KEY_FILE: join(folder, 'key') } });
  if (code !== 0) throw new Error(`${args.join(' ')}: ${err}\n${out.slice(-2000)}`);
}

interface Said {
  /** Visit of the finding, else its institution or practitioner. */
  readonly subject: string;
  /** `rule result`. */
  readonly said: string;
}

/** Findings of a folder of national tables, audited with the published knowledge as a bureau imports it. */
export async function auditedFindings(input: string, folder: string): Promise<readonly Said[]> {
  const [lake, library, out] = ['lake', 'library', 'out'].map((name) => join(folder, name)) as [string, string, string];
  const published = ['two-libraries', 'codes/nrdl_2024'].map((name) => join(sharedData, name));
  await done(['knowledge', 'import', ...published, '--library', library], folder);
  await done(['ingest', input, '--lake', lake], folder);
  await done(['audit', '--lake', lake, '--knowledge', library, '--out', out, '--no-report'], folder);
  const engine = await openTables({ folders: [out] });
  try {
    const said = "concat_ws(' ', rule_id, result_type)";
    const subject = "coalesce(mdtrt_id[1], fixmedins_code, dr_code, '')";
    return await engine.rows(
      `SELECT DISTINCT ${subject} AS subject, ${said} AS said FROM ${quoted(join(out, 'findings.parquet'))} ORDER BY ALL`,
      { subject: text, said: text },
    );
  } finally {
    engine.close();
  }
}

/** Takes the histories through the program as a bureau would, and says what was found of each. */
export async function judge(histories: readonly History[], folder: string): Promise<readonly Judged[]> {
  const input = join(folder, 'in');
  mkdirSync(input);
  for (const [table, rows] of tablesOf(histories)) writeFileSync(join(input, `${table}.csv`), csvOf(rows));
  const findings = await auditedFindings(input, folder);
  const byKey = Map.groupBy(
    findings.filter(({ subject }) => !/-Q\d$/.test(subject)),
    ({ subject }) => subject.split('-').slice(0, 2).join('-'),
  );
  return histories.map((history) => ({ history, found: [...new Set((byKey.get(history.key) ?? []).map((row) => row.said))].sort() }));
}

export type Verdict = 'hit' | 'missed' | 'clean' | 'accused';

/** A guilty history must be hit by a rule of its classes; an innocent one by no rule at all. */
export function verdictOf({ history, found }: Judged): Verdict {
  if (!history.guilty) return found.length === 0 ? 'clean' : 'accused';
  const classes = new Set(history.classes);
  return found.some((said) => classes.has(classOf(said.split(' ')[0] ?? ''))) ? 'hit' : 'missed';
}
