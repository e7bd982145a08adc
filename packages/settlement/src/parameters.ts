import { inputProblems, listed, readText, type Words, words } from '@hengjian/standard';
import type { Agreement, Band, CapRule, Community, Outpatient, Sharing } from './agreement.ts';
import { type BudgetRule, budgetForms, type PoolBudget, wholeShares } from './budget.ts';
import { type CoefficientParameters, coefficientKinds } from './coefficients.ts';
import type { PaymentForms } from './forms/form.ts';
import { paymentForms } from './forms/registry.ts';
import { fundRules, readFundRule } from './fund-rules.ts';
import { readYaml } from './parameter-file.ts';
import {
  choice,
  Fields,
  list,
  money,
  names,
  type Read,
  rate,
  ratio,
  share,
  signedMoney,
  signedShare,
  table,
  text,
  whole,
} from './parameter-reader.ts';
import { settlementProblems } from './problems.ts';
import { type RateRule, rateRules } from './rates.ts';
import { percentText, ratioText } from './step.ts';
import { type GroupPrice, type HospitalPrice, type Level, levels, type Method, methods, one, type PoolPrice } from './tariff.ts';
import { asPricing, formFields, type Pricing } from './tariff-file.ts';
import type { Adjustment, Trim, WeightParameters } from './weights.ts';

