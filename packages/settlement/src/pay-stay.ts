import type { PaymentForms, PricedStay, Ruling, StayPrice } from './forms/form.ts';
import { handlingWords } from './forms/handling.ts';
import { formOf, paymentForms, reasonWords } from './forms/registry.ts';
import { fundShareOf } from './fund-rules.ts';
import { compileTariff, type Pricer } from './price-stay.ts';
import { type Step, step } from './step.ts';
import type { Tariff } from './tariff.ts';

/** What the hospital earns for a stay and the arithmetic behind it. The parts of `steps` add up to `fund_fen`. */
export interface StayPayment extends StayPrice {
  readonly steps: readonly Step[];
}

function reasonSteps({ reason, form, pay_fen }: StayPrice, { tariff, forms }: Pricer): readonly Step[] {
  if (reason === '') return [];
  const why = reasonWords(forms, reason);
  const next = handlingWords(reason, tariff) ?? formOf(forms, form).consequence;
  return [step(`${why.zh}：${next.zh}`, `${why.en}: ${next.en}`, pay_fen)];
}

/** The arithmetic of a price up to what the hospital earns. */
export function earningSteps(stay: PricedStay, price: StayPrice, pricer: Pricer, ruling: Ruling = {}): readonly Step[] {
  const { tariff, forms } = pricer;
  const priceUnder = (other: Ruling): StayPrice => pricer.price(stay, other);
  return [...reasonSteps(price, pricer), ...formOf(forms, price.form).steps({ stay, price, tariff, ruling, priceUnder })];
}

/** Explains a price that was already worked out. */
export function explainPrice(stay: PricedStay, price: StayPrice, pricer: Pricer, ruling: Ruling = {}): readonly Step[] {
  const { tariff, forms } = pricer;
  const pool = tariff.pools.find(({ id }) => id === price.pool);
  const borne = formOf(forms, price.form).fundParts?.(price) ?? fundShareOf(tariff).stayParts(pool, stay, price);
  return [...earningSteps(stay, price, pricer, ruling), ...borne];
}

/**
 * Prices one stay and shows the arithmetic. Pure. For many stays without explanation use `compileTariff(tariff).price`.
 *
 * standard = weight × coefficient × rate (2.6 of the reference sheet), then outlier, review and readmission rules of the
 * tariff and the ruling; the fund bears the payment less what was paid at the counter, or its ratio.
 */
export function payStay(stay: PricedStay, tariff: Tariff, ruling: Ruling = {}, forms: PaymentForms = paymentForms): StayPayment {
  const pricer = compileTariff(tariff, forms);
  const price = pricer.price(stay, ruling);
  return { ...price, steps: explainPrice(stay, price, pricer, ruling) };
}
