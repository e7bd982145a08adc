import { columnNamed, type WorkingTable } from '@hengjian/standard';
import type { BoundRulebook } from '../bind/rulebook.ts';
import type { CheckedRule } from '../check/checked.ts';
import { kindsOf, settingsOf } from '../kernel/kinds.ts';
import { segmentColumns } from '../kernel/program.ts';
import { definitionOf } from '../shapes/definition.ts';
import { type KeyedWalk, keyedWalks } from './block.ts';
export type NumberColumns = Readonly<Partial<Record<WorkingTable, readonly string[]>>>;

/** What is kept of a segment for one walk. */
export interface EventPlan {
  readonly by: KeyedWalk;
  /** 1 for each item that some rule looks at. */
  readonly items: Uint8Array;
  /** 1 for each kind of line that some rule may look at, see `kindsOf`. */
  readonly kinds: Uint8Array;
  /** Number of settings of the lake, with missing. */
  readonly settings: number;
  readonly lines: boolean;
  readonly visits: boolean;
  /** Columns that the rules read, without text; undefined keeps all that are loaded. */
  readonly columns: NumberColumns | undefined;
}

/** 1 for each item of the lake that some rule over lines looks at. */
function itemsOf(rulebook: BoundRulebook, rules: readonly CheckedRule[]): Uint8Array {
  const items = new Uint8Array(rulebook.codes.values('item').length);
  for (const { shape } of rules) {
    const dispatches = definitionOf(shape, rulebook.shapes).rows.items(shape);
    if (dispatches === undefined) return items.fill(1);
    for (const { table, column } of dispatches) {
      const { start } = rulebook.codes.reverse(rulebook.table(table), column);
      for (let id = 0; id < items.length; id += 1) if ((start[id + 1] ?? 0) > (start[id] ?? 0)) items[id] = 1;
    }
  }
  return items;
}

function planOf(rulebook: BoundRulebook, by: KeyedWalk, all: boolean): EventPlan | undefined {
  const rules = rulebook.rules.filter((rule) => rule.source.by === by);
  if (rules.length === 0) return undefined;
  const onLines = rules.filter(({ shape }) => definitionOf(shape, rulebook.shapes).rows.of(shape) === 'line');
  const conditions = onLines.flatMap((rule) => definitionOf(rule.shape, rulebook.shapes).keys?.conditions(rule, rule.shape) ?? []);
  return {
    by,
    items: itemsOf(rulebook, onLines),
    kinds: kindsOf(conditions, rulebook),
    settings: settingsOf(rulebook),
    lines: onLines.length > 0,
    visits: onLines.length < rules.length,
    columns: all ? undefined : programColumns(rulebook, by),
  };
}

/** Numeric columns that the program of a walk loads. */
export function programColumns(rulebook: BoundRulebook, by: KeyedWalk): NumberColumns {
  const columns: Partial<Record<WorkingTable, string[]>> = {};
  for (const [table, name] of segmentColumns(rulebook, by)) {
    if (columnNamed(table, name)?.kind === 'text') continue;
    const own = columns[table] ?? [];
    columns[table] = own;
    own.push(name);
  }
  return columns;
}

/** What each walk of a rulebook keeps. With `all` every loaded column is kept, for the interpreter. */
export const eventPlans = (rulebook: BoundRulebook, all: boolean): readonly EventPlan[] =>
  keyedWalks.flatMap((by) => planOf(rulebook, by, all) ?? []);
