import type { Collected, Counts } from './collect.ts';
import { ratio } from './exact.ts';
import { type Share, share } from './figures.ts';
import { expectedLimits, type Limits, type Position, positionOf, shareLimits } from './funnel.ts';
import type { EvaluationParameters } from './parameters.ts';

export const screenKinds = ['mix_shift', 'complication_density', 'ambiguous_share', 'mismatch_share', 'below_cap_readmission'] as const;
export type ScreenKind = (typeof screenKinds)[number];

/** Rule of the rulebook under which stays behind a flagged screen are looked at. */
export const screenRules: Readonly<Record<ScreenKind, string>> = {
  mix_shift: 'ID01',
  complication_density: 'ID04',
  ambiguous_share: 'ID02',
  mismatch_share: 'ID02',
  below_cap_readmission: 'ID03',
};

/**
 * One hospital in one screen: a clue for review, never a finding by itself. `own` and `peers` are exact counts; the
 * peers are the other hospitals.
 */
export interface ScreenRow {
  readonly screen: ScreenKind;
  readonly fixmedins_code: string;
  readonly hosp_lv: string;
  /** Family of groups of a mix shift; empty in the other screens. */
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
  /** Above the alarm limit and, where there is a former period, risen against it. */
  readonly flagged: boolean;
}

export interface ScreenInput {
  readonly collected: Collected;
  readonly former: Collected | null;
  readonly weights: ReadonlyMap<string, number>;
  /** Split that a group stands for, as the scheme calls it. */
  readonly splits: ReadonlyMap<string, string>;
  readonly parameters: EvaluationParameters;
}

/** Stays of a hospital in a family: all, and those that count. */
interface Tally {
  cases: number;
  events: number;
}

/** Tallies by hospital and family. */
type Tallies = ReadonlyMap<string, ReadonlyMap<string, Tally>>;

/** Families with at least two groups that a test tells apart, and their groups that it names. */
function dearGroups(
  collected: Collected,
  weights: ReadonlyMap<string, number>,
): { families: ReadonlySet<string>; dear: ReadonlySet<string> } {
  const byFamily = new Map<string, { code: string; weight: number }[]>();
  for (const { code, adrg } of collected.groups) {
    const weight = weights.get(code);
    if (adrg === '' || weight === undefined) continue;
    byFamily.set(adrg, [...(byFamily.get(adrg) ?? []), { code, weight }]);
  }
  const families = new Set<string>();
  const dear = new Set<string>();
  for (const [adrg, members] of byFamily) {
    const least = Math.min(...members.map(({ weight }) => weight));
    const dearer = members.filter(({ weight }) => weight > least);
    if (dearer.length === 0) continue;
    families.add(adrg);
    for (const { code } of dearer) dear.add(code);
  }
  return { families, dear };
}

function complicated(
  collected: Collected,
  splits: ReadonlyMap<string, string>,
  names: readonly string[],
): { families: ReadonlySet<string>; marked: ReadonlySet<string> } {
  const marked = new Set(collected.groups.filter(({ code }) => names.includes(splits.get(code) ?? '')).map(({ code }) => code));
  const families = new Set(collected.groups.filter(({ code, adrg }) => adrg !== '' && marked.has(code)).map(({ adrg }) => adrg));
  return { families, marked };
}

function tally({ entities, cells, groups }: Collected, families: ReadonlySet<string>, marked: ReadonlySet<string>): Tallies {
  const tallies = new Map<string, Map<string, Tally>>();
  for (const cell of cells.hospital) {
    const group = groups[cell.group];
    const hospital = entities.hospital[cell.entity]?.fixmedins_code;
    if (group === undefined || hospital === undefined || !families.has(group.adrg)) continue;
    const own = tallies.get(hospital) ?? new Map<string, Tally>();
    const sum = own.get(group.adrg) ?? { cases: 0, events: 0 };
    sum.cases += cell.cases;
    if (marked.has(group.code)) sum.events += cell.cases;
    own.set(group.adrg, sum);
    tallies.set(hospital, own);
  }
  return tallies;
}

