import { diffKnowledge, importKnowledge, type LoadReport, type PointChange, readTables, undoBatch } from '@hengjian/knowledge';
import { readKnowledgeManifest } from '@hengjian/rulebook';
import { formatDay, type UseCase } from '@hengjian/standard';
import { workbenchProblems } from '../problems.ts';

export interface ImportKnowledgeInput {
  readonly paths: readonly string[];
  readonly library: string;
  /** First day of points whose source names none. */
  readonly validFrom: number | undefined;
  /** First age in years that a limit to children does not cover. */
  readonly childAge: number | undefined;
  /** Area the points are for. */
  readonly region: string | undefined;
}

/** Imports published knowledge points into a library. */
export const importPoints: UseCase<ImportKnowledgeInput, LoadReport> = (ports) => async (input) =>
  importKnowledge(input.paths, {
    library: input.library,
    now: ports.clock(),
    signal: ports.signal,
    progress: ports.progress,
    ...(input.validFrom === undefined ? {} : { validFrom: formatDay(input.validFrom) }),
    ...(input.childAge === undefined ? {} : { childAge: input.childAge }),
    ...(input.region === undefined ? {} : { region: input.region }),
  });

/** Takes an import out again; the latest when none is named. */
export const undoImport: UseCase<{ readonly library: string; readonly batch: string | undefined }, ReturnType<typeof undoBatch>> =
  () => async (input) =>
    undoBatch(input.library, input.batch);

export interface KnowledgeListed {
  readonly batches: NonNullable<ReturnType<typeof readKnowledgeManifest>>['batches'];
  readonly tables: readonly { readonly table: string; readonly points: number }[];
}

/** Imports and tables of a library, or the tables of the program. */
export const listKnowledge: UseCase<{ readonly library: string | undefined }, KnowledgeListed> =
  () =>
  async ({ library }) => {
    const manifest = library === undefined ? undefined : readKnowledgeManifest(library);
    if (library !== undefined && manifest === undefined) throw workbenchProblems.refused('knowledge-missing', {}, { file: library });
    const tables = [...readTables(library ?? 'shipped')].map(([table, points]) => ({ table, points: points.size }));
    return { batches: manifest?.batches ?? [], tables };
  };

/** Compares two libraries point by point. */
export const compareKnowledge: UseCase<{ readonly before: string; readonly after: string }, readonly PointChange[]> = () => async (input) =>
  diffKnowledge(input.before, input.after);
