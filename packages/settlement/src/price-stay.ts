import type { PaymentForms, PricedStay, Ruling, StayPrice, TakeStay } from './forms/form.ts';
import { paymentForms } from './forms/registry.ts';
import { unpaid } from './forms/unpaid.ts';
import { fundShareOf } from './fund-rules.ts';
import { levelOf, type PoolPrice, type Tariff } from './tariff.ts';

/** A tariff with its tables ready for many stays. */
export interface Pricer {
  readonly tariff: Tariff;
  readonly forms: PaymentForms;
  pool(stay: PricedStay): PoolPrice | undefined;
  price(stay: PricedStay, ruling?: Ruling): StayPrice;
}

const noRuling: Ruling = {};

function areaTest(areas: readonly string[]): (area: string) => boolean {
  const exact = new Set(areas.filter((area) => !area.endsWith('*')));
  const prefixes = areas.filter((area) => area.endsWith('*')).map((area) => area.slice(0, -1));
  return (area) => exact.has(area) || prefixes.some((prefix) => area.startsWith(prefix));
}

class TariffPricer implements Pricer {
  readonly tariff: Tariff;
  readonly forms: PaymentForms;
  private readonly isLocal: (area: string) => boolean;
  private readonly local = new Map<string, PoolPrice>();
  private readonly remote = new Map<string, PoolPrice>();
  /** Forms in the order in which they are asked. */
  private readonly takers: readonly TakeStay[];

  constructor(tariff: Tariff, forms: PaymentForms) {
    this.tariff = tariff;
    this.forms = forms;
    this.isLocal = areaTest(tariff.local_areas);
    const { bears } = fundShareOf(tariff);
    const inTurn = Object.values(forms).toSorted((a, b) => a.turn - b.turn);
    this.takers = inTurn.map((form) => form.prepare({ tariff, bears }));
    for (const pool of tariff.pools) {
      for (const insutype of pool.insutypes) {
        if (pool.care !== 'remote') this.local.set(insutype, pool);
        if (pool.care !== 'local') this.remote.set(insutype, pool);
      }
    }
  }

  pool(stay: PricedStay): PoolPrice | undefined {
    return (this.isLocal(stay.insu_admdvs) ? this.local : this.remote).get(stay.insutype);
  }

  price(stay: PricedStay, ruling: Ruling = noRuling): StayPrice {
    const pool = this.pool(stay);
    if (pool === undefined) return unpaid(stay, '', 'no_pool');
    const given = { stay, pool, level: levelOf(stay.hosp_lv), ruling };
    for (const take of this.takers) {
      const price = take(given);
      if (price !== undefined) return price;
    }
    return unpaid(stay, pool.id, 'no_form');
  }
}

const pricers = new WeakMap<PaymentForms, WeakMap<Tariff, Pricer>>();

/** Prepares a tariff once, however often it is asked. */
export function compileTariff(tariff: Tariff, forms: PaymentForms = paymentForms): Pricer {
  const known = pricers.get(forms) ?? new WeakMap<Tariff, Pricer>();
  pricers.set(forms, known);
  const pricer = known.get(tariff) ?? new TariffPricer(tariff, forms);
  known.set(tariff, pricer);
  return pricer;
}