/** Sums by pool of peers and family; a hospital is taken out of its own pool where it is compared. */
function pools(tallies: Tallies, poolOf: (hospital: string) => string): Tallies {
  const sums = new Map<string, Map<string, Tally>>();
  for (const [hospital, families] of tallies) {
    const pool = sums.get(poolOf(hospital)) ?? new Map<string, Tally>();
    for (const [adrg, { cases, events }] of families) {
      const sum = pool.get(adrg) ?? { cases: 0, events: 0 };
      pool.set(adrg, { cases: sum.cases + cases, events: sum.events + events });
    }
    sums.set(poolOf(hospital), pool);
  }
  return sums;
}

const without = (pool: Tally | undefined, own: Tally): Tally => ({
  cases: (pool?.cases ?? own.cases) - own.cases,
  events: (pool?.events ?? own.events) - own.events,
});
const isAlarm = (position: Position): boolean => position === 'very_high';

/** A hospital as the screens name it. */
interface Hospital {
  readonly fixmedins_code: string;
  readonly hosp_lv: string;
}

/**
 * Share of the dearer groups of a family (weight above its lowest) against the peers' share and the hospital's own share
 * in the former period. Flagged when above the alarm limit and risen by at least `mix_shift`.
 */
function mixShift(hospitals: readonly Hospital[], input: ScreenInput, poolOf: (hospital: string) => string): ScreenRow[] {
  const { families, dear } = dearGroups(input.collected, input.weights);
  const tallies = tally(input.collected, families, dear);
  const formerTallies = input.former === null ? null : tally(input.former, families, dear);
  const sums = pools(tallies, poolOf);
  return hospitals.flatMap(({ fixmedins_code, hosp_lv }) =>
    [...(tallies.get(fixmedins_code) ?? [])]
      .filter(([, own]) => own.cases >= input.parameters.screened_cases)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([adrg, own]) => {
        const peers = without(sums.get(poolOf(fixmedins_code))?.get(adrg), own);
        const before = formerTallies?.get(fixmedins_code)?.get(adrg);
        const limits = shareLimits(peers.events, peers.cases, own.cases);
        const ownShare = share(own.events, own.cases);
        const position = positionOf(ownShare.share, limits);
        const former = before === undefined ? null : share(before.events, before.cases);
        const risen = former === null || (ownShare.share ?? 0) - (former.share ?? 0) >= input.parameters.mix_shift;
        return {
          screen: 'mix_shift' as const,
          fixmedins_code,
          hosp_lv,
          adrg,
          own: ownShare,
          former,
          peers: share(peers.events, peers.cases),
          expected: null,
          measure: ownShare.share,
          limits,
          position,
          flagged: isAlarm(position) && risen && own.events >= input.parameters.screened_events,
        };
      }),
  );
}

/** Share of stays with a complication split over all families that have one, adjusted to the hospital's mix of families. */
function complicationDensity(hospitals: readonly Hospital[], input: ScreenInput, poolOf: (hospital: string) => string): ScreenRow[] {
  const { families, marked } = complicated(input.collected, input.splits, input.parameters.complication_splits);
  const tallies = tally(input.collected, families, marked);
  const formerTallies = input.former === null ? null : tally(input.former, families, marked);
  const sums = pools(tallies, poolOf);
  const total = (own: ReadonlyMap<string, Tally>): Tally =>
    [...own.values()].reduce((sum, { cases, events }) => ({ cases: sum.cases + cases, events: sum.events + events }), {
      cases: 0,
      events: 0,
    });
  return hospitals.flatMap(({ fixmedins_code, hosp_lv }) => {
    const own = tallies.get(fixmedins_code);
    const all = own === undefined ? undefined : total(own);
    if (own === undefined || all === undefined || all.cases < input.parameters.screened_cases) return [];
    const compared: Tally = { cases: 0, events: 0 };
    const peersSum: Tally = { cases: 0, events: 0 };
    let expected = 0;
    let variance = 0;
    for (const [adrg, one] of [...own].sort(([left], [right]) => (left < right ? -1 : 1))) {
      const peers = without(sums.get(poolOf(fixmedins_code))?.get(adrg), one);
      if (peers.cases === 0) continue;
      const chance = peers.events / peers.cases;
      compared.cases += one.cases;
      compared.events += one.events;
      peersSum.cases += peers.cases;
      peersSum.events += peers.events;
      expected += one.cases * chance;
      variance += one.cases * chance * (1 - chance);
    }
    const limits = expectedLimits(expected, variance);
    const expectedStays = Math.round(expected * 10_000);
    const measure = ratio(compared.events * 10_000, expectedStays);
    const position = positionOf(measure, limits);
    const before = formerTallies?.get(fixmedins_code);
    const beforeSum = before === undefined ? undefined : total(before);
    return [
      {
        screen: 'complication_density' as const,
        fixmedins_code,
        hosp_lv,
        adrg: '',
        own: share(compared.events, compared.cases),
        former: beforeSum === undefined ? null : share(beforeSum.events, beforeSum.cases),
        peers: share(peersSum.events, peersSum.cases),
        expected: expectedStays,
        measure,
        limits,
        position,
        flagged: isAlarm(position) && compared.events >= input.parameters.screened_events,
      },
    ];
  });
}

