import { type Problem, RefusedInput } from '@hengjian/standard';
import { checkedSelect, openTables, type Tables } from '@hengjian/table';
import { type Mapping, parseMapping } from './mapping.ts';

/** What is wrong with the SQL of a mapping. It is read by the engine that will run it, and not run. */
async function queryProblems(engine: Tables, { tables, sources }: Mapping): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { query } of tables) {
    if (query === undefined) continue;
    try {
      await checkedSelect(engine, query.sql, Object.keys(sources), query.place);
    } catch (error) {
      if (!(error instanceof RefusedInput)) throw error;
      problems.push(...error.problems);
    }
  }
  return problems;
}

/** Problems of a mapping file, its SQL included; none when it is in order. Refuses one that is missing or empty. */
export async function checkMapping(file: string): Promise<readonly Problem[]> {
  const { mapping, problems } = parseMapping(file);
  if (mapping.tables.every(({ query }) => query === undefined)) return problems;
  const engine = await openTables({ folders: [] });
  try {
    return [...problems, ...(await queryProblems(engine, mapping))];
  } finally {
    engine.close();
  }
}
