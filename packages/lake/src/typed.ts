import {
  blank,
  decimals,
  dictionary,
  type Field,
  isNumericType,
  missingTexts,
  missingWords,
  type NumericType,
  type RowCheck,
  type Table,
  tableOf,
} from '@hengjian/standard';
import { identifier, quoted, quotedTexts } from '@hengjian/table';
import { dateText, numberText, timeZoneSql } from './cell-text.ts';
import { codeSql, otherCodeSql } from './code-text.ts';
import { contradictedSql } from './identity.ts';

/** How one national field is filled from a staged source. */
export interface FieldPlan {
  readonly field: string;
  /** SQL over the staged columns that gives text, or NULL. */
  readonly from: string;
  /** The source column alone, when `from` is an expression over it. */
  readonly origin?: string;
  /** The source columns that are read, quoted; without it `origin` or `from` is one. */
  readonly columns?: readonly string[];
  /** `strptime` formats tried in this order, before the ISO forms. */
  readonly formats?: readonly string[];
  /** What one unit of the source is in the unit of the field: fen for yuan is 0.01, kg for g is 1000. */
  readonly unit?: SourceUnit;
  /** Offset of the times of the source from UTC, such as `+00:00`; without it they are local. */
  readonly zone?: string;
  /** Share of the number that is taken. */
  readonly share?: number;
  /**
   * The texts are read in every way people write them, and what is odd about them is told by field. That makes long
   * statements, so it is done where the plain forms have failed.
   */
  readonly loose?: boolean;
}

/** Whether a quoted source column fills a field. */
export const readsColumn = ({ from, origin = from, columns = [origin] }: FieldPlan, column: string): boolean => columns.includes(column);

/** Days between the beginnings of the two calendars of spreadsheets. */
const daysTo1904 = 1462;

/** Plans of a source whose days count from 1904 where they stand as bare numbers. */
export function inCalendar1904(table: string, plans: readonly FieldPlan[]): FieldPlan[] {
  const { fields } = tableOf(table);
  return plans.map((plan) => {
    const field = fields.get(plan.field);
    if (field === undefined || !isTime(field)) return plan;
    const { from, origin = from } = plan;
    const shifted = `CASE WHEN regexp_full_match(trim(${from}), '[1-9][0-9]{4}([.][0-9]+)?')
      THEN CAST(CAST(trim(${from}) AS DOUBLE) + ${daysTo1904} AS VARCHAR) ELSE ${from} END`;
    return { ...plan, from: shifted, origin };
  });
}

/** Units a source may write instead of that of the dictionary. */
export const sourceUnits = ['fen', 'wan', 'kg', 'month'] as const;
export type SourceUnit = (typeof sourceUnits)[number];

/** Whether a field says how much a row has, or at which price: of one that stands for several rows nobody knows what each has. */
export const isAmount = (field: Field | undefined): boolean =>
  field?.type === 'money' || field?.type === 'price' || field?.type === 'quantity';

/** SQL type of a field in the facts. */
export function storedType(field: Field): string {
  if (isNumericType(field.type)) return 'BIGINT';
  if (field.type === 'date') return 'DATE';
  return field.type === 'datetime' ? 'TIMESTAMP' : 'VARCHAR';
}

/** SQL of a text without blanks around it, NULL when nothing is left. Most texts have no blank at all, which is quick to see. */
export const clean = (from: string): string => `nullif(CASE WHEN contains(${from}, ' ') THEN trim(${from}) ELSE ${from} END, '')`;

/** Texts that stand for a missing value in any column; the last one is what the quarantine writes over numbers of persons. */
const textFillers = [...missingTexts, blank];
/**
 * The engine would make a join of each IN, and there are hundreds of them; few texts are short enough to be looked at, and most of
 * those are numbers.
 */
