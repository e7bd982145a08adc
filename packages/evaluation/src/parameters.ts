/** What an evaluation decides by number. Ratios in ten-thousandths, money in fen. */
export interface EvaluationParameters {
  /** Stays that the grouping rate leaves out: longer than, cheaper than. */
  readonly excluded_days: number;
  readonly excluded_fen: number;
  /** Days after a discharge within which an admission to the same hospital is a readmission. */
  readonly readmission_days: number;
  /** A stay whose cost is at least this share of its payment and not above it, followed by an admission within so many days. */
  readonly below_cap: number;
  readonly split_days: number;
  /** Cost of a stay against the mean of its group. */
  readonly low_cost: number;
  readonly high_cost: number;
  /** National codes `dscg_way`. */
  readonly died: string;
  readonly against_advice: string;
  readonly transferred: readonly string[];
  /** Groups without a death count as low risk, too. */
  readonly zero_is_low_risk: boolean;
  /** Stays that an entity needs in a group, and a group in the region, to be compared. */
  readonly compared_cases: number;
  readonly compared_group_cases: number;
  /** Splits of a group that stand for a complication. */
  readonly complication_splits: readonly string[];
  /** Stays that a hospital needs in a family of groups to be screened. */
  readonly screened_cases: number;
  /** Stays in the numerator that a flag needs: where no peer has one, a single stay would lie outside all limits. */
  readonly screened_events: number;
  /** By how much the share of dear groups must have risen against the former period. */
  readonly mix_shift: number;
  /** Against whom a hospital is held: those of its level, or all. */
  readonly peers: 'level' | 'region';
  /** Stays below which a published group is masked. */
  readonly masked_below: number;
}

/** The settings in use where a city says nothing else. */
export const standardParameters: EvaluationParameters = {
  excluded_days: 60,
  excluded_fen: 500,
  readmission_days: 15,
  below_cap: 9500,
  split_days: 7,
  low_cost: 3000,
  high_cost: 30_000,
  died: '5',
  against_advice: '4',
  transferred: ['2', '3'],
  zero_is_low_risk: false,
  compared_cases: 10,
  compared_group_cases: 30,
  complication_splits: ['MCC', 'CC', 'CC or MCC', 'mcc', 'cc', 'cc_or_mcc'],
  screened_cases: 20,
  screened_events: 5,
  mix_shift: 500,
  peers: 'level',
  masked_below: 11,
};
