declare const unit: unique symbol;

/**
 * A whole number of a unit. A bare number, which is a count or comes out of arithmetic, may be taken for it; a number of
 * another unit may not, so that days are never handed over as minutes, or prices as amounts.
 */
type In<Unit extends string> = number & { readonly [unit]?: Unit };

/** Money in fen (分, 0.01 yuan). */
export type Fen = In<'fen'>;
/** A unit price in micro-yuan: the national field `pric` has six decimals. */
export type MicroYuan = In<'micro-yuan'>;
/** A quantity or a ratio in ten-thousandths: the national field `cnt` has four decimals. */
export type TenThousandth = In<'ten-thousandth'>;
/** Days since 1970-01-01. */
export type CivilDay = In<'day'>;
/** Minutes since 1970-01-01 00:00, local time of Asia/Shanghai. */
export type CivilMinute = In<'minute'>;
