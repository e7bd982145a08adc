import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type GroupPricing, pricingFile, readGroupPricing } from '@hengjian/audit';
import { printPdf } from '@hengjian/documents';
import {
  canonicalJson,
  compileGrouper,
  type DipCatalogue,
  type GroupedLakeStay,
  type GroupingCase,
  type LakeStay,
  openScheme,
  openStayGrouper,
  openStayReader,
  readStored,
  type Scheme,
  statusName,
  stayGrouperOf,
  storedSchemes,
} from '@hengjian/grouping';
import { openLake } from '@hengjian/lake';
import {
  finalTariff,
  payStay,
  readParameters,
  reprice,
  runSettlement,
  type SettlementRun,
  type Step,
  stepValue,
  type Tariff,
  unitNames,
  writeRunInThreads,
} from '@hengjian/settlement';
import { formatYuan, parseFen, RefusedInput, replaceFile, ymdOf } from '@hengjian/standard';
import { type Command, Option } from 'commander';
import { type CommandContext, define, parseCount } from '../command.ts';
import type { Output } from '../io.ts';
import { schemesOption } from '../schemes.ts';
import { draftParameters } from '../settle/draft.ts';
import { namesOf, schemeFile, schemeOfRun, staysOf, uploadsOf } from '../settle/stays.ts';
import { readDeductions, readObjections, readReviews, readSentLists } from '../settle/tables.ts';
import { evaluateCommand, listsCommand, publicCommand } from './evaluate.ts';

interface LakeFlags {
  readonly lake: string;
  readonly scheme: string;
  readonly schemes: string;
}

export interface RunFlags extends LakeFlags {
  readonly parameters: string;
  readonly out: string;
  readonly past?: readonly string[];
  readonly months?: readonly string[];
  readonly objections?: string;
  readonly reviews?: string;
  readonly uploads?: string;
  readonly deductions?: string;
}

const yearOf = (day: number): number => Math.floor(ymdOf(day) / 10_000);

/** What grouped the stays: kept with the run, so that it can be followed without the folder of schemes. */
function schemeContent(name: string, schemes: string): Scheme | DipCatalogue {
  const id = name.split(/[@+]/)[0] ?? '';
  const stored = storedSchemes([schemes]).some((one) => one.id === id) ? readStored([schemes], name.split('+')[0] ?? '') : undefined;
  return stored?.kind === 'dip' ? (stored as DipCatalogue) : openScheme(name, schemes);
}

export function printSettlement(output: Output, run: SettlementRun): void {
  output.line(`${run.title.zh}（${run.id}）：${Object.keys(run.tariff.groups).length} 个病组有价格`);
  for (const month of run.months) {
    const fund = month.statements.reduce((sum, one) => sum + one.total_fen, 0);
    output.line(`  ${month.month}：${month.statements.length} 家医院，基金应付 ${formatYuan(fund)} 元`);
  }
  for (const pool of run.year?.pools ?? []) {
    const parts = pool.parts.reduce((sum, part) => sum + part.fen, 0);
    output.line(`  基金池 ${pool.pool}：基金 ${formatYuan(pool.fund.total_fen)} 元 = 各部分之和 ${formatYuan(parts)} 元`);
  }
  if (run.left_out > 0) output.line(`  ${run.left_out} 例不在所结算月份出院`);
}

/** Codes that a stay of this scheme can have as its group. */
const groupCodes = (content: Scheme | DipCatalogue): ReadonlySet<string> =>
  new Set(
    content.kind === 'dip'
      ? content.groups.map(({ code }) => code)
      : [...content.drgs.map(({ drg }) => drg), ...content.adrgs.filter(({ kind }) => kind === 'ambiguous').map(({ adrg }) => adrg)],
  );

