import { decimals, type Field, isNumericType } from '@hengjian/standard';
import { quoted } from '@hengjian/table';

// Texts that people and spreadsheets write where a number or a time is due. Everything here runs only where the plain
// reading has failed, and takes no text that could be read in two ways.

/** Digits, points and signs of full width as plain ones, and without blanks. */
const narrow = (value: string): string =>
  `regexp_replace(translate(${value}, ${quoted('０１２３４５６７８９．，－＋（）')}, ${quoted('0123456789.,-+()')}), '\\s', '', 'g')`;

/** Units that may stand behind a number of a type. */
function unitsOf(field: Field): string {
  if (field.type === 'money' || field.type === 'price') return '元';
  if (field.type === 'days' || field.name.endsWith('_days')) return '天|日';
  if (field.unit === 'g') return '(?i:kg|g)|千克|公斤|克';
  return '';
}

/** Years of an age in words: 68岁, 3岁5个月, 8月龄, 6周, 15天, 8小时, 1天6小时. */
function ageSql(text: string): string {
  const part = (unit: string): string => `coalesce(TRY_CAST(regexp_extract(${text}, '([0-9]+)(?:${unit})', 1) AS INTEGER), 0)`;
  const words = '^([0-9]+(周?岁))?([0-9]+(个?月(龄)?))?([0-9]+(周(龄)?))?([0-9]+(天|日)(龄)?)?([0-9]+(小?时))?([0-9]+(分钟?))?$';
  const years = `floor((${part('周?岁')} + ${part('个?月')} / 12 + (${part('周(?:[^岁]|$)')} * 7 + ${part('天|日')}) / 365) * 10) / 10`;
  return `CASE WHEN regexp_matches(${text}, '[岁月周天日时分]') AND regexp_matches(${text}, ${quoted(words)}) THEN CAST(${years} AS VARCHAR) END`;
}

/** SQL of the bare number in a text such as 45.00元, ￥1,200.50, (12.00), 12.00- or 68岁; NULL for any other. */
export function numberText(value: string, field: Field): string {
  if (!isNumericType(field.type)) return value;
  const text = narrow(value);
  const units = unitsOf(field);
  const bare = `regexp_replace(${text}, ${quoted(`^([-(]?)[¥￥$]|(?:${units === '' ? '元' : units})(\\)?)$`)}, '\\1\\2', 'g')`;
  const number = '[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]*)?|[0-9]+(\\.[0-9]*)?|\\.[0-9]+';
  const digits = `replace(regexp_extract(${bare}, ${quoted(`(${number})`)}, 1), ',', '')`;
  const signed = `CASE WHEN regexp_full_match(${bare}, ${quoted(`\\+?(${number})`)}) THEN ${digits}
    WHEN regexp_full_match(${bare}, ${quoted(`-(${number})|(${number})-|\\((${number})\\)`)}) THEN '-' || ${digits} END`;
  if (field.type === 'age') return `coalesce(${ageSql(text)}, ${signed})`;
  if (field.type !== 'ratio') return signed;
  const share = `CAST(CAST(TRY_CAST(rtrim(${text}, '%') AS DECIMAL(15,${decimals.ratio})) AS DOUBLE) / 100 AS VARCHAR)`;
  return `CASE WHEN ends_with(${text}, '%') THEN ${share} ELSE ${signed} END`;
}

/** Day 0 of the serial dates of spreadsheets. */
const firstDay = "TIMESTAMP '1899-12-30'";

/** SQL of the time behind a serial date of a spreadsheet (45678.375), and of dates with blanks inside; NULL for any other text. */
export const dateText = (value: string): string =>
  `coalesce(CASE WHEN regexp_full_match(${value}, '\\s*[1-9][0-9]{4}(\\.[0-9]+)?\\s*')
    THEN ${firstDay} + to_seconds(CAST(round(CAST(${value} AS DOUBLE) * 86400) AS BIGINT)) END,
   CASE WHEN regexp_matches(${value}, '[0-9] *[-/.年] *[0-9]')
     THEN TRY_CAST(regexp_replace(trim(${value}), ' *([-/.]) *', '\\1', 'g') AS TIMESTAMP) END)`;

/** Offset of the local time of the country from UTC, in minutes. */
const localOffset = 480;

const minutesOf = (zone: string): number => {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return zone === 'Z' ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
};

/**
 * SQL of a time as the clock on the wall showed it: a text that ends in `Z` or `+08:00` names a moment, any other is local
 * unless its source has a zone.
 */
export function timeZoneSql(value: string, zone: string | undefined): string {
  const plain = `TRY_CAST(${value} AS TIMESTAMP)`;
  const shift = zone === undefined ? 0 : localOffset - minutesOf(zone);
  const local = shift === 0 ? plain : `${plain} + to_minutes(${shift})`;
  const offset = "' ?([zZ]|[+-][0-9]{2}(:?[0-9]{2})?)$'";
  const part = (pattern: string): string => `coalesce(TRY_CAST(regexp_extract(${value}, ${quoted(pattern)}, 1) AS INTEGER), 0)`;
  const minutes = `${part('[+-]([0-9]{2})(?::?[0-9]{2})?$')} * 60 + ${part('[+-][0-9]{2}:?([0-9]{2})$')}`;
  const ahead = `CASE WHEN regexp_matches(${value}, '-[0-9]{2}(:?[0-9]{2})?$') THEN -1 ELSE 1 END * (${minutes})`;
  const bare = `TRY_CAST(regexp_replace(${value}, ${offset}, '') AS TIMESTAMP)`;
  return `(CASE WHEN strlen(${value}) > 16 AND NOT (strlen(${value}) = 19 AND right(${value}, 1) <= '9')
    AND regexp_matches(${value}, '[0-9]${offset.slice(1)})
    THEN ${bare} + to_minutes(CAST(${localOffset} - ${ahead} AS BIGINT)) ELSE ${local} END)`;
}
