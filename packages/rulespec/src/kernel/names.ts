/** Text of a value of the owner of a row, `missing` where the row has no owner. */
export function owner(link: string, row: string, column: string, missing: string): string {
  return `(${link}[${row}] < 0 ? ${missing} : ${column}[${link}[${row}]])`;
}
