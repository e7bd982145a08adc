/** What stands where a text looked like the number or the telephone of a person. */
export const blank = '***';

const digit = '[0-9\uff10-\uff19]';
const apart = '[- \u3000]?';
const telephone = `(?:\\+?86${apart})?1[3-9]${digit}${apart}${digit}{4}${apart}${digit}{4}`;
const identity = `[1-9]${digit}{5}${apart}${digit}{8}${apart}${digit}{3}[0-9Xx\uff10-\uff19]`;
/** A serial may tell the day it was given, so that only a day before those of any delivery is one of birth. */
const year = '(?:19[0-9]{2}|200[0-9]|201[0-4])';
const identityOfBefore2015 = `[1-9][0-9]{5}${apart}${year}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])${apart}[0-9]{3}[0-9Xx]`;
const before = `(?:^|[^0-9\uff10-\uff19])`;
const after = `(?:[^0-9Xx\uff10-\uff19]|$)`;

/**
 * Patterns of a text with a mobile telephone or an identity number in it, and of a serial that is one of them: it has eighteen
 * digits often enough, so that it must tell a day of birth too.
 */
export const personPatterns = {
  text: `${before}(?:${telephone}|${identity})${after}`,
  serial: `^\\s*(?:${telephone}|${identityOfBefore2015})\\s*$`,
  /** Of a text with one, each of them, behind a group with the sign before it. */
  each: `(^|[^0-9\uff10-\uff19])(?:${identity}|${telephone})`,
} as const;

const inText = new RegExp(`(?<![0-9\uff10-\uff19])(?:${telephone}|${identity})(?![0-9Xx\uff10-\uff19])`, 'gu');

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
