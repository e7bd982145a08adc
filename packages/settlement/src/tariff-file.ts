import { inputProblems, type Problem, RefusedInput, words } from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { type TSchema, Type } from 'typebox';
import { bedDaySchemas } from './forms/bed-day.ts';
import { fixedPriceSchemas } from './forms/fixed-price.ts';
import type { ParameterField, PaymentForms, TariffCheck } from './forms/form.ts';
import { handlingSchemas } from './forms/handling.ts';
import { itemSchemas } from './forms/item.ts';
import { outlierSchemas } from './forms/outliers.ts';
import { paymentForms } from './forms/registry.ts';
import { fundRules, fundSchemas } from './fund-rules.ts';
import { settlementProblems } from './problems.ts';
import { methods, type Tariff } from './tariff.ts';

const localAreas = { local_areas: Type.Array(Type.String()) };

/** What a tariff takes over from the parameters as it is: areas, the fields of the payment forms, the fund rule. */
const pricingSchemas = {
  ...localAreas,
  ...outlierSchemas(Type),
  ...handlingSchemas(Type),
  ...bedDaySchemas(Type),
  ...fixedPriceSchemas(Type),
  ...itemSchemas(Type),
  ...fundSchemas(Type),
};

const groupSchema = Type.Object({
  weight: Type.Integer(),
  mean_fen: Type.Integer(),
  basic: Type.Optional(Type.Boolean()),
  rigid: Type.Optional(Type.Boolean()),
});
const hospitalSchema = Type.Object({
  coefficient: Type.Optional(Type.Integer()),
  groups: Type.Optional(Type.Record(Type.String(), Type.Integer())),
});
const poolSchema = Type.Object({
  id: Type.String(),
  insutypes: Type.Array(Type.String()),
  care: Type.Enum(['local', 'remote', 'any'] as const),
  form: Type.Enum(['group', 'item'] as const),
  rate: Type.Integer(),
  rigid_rate: Type.Optional(Type.Integer()),
  fund_ratio: Type.Optional(Type.Integer()),
});
const level = Type.Optional(Type.Integer());

const tariffSchema = Type.Object({
  format: Type.Literal(1),
  id: Type.String(),
  method: Type.Enum(methods),
  mean_fen: Type.Integer(),
  groups: Type.Record(Type.String(), groupSchema),
  hospitals: Type.Record(Type.String(), hospitalSchema),
  level_coefficients: Type.Object({ '3': level, '2': level, '1': level, '0': level }),
  pools: Type.Array(poolSchema),
  ...pricingSchemas,
});

const name = words('付费标准', 'tariff');
const tariffReader = jsonReader(tariffSchema, name);
const pricingReader = jsonReader(Type.Object(pricingSchemas), name);

export type Pricing = Pick<Tariff, 'local_areas' | 'high' | 'low' | 'handling' | 'bed_days' | 'fixed_prices' | 'outside' | 'fund'>;

/** The fields that payment forms have in a tariff and in the parameters, in their order. */
export const formFields = (forms: PaymentForms): readonly (readonly [string, ParameterField])[] =>
  Object.values(forms).flatMap(({ parameters }) => Object.entries(parameters));

/** Narrows what was put together field by field. Throws when a form reads something else than its own schema says. */
export function asPricing(value: unknown): Pricing {
  if (pricingReader.accepts(value)) return value;
  throw new Error('a payment form reads what its schema refuses');
}

class TariffChecker implements TariffCheck {
  readonly problems: Problem[] = [];
  private readonly file: string;
  constructor(file: string) {
    this.file = file;
  }

  report(problem: Problem): void {
    this.problems.push({ ...problem, place: { ...problem.place, file: this.file } });
  }

  whole(field: string, value: number | undefined, least: number): void {
    if (value !== undefined && Number.isSafeInteger(value) && value >= least) return;
    const expected = words(`不小于 ${least} 的整数`, `a whole number of at least ${least}`);
    this.report(inputProblems.problem('value-invalid', { value: String(value), expected }, { field }));
  }
}

function checkPools(check: TariffChecker, { pools, fund }: Tariff): void {
  const seen = new Set<string>();
  for (const [index, pool] of pools.entries()) {
    const field = `pools.${index}`;
    if (seen.has(pool.id)) check.report(inputProblems.problem('row-twice', { key: pool.id }, { field: `${field}.id` }));
    seen.add(pool.id);
    check.whole(`${field}.rate`, pool.rate, pool.form === 'group' ? 1 : 0);
    if (pool.rigid_rate !== undefined) check.whole(`${field}.rigid_rate`, pool.rigid_rate, 1);
    const lacking = pool.form === 'group' ? fundRules[fund.by].poolProblem(pool) : undefined;
    if (lacking !== undefined) check.report({ ...lacking, place: { field: `${field}.fund_ratio` } });
    for (const insutype of pool.insutypes) {
      const other = pools
        .slice(0, index)
        .find((one) => one.insutypes.includes(insutype) && (one.care === pool.care || one.care === 'any' || pool.care === 'any'));
      if (other === undefined) continue;
      const values = { insutype, first: other.id, second: pool.id };
      check.report(settlementProblems.problem('pools-overlap', values, { field: `${field}.insutypes` }));
    }
  }
}

/** Everything that is wrong with a tariff; empty when payments can be worked out with it. */
export function tariffProblems(tariff: Tariff, file: string, forms: PaymentForms = paymentForms): readonly Problem[] {
  const check = new TariffChecker(file);
  for (const [code, group] of Object.entries(tariff.groups)) {
    check.whole(`groups.${code}.weight`, group.weight, 1);
    check.whole(`groups.${code}.mean_fen`, group.mean_fen, 0);
  }
  for (const [code, hospital] of Object.entries(tariff.hospitals)) {
    if (hospital.coefficient !== undefined) check.whole(`hospitals.${code}.coefficient`, hospital.coefficient, 1);
    for (const [group, value] of Object.entries(hospital.groups ?? {})) check.whole(`hospitals.${code}.groups.${group}`, value, 1);
  }
  for (const [level, value] of Object.entries(tariff.level_coefficients)) check.whole(`level_coefficients.${level}`, value, 1);
  for (const form of Object.values(forms)) form.check?.(tariff, check);
  checkPools(check, tariff);
  return check.problems;
}

/** The fields of forms that the program does not ship, as a schema; `undefined` when there are none. */
function furtherSchema(forms: PaymentForms): TSchema | undefined {
  const known: ReadonlySet<string> = new Set(Object.keys(pricingSchemas));
  const further = formFields(forms).filter(([field]) => !known.has(field));
  return further.length === 0 ? undefined : Type.Object(Object.fromEntries(further.map(([field, { schema }]) => [field, schema(Type)])));
}

/** Reads a tariff from its JSON text; throws RefusedInput with every problem. */
export function parseTariff(text: string, file: string, forms: PaymentForms = paymentForms): Tariff {
  const tariff: Tariff = tariffReader.read(text, { file });
  const further = furtherSchema(forms);
  if (further !== undefined) jsonReader(further, name).read(text, { file });
  const problems = tariffProblems(tariff, file, forms);
  if (problems.length > 0) throw new RefusedInput(problems);
  return tariff;
}
