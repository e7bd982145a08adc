import { type RuleScore, score } from '@hengjian/audit';
import type { Command } from 'commander';
import { define } from '../command.ts';

interface Options {
  readonly run: string;
  readonly truth: string;
}

const percent = (value: number | null): string => (value === null ? '-' : `${(Math.floor(value * 10_000) / 100).toFixed(2)} %`);

function row(rule: RuleScore): string {
  const cells = [
    rule.rule_id.padEnd(6),
    `${rule.found}/${rule.planted}`,
    percent(rule.recall),
    `${rule.matched}+${rule.collateral}+${rule.unexplained}`,
    percent(rule.precision),
    `${rule.wrongly_hit}/${rule.near_misses}`,
  ];
  return cells.map((cell) => cell.padStart(14)).join('');
}

export function scoreCommand(program: Command): void {
  const command = program
    .command('score')
    .description('recall and precision of a run against planted violations')
    .requiredOption('--run <folder>', 'folder of the audit')
    .requiredOption('--truth <file>', 'truth.parquet of the simulation');
  define<Options>(command, 'hengjian score --run result --truth city/truth.parquet', async ({ output }, options) => {
    const result = await score(options.run, options.truth);
    output.line(['rule', 'found/planted', 'recall', 'match+side+?', 'precision', 'near-miss hit'].map((cell) => cell.padStart(14)).join(''));
    for (const rule of result.rules) output.line(row(rule));
    output.line();
    output.line(
      `recall ${percent(result.recall)} (${result.found} of ${result.planted}), precision ${percent(result.precision)} (${result.unexplained} unexplained of ${result.findings}, ${result.collateral} on lines planted for another rule), near-misses hit ${result.wrongly_hit}`,
    );
    for (const text of result.missed) output.line(`missed: ${text}`);
    for (const text of result.unexplained_ids) output.line(`unexplained: ${text}`);
    output.result(result);
    return 0;
  });
}