function isOneOf(texts: readonly string[], value: string): string {
  const longest = Math.max(...texts.map((one) => Buffer.byteLength(one)));
  const isDue = `strlen(${value}) <= ${longest} AND (${value} < '0' OR ${value} >= ':')`;
  return `CASE WHEN ${isDue} THEN list_contains(${quotedTexts(texts)}, ${value}) ELSE false END`;
}
export const isTextFiller = (value: string): string => isOneOf(textFillers, value);

const isTime = (field: Field): boolean => field.type === 'date' || field.type === 'datetime';
const isText = (field: Field): boolean => !isNumericType(field.type) && !isTime(field);

const numberSql = (field: Field, type: NumericType, plan: FieldPlan): string =>
  plan.share === undefined
    ? plainNumberSql(field, type, plan)
    : `CAST(round(${plainNumberSql(field, type, plan)} * ${plan.share}) AS BIGINT)`;

/**
 * SQL of an age in months as days, a month having 30: 2, 2月, 2 15/30 (as the front page of a record writes it), 2月15天.
 */
function monthsSql(from: string): string {
  const form = '^\\s*(?:(\\d+(?:\\.\\d+)?)\\s*(?:个?月)?)?(?:\\s*\\b(\\d+)\\s*(?:/\\s*30|天|日)\\s*月?)?\\s*$';
  const days = `coalesce(TRY_CAST(regexp_extract(${from}, '(\\d+)\\s*(?:/\\s*30|天|日)', 1) AS DOUBLE), 0)`;
  const months = `coalesce(TRY_CAST(regexp_extract(${from}, '^\\s*(\\d+(?:\\.\\d+)?)\\s*(?:个?月|\\s\\d|$)', 1) AS DOUBLE), 0)`;
  const isAge = `trim(${from}) <> '' AND regexp_matches(${from}, ${quoted(form)})`;
  return `CASE WHEN ${isAge} THEN CAST(round(${months} * 30 + ${days}) AS BIGINT) END`;
}

function plainNumberSql(field: Field, type: NumericType, { from, unit, loose }: FieldPlan): string {
  if (unit === 'month') return monthsSql(from);
  const places = decimals[type] + (unit === 'fen' ? -2 : unit === 'wan' ? 4 : 0);
  const scaled = (text: string, factor = 1): string =>
    `CAST(round(CAST(TRY_CAST(${text} AS DECIMAL(15,${factor === 1 ? places : 3})) AS DOUBLE) * ${factor}e${places}) AS BIGINT)`;
  const plain = scaled(from, unit === 'kg' ? 1000 : 1);
  if (loose !== true) return plain;
  const decorated = numberText(from, field);
  if (unit === 'kg') return `coalesce(${plain}, ${scaled(decorated, 1000)})`;
  const kilograms = field.unit === 'g' ? [`CASE WHEN regexp_matches(${from}, '(?i)kg|千克|公斤') THEN ${scaled(decorated, 1000)} END`] : [];
  return `coalesce(${[plain, ...kilograms, scaled(decorated)].join(', ')})`;
}

const fallbackDates = ['%Y%m%d', '%Y/%m/%d', '%Y.%m.%d', '%Y年%m月%d日'];
const fallbackTimes = [
  '%Y%m%d%H%M%S',
  '%Y/%m/%d %H:%M:%S',
  '%Y/%m/%d %H:%M',
  '%Y年%m月%d日 %H:%M:%S',
  '%Y年%m月%d日 %H:%M',
  ...fallbackDates,
];

/** A local time in the form of the standard: 2025-03-02, 2025-03-02 09:00, 2025-03-02 09:00:00. Others may end in an offset. */
const plainTime = (value: string): string =>
  `CASE WHEN strlen(${value}) IN (10, 16) OR (strlen(${value}) = 19
    AND substr(${value}, 17, 1) = ':') THEN TRY_CAST(${value} AS TIMESTAMP) END`;

