const tab = '\t';
/** Blanks that programs put around texts: no-break, ideographic, of no width, mark of byte order. */
const wideBlanks = ['\u00a0', '\u3000', '\u200b', '\ufeff'];

/** Blanks of every kind that may stand around a text. */
export const blanksAround = [' ', tab, ...wideBlanks].join('');

/** How a text begins that a spreadsheet is to take for none but a text: ="0012" or '0012. */
const beginnings = ['="', "'"];

/**
 * Whether a part of a file, or a cell, may hold texts that were written as a formula, behind an apostrophe or between blanks
 * that are none to the engine.
 */
export const mayBeGuarded = (text: Buffer | string, delimiter?: string): boolean =>
  [...beginnings, ...wideBlanks].some((sign) => text.includes(sign)) || (delimiter !== tab && text.includes(tab));
