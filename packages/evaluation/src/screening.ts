import type { GroupedStay } from '@hengjian/grouping';
import type { Collected, Period } from './collect.ts';
import { ratio } from './exact.ts';
import { type Share, share } from './figures.ts';
import { expectedLimits, type Limits, type Position, positionOf, shareLimits } from './funnel.ts';
import type { EvaluationParameters } from './parameters.ts';
import type { GroupScreen, Screen, ScreenedGroup, ScreenedStay, Screens, StayScreen } from './screens.ts';

/**
 * One hospital in one screen: a clue for review, never a finding by itself. `own` and `peers` are exact counts; the
 * peers are the other hospitals.
 */
export interface ScreenRow {
  /** Name of the screen. */
  readonly screen: string;
  readonly fixmedins_code: string;
  readonly hosp_lv: string;
  /** Family of groups where each is compared for itself; empty in the other screens. */
  readonly adrg: string;
  readonly own: Share;
  /** The same hospital in the former period; null without one. */
  readonly former: Share | null;
  readonly peers: Share;
  /** Expected by the mix of families among the peers, ten-thousandths of a stay; null where nothing is adjusted. */
  readonly expected: number | null;
  /** Share, or observed ÷ expected where adjusted; what the limits are for. */
  readonly measure: number | null;
  readonly limits: Limits | null;
  readonly position: Position;
  /** Above the alarm limit and, where there is a former period and the screen asks for it, risen against it. */
  readonly flagged: boolean;
}

/** Stays of a period as they were counted. */
export interface ScreenedPeriod {
  readonly period: Period;
  readonly collected: Collected;
}

export interface ScreenInput {
  readonly screens: Screens;
  readonly stays: readonly GroupedStay[];
  /** 1 for a stay that is followed by another soon (`findReadmissions`). */
  readonly followed: Uint8Array;
  readonly now: ScreenedPeriod;
  readonly former: ScreenedPeriod | null;
  readonly groups: readonly ScreenedGroup[];
  readonly parameters: EvaluationParameters;
}

/** Stays of a hospital in a family: all, and those that count. */
interface Tally {
  readonly cases: number;
  readonly events: number;
}

/** Tallies by hospital and family; the family is empty where stays are counted. */
type Tallies = ReadonlyMap<string, ReadonlyMap<string, Tally>>;

const nothing: Tally = { cases: 0, events: 0 };
const sumOf = (left: Tally, right: Tally): Tally => ({ cases: left.cases + right.cases, events: left.events + right.events });
const shareOf = ({ events, cases }: Tally): Share => share(events, cases);
const without = (pool: Tally | undefined, own: Tally): Tally => ({
  cases: (pool?.cases ?? own.cases) - own.cases,
  events: (pool?.events ?? own.events) - own.events,
});
const byText = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number => (left < right ? -1 : 1);

/** Whether a stay is too long or too cheap to be compared. */
export const isExcluded = (stay: GroupedStay, { excluded_days, excluded_fen }: EvaluationParameters): boolean =>
  stay.ipt_days > excluded_days || stay.medfee_sumamt < excluded_fen;

function tallyStays(screen: StayScreen, { stays, followed, parameters }: ScreenInput, { period, collected }: ScreenedPeriod): Tallies {
  const tallies = new Map<string, { cases: number; events: number }>();
  for (const { fixmedins_code } of collected.entities.hospital) tallies.set(fixmedins_code, { cases: 0, events: 0 });
  for (const [index, stay] of stays.entries()) {
    if (stay.dscg_day < period.from || stay.dscg_day > period.to) continue;
    const tally = tallies.get(stay.fixmedins_code);
    if (tally === undefined) continue;
    const one: ScreenedStay = {
      stay,
      excluded: isExcluded(stay, parameters),
      followed: followed[index] === 1,
      payment: () => collected.paymentOf(index),
    };
    if (!screen.among(one, parameters)) continue;
    tally.cases += 1;
    if (screen.has(one, parameters)) tally.events += 1;
  }
  return new Map([...tallies].map(([hospital, tally]) => [hospital, new Map([['', tally]])]));
}

function tallyGroups(screen: GroupScreen, { groups, parameters }: ScreenInput, { collected }: ScreenedPeriod): Tallies {
  const marked = new Set(screen.marks(groups, parameters));
  const families = new Set(groups.filter(({ code, adrg }) => adrg !== '' && marked.has(code)).map(({ adrg }) => adrg));
  const tallies = new Map<string, Map<string, Tally>>();
  for (const cell of collected.cells.hospital) {
    const group = collected.groups[cell.group];
    const hospital = collected.entities.hospital[cell.entity]?.fixmedins_code;
    if (group === undefined || hospital === undefined || !families.has(group.adrg)) continue;
    const own = tallies.get(hospital) ?? new Map<string, Tally>();
    const more: Tally = { cases: cell.cases, events: marked.has(group.code) ? cell.cases : 0 };
    tallies.set(hospital, own.set(group.adrg, sumOf(own.get(group.adrg) ?? nothing, more)));
  }
  return tallies;
}