function timeSql(type: 'date' | 'datetime', { from: value, formats = [], zone, loose }: FieldPlan): string {
  const list = (all: readonly string[]): string => `[${all.map((one) => `'${one.replaceAll("'", "''")}'`).join(', ')}]`;
  const own = formats.length === 0 ? [] : [`TRY_STRPTIME(${value}, ${list(formats)})`];
  if (loose !== true && own.length === 0 && zone === undefined)
    return type === 'date' ? `CASE WHEN strlen(${value}) <= 10 THEN TRY_CAST(${value} AS DATE) END` : plainTime(value);
  const steps = [
    ...own,
    loose === true || zone !== undefined ? timeZoneSql(value, zone) : plainTime(value),
    ...(loose === true ? [`TRY_STRPTIME(${value}, ${list(type === 'date' ? fallbackDates : fallbackTimes)})`, dateText(value)] : []),
  ];
  return `CAST(coalesce(${steps.join(', ')}) AS ${type === 'date' ? 'DATE' : 'TIMESTAMP'})`;
}

/** Codes of diseases and operations, which people also type with signs of full width and a small letter. */
const typedCodes: ReadonlySet<string> = new Set(['diag_code', 'oprn_oprt_code']);

const fullWidth = 'ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺｘ０１２３４５６７８９．＋＊';
const halfWidth = 'ABCDEFGHIJKLMNOPQRSTUVWXYZx0123456789.+*';

/** SQL of a code of a disease or an operation as the classification writes it: plain signs, its first letter a capital. */
function typedCode(text: string): string {
  const plain = `translate(${text}, ${quoted(fullWidth)}, ${quoted(halfWidth)})`;
  const first = `left(${text}, 1)`;
  const isOdd = `(${first} >= 'a' AND ${first} <= 'z') OR strlen(${text}) <> length(${text})`;
  return `CASE WHEN ${isOdd} THEN upper(left(${plain}, 1)) || substr(${plain}, 2) ELSE ${text} END`;
}

/** SQL of the value of a field as its text says: NULL when the text is missing or cannot be read. */
export function readSql(field: Field, plan: FieldPlan): string {
  // Casts pass over blanks by themselves.
  if (isNumericType(field.type)) return numberSql(field, field.type, plan);
  if (field.type === 'date' || field.type === 'datetime') return timeSql(field.type, plan);
  return typedCodes.has(field.name) ? typedCode(clean(plan.from)) : clean(plan.from);
}

/** SQL of a bound of the dictionary as a stored value. */
const bound = (field: Field, text: string): string =>
  isNumericType(field.type) ? String(Math.round(Number(text) * 10 ** decimals[field.type])) : `DATE ${quoted(text)}`;

/** SQL that tells whether a value that was read only says that none is known; `undefined` where every value says something. */
function fillerSql(field: Field): string | undefined {
  const value = readName(field.name);
  if (field.fillers.length === 0) return undefined;
  if (!isTime(field)) {
    const tests = field.fillers.map((filler) =>
      filler.startsWith('<=') ? `${value} <= ${bound(field, filler.slice(2))}` : `${value} = ${bound(field, filler)}`,
    );
    return `(${tests.join(' OR ')})`;
  }
  const day = field.type === 'date' ? value : `CAST(${value} AS DATE)`;
  return `(${field.fillers.map((filler) => `${day} = ${bound(field, filler)}`).join(' OR ')})`;
}

/** A date far in the future stands for an open end. */
export const openEndYear = 9000;

/** SQL that tells whether a value is outside what can be; `undefined` where anything can be. */
function implausibleSql(field: Field): string | undefined {
  const value = readName(field.name);
  const open = isTime(field) && field.most === undefined ? ` AND year(${value}) <= ${openEndYear}` : '';
  const most = field.most ?? (isTime(field) ? '2200-12-31' : undefined);
  const beyond = most === undefined ? [] : [`(${value} > ${bound(field, most)}${field.type === 'datetime' ? ' + 1' : ''}${open})`];
  const tests = [...(field.least === undefined ? [] : [`${value} < ${bound(field, field.least)}`]), ...beyond];
  return tests.length === 0 ? undefined : `(${tests.join(' OR ')})`;
}

