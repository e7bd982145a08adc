/**
 * Control limits of a funnel plot. Counts stay exact; limits are for display and comparison, in ten-thousandths.
 *
 * Spiegelhalter, Statistics in Medicine 2005: warning limits at 1.96, alarm limits at 3.09 standard errors (95 and
 * 99.8 % of what chance gives).
 */
export interface Limits {
  readonly warning: readonly [number, number];
  readonly alarm: readonly [number, number];
}

export type Position = 'inside' | 'low' | 'high' | 'very_low' | 'very_high';

const warningErrors = 1.96;
const alarmErrors = 3.09;
const scaled = (value: number): number => Math.round(value * 10_000);

function limitsAround(centre: number, error: number, least: number, most: number): Limits {
  const bound = (errors: number): readonly [number, number] => [
    scaled(Math.max(least, centre - errors * error)),
    scaled(Math.min(most, centre + errors * error)),
  ];
  return { warning: bound(warningErrors), alarm: bound(alarmErrors) };
}

/** Limits of a share of `cases` stays when the share of the peers is events ÷ total: p ± z √(p (1 − p) ÷ n). Null without stays. */
export function shareLimits(events: number, total: number, cases: number): Limits | null {
  if (total === 0 || cases === 0) return null;
  const share = events / total;
  return limitsAround(share, Math.sqrt((share * (1 - share)) / cases), 0, 1);
}

/** Limits of observed ÷ expected: 1 ± z √V ÷ E, V the sum of p (1 − p) of the stays. Null when nothing is expected. */
export function expectedLimits(expected: number, variance: number): Limits | null {
  return expected <= 0 ? null : limitsAround(1, Math.sqrt(variance) / expected, 0, Number.MAX_SAFE_INTEGER / 10_000);
}

/** Limits of a mean of ratios with this standard deviation of single ratios: 1 ± z s ÷ √n. */
export function meanLimits(deviation: number, cases: number): Limits | null {
  return cases === 0 ? null : limitsAround(1, deviation / Math.sqrt(cases), 0, Number.MAX_SAFE_INTEGER / 10_000);
}

/** Where a value (ten-thousandths) stands against its limits. */
export function positionOf(value: number | null, limits: Limits | null): Position {
  if (value === null || limits === null) return 'inside';
  if (value < limits.alarm[0]) return 'very_low';
  if (value > limits.alarm[1]) return 'very_high';
  if (value < limits.warning[0]) return 'low';
  return value > limits.warning[1] ? 'high' : 'inside';
}
