import {
  catalogueHash,
  checkScheme,
  compileGrouper,
  type DipCase,
  type DipCatalogue,
  demonstrationDip,
  diffSchemes,
  dipCase,
  formCatalogue,
  type GroupingCase,
  type ImportOptions,
  importScheme,
  type LakeStay,
  movedCases,
  openScheme,
  openStayReader,
  type Payment,
  type Payments,
  readCases,
  readDipParameters,
  readStored,
  type Scheme,
  schemeHash,
  shippedSchemes,
  storedSchemes,
  writeScheme,
} from '@hengjian/grouping';
import { openLake } from '@hengjian/lake';
import { compileTariff, openSettlement } from '@hengjian/settlement';
import { inputProblems, type UseCase, words } from '@hengjian/standard';

export interface InSchemes {
  /** Folder of imported schemes. */
  readonly schemes: string;
}

export interface ImportSchemeInput extends InSchemes {
  readonly path: string;
  readonly options: ImportOptions;
}

export interface SchemeStored {
  readonly file: string;
  /** False when the same content had been stored before. */
  readonly fresh: boolean;
}

export interface SchemeImported extends SchemeStored {
  readonly scheme: Scheme;
  readonly hash: string;
  readonly report: ReturnType<typeof importScheme>['report'];
}

/** Imports the official workbook, plain tables, or the template of a city. */
export const importGroupingScheme: UseCase<ImportSchemeInput, SchemeImported> = () => async (input) => {
  const { scheme, report } = importScheme(input.path, input.options);
  return { scheme, report, hash: schemeHash(scheme), ...writeScheme(scheme, input.schemes) };
};

export interface FormInput extends InSchemes {
  /** Lakes with the stays of the forming years. */
  readonly lakes: readonly string[];
  /** Folder of the parameters; `demonstration` for those of the program. */
  readonly parameters: string;
  /** Forming years with their weights, `2023=1,2024=2`, instead of those of the parameters. */
  readonly years: string | undefined;
}

function formingYears(text: string): readonly { readonly year: number; readonly weight: number }[] {
  return text.split(',').map((part) => {
    const [, year, weight] = /^(\d{4})=(\d{1,3})$/.exec(part.trim()) ?? [];
    if (year !== undefined && Number(weight) >= 1) return { year: Number(year), weight: Number(weight) };
    const expected = words('年度及整数权重，例如 2023=1,2024=2,2025=7', 'years with whole weights, for example 2023=1,2024=2,2025=7');
    throw inputProblems.refused('option-invalid', { option: '--years', value: text, expected });
  });
}

/** Forms a DIP catalogue from the stays of lakes. */
export const formDipCatalogue: UseCase<FormInput, SchemeStored & { readonly catalogue: DipCatalogue }> = () => async (input) => {
  const given = readDipParameters(input.parameters === 'demonstration' ? demonstrationDip() : input.parameters);
  const parameters = input.years === undefined ? given : { ...given, years: formingYears(input.years) };
  const cases: DipCase[] = [];
  for (const folder of input.lakes) {
    const reader = await openStayReader(await openLake(folder));
    for (const handle of reader.segments())
      for (const { stay, groupingCase } of reader.stays(handle)) cases.push(dipCase(groupingCase(), stay));
  }
  const catalogue = formCatalogue(cases, parameters);
  return { catalogue, ...writeScheme(catalogue, input.schemes) };
};

export interface ListedScheme {
  readonly scheme: Scheme;
  readonly hash: string;
  readonly versions: readonly string[];
  readonly shipped: boolean;
}

export interface SchemeList {
  readonly schemes: readonly ListedScheme[];
  readonly catalogues: readonly { readonly catalogue: DipCatalogue; readonly hash: string }[];
  /** Whether anything was imported. */
  readonly imported: boolean;
}

/** Schemes that can be used: imported ones and those of the program. */
export const listSchemes: UseCase<InSchemes, SchemeList> =
  () =>
  async ({ schemes }) => {
    const stored = storedSchemes([schemes]);
    const contents = stored.map((one) => readStored([schemes], one.id));
    const dip = contents.filter((one) => one.kind === 'dip');
    const versions = new Map(stored.map((one) => [one.id, one.versions]));
    const ids = [...new Set([...stored.map((one) => one.id), ...shippedSchemes])].filter((id) => !dip.some((one) => one.id === id));
    return {
      schemes: ids.map((id) => {
        const scheme = openScheme(id, schemes);
        return { scheme, hash: schemeHash(scheme), versions: versions.get(id) ?? [], shipped: !versions.has(id) };
      }),
      catalogues: dip.map((catalogue) => ({ catalogue, hash: catalogueHash(catalogue) })),
      imported: stored.length > 0,
    };
  };

