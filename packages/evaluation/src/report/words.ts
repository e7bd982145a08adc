import { both } from '@hengjian/documents';
import { formatScaled } from '@hengjian/standard';
import type { Share } from '../figures.ts';
import type { Position } from '../funnel.ts';
import type { RiskClass } from '../risk.ts';
import type { ScreenKind } from '../screens.ts';

export const unknownText = both('无数据', 'not known');

/** Ten-thousandths as per cent. */
export const percent = (value: number | null): string => (value === null ? unknownText : `${formatScaled(value, 2)}%`);
/** Ten-thousandths as a decimal. */
export const decimal = (value: number | null): string => (value === null ? unknownText : formatScaled(value, 4));
/** A share with its counts. */
export const counted = (share: Share): string =>
  `${percent(share.share)}<br><small class="note">${share.numerator} / ${share.denominator}</small>`;

export const positionNames: Readonly<Record<Position, readonly [string, string]>> = {
  inside: ['界内', 'inside'],
  low: ['低于警戒线', 'below warning'],
  high: ['高于警戒线', 'above warning'],
  very_low: ['低于控制线', 'below alarm'],
  very_high: ['高于控制线', 'above alarm'],
};

export const screenNames: Readonly<Record<ScreenKind, readonly [string, string]>> = {
  mix_shift: ['同族高权重病组占比', 'dear groups of a family'],
  complication_density: ['合并症分组密度（按病组构成调整）', 'complication groups (adjusted)'],
  ambiguous_share: ['歧义病例占比', 'ambiguous cases'],
  mismatch_share: ['主诊断与主手术不匹配占比', 'diagnosis and procedure mismatch'],
  below_cap_readmission: ['费用贴近支付标准后短期再入院占比', 'just below the payment and admitted again'],
};

export const riskNames: Readonly<Record<RiskClass, readonly [string, string]>> = {
  none: ['无死亡', 'no death'],
  low: ['低风险', 'low'],
  middle_low: ['中低风险', 'middle low'],
  middle_high: ['中高风险', 'middle high'],
  high: ['高风险', 'high'],
};
