import type { GroupedStay } from '@hengjian/grouping';
import type { BothText } from './form.ts';
import type { EvaluationParameters } from './parameters.ts';

/** A stay as screens look at it. */
export interface ScreenedStay {
  readonly stay: GroupedStay;
  /** Too long or too cheap to be compared. */
  readonly excluded: boolean;
  /** The same hospital admitted the person again within `split_days`. */
  readonly followed: boolean;
  /** Payment in fen; null when it is not known. Of grouped stays only. */
  payment(): number | null;
}

/** A group as screens look at it. Weight in ten-thousandths; empty family for groups of none. */
export interface ScreenedGroup {
  readonly code: string;
  readonly adrg: string;
  readonly weight: number | null;
  /** Split that the group stands for, as the scheme calls it. */
  readonly split: string;
}

interface Common {
  readonly name: BothText;
  /** Rule of the rulebook under which stays behind a flagged row are looked at. */
  readonly rule_id: string;
}

/** A share of stays: those that have something among those that could. */
export interface StayScreen extends Common {
  readonly counts: 'stays';
  readonly among: (one: ScreenedStay, parameters: EvaluationParameters) => boolean;
  /** Asked only of stays among which it is looked for; these stays lie behind the row. */
  readonly has: (one: ScreenedStay, parameters: EvaluationParameters) => boolean;
}

/** A share of stays in marked groups, within the families that have a marked group. */
export interface GroupScreen extends Common {
  readonly counts: 'groups';
  /** Codes of the marked groups; the grouped stays of them lie behind the row. */
  readonly marks: (groups: readonly ScreenedGroup[], parameters: EvaluationParameters) => readonly string[];
  /** Each family for itself, or all together, adjusted to the hospital's mix of families. */
  readonly compared: 'each' | 'together';
  /** By how much the share must have risen against the former period, where there is one. */
  readonly rise?: (parameters: EvaluationParameters) => number;
}

/** What counts in a screen and what lies behind it, said once. */
export type Screen = StayScreen | GroupScreen;

/** Screens by the name that rows and clues give them, in the order of the rows. */
export type Screens = Readonly<Record<string, Screen>>;

/** Groups with a weight above the lowest of their family. */
function dearGroups(groups: readonly ScreenedGroup[]): readonly string[] {
  const least = new Map<string, number>();
  for (const { adrg, weight } of groups) {
    if (adrg !== '' && weight !== null) least.set(adrg, Math.min(weight, least.get(adrg) ?? weight));
  }
  return groups.flatMap(({ code, adrg, weight }) => (weight !== null && weight > (least.get(adrg) ?? weight) ? [code] : []));
}

/** Cost at or below the payment and at least `share` of it. */
export const isBelowCap = (cost_fen: number, payment_fen: number, share: number): boolean =>
  cost_fen <= payment_fen && BigInt(cost_fen) * 10_000n >= BigInt(payment_fen) * BigInt(share);

/** The screens for up-coding and split stays. A row is a clue for review, never a finding by itself. */
export const standardScreens: Screens = {
  mix_shift: {
    name: { zh: '同族高权重病组占比', en: 'dear groups of a family' },
    rule_id: 'ID01',
    counts: 'groups',
    marks: dearGroups,
    compared: 'each',
    rise: ({ mix_shift }) => mix_shift,
  },
  complication_density: {
    name: { zh: '合并症分组密度（按病组构成调整）', en: 'complication groups (adjusted)' },
    rule_id: 'ID04',
    counts: 'groups',
    marks: (groups, { complication_splits }) => groups.filter(({ split }) => complication_splits.includes(split)).map(({ code }) => code),
    compared: 'together',
  },
  ambiguous_share: {
    name: { zh: '歧义病例占比', en: 'ambiguous cases' },
    rule_id: 'ID02',
    counts: 'stays',
    among: ({ excluded }) => !excluded,
    has: ({ stay }) => stay.status === 'ambiguous',
  },
  mismatch_share: {
    name: { zh: '主诊断与主手术不匹配占比', en: 'diagnosis and procedure mismatch' },
    rule_id: 'ID02',
    counts: 'stays',
    among: ({ excluded }) => !excluded,
    has: ({ stay }) => stay.status === 'ambiguous' || stay.status === 'entered',
  },
  below_cap_readmission: {
    name: { zh: '费用贴近支付标准后短期再入院占比', en: 'just below the payment and admitted again' },
    rule_id: 'ID03',
    counts: 'stays',
    among: (one) => one.stay.status === 'grouped' && one.payment() !== null,
    has: (one, { below_cap }) => {
      const payment = one.followed ? one.payment() : null;
      return payment !== null && isBelowCap(one.stay.medfee_sumamt, payment, below_cap);
    },
  },
};
