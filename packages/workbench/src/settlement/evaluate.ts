import {
  checkListQuality,
  cluesOf,
  type Evaluation,
  type EvaluationForm,
  type EvaluationInput,
  evaluate,
  type GroupFacts,
  type ListQuality,
  listIndicators,
  type Period,
  parseForm,
  publicGroupsOfCatalogue,
  publishEvaluation,
  publishListQuality,
  settlementLists,
  standardListParameters,
} from '@hengjian/evaluation';
import { type DipCatalogue, type GroupedLakeStay, type Scheme, stayGrouperOf } from '@hengjian/grouping';
import { compileTariff } from '@hengjian/settlement';
import { dayOf, dictionary, formatDay, inputProblems, libraryText, readText, settingOf, type UseCase, words } from '@hengjian/standard';
import { checkPlace } from '../apart.ts';
import { workbenchProblems } from '../problems.ts';
import { institutionNames, openWhole, staysOf } from './stays.ts';

const groupFacts = (scheme: Scheme | DipCatalogue): ReadonlyMap<string, GroupFacts> =>
  new Map(
    scheme.kind === 'dip'
      ? publicGroupsOfCatalogue(scheme).map((one) => [one.code, { name: one.name, split: '' }])
      : scheme.drgs.map((one) => [one.drg, { name: { zh: one.name, en: one.name }, split: one.split }]),
  );

/** Indicators that the quality of lists adds to those of the evaluation itself. */
const listIndicatorNames: ReadonlySet<string> = new Set(
  [...listIndicators(checkListQuality([], standardListParameters())).values()].flatMap((one) => [...one.keys()]),
);

const shippedForm = 'forms/evaluation-nine-aspects.yaml';

const formOf = (file: string | undefined): EvaluationForm =>
  file === undefined
    ? parseForm(libraryText(shippedForm), shippedForm, [...listIndicatorNames])
    : parseForm(readText(file), file, [...listIndicatorNames]);

/** Kinds of visit that are stays, from the table of settings. */
const stayTypes = (): readonly string[] =>
  [...(dictionary.codeTables.get('med_type')?.keys() ?? [])].filter((code) => settingOf(code) === 'inpatient');

/** Discharges that are evaluated: as asked for, else those of the year that was settled, else the last year of the lake. */
function periodOf(stays: readonly GroupedLakeStay[], year: number | undefined, input: EvaluateInput): Period {
  const last = stays.reduce((latest, stay) => Math.max(latest, stay.dscg_day), 0);
  const from = input.from ?? (year === undefined ? last - 364 : dayOf(year, 1, 1));
  const to = input.to ?? (year === undefined ? last : dayOf(year, 12, 31));
  if (to < from) {
    const expected = words(`不早于 --from ${formatDay(from)} 的日期`, `a day not before --from ${formatDay(from)}`);
    throw inputProblems.refused('option-invalid', { option: '--to', value: formatDay(to), expected });
  }
  if (!stays.some(({ dscg_day }) => dscg_day >= from && dscg_day <= to)) {
    const period = words(` ${formatDay(from)} 至 ${formatDay(to)} `, `from ${formatDay(from)} to ${formatDay(to)}`);
    throw workbenchProblems.refused('stays-none', { period }, { file: input.lake });
  }
  return { from, to };
}

export interface EvaluateInput {
  readonly lake: string;
  readonly run: string;
  readonly out: string;
  /** First and last day of discharge, as days since 1970-01-01. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Evaluation form (YAML) instead of the shipped one. */
  readonly form?: string | undefined;
  /** Whether the quality of the settlement lists is judged too. */
  readonly lists: boolean;
}

export interface Evaluated {
  readonly evaluation: Evaluation;
  readonly clues: number;
  /** File of the clues. */
  readonly clues_file: string;
  readonly files: readonly string[];
}

async function qualityOf(lake: string, signal: AbortSignal): Promise<ListQuality> {
  const read = await settlementLists(lake, stayTypes(), signal);
  return checkListQuality(read.lists, read.parameters);
}

/** Evaluates hospitals, departments and practitioners by what they treated, at the prices of a settlement. */
export const evaluateSettlement: UseCase<EvaluateInput, Evaluated> = (ports) => async (input) => {
  checkPlace(input.lake, input.out);
  const { pricing, scheme, contents } = openWhole(input.run);
  const stays = await staysOf(ports, input.lake, stayGrouperOf(scheme));
  const period = periodOf(stays, contents.year, input);
  const pricer = compileTariff(pricing.tariff);
  const names = await institutionNames(input.lake);
  const lists = input.lists ? await qualityOf(input.lake, ports.signal) : undefined;
  const data: EvaluationInput = {
    stays,
    weights: new Map(Object.entries(pricing.tariff.groups).map(([code, { weight }]) => [code, weight])),
    payments: (stay) => pricer.price(stay, pricing.rulings[stay.mdtrt_id]).pay_fen,
    period,
    formerPeriod: { from: period.from - (period.to - period.from + 1), to: period.from - 1 },
    form: formOf(input.form),
    groups: groupFacts(scheme),
    names: new Map(Object.entries(names)),
    ...(lists === undefined ? {} : { indicators: listIndicators(lists) }),
  };
  const evaluation = evaluate(data);
  const clues = cluesOf(evaluation, data);
  const published = publishEvaluation(input.out, {
    evaluation,
    clues,
    lists: lists === undefined ? undefined : { quality: lists, names },
  });
  return { evaluation, clues: clues.length, ...published };
};

export interface ListsInput {
  readonly lake: string;
  readonly out: string;
}

/** Quality of the settlement lists of a lake: timeliness, completeness, accuracy. */
export const checkLists: UseCase<ListsInput, { readonly quality: ListQuality; readonly files: readonly string[] }> =
  (ports) => async (input) => {
    checkPlace(input.lake, input.out);
    const quality = await qualityOf(input.lake, ports.signal);
    return { quality, files: publishListQuality(input.out, { quality, names: await institutionNames(input.lake) }) };
  };
