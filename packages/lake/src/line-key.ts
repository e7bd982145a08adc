/** Begins the key of a line that has no serial: such a line is told by what it says. */
export const contentMark = '~';

/** SQL of the key of a line as people name it: its serial, else file and row. */
export const shownKeySql = (line: string, file: string): string =>
  `CASE WHEN ${line}.bkkp_sn IS NOT NULL THEN ${line}.bkkp_sn WHEN ${line}.feedetl_sn IS NOT NULL THEN ${line}._key
    ELSE ${file} || '|' || CAST(${line}._rid % 4294967296 AS VARCHAR) END`;
