import { readFileSync } from 'node:fs';
import type { Agreement, Band, CapRule, Community, Outpatient, Sharing } from './agreement.ts';
import { type BudgetRule, budgetForms, type PoolBudget } from './budget.ts';
import { type CoefficientParameters, coefficientKinds } from './coefficients.ts';
import {
  type At,
  choice,
  Fields,
  flag,
  list,
  money,
  type Read,
  rate,
  ratio,
  readYaml,
  share,
  signedMoney,
  signedShare,
  table,
  text,
  whole,
} from './parameter-reader.ts';
import type { RateRule } from './rates.ts';
import {
  type BedDays,
  type DayStage,
  type FixedPrices,
  type FundRule,
  type GroupPrice,
  type Handled,
  type Handling,
  type HighBound,
  type HighRule,
  type HospitalPrice,
  handled,
  highStyles,
  type Level,
  type LowRule,
  levels,
  lowStyles,
  type Method,
  methods,
  type Outside,
  one,
  type PoolPrice,
  references,
  type Tariff,
} from './tariff.ts';
import type { Adjustment, Trim, WeightParameters } from './weights.ts';

interface Words {
  readonly zh: string;
  readonly en: string;
}

/** Everything a bureau decides for a year, read from a YAML file. Money in fen, rates in micro-yuan, the rest in ten-thousandths. */
export interface SettlementParameters {
  readonly id: string;
  readonly title: Words;
  readonly method: Method;
  readonly pools: readonly (Omit<PoolPrice, 'rate'> & { readonly rate?: number })[];
  /** What a tariff takes over as it is. */
  readonly pricing: Pick<Tariff, 'local_areas' | 'high' | 'low' | 'handling' | 'bed_days' | 'fixed_prices' | 'outside' | 'fund'>;
  /** Groups with given weights; they win over calculated ones. */
  readonly groups: Readonly<Record<string, GroupPrice>>;
  readonly mean_fen?: number;
  readonly basic: readonly string[];
  readonly rigid: readonly string[];
  readonly hospitals: Readonly<Record<string, HospitalPrice>>;
  readonly level_coefficients: Readonly<Partial<Record<Level, number>>>;
  /** Absent: coefficients are given, not calculated. */
  readonly coefficients?: CoefficientParameters;
  /** Absent: weights are given, not calculated. */
  readonly weights?: WeightParameters;
  readonly agreement: Agreement;
}

const words: Read<Words> = (at) => {
  const fields = new Fields(at, ['zh', 'en']);
  return { zh: fields.get('zh', text), en: fields.get('en', text) };
};
const texts = list(text);
const level = choice(levels);

const rateRule: Read<RateRule> = (at) => {
  const fields = new Fields(at, ['by', 'base_points', 'fixed_share']);
  const by = fields.get('by', choice(['fixed', 'floating', 'elastic_volume', 'elastic_rigid'] as const));
  return by === 'elastic_volume'
    ? { by, base_points: fields.get('base_points', ratio), fixed_share: fields.get('fixed_share', share) }
    : { by };
};

const budgetRule = (fields: Fields<BudgetKey>): BudgetRule => {
  const by = fields.get('by', choice(['items', 'share', 'growth'] as const));
  if (by === 'share') return { by, of_fen: fields.get('of', money), share: fields.get('share', ratio) };
  if (by === 'growth') return { by, last_fen: fields.get('last', money), growth: fields.get('growth', signedShare) };
  const item: Read<{ readonly name: Words; readonly fen: number }> = (at) => {
    const own = new Fields(at, ['name', 'amount']);
    return { name: own.get('name', words), fen: own.get('amount', signedMoney) };
  };
  return { by, items: fields.get('items', list(item)) };
};

const budgetKeys = ['by', 'of', 'share', 'last', 'growth', 'items', 'reserve', 'forms'] as const;
type BudgetKey = (typeof budgetKeys)[number];