export interface SchemeRow {
  readonly level: 'MDC' | 'ADRG' | 'DRG';
  readonly code: string;
  readonly name: string;
  readonly condition: Scheme['mdcs'][number]['condition'];
}

/** An MDC, ADRG or DRG with what lies directly under it. Throws a refusal when the scheme has none of that code. */
export const showGroup: UseCase<InSchemes & { readonly id: string; readonly code: string }, readonly SchemeRow[]> = () => async (input) => {
  const scheme = openScheme(input.id, input.schemes);
  const is = (text: string): boolean => text.toUpperCase() === input.code.toUpperCase();
  const rows: SchemeRow[] = [
    ...scheme.mdcs.filter((row) => is(row.mdc)).map(({ mdc, name, condition }) => ({ level: 'MDC' as const, code: mdc, name, condition })),
    ...scheme.adrgs
      .filter((row) => is(row.adrg) || is(row.mdc))
      .map(({ adrg, name, condition }) => ({ level: 'ADRG' as const, code: adrg, name, condition })),
    ...scheme.drgs
      .filter((row) => is(row.drg) || is(row.adrg))
      .map(({ drg, name, condition }) => ({ level: 'DRG' as const, code: drg, name, condition })),
  ];
  if (rows.length > 0) return rows;
  const known = words(
    `MDC ${scheme.mdcs.map(({ mdc }) => mdc).join('、')} 及其下各组`,
    `MDC ${scheme.mdcs.map(({ mdc }) => mdc).join(', ')} and what lies under them`,
  );
  throw inputProblems.refused('name-unknown', { kind: words('病组', 'group'), name: input.code, known });
};

export interface CheckSchemeInput extends InSchemes {
  readonly id: string;
  /** Whether a case is searched for every group. */
  readonly witnesses: boolean;
}

/** Unreachable rows, duplicates, codes in no list, groups without a witness. */
export const checkGroupingScheme: UseCase<CheckSchemeInput, ReturnType<typeof checkScheme>> = () => async (input) =>
  checkScheme(openScheme(input.id, input.schemes), { witnesses: input.witnesses });

export interface DiffSchemesInput extends InSchemes {
  readonly before: string;
  readonly after: string;
  /** Cases of a file, or the discharged stays of a lake, to group by both. */
  readonly cases: string | undefined;
  readonly lake: string | undefined;
  /** Settlements whose prices say how much money moves. */
  readonly settlement: string | undefined;
  readonly afterSettlement: string | undefined;
}

interface MovingCases {
  readonly cases: readonly GroupingCase[] | undefined;
  readonly payments: Payments | undefined;
}

function pricedBy(folder: string, stays: ReadonlyMap<string, LakeStay>): Payment {
  const pricer = compileTariff(openSettlement(folder).pricing.tariff);
  return (group, one) => {
    const stay = stays.get(one.id);
    if (stay === undefined || group.status === 'invalid') return null;
    const price = pricer.price({ ...stay, status: group.status, grp_code: group.drg });
    return price.form === 'unpaid' ? null : price.pay_fen;
  };
}

/** Cases of a file, or stays of a lake with what they earn under the prices of settlements. */
async function casesToMove(input: DiffSchemesInput): Promise<MovingCases> {
  const cases: GroupingCase[] = [];
  if (input.cases !== undefined) {
    for await (const { one, problems } of readCases(input.cases))
      if (problems.every((problem) => problem.level !== 'invalid')) cases.push(one);
    return { cases, payments: undefined };
  }
  if (input.lake === undefined) return { cases: undefined, payments: undefined };
  const reader = await openStayReader(await openLake(input.lake));
  const stays = new Map<string, LakeStay>();
  for (const handle of reader.segments()) {
    for (const { stay, groupingCase } of reader.stays(handle)) {
      stays.set(stay.mdtrt_id, stay);
      cases.push(groupingCase());
    }
  }
  if (input.settlement === undefined) return { cases, payments: undefined };
  const before = pricedBy(input.settlement, stays);
  return { cases, payments: { before, after: input.afterSettlement === undefined ? before : pricedBy(input.afterSettlement, stays) } };
}

export interface SchemesCompared {
  readonly before: string;
  readonly after: string;
  readonly changes: ReturnType<typeof diffSchemes>;
  /** Cases that move; absent when none were given to group. */
  readonly moved: ReturnType<typeof movedCases> | undefined;
}

/** What changed between two schemes, which cases move and how much money. */
export const compareSchemes: UseCase<DiffSchemesInput, SchemesCompared> = () => async (input) => {
  const before = openScheme(input.before, input.schemes);
  const after = openScheme(input.after, input.schemes);
  const { cases, payments } = await casesToMove(input);
  const moved = cases === undefined ? undefined : movedCases(compileGrouper(before), compileGrouper(after), cases, payments);
  return { before: before.id, after: after.id, changes: diffSchemes(before, after), moved };
};