/**
 * Shares of stays: QY; QY and those that entered an MDC without group (principal diagnosis and main procedure do not go
 * together); those just below their payment that were admitted again soon.
 */
function plainShares(input: ScreenInput, poolOf: (hospital: string) => string): ScreenRow[] {
  const considered = (counts: Counts): number => counts.stays - counts.excluded;
  const kinds: readonly { screen: ScreenKind; events: (counts: Counts) => number; cases: (counts: Counts) => number }[] = [
    { screen: 'ambiguous_share', events: (counts) => counts.ambiguous, cases: considered },
    { screen: 'mismatch_share', events: (counts) => counts.ambiguous + counts.entered, cases: considered },
    { screen: 'below_cap_readmission', events: (counts) => counts.below_cap_readmitted, cases: (counts) => counts.paid },
  ];
  const hospitals = [...input.collected.entities.hospital].sort((left, right) => (left.fixmedins_code < right.fixmedins_code ? -1 : 1));
  const formers = new Map(input.former?.entities.hospital.map((entity) => [entity.fixmedins_code, entity.counts]));
  return kinds.flatMap(({ screen, events, cases }) => {
    const tallies = new Map(
      hospitals.map(({ fixmedins_code, counts }) => [fixmedins_code, new Map([['', { cases: cases(counts), events: events(counts) }]])]),
    );
    const sums = pools(tallies, poolOf);
    return hospitals.flatMap(({ fixmedins_code, hosp_lv }) => {
      const own = tallies.get(fixmedins_code)?.get('');
      if (own === undefined || own.cases < input.parameters.screened_cases) return [];
      const peers = without(sums.get(poolOf(fixmedins_code))?.get(''), own);
      const limits = shareLimits(peers.events, peers.cases, own.cases);
      const ownShare = share(own.events, own.cases);
      const before = formers.get(fixmedins_code);
      const position = positionOf(ownShare.share, limits);
      return [
        {
          screen,
          fixmedins_code,
          hosp_lv,
          adrg: '',
          own: ownShare,
          former: before === undefined ? null : share(events(before), cases(before)),
          peers: share(peers.events, peers.cases),
          expected: null,
          measure: ownShare.share,
          limits,
          position,
          flagged: isAlarm(position) && own.events >= input.parameters.screened_events,
        },
      ];
    });
  });
}

/** All screens of all hospitals. A hospital without peers has no limits and is never flagged. */
export function screensOf(input: ScreenInput): ScreenRow[] {
  const hospitals = [...input.collected.entities.hospital].sort((left, right) => (left.fixmedins_code < right.fixmedins_code ? -1 : 1));
  const levels = new Map(hospitals.map(({ fixmedins_code, hosp_lv }) => [fixmedins_code, hosp_lv]));
  const poolOf = (hospital: string): string => (input.parameters.peers === 'region' ? '' : (levels.get(hospital) ?? ''));
  return [...mixShift(hospitals, input, poolOf), ...complicationDensity(hospitals, input, poolOf), ...plainShares(input, poolOf)];
}