const budgetForm =
  (pool: string): Read<PoolBudget> =>
  (at) => {
    const fields = new Fields(at, budgetKeys);
    const forms = fields.get('forms', (own) => {
      const each = new Fields(own, budgetForms);
      return Object.fromEntries(budgetForms.filter((form) => each.has(form)).map((form) => [form, each.get(form, share)]));
    });
    const sum = Object.values(forms).reduce((left, right) => left + right, 0);
    if (sum !== one) fields.refuse('forms', 'the shares of the payment forms are not 1 together', 'let them add up to 1');
    return { pool, rule: budgetRule(fields), reserve_share: fields.or('reserve', share, 0), forms };
  };

interface Pool {
  readonly price: SettlementParameters['pools'][number];
  readonly rule: RateRule;
  readonly budget: PoolBudget;
}

const pool: Read<Pool> = (at) => {
  const fields = new Fields(at, ['id', 'insutypes', 'care', 'form', 'rate', 'rigid_rate', 'fund_ratio', 'rule', 'budget']);
  const id = fields.get('id', text);
  return {
    price: {
      id,
      insutypes: fields.get('insutypes', texts),
      care: fields.get('care', choice(['local', 'remote', 'any'] as const)),
      form: fields.or('form', choice(['group', 'item'] as const), 'group'),
      ...fields.maybe('rate', rate),
      ...fields.maybe('rigid_rate', rate),
      ...fields.maybe('fund_ratio', share),
    },
    rule: fields.or('rule', rateRule, { by: 'fixed' }),
    budget: fields.get('budget', budgetForm(id)),
  };
};

const highBound: Read<HighBound> = (at) => {
  const fields = new Fields(at, ['levels', 'weight_to', 'times']);
  return { ...fields.maybe('levels', list(level)), ...fields.maybe('weight_to', ratio), times: fields.get('times', ratio) };
};
const high: Read<HighRule> = (at) => {
  const fields = new Fields(at, ['reference', 'style', 'share', 'bounds']);
  return {
    reference: fields.get('reference', choice(references)),
    style: fields.get('style', choice(highStyles)),
    share: fields.or('share', share, one),
    bounds: fields.get('bounds', list(highBound)),
  };
};
const low: Read<LowRule> = (at) => {
  const fields = new Fields(at, ['reference', 'style', 'below']);
  return {
    reference: fields.get('reference', choice(references)),
    style: fields.get('style', choice(lowStyles)),
    below: fields.get('below', share),
  };
};

const handling: Read<Handling> = (at) => {
  const fields = new Fields(at, ['by', 'share']);
  const by = fields.get('by', choice(['item', 'lowest_weight', 'nothing', 'group', 'discount'] as const));
  return by === 'discount' ? { by, share: fields.get('share', share) } : { by };
};
const handlings: Read<Tariff['handling']> = (at) => {
  const fields = new Fields(at, handled);
  return Object.fromEntries(handled.map((key) => [key, fields.get(key, handling)])) as Record<Handled, Handling>;
};

const dayStage: Read<DayStage> = (at) => {
  const fields = new Fields(at, ['levels', 'from', 'to', 'day']);
  return {
    ...fields.maybe('levels', list(level)),
    from: fields.get('from', whole),
    ...fields.maybe('to', whole),
    day_fen: fields.get('day', money),
  };
};
const bedDays: Read<BedDays> = (at) => {
  const fields = new Fields(at, ['clr_ways', 'in_points', 'stages']);
  return {
    clr_ways: fields.get('clr_ways', texts),
    in_points: fields.or('in_points', flag, false),
    stages: fields.get('stages', list(dayStage)),
  };
};
const fixedPrices: Read<FixedPrices> = (at) => {
  const fields = new Fields(at, ['name', 'clr_ways', 'max_days', 'prices']);
  const price: Read<FixedPrices['prices'][number]> = (own) => {
    const each = new Fields(own, ['grp_code', 'levels', 'price']);
    return { grp_code: each.get('grp_code', text), ...each.maybe('levels', list(level)), fen: each.get('price', money) };
  };
  return {
    name: fields.get('name', words),
    ...fields.maybe('clr_ways', texts),
    ...fields.maybe('max_days', whole),
    prices: fields.get('prices', list(price)),
  };
};
const outside: Read<Outside> = (at) => {
  const fields = new Fields(at, ['clr_ways', 'days_over', 'days_under', 'cost_under']);
  const cost = fields.maybe('cost_under', money).cost_under;
  return {
    clr_ways: fields.or('clr_ways', texts, []),
    ...fields.maybe('days_over', whole),
    ...fields.maybe('days_under', whole),
    ...(cost === undefined ? {} : { cost_under_fen: cost }),
  };
};
const fund: Read<FundRule> = (at) => {
  const fields = new Fields(at, ['by', 'floor']);
  const by = fields.get('by', choice(['patients_share', 'ratio'] as const));
  return by === 'ratio' ? { by } : { by, floor: fields.or('floor', choice(['zero', 'none'] as const), 'zero') };
};