const tallyOf = (screen: Screen, input: ScreenInput, period: ScreenedPeriod): Tallies =>
  screen.counts === 'stays' ? tallyStays(screen, input, period) : tallyGroups(screen, input, period);

/** Sums by pool of peers and family; a hospital is taken out of its own pool where it is compared. */
function pools(tallies: Tallies, poolOf: (hospital: string) => string): Tallies {
  const sums = new Map<string, Map<string, Tally>>();
  for (const [hospital, families] of tallies) {
    const pool = sums.get(poolOf(hospital)) ?? new Map<string, Tally>();
    for (const [adrg, tally] of families) pool.set(adrg, sumOf(pool.get(adrg) ?? nothing, tally));
    sums.set(poolOf(hospital), pool);
  }
  return sums;
}

/** A hospital in a screen with what it is held against. */
interface Compared {
  readonly screen: string;
  readonly fixmedins_code: string;
  readonly hosp_lv: string;
  /** Tallies of the hospital by family, in the order of the families. */
  readonly own: readonly (readonly [string, Tally])[];
  readonly former: ReadonlyMap<string, Tally> | undefined;
  readonly peers: ReadonlyMap<string, Tally> | undefined;
}

/** A row for each family, or the one row of all stays. */
function eachRow({ own, former, peers, ...named }: Compared, rise: number | undefined, parameters: EvaluationParameters): ScreenRow[] {
  return own.flatMap(([adrg, tally]): ScreenRow[] => {
    if (tally.cases < parameters.screened_cases) return [];
    const others = without(peers?.get(adrg), tally);
    const limits = shareLimits(others.events, others.cases, tally.cases);
    const before = former?.get(adrg);
    const [ownShare, formerShare] = [shareOf(tally), before === undefined ? null : shareOf(before)];
    const position = positionOf(ownShare.share, limits);
    const risen = rise === undefined || formerShare === null || (ownShare.share ?? 0) - (formerShare.share ?? 0) >= rise;
    return [
      {
        ...named,
        adrg,
        own: ownShare,
        former: formerShare,
        peers: shareOf(others),
        expected: null,
        measure: ownShare.share,
        limits,
        position,
        flagged: position === 'very_high' && risen && tally.events >= parameters.screened_events,
      },
    ];
  });
}

/** One row of all families, held against what the peers' shares would give for the hospital's mix. */
function togetherRow({ own, former, peers, ...named }: Compared, parameters: EvaluationParameters): ScreenRow[] {
  const total = (tallies: Iterable<Tally>): Tally => [...tallies].reduce(sumOf, nothing);
  if (own.length === 0 || total(own.map(([, tally]) => tally)).cases < parameters.screened_cases) return [];
  let [compared, others] = [nothing, nothing];
  let expected = 0;
  let variance = 0;
  for (const [adrg, tally] of own) {
    const held = without(peers?.get(adrg), tally);
    if (held.cases === 0) continue;
    const chance = held.events / held.cases;
    compared = sumOf(compared, tally);
    others = sumOf(others, held);
    expected += tally.cases * chance;
    variance += tally.cases * chance * (1 - chance);
  }
  const limits = expectedLimits(expected, variance);
  const expectedStays = Math.round(expected * 10_000);
  const measure = ratio(compared.events * 10_000, expectedStays);
  const position = positionOf(measure, limits);
  return [
    {
      ...named,
      adrg: '',
      own: shareOf(compared),
      former: former === undefined ? null : shareOf(total(former.values())),
      peers: shareOf(others),
      expected: expectedStays,
      measure,
      limits,
      position,
      flagged: position === 'very_high' && compared.events >= parameters.screened_events,
    },
  ];
}

/** All screens of all hospitals. A hospital without peers has no limits and is never flagged. */
export function screensOf(input: ScreenInput): ScreenRow[] {
  const { parameters } = input;
  const hospitals = input.now.collected.entities.hospital.toSorted((left, right) => (left.fixmedins_code < right.fixmedins_code ? -1 : 1));
  const levels = new Map(hospitals.map(({ fixmedins_code, hosp_lv }) => [fixmedins_code, hosp_lv]));
  const poolOf = (hospital: string): string => (parameters.peers === 'region' ? '' : (levels.get(hospital) ?? ''));
  return Object.entries(input.screens).flatMap(([name, screen]) => {
    const tallies = tallyOf(screen, input, input.now);
    const former = input.former === null ? undefined : tallyOf(screen, input, input.former);
    const sums = pools(tallies, poolOf);
    return hospitals.flatMap(({ fixmedins_code, hosp_lv }): ScreenRow[] => {
      const compared: Compared = {
        screen: name,
        fixmedins_code,
        hosp_lv,
        own: [...(tallies.get(fixmedins_code) ?? [])].sort(byText),
        former: former?.get(fixmedins_code),
        peers: sums.get(poolOf(fixmedins_code)),
      };
      return screen.counts === 'groups' && screen.compared === 'together'
        ? togetherRow(compared, parameters)
        : eachRow(compared, screen.counts === 'groups' ? screen.rise?.(parameters) : undefined, parameters);
    });
  });
}
