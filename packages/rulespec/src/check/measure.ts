import type { Measure, SumMeasure } from '../source/vocabulary.ts';
import type { Type } from './types.ts';

const measureTypes: Readonly<Record<Measure | SumMeasure, Type>> = {
  cnt: 'quantity',
  amount: 'money',
  inscp: 'money',
  supply: 'days',
  fund: 'money',
  ownpay: 'money',
  count: 'int',
  days: 'int',
  kinds: 'int',
  visits: 'int',
  institutions: 'int',
  persons: 'int',
  ipt_days: 'int',
};

/** Type of what a total, a window or a sum measures. */
export const measureType = (measure: Measure | SumMeasure): Type => measureTypes[measure];
