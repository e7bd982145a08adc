import { type BoundRulebook, type CheckedRule, type Dispatch, definitionOf, shapes } from '@hengjian/rulespec';

/** Columns of the rule's own table by which its points reach items. */
const itemColumns = ({ shape }: CheckedRule): readonly Dispatch[] => definitionOf(shape, shapes).rows.items(shape) ?? [];

/** 1 for each item of the lake that a point of the rule reaches; undefined for a rule that does not go by items. */
export function itemsReached(bound: BoundRulebook, rule: CheckedRule): Uint8Array | undefined {
  const columns = itemColumns(rule);
  if (columns.length === 0) return undefined;
  const items = new Uint8Array(bound.codes.values('item').length);
  for (const { table, column } of columns) {
    const { start } = bound.codes.reverse(bound.table(table), column);
    for (let item = 0; item < items.length; item += 1) if ((start[item + 1] ?? 0) > (start[item] ?? 0)) items[item] = 1;
  }
  return items;
}
