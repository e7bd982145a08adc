import { lineAmount } from '@hengjian/standard';
import type { PoolStatement } from '../clear-year.ts';
import { formOf } from '../forms/registry.ts';
import { fundShareOf } from '../fund-rules.ts';
import { earningSteps, explainPrice } from '../pay-stay.ts';
import type { Pricer } from '../price-stay.ts';
import { rateRules } from '../rates.ts';
import { part, rateText, ratioText, type Step, step } from '../step.ts';
import { type CaseLine, isPointed } from '../tally.ts';

/** A case at the rates that pay it: `earned_fen − less_fen + adjusted_fen = due_fen`. */
export interface CaseSums {
  /** The rate that pays its points, in micro-yuan; `undefined` when no rate touches it. */
  readonly rate: number | undefined;
  /** What the hospital earns. */
  readonly earned_fen: number;
  /** What of it the fund does not bear: see `lessWords` of the fund rule. */
  readonly less_fen: number;
  /** Rounding of what was shared out, what is not set off, and what others than fund and patient paid. */
  readonly adjusted_fen: number;
  readonly due_fen: number;
}

/** The rate of a stay at the clearing; `undefined` before it, and where the rates of the tariff hold. */
function clearedRate({ price }: CaseLine, pools: readonly PoolStatement[], { tariff }: Pricer): number | undefined {
  const cleared = pools.find(({ pool }) => pool === price.pool);
  const pool = tariff.pools.find(({ id }) => id === price.pool);
  if (cleared === undefined || pool === undefined || rateRules[cleared.rule.by].atTariff === true) return undefined;
  return rateRules[cleared.rule.by].stayRate(pool, cleared, tariff.groups[price.grp_code]?.rigid === true);
}

/** How the money of a case comes about. `pools` are those of the clearing, none while the year is open. */
export function caseSums(line: CaseLine, pools: readonly PoolStatement[], pricer: Pricer): CaseSums {
  const { stay, price, fund_fen: due_fen } = line;
  const pointed = isPointed(line, pricer.forms);
  const cleared = pointed ? clearedRate(line, pools, pricer) : undefined;
  const earned_fen = cleared === undefined ? price.pay_fen : lineAmount(price.points, cleared);
  const pool = pricer.tariff.pools.find(({ id }) => id === price.pool);
  const atCounter = formOf(pricer.forms, price.form).fundParts?.(price) !== undefined;
  const less_fen = fundShareOf(pricer.tariff).less({ pool, stay, earned_fen, due_fen, atCounter });
  const rate = pointed ? (cleared ?? price.rate) : undefined;
  return { rate, earned_fen, less_fen, adjusted_fen: due_fen - earned_fen + less_fen, due_fen };
}

/** The arithmetic of a case at the rates that pay it; its parts add up to what is due. */
export function caseSteps(line: CaseLine, pools: readonly PoolStatement[], pricer: Pricer): readonly Step[] {
  const { stay, price, ruling } = line;
  const cleared = isPointed(line, pricer.forms) ? clearedRate(line, pools, pricer) : undefined;
  if (cleared === undefined) return explainPrice(stay, price, pricer, ruling);
  const { earned_fen, less_fen, adjusted_fen } = caseSums(line, pools, pricer);
  const { lessWords } = fundShareOf(pricer.tariff);
  const formula = `${ratioText(price.points)} × ${rateText(cleared)}`;
  return [
    ...earningSteps(stay, price, pricer, ruling),
    step('清算点值', 'rate at the clearing', cleared, 'micro_yuan'),
    part(`医院应得 = 点数 ${formula}`, `earned by the hospital = points ${formula}`, earned_fen),
    ...(less_fen === 0 ? [] : [part(`减：${lessWords.zh}`, `less: ${lessWords.en}`, -less_fen)]),
    ...(adjusted_fen === 0 ? [] : [part('尾差（按最大余数分到分）', 'rounding (largest remainder, to the fen)', adjusted_fen)]),
  ];
}