const group: Read<GroupPrice> = (at) => {
  const fields = new Fields(at, ['weight', 'mean']);
  return { weight: fields.get('weight', ratio), mean_fen: fields.or('mean', money, 0) };
};
const hospital: Read<HospitalPrice> = (at) => {
  const fields = new Fields(at, ['coefficient', 'groups']);
  return { ...fields.maybe('coefficient', ratio), ...fields.maybe('groups', table(ratio)) };
};
const levelTable: Read<Partial<Record<Level, number>>> = (at) => {
  const fields = new Fields(at, levels);
  return Object.fromEntries(levels.filter((key) => fields.has(key)).map((key) => [key, fields.get(key, ratio)]));
};
const coefficients: Read<CoefficientParameters> = (at) => {
  const fields = new Fields(at, ['by', 'least', 'most', 'least_cases']);
  return {
    by: fields.get('by', choice(coefficientKinds)),
    least: fields.get('least', ratio),
    most: fields.get('most', ratio),
    least_cases: fields.or('least_cases', whole, 0),
  };
};

const trim: Read<Trim> = (at) => {
  const fields = new Fields(at, ['by', 'times', 'low', 'high']);
  const by = fields.get('by', choice(['none', 'iqr', 'percentile', 'mean_share'] as const));
  if (by === 'none') return { by };
  return by === 'iqr' ? { by, times: fields.get('times', ratio) } : { by, low: fields.get('low', share), high: fields.get('high', ratio) };
};
const adjustment: Read<Adjustment> = (at) => {
  const fields = new Fields(at, ['grp_code', 'factor', 'reason']);
  return { grp_code: fields.get('grp_code', text), factor: fields.get('factor', ratio), reason: fields.get('reason', words) };
};
const weights =
  (method: Method): Read<WeightParameters> =>
  (at) => {
    const fields = new Fields(at, ['years', 'trim', 'least_cases', 'given', 'adjustments']);
    const year: Read<{ readonly year: number; readonly factor: number }> = (own) => {
      const each = new Fields(own, ['year', 'factor']);
      return { year: each.get('year', whole), factor: each.get('factor', whole) };
    };
    return {
      method,
      years: fields.get('years', list(year)),
      trim: fields.or('trim', trim, { by: 'none' }),
      least_cases: fields.or('least_cases', whole, 0),
      given: fields.or('given', table(ratio), {}),
      adjustments: fields.or('adjustments', list(adjustment), []),
    };
  };

const band: Read<Band> = (at) => {
  const fields = new Fields(at, ['to', 'share']);
  return { ...fields.maybe('to', ratio), share: fields.get('share', share) };
};
const rising = (bands: readonly Band[]): boolean =>
  bands.every(
    ({ to }, index) => index === bands.length - 1 || (to !== undefined && to < (bands[index + 1]?.to ?? Number.MAX_SAFE_INTEGER)),
  );