/** Whether a field must have a value. Persons may be told by either of their numbers. */
export const isRequired = (field: Field): boolean => !field.nullable && field.name !== 'psn_no' && field.name !== 'certno';

export const readName = (field: string): string => identifier(`r_${field}`);
export const typedName = (field: string): string => identifier(`t_${field}`);
/** Whether the text of a field says nothing; of a number or time only where it gave no value, NULL elsewhere. */
const silentName = (field: string): string => identifier(`n_${field}`);

interface Planned {
  readonly field: Field;
  readonly plan: FieldPlan;
}

const plannedFields = (table: Table, plans: readonly FieldPlan[]): readonly Planned[] =>
  plans.flatMap((plan) => {
    const field = table.fields.get(plan.field);
    return field === undefined ? [] : [{ field, plan }];
  });

/** Checks of two dates of a row that these plans can make. */
export const rowChecksOf = (table: string, plans: readonly FieldPlan[], checks: readonly RowCheck[]): readonly RowCheck[] =>
  checks.filter(
    (check) => check.table === table && [check.earlier, check.later].every((name) => plans.some((plan) => plan.field === name)),
  );

const reversed = ({ earlier, later }: RowCheck): string => `CAST(${readName(earlier)} AS DATE) > CAST(${readName(later)} AS DATE)`;

/** What databases and spreadsheets write where there is no date: 0000-00-00 00:00:00, 00000000, 0, 1900/1/0. */
const noDate = '(0+([-/.年]0+[-/.月]0+日?)?|1900[-/.]0?1[-/.]00?)([ T]0+(:0+)*([.]0+)?)?';

/** Shorter than this nothing is the number of a document of a person. */
const shortestDocument = 6;

/** Serials of lines and settlements: zeros stand for none of them. */
const serials: ReadonlySet<string> = new Set(['bkkp_sn', 'feedetl_sn', 'init_feedetl_sn', 'init_setl_id']);

/**
 * Texts that say that a field has no value; none is a code of its table or the name of one, and a code that must be there may be
 * a word of the hospital.
 */
export function textsOfNothing(field: Field): readonly string[] {
  const codes = [...(dictionary.codeTables.get(field.code_table ?? '')?.values() ?? [])];
  const words = field.type === 'code' && isRequired(field) ? [] : missingWords;
  return [...textFillers, ...words].filter((text) => !codes.some(({ code, name_zh }) => code === text || name_zh === text));
}

/**
 * SQL that tells whether a text says nothing of a field. What stands in place of the number of a person, such as 待补 or ones
 * alone, is that of many: they would be one.
 */
function saysNothing(field: Field, value: string): string {
  // The engine works out all parts of an AND or OR for every row, and of a CASE only what it comes to.
  const isFiller = isOneOf(textsOfNothing(field), value);
  if (isTime(field)) {
    const begins = `starts_with(${value}, '0') OR starts_with(${value}, '1900')`;
    return `(${isFiller} OR CASE WHEN ${begins} THEN regexp_full_match(${value}, ${quoted(noDate)}) ELSE false END)`;
  }
  if (serials.has(field.name)) return `CASE WHEN starts_with(${value}, '0') THEN replace(${value}, '0', '') = '' ELSE ${isFiller} END`;
  if (field.name !== 'psn_no' && field.name !== 'certno') return `(${isFiller})`;
  const repeated = `strlen(${value}) >= ${shortestDocument} AND replace(${value}, left(${value}, 1), '') = ''`;
  const wordless = `NOT regexp_matches(${value}, '[0-9０-９]') AND regexp_matches(${value}, '\\p{Han}|^[^A-Za-z]*$')`;
  const short = field.name === 'certno' ? ` OR length(${value}) < ${shortestDocument}` : '';
  const all = `${isFiller} OR ${repeated} OR regexp_full_match(${value}, '0+') OR (${wordless})${short}`;
  // A number of enough signs that ends with a digit other than its first sign is none of them.
  const last = `right(${value}, 1)`;
  const isUsual = `length(${value}) >= ${shortestDocument} AND ${last} >= '0' AND ${last} <= '9' AND ${last} <> left(${value}, 1)`;
  return `CASE WHEN ${isUsual} THEN false ELSE ${all} END`;
}

