import { contentHash, type GroupedLakeStay, groupedStays, groupLake, openScheme, openStayGrouper, type StayGrouper, schemeHash } from '@hengjian/grouping';
import { openLake } from '@hengjian/lake';
import type { TextColumn } from '@hengjian/standard';
import type { CommandContext } from '../command.ts';

export { contentHash, openScheme, schemeHash };

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

export const grouperOf = (scheme: string, schemes: string): StayGrouper => openStayGrouper(scheme, schemes);