const sharing: Read<Sharing> = (at) => {
  const fields = new Fields(at, ['surplus', 'overrun']);
  const read = { surplus: fields.get('surplus', list(band)), overrun: fields.get('overrun', list(band)) };
  for (const key of ['surplus', 'overrun'] as const) {
    if (!rising(read[key]))
      fields.refuse(key, 'the bands do not rise', 'let each band end above the one before; only the last may be open');
  }
  return read;
};
const outpatient: Read<Outpatient> = (at) => {
  const fields = new Fields(at, ['pool', 'per_head', 'heads']);
  const heads: Read<Outpatient['heads'][number]> = (own) => {
    const each = new Fields(own, ['fixmedins_code', 'heads']);
    return { fixmedins_code: each.get('fixmedins_code', text), heads: each.get('heads', whole) };
  };
  return { pool: fields.get('pool', text), per_head_fen: fields.get('per_head', money), heads: fields.get('heads', list(heads)) };
};
const community: Read<Community> = (at) => {
  const fields = new Fields(at, ['id', 'name', 'pool', 'members', 'areas', 'lump', 'surplus_kept', 'overrun_borne', 'overrun_to']);
  return {
    id: fields.get('id', text),
    name: fields.get('name', words),
    pool: fields.get('pool', text),
    members: fields.get('members', texts),
    areas: fields.get('areas', texts),
    lump_fen: fields.get('lump', money),
    surplus_kept: fields.get('surplus_kept', share),
    overrun_borne: fields.get('overrun_borne', share),
    overrun_to: fields.get('overrun_to', share),
  };
};
const capRule: Read<CapRule> = (at) => {
  const fields = new Fields(at, ['growth', 'by_violations', 'surplus_reward', 'overrun_penalty']);
  const violation: Read<CapRule['by_violations'][number]> = (own) => {
    const each = new Fields(own, ['to', 'change']);
    return { ...each.maybe('to', share), change: each.get('change', signedShare) };
  };
  return {
    growth: fields.get('growth', signedShare),
    by_violations: fields.get('by_violations', list(violation)),
    surplus_reward: fields.or('surplus_reward', share, 0),
    overrun_penalty: fields.or('overrun_penalty', share, 0),
  };
};

const largestDeposit = 500;

const monthly: Read<Agreement['monthly']> = (at) => {
  const fields = new Fields(at, ['deposit', 'held']);
  const deposit_share = fields.or('deposit', share, 0);
  const held_share = fields.or('held', share, 0);
  if (deposit_share > largestDeposit)
    fields.refuse('deposit', 'a deposit is at most 5 %', 'lower it to 0.05, and hold more until the clearing if agreed');
  if (deposit_share + held_share > one) fields.refuse('held', 'more than everything would be kept', 'lower deposit or held');
  return { deposit_share, held_share };
};
const advance: Read<Agreement['advance']> = (at) => {
  const fields = new Fields(at, ['months', 'monthly']);
  return { months: fields.get('months', ratio), monthly_fen: fields.get('monthly', table(money)) };
};
const review: Read<NonNullable<Agreement['review']>> = (at) => {
  const fields = new Fields(at, ['share', 'order']);
  return { share: fields.get('share', share), order: fields.get('order', choice(['cost', 'request'] as const)) };
};
const readmission: Read<NonNullable<Agreement['readmission']>> = (at) => {
  const fields = new Fields(at, ['days', 'share']);
  return { days: fields.get('days', whole), share: fields.get('share', share) };
};

const topKeys = [
  'version',
  'id',
  'title',
  'year',
  'method',
  'local_areas',
  'pools',
  'fund',
  'weights',
  'groups',
  'mean',
  'basic',
  'rigid',
  'levels',
  'hospitals',
  'coefficients',
  'high',
  'low',
  'handling',
  'bed_days',
  'fixed_prices',
  'outside',
  'monthly',
  'advance',
  'high_share',
  'review',
  'readmission',
  'assessment',
  'caps',
  'sharing',
  'outpatient',
  'communities',
  'next_caps',
] as const;
type TopKey = (typeof topKeys)[number];