/** SQL of the text of a field that may say nothing. */
const textOf = ({ field, plan }: Planned): string => (isText(field) ? readName(field.name) : `trim(${plan.from})`);

/** SQL of `n_<field>`; numbers and times are there mostly, and then nobody asks what their texts say. */
function silentSql(planned: Planned): string {
  const { field } = planned;
  const text = textOf(planned);
  const silent = saysNothing(field, text);
  return isText(field) ? silent : `CASE WHEN ${typedName(field.name)} IS NULL AND ${text} IS NOT NULL THEN ${silent} END`;
}

/** SQL of the known value of a field: fillers, implausible values and values that a check of the row drops are missing. */
function knownSql({ field, plan }: Planned, checks: readonly RowCheck[]): string {
  const value = readName(field.name);
  if (isText(field)) return `CASE WHEN ${silentName(field.name)} THEN NULL ELSE ${codeSql(field, value)} END`;
  const dropping = checks.filter(({ drops }) => drops !== 'row' && drops.includes(field.name));
  const tests = [fillerSql(field), implausibleSql(field), ...dropping.map(knownReversal)].filter((test) => test !== undefined);
  const open = isTime(field) ? [`year(${value}) > ${openEndYear}`] : [];
  const all = [...open, ...tests];
  return all.length === 0 || plan.from === 'NULL' ? value : `CASE WHEN ${all.join(' OR ')} THEN NULL ELSE ${value} END`;
}

/** Two dates contradict each other only where both say something. */
function knownReversal(check: RowCheck): string {
  const { fields } = tableOf(check.table);
  const silent = [check.earlier, check.later].flatMap((name) => {
    const field = fields.get(name);
    return field === undefined ? [] : [fillerSql(field), implausibleSql(field)].filter((test) => test !== undefined);
  });
  return `(${reversed(check)}${silent.length === 0 ? '' : ` AND NOT (${silent.join(' OR ')})`})`;
}

/** Whether the text of a field is there and is no value of its type. */
function unreadableSql({ field, plan }: Planned): string | undefined {
  return isText(field) ? undefined : `(${readName(field.name)} IS NULL AND trim(${plan.from}) <> '' AND NOT ${silentName(field.name)})`;
}

/** Reasons that do not name their field yet: the fields have not been looked at one by one. */
const someNumber = 'unreadable|';
const someRounded = 'rounded|';

/** A sign within a number; words such as None have letters too. */
const exponent = '[0-9.][eE_]';

/** SQL that finds, in all numbers of a row at once, exponents and underscores, which the engine reads and no account writes. */
const oddNumber = (numbers: readonly Planned[]): string =>
  `regexp_matches(concat_ws(' ', ${numbers.map(({ plan }) => plan.from).join(', ')}), '${exponent}')`;