/** A catalogue is paid by its values, a DRG scheme by weights: the other way round every price would be wrong by their scale. */
function checkMethod(content: Scheme | DipCatalogue, method: Tariff['method'], file: string): void {
  if ((content.kind === 'dip') === (method === 'dip_points')) return;
  throw new RefusedInput({
    code: 'settle-method',
    message: `${content.id} is a ${content.kind === 'dip' ? 'DIP catalogue' : 'DRG scheme'}, the method is ${method}`,
    remedy: `write ${content.kind === 'dip' ? 'dip_points' : 'drg_rate or drg_points'}, or name the scheme that belongs to the parameters`,
    place: { file: basename(file), field: 'method' },
  });
}

export interface Settled {
  readonly run: SettlementRun;
  readonly pricing: GroupPricing;
  /** Stays of the year, and of past years. */
  readonly stays: number;
  readonly past: number;
}

/** Groups what is new in a lake, settles the year of the parameters and writes everything into the folder. */
export async function settleLake(context: CommandContext, options: RunFlags): Promise<Settled> {
  const parameters = readParameters(options.parameters);
  const { year } = parameters.agreement;
  const grouper = openStayGrouper(options.scheme, options.schemes);
  const content = schemeContent(options.scheme, options.schemes);
  checkMethod(content, parameters.method, options.parameters);
  const all = await staysOf(context, options.lake, grouper);
  const past = [...all.filter((stay) => (parameters.weights?.years ?? []).some((one) => one.year === yearOf(stay.dscg_day)))];
  for (const lake of options.past ?? []) past.push(...(await staysOf(context, lake, grouper)));
  const stays = all.filter((stay) => yearOf(stay.dscg_day) === year);
  if (stays.length === 0) {
    throw new RefusedInput({
      code: 'settle-empty',
      message: `no stay of the lake was discharged in ${year}`,
      remedy: 'check the year of the parameters',
      place: { file: basename(options.parameters), field: 'year' },
    });
  }
  const months = options.months ?? Array.from({ length: 12 }, (_, index) => `${year}-${String(index + 1).padStart(2, '0')}`);
  const auxiliary = Object.fromEntries(stays.filter((stay) => stay.auxiliary !== null).map((stay) => [stay.mdtrt_id, stay.auxiliary as number]));
  const run = runSettlement({
    parameters,
    stays,
    past,
    months,
    auxiliary,
    names: await namesOf(options.lake),
    ...(options.objections === undefined ? {} : { objections: readObjections(options.objections, groupCodes(content)) }),
    ...(options.uploads === undefined ? {} : { uploads: await uploadsOf(options.lake, grouper, readSentLists(options.uploads)) }),
    ...(options.reviews === undefined ? {} : { reviews: readReviews(options.reviews) }),
    ...(options.deductions === undefined ? {} : { deductions: readDeductions(options.deductions) }),
  });
  await writeRunInThreads(run, options.out);
  const cases = run.year?.cases ?? run.months.flatMap((month) => month.cases);
  const grouped = new Map(stays.map((stay) => [stay.mdtrt_id, stay.grp_code]));
  const pricing: GroupPricing = {
    scheme: { id: grouper.id, hash: grouper.hash },
    tariff: finalTariff(run),
    groups: Object.fromEntries(
      cases.flatMap(({ stay }) =>
        stay.grp_code === grouped.get(stay.mdtrt_id) ? [] : [[stay.mdtrt_id, { grp_code: stay.grp_code, status: stay.status }] as const],
      ),
    ),
    rulings: Object.fromEntries(cases.flatMap(({ stay, ruling }) => (ruling === undefined ? [] : [[stay.mdtrt_id, ruling] as const]))),
  };
  replaceFile(join(options.out, schemeFile), canonicalJson(content));
  replaceFile(join(options.out, pricingFile), canonicalJson(pricing));
  return { run, pricing, stays: stays.length, past: past.length };
}

