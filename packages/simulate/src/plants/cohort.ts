import type { TruthRow } from '../block.ts';
import type { Care } from '../care.ts';
import type { Pools } from '../content.ts';
import type { Calendar } from '../year.ts';
export interface CohortContext {
  readonly block: number;
  readonly blocks: number;
  readonly rows: TruthRow[];
}
export function cohortVisits(_care: Care, _pools: Pools, _calendar: Calendar, _context: CohortContext, _to: number): void {}
