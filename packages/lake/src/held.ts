import { createHash } from 'node:crypto';
import { quoted, type Tables } from '@hengjian/table';
import type { Decision } from './manifest.ts';

/** Why rows are held back although nothing in them is wrong by itself. */
export const heldCauses = ['signs', 'copy'] as const;
export type HeldCause = (typeof heldCauses)[number];

/** A group of held rows that one decision can free. */
export interface HeldGroup {
  readonly table: string;
  readonly cause: HeldCause;
  readonly institution: string;
  /** `2025-03` */
  readonly month: string;
}

const idLength = 12;

/** Name of a group of held rows, or of those of one visit in it: it follows from what it is, so it is the same in every lake. */
export function heldGroupId({ table, cause, institution, month }: HeldGroup, visit = ''): string {
  const text = [table, cause, institution, month, visit].join('|');
  return `H-${createHash('md5').update(text).digest('hex').slice(0, idLength)}`;
}

/** SQL of the same name. */
export const heldIdSql = (table: string, cause: HeldCause, institution: string, time: string, visit: string): string =>
  `'H-' || left(md5(concat_ws('|', '${table}', '${cause}', coalesce(${institution}, ''), coalesce(strftime(${time}, '%Y-%m'), ''),
    ${visit})), ${idLength})`;

/** SQL that tells whether rows are still held: nobody has decided that their group, or their visit in it, counts. */
export const groupSql = (table: string, cause: HeldCause, institution: string, time: string, visit: string): string => {
  const decided = '(SELECT held FROM decided)';
  return `(${heldIdSql(table, cause, institution, time, "''")} NOT IN ${decided}
    AND ${heldIdSql(table, cause, institution, time, visit)} NOT IN ${decided})`;
};

/** Names of the groups that were decided to count; of several decisions about one the last holds. */
export const countingGroups = (decisions: readonly Decision[]): readonly string[] => {
  const last = new Map(decisions.map(({ held, counts }) => [held, counts]));
  return [...last].flatMap(([held, counts]) => (counts ? [held] : []));
};

/** Makes the table `decided` with the groups that count. */
export async function loadDecisions(engine: Tables, decisions: readonly Decision[]): Promise<void> {
  await engine.run('CREATE TEMP TABLE decided (held VARCHAR)');
  const names = countingGroups(decisions).map((held) => `(${quoted(held)})`);
  if (names.length > 0) await engine.run(`INSERT INTO decided VALUES ${names.join(', ')}`);
}