/** Reasons for which a row is not accepted, as branches of a CASE that gives `code|field`. */
export function refusals(table: string, plans: readonly FieldPlan[], checks: readonly RowCheck[]): string[] {
  const planned = plannedFields(tableOf(table), plans);
  const branches = planned.flatMap((one) => {
    const { field } = one;
    const when = (test: string | undefined, code: string): string[] =>
      test === undefined ? [] : [`WHEN ${test} THEN ${quoted(`${code}|${field.name}`)}`];
    const hard = isRequired(field) ? [...when(fillerSql(field), 'filler'), ...when(implausibleSql(field), 'implausible')] : [];
    return [
      ...when(unreadableSql(one), 'unreadable'),
      ...hard,
      ...(isRequired(field) ? when(`${typedName(field.name)} IS NULL`, 'missing') : []),
    ];
  });
  const rows = checks
    .filter(({ drops }) => drops === 'row')
    .map((check) => `WHEN ${knownReversal(check)} THEN ${quoted(`reversed|${check.later}`)}`);
  const numbers = planned.filter(({ field, plan }) => isNumericType(field.type) && plan.from !== 'NULL');
  const each = numbers.flatMap(({ field, plan }) =>
    plan.loose === true ? [`WHEN regexp_matches(${plan.from}, '${exponent}') THEN ${quoted(`unreadable|${field.name}`)}`] : [],
  );
  const which = each.length === 0 ? quoted(someNumber) : `CASE ${each.join(' ')} ELSE ${quoted(someNumber)} END`;
  const odd = numbers.length === 0 ? [] : [`WHEN ${oddNumber(numbers)} THEN ${which}`];
  return [...branches, ...rows, ...odd];
}

/** Digits after the point that a type does not keep, other than zeros. */
const lostDigits = (places: number): string => `\\.[0-9]{${places}}[0-9]*[1-9]`;

/** What happened to the values of a row that was accepted. */
export const oddities = ['filler', 'implausible', 'reversed', 'rounded', 'identity', 'code'] as const;
export type Oddity = (typeof oddities)[number];

/** SQL of what was not taken as it stood in an accepted row: `code|field` joined by `;`, NULL for most rows. */
export function oddSql(table: string, plans: readonly FieldPlan[], checks: readonly RowCheck[]): string {
  const planned = plannedFields(tableOf(table), plans).filter(
    ({ field, plan }) => field.privacy !== 'drop' && !/^(NULL|'.*')$/.test(plan.from),
  );
  const when = (test: string, code: Oddity, field: string): string => `CASE WHEN ${test} THEN ${quoted(`${code}|${field}`)} END`;
  const values = planned.flatMap(({ field, plan }) => {
    const text = textOf({ field, plan });
    const blank = when(silentName(field.name), 'filler', field.name);
    const other = otherCodeSql(field, text);
    const written = other === undefined ? [] : [when(other, 'code', field.name)];
    if (isRequired(field)) return written;
    const [filler, implausible] = [fillerSql(field), implausibleSql(field)];
    return [
      blank,
      ...written,
      ...(filler === undefined ? [] : [when(filler, 'filler', field.name)]),
      ...(implausible === undefined
        ? []
        : [when(filler === undefined ? implausible : `${implausible} AND NOT ${filler}`, 'implausible', field.name)]),
    ];
  });
  const turned = checks.flatMap((check) =>
    check.drops === 'row' ? [] : check.drops.map((field) => when(knownReversal(check), 'reversed', field)),
  );
  const identity = Object.entries(identityTests(plans)).map(([field, test]) => when(test, 'identity', field));
  return `nullif(concat_ws(';', ${[...values, ...turned, ...roundings(planned), ...identity, 'NULL'].join(', ')}), '')`;
}

/** Tests of birth and sex against the identity number of the row. A newborn may come with the number of its mother. */
function identityTests(plans: readonly FieldPlan[]): Readonly<Record<string, string>> {
  const own = (field: string): string | undefined => (plans.some((plan) => plan.field === field) ? typedName(field) : undefined);
  const number = own('certno');
  if (number === undefined) return {};
  const tests = contradictedSql({ number, kind: own('psn_cert_type'), birth: own('brdy'), sex: own('gend') });
  const newborn = own('nwb_flag');
  return newborn === undefined
    ? tests
    : Object.fromEntries(Object.entries(tests).map(([field, test]) => [field, `coalesce(${newborn}, '0') <> '1' AND ${test}`]));
}