function agreementOf(fields: Fields<TopKey>, pools: readonly Pool[]): Agreement {
  return {
    year: fields.get('year', whole),
    rates: Object.fromEntries(pools.map(({ price, rule }) => [price.id, rule])),
    budgets: pools.map(({ budget }) => budget),
    monthly: fields.or('monthly', monthly, { deposit_share: 0, held_share: 0 }),
    advance: fields.or('advance', advance, { months: 0, monthly_fen: {} }),
    ...fields.maybe('high_share', share),
    ...fields.maybe('review', review),
    ...fields.maybe('readmission', readmission),
    assessment: fields.or('assessment', table(ratio), {}),
    caps: fields.or('caps', table(money), {}),
    ...fields.maybe('sharing', sharing),
    outpatient: fields.or('outpatient', list(outpatient), []),
    communities: fields.or('communities', list(community), []),
    ...fields.maybe('next_caps', capRule),
  };
}

/** What one part of the file says about another: pools that are named, ratios that are needed, areas of two communities. */
function checkTogether(fields: Fields<TopKey>, parameters: SettlementParameters): void {
  const { agreement, pools } = parameters;
  const ids = new Set(pools.map(({ id }) => id));
  if (ids.size !== pools.length) fields.refuse('pools', 'a pool stands twice', 'give each pool an id of its own');
  for (const { pool: id } of agreement.outpatient)
    if (!ids.has(id)) fields.refuse('outpatient', `there is no pool ${id}`, 'name a pool of the file');
  for (const { id, pool: of } of agreement.communities)
    if (!ids.has(of))
      fields.refuse('communities', `the community ${id} names the pool ${of}, which does not exist`, 'name a pool of the file');
  const areas = agreement.communities.flatMap((each) => each.areas.map((area) => `${each.pool} ${area}`));
  if (new Set(areas).size !== areas.length)
    fields.refuse('communities', 'an area belongs to two communities', 'let every area belong to one community');
  const wanting = pools.filter((each) => parameters.pricing.fund.by === 'ratio' && each.form === 'group' && each.fund_ratio === undefined);
  for (const { id } of wanting) fields.refuse('pools', `the pool ${id} has no fund_ratio`, 'add it, since the fund pays by ratio');
  if (parameters.weights === undefined && Object.keys(parameters.groups).length === 0)
    fields.refuse('groups', 'there are no weights', 'give groups, or weights to calculate them from past stays');
}

const parameters: Read<SettlementParameters> = (at: At) => {
  const fields = new Fields(at, topKeys);
  fields.get('version', choice(['1'] as const));
  const pools = fields.get('pools', list(pool));
  const method = fields.get('method', choice(methods));
  const mean = fields.maybe('mean', money).mean;
  const read: SettlementParameters = {
    id: fields.get('id', text),
    title: fields.get('title', words),
    method,
    pools: pools.map(({ price }) => price),
    pricing: {
      local_areas: fields.get('local_areas', texts),
      ...fields.maybe('high', high),
      ...fields.maybe('low', low),
      handling: fields.get('handling', handlings),
      ...fields.maybe('bed_days', bedDays),
      fixed_prices: fields.or('fixed_prices', list(fixedPrices), []),
      outside: fields.or('outside', outside, { clr_ways: [] }),
      fund: fields.get('fund', fund),
    },
    groups: fields.or('groups', table(group), {}),
    ...(mean === undefined ? {} : { mean_fen: mean }),
    basic: fields.or('basic', texts, []),
    rigid: fields.or('rigid', texts, []),
    hospitals: fields.or('hospitals', table(hospital), {}),
    level_coefficients: fields.or('levels', levelTable, {}),
    ...fields.maybe('coefficients', coefficients),
    ...fields.maybe('weights', weights(method)),
    agreement: agreementOf(fields, pools),
  };
  checkTogether(fields, read);
  return read;
};

/**
 * Reads parameters of a settlement from YAML (`docs/settlement.md` explains the fields). Throws RefusedInput with every
 * problem: file, line, path of the field, remedy.
 */
export const parseParameters = (source: string, file: string): SettlementParameters => readYaml(source, file, parameters);

/** Reads a parameter file. */
export const readParameters = (file: string): SettlementParameters => parseParameters(readFileSync(file, 'utf8'), file);
