import type { GroupedStay } from '@hengjian/grouping';
import { inputProblems, type Problem, RefusedInput, words } from '@hengjian/standard';
import type { Review, Ruling, StayPrice } from './forms/form.ts';
import type { Pricer } from './price-stay.ts';
import { settlementProblems } from './problems.ts';

/** A settlement list that a hospital sent again. It replaces the former version; both are kept. */
export interface Upload {
  /** 2 for the first re-upload. */
  readonly version: number;
  readonly reason: string;
  readonly stay: GroupedStay;
}

/** What an accepted objection changes of its stay. */
export interface Change {
  readonly grp_code?: string;
  readonly status?: GroupedStay['status'];
  readonly review?: Review;
}

/** What a hospital says against the preliminary result of one stay, and what was decided. */
export interface Objection {
  readonly id: string;
  readonly mdtrt_id: string;
  readonly fixmedins_code: string;
  readonly reason: string;
  readonly decision:
    | { readonly outcome: 'accepted'; readonly reason: string; readonly change: Change }
    | { readonly outcome: 'rejected'; readonly reason: string }
    | { readonly outcome: 'open' };
}

/** One version of a stay with its price at the rates of the tariff. */
export interface StayVersion {
  readonly version: number;
  readonly by: 'list' | 'upload' | 'objection';
  readonly reason: string;
  readonly stay: GroupedStay;
  readonly price: StayPrice;
}

/** A stay that changed, with every version; the last one counts. */
export interface StayHistory {
  readonly mdtrt_id: string;
  readonly fixmedins_code: string;
  readonly versions: readonly StayVersion[];
  readonly objections: readonly Objection[];
}

export const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Stays in the order of their ids. Throws RefusedInput when an id stands twice. */
export function sortStays(stays: readonly GroupedStay[]): readonly GroupedStay[] {
  const inOrder = stays.every((stay, index) => index === 0 || (stays[index - 1]?.mdtrt_id ?? '') < stay.mdtrt_id);
  if (inOrder) return stays;
  const sorted = stays.toSorted((a, b) => byText(a.mdtrt_id, b.mdtrt_id));
  const twice = sorted.filter((stay, index) => index > 0 && sorted[index - 1]?.mdtrt_id === stay.mdtrt_id);
  if (twice.length > 0) {
    throw new RefusedInput(
      twice.slice(0, 100).map(({ mdtrt_id }) => inputProblems.problem('row-twice', { key: mdtrt_id }, { field: mdtrt_id })),
    );
  }
  return sorted;
}

const unknownStay = (field: string, stay: string): Problem => settlementProblems.problem('stay-not-settled', { stay }, { field });

function mapUploads(uploads: readonly Upload[], stays: ReadonlyMap<string, GroupedStay>, problems: Problem[]): Map<string, Upload[]> {
  const byStay = new Map<string, Upload[]>();
  for (const upload of uploads.toSorted((a, b) => byText(a.stay.mdtrt_id, b.stay.mdtrt_id) || a.version - b.version)) {
    const id = upload.stay.mdtrt_id;
    const former = byStay.get(id) ?? [];
    const first = stays.get(id);
    if (first === undefined) problems.push(unknownStay('uploads', id));
    else if (first.fixmedins_code !== upload.stay.fixmedins_code) {
      const hospital = upload.stay.fixmedins_code;
      problems.push(settlementProblems.problem('stay-other-hospital', { stay: id, hospital }, { field: id }));
    }
    if (upload.version !== former.length + 2) {
      const expected = words(`版本号 ${former.length + 2}`, `version ${former.length + 2}`);
      problems.push(inputProblems.problem('value-invalid', { value: upload.version, expected }, { field: id }));
    }
    byStay.set(id, [...former, upload]);
  }
  return byStay;
}

function mapObjections(
  objections: readonly Objection[],
  stays: ReadonlyMap<string, GroupedStay>,
  problems: Problem[],
): Map<string, Objection[]> {
  const byStay = new Map<string, Objection[]>();
  for (const objection of objections.toSorted((a, b) => byText(a.id, b.id))) {
    const stay = stays.get(objection.mdtrt_id);
    if (stay === undefined) problems.push(unknownStay(`objections.${objection.id}`, objection.mdtrt_id));
    else if (stay.fixmedins_code !== objection.fixmedins_code) {
      const values = { stay: stay.mdtrt_id, hospital: objection.fixmedins_code };
      problems.push(settlementProblems.problem('stay-other-hospital', values, { field: objection.id }));
    }
    byStay.set(objection.mdtrt_id, [...(byStay.get(objection.mdtrt_id) ?? []), objection]);
  }
  return byStay;
}

export interface Versioned {
  /** The stays as they count, in the order of their ids. */
  readonly stays: readonly GroupedStay[];
  /** Reviews that objections brought, by stay. */
  readonly reviews: ReadonlyMap<string, Review>;
  readonly histories: readonly StayHistory[];
}

function history(
  stay: GroupedStay,
  uploads: readonly Upload[],
  objections: readonly Objection[],
  pricer: Pricer,
  ruling: Ruling,
): StayHistory & { readonly review: Review | undefined } {
  const versions: StayVersion[] = [{ version: 1, by: 'list', reason: '', stay, price: pricer.price(stay, ruling) }];
  for (const { version, reason, stay: sent } of uploads)
    versions.push({ version, by: 'upload', reason, stay: sent, price: pricer.price(sent, ruling) });
  let review: Review | undefined;
  for (const { decision } of objections) {
    if (decision.outcome !== 'accepted') continue;
    const { review: decided, ...fields } = decision.change;
    const changed = { ...(versions.at(-1)?.stay ?? stay), ...fields };
    review = decided ?? review;
    const price = pricer.price(changed, review === undefined ? ruling : { ...ruling, review });
    versions.push({ version: versions.length + 1, by: 'objection', reason: decision.reason, stay: changed, price });
  }
  return { mdtrt_id: stay.mdtrt_id, fixmedins_code: stay.fixmedins_code, versions, objections, review };
}

/**
 * Applies re-uploads, then decided objections, and keeps every version. Nothing else changes. Throws RefusedInput for what
 * names no stay, another hospital's stay, or a version out of turn.
 */
export function applyVersions(
  stays: readonly GroupedStay[],
  uploads: readonly Upload[],
  objections: readonly Objection[],
  pricer: Pricer,
  rulings: ReadonlyMap<string, Ruling>,
): Versioned {
  if (uploads.length + objections.length === 0) return { stays, reviews: new Map(), histories: [] };
  const known = new Map(stays.map((stay) => [stay.mdtrt_id, stay]));
  const problems: Problem[] = [];
  const sent = mapUploads(uploads, known, problems);
  const raised = mapObjections(objections, known, problems);
  if (problems.length > 0) throw new RefusedInput(problems);
  const histories: StayHistory[] = [];
  const reviews = new Map<string, Review>();
  const current = stays.map((stay) => {
    const id = stay.mdtrt_id;
    if (!sent.has(id) && !raised.has(id)) return stay;
    const { review, ...kept } = history(stay, sent.get(id) ?? [], raised.get(id) ?? [], pricer, rulings.get(id) ?? {});
    histories.push(kept);
    if (review !== undefined) reviews.set(id, review);
    return kept.versions.at(-1)?.stay ?? stay;
  });
  return { stays: current, reviews, histories };
}
