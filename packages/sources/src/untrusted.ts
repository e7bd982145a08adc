/**
 * Begins a cell whose text is not what stood in the source: a number with more than 15 digits, which a spreadsheet
 * rounds. A private character of Unicode, so that no value begins with it by itself.
 */
export const untrusted = '\ue0f1';

/** Whether a cell is not what its sender typed. */
export const isUntrusted = (cell: string): boolean => cell.startsWith(untrusted);

/** The text of a cell without the mark. */
export const withoutMark = (cell: string): string => (isUntrusted(cell) ? cell.slice(untrusted.length) : cell);

/**
 * Begins a cell that was merged with those of other rows. What it says it says of all of them, unless it is an amount: of one for
 * several rows nobody knows what each has. Which columns hold amounts is known to whom reads the fields.
 */
export const merged = '\ue0f2';
