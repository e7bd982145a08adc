import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runAudit, score, writeReports } from '@hengjian/audit';
import { openStayGrouper } from '@hengjian/grouping';
import { ingest } from '@hengjian/lake';
import { readRulebook, ruleNeeds } from '@hengjian/rulebook';
import { simulate } from '@hengjian/simulate';
import { replaceFile, saidIn } from '@hengjian/standard';
import type { Command } from 'commander';
import { define, parseCount } from '../command.ts';
import { draftParameters } from '../settle/draft.ts';
import { staysOf } from '../settle/stays.ts';
import { printRun } from './audit.ts';
import { printSettlement, settleLake } from './settle.ts';

const demoYear = 2025;

interface Options {
  readonly persons: number;
  readonly seed: number;
  readonly out: string;
}

export function demoCommand(program: Command): void {
  const command = program
    .command('demo')
    .description('the main job on a simulated small city: simulate, ingest, group, settle, audit, report')
    .option('--persons <n>', 'insured persons', parseCount, 20_000)
    .option('--seed <seed>', 'same seed, same city', parseCount, 7)
    .option('--out <folder>', 'folder for everything the demo makes (emptied first)', 'demo');
  define<Options>(command, 'hengjian demo', async (context, options) => {
    const { output, signal } = context;
    const out = resolve(options.out);
    const [city, lake, result, settlement] = ['city', 'lake', 'result', 'settlement'].map((name) => join(out, name)) as [string, string, string, string];
    for (const folder of [city, lake, result, settlement]) rmSync(folder, { recursive: true, force: true });
    rmSync(`${lake}.key`, { force: true });
    mkdirSync(out, { recursive: true });
    output.line(`1/5 simulating a city of ${options.persons} persons`);
    const simulated = await simulate({ persons: options.persons, year: demoYear, seed: options.seed, out: city, signal, progress: output.progress });
    output.settle();
    output.line(simulated.table);
    output.line(`2/5 taking ${simulated.lines} fee lines into the lake`);
    const taken = await ingest({ paths: [city], lake, report: result, rules: ruleNeeds(readRulebook().rules), signal, progress: output.progress });
    output.settle();
    for (const text of taken.summary) output.line(`  ${saidIn(text, 'en')}`);
    output.line('3/5 grouping and settling by the demonstration scheme');
    const parameters = join(out, 'parameters.yaml');
    const schemes = join(out, 'schemes');
    const scheme = 'demonstration';
    replaceFile(parameters, draftParameters(await staysOf(context, lake, openStayGrouper(scheme, schemes)), demoYear, 'drg_rate'));
    const { run } = await settleLake(context, { lake, scheme, schemes, parameters, out: settlement });
    printSettlement(output, run);
    output.line('4/5 auditing');
    const record = await runAudit({ lake, out: result, settlement, signal, progress: output.progress });
    output.settle();
    printRun(output, record);
    output.line('5/5 writing the reports');
    const reports = await writeReports({ run: result, lake });
    const scored = await score(result, join(city, 'truth.parquet'));
    output.line(`  of ${scored.planted} planted violations ${scored.found} were found; ${scored.wrongly_hit} near-misses were wrongly hit`);
    output.line();
    output.line('Open in a browser:');
    for (const file of [...reports, join(result, 'quality.html'), join(settlement, 'year.html')]) output.line(`  ${file}`);
    output.result({ city, lake, result, settlement, record, reports, score: scored });
    return 0;
  });
}
