import { findReadmissions } from './collect.ts';
import type { Evaluation, EvaluationInput } from './evaluate.ts';
import type { BothText } from './form.ts';
import { showValue } from './form.ts';
import { isExcluded, type ScreenRow } from './screening.ts';
import { type ScreenedGroup, type ScreenedStay, standardScreens } from './screens.ts';

/** A flagged screen as a clue for the rulebook: which stays to look at under which rule, and why. */
export interface Clue {
  readonly rule_id: string;
  readonly screen: ScreenRow;
  readonly what: BothText;
  /** Visits behind the numerator, in order. */
  readonly mdtrt_id: readonly string[];
}

/** A flagged row with what says whether a stay lies behind it. */
interface Watched {
  readonly row: ScreenRow;
  readonly rule_id: string;
  readonly isBehind: (one: ScreenedStay) => boolean;
  readonly visits: string[];
}

function watchedOf(row: ScreenRow, result: Evaluation, input: EvaluationInput): Watched[] {
  const { parameters } = result;
  const screen = (input.screens ?? standardScreens)[row.screen];
  if (screen === undefined) return [];
  const { rule_id } = screen;
  if (screen.counts === 'stays')
    return [{ row, rule_id, isBehind: (one) => screen.among(one, parameters) && screen.has(one, parameters), visits: [] }];
  const groups = result.groups.map(({ grp_code: code, adrg, weight, split }): ScreenedGroup => ({ code, adrg, weight, split }));
  const marked = new Set(screen.marks(groups, parameters));
  const inside = groups.filter(({ code, adrg }) => marked.has(code) && adrg !== '' && (row.adrg === '' || row.adrg === adrg));
  const behind = new Set(inside.map(({ code }) => code));
  return [{ row, rule_id, isBehind: ({ stay }) => stay.status === 'grouped' && behind.has(stay.grp_code), visits: [] }];
}

function sentence({ own, peers, former, expected, measure, limits }: ScreenRow): BothText {
  const rate = (value: number | null): string => (value === null ? '—' : showValue(value, 'ratio'));
  const alarm = limits === null ? '—' : expected === null ? rate(limits.alarm[1]) : showValue(limits.alarm[1], 'number');
  const compared = expected === null || measure === null ? undefined : showValue(measure, 'number');
  const counted = ({ numerator, denominator, share }: ScreenRow['own'], open: string, close: string): string =>
    `${numerator}/${denominator}${open}${rate(share)}${close}`;
  const zh = [
    `本机构 ${counted(own, '（', '）')}`,
    `同行 ${counted(peers, '（', '）')}`,
    ...(former === null ? [] : [`上期 ${rate(former.share)}`]),
    ...(compared === undefined ? [] : [`实际与预期之比 ${compared}`]),
    `控制线 ${alarm}`,
  ];
  const en = [
    `own ${counted(own, ' (', ')')}`,
    `peers ${counted(peers, ' (', ')')}`,
    ...(former === null ? [] : [`before ${rate(former.share)}`]),
    ...(compared === undefined ? [] : [`observed ÷ expected ${compared}`]),
    `alarm limit ${alarm}`,
  ];
  return { zh: zh.join('，'), en: en.join(', ') };
}

/**
 * Clues of the flagged screens with the stays behind each numerator: those that the screen's own record counts. The rulebook
 * judges these stays with the record; a clue alone is no finding.
 */
export function cluesOf(result: Evaluation, input: EvaluationInput): Clue[] {
  const { parameters, period } = result;
  const watched = result.screens.filter((row) => row.flagged).flatMap((row) => watchedOf(row, result, input));
  const byHospital = Map.groupBy(watched, ({ row }) => row.fixmedins_code);
  const followed = watched.length === 0 ? new Uint8Array() : findReadmissions(input.stays, period.to, parameters).followed;
  for (const [index, stay] of input.stays.entries()) {
    const own = byHospital.get(stay.fixmedins_code);
    if (own === undefined || stay.dscg_day < period.from || stay.dscg_day > period.to) continue;
    const one: ScreenedStay = {
      stay,
      excluded: isExcluded(stay, parameters),
      followed: followed[index] === 1,
      payment: () => (stay.status === 'grouped' ? input.payments(stay) : null),
    };
    for (const { isBehind, visits } of own) if (isBehind(one)) visits.push(stay.mdtrt_id);
  }
  return watched.map(({ row, rule_id, visits }) => ({ rule_id, screen: row, what: sentence(row), mdtrt_id: visits.sort() }));
}
