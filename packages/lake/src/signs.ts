/** Sign of a number of a source; `none` where there is no number. */
export type Sign = '-' | '0' | '+' | 'none';

/** What a line or a settlement is: a charge, money given back, or not to be told. */
export type Reading = 'charge' | 'refund' | 'held';

export interface LineSigns {
  readonly quantity: Exclude<Sign, 'none'>;
  readonly price: Sign;
  readonly amount: Exclude<Sign, 'none'>;
  /** The line names another one that it takes back. */
  readonly linked: boolean;
}

/**
 * What the signs of a line say together with its link.
 *
 * Nobody charges a negative quantity or a negative amount, so one of them is enough for a refund. Two of the three that
 * cancel each other out (−2 × −5 = 10) say both, and only a link decides. A link makes a refund of a line without any
 * minus, unless it is money for nothing.
 */
export function lineReading({ quantity, price, amount, linked }: LineSigns): Reading {
  if (linked) return quantity === '0' && amount === '+' ? 'held' : 'refund';
  if (price === '-') {
    if (amount === '-') return 'refund';
    return quantity === '-' && amount === '0' ? 'refund' : 'held';
  }
  return quantity === '-' || amount === '-' ? 'refund' : 'charge';
}

export interface SettlementSigns {
  readonly total: Exclude<Sign, 'none'>;
  /** The source marks it as a refund. */
  readonly flagged: boolean;
  readonly linked: boolean;
}

/** `unmatched`: money given back for a settlement that it does not name; `reversed`: marked as given back, without its own refund. */
export type SettlementReading = Reading | 'unmatched' | 'reversed';

/** What the sign of a settlement says together with its flag and its link. */
export function settlementReading({ total, flagged, linked }: SettlementSigns): SettlementReading {
  if (linked) return flagged || total === '-' ? 'refund' : 'held';
  if (total === '-') return 'unmatched';
  return flagged ? 'reversed' : 'charge';
}

const signs: readonly Exclude<Sign, 'none'>[] = ['-', '0', '+'];
const prices: readonly Sign[] = ['-', '0', '+', 'none'];
const listSql = (values: readonly string[]): string => `[${values.map((value) => `'${value}'`).join(', ')}]`;

/** SQL of the reading of a line; the table is asked only where something is unusual. */
export function lineReadingSql(line: string): string {
  const linked = `(${line}.init_feedetl_sn IS NOT NULL AND ${line}.init_feedetl_sn IS DISTINCT FROM ${line}.feedetl_sn AND
    ${line}.init_feedetl_sn IS DISTINCT FROM ${line}.bkkp_sn)`;
  const table = signs.flatMap((quantity) =>
    prices.flatMap((price) =>
      signs.flatMap((amount) => [false, true].map((named) => lineReading({ quantity, price, amount, linked: named }))),
    ),
  );
  const place = `((sign(${line}.cnt) + 1) * 24 + coalesce(sign(${line}.pric) + 1,
    3) * 6 + (sign(${line}.det_item_fee_sumamt) + 1) * 2 + ${linked}::INTEGER)`;
  return `CASE WHEN ${line}.init_feedetl_sn IS NULL AND ${line}.cnt >= 0 AND ${line}.det_item_fee_sumamt >= 0
    AND coalesce(${line}.pric, 0) >= 0
    THEN 'charge' ELSE ${listSql(table)}[CAST(${place} AS INTEGER) + 1] END`;
}

/** SQL of the reading of a settlement. */
export function settlementReadingSql(row: string): string {
  const linked = `(${row}.init_setl_id IS NOT NULL AND ${row}.init_setl_id <> ${row}.setl_id)`;
  const table = signs.flatMap((total) =>
    [false, true].flatMap((flagged) => [false, true].map((named) => settlementReading({ total, flagged, linked: named }))),
  );
  const place = `((sign(${row}.medfee_sumamt) + 1) * 4 + (coalesce(${row}.refd_setl_flag, '0') = '1')::INTEGER * 2 + ${linked}::INTEGER)`;
  return `${listSql(table)}[CAST(${place} AS INTEGER) + 1]`;
}
