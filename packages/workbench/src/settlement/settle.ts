import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type DipCatalogue, type GroupedLakeStay, openSchemeOrCatalogue, type Scheme, stayGrouperOf } from '@hengjian/grouping';
import {
  casesOf,
  finalTariff,
  type GroupPricing,
  openParameters,
  parseParameters,
  publishSettlement,
  readParameters,
  runSettlement,
  type SettlementPages,
  type SettlementParameters,
  type SettlementRun,
  settlementPages,
  type Tariff,
} from '@hengjian/settlement';
import {
  checkFolder,
  inputProblems,
  makeFolder,
  type Problem,
  readText,
  replaceFile,
  stopIfCancelled,
  type UseCase,
  type Words,
  words,
} from '@hengjian/standard';
import { checkPlace } from '../apart.ts';
import { workbenchProblems } from '../problems.ts';
import { draftParameters } from './draft-parameters.ts';
import { institutionNames, staysOf, uploadsOf, yearOf } from './stays.ts';
import { readDeductions, readObjections, readReviews, readSentLists } from './tables.ts';

export interface DraftInput {
  readonly lake: string;
  readonly scheme: string;
  readonly schemes: string;
  readonly year: number;
  /** File of the parameters; it must not exist. */
  readonly out: string;
  /** How groups become money; default `drg_rate`, for a DIP catalogue `dip_points`. */
  readonly method: Tariff['method'] | undefined;
}

/** A catalogue is paid by its values, a DRG scheme by weights: the other way round every price would be wrong by their scale. */
function checkMethod(content: Scheme | DipCatalogue, method: Tariff['method'], file: string): void {
  const dip = content.kind === 'dip';
  if (dip === (method === 'dip_points')) return;
  const kind = dip ? words('DIP 目录', 'a DIP catalogue') : words('DRG 方案', 'a DRG scheme');
  const fitting = dip ? 'dip_points' : words('drg_rate 或 drg_points', 'drg_rate or drg_points');
  throw workbenchProblems.refused(
    'settle-method',
    { scheme: content.id, kind, method, fitting },
    { file: basename(file), field: 'method' },
  );
}

export interface Drafted {
  readonly file: string;
  readonly stays: number;
  /** What the lake does not say and a person must fill in before `settle run`; empty when the draft can be settled with. */
  readonly open: readonly Problem[];
}

/** Stays of the years that weights come from. */
const pastOf = (stays: readonly GroupedLakeStay[], { weights }: SettlementParameters): GroupedLakeStay[] => {
  const years = new Set((weights?.years ?? []).map((one) => one.year));
  return stays.filter((stay) => years.has(yearOf(stay.dscg_day)));
};

/** Drafts the parameters of a settlement from the stays of a lake, and says what a person must fill in. */
export const draftSettlement: UseCase<DraftInput, Drafted> = (ports) => async (input) => {
  if (existsSync(input.out)) throw inputProblems.refused('file-exists', {}, { file: input.out });
  const folder = dirname(resolve(input.out));
  checkFolder(folder, input.out);
  const content = openSchemeOrCatalogue(input.scheme, input.schemes);
  const method = input.method ?? (content.kind === 'dip' ? 'dip_points' : 'drg_rate');
  checkMethod(content, method, '--method');
  const stays = await staysOf(ports, input.lake, stayGrouperOf(content));
  if (stays.every((stay) => yearOf(stay.dscg_day) > input.year))
    throw noStays(input.lake, words(` ${input.year} 年及以前`, `in ${input.year} or before`));
  if (stays.every(({ status }) => status !== 'grouped'))
    throw workbenchProblems.refused('stays-ungrouped', { stays: stays.length }, { file: input.lake });
  const parameters = parseParameters(draftParameters(stays, input.year, method, new Set()), input.out);
  const found = openParameters(parameters, pastOf(stays, parameters));
  const lacking = new Set(
    parameters.pools.filter(({ id }) => found.some(({ place }) => place?.field === `pools.${id}.rate`)).map(({ id }) => id),
  );
  makeFolder(folder);
  replaceFile(input.out, draftParameters(stays, input.year, method, lacking));
  const open = found.map((problem) => ({ ...problem, place: { ...problem.place, file: basename(input.out) } }));
  return { file: input.out, stays: stays.length, open };
};

const noStays = (file: string, period: Words): Error => workbenchProblems.refused('stays-none', { period }, { file, field: 'year' });

