import type { PoolBudget } from './budget.ts';
import type { RateRule } from './rates.ts';

/** A band of a surplus or overrun: up to `to` of its base (open when absent), of which `share` is kept or borne. Ten-thousandths. */
export interface Band {
  readonly to?: number;
  readonly share: number;
}

/**
 * Surplus kept, reasonable overrun shared (结余留用、合理超支分担). Surplus: bands of the recorded fund spending with the
 * share the hospital keeps. Overrun: bands of the hospital's due with the share the fund bears, out of the reserve.
 */
export interface Sharing {
  readonly surplus: readonly Band[];
  readonly overrun: readonly Band[];
}

/** Payment per insured person for outpatient care, by institution. */
export interface Outpatient {
  readonly pool: string;
  readonly per_head_fen: number;
  readonly heads: readonly { readonly fixmedins_code: string; readonly heads: number }[];
}

/** A county medical community that is paid a lump sum for the persons insured in its areas. */
export interface Community {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly pool: string;
  readonly members: readonly string[];
  /** Areas of insurance it answers for: six digits. Stays of these persons elsewhere are charged to it. */
  readonly areas: readonly string[];
  readonly lump_fen: number;
  /** Share of a surplus that the members keep, in ten-thousandths. */
  readonly surplus_kept: number;
  /** Share of a reasonable overrun that the fund bears, and up to which share of the lump sum an overrun is reasonable. */
  readonly overrun_borne: number;
  readonly overrun_to: number;
}

/** How caps of next year follow from this year: growth, what audits took off, and a change by the share of violations. */
export interface CapRule {
  readonly growth: number;
  /** Changes by deductions ÷ due, the first band that holds (`to` inclusive); in ten-thousandths, negative lowers. */
  readonly by_violations: readonly { readonly to?: number; readonly change: number }[];
  /** Reward of a surplus and penalty of an overrun against this year's cap, as shares of it (节奖超罚). */
  readonly surplus_reward: number;
  readonly overrun_penalty: number;
}

/** What bureau and hospitals agreed for a year beyond the price of a stay. Shares in ten-thousandths, money in fen. */
export interface Agreement {
  readonly year: number;
  readonly rates: Readonly<Record<string, RateRule>>;
  readonly budgets: readonly PoolBudget[];
  readonly monthly: {
    /** Kept as a deposit (at most 5 %). */
    readonly deposit_share: number;
    /** Kept back until the clearing beyond the deposit. */
    readonly held_share: number;
  };
  /** Advance per hospital at the start of the year: months of its usual monthly spending. */
  readonly advance: { readonly months: number; readonly monthly_fen: Readonly<Record<string, number>> };
  /** Share of a hospital's discharges that may be very high, largest excess first; absent: no bound. */
  readonly high_share?: number;
  /** Share of the region's discharges that special review may take, by excess of cost or by order of request. */
  readonly review?: { readonly share: number; readonly order: 'cost' | 'request' };
  /** The same group in the same hospital within `days` of discharge leaves the earlier stay its `share`. */
  readonly readmission?: { readonly days: number; readonly share: number };
  /** Coefficient of the yearly assessment per hospital; 10,000 when not named. */
  readonly assessment: Readonly<Record<string, number>>;
  /** What the fund pays a hospital for inpatient care at most in the year. */
  readonly caps: Readonly<Record<string, number>>;
  readonly sharing?: Sharing;
  readonly outpatient: readonly Outpatient[];
  readonly communities: readonly Community[];
  readonly next_caps?: CapRule;
}

/** An application for special review and what the experts decided. */
export interface ReviewCase {
  readonly mdtrt_id: string;
  /** Place in the order of requests. */
  readonly request: number;
  readonly reason: string;
  readonly outcome: 'pass_item' | 'pass_standard' | 'fail' | 'open';
  readonly standard_fen?: number;
}

/** Money that a confirmed case takes back from a hospital. */
export interface Deduction {
  readonly case_id: string;
  readonly fixmedins_code: string;
  /** Empty when the case concerns no single stay. */
  readonly mdtrt_id: string;
  /** `yyyy-MM` of the settlement that takes it off. */
  readonly month: string;
  readonly fund_fen: number;
  readonly reason: string;
}
