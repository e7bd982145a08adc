import { RefusedInput } from '@hengjian/standard';
import { type ChangeOptions, changeLake, hashOf, publishChange, type Work, workOut } from './change-lake.ts';
import { type HeldGroup, heldGroupId } from './held.ts';
import type { Decision, Manifest } from './manifest.ts';
import { lakeProblems } from './problems.ts';
import { type HeldRows, lakeStatus } from './status.ts';

export interface DecideOptions extends Omit<ChangeOptions, 'paths' | 'report'> {
  /** Names of groups of held rows. */
  readonly held: readonly string[];
  /** Only the rows of this visit. */
  readonly visit?: string | undefined;
  /** Whether the rows count as they stand; otherwise an earlier decision is taken back. */
  readonly counts: boolean;
  readonly by: string;
  readonly because: string;
  readonly at: string;
}

export interface Decided {
  readonly decisions: readonly Decision[];
  /** What is held after it. */
  readonly held: readonly HeldRows[];
}

/** Visits with rows of a group. */
function visitsOf({ table, institution, month }: HeldGroup): string {
  const time = table === 'setl_d' ? 'setl_time' : 'fee_ocur_time';
  const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
  return `SELECT mdtrt_id FROM f_${table} WHERE coalesce(fixmedins_code, '') = ${text(institution)}
    AND coalesce(strftime(${time}, '%Y-%m'), '') = ${text(month)}`;
}

/** The groups that are meant: of those that are held, and of those that were decided before. */
function groupsOf(names: readonly string[], held: readonly HeldRows[], before: readonly Decision[]): HeldGroup[] {
  const known = new Map<string, HeldGroup>([...before, ...held].map((group) => [group.held, group]));
  const missing = names.filter((name) => !known.has(name));
  if (missing.length > 0) throw new RefusedInput(missing.map((name) => lakeProblems.problem('held-unknown', { name })));
  return names.flatMap((name) => {
    const group = known.get(name);
    return group === undefined ? [] : [group];
  });
}

function decisionsOf(options: DecideOptions, groups: readonly HeldGroup[]): Decision[] {
  const { visit = '', counts, by, because, at } = options;
  return groups.map(({ table, cause, institution, month }) => {
    const group = { table, cause, institution, month };
    return { ...group, held: heldGroupId(group, visit), visit, counts, by, because, at };
  });
}

async function change(work: Work, options: DecideOptions, groups: readonly HeldGroup[]): Promise<readonly Decision[]> {
  const { before, keys } = work;
  const decisions = decisionsOf(options, groups);
  const draft: Manifest = { ...before, key: keys.fingerprint, batch: before.batch + 1, decisions: [...before.decisions, ...decisions] };
  const built = await workOut(work, { draft, again: groups.map(visitsOf), persons: [], replaces: false });
  await publishChange(work, draft, built, {
    hash: hashOf(decisions.map(({ held, at }) => `${held}|${at}`)),
    rows: 0,
    content: { decisions },
    quarantine: [],
  });
  return decisions;
}

/**
 * Decides about held rows: they count as they stand, now and in every later batch, or an earlier decision is taken back. Who
 * they belong to is judged again. Refuses names that no held group and no decision has (`held-unknown`).
 */
export async function decideHeld(options: DecideOptions): Promise<Decided> {
  const { held } = await lakeStatus(options.lake);
  const decisions = await changeLake({ ...options, paths: [] }, (work) =>
    change(work, options, groupsOf(options.held, held, work.before.decisions)),
  );
  return { decisions, held: (await lakeStatus(options.lake)).held };
}