/** One look at all numbers of a row with the same number of places, and at each only where that finds something. */
function roundings(planned: readonly Planned[]): string[] {
  const numbers = planned.filter(({ field, plan }) => isNumericType(field.type) && plan.unit === undefined);
  const byPlaces = Map.groupBy(numbers, ({ field }) => (isNumericType(field.type) ? decimals[field.type] : 0));
  return [...byPlaces].map(([places, some]) => {
    const pattern = quoted(lostDigits(places));
    const each = some.flatMap(({ field, plan }) =>
      plan.loose === true ? [`CASE WHEN regexp_matches(${plan.from}, ${pattern}) THEN ${quoted(`rounded|${field.name}`)} END`] : [],
    );
    const which =
      each.length === 0 ? quoted(someRounded) : `coalesce(nullif(concat_ws(';', ${each.join(', ')}), ''), ${quoted(someRounded)})`;
    const all = `concat_ws(' ', ${some.map(({ plan }) => plan.from).join(', ')})`;
    return `CASE WHEN regexp_matches(${all}, ${pattern}) THEN ${which} END`;
  });
}

/**
 * Plans in which the fields that a first look could not read, or could not name, are read in every way; the same plans when
 * there are none. `said` are the reasons and oddities of the first look, as `code|field`.
 */
export function loosened(table: string, plans: readonly FieldPlan[], said: readonly string[]): readonly FieldPlan[] {
  const { fields } = tableOf(table);
  const kind = (name: string): 'number' | 'time' | undefined => {
    const field = fields.get(name);
    if (field === undefined) return undefined;
    return isNumericType(field.type) ? 'number' : isTime(field) ? 'time' : undefined;
  };
  const isUnnamed = said.some((one) => one === someNumber || one === someRounded);
  // A row names the first field that fails, and what is written so in one column mostly is in the others.
  const failed = said.flatMap((one) => (one.startsWith(someNumber) ? [kind(one.slice(someNumber.length))] : []));
  const kinds = new Set([...failed, ...(isUnnamed ? (['number'] as const) : [])]);
  const isDue = ({ field, loose }: FieldPlan): boolean => loose !== true && kind(field) !== undefined && kinds.has(kind(field));
  return plans.some(isDue) ? plans.map((plan) => (isDue(plan) ? { ...plan, loose: true } : plan)) : plans;
}

/**
 * SELECT of a source with the read values `r_*`, what their texts say `n_*`, and the known values `t_*` of its plans. Each stands
 * beside what it is made of, so that it is written, and worked out, once: a text is known by what it says, and what a number says
 * is asked where none is known.
 */
export function valuesSelect(table: string, plans: readonly FieldPlan[], checks: readonly RowCheck[], source: string): string {
  const { fields } = tableOf(table);
  const planned = plannedFields(tableOf(table), plans);
  const others = plans.flatMap(({ field }) => (fields.has(field) ? [] : [`${readName(field)} AS ${typedName(field)}`]));
  const reads = plans.map((plan) => {
    const field = fields.get(plan.field);
    return `${field === undefined ? clean(plan.from) : readSql(field, plan)} AS ${readName(plan.field)}`;
  });
  const silent = (one: Planned): string => `${silentSql(one)} AS ${silentName(one.field.name)}`;
  const known = (one: Planned): string => `${knownSql(one, checks)} AS ${typedName(one.field.name)}`;
  const first = planned.map((one) => (isText(one.field) ? silent(one) : known(one)));
  const then = planned.map((one) => (isText(one.field) ? known(one) : silent(one)));
  const read = `SELECT *, ${reads.join(', ')} FROM ${source}`;
  return `SELECT ${['*', ...then].join(', ')} FROM (SELECT ${['*', ...others, ...first].join(', ')} FROM (${read}))`;
}
