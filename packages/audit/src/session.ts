import { type Lake, openLake } from '@hengjian/lake';
import { loadRulebook, type Rulebook, type RulebookOptions } from '@hengjian/rulebook';
import { type BoundRulebook, bindRulebook, neededColumns } from '@hengjian/rulespec';
import type { LakeContext, WorkingTable } from '@hengjian/standard';

/** What every thread of an audit sets up for itself from plain data. */
export interface SessionOptions {
  readonly lake: string;
  readonly rulebook: RulebookOptions;
}

export interface Session {
  readonly lake: Lake;
  readonly context: LakeContext;
  readonly rulebook: Rulebook;
  readonly bound: BoundRulebook;
}

export type ColumnSelection = Partial<Record<WorkingTable, readonly string[]>>;

/** Columns of both selections, in a stable order. */
export function unionColumns(left: ColumnSelection, right: ColumnSelection): ColumnSelection {
  const tables = [...new Set([...Object.keys(left), ...Object.keys(right)])] as WorkingTable[];
  return Object.fromEntries(tables.map((table) => [table, [...new Set([...(left[table] ?? []), ...(right[table] ?? [])])]]));
}

/** Columns the kernel walks. */
export const kernelColumns = (bound: BoundRulebook): ColumnSelection => neededColumns(bound);

/** Opens the lake, loads and checks the rulebook and binds one to the other. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const lake = await openLake(options.lake);
  const context = lake.context();
  const rulebook = loadRulebook(options.rulebook);
  const bound = bindRulebook(rulebook.rules, rulebook.tables, context);
  return { lake, context, rulebook, bound };
}
