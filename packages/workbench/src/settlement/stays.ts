import {
  type DipCatalogue,
  type GroupedLakeStay,
  type GroupingCase,
  groupedStays,
  groupLake,
  type LakeStay,
  openStayReader,
  type Scheme,
  type StayGrouper,
  stayGrouperOf,
} from '@hengjian/grouping';
import { openLake } from '@hengjian/lake';
import { type GroupPricing, openSettlement, type Settlement, type Upload } from '@hengjian/settlement';
import { type Ports, viewIfLoaded, views, ymdOf } from '@hengjian/standard';
import { workbenchProblems } from '../problems.ts';
import type { SentList } from './tables.ts';

export const yearOf = (day: number): number => Math.floor(ymdOf(day) / 10_000);

/** Stays of a lake with their groups; what is new in the lake is grouped first. */
export async function staysOf(ports: Ports, lake: string, grouper: StayGrouper): Promise<GroupedLakeStay[]> {
  await groupLake({ lake, grouper, signal: ports.signal, progress: ports.progress });
  const stays: GroupedLakeStay[] = [];
  for await (const stay of groupedStays(lake, grouper)) stays.push(stay);
  return stays;
}

/** Names of the institutions of a lake by code. */
export async function institutionNames(folder: string): Promise<Readonly<Record<string, string>>> {
  const context = (await openLake(folder)).context();
  const codes = context.dictionaries.institution ?? [];
  const names = viewIfLoaded(views.text, context.dimensions.institution, 'fixmedins_name');
  return Object.fromEntries(codes.map((code, row) => [code, names?.get(row) ?? code]));
}

/** Groups the stays of lists that were sent again, by the codes of these lists. Refuses lists of stays the lake does not have. */
export async function uploadsOf(folder: string, grouper: StayGrouper, lists: readonly SentList[]): Promise<readonly Upload[]> {
  const wanted = Map.groupBy(lists, (list) => list.mdtrt_id);
  const reader = await openStayReader(await openLake(folder));
  const uploads: Upload[] = [];
  for (const handle of reader.segments()) {
    for (const { stay, groupingCase } of reader.stays(handle)) {
      for (const { version, reason, diagnoses, procedures } of wanted.get(stay.mdtrt_id) ?? []) {
        const { status, mdc, adrg, grp_code } = grouper.group({ ...groupingCase(), diagnoses, procedures }, stay);
        uploads.push({ version, reason, stay: { ...stay, status, mdc, adrg, grp_code } });
      }
    }
  }
  const found = new Set(uploads.map((upload) => upload.stay.mdtrt_id));
  const unknown = [...wanted.keys()].filter((id) => !found.has(id));
  if (unknown.length > 0) throw workbenchProblems.refused('stay-unknown', { ids: unknown.join('、') }, { file: folder, field: 'mdtrt_id' });
  return uploads;
}

/** Opens a settlement that keeps its scheme. */
export function openWhole(run: string): Settlement & { readonly scheme: Scheme | DipCatalogue } {
  const settlement = openSettlement(run);
  if (settlement.scheme === undefined) throw workbenchProblems.refused('settlement-bare', {}, { file: run });
  return { ...settlement, scheme: settlement.scheme };
}

/** One stay of a lake with its case, its group and its prices in a settlement. */
export interface SettledStay {
  readonly stay: GroupedLakeStay;
  readonly case: GroupingCase;
  readonly pricing: GroupPricing;
  readonly scheme: Scheme | DipCatalogue;
}

/** Finds a stay of a lake as a settlement paid it. Throws a refusal when the lake does not have it. */
export async function findStay(lakeFolder: string, id: string, run: string): Promise<SettledStay> {
  const { pricing, scheme } = openWhole(run);
  const grouper = stayGrouperOf(scheme);
  const reader = await openStayReader(await openLake(lakeFolder));
  for (const handle of reader.segments()) {
    for (const { stay, groupingCase } of reader.stays(handle)) {
      if (stay.mdtrt_id !== id) continue;
      const one = groupingCase();
      return { stay: groupedAs(stay, grouper, one, pricing.groups?.[id]), case: one, pricing, scheme };
    }
  }
  throw workbenchProblems.refused('stay-unknown', { ids: id }, { file: lakeFolder, field: 'mdtrt_id' });
}

function groupedAs(
  stay: LakeStay,
  grouper: StayGrouper,
  one: GroupingCase,
  given: Pick<GroupedLakeStay, 'grp_code' | 'status'> | undefined,
): GroupedLakeStay {
  const { problems: _problems, ...group } = grouper.group(one, stay);
  return { ...stay, ...group, ...given };
}
