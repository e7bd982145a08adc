import { type Lake, openLake, type SegmentHandle } from '@hengjian/lake';
import { loadRulebook, type Rulebook, type RulebookOptions } from '@hengjian/rulebook';
import { type BoundRulebook, bindRulebook, messageColumns, neededColumns, withSaid } from '@hengjian/rulespec';
import { forEachTable, keysOf, type LakeContext, type Segment, type WorkingTable } from '@hengjian/standard';
import { evidenceColumns } from './facts.ts';
import { type AuditPricing, GroupPay } from './group-pay.ts';
import type { Cards } from './segment-hits.ts';

export interface SessionOptions {
  readonly lake: string;
  readonly rulebook: RulebookOptions;
}

export interface Session {
  readonly lake: Lake;
  readonly context: LakeContext;
  readonly rulebook: Rulebook;
  readonly bound: BoundRulebook;
  /** Prices of group-paid stays, when a settlement is named. */
  readonly pay: GroupPay | undefined;
}

export type ColumnSelection = Partial<Record<WorkingTable, readonly string[]>>;

/** Columns of both selections, in a stable order. */
export function unionColumns(left: ColumnSelection, right: ColumnSelection): ColumnSelection {
  const tables = [...new Set([...keysOf(left), ...keysOf(right)])];
  return Object.fromEntries(tables.map((table) => [table, [...new Set([...(left[table] ?? []), ...(right[table] ?? [])])]]));
}

/** Columns the kernel walks. */
export const kernelColumns = (bound: BoundRulebook): ColumnSelection => neededColumns(bound);

/** Fields that a rule reads from the segments, by table. */
function segmentReads(cards: Cards, rule: number): ColumnSelection {
  const { reads } = cards.rule(rule);
  return Object.fromEntries(evidenceTables.flatMap((table) => (reads[table] === undefined ? [] : [[table, reads[table]] as const])));
}

const evidenceTables = ['persons', 'visits', 'settlements', 'lines', 'diagnoses', 'operations'] as const;

/** Columns findings are made from: what evidence always shows, what the rules read, and what their messages may name. */
export function evidenceSelection(bound: BoundRulebook, cards: Cards): ColumnSelection {
  const reads = bound.rules.map((_, index) => segmentReads(cards, index));
  return [kernelColumns(bound), ...reads, messageColumns(bound)].reduce<ColumnSelection>(unionColumns, evidenceColumns);
}

/**
 * Columns with the texts of the source that findings of some rules show. They are long and few rules show them, so they are
 * read apart from those of `evidenceSelection`, which hold for all rules.
 */
export function saidColumns(cards: Cards, rules: Iterable<number>): ColumnSelection {
  return [...new Set(rules)]
    .map((rule): ColumnSelection => {
      const reads = segmentReads(cards, rule);
      return Object.fromEntries(
        keysOf(reads).flatMap((table) => {
          const names = reads[table] ?? [];
          const said = withSaid(table, names).filter((name) => !names.includes(name));
          return said.length === 0 ? [] : [[table, said] as const];
        }),
      );
    })
    .reduce(unionColumns, {});
}

/** The columns of `wanted` that `loaded` lacks. */
export function missingColumns(wanted: ColumnSelection, loaded: ColumnSelection): ColumnSelection {
  return Object.fromEntries(
    keysOf(wanted).map((table) => [table, (wanted[table] ?? []).filter((name) => loaded[table]?.includes(name) !== true)]),
  );
}

/** One segment with the columns of both readings. */
export function mergeSegments(left: Segment, right: Segment): Segment {
  return forEachTable((table) => ({
    length: (left[table] ?? right[table])?.length ?? 0,
    columns: { ...left[table]?.columns, ...right[table]?.columns },
  }));
}

/** 1 for persons that a newer segment holds. */
export function deadMask(handle: SegmentHandle): Uint8Array | undefined {
  if (handle.dead.length === 0) return undefined;
  const mask = new Uint8Array(handle.persons);
  for (const person of handle.dead) mask[person] = 1;
  return mask;
}

/** Binds a rulebook that was loaded and checked, here or in another thread, to a lake. */
export function sessionOf(lake: Lake, rulebook: Rulebook, pricing?: AuditPricing): Session {
  const pay = pricing === undefined ? undefined : new GroupPay(lake, pricing);
  const context = pay?.context ?? lake.context();
  return { lake, context, rulebook, bound: bindRulebook(rulebook.rules, rulebook.tables, context), pay };
}

/** Opens the lake, loads and checks the rulebook and binds one to the other. */
export async function openSession(options: SessionOptions): Promise<Session> {
  return sessionOf(await openLake(options.lake), loadRulebook(options.rulebook));
}
