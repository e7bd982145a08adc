import {
  catalogueHash,
  checkScheme,
  compileGrouper,
  conditionWords,
  type DipCase,
  type DipCatalogue,
  demonstrationDip,
  diffSchemes,
  dipCase,
  formCatalogue,
  type GroupingCase,
  importScheme,
  type LakeStay,
  loadReportLines,
  movedCases,
  movedCasesLines,
  openScheme,
  openStayReader,
  type Payment,
  type Payments,
  readCases,
  readDipParameters,
  readStored,
  type Scheme,
  schemeCheckLines,
  schemeDiffLines,
  schemeHash,
  shippedSchemes,
  storedSchemes,
  writeScheme,
} from '@hengjian/grouping';
import { openLake } from '@hengjian/lake';
import { compileTariff } from '@hengjian/settlement';
import { formatYuan, parseDay, RefusedInput } from '@hengjian/standard';
import type { Command } from 'commander';
import { define } from '../command.ts';
import { schemesOption } from '../schemes.ts';

interface ImportFlags {
  readonly schemes: string;
  readonly id?: string;
  readonly name?: string;
  readonly area?: string;
  readonly from?: string;
  readonly to?: string;
  readonly amendments?: string;
  readonly validProcedures?: string;
  readonly notPrincipal?: string;
  readonly gray?: string;
}

interface Flags {
  readonly schemes: string;
}

const day = (name: string, text: string): string => {
  if (parseDay(text) === undefined)
    throw new RefusedInput({ code: 'option-date', message: `${name} ${text} is no existing date`, remedy: 'write it as yyyy-MM-dd' });
  return text;
};

const summary = (scheme: Scheme): string =>
  `${scheme.id} ${scheme.name.zh}${scheme.demonstration && !scheme.name.zh.includes('演示') ? '（示范，不得用于支付）' : ''}：${scheme.mdcs.length} MDC，${scheme.adrgs.length} ADRG，${scheme.drgs.length} DRG，${scheme.effective.from} ${scheme.effective.to === undefined ? '起施行' : `至 ${scheme.effective.to} 施行`}`;

const stored = (file: string, fresh: boolean): string => (fresh ? `已存为 ${file}` : `内容未变：${file} 已有相同内容`);

/** Layers of a DIP catalogue. */
const kindNames: Readonly<Record<string, string>> = { pre: '先期病种', merge: '合并病种', aided: '辅助目录病种', core: '核心病种', composite: '综合病种' };

