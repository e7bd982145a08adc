/** Texts that databases, data frames and people write where there is no value, in whatever column. */
export const missingTexts = ['-', '--', '—', '——', '/', '\\N', 'NULL', 'Null', 'null', 'N/A', 'n/a', '#N/A', 'None', 'nan', 'NaN'] as const;
