import { isOneOf, keysOf } from './names.ts';
import type { Fen, MicroYuan, TenThousandth } from './units.ts';

/**
 * Exact decimals as scaled integers held in a double. Every value stays below 2^53, so arithmetic on them is exact;
 * what would not fit is refused by the parser.
 */
/** Number of decimals kept for each numeric type of the dictionary. */
export const decimals = { money: 2, price: 6, quantity: 4, ratio: 4, days: 2, age: 1, integer: 0 } as const;
export type NumericType = keyof typeof decimals;

const numericTypes = keysOf(decimals);

export const isNumericType = (type: string | undefined): type is NumericType => isOneOf(numericTypes, type);

/** Decimals kept for the numeric type of a definition; another name is a mistake of the program. */
export function decimalsOf(type: string | undefined): number {
  if (!isNumericType(type)) throw new Error(`${type} is no numeric type`);
  return decimals[type];
}

const decimalText = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/**
 * Parses decimal text into an integer scaled by 10^places; `undefined` when the text is no decimal, has more
 * significant decimals than the type keeps, or does not fit 2^53. Exponents and separators are not accepted.
 */
export function parseScaled(text: string, places: number): number | undefined {
  const match = decimalText.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  if (/[^0]/.test(fraction.slice(places))) return undefined;
  const value = Number(whole + fraction.slice(0, places).padEnd(places, '0'));
  if (!Number.isSafeInteger(value)) return undefined;
  return sign === '-' && value !== 0 ? -value : value;
}

/** Writes a scaled integer as decimal text with exactly `places` decimals. */
export function formatScaled(value: number, places: number): string {
  const digits = Math.abs(value)
    .toString()
    .padStart(places + 1, '0');
  const sign = value < 0 ? '-' : '';
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

export const parseFen = (yuan: string): Fen | undefined => parseScaled(yuan, decimals.money);
export const parseMicroYuan = (yuan: string): MicroYuan | undefined => parseScaled(yuan, decimals.price);
export const parseQuantity = (text: string): TenThousandth | undefined => parseScaled(text, decimals.quantity);
/** 元 with two decimals. */
export const formatYuan = (fen: Fen): string => formatScaled(fen, decimals.money);

/** Below this a product and its double are exact in a double, and no big integers are needed. */
const halfSafe = 2 ** 50;

/** a × b ÷ c rounded half away from zero, exact for any safe integers. `c` must not be 0. */
export function multiplyDivide(a: number, b: number, c: number): number {
  const small = a * b;
  if (Math.abs(small) <= halfSafe) {
    const size = Math.abs(c);
    const magnitude = Math.abs(small) * 2 + size;
    const rounded = (magnitude - (magnitude % (size * 2))) / (size * 2);
    return small === 0 || rounded === 0 ? 0 : small < 0 !== c < 0 ? -rounded : rounded;
  }
  const product = BigInt(a) * BigInt(b);
  const divisor = BigInt(c);
  const negative = product < 0n !== divisor < 0n;
  const magnitude = product < 0n ? -product : product;
  const size = divisor < 0n ? -divisor : divisor;
  const rounded = (magnitude * 2n + size) / (size * 2n);
  return Number(negative ? -rounded : rounded);
}

/** quantity (×10^4) × price (×10^6) in fen, rounded half away from zero. */
export function lineAmount(cnt: TenThousandth, pric: MicroYuan): Fen {
  return multiplyDivide(cnt, pric, 100_000_000);
}

/**
 * Splits `total` in proportion to `weights` by the largest remainder, ties to the earlier part; the parts sum to
 * `total` exactly. All weights 0 gives everything to the first part.
 */
export function splitByLargestRemainder(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((left, right) => left + right, 0);
  if (weights.length === 0) return [];
  if (sum === 0) return weights.map((_, index) => (index === 0 ? total : 0));
  const only = weights.indexOf(sum);
  if (only >= 0) return weights.map((_, index) => (index === only ? total : 0));
  const sign = total < 0 ? -1 : 1;
  const size = BigInt(Math.abs(total));
  const divisor = BigInt(sum);
  const shares = weights.map((weight) => {
    const product = size * BigInt(weight);
    return { whole: Number(product / divisor), rest: product % divisor };
  });
  let left = Math.abs(total) - shares.reduce((partial, share) => partial + share.whole, 0);
  const order = shares
    .map((share, index) => ({ rest: share.rest, index }))
    .sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  const parts = shares.map((share) => share.whole);
  for (const { index } of order) {
    if (left === 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
    left -= 1;
  }
  return parts.map((part) => (part === 0 ? 0 : sign * part));
}
