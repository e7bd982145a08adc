/** Ratio 1 in ten-thousandths. */
export const one = 10_000;

export const methods = ['drg_rate', 'drg_points', 'dip_points'] as const;
export type Method = (typeof methods)[number];

/**
 * Ten-thousandths of a group whose mean cost is the mean of the pool: weight 1, 100 base points, 1,000 DIP points
 * (weight and points: 2.6 of the reference sheet; DIP: draft specification 3.0).
 */
export const scaleOf: Readonly<Record<Method, number>> = { drg_rate: 10_000, drg_points: 1_000_000, dip_points: 10_000_000 };

export const levels = ['3', '2', '1', '0'] as const;
/** Hospital level 3, 2 or 1; 0 without a level. */
export type Level = (typeof levels)[number];

/** Level of a national `hosp_lv` code: 01 to 04 third, 05 to 07 second, 08 to 10 first, the rest without one. */
export function levelOf(hosp_lv: string): Level {
  const code = Number(hosp_lv);
  if (code >= 1 && code <= 4) return '3';
  if (code >= 5 && code <= 7) return '2';
  return code >= 8 && code <= 10 ? '1' : '0';
}

/** Whether something holds for a level: empty or absent holds for every level. */
export const fitsLevel = (own: readonly Level[] | undefined, level: Level): boolean =>
  own === undefined || own.length === 0 || own.includes(level);

export interface GroupPrice {
  /** DRG weight, base points or DIP value, in ten-thousandths. */
  readonly weight: number;
  /** Mean cost of the group in the region, in fen. */
  readonly mean_fen: number;
  /** A basic group costs the same everywhere: no hospital coefficient. */
  readonly basic?: boolean;
  /** A rigid (severe) group is paid at the fixed rate where a pool has one. */
  readonly rigid?: boolean;
}

export interface HospitalPrice {
  /** In ten-thousandths; the coefficient of the level when absent. */
  readonly coefficient?: number;
  /** Coefficients of single groups, before the one above. */
  readonly groups?: Readonly<Record<string, number>>;
}

export interface PoolPrice {
  readonly id: string;
  readonly insutypes: readonly string[];
  readonly care: 'local' | 'remote' | 'any';
  /** Whether stays of the pool are paid by group or by item. */
  readonly form: 'group' | 'item';
  /** Yuan per weight 1 or per point, in micro-yuan. */
  readonly rate: number;
  /** Rate of rigid groups, in micro-yuan. */
  readonly rigid_rate?: number;
  /** Share of a payment that the fund bears, in ten-thousandths; needed with `fund.by = ratio`. */
  readonly fund_ratio?: number;
}

/** What the cost of a stay is compared with: its own standard, the mean of its group, or that mean times the hospital's coefficient. */
export const references = ['standard', 'group_mean', 'hospital_mean'] as const;
export type Reference = (typeof references)[number];

export const highStyles = ['item', 'add_above', 'deduct', 'cap', 'normal'] as const;
/**
 * How a stay above K times the reference is paid.
 * - `item`: its whole cost.
 * - `add_above`: standard × (1 + share × (cost ÷ reference − K)).
 * - `deduct`: its cost less (K − 1) standards, which the hospital bears; at least the standard.
 * - `cap`: its cost, at most K standards.
 */
export type HighStyle = (typeof highStyles)[number];

export const lowStyles = ['item', 'proportional', 'normal'] as const;
/** How a stay below the bound is paid: its cost, or standard × cost ÷ reference (at most the standard). */
export type LowStyle = (typeof lowStyles)[number];

export interface HighBound {
  /** Empty or absent: every level. */
  readonly levels?: readonly Level[];
  /** The bound holds for groups of at most this weight, in ten-thousandths. */
  readonly weight_to?: number;
  /** K in ten-thousandths. */
  readonly times: number;
}

export interface HighRule {
  readonly reference: Reference;
  readonly style: HighStyle;
  /** The first that fits; none: no stay is very high. */
  readonly bounds: readonly HighBound[];
  /** Share of the excess that `add_above` pays, in ten-thousandths. */
  readonly share: number;
}

export interface LowRule {
  readonly reference: Reference;
  readonly style: LowStyle;
  /** A stay strictly below this share of the reference is very low, in ten-thousandths. */
  readonly below: number;
}

/** How a stay is paid that has no priced group. `discount` pays a share of the cost, `lowest_weight` the lightest group of the tariff. */
export type Handling =
  | { readonly by: 'item' | 'lowest_weight' | 'nothing' | 'group' }
  | { readonly by: 'discount' /** In ten-thousandths. */; readonly share: number };
export const handlingStyles = ['item', 'lowest_weight', 'nothing', 'group', 'discount'] as const;
export type HandlingStyle = Handling['by'];

export const handled = ['ambiguous', 'entered', 'none', 'invalid', 'unpriced'] as const;
export type Handled = (typeof handled)[number];

/** Daily standard for days `from` to `to` (inclusive, open when absent) of a stay, by level. */
export interface DayStage {
  readonly levels?: readonly Level[];
  readonly from: number;
  readonly to?: number;
  readonly day_fen: number;
}

export interface BedDays {
  /** Settlement ways (`clr_way`) that are paid per diem. */
  readonly clr_ways: readonly string[];
  readonly stages: readonly DayStage[];
  /** Days become points of the pool (day standard ÷ mean cost of the pool × points of a mean stay, per day). */
  readonly in_points: boolean;
}

/** Fixed prices of diseases, for day beds (`max_days`) or single diseases (`clr_ways`). */
export interface FixedPrices {
  readonly name: { readonly zh: string; readonly en: string };
  readonly clr_ways?: readonly string[];
  readonly max_days?: number;
  readonly prices: readonly { readonly grp_code: string; readonly levels?: readonly Level[]; readonly fen: number }[];
}

/** Stays that leave payment by group and are paid by item. */
export interface Outside {
  readonly clr_ways: readonly string[];
  /** Longer stays, in days. */
  readonly days_over?: number;
  /** Shorter stays, in days. */
  readonly days_under?: number;
  readonly cost_under_fen?: number;
}

/**
 * What the fund bears of a payment: less what the patient and the personal account paid at the counter (floor `zero`: never
 * below 0; `none`: the rest is set off), or the fund ratio of the pool.
 */
export type FundRule = { readonly by: 'patients_share'; readonly floor: 'zero' | 'none' } | { readonly by: 'ratio' };

/** Everything that pricing one stay needs. Plain JSON. Money in fen, ratios, weights and points in ten-thousandths. */
export interface Tariff {
  readonly format: 1;
  readonly id: string;
  readonly method: Method;
  /** Area codes of insurance that count as local care: six digits, or a prefix with a trailing `*`. */
  readonly local_areas: readonly string[];
  /** Mean cost of all stays that the weights come from, in fen. */
  readonly mean_fen: number;
  readonly groups: Readonly<Record<string, GroupPrice>>;
  readonly hospitals: Readonly<Record<string, HospitalPrice>>;
  /** Coefficients by level for hospitals without one of their own. */
  readonly level_coefficients: Readonly<Partial<Record<Level, number>>>;
  readonly pools: readonly PoolPrice[];
  readonly high?: HighRule;
  readonly low?: LowRule;
  readonly handling: Readonly<Record<Handled, Handling>>;
  readonly bed_days?: BedDays;
  readonly fixed_prices: readonly FixedPrices[];
  readonly outside: Outside;
  readonly fund: FundRule;
}
