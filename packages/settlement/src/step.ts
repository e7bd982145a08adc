import { formatScaled, formatYuan } from '@hengjian/standard';

/** What a value of a step counts: fen, ten-thousandths (weights, points, ratios), micro-yuan (rates), days, cases. */
export type StepUnit = 'fen' | 'ten_thousandth' | 'micro_yuan' | 'days' | 'cases';

/**
 * One step of an arithmetic that can be followed by hand. Steps marked `part` add up to the figure they explain; the
 * others show where a part comes from.
 */
export interface Step {
  readonly zh: string;
  readonly en: string;
  readonly value: number;
  readonly unit: StepUnit;
  readonly part?: true;
}

export const step = (zh: string, en: string, value: number, unit: StepUnit = 'fen'): Step => ({ zh, en, value, unit });
export const part = (zh: string, en: string, value: number): Step => ({ zh, en, value, unit: 'fen', part: true });

/** Sum of the parts, in fen. */
export const sumOfParts = (steps: readonly Step[]): number => steps.reduce((sum, one) => sum + (one.part === true ? one.value : 0), 0);

/** A ratio, weight or points in ten-thousandths as decimal text. */
export const ratioText = (value: number): string => formatScaled(value, 4);
/** Ten-thousandths as a percentage with two decimals. */
export const percentText = (value: number): string => `${formatScaled(value, 2)}%`;
/** A rate in micro-yuan as yuan, without trailing zeros beyond the fen. */
export const rateText = (rate: number): string => formatScaled(rate, 6).replace(/0{1,4}$/, '');

/** The value of a step for people, without its unit. */
export function stepValue({ value, unit }: Step): string {
  if (unit === 'fen') return formatYuan(value);
  if (unit === 'ten_thousandth') return ratioText(value);
  return unit === 'micro_yuan' ? rateText(value) : String(value);
}

export const unitNames: Readonly<Record<StepUnit, { readonly zh: string; readonly en: string }>> = {
  fen: { zh: '元', en: 'yuan' },
  ten_thousandth: { zh: '', en: '' },
  micro_yuan: { zh: '元/点', en: 'yuan per point' },
  days: { zh: '天', en: 'days' },
  cases: { zh: '例', en: 'cases' },
};
