const tab = '\t';
/** Blanks that stand around texts copied from documents and web pages. */
const wideBlanks = ['\u3000', '\u00a0'];
/** How a formula begins that is a text: ="0012". */
const formula = '="';

/**
 * Whether a part of a file, or a cell, may hold texts that were written with a tab or as a formula, so that a spreadsheet does
 * not take them for numbers, or with blanks that the engine does not know.
 */
export const mayBeGuarded = (text: Buffer | string, delimiter?: string): boolean =>
  text.includes(formula) || (delimiter !== tab && text.includes(tab)) || wideBlanks.some((one) => text.includes(one));
