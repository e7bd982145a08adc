import { both } from '@hengjian/documents';
import { formatScaled } from '@hengjian/standard';
import type { Share } from '../figures.ts';
import type { Position } from '../funnel.ts';
import type { RiskClass } from '../risk.ts';
import type { Screens } from '../screens.ts';

export const unknownText = both('无数据', 'not known');

/** Ten-thousandths as per cent. */
export const percent = (value: number | null): string => (value === null ? unknownText : `${formatScaled(value, 2)}%`);
/** Ten-thousandths as a decimal. */
export const decimal = (value: number | null): string => (value === null ? unknownText : formatScaled(value, 4));
/** A share with its counts. */
export const shareText = (share: Share): string =>
  `${percent(share.share)}<br><small class="note">${share.numerator} / ${share.denominator}</small>`;

export const positionNames: Readonly<Record<Position, readonly [string, string]>> = {
  inside: ['界内', 'inside'],
  low: ['低于警戒线', 'below warning'],
  high: ['高于警戒线', 'above warning'],
  very_low: ['低于控制线', 'below alarm'],
  very_high: ['高于控制线', 'above alarm'],
};

/** Name of a screen in Chinese and English; its code when no record of the screens has it. */
export function screenName(screens: Screens, screen: string): readonly [string, string] {
  const name = screens[screen]?.name;
  return name === undefined ? [screen, screen] : [name.zh, name.en];
}

export const riskNames: Readonly<Record<RiskClass, readonly [string, string]>> = {
  none: ['无死亡', 'no death'],
  low: ['低风险', 'low'],
  middle_low: ['中低风险', 'middle low'],
  middle_high: ['中高风险', 'middle high'],
  high: ['高风险', 'high'],
};
