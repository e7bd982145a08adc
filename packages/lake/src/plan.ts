import { columnFinder } from '@hengjian/sources';
import { clippedNames, dictionary, inputProblems, listed, RefusedInput, tableOf, words } from '@hengjian/standard';
import { identifier } from '@hengjian/table';
import type { FoundFile } from './files.ts';
import type { PersonKey } from './land.ts';
import { lakeProblems } from './problems.ts';
import type { Staged } from './stage.ts';
import type { FieldPlan } from './typed.ts';

export const defaultPersonKeys: readonly PersonKey[] = ['psn_no', 'certno', 'institution'];

/** Fields that may stand in for a missing one. */
const standIns: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  fee_list_d: { med_list_codg: ['hilist_code', 'medins_list_codg'] },
};

/** The plan of a file whose header has national field codes. Refuses a header that lacks required columns. */
export function nationalPlan(file: FoundFile, table: string, { columns, header }: Pick<Staged, 'columns' | 'header'>): FieldPlan[] {
  const { fields } = tableOf(table);
  const find = columnFinder(columns);
  const known = [...fields.values()].filter((field) => find(field.name) !== undefined);
  if (known.length === 0) {
    const found = listed(clippedNames(columns));
    throw lakeProblems.refused('header-unknown', { table, found }, { file: file.name, row: Math.max(1, header) });
  }
  const plans: FieldPlan[] = known
    .filter((field) => field.privacy !== 'drop')
    .map((field) => ({ field: field.name, from: standIn(table, field.name, find) }));
  for (const [field] of Object.entries(standIns[table] ?? {})) {
    const from = standIn(table, field, find);
    if (find(field) === undefined && from !== 'NULL') plans.push({ field, from });
  }
  const missing = [...fields.values()]
    .filter((field) => !field.nullable && !plans.some((plan) => plan.field === field.name))
    .map((field) => field.name);
  if (missing.length > 0) {
    throw new RefusedInput(
      missing.map((field) => {
        const name = dictionary.tables.get(table)?.fields.get(field);
        const column = words(`${field}（${name?.name_zh ?? ''}）`, `${field} (${name?.name_en ?? ''})`);
        return inputProblems.problem('column-missing', { column }, { file: file.name, row: Math.max(1, header), field });
      }),
    );
  }
  return plans;
}

function standIn(table: string, field: string, find: (name: string) => string | undefined): string {
  const names = [field, ...(standIns[table]?.[field] ?? [])].flatMap((name) => find(name) ?? []);
  const list = names.map((name) => `nullif(trim(${identifier(name)}), '')`);
  if (list.length === 0) return 'NULL';
  return list.length === 1 ? identifier(names[0] as string) : `coalesce(${list.join(', ')})`;
}
