import { diffKnowledge, importKnowledge, keptReasons, type LoadReport, type RowCounts, readTables, undoBatch } from '@hengjian/knowledge';
import { readKnowledgeManifest } from '@hengjian/rulebook';
import { describeProblem, formatDay, inputProblems, words } from '@hengjian/standard';
import type { Command } from 'commander';
import { define, parseCount, parseDayOption } from '../command.ts';
import type { Output } from '../io.ts';
import { civilNow } from '../operations.ts';

interface ImportFlags {
  readonly library: string;
  readonly validFrom?: string;
  readonly childAge?: number;
  readonly region?: string;
}

const shownProblems = 20;

const counts = (report: RowCounts): string =>
  `${report.rows} rows = ${report.points} points + ${report.same} same + ${report.merged} joined + ${report.part} parts + ${report.codes} codes + ${report.text} text + ${report.refused} refused`;

function printReport(output: Output, report: LoadReport): void {
  for (const file of report.files) output.line(`${file.file}: ${file.not_read === undefined ? counts(file) : `not read, ${file.not_read.en}`}`);
  const problems = report.files.flatMap((file) => file.problems);
  for (const problem of problems.slice(0, shownProblems)) output.line(`  refused ${describeProblem(problem)}`);
  if (problems.length > shownProblems)
    output.line(`  ${shownProblems} of ${problems.length} refused rows shown; all are in batches/${report.batch}/report.json`);
  output.line(`all: ${counts(report)}`);
  output.line(`${report.points_out} points written, ${report.superseded} older points closed, ${report.unconfirmed} points of the library wait for an expert`);
  output.line(`${report.undated} points begin on the first day given, because their source names none`);
  for (const [why, words_] of Object.entries(keptReasons)) {
    const count = new Map(Object.entries(report.texts_by_reason)).get(why) ?? 0;
    if (count > 0) output.line(`  ${count} kept as text: ${words_.en}`);
  }
  if (report.codes_in_no_list.length > 0)
    output.line(`${report.codes_in_no_list.length} service codes are in no imported list: ${report.codes_in_no_list.slice(0, 5).join(', ')}…`);
  output.line(`the library has ${report.drug_codes} drug codes, ${report.item_codes} service codes, ${report.charge_pairs} charge pairs`);
  output.line(report.changed ? `imported as ${report.batch}` : `nothing changed: ${report.batch} had been imported before`);
}

export function knowledgeCommand(program: Command): void {
  const knowledge = program.command('knowledge').description('imports published knowledge points and shows what a library holds');

  const load = knowledge
    .command('import')
    .description('imports files or folders: published batches, code sets, the drug catalogue, code lists')
    .argument('<paths...>')
    .requiredOption('--library <folder>', 'the library to import into')
    .option('--valid-from <day>', 'first day of points whose source names none (default: 2025-01-01)')
    .option('--child-age <n>', 'first age in years that a limit to children does not cover (default: 18)', parseCount)
    .option('--region <code>', 'area the points are for (default: 000000, the country)');
  define<ImportFlags>(load, 'hengjian knowledge import batches/ --library knowledge', async ({ output, signal }, options, paths) => {
    const validFrom = parseDayOption('--valid-from', options.validFrom);
    const report = await importKnowledge(paths, {
      library: options.library,
      now: civilNow(),
      signal,
      progress: output.progress,
      ...(validFrom === undefined ? {} : { validFrom: formatDay(validFrom) }),
      ...(options.childAge === undefined ? {} : { childAge: options.childAge }),
      ...(options.region === undefined ? {} : { region: options.region }),
    });
    output.settle();
    printReport(output, report);
    output.result(report);
    return 0;
  });

  const undo = knowledge
    .command('undo')
    .description('takes an import out again')
    .argument('[batch]', 'default: the latest')
    .requiredOption('--library <folder>', 'the library');
  define<{ readonly library: string }>(undo, 'hengjian knowledge undo --library knowledge', async ({ output }, options, [batch]) => {
    const { undone, manifest } = undoBatch(options.library, batch);
    output.line(`took out ${undone.id} of ${undone.imported_at}: ${undone.points} points; ${manifest.batches.length} imports remain`);
    output.result({ undone, batches: manifest.batches });
    return 0;
  });

  const list = knowledge.command('list').description('shows imports and tables').option('--library <folder>', 'the library (default: the shipped tables)');
  define<{ readonly library?: string }>(list, 'hengjian knowledge list --library knowledge', async ({ output }, options) => {
    const manifest = options.library === undefined ? undefined : readKnowledgeManifest(options.library);
    if (options.library !== undefined && manifest === undefined) {
      throw inputProblems.refused('file-kind', { expected: words('知识库', 'a knowledge library') }, { file: options.library });
    }
    const tables = [...readTables(options.library ?? 'shipped')].map(([table, points]) => ({ table, points: points.size }));
    for (const batch of manifest?.batches ?? [])
      output.line(`${batch.id}  ${batch.imported_at}  ${batch.points} points  ${batch.texts} texts  ${batch.files.length} files`);
    for (const { table, points } of tables) output.line(`${table.padEnd(30)} ${points}`);
    output.line(`${tables.reduce((sum, { points }) => sum + points, 0)} points in ${tables.length} tables`);
    output.result({ batches: manifest?.batches ?? [], tables });
    return 0;
  });

  const diff = knowledge
    .command('diff')
    .description('compares two libraries point by point')
    .argument('<a>', 'a library, a folder of tables, or `shipped`')
    .argument('<b>');
  define<object>(diff, 'hengjian knowledge diff shipped knowledge', async ({ output }, _options, [left, right]) => {
    const changes = diffKnowledge(left ?? 'shipped', right ?? 'shipped');
    for (const change of changes) {
      const columns = Object.entries(change.columns).map(([name, [was, is]]) => `${name}: ${was} → ${is}`);
      output.line(`${change.kind.padEnd(8)} ${change.table} ${change.point_id} ${columns.join('; ')}`.trimEnd());
    }
    output.line(`${changes.length} points differ`);
    output.result(changes);
    return 0;
  });
}
