import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readGroupPricing } from '@hengjian/audit';
import {
  checkListQuality,
  cluesOf,
  type EvaluationForm,
  type EvaluationInput,
  evaluate,
  type GroupFacts,
  listIndicators,
  parseForm,
  publicGroupsOfCatalogue,
  publicGroupsOfScheme,
  publicListsOfScheme,
  publicPage,
  standardListParameters,
  writeEvaluation,
  writeListQuality,
} from '@hengjian/evaluation';
import { type DipCatalogue, type Scheme, schemeHash, stayGrouperOf } from '@hengjian/grouping';
import { compileTariff } from '@hengjian/settlement';
import { dayOf, dictionary, formatDay, libraryText, parseCsvRecords, RefusedInput, replaceFile } from '@hengjian/standard';
import type { Command } from 'commander';
import { define, parseDayOption } from '../command.ts';
import { settlementLists } from '../settle/lists.ts';
import { namesOf, schemeOfRun, staysOf } from '../settle/stays.ts';

interface EvaluateFlags {
  readonly lake: string;
  readonly run: string;
  readonly out: string;
  readonly from?: string;
  readonly to?: string;
  readonly form?: string;
  readonly lists: boolean;
}

const groupFacts = (scheme: Scheme | DipCatalogue): ReadonlyMap<string, GroupFacts> =>
  new Map(
    scheme.kind === 'dip'
      ? publicGroupsOfCatalogue(scheme).map((one) => [one.code, { name: one.name, split: '' }])
      : scheme.drgs.map((one) => [one.drg, { name: { zh: one.name, en: one.name }, split: one.split }]),
  );

function readForm(path: string | undefined): EvaluationForm {
  const shipped = 'forms/evaluation-nine-aspects.yaml';
  return path === undefined
    ? parseForm(libraryText(shipped), shipped, [...listIndicatorNames])
    : parseForm(readFileSync(path, 'utf8'), path, [...listIndicatorNames]);
}

/** Indicators that the quality of lists adds to those of the evaluation itself. */
const listIndicatorNames: ReadonlySet<string> = new Set(
  [...listIndicators(checkListQuality([], standardListParameters())).values()].flatMap((one) => [...one.keys()]),
);

/** Kinds of visit that are stays, from the table of settings. */
const stayTypes = (): readonly string[] => {
  const prefixes = parseCsvRecords(libraryText('standard/settings.csv'), 'standard/settings.csv')
    .filter((row) => row.setting === 'inpatient')
    .map((row) => row.med_type_prefix ?? '');
  return [...(dictionary.codeTables.get('med_type')?.keys() ?? [])].filter((code) => prefixes.some((prefix) => code.startsWith(prefix)));
};

export function evaluateCommand(settle: Command): void {
  const command = settle
    .command('evaluate')
    .description('evaluates hospitals, departments and practitioners by what they treated')
    .requiredOption('--lake <folder>', 'the lake')
    .requiredOption('--run <folder>', 'folder of the settlement: its scheme and prices')
    .requiredOption('--out <folder>', 'folder for the report')
    .option('--from <day>', 'first day of discharge (default: the year of the settlement)')
    .option('--to <day>', 'last day of discharge')
    .option('--form <file>', 'evaluation form, YAML (default: nine aspects)')
    .option('--no-lists', 'leave out the quality of the settlement lists');
  define<EvaluateFlags>(command, 'hengjian settle evaluate --lake lake --run settlement --out evaluation', async (context, options) => {
    const { output } = context;
    const pricing = readGroupPricing(options.run);
    const scheme = schemeOfRun(options.run);
    const grouper = stayGrouperOf(scheme);
    const stays = await staysOf(context, options.lake, grouper);
    const { year } = (JSON.parse(readFileSync(join(options.run, 'settlement.json'), 'utf8')) as { year?: number }) ?? {};
    const last = stays.reduce((latest, stay) => Math.max(latest, stay.dscg_day), 0);
    const from = parseDayOption('--from', options.from) ?? (year === undefined ? last - 364 : dayOf(year, 1, 1));
    const to = parseDayOption('--to', options.to) ?? (year === undefined ? last : dayOf(year, 12, 31));
    if (to < from) throw new RefusedInput({ code: 'option-period', message: '--to is before --from', remedy: 'name the first day first' });
    if (!stays.some(({ dscg_day }) => dscg_day >= from && dscg_day <= to)) {
      throw new RefusedInput({
        code: 'evaluation-empty',
        message: `no stay of the lake was discharged from ${formatDay(from)} to ${formatDay(to)}`,
        remedy: 'check --from and --to, or name the lake of the settlement',
        place: { file: options.lake },
      });
    }
    const pricer = compileTariff(pricing.tariff);
    const names = new Map(Object.entries(await namesOf(options.lake)));
    const read = options.lists ? await settlementLists(options.lake, stayTypes()) : undefined;
    const lists = read === undefined ? undefined : checkListQuality(read.lists, read.parameters);
    const input: EvaluationInput = {
      stays,
      weights: new Map(Object.entries(pricing.tariff.groups).map(([code, { weight }]) => [code, weight])),
      payments: (stay) => pricer.price(stay, pricing.rulings[stay.mdtrt_id]).pay_fen,
      period: { from, to },
      formerPeriod: { from: from - (to - from + 1), to: from - 1 },
      form: readForm(options.form),
      groups: groupFacts(scheme),
      names,
      ...(lists === undefined ? {} : { indicators: listIndicators(lists) }),
    };
    const result = evaluate(input);
    const clues = cluesOf(result, input);
    const files = [
      ...writeEvaluation(result, options.out),
      ...(lists === undefined ? [] : writeListQuality(lists, join(options.out, 'lists'), Object.fromEntries(names))),
    ];
    replaceFile(join(options.out, 'clues.json'), `${JSON.stringify(clues, undefined, 1)}\n`);
    output.line(`${result.hospitals.length} 家医院，${result.groups.length} 个病组，${clues.length} 条线索（须核对病历，不是结论）`);
    for (const file of [...files, join(options.out, 'clues.json')]) output.line(`  ${file}`);
    output.result({ hospitals: result.hospitals.length, groups: result.groups.length, region: result.region, clues: clues.length, files });
    return 0;
  });
}