export function schemeCommand(program: Command): void {
  const scheme = program.command('scheme').description('grouping schemes as data: import, look, check, compare');

  const load = scheme
    .command('import')
    .description('imports the official 3.0 workbook, plain tables, or the template of a city')
    .argument('<path>')
    .option(...schemesOption)
    .option('--id <id>', 'id of the scheme (default: from the file or folder)')
    .option('--name <text>', 'name in Chinese')
    .option('--area <code>', 'area that issued it, six digits')
    .option('--from <day>', 'first day of discharge it is for')
    .option('--to <day>', 'last day of discharge it is for')
    .option('--amendments <file>', 'register of amendments (YAML)')
    .option('--valid-procedures <set>', 'set of the procedures that group (workbook)')
    .option('--not-principal <set>', 'set of the diagnoses no case may have as principal (workbook)')
    .option('--gray <set>', 'set of the codes too general to group by (workbook)');
  define<ImportFlags>(load, 'hengjian scheme import chs-drg-3.0.xlsx --id chs-drg-3.0 --from 2027-01-01', ({ output }, options, args) => {
    if (options.to !== undefined && options.from === undefined)
      throw new RefusedInput({ code: 'option-date', message: '--to has no --from', remedy: 'name the first day too' });
    if (options.area !== undefined && !/^\d{6}$/.test(options.area))
      throw new RefusedInput({ code: 'option-area', message: `--area ${options.area} is no area`, remedy: 'write six digits, for example 410500' });
    const { scheme: imported, report } = importScheme(args[0] ?? '', {
      ...(options.id === undefined ? {} : { id: options.id }),
      ...(options.name === undefined ? {} : { name: { zh: options.name, en: options.name } }),
      ...(options.area === undefined ? {} : { area: options.area }),
      ...(options.from === undefined
        ? {}
        : { effective: { from: day('--from', options.from), ...(options.to === undefined ? {} : { to: day('--to', options.to) }) } }),
      ...(options.amendments === undefined ? {} : { amendments: options.amendments }),
      roles: {
        ...(options.validProcedures === undefined ? {} : { valid_procedures: options.validProcedures }),
        ...(options.notPrincipal === undefined ? {} : { not_principal: options.notPrincipal }),
        ...(options.gray === undefined ? {} : { gray: options.gray }),
      },
    });
    const { file, fresh } = writeScheme(imported, options.schemes);
    for (const line of loadReportLines(report, 'zh')) output.line(line);
    output.line(stored(file, fresh));
    if (imported.variants.length > 0) {
      output.line('可选变体');
      for (const one of imported.variants) output.line(`  ${imported.id}+${one.name}：${one.why}`);
    }
    output.result({ id: imported.id, hash: schemeHash(imported), file, fresh, report });
    return 0;
  });

  const form = scheme
    .command('form')
    .description('forms a DIP catalogue from the stays of lakes')
    .requiredOption('--lake <folders...>', 'lakes with the stays of the forming years')
    .requiredOption('--parameters <folder>', 'parameters.yaml, sets.csv, charlson.csv (`demonstration`: those that come with the program)')
    .option('--years <list>', 'forming years with their weights instead of those of the parameters, for example 2023=1,2024=2,2025=7')
    .option(...schemesOption);
  define<Flags & { readonly lake: readonly string[]; readonly parameters: string; readonly years?: string }>(
    form,
    'hengjian scheme form --lake lake --parameters demonstration --years 2025=1',
    async ({ output }, options) => {
      const given = readDipParameters(options.parameters === 'demonstration' ? demonstrationDip() : options.parameters);
      const parameters = options.years === undefined ? given : { ...given, years: formingYears(options.years) };
      const cases: DipCase[] = [];
      for (const folder of options.lake) {
        const reader = await openStayReader(await openLake(folder));
        for (const handle of reader.segments()) for (const { stay, groupingCase } of reader.stays(handle)) cases.push(dipCase(groupingCase(), stay));
      }
      const catalogue = formCatalogue(cases, parameters);
      const { file, fresh } = writeScheme(catalogue, options.schemes);
      const { report } = catalogue;
      output.line(
        `${catalogue.id}：由 ${report.cases} 例形成 ${catalogue.groups.length} 个病种；核心病种至少 ${catalogue.threshold} 例，例均费用 ${formatYuan(catalogue.mean_fen)} 元`,
      );
      output.line(
        `  不在形成年度 ${report.outside_years} 例，缺主要诊断或费用 ${report.invalid} 例，排除诊断 ${report.excluded} 例，未进入任何病种 ${report.not_covered} 例`,
      );
      for (const [kind, count] of Object.entries(report.by_kind)) output.line(`  ${kindNames[kind] ?? kind} (${kind})：${count} 例`);
      output.line(stored(file, fresh));
      output.result({ id: catalogue.id, groups: catalogue.groups.length, threshold: catalogue.threshold, report, file });
      return 0;
    },
  );

  const list = scheme
    .command('list')
    .description('schemes that can be used')
    .option(...schemesOption);
  define<Flags>(list, 'hengjian scheme list', ({ output }, options) => {
    const ids = [...new Set([...storedSchemes([options.schemes]).map((one) => one.id), ...shippedSchemes])];
    const versions = new Map(storedSchemes([options.schemes]).map((one) => [one.id, one.versions]));
    const stored = new Map(storedSchemes([options.schemes]).map((one) => [one.id, readStored([options.schemes], one.id)]));
    const catalogues = [...stored.values()].filter((one) => one.kind === 'dip') as DipCatalogue[];
    for (const one of catalogues) output.line(`${one.id} ${one.parameters.name.zh}（DIP）：${one.groups.length} 个病种，${catalogueHash(one).slice(0, 16)}`);
    const rows = ids
      .filter((id) => stored.get(id)?.kind !== 'dip')
      .map((id) => {
        const one = openScheme(id, options.schemes);
        return {
          id,
          hash: schemeHash(one),
          versions: versions.get(id) ?? [],
          shipped: !versions.has(id),
          name: one.name,
          effective: one.effective,
          demonstration: one.demonstration,
          drgs: one.drgs.length,
          variants: one.variants.map((variant) => variant.name),
        };
      });
    for (const row of rows) output.line(`${summary(openScheme(row.id, options.schemes))}，${row.hash.slice(0, 16)}${row.shipped ? '，随程序提供' : ''}`);
    if (versions.size === 0) output.line(`${options.schemes} 中还没有导入的方案；导入：hengjian scheme import 文件或文件夹`);
    output.result([...rows, ...catalogues.map((one) => ({ id: one.id, hash: catalogueHash(one), kind: 'dip', groups: one.groups.length }))]);
    return 0;
  });

  const show = scheme
    .command('show')
    .description('one group with its logic in words')
    .argument('<id>')
    .argument('<code>', 'MDC, ADRG or DRG')
    .option(...schemesOption);
  define<Flags>(show, 'hengjian scheme show chs-drg-1.1 FR2', ({ output }, options, args) => {
    const [id = '', asked = ''] = args;
    const is = (text: string): boolean => text.toUpperCase() === asked.toUpperCase();
    const one = openScheme(id, options.schemes);
    const rows = [
      ...one.mdcs.filter((row) => is(row.mdc)).map((row) => ({ level: 'MDC', code: row.mdc, name: row.name, condition: row.condition })),
      ...one.adrgs.filter((row) => is(row.adrg) || is(row.mdc)).map((row) => ({ level: 'ADRG', code: row.adrg, name: row.name, condition: row.condition })),
      ...one.drgs.filter((row) => is(row.drg) || is(row.adrg)).map((row) => ({ level: 'DRG', code: row.drg, name: row.name, condition: row.condition })),
    ];
    if (rows.length === 0)
      throw new RefusedInput({ code: 'group-unknown', message: `${one.id} has no group ${asked}`, remedy: 'name an MDC, ADRG or DRG of the scheme' });
    for (const row of rows) {
      output.line(`${row.level} ${row.code} ${row.name}`);
      output.line(`  ${conditionWords(row.condition, 'zh')}`);
      output.line(`  ${conditionWords(row.condition, 'en')}`);
    }
    output.result(rows);
    return 0;
  });

  const check = scheme
    .command('check')
    .description('unreachable rows, duplicates, codes in no list, groups without a witness; exit 2 when there are errors')
    .argument('<id>')
    .option(...schemesOption)
    .option('--no-witnesses', 'leave out the search for a case of every group');
  define<Flags & { readonly witnesses: boolean }>(check, 'hengjian scheme check chs-drg-1.1', ({ output }, options, args) => {
    const result = checkScheme(openScheme(args[0] ?? '', options.schemes), { witnesses: options.witnesses });
    for (const line of schemeCheckLines(result, 'zh')) output.line(line);
    output.result(result);
    return result.findings.some((finding) => finding.level === 'error') ? 2 : 0;
  });

  const diff = scheme
    .command('diff')
    .description('what changed between two schemes, which cases move and how much money')
    .argument('<before>')
    .argument('<after>')
    .option(...schemesOption)
    .option('--in <file>', 'cases to group by both')
    .option('--lake <folder>', 'a lake whose discharged stays are grouped by both')
    .option('--settlement <folder>', 'a settlement run: its prices say how much money moves')
    .option('--after-settlement <folder>', 'prices of the later scheme (default: those of --settlement)');
  define<DiffFlags>(diff, 'hengjian scheme diff chs-drg-1.1 chs-drg-1.1+qy-main --lake lake', async ({ output }, options, args) => {
    const before = openScheme(args[0] ?? '', options.schemes);
    const after = openScheme(args[1] ?? '', options.schemes);
    const changes = diffSchemes(before, after);
    for (const line of schemeDiffLines(changes, 'zh')) output.line(line);
    const { cases, payments } = await casesToMove(options);
    const moved = cases === undefined ? undefined : movedCases(compileGrouper(before), compileGrouper(after), cases, payments);
    if (moved !== undefined) for (const line of movedCasesLines(moved, 'zh')) output.line(line);
    output.result({ before: before.id, after: after.id, changes, ...(moved === undefined ? {} : { moved }) });
    return 0;
  });
}

