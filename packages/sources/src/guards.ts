const tab = '\t';
/** How a formula begins that is a text: ="0012". */
const formula = '="';

/**
 * Whether a part of a file, or a cell, may hold texts that were written with a tab or as a formula, so that a spreadsheet does
 * not take them for numbers.
 */
export const mayBeGuarded = (text: Buffer | string, delimiter?: string): boolean =>
  text.includes(formula) || (delimiter !== tab && text.includes(tab));