async function settle(context: CommandContext, options: RunFlags): Promise<number> {
  const { output } = context;
  const { run, pricing, stays, past } = await settleLake(context, options);
  printSettlement(output, run);
  output.line(
    `已写入 ${options.out}；医院结算单在 ${join(options.out, 'statements')}，全市汇总为 ${join(options.out, run.year === undefined ? 'months' : 'year.html')}`,
  );
  output.result({
    id: run.id,
    scheme: pricing.scheme,
    stays,
    past,
    months: run.months.map(({ month, statements }) => ({
      month,
      statements: statements.length,
      fund_fen: statements.reduce((sum, one) => sum + one.total_fen, 0),
    })),
    pools: run.year?.pools ?? [],
    left_out: run.left_out,
    folder: options.out,
  });
  return 0;
}

const shown = (step: Step): string => `  ${step.part === true ? '＋' : '　'} ${step.zh}：${stepValue(step)}${unitNames[step.unit].zh}`;

interface Found {
  readonly stay: GroupedLakeStay;
  readonly case: GroupingCase;
}

/** One stay of a lake with its case and its group in a settlement run. */
async function findStay(lakeFolder: string, id: string, run: string): Promise<Found> {
  const grouper = stayGrouperOf(schemeOfRun(run));
  const given = readGroupPricing(run).groups?.[id];
  const reader = await openStayReader(await openLake(lakeFolder));
  for (const handle of reader.segments()) {
    for (const { stay, groupingCase } of reader.stays(handle)) {
      if (stay.mdtrt_id !== id) continue;
      const one = groupingCase();
      const { problems: _problems, ...group } = grouper.group(one, stay as LakeStay);
      return { stay: { ...stay, ...group, ...given }, case: one };
    }
  }
  throw new RefusedInput({
    code: 'stay-unknown',
    message: `the lake has no discharged stay ${id}`,
    remedy: 'check the id',
    place: { file: lakeFolder, field: 'mdtrt_id' },
  });
}

