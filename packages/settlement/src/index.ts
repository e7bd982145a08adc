export * from './pay-stay.ts';
export type { PayForm, PayStyle, PricedStay, Pricer, Reason, Review, Ruling, StayPrice } from './price-stay.ts';
export { compileTariff } from './price-stay.ts';
export * from './rates.ts';
export * from './reprice.ts';
export * from './step.ts';
export * from './tariff.ts';
export * from './weights.ts';
