import { isDate } from './civil.ts';

/** Weights of the first 17 digits of a citizen identity number, and the check characters by the remainder (GB 11643). */
export const identityWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
export const identityChecks = '10X98765432';

/** What is wrong with a citizen identity number: its length or characters, the day of birth in it, or its check character. */
export type IdentityFault = 'form' | 'date' | 'digit';

/** The check character that belongs to the first 17 digits. */
export function identityCheck(digits: string): string {
  const sum = identityWeights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return identityChecks[sum % 11] ?? '';
}

/** What is wrong with a citizen identity number of 18 characters (GB 11643); `undefined` when it is in order. */
export function identityFault(number: string): IdentityFault | undefined {
  if (!/^[1-9]\d{16}[\dX]$/.test(number)) return 'form';
  if (!isDate(Number(number.slice(6, 10)), Number(number.slice(10, 12)), Number(number.slice(12, 14)))) return 'date';
  return identityCheck(number) === number[17] ? undefined : 'digit';
}
