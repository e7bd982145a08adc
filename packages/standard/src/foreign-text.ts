/** What stands where a text looked like the number or the telephone of a person. */
export const blank = '***';

/** A digit of a range, in half and in full width: people write both, and what is read as a number may be either. */
const digits = (from: number, to: number): string =>
  `[${from}-${to}${String.fromCodePoint(0xff10 + from)}-${String.fromCodePoint(0xff10 + to)}]`;
/** The pattern of these digits one after another. */
const written = (text: string): string => [...text].map((one) => digits(Number(one), Number(one))).join('');

const digit = digits(0, 9);
/** The check sign, in half and in full width. */
const ten = 'Xx\uff38\uff58';
const blanks = ' \t\u00a0\u00ad\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff';
const hyphens = '\u2010-\u2015\u2212\ufe58\ufe63\uff0d\\-';
const apart = `[${blanks}${hyphens}]{0,3}`;
const telephone = `(?:[+\uff0b]?${written('86')}${apart})?${written('1')}${digits(3, 9)}${digit}${apart}${digit}{4}${apart}${digit}{4}`;
const identity = `${digits(1, 9)}${digit}{5}${apart}${digit}{8}${apart}${digit}{3}(?:${digit}|[${ten}])`;
/** A serial may tell the day it was given, so that only a day before those of any delivery is one of birth. */
const year = `(?:${written('19')}${digit}{2}|${written('200')}${digit}|${written('201')}${digits(0, 4)})`;
const month = `(?:${written('0')}${digits(1, 9)}|${written('1')}${digits(0, 2)})`;
const date = `(?:${written('0')}${digits(1, 9)}|${digits(1, 2)}${digit}|${written('3')}${digits(0, 1)})`;
const born = `${year}${month}${date}`;
const identityOfBefore2015 = `${digits(1, 9)}${digit}{5}${apart}${born}${apart}${digit}{3}(?:${digit}|[${ten}])`;
const sign = '0-9\uff10-\uff19';
const before = `(?:^|[^${sign}])`;
const after = `(?:[^${sign}${ten}]|$)`;
/** What people write around a number where a serial is due: what it is, brackets, points. */
const around = `[\\s${blanks}\u4e00-\u9fff()\uff08\uff09:\uff1a,\uff0c\u3002;\uff1b]*`;

/**
 * Patterns of a text with a mobile telephone or an identity number in it, and of a serial that is one of them: it has eighteen
 * digits often enough, so that it must tell a day of birth too. They mean the same to this program and to its engine.
 */
export const personPatterns = {
  text: `${before}(?:${telephone}|${identity})${after}`,
  serial: `^${around}(?:${telephone}|${identityOfBefore2015})${around}$`,
  /** Of a text with one, those that follow each other without a sign between them, behind a group with the sign before the first. */
  run: `(^|[^${sign}])(?:${identity}|${telephone})+`,
} as const;

const inText = new RegExp(`(?<![${sign}])(?:${telephone}|${identity})(?![${sign}${ten}])`, 'gu');

/** A text without what looks like an identity number or a mobile telephone. Whatever echoes a text of somebody's file calls it. */
export const blanked = (text: string): string => text.replaceAll(inText, blank);

const isPerson = new RegExp(personPatterns.serial, 'u');

/** A serial, a name of a column or of a file, unless it is the number of a person. */
export const blankedName = (text: string): string => (isPerson.test(text) ? blank : text);

/** Characters of a text from somebody's file that a message shows: enough to find the place, too few for a line of personal data. */
export const foreignLength = 40;

/** The beginning of a text that comes from somebody's file. */
export const clipped = (text: string): string => {
  const characters = [...blanked(text.replaceAll(/\s+/g, ' ').trim())];
  return characters.length <= foreignLength ? characters.join('') : `${characters.slice(0, foreignLength - 1).join('')}…`;
};

/** What a parser or an engine says, on one line, with what it quotes of the text cut short. */
export const clippedReason = (message: string): string =>
  blanked(message.split('\n')[0] ?? '')
    .replaceAll(/(["'`])((?:(?!\1).)+)\1/gu, (_all, quote: string, inside: string) => `${quote}${clipped(inside)}${quote}`)
    .replaceAll(new RegExp(`[^\\s"'\`]{${foreignLength + 1},}`, 'gu'), clipped);

/** The names that together stay within what a message shows of a file. */
export function clippedNames(names: readonly string[]): readonly string[] {
  const shown: string[] = [];
  let left = foreignLength;
  for (const name of names.map(blanked)) {
    if (name.length + 2 > left) return [...shown, shown.length === 0 ? clipped(name) : '…'];
    shown.push(name);
    left -= name.length + 2;
  }
  return shown;
}
