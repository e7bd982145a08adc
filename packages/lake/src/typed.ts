import { decimals, type Field, isNumericType, type NumericType, type Table } from '@hengjian/standard';
import { identifier } from '@hengjian/table';

/** How one national field is filled from a staged source. */
export interface FieldPlan {
  readonly field: string;
  /** SQL over the staged columns that gives text, or NULL. */
  readonly from: string;
  /** The source column alone, when `from` is an expression over it. */
  readonly origin?: string;
  /** `strptime` formats tried in this order, before the ISO forms. */
  readonly formats?: readonly string[];
  /** Amounts are in fen instead of yuan. */
  readonly inFen?: boolean;
}

/** SQL type of a field in the facts. */
export function storedType(field: Field): string {
  if (isNumericType(field.type)) return 'BIGINT';
  if (field.type === 'date') return 'DATE';
  return field.type === 'datetime' ? 'TIMESTAMP' : 'VARCHAR';
}

/** SQL of a text without blanks around it, NULL when nothing is left. Most texts have no blank at all, which is quick to see. */
export const clean = (from: string): string => `nullif(CASE WHEN contains(${from}, ' ') THEN trim(${from}) ELSE ${from} END, '')`;

function numberSql(value: string, type: NumericType, inFen: boolean): string {
  const places = inFen ? 0 : decimals[type];
  return `CAST(round(CAST(TRY_CAST(${value} AS DECIMAL(15,${places})) AS DOUBLE) * 1e${places}) AS BIGINT)`;
}

const fallbackDates = ['%Y%m%d', '%Y/%m/%d', '%Y.%m.%d', '%Y年%m月%d日'];
const fallbackTimes = ['%Y%m%d%H%M%S', '%Y/%m/%d %H:%M:%S', '%Y/%m/%d %H:%M', ...fallbackDates];

function timeSql(value: string, type: 'date' | 'datetime', formats: readonly string[]): string {
  const list = (all: readonly string[]): string => `[${all.map((one) => `'${one.replaceAll("'", "''")}'`).join(', ')}]`;
  const own = formats.length === 0 ? [] : [`TRY_STRPTIME(${value}, ${list(formats)})`];
  const target = type === 'date' ? 'DATE' : 'TIMESTAMP';
  const steps = [
    ...own,
    `TRY_CAST(${value} AS TIMESTAMP)`,
    `TRY_STRPTIME(${value}, ${list(type === 'date' ? fallbackDates : fallbackTimes)})`,
  ];
  const parsed =
    type === 'date' && own.length === 0
      ? `coalesce(TRY_CAST(${value} AS DATE), CAST(coalesce(${steps.join(', ')}) AS DATE))`
      : `coalesce(${steps.join(', ')})`;
  return `CAST(${parsed} AS ${target})`;
}

/** SQL of the typed value of a field: NULL when the text is missing or cannot be read. */
export function typedSql(field: Field, plan: FieldPlan): string {
  // Casts pass over blanks by themselves.
  if (isNumericType(field.type)) return numberSql(plan.from, field.type, plan.inFen === true);
  if (field.type === 'date' || field.type === 'datetime') return timeSql(plan.from, field.type, plan.formats ?? []);
  return clean(plan.from);
}

/** A date far in the future stands for an open end. */
export const openEndYear = 9000;

/** SQL that tells whether the text of a field is present but cannot be read as its type. */
export function unreadableSql(field: Field, plan: FieldPlan, typed: string): string {
  if (isNumericType(field.type)) return `(${typed} IS NULL AND trim(${plan.from}) <> '')`;
  if (field.type === 'date' || field.type === 'datetime') {
    const beyond = `${typed} BETWEEN DATE '2200-01-01' AND DATE '${openEndYear}-12-31'`;
    return `((${typed} IS NULL AND trim(${plan.from}) <> '') OR ${typed} < DATE '1850-01-01' OR ${beyond})`;
  }
  return 'false';
}

/** SQL that finds numbers which the engine reads but a statement of account would not write: exponents and underscores. */
export function oddNumberSql(table: Table, plans: readonly FieldPlan[]): string {
  const numbers = plans.filter((plan) => isNumericType(table.fields.get(plan.field)?.type ?? ''));
  if (numbers.length === 0) return 'false';
  return `regexp_matches(concat(${numbers.map((plan) => plan.from).join(', ')}), '[eE_]')`;
}

/** The value to store, after range rules: open ends are missing, a price ceiling of 999999 is none. */
export function storedSql(field: Field, typed: string): string {
  if (field.type === 'date' || field.type === 'datetime') return `CASE WHEN year(${typed}) > ${openEndYear} THEN NULL ELSE ${typed} END`;
  return typed;
}

export const typedName = (field: string): string => identifier(`t_${field}`);
