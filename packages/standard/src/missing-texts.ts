/** Texts that databases, data frames and people write where there is no value, in whatever column. */
export const missingTexts = [
  ...['-', '--', '—', '——', '－', '/', '／', '\\N', 'NULL', 'Null', 'null', '(null)', '(NULL)', '(Null)'],
  ...['[NULL]', '<NULL>', '<null>'],
  ...['N/A', 'n/a', '#N/A', 'None', 'none', 'NONE', 'nan', 'NaN'],
];

/** Words that people write where a number, a time, a serial or a code is not known. Where a code is called so they are it. */
export const missingWords = ['无', '空', '不详', '不明', '未知', '未测', '未填', '待补', '暂无'];
