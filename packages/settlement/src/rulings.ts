import type { GroupedStay } from '@hengjian/grouping';
import { multiplyDivide } from '@hengjian/standard';
import type { Agreement, ReviewCase } from './agreement.ts';
import type { Review, Ruling, StayPrice } from './forms/form.ts';
import type { Pricer } from './price-stay.ts';
import { one } from './tariff.ts';
import { byText } from './versions.ts';

/** What became of an application for special review. */
export interface ReviewResult extends ReviewCase {
  readonly fixmedins_code: string;
  /** Beyond the quota of the region: not taken up, paid as the tariff says. */
  readonly beyond_quota: boolean;
}

/** Counts and share of special reviews, to be published. */
export interface ReviewReport {
  readonly discharges: number;
  readonly quota: number;
  readonly applied: number;
  readonly taken: number;
  readonly passed: number;
  readonly results: readonly ReviewResult[];
  /** Applications for stays that are not among the discharges. */
  readonly unknown: readonly string[];
}

export interface Rulings {
  readonly byStay: ReadonlyMap<string, Ruling>;
  readonly review: ReviewReport;
  /** Very high stays that are paid as normal ones because their hospital's share is used up. */
  readonly beyond_high: readonly string[];
  /** Stays that lose a share to a readmission: the earlier and the later stay. */
  readonly readmissions: readonly { readonly mdtrt_id: string; readonly later: string }[];
}

/** Rulings with the coefficients of auxiliary types put in. */
export function withAuxiliary(
  rulings: ReadonlyMap<string, Ruling>,
  auxiliary: Readonly<Record<string, number>> = {},
): ReadonlyMap<string, Ruling> {
  const all = new Map(rulings);
  for (const [id, coefficient] of Object.entries(auxiliary)) all.set(id, { ...all.get(id), auxiliary: coefficient });
  return all;
}

/** A share of a count, rounded down. */
const shareOf = (count: number, share: number): number => Math.floor((count * share) / one);

/** The outcome of an application; undefined while it is open. */
export function reviewOf(application: ReviewCase): Review | undefined {
  if (application.outcome === 'pass_item') return { outcome: 'pass', by: 'item' };
  if (application.outcome === 'pass_standard') return { outcome: 'pass', by: 'standard', standard_fen: application.standard_fen ?? 0 };
  return application.outcome === 'fail' ? { outcome: 'fail' } : undefined;
}

function reviewResults(
  applications: readonly ReviewCase[],
  priced: readonly { readonly stay: GroupedStay; readonly price: StayPrice }[],
  agreement: Agreement,
): ReviewReport {
  const applied = new Set(applications.map(({ mdtrt_id }) => mdtrt_id));
  const stays = new Map(priced.filter(({ stay }) => applied.has(stay.mdtrt_id)).map((each) => [each.stay.mdtrt_id, each]));
  const known = applications.filter(({ mdtrt_id }) => stays.has(mdtrt_id));
  const excess = ({ mdtrt_id }: ReviewCase): number => {
    const found = stays.get(mdtrt_id);
    return found === undefined ? 0 : found.stay.medfee_sumamt - found.price.standard_fen;
  };
  const ordered = known.toSorted(
    (a, b) => (agreement.review?.order === 'cost' ? excess(b) - excess(a) : a.request - b.request) || byText(a.mdtrt_id, b.mdtrt_id),
  );
  const quota = agreement.review === undefined ? ordered.length : shareOf(priced.length, agreement.review.share);
  const results = ordered.map(
    (each, index): ReviewResult => ({
      ...each,
      fixmedins_code: stays.get(each.mdtrt_id)?.stay.fixmedins_code ?? '',
      beyond_quota: index >= quota,
    }),
  );
  const taken = results.filter((each) => !each.beyond_quota);
  return {
    discharges: priced.length,
    quota,
    applied: known.length,
    taken: taken.length,
    passed: taken.filter(({ outcome }) => outcome.startsWith('pass')).length,
    results,
    unknown: applications
      .map(({ mdtrt_id }) => mdtrt_id)
      .filter((id) => !stays.has(id))
      .sort(byText),
  };
}

