/** SELECT of the newest word on each row that does not count as it stands, from files of several batches. */
export const newestExceptions = (source: string): string =>
  `SELECT tbl, rid, batch, status, cause, cnt, det, inscp, ful FROM ${source}
   QUALIFY row_number() OVER (PARTITION BY tbl, rid ORDER BY batch DESC, status, cause) = 1`;
