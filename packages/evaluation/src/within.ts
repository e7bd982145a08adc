import type { Collected, EntityKind } from './collect.ts';
import { QuotientSum } from './exact.ts';
import { inGroupOrder } from './figures.ts';
import { type Limits, meanLimits, type Position, positionOf } from './funnel.ts';
import type { EvaluationParameters } from './parameters.ts';

/** One entity in one group against the region in the same group. */
export interface WithinGroup {
  readonly kind: EntityKind;
  readonly fixmedins_code: string;
  readonly dscg_caty: string;
  readonly chfpdr_code: string;
  readonly grp_code: string;
  readonly cases: number;
  readonly cost_fen: number;
  readonly days: number;
  readonly deaths: number;
  readonly group_cases: number;
  readonly group_cost_fen: number;
  readonly group_days: number;
  /** Mean cost (days) ÷ mean of the group, ten-thousandths. */
  readonly cost_ratio: number | null;
  readonly time_ratio: number | null;
  readonly limits: Limits | null;
  readonly position: Position;
}

/** (cost ÷ cases) ÷ (group cost ÷ group cases) in ten-thousandths. */
function meanRatio(own: number, cases: number, all: number, allCases: number): number | null {
  const sum = new QuotientSum();
  sum.add(own, allCases, all);
  return all === 0 ? null : sum.mean(cases);
}

/**
 * Compares entities of a kind within each group of enough stays, by cost; limits are 1 ± z × (deviation ÷ mean of the
 * group) ÷ √n. By entity and group.
 */
export function compareWithinGroups(
  kind: EntityKind,
  { entities, cells, groups }: Collected,
  parameters: EvaluationParameters,
): WithinGroup[] {
  const rows: WithinGroup[] = [];
  for (const cell of inGroupOrder(cells[kind], groups)) {
    const group = groups[cell.group];
    const entity = entities[kind][cell.entity];
    if (
      group === undefined ||
      entity === undefined ||
      cell.cases < parameters.compared_cases ||
      group.cases < parameters.compared_group_cases
    )
      continue;
    const mean = group.cost_fen / group.cases;
    const variance = mean === 0 ? 0 : Math.max(0, Number(group.squares) / group.cases / (mean * mean) - 1);
    const limits = meanLimits(Math.sqrt(variance), cell.cases);
    const costRatio = meanRatio(cell.cost_fen, cell.cases, group.cost_fen, group.cases);
    rows.push({
      kind,
      fixmedins_code: entity.fixmedins_code,
      dscg_caty: entity.dscg_caty,
      chfpdr_code: entity.chfpdr_code,
      grp_code: group.code,
      cases: cell.cases,
      cost_fen: cell.cost_fen,
      days: cell.days,
      deaths: cell.deaths,
      group_cases: group.cases,
      group_cost_fen: group.cost_fen,
      group_days: group.days,
      cost_ratio: costRatio,
      time_ratio: meanRatio(cell.days, cell.cases, group.days, group.cases),
      limits,
      position: positionOf(costRatio, limits),
    });
  }
  const keyOf = (row: WithinGroup): string => `${row.fixmedins_code}|${row.dscg_caty}|${row.chfpdr_code}|${row.grp_code}`;
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .sort((left, right) => (left.key < right.key ? -1 : 1))
    .map(({ row }) => row);
}
