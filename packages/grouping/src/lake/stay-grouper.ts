import { formatDay, parseDay, words, ymdOf } from '@hengjian/standard';
import type { CaseProblem, GroupingCase, GroupStatus } from '../case/case.ts';
import { catalogueHash, compileDip, type DipCase, type DipCatalogue } from '../dip/index.ts';
import { compileGrouper } from '../grouper/compile.ts';
import { groupingProblems, notice } from '../problems.ts';
import type { Scheme } from '../scheme/scheme.ts';
import { schemeHash } from '../scheme/store.ts';
import type { LakeStay } from './stays.ts';

/** What grouping said of one stay. */
export interface StayGroup {
  readonly status: GroupStatus;
  readonly mdc: string;
  readonly adrg: string;
  readonly grp_code: string;
  readonly split: string;
  readonly field: string;
  /** Base weight of the scheme, or value of the disease, in ten-thousandths. */
  readonly weight: number | null;
  /** DIP coefficient of the auxiliary type in ten-thousandths; null when none is triggered. */
  readonly auxiliary: number | null;
}

/** Groups stays of a lake, by DRG or by DIP. */
export interface StayGrouper {
  readonly id: string;
  readonly hash: string;
  group(one: GroupingCase, stay: LakeStay): StayGroup & { readonly problems: readonly CaseProblem[] };
}

interface InForce {
  readonly id: string;
  readonly effective: { readonly from: string; readonly to?: string };
}

/** Finds stays discharged on a day the scheme is not meant for. They are grouped all the same: to compare versions is a use of its own. */
export function outOfForce({ id, effective }: InForce): (stay: LakeStay) => readonly CaseProblem[] {
  const from = parseDay(effective.from) ?? Number.NEGATIVE_INFINITY;
  const to = (effective.to === undefined ? undefined : parseDay(effective.to)) ?? Number.POSITIVE_INFINITY;
  const [until_zh, until_en] = effective.to === undefined ? ['', ''] : [`至 ${effective.to} `, ` to ${effective.to}`];
  const period = words(`${effective.from} 起${until_zh}`, `from ${effective.from}${until_en}`);
  return ({ dscg_day }) =>
    dscg_day >= from && dscg_day <= to
      ? []
      : [notice(groupingProblems.problem('scheme-not-in-force', { scheme: id, period, day: formatDay(dscg_day) }, { field: 'dscg_day' }))];
}

export function drgStayGrouper(scheme: Scheme): StayGrouper {
  const grouper = compileGrouper(scheme);
  const dated = outOfForce(scheme);
  return {
    id: scheme.id,
    hash: schemeHash(scheme),
    group: (one, stay) => {
      const { status, mdc, adrg, drg, split, field, weight, problems } = grouper.group(one);
      return { status, mdc, adrg, grp_code: drg, split, field, weight, auxiliary: null, problems: [...problems, ...dated(stay)] };
    },
  };
}

/** A stay of a lake as DIP reads it. The parts of the cost are not in the working form's visits. */
export const dipCase = (one: GroupingCase, stay: LakeStay): DipCase => ({
  ...one,
  year: Math.floor(ymdOf(stay.dscg_day) / 10_000),
  fixmedins_code: stay.fixmedins_code,
  hosp_lv: stay.hosp_lv,
  cost_fen: stay.medfee_sumamt,
  drug_fen: null,
  consumable_fen: null,
  treatment_fen: null,
});

export function dipStayGrouper(catalogue: DipCatalogue): StayGrouper {
  const grouper = compileDip(catalogue);
  const dated = outOfForce({ id: catalogue.id, effective: catalogue.parameters.effective });
  return {
    id: catalogue.id,
    hash: catalogueHash(catalogue),
    group: (one, stay) => {
      const { status, grp_code, kind, field, value, auxiliary, problems } = grouper.group(dipCase(one, stay));
      return {
        status,
        mdc: '',
        adrg: '',
        grp_code,
        split: kind,
        field,
        weight: value,
        auxiliary: auxiliary?.coefficient ?? null,
        problems: [...problems, ...dated(stay)],
      };
    },
  };
}

/** What groups stays by a scheme or a catalogue. */
export const stayGrouperOf = (content: Scheme | DipCatalogue): StayGrouper =>
  content.kind === 'dip' ? dipStayGrouper(content) : drgStayGrouper(content);
