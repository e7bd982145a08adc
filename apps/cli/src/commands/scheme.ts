import {
  conditionWords,
  importScheme,
  loadReportLines,
  openScheme,
  type Scheme,
  schemeHash,
  shippedSchemes,
  storedSchemes,
  writeScheme,
} from '@hengjian/grouping';
import { parseDay, RefusedInput } from '@hengjian/standard';
import type { Command } from 'commander';
import { define } from '../command.ts';

export const schemesOption = ['--schemes <folder>', 'where imported schemes are kept (default: schemes)', 'schemes'] as const;

interface ImportFlags {
  readonly schemes: string;
  readonly id?: string;
  readonly name?: string;
  readonly area?: string;
  readonly from?: string;
  readonly to?: string;
  readonly amendments?: string;
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
  `${scheme.id} ${scheme.name.zh}${scheme.demonstration ? '（示范，不得用于支付）' : ''}: ${scheme.mdcs.length} MDC, ${scheme.adrgs.length} ADRG, ${scheme.drgs.length} DRG, in force from ${scheme.effective.from}${scheme.effective.to === undefined ? '' : ` to ${scheme.effective.to}`}`;

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
    .option('--amendments <file>', 'register of amendments (YAML)');
  define<ImportFlags>(load, 'hengjian scheme import chs-drg-3.0.xlsx --id chs-drg-3.0 --from 2027-01-01', ({ output }, options, args) => {
    const { scheme: imported, report } = importScheme(args[0] ?? '', {
      ...(options.id === undefined ? {} : { id: options.id }),
      ...(options.name === undefined ? {} : { name: { zh: options.name, en: options.name } }),
      ...(options.area === undefined ? {} : { area: options.area }),
      ...(options.from === undefined
        ? {}
        : { effective: { from: day('--from', options.from), ...(options.to === undefined ? {} : { to: day('--to', options.to) }) } }),
      ...(options.amendments === undefined ? {} : { amendments: options.amendments }),
    });
    const { file, fresh } = writeScheme(imported, options.schemes);
    for (const line of loadReportLines(report, 'zh')) output.line(line);
    output.line(fresh ? `stored as ${file}` : `nothing changed: ${file} holds the same content`);
    if (imported.variants.length > 0) output.line(`variants: ${imported.variants.map((one) => `${imported.id}+${one.name} (${one.why})`).join('; ')}`);
    output.result({ id: imported.id, hash: schemeHash(imported), file, fresh, report });
    return 0;
  });

  const list = scheme
    .command('list')
    .description('schemes that can be used')
    .option(...schemesOption);
  define<Flags>(list, 'hengjian scheme list', ({ output }, options) => {
    const ids = [...new Set([...storedSchemes([options.schemes]).map((one) => one.id), ...shippedSchemes])];
    const versions = new Map(storedSchemes([options.schemes]).map((one) => [one.id, one.versions]));
    const rows = ids.map((id) => {
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
    for (const row of rows)
      output.line(`${summary(openScheme(row.id, options.schemes))}, ${row.hash.slice(0, 16)}${row.shipped ? ', comes with the program' : ''}`);
    output.result(rows);
    return 0;
  });

  const show = scheme
    .command('show')
    .description('one group with its logic in words')
    .argument('<id>')
    .argument('<code>', 'MDC, ADRG or DRG')
    .option(...schemesOption);
  define<Flags>(show, 'hengjian scheme show chs-drg-1.1 FR2', ({ output }, options, args) => {
    const [id = '', code = ''] = args;
    const one = openScheme(id, options.schemes);
    const rows = [
      ...one.mdcs.filter((row) => row.mdc === code).map((row) => ({ level: 'MDC', code: row.mdc, name: row.name, condition: row.condition })),
      ...one.adrgs
        .filter((row) => row.adrg === code || row.mdc === code)
        .map((row) => ({ level: 'ADRG', code: row.adrg, name: row.name, condition: row.condition })),
      ...one.drgs
        .filter((row) => row.drg === code || row.adrg === code)
        .map((row) => ({ level: 'DRG', code: row.drg, name: row.name, condition: row.condition })),
    ];
    if (rows.length === 0)
      throw new RefusedInput({ code: 'group-unknown', message: `${one.id} has no group ${code}`, remedy: 'name an MDC, ADRG or DRG of the scheme' });
    for (const row of rows) {
      output.line(`${row.level} ${row.code} ${row.name}`);
      output.line(`  ${conditionWords(row.condition, 'zh')}`);
      output.line(`  ${conditionWords(row.condition, 'en')}`);
    }
    output.result(rows);
    return 0;
  });
}