export function publicCommand(settle: Command): void {
  const command = settle
    .command('public')
    .description('one offline page for everybody: groups, logic and base rate')
    .requiredOption('--run <folder>', 'folder of the settlement')
    .requiredOption('--out <file>', 'the page, .html');
  define<{ readonly run: string; readonly out: string }>(command, 'hengjian settle public --run settlement --out public.html', ({ output }, options) => {
    const { tariff, scheme: named } = readGroupPricing(options.run);
    const scheme = schemeOfRun(options.run);
    const weights = new Map(Object.entries(tariff.groups).map(([code, { weight }]) => [code, weight]));
    const dip = tariff.method !== 'drg_rate';
    const name = scheme.kind === 'dip' ? scheme.parameters : { ...scheme, effective: scheme.effective };
    const page = publicPage({
      title: { zh: `${name.name.zh}分组、分组逻辑与基础费率公开`, en: `${name.name.en}: groups, logic and base rate` },
      scheme: named.id,
      hash: scheme.kind === 'dip' ? named.hash : schemeHash(scheme),
      effective: name.effective,
      demonstration: name.demonstration,
      unit: dip ? 'point' : 'weight',
      groups:
        scheme.kind === 'dip'
          ? publicGroupsOfCatalogue(scheme).map((one) => ({ ...one, weight: weights.get(one.code) ?? one.weight }))
          : publicGroupsOfScheme(scheme, weights),
      lists: scheme.kind === 'dip' ? [] : publicListsOfScheme(scheme),
      rates: tariff.pools.filter((pool) => pool.form === 'group').map((pool) => ({ name: { zh: pool.id, en: pool.id }, rate: pool.rate })),
    });
    mkdirSync(dirname(resolve(options.out)), { recursive: true });
    replaceFile(options.out, page);
    output.line(`${weights.size} 个病组：${options.out}`);
    output.result({ file: options.out, groups: weights.size });
    return 0;
  });
}

export function listsCommand(settle: Command): void {
  const command = settle
    .command('lists')
    .description('quality of the settlement lists: timeliness, completeness, accuracy, by hospital and field')
    .requiredOption('--lake <folder>', 'the lake')
    .requiredOption('--out <folder>', 'folder for the report');
  define<{ readonly lake: string; readonly out: string }>(command, 'hengjian settle lists --lake lake --out lists', async ({ output }, options) => {
    const { lists, parameters } = await settlementLists(options.lake, stayTypes());
    const quality = checkListQuality(lists, parameters);
    const files = writeListQuality(quality, options.out, await namesOf(options.lake));
    output.line(`${lists.length} 份结算清单，${quality.hospitals.length} 家医院`);
    for (const file of files) output.line(`  ${file}`);
    output.result({ lists: lists.length, hospitals: quality.hospitals.length, files });
    return 0;
  });
}
