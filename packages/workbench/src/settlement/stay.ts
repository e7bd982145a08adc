import { compileGrouper, type GroupingCase } from '@hengjian/grouping';
import { payStay, type Repricing, remarkOf, reprice } from '@hengjian/settlement';
import { type Fen, formatYuan, inputProblems, type UseCase, type Words, words } from '@hengjian/standard';
import { workbenchProblems } from '../problems.ts';
import { findStay, type SettledStay } from './stays.ts';

export interface StayInput {
  readonly lake: string;
  readonly run: string;
  readonly mdtrt_id: string;
}

export interface ExplainedStay {
  readonly stay: SettledStay['stay'];
  readonly method: SettledStay['pricing']['tariff']['method'];
  readonly payment: ReturnType<typeof payStay>;
  /** What has to be said about the stay beside the arithmetic; null where nothing has. */
  readonly remark: Words | null;
}

/** How the payment of one stay was worked out. */
export const explainStay: UseCase<StayInput, ExplainedStay> = () => async (input) => {
  const { stay, pricing } = await findStay(input.lake, input.mdtrt_id, input.run);
  const payment = payStay(stay, pricing.tariff, pricing.rulings[stay.mdtrt_id]);
  return { stay, method: pricing.tariff.method, payment, remark: remarkOf({ stay }) ?? null };
};

export interface RepriceInput extends StayInput {
  /** What of its cost should not be there, in fen, and what of that lies inside the policy scope. */
  readonly charge_fen: Fen | undefined;
  readonly inscope_fen: Fen | undefined;
  /** Codes of its list that should not be there. */
  readonly without: readonly string[];
}

/** The group of a stay without some codes of its list; `undefined` when none is left out. */
function regrouped({ case: one, scheme }: SettledStay, without: ReadonlySet<string>) {
  if (without.size === 0) return undefined;
  const unknown = [...without].filter((code) => !one.diagnoses.includes(code) && !one.procedures.includes(code));
  if (unknown.length > 0) throw workbenchProblems.refused('codes-not-listed', { codes: unknown.join('、') });
  if (scheme.kind === 'dip') throw workbenchProblems.refused('reprice-dip', {});
  const changed: GroupingCase = {
    ...one,
    diagnoses: one.diagnoses.filter((code) => !without.has(code)),
    procedures: one.procedures.filter((code) => !without.has(code)),
  };
  const group = compileGrouper(scheme).group(changed);
  if (group.status === 'invalid') throw workbenchProblems.refused('reprice-invalid', { field: group.field });
  return { grp_code: group.drg, status: group.status };
}

/** What the fund would have paid for a stay without some money or codes. */
export const repriceStay: UseCase<RepriceInput, Repricing> = () => async (input) => {
  const found = await findStay(input.lake, input.mdtrt_id, input.run);
  const group = regrouped(found, new Set(input.without));
  const charge = input.charge_fen ?? 0;
  if (charge > found.stay.medfee_sumamt) {
    const most = formatYuan(found.stay.medfee_sumamt);
    const expected = words(`不超过该病例总费用 ${most} 元的金额`, `at most the cost of the stay, ${most} yuan`);
    throw inputProblems.refused('option-invalid', { option: '--charge', value: formatYuan(charge), expected });
  }
  const { tariff, rulings } = found.pricing;
  const change = { medfee_fen: charge, inscp_fen: input.inscope_fen ?? charge, ...group };
  return reprice(found.stay, change, tariff, rulings[found.stay.mdtrt_id]);
};
