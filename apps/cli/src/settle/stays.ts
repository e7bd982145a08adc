import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DipCatalogue, type GroupedLakeStay, groupedStays, groupLake, openStayReader, type Scheme, type StayGrouper } from '@hengjian/grouping';
import { openLake } from '@hengjian/lake';
import type { Upload } from '@hengjian/settlement';
import { RefusedInput, type TextColumn } from '@hengjian/standard';
import type { CommandContext } from '../command.ts';
import type { SentList } from './tables.ts';

/** Stays of a lake with their groups; what is new in the lake is grouped first. */
export async function staysOf({ output, signal }: CommandContext, lake: string, grouper: StayGrouper): Promise<GroupedLakeStay[]> {
  await groupLake({ lake, grouper, signal, progress: output.progress });
  output.settle();
  const stays: GroupedLakeStay[] = [];
  for await (const stay of groupedStays(lake, grouper)) stays.push(stay);
  return stays;
}

/** Names of the institutions of a lake by code. */
export async function namesOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const context = (await openLake(folder)).context();
  const codes = context.dictionaries.institution ?? [];
  const column = context.dimensions.institution.columns.fixmedins_name as TextColumn;
  return Object.fromEntries(codes.map((code, row) => [code, column.get(row) ?? code]));
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
  if (unknown.length > 0) {
    throw new RefusedInput({
      code: 'stay-unknown',
      message: `the lake has no discharged stay ${unknown.join(', ')}`,
      remedy: 'check the ids of the lists sent again',
      place: { file: folder, field: 'mdtrt_id' },
    });
  }
  return uploads;
}

/** File of a settlement run with the scheme or catalogue that grouped its stays. */
export const schemeFile = 'scheme.json';

export const schemeOfRun = (run: string): Scheme | DipCatalogue => JSON.parse(readFileSync(join(run, schemeFile), 'utf8')) as Scheme | DipCatalogue;
