import type { CivilDay } from '@hengjian/standard';
import type { CheckedParameter } from '../check/parts.ts';

/** The digits of an area code that say something: `410000` is the province 41. */
export function areaPrefix(area: string): string {
  let prefix = area;
  while (prefix.endsWith('00')) prefix = prefix.slice(0, -2);
  return prefix;
}

/** Whether an area lies in a region; a missing area lies only in the whole country. */
export const inRegion = (region: string, area: string | undefined): boolean => (area ?? '').startsWith(areaPrefix(region));

/** The value of a parameter in an area on a day: the longest matching prefix, then the latest `from`. */
export function parameterValue(parameter: CheckedParameter, area: string | undefined, day: CivilDay): number | string {
  const fitting = parameter.values.filter((value) => value.from <= day && inRegion(value.area, area));
  const pool = fitting.length > 0 ? fitting : parameter.values.filter((value) => value.area === '000000');
  const best = pool.reduce((left, right) => {
    const [a, b] = [areaPrefix(left.area).length, areaPrefix(right.area).length];
    return b > a || (b === a && right.from > left.from) ? right : left;
  }, pool[0] ?? { from: 0, area: '000000', value: 0 });
  return best.value;
}