/** The earlier stays of a person who came back to the same hospital into the same group within the days. */
function findReadmissions(stays: readonly GroupedStay[], days: number): readonly { readonly mdtrt_id: string; readonly later: string }[] {
  const byPerson = new Map<string, GroupedStay[]>();
  for (const stay of stays) {
    if (stay.status !== 'grouped' || stay.grp_code === '') continue;
    const key = `${stay.psn_no}\u0000${stay.fixmedins_code}\u0000${stay.grp_code}`;
    const list = byPerson.get(key);
    if (list === undefined) byPerson.set(key, [stay]);
    else list.push(stay);
  }
  const found: { readonly mdtrt_id: string; readonly later: string }[] = [];
  for (const list of byPerson.values()) {
    if (list.length < 2) continue;
    list.sort((a, b) => a.adm_day - b.adm_day || a.dscg_day - b.dscg_day || byText(a.mdtrt_id, b.mdtrt_id));
    for (let index = 1; index < list.length; index += 1) {
      const earlier = list[index - 1];
      const later = list[index];
      if (earlier === undefined || later === undefined) continue;
      const gap = later.adm_day - earlier.dscg_day;
      if (gap >= 0 && gap <= days) found.push({ mdtrt_id: earlier.mdtrt_id, later: later.mdtrt_id });
    }
  }
  return found.sort((a, b) => byText(a.mdtrt_id, b.mdtrt_id));
}

/** The very high stays beyond their hospital's share, largest excess over the bound kept first. */
function beyondShare(
  priced: readonly { readonly stay: GroupedStay; readonly price: StayPrice }[],
  share: number,
  reviewed: ReadonlyMap<string, Review>,
): readonly string[] {
  const hospitals = new Map<string, { discharges: number; high: { id: string; excess: number }[] }>();
  for (const { stay, price } of priced) {
    const hospital = hospitals.get(stay.fixmedins_code) ?? { discharges: 0, high: [] };
    hospital.discharges += 1;
    if (price.style === 'very_high' && !reviewed.has(stay.mdtrt_id)) {
      hospital.high.push({ id: stay.mdtrt_id, excess: stay.medfee_sumamt - multiplyDivide(price.reference_fen, price.times, one) });
    }
    hospitals.set(stay.fixmedins_code, hospital);
  }
  const beyond = [...hospitals.values()].flatMap(({ discharges, high }) =>
    high
      .sort((a, b) => b.excess - a.excess || byText(a.id, b.id))
      .slice(shareOf(discharges, share))
      .map(({ id }) => id),
  );
  return beyond.sort(byText);
}

/**
 * Decides what rules across stays say about single ones: the region's quota of special reviews (特例单议), the hospital's
 * share of very high stays, readmissions. `decided` are reviews that objections brought; they need no quota.
 * @param stays sorted, as they count
 */
export function ruleStays(
  stays: readonly GroupedStay[],
  pricer: Pricer,
  agreement: Agreement,
  applications: readonly ReviewCase[],
  decided: ReadonlyMap<string, Review>,
  auxiliary: Readonly<Record<string, number>> = {},
): Rulings {
  const coefficients = withAuxiliary(new Map(), auxiliary);
  const priced = stays.map((stay) => ({ stay, price: pricer.price(stay, coefficients.get(stay.mdtrt_id)) }));
  const review = reviewResults(applications, priced, agreement);
  const reviews = new Map<string, Review>(decided);
  for (const result of review.results) {
    const outcome = result.beyond_quota ? undefined : reviewOf(result);
    if (outcome !== undefined && !reviews.has(result.mdtrt_id)) reviews.set(result.mdtrt_id, outcome);
  }
  const beyond_high = agreement.high_share === undefined ? [] : beyondShare(priced, agreement.high_share, reviews);
  const readmissions = agreement.readmission === undefined ? [] : findReadmissions(stays, agreement.readmission.days);
  const byStay = new Map<string, Ruling>(coefficients);
  const rule = (id: string, ruling: Ruling): void => void byStay.set(id, { ...byStay.get(id), ...ruling });
  for (const [id, outcome] of reviews) rule(id, { review: outcome });
  for (const id of beyond_high) rule(id, { beyond_high_share: true });
  for (const { mdtrt_id } of readmissions) rule(mdtrt_id, { readmission_share: agreement.readmission?.share ?? one });
  return { byStay, review, beyond_high, readmissions };
}
