import { formatYuan } from './decimal.ts';
import { type Words, words } from './words.ts';

/** Name of the note on what is valued by a settled total that its lines contradict. */
export const totalNotLines = 'total-not-lines' as const;

/** A settled total beside the sum of its net lines, in fen, where the two contradict each other. */
export interface TotalNotLines {
  readonly total_fen: number;
  readonly lines_fen: number;
}

/**
 * The two sums of a stay, out of its settled total and the column `line_gap` of the working form, which is 0 where they
 * agree. `undefined` where they agree or where one of them is not known.
 */
export function totalNotLinesOf(total: number | null | undefined, gap: number | null | undefined): TotalNotLines | undefined {
  if (typeof total !== 'number' || typeof gap !== 'number' || Number.isNaN(total) || Number.isNaN(gap) || gap === 0) return undefined;
  return { total_fen: total, lines_fen: total - gap };
}

/** The two sums of a stay of a settlement whose cost is contradicted by its lines; `undefined` for every other stay. */
export const contradictedCost = (stay: { readonly medfee_sumamt: number; readonly line_gap?: number }): TotalNotLines | undefined =>
  totalNotLinesOf(stay.medfee_sumamt, stay.line_gap);

/** What the note says. */
export function totalNotLinesWords({ total_fen, lines_fen }: TotalNotLines): Words {
  const [total, lines] = [formatYuan(total_fen), formatYuan(lines_fen)];
  return words(
    `按结算总额 ${total} 元计，但其明细合计 ${lines} 元，两者不符，须核对`,
    `valued by the settled total of ${total} yuan, but its lines add up to ${lines} yuan: to be checked`,
  );
}
