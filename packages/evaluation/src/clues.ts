import type { GroupedStay } from '@hengjian/grouping';
import { isBelowCap } from './collect.ts';
import type { Evaluation, EvaluationInput } from './evaluate.ts';
import type { BothText } from './form.ts';
import { showValue } from './form.ts';
import { type ScreenRow, screenRules } from './screens.ts';

/** A flagged screen as a clue for the rulebook: which stays to look at under which rule, and why. */
export interface Clue {
  readonly rule_id: string;
  readonly screen: ScreenRow;
  readonly what: BothText;
  /** Visits behind the numerator, in order. */
  readonly mdtrt_id: readonly string[];
}

type Behind = (stay: GroupedStay) => boolean;

/** Later admissions to the same hospital are told from the stays themselves. */
function followedStays(stays: readonly GroupedStay[], hospitals: ReadonlySet<string>, days: number): ReadonlySet<GroupedStay> {
  const byPerson = new Map<string, GroupedStay[]>();
  for (const stay of stays) {
    if (stay.psn_no === '' || !hospitals.has(stay.fixmedins_code)) continue;
    const key = `${stay.fixmedins_code}|${stay.psn_no}`;
    byPerson.set(key, [...(byPerson.get(key) ?? []), stay]);
  }
  const followed = new Set<GroupedStay>();
  for (const list of byPerson.values()) {
    for (const before of list) {
      const isNext = (stay: GroupedStay): boolean =>
        stay !== before &&
        stay.adm_day >= before.dscg_day &&
        stay.adm_day - before.dscg_day <= days &&
        !(stay.adm_day === before.adm_day && stay.dscg_day === before.dscg_day);
      if (list.some(isNext)) followed.add(before);
    }
  }
  return followed;
}

function behind(row: ScreenRow, result: Evaluation, input: EvaluationInput, followed: ReadonlySet<GroupedStay>): Behind {
  const { parameters } = result;
  const isExcluded: Behind = (stay) => stay.ipt_days > parameters.excluded_days || stay.medfee_sumamt < parameters.excluded_fen;
  switch (row.screen) {
    case 'mix_shift': {
      const weights = result.groups.flatMap(({ adrg, weight }) => (adrg === row.adrg && weight !== null ? [weight] : []));
      const least = Math.min(...weights);
      return (stay) => stay.status === 'grouped' && stay.adrg === row.adrg && (input.weights.get(stay.grp_code) ?? least) > least;
    }
    case 'complication_density': {
      const marked = new Set(
        result.groups
          .filter(({ adrg, split }) => adrg !== '' && parameters.complication_splits.includes(split))
          .map(({ grp_code }) => grp_code),
      );
      return (stay) => stay.status === 'grouped' && marked.has(stay.grp_code);
    }
    case 'ambiguous_share':
      return (stay) => stay.status === 'ambiguous' && !isExcluded(stay);
    case 'mismatch_share':
      return (stay) => (stay.status === 'ambiguous' || stay.status === 'entered') && !isExcluded(stay);
    case 'below_cap_readmission':
      return (stay) => {
        const payment = stay.status === 'grouped' && followed.has(stay) ? input.payments(stay) : null;
        return payment !== null && isBelowCap(stay.medfee_sumamt, payment, parameters.below_cap);
      };
  }
}

function sentence({ own, peers, former, expected, measure, limits }: ScreenRow): BothText {
  const rate = (value: number | null): string => (value === null ? '—' : showValue(value, 'ratio'));
  const alarm = limits === null ? null : expected === null ? rate(limits.alarm[1]) : showValue(limits.alarm[1], 'number');
  const adjusted =
    expected === null || measure === null
      ? ['', '']
      : [`，实际与预期之比 ${showValue(measure, 'number')}`, `, observed ÷ expected ${showValue(measure, 'number')}`];
  const before = former === null ? ['', ''] : [`，上期 ${rate(former.share)}`, `, before ${rate(former.share)}`];
  return {
    zh: `本机构 ${own.numerator}/${own.denominator}（${rate(own.share)}），同行 ${peers.numerator}/${peers.denominator}（${rate(peers.share)}）${before[0]}${adjusted[0]}，控制线 ${alarm ?? '—'}`,
    en: `own ${own.numerator}/${own.denominator} (${rate(own.share)}), peers ${peers.numerator}/${peers.denominator} (${rate(peers.share)})${before[1]}${adjusted[1]}, alarm limit ${alarm ?? '—'}`,
  };
}

/**
 * Clues of the flagged screens with the stays behind each numerator. The rulebook judges these stays (ID01 to ID04) with
 * the record; a clue alone is no finding.
 */
export function cluesOf(result: Evaluation, input: EvaluationInput): Clue[] {
  const flagged = result.screens.filter((row) => row.flagged);
  const hospitals = new Set(flagged.map(({ fixmedins_code }) => fixmedins_code));
  const inside = input.stays.filter(
    (stay) => hospitals.has(stay.fixmedins_code) && stay.dscg_day >= result.period.from && stay.dscg_day <= result.period.to,
  );
  const until = input.stays.filter(({ dscg_day }) => dscg_day <= result.period.to);
  const needsFollowed = flagged.some(({ screen }) => screen === 'below_cap_readmission');
  const followed = needsFollowed ? followedStays(until, hospitals, result.parameters.split_days) : new Set<GroupedStay>();
  return flagged.map((screen) => {
    const isBehind = behind(screen, result, input, followed);
    const visits = inside.filter((stay) => stay.fixmedins_code === screen.fixmedins_code && isBehind(stay)).map(({ mdtrt_id }) => mdtrt_id);
    return { rule_id: screenRules[screen.screen], screen, what: sentence(screen), mdtrt_id: visits.sort() };
  });
}
