import { basename } from 'node:path';
import { openLake } from '@hengjian/lake';
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
}

/** Groups the discharged stays of a lake into a file, or explains them, as `groupFile` does for the cases of a file. */
export const groupLakeCases = ({ lake, scheme, ...options }: GroupLakeCasesOptions): Promise<GroupFileResult> =>
  groupCases({
    ...options,
    grouper: scheme.kind === 'dip' ? dip(scheme) : drg(scheme),
    cases: lakeCases(lake, options.ids),
    from: basename(lake),
  });