/** Everything a bureau decides for a year, read from a YAML file. Money in fen, rates in micro-yuan, the rest in ten-thousandths. */
export interface SettlementParameters {
  readonly id: string;
  readonly title: Words;
  readonly method: Method;
  readonly pools: readonly (Omit<PoolPrice, 'rate'> & { readonly rate?: number })[];
  /** What a tariff takes over as it is. */
  readonly pricing: Pricing;
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

const rateRule: Read<RateRule> = (at) => {
  const fields = new Fields(at, ['by', 'base_points', 'fixed_share']);
  return rateRules[fields.get('by', choice(['fixed', 'floating', 'elastic_volume', 'elastic_rigid']))].read(fields);
};

const budgetRule = (fields: Fields<BudgetKey>): BudgetRule => {
  const by = fields.get('by', choice(['items', 'share', 'growth']));
  if (by === 'share') return { by, of_fen: fields.get('of', money), share: fields.get('share', ratio) };
  if (by === 'growth') return { by, last_fen: fields.get('last', money), growth: fields.get('growth', signedShare) };
  const item: Read<{ readonly name: Words; readonly fen: number }> = (at) => {
    const own = new Fields(at, ['name', 'amount']);
    return { name: own.get('name', names), fen: own.get('amount', signedMoney) };
  };
  return { by, items: fields.get('items', list(item)) };
};

const budgetKeys = ['by', 'of', 'share', 'last', 'growth', 'items', 'reserve', 'forms'] as const;
type BudgetKey = (typeof budgetKeys)[number];

const poolBudget =
  (pool: string, payment: PaymentForms): Read<PoolBudget> =>
  (at) => {
    const fields = new Fields(at, budgetKeys);
    const known = budgetForms(payment);
    const forms = fields.get('forms', (own) => {
      const each = new Fields(own, known);
      return Object.fromEntries(known.filter((form) => each.has(form)).map((form) => [form, each.get(form, share)]));
    });
    const sum = Object.values(forms).reduce((left, right) => left + right, 0);
    if (sum !== one) fields.invalid('forms', percentText(sum), wholeShares);
    return { pool, rule: budgetRule(fields), reserve_share: fields.or('reserve', share, 0), forms };
  };

interface Pool {
  readonly price: SettlementParameters['pools'][number];
  readonly rule: RateRule;
  readonly budget: PoolBudget;
}

const pool =
  (forms: PaymentForms): Read<Pool> =>
  (at) => {
    const fields = new Fields(at, ['id', 'insutypes', 'care', 'form', 'rate', 'rigid_rate', 'fund_ratio', 'rule', 'budget']);
    const id = fields.get('id', text);
    return {
      price: {
        id,
        insutypes: fields.get('insutypes', list(text)),
        care: fields.get('care', choice(['local', 'remote', 'any'])),
        form: fields.or('form', choice(['group', 'item']), 'group'),
        ...fields.maybe('rate', rate),
        ...fields.maybe('rigid_rate', rate),
        ...fields.maybe('fund_ratio', share),
      },
      rule: fields.or('rule', rateRule, { by: 'fixed' }),
      budget: fields.get('budget', poolBudget(id, forms)),
    };
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
  const by = fields.get('by', choice(['none', 'iqr', 'percentile', 'mean_share']));
  if (by === 'none') return { by };
  return by === 'iqr' ? { by, times: fields.get('times', ratio) } : { by, low: fields.get('low', share), high: fields.get('high', ratio) };
};
const adjustment: Read<Adjustment> = (at) => {
  const fields = new Fields(at, ['grp_code', 'factor', 'reason']);
  return { grp_code: fields.get('grp_code', text), factor: fields.get('factor', ratio), reason: fields.get('reason', names) };
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
const risingBands = words('逐段递增的区间，只有最后一段可以不设上限', 'bands that rise; only the last may be open');
const bandsText = (bands: readonly Band[]): string => bands.map(({ to }) => (to === undefined ? '…' : ratioText(to))).join(', ');
const sharing: Read<Sharing> = (at) => {
  const fields = new Fields(at, ['surplus', 'overrun']);
  const read = { surplus: fields.get('surplus', list(band)), overrun: fields.get('overrun', list(band)) };
  for (const key of ['surplus', 'overrun'] as const) {
    if (!rising(read[key])) fields.invalid(key, bandsText(read[key]), risingBands);
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
    name: fields.get('name', names),
    pool: fields.get('pool', text),
    members: fields.get('members', list(text)),
    areas: fields.get('areas', list(text)),
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
const smallDeposit = words(
  '不超过 5% 的保证金；如另有约定，可用 held 预留',
  'a deposit of at most 5 %; hold more until the clearing if agreed',
);
const smallKept = words('与保证金合计不超过 100% 的比例', 'a share that is at most 100 % with the deposit');

const monthly: Read<Agreement['monthly']> = (at) => {
  const fields = new Fields(at, ['deposit', 'held']);
  const deposit_share = fields.or('deposit', share, 0);
  const held_share = fields.or('held', share, 0);
  if (deposit_share > largestDeposit) fields.invalid('deposit', percentText(deposit_share), smallDeposit);
  if (deposit_share + held_share > one) fields.invalid('held', percentText(held_share), smallKept);
  return { deposit_share, held_share };
};
const advance: Read<Agreement['advance']> = (at) => {
  const fields = new Fields(at, ['months', 'monthly']);
  return { months: fields.get('months', ratio), monthly_fen: fields.get('monthly', table(money)) };
};
const review: Read<NonNullable<Agreement['review']>> = (at) => {
  const fields = new Fields(at, ['share', 'order']);
  return { share: fields.get('share', share), order: fields.get('order', choice(['cost', 'request'])) };
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
function checkTogether(fields: Fields<string>, { agreement, pools, pricing, weights: calculated, groups }: SettlementParameters): void {
  const ids = pools.map(({ id }) => id);
  const twice = (key: string, values: readonly string[]): void => {
    for (const value of new Set(values.filter((each, index) => values.indexOf(each) !== index)))
      fields.report(key, (place) => inputProblems.problem('row-twice', { key: value }, place));
  };
  const known = listed(ids, words('无。请先在 pools 下写出基金池', 'none yet; write the pools under pools'));
  const poolKnown = (key: string, name: string): void => {
    const values = { kind: words('基金池', 'pool'), name, known };
    if (!ids.includes(name)) fields.report(key, (place) => inputProblems.problem('name-unknown', values, place));
  };
  twice('pools', ids);
  for (const each of agreement.outpatient) poolKnown('outpatient', each.pool);
  for (const each of agreement.communities) poolKnown('communities', each.pool);
  twice(
    'communities',
    agreement.communities.flatMap((each) => each.areas.map((area) => `${each.pool} ${area}`)),
  );
  for (const each of pools.filter(({ form }) => form === 'group')) {
    const problem = fundRules[pricing.fund.by].poolProblem(each);
    if (problem !== undefined) fields.report('pools', (place) => ({ ...problem, place }));
  }
  if (calculated === undefined && Object.keys(groups).length === 0)
    fields.report('groups', (place) => settlementProblems.problem('weights-none', {}, place));
}

/** What a tariff takes over: areas, the fields of each payment form, the fund rule. */
function pricingOf(fields: Fields<string>, forms: PaymentForms): Pricing {
  const local_areas = fields.get('local_areas', list(text));
  const own = formFields(forms).flatMap(([name, { read, absent, words: what }]): readonly (readonly [string, unknown])[] => {
    if (absent === 'refused') return [[name, fields.get(name, read, words(`${what.zh} ${name}`, `${name} (${what.en})`))]];
    if (fields.has(name)) return [[name, fields.get(name, read)]];
    return absent === 'left out' ? [] : [[name, absent.value]];
  });
  return asPricing({ local_areas, ...Object.fromEntries(own), fund: fields.get('fund', readFundRule) });
}

const parameters =
  (forms: PaymentForms): Read<SettlementParameters> =>
  (at) => {
    const fields = new Fields<TopKey>(
      at,
      topKeys,
      formFields(forms).map(([name]) => name),
    );
    fields.get('version', choice(['1']));
    const pools = fields.get('pools', list(pool(forms)));
    const method = fields.get('method', choice(methods));
    const mean = fields.maybe('mean', money).mean;
    const read: SettlementParameters = {
      id: fields.get('id', text),
      title: fields.get('title', names),
      method,
      pools: pools.map(({ price }) => price),
      pricing: pricingOf(fields, forms),
      groups: fields.or('groups', table(group), {}),
      ...(mean === undefined ? {} : { mean_fen: mean }),
      basic: fields.or('basic', list(text), []),
      rigid: fields.or('rigid', list(text), []),
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
export const parseParameters = (source: string, file: string, forms: PaymentForms = paymentForms): SettlementParameters =>
  readYaml(source, file, parameters(forms));

/** Reads a parameter file. */
export const readParameters = (file: string): SettlementParameters => parseParameters(readText(file), file);