export function settleCommand(program: Command): void {
  const settleGroup = program.command('settle').description('prices stays by group, settles with hospitals, publishes and evaluates');

  const draft = settleGroup
    .command('draft')
    .description('drafts the parameters of a settlement from a lake')
    .requiredOption('--lake <folder>', 'the lake')
    .requiredOption('--scheme <id>', 'DRG scheme or DIP catalogue')
    .option(...schemesOption)
    .requiredOption('--year <n>', 'year of the settlement', parseCount)
    .requiredOption('--out <file>', 'the parameters, YAML')
    .addOption(
      new Option('--method <name>', 'how groups become money (default: drg_rate, for a DIP catalogue dip_points)').choices([
        'drg_rate',
        'drg_points',
        'dip_points',
      ]),
    );
  define<LakeFlags & { readonly year: number; readonly out: string; readonly method?: Tariff['method'] }>(
    draft,
    'hengjian settle draft --lake lake --scheme demonstration --year 2025 --out parameters.yaml',
    async (context, options) => {
      if (existsSync(options.out))
        throw new RefusedInput({
          code: 'file-exists',
          message: 'the file exists',
          remedy: 'name a new file; nothing is overwritten',
          place: { file: options.out },
        });
      const content = schemeContent(options.scheme, options.schemes);
      const method = options.method ?? (content.kind === 'dip' ? 'dip_points' : 'drg_rate');
      checkMethod(content, method, '--method');
      const stays = await staysOf(context, options.lake, openStayGrouper(options.scheme, options.schemes));
      if (stays.every((stay) => yearOf(stay.dscg_day) > options.year)) {
        throw new RefusedInput({
          code: 'draft-empty',
          message: `no stay of the lake was discharged in ${options.year} or before`,
          remedy: 'check --year: money and weights are drafted from stays of the year or of those before it',
          place: { file: options.lake, field: '--year' },
        });
      }
      replaceFile(options.out, draftParameters(stays, options.year, method));
      readParameters(options.out);
      context.output.line(`由 ${stays.length} 例拟出参数 ${options.out}；请逐项核对后再用`);
      context.output.result({ file: options.out, stays: stays.length });
      return 0;
    },
  );

  const run = settleGroup
    .command('run')
    .description('weights, tariff, months and the clearing of a year, with a statement for every hospital')
    .requiredOption('--lake <folder>', 'the lake')
    .requiredOption('--scheme <id>', 'DRG scheme or DIP catalogue')
    .option(...schemesOption)
    .requiredOption('--parameters <file>', 'parameters of the settlement, YAML (settle draft makes one)')
    .requiredOption('--out <folder>', 'folder of the settlement')
    .option('--past <lakes...>', 'lakes with stays of past years, for weights and start rates')
    .option('--months <months...>', 'months to settle, yyyy-MM (default: all, and the year is cleared)')
    .option('--objections <file>', 'objections of hospitals, CSV or xlsx: id, mdtrt_id, fixmedins_code, reason, outcome, answer, grp_code')
    .option('--uploads <file>', 'lists sent again, CSV or xlsx: mdtrt_id, version, reason, diagnoses, procedures')
    .option('--reviews <file>', 'requests for special review: mdtrt_id, reason, outcome, standard')
    .option('--deductions <file>', 'deductions from confirmed cases: case_id, fixmedins_code, mdtrt_id, month, fund, reason');
  define<RunFlags>(run, 'hengjian settle run --lake lake --scheme demonstration --parameters parameters.yaml --out settlement', settle);

  const explain = settleGroup
    .command('explain')
    .description('how the payment of one stay was worked out')
    .argument('<mdtrt_id>')
    .requiredOption('--run <folder>', 'folder of the settlement')
    .requiredOption('--lake <folder>', 'the lake');
  define<{ readonly run: string; readonly lake: string }>(
    explain,
    'hengjian settle explain V000000010001 --run settlement --lake lake',
    async ({ output }, options, args) => {
      const { tariff, rulings } = readGroupPricing(options.run);
      const { stay } = await findStay(options.lake, args[0] ?? '', options.run);
      const payment = payStay(stay, tariff, rulings[stay.mdtrt_id]);
      output.line(
        `病例 ${stay.mdtrt_id}，医院 ${stay.fixmedins_code}，${statusName(stay.status, tariff.method === 'dip_points' ? 'dip' : 'drg', 'zh')} ${stay.grp_code}`.trimEnd(),
      );
      for (const step of payment.steps) output.line(shown(step));
      output.line(`  ＝ 基金应付 ${formatYuan(payment.fund_fen)} 元，医院应得 ${formatYuan(payment.pay_fen)} 元`);
      output.result({ stay, payment });
      return 0;
    },
  );

  const without = settleGroup
    .command('reprice')
    .description('what the fund would have paid for a stay without some money or codes')
    .argument('<mdtrt_id>')
    .requiredOption('--run <folder>', 'folder of the settlement')
    .requiredOption('--lake <folder>', 'the lake')
    .option('--charge <yuan>', 'cost of the lines to leave out', '0')
    .option('--inscope <yuan>', 'their part inside the policy scope (default: the charge)')
    .option('--without <codes...>', 'diagnoses and procedures to leave out; the stay is grouped anew');
  define<{ readonly run: string; readonly lake: string; readonly charge: string; readonly inscope?: string; readonly without?: readonly string[] }>(
    without,
    'hengjian settle reprice V000000010001 --run settlement --lake lake --without J96.000',
    async ({ output }, options, args) => {
      const amount = (name: string, text: string): number => {
        const fen = parseFen(text);
        if (fen === undefined || fen < 0)
          throw new RefusedInput({ code: 'option-amount', message: `${name} ${text} is no amount`, remedy: 'write yuan with at most two decimals' });
        return fen;
      };
      const { tariff, rulings } = readGroupPricing(options.run);
      const found = await findStay(options.lake, args[0] ?? '', options.run);
      const left = new Set(options.without ?? []);
      const unknown = [...left].filter((code) => !found.case.diagnoses.includes(code) && !found.case.procedures.includes(code));
      if (unknown.length > 0)
        throw new RefusedInput({ code: 'code-not-listed', message: `the stay does not list ${unknown.join(', ')}`, remedy: 'name codes of its list' });
      const scheme = schemeOfRun(options.run);
      if (left.size > 0 && scheme.kind === 'dip')
        throw new RefusedInput({ code: 'reprice-dip', message: 'leaving codes out is worked out for DRG only', remedy: 'leave out money, or settle by DRG' });
      const changed: GroupingCase = {
        ...found.case,
        diagnoses: found.case.diagnoses.filter((code) => !left.has(code)),
        procedures: found.case.procedures.filter((code) => !left.has(code)),
      };
      const regrouped = left.size === 0 ? undefined : compileGrouper(scheme as Scheme).group(changed);
      if (regrouped?.status === 'invalid')
        throw new RefusedInput({
          code: 'reprice-invalid',
          message: `without these codes the stay cannot be grouped (${regrouped.field})`,
          remedy: 'leave the principal diagnosis in',
        });
      const charge = amount('--charge', options.charge);
      if (charge > found.stay.medfee_sumamt) {
        throw new RefusedInput({
          code: 'option-amount',
          message: `--charge ${options.charge} is more than the stay cost, ${formatYuan(found.stay.medfee_sumamt)} yuan`,
          remedy: 'name the cost of lines of the stay',
        });
      }
      const result = reprice(
        found.stay,
        {
          medfee_fen: charge,
          inscp_fen: options.inscope === undefined ? charge : amount('--inscope', options.inscope),
          ...(regrouped === undefined ? {} : { grp_code: regrouped.drg, status: regrouped.status }),
        },
        tariff,
        rulings[found.stay.mdtrt_id],
      );
      for (const step of result.steps) output.line(shown(step));
      output.line(`  ＝ 基金损失 ${formatYuan(result.fund_loss_fen)} 元`);
      output.result(result);
      return 0;
    },
  );

  const pdf = settleGroup
    .command('pdf')
    .description('prints the statements of a settlement as PDF')
    .requiredOption('--run <folder>', 'folder of the settlement')
    .option('--hospital <codes...>', 'only these hospitals');
  define<{ readonly run: string; readonly hospital?: readonly string[] }>(
    pdf,
    'hengjian settle pdf --run settlement --hospital H41050000001',
    async ({ output, signal }, options) => {
      const folder = join(options.run, 'statements');
      if (!existsSync(folder))
        throw new RefusedInput({
          code: 'settlement-missing',
          message: 'the folder holds no settlement',
          remedy: 'name the folder given to settle run --out',
          place: { file: options.run },
        });
      const all = readdirSync(folder)
        .filter((name) => name.endsWith('.html'))
        .sort();
      const wanted = options.hospital?.map((code) => `${encodeURIComponent(code)}.html`);
      const unknown = (wanted ?? []).filter((name) => !all.includes(name));
      if (unknown.length > 0)
        throw new RefusedInput({
          code: 'statement-missing',
          message: `there is no statement of ${unknown.map((name) => decodeURIComponent(name.replace(/\.html$/, ''))).join(', ')}`,
          remedy: 'check the codes of the hospitals',
        });
      const pages = wanted ?? all;
      const files: string[] = [];
      for (const name of pages) {
        signal.throwIfAborted();
        const file = join(folder, name.replace(/\.html$/, '.pdf'));
        await printPdf(join(folder, name), file);
        files.push(file);
        output.progress({ phase: 'print', done: files.length, total: pages.length, unit: 'statements' });
      }
      output.settle();
      output.line(`已打印 ${files.length} 份结算单：${folder}`);
      output.result({ files });
      return 0;
    },
  );

  evaluateCommand(settleGroup);
  publicCommand(settleGroup);
  listsCommand(settleGroup);
}
