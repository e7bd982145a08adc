import { identityChecks, identityWeights } from '@hengjian/standard';
import { quoted } from '@hengjian/table';
import { isShownSql, normalPersonSql } from './pseudonym.ts';

/** SQL of an identity number in the one way it is compared in. */
const plainNumber = (number: string): string => `upper(regexp_replace(${normalPersonSql(number)}, '-', '', 'g'))`;

/** SQL of what is wrong with an identity number; the same as `identityFault` of standard, with a code for every case. */
export function numberCheckSql(number: string, kind: string | undefined): string {
  const sum = identityWeights.map((weight, index) => `${weight} * CAST(substr(n, ${index + 1}, 1) AS INTEGER)`).join(' + ');
  const day = "TRY_STRPTIME(substr(n, 7, 8), '%Y%m%d')";
  const check = `CASE WHEN n IS NULL OR n = '' THEN 'none' WHEN NOT regexp_full_match(n, '[1-9][0-9]{16}[0-9X]') THEN 'form'
    WHEN ${day} IS NULL THEN 'date' WHEN substr(${quoted(identityChecks)}, CAST((${sum}) % 11 AS INTEGER) + 1, 1) = substr(n, 18, 1)
    THEN 'ok'
    ELSE 'digit' END`;
  const other = kind === undefined ? 'false' : `coalesce(nullif(trim(${kind}), ''), '01') NOT IN ('01', '1')`;
  const own = `(SELECT ${check} FROM (SELECT ${plainNumber(number)} AS n))`;
  return `CASE WHEN ${isShownSql(number)} THEN 'ok' WHEN ${other} THEN 'other' ELSE ${own} END`;
}

/** What stands beside an identity number that the number says too. */
interface BesideNumber {
  readonly number: string;
  readonly kind: string | undefined;
  /** SQL of a date, and of a sex by its code. */
  readonly birth: string | undefined;
  readonly sex: string | undefined;
}

/** SQL that tells whether an identity number is right by itself and says another birth or another sex than the row; by field. */
export function contradictedSql({ number, kind, birth, sex }: BesideNumber): Readonly<Record<string, string>> {
  const value = plainNumber(number);
  const isRight = `(strlen(${value}) = 18 AND ${numberCheckSql(number, kind)} = 'ok')`;
  // The number is looked at only where it says something else, which is rare.
  const told = (differs: string): string => `CASE WHEN ${differs} THEN ${isRight} ELSE false END`;
  const sexOf = `CASE WHEN TRY_CAST(substr(${value}, 17, 1) AS INTEGER) % 2 = 1 THEN '1' ELSE '2' END`;
  return {
    ...(birth === undefined ? {} : { brdy: told(`strftime(${birth}, '%Y%m%d') <> substr(${value}, 7, 8)`) }),
    ...(sex === undefined ? {} : { gend: told(`${sex} IN ('1', '2') AND ${sex} <> ${sexOf}`) }),
  };
}