export interface SettleInput {
  readonly lake: string;
  readonly scheme: string;
  readonly schemes: string;
  readonly parameters: string;
  readonly out: string;
  /** Lakes with stays of past years, for weights and start rates. */
  readonly past?: readonly string[] | undefined;
  /** Months to settle, `yyyy-MM`; all twelve clear the year. */
  readonly months?: readonly string[] | undefined;
  /** Tables of objections, lists sent again, special reviews and deductions. */
  readonly objections?: string | undefined;
  readonly uploads?: string | undefined;
  readonly reviews?: string | undefined;
  readonly deductions?: string | undefined;
  /** Table of the charges of procedures that supported groups are worked out with. */
  readonly charges?: string | undefined;
}

export interface Settled {
  readonly run: SettlementRun;
  readonly pricing: GroupPricing;
  /** Stays of the year, and of past years. */
  readonly stays: number;
  readonly past: number;
  readonly pages: SettlementPages;
}

/** Codes that a stay of this scheme can have as its group. */
const groupCodes = (content: Scheme | DipCatalogue): ReadonlySet<string> =>
  new Set(
    content.kind === 'dip'
      ? content.groups.map(({ code }) => code)
      : [...content.drgs.map(({ drg }) => drg), ...content.adrgs.filter(({ kind }) => kind === 'ambiguous').map(({ adrg }) => adrg)],
  );

function pricingOf(run: SettlementRun, content: Scheme | DipCatalogue, hash: string, grouped: ReadonlyMap<string, string>): GroupPricing {
  const cases = casesOf(run);
  return {
    scheme: { id: content.id, hash },
    tariff: finalTariff(run),
    groups: Object.fromEntries(
      cases.flatMap(({ stay }) =>
        stay.grp_code === grouped.get(stay.mdtrt_id) ? [] : [[stay.mdtrt_id, { grp_code: stay.grp_code, status: stay.status }] as const],
      ),
    ),
    rulings: Object.fromEntries(cases.flatMap(({ stay, ruling }) => (ruling === undefined ? [] : [[stay.mdtrt_id, ruling] as const]))),
  };
}

const monthsOf = (year: number): readonly string[] =>
  Array.from({ length: 12 }, (_, index) => `${year}-${String(index + 1).padStart(2, '0')}`);

/** Groups what is new in a lake, settles the year of the parameters and publishes the settlement. */
export const settle: UseCase<SettleInput, Settled> = (ports) => async (input) => {
  checkPlace(input.lake, input.out);
  const parameters = readParameters(input.parameters);
  const { year } = parameters.agreement;
  const content = openSchemeOrCatalogue(input.scheme, input.schemes);
  const grouper = stayGrouperOf(content);
  checkMethod(content, parameters.method, input.parameters);
  const all = await staysOf(ports, input.lake, grouper);
  const past = pastOf(all, parameters);
  for (const lake of input.past ?? []) past.push(...(await staysOf(ports, lake, grouper)));
  const stays = all.filter((stay) => yearOf(stay.dscg_day) === year);
  if (stays.length === 0) throw noStays(basename(input.parameters), words(` ${year} 年`, `in ${year}`));
  const run = runSettlement({
    parameters,
    stays,
    past,
    months: input.months ?? monthsOf(year),
    auxiliary: Object.fromEntries(stays.flatMap((stay) => (stay.auxiliary === null ? [] : [[stay.mdtrt_id, stay.auxiliary] as const]))),
    names: await institutionNames(input.lake),
    ...(input.objections === undefined ? {} : { objections: readObjections(input.objections, groupCodes(content)) }),
    ...(input.uploads === undefined ? {} : { uploads: await uploadsOf(input.lake, grouper, readSentLists(input.uploads)) }),
    ...(input.reviews === undefined ? {} : { reviews: readReviews(input.reviews) }),
    ...(input.deductions === undefined ? {} : { deductions: readDeductions(input.deductions) }),
  });
  stopIfCancelled(ports.signal);
  const pricing = pricingOf(run, content, grouper.hash, new Map(stays.map((stay) => [stay.mdtrt_id, stay.grp_code])));
  const charges = input.charges === undefined ? undefined : readText(input.charges);
  await publishSettlement(input.out, { run, pricing, scheme: content, charges });
  return { run, pricing, stays: stays.length, past: past.length, pages: settlementPages(input.out) };
};
