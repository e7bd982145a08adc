import { basename } from 'node:path';
import { type Lake, lakeViews, openLake } from '@hengjian/lake';
import { integer, openTables, text } from '@hengjian/table';
import type { ReadCase } from '../case/read.ts';
import { catalogueHash, compileDip, type DipCatalogue } from '../dip/index.ts';
import { type CaseGrouper, drgCaseGrouper, type GroupCasesOptions, type GroupFileResult, groupCases } from '../group-file.ts';
import { fieldName, type Language, statusName } from '../grouper/words.ts';
import type { Scheme } from '../scheme/scheme.ts';
import { dipCase, dipStayGrouper, outOfForce } from './stay-grouper.ts';
import { type LakeStay, openStayReader } from './stays.ts';

/** A stay of a lake as a case to group. */
export interface LakeCase extends ReadCase {
  readonly stay: LakeStay;
}

async function* lakeCases(folder: string, ids: readonly string[] | undefined): AsyncGenerator<LakeCase> {
  const wanted = ids === undefined ? undefined : new Set(ids);
  const reader = await openStayReader(await openLake(folder));
  for (const handle of reader.segments()) {
    for (const { stay, groupingCase } of reader.stays(handle)) {
      if (wanted === undefined || wanted.has(stay.mdtrt_id)) yield { one: groupingCase(), stay, problems: [] };
    }
  }
}

interface Placed {
  readonly file: string;
  readonly row: number;
}

/** File and row of each visit of a lake. */
async function placesOf(lake: Lake): Promise<ReadonlyMap<string, Placed>> {
  const tables = await openTables({ folders: [lake.folder] });
  try {
    for (const statement of lakeViews(lake, ['mdtrt_d'])) await tables.run(statement);
    const rows = await tables.rows('SELECT mdtrt_id, min(_file) AS file, min(_row) AS "row" FROM mdtrt_d GROUP BY ALL', {
      mdtrt_id: text,
      file: text,
      row: integer,
    });
    return new Map(rows.map(({ mdtrt_id, ...place }) => [mdtrt_id, place]));
  } finally {
    tables.close();
  }
}

const first: Placed = { file: '', row: 0 };

/** The stays of a lake in the order of the files they came from, with their rows there. */
async function* casesAsRead(folder: string, ids: readonly string[] | undefined): AsyncGenerator<LakeCase> {
  const places = await placesOf(await openLake(folder));
  const placed: { readonly item: LakeCase; readonly place: Placed }[] = [];
  for await (const item of lakeCases(folder, ids)) placed.push({ item, place: places.get(item.one.id) ?? first });
  const order = (left: Placed, right: Placed): number =>
    left.file === right.file ? left.row - right.row : left.file < right.file ? -1 : 1;
  for (const { item, place } of placed.sort((left, right) => order(left.place, right.place))) yield { ...item, row: place.row };
}

function drg(scheme: Scheme): CaseGrouper<LakeCase> {
  const grouper = drgCaseGrouper(scheme);
  const dated = outOfForce(scheme);
  return {
    ...grouper,
    group(item) {
      const result = grouper.group(item);
      const late = dated(item.stay);
      return late.length === 0 ? result : { ...result, problems: [...result.problems, ...late] };
    },
  };
}

function dip(catalogue: DipCatalogue): CaseGrouper<LakeCase> {
  const stays = dipStayGrouper(catalogue);
  const traced = compileDip(catalogue);
  const { name } = catalogue.parameters;
  const words = (language: Language, head: string, steps: readonly string[], end: string): readonly string[] => [
    language === 'zh' ? `病例 ${head}，目录 ${name.zh}（${catalogue.id}）` : `case ${head}, catalogue ${name.en} (${catalogue.id})`,
    ...steps.map((step) => (language === 'zh' ? `　${step}` : `  ${step}`)),
    end,
  ];
  return {
    id: catalogue.id,
    hash: catalogueHash(catalogue),
    group({ one, stay }) {
      const { status, grp_code, split, field, weight, problems } = stays.group(one, stay);
      return { id: one.id, status, mdc: '', adrg: '', drg: grp_code, split, field, weight, problems };
    },
    explain({ one, stay }, { status, drg: group, field }) {
      const trace = traced.trace(dipCase(one, stay));
      const open = (language: Language): string =>
        field === '' ? '' : language === 'zh' ? `，字段 ${fieldName(field, 'zh')}` : `, field ${field}`;
      return {
        data: { ...trace.result, steps: trace.steps },
        words: (language) =>
          language === 'zh'
            ? words('zh', one.id, trace.zh, `结果：${statusName(status, 'dip', 'zh')} ${group}`.trimEnd() + open('zh'))
            : words('en', one.id, trace.en, `result: ${statusName(status, 'dip', 'en')} ${group}`.trimEnd() + open('en')),
        alternatives: () => [],
      };
    },
  };
}

export interface GroupLakeCasesOptions extends Omit<GroupCasesOptions<LakeCase>, 'grouper' | 'cases' | 'from'> {
  readonly lake: string;
  readonly scheme: Scheme | DipCatalogue;
  /** The file that the lake was made of for this call: its cases come in the order of its rows, and problems name them. */
  readonly from?: string | undefined;
}

/** Groups the discharged stays of a lake into a file, or explains them, as `groupFile` does for the cases of a file. */
export const groupLakeCases = ({ lake, scheme, from, ...options }: GroupLakeCasesOptions): Promise<GroupFileResult> =>
  groupCases({
    ...options,
    grouper: scheme.kind === 'dip' ? dip(scheme) : drg(scheme),
    cases: from === undefined ? lakeCases(lake, options.ids) : casesAsRead(lake, options.ids),
    from: from ?? basename(lake),
  });