function formingYears(text: string): readonly { readonly year: number; readonly weight: number }[] {
  return text.split(',').map((part) => {
    const [, year, weight] = /^(\d{4})=(\d{1,3})$/.exec(part.trim()) ?? [];
    if (year === undefined || Number(weight) < 1) {
      throw new RefusedInput({
        code: 'option-years',
        message: `--years ${text} is not understood`,
        remedy: 'write years with whole weights, for example 2023=1,2024=2,2025=7',
      });
    }
    return { year: Number(year), weight: Number(weight) };
  });
}

interface DiffFlags extends Flags {
  readonly in?: string;
  readonly lake?: string;
  readonly settlement?: string;
  readonly afterSettlement?: string;
}

interface MovingCases {
  readonly cases: readonly GroupingCase[] | undefined;
  readonly payments: Payments | undefined;
}

/** Cases of a file, or stays of a lake with what they earn under the prices of settlements. */
async function casesToMove(options: DiffFlags): Promise<MovingCases> {
  if (options.in !== undefined) {
    const cases: GroupingCase[] = [];
    for await (const { one, problems } of readCases(options.in)) if (problems.every((problem) => problem.level !== 'invalid')) cases.push(one);
    return { cases, payments: undefined };
  }
  if (options.lake === undefined) return { cases: undefined, payments: undefined };
  const reader = await openStayReader(await openLake(options.lake));
  const stays = new Map<string, LakeStay>();
  const cases: GroupingCase[] = [];
  for (const handle of reader.segments()) {
    for (const { stay, groupingCase } of reader.stays(handle)) {
      stays.set(stay.mdtrt_id, stay);
      cases.push(groupingCase());
    }
  }
  if (options.settlement === undefined) return { cases, payments: undefined };
  const { readGroupPricing } = await import('@hengjian/audit');
  const priced = (folder: string): Payment => {
    const pricer = compileTariff(readGroupPricing(folder).tariff);
    return (group, one) => {
      const stay = stays.get(one.id);
      if (stay === undefined || group.status === 'invalid') return null;
      const price = pricer.price({ ...stay, status: group.status, grp_code: group.drg });
      return price.form === 'unpaid' ? null : price.pay_fen;
    };
  };
  return { cases, payments: { before: priced(options.settlement), after: priced(options.afterSettlement ?? options.settlement) } };
}
