import { isDate } from './civil.ts';

/** Patterns of the national code standards (data-standard sheet, section 5). */
export const codePatterns = {
  westernMedicine: /^X[A-Z]\d{2}[A-Z]{3}\d{3}[A-Z]\d{12}$/,
  patentMedicine: /^Z[A-Z]\d{2}[A-Z]{3}\d{13}$/,
  herbalPiece: /^T\d{9}$/,
  consumable: /^C\d{19}(\d{7})?$/,
  service: /^0[01]\d{13}(-\w+)?$/,
  diagnosis: /^[A-Z]\d{2}\.[\dx]\d{2}(x\d{3})?(\+[A-Z]\d{2}(\.\d)?\*)?$/,
  operation: /^\d{2}\.(\d{4,5}|\dx\d{2}|\d{3}[A-Z]\d)(x\d{3,4})?$/,
  institution: /^[HP]\d{11}$/,
  practitioner: /^[DN]\d{12}$/,
  chronicDisease: /^M\d{5}$/,
  area: /^\d{6}$/,
  traceCode: /^8\d{19}$/,
} as const;

export type CodeKind = keyof typeof codePatterns;

/** True when `text` has the shape of a national catalogue code of any kind. */
export function isCatalogueCode(text: string): boolean {
  const { westernMedicine, patentMedicine, herbalPiece, consumable, service } = codePatterns;
  return [westernMedicine, patentMedicine, herbalPiece, consumable, service].some((pattern) => pattern.test(text));
}

/** Whether a cell of items of a knowledge table means items by their names: any (`name:`), or articles (`article:`). */
export const isNamePattern = (text: string): boolean => /^(?:name|article):/.test(text);

/** The code of the service item that an addition (加收) is charged on top of; any other code as it is. */
export const withoutAddition = (code: string): string => (codePatterns.service.test(code) ? code.replace(/(\d{13})\d\d$/, '$100') : code);

/** A code that a spreadsheet turned into a number: `4.3E+19`, `1102000010000` for `001102000010000`, `X.0`. */
export function isRuinedBySpreadsheet(text: string): boolean {
  return /^\d+(\.\d+)?E\+?\d+$/i.test(text) || /^\d{13}$/.test(text) || /^\d{10,}\.0$/.test(text);
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const checkCharacters = '10X98765432';

export interface IdentityCard {
  /** Birth date as yyyymmdd. */
  readonly brdy: number;
  /** National code of sex: 1 male, 2 female. */
  readonly gend: '1' | '2';
}

/** Reads an 18-character identity-card number (GB 11643): `undefined` when its date or check digit is wrong. */
export function readIdentityCard(text: string): IdentityCard | undefined {
  const card = text.toUpperCase();
  if (!/^\d{17}[\dX]$/.test(card)) return undefined;
  const sum = weights.reduce((total, weight, index) => total + weight * Number(card[index]), 0);
  if (checkCharacters[sum % 11] !== card[17]) return undefined;
  const brdy = Number(card.slice(6, 14));
  if (!isDate(Math.floor(brdy / 10_000), Math.floor(brdy / 100) % 100, brdy % 100)) return undefined;
  return { brdy, gend: Number(card[16]) % 2 === 1 ? '1' : '2' };
}

const creditCharacters = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** True for a unified social credit code with a right check character (GB 32100). */
export function isCreditCode(text: string): boolean {
  const codeText = text.toUpperCase();
  if (codeText.length !== 18) return false;
  let sum = 0;
  let weight = 1;
  for (const character of codeText.slice(0, 17)) {
    const value = creditCharacters.indexOf(character);
    if (value < 0) return false;
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return creditCharacters[(31 - (sum % 31)) % 31] === codeText[17];
}

/** Parts of a settlement or a fee line that must close; all in fen, missing parts are `undefined`. */
export interface AmountParts {
  readonly total: number | undefined;
  readonly parts: readonly (number | undefined)[];
}

/**
 * Whether a total equals the sum of its parts within one fen per part (amounts are rounded part by part).
 * `unknown` when any of them is missing.
 */
export function amountCloses({ total, parts }: AmountParts): boolean | 'unknown' {
  const known = parts.filter((part) => part !== undefined);
  if (total === undefined || known.length < parts.length) return 'unknown';
  const sum = known.reduce((left, right) => left + right, 0);
  return Math.abs(total - sum) <= parts.length;
}

/** Whether the days are in order; missing ones are left out. */
export function datesInOrder(days: readonly (number | undefined)[]): boolean {
  const present = days.filter((day): day is number => day !== undefined);
  return present.every((day, index) => index === 0 || (present[index - 1] as number) <= day);
}
