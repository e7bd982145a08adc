import { explainFinding, whyNot } from '@hengjian/audit';
import type { Command } from 'commander';
import { define } from '../command.ts';

interface ExplainOptions {
  readonly run: string;
}

export function explainCommand(program: Command): void {
  const command = program
    .command('explain')
    .description('shows what a finding is made of')
    .argument('<finding>', 'finding id')
    .requiredOption('--run <folder>', 'folder of the audit');
  define<ExplainOptions>(command, 'hengjian explain 3f2a… --run result', async ({ output }, options, [id]) => {
    const explained = await explainFinding(options.run, id as string);
    for (const text of explained.text) output.line(text);
    output.result(explained.finding);
    return 0;
  });
}

interface WhyNotOptions {
  readonly line?: string;
  readonly visit?: string;
  readonly lake: string;
}

export function whyNotCommand(program: Command): void {
  const command = program
    .command('why-not')
    .description('tells why a rule did not hit a line or a stay')
    .argument('<rule>', 'rule id')
    .option('--line <key>', 'line key')
    .option('--visit <id>', 'mdtrt_id')
    .requiredOption('--lake <folder>', 'the lake');
  define<WhyNotOptions>(command, 'hengjian why-not N25 --line 410500… --lake lake', async ({ output }, options, [rule]) => {
    const answer = await whyNot({
      lake: options.lake,
      rule: rule as string,
      ...(options.line === undefined ? {} : { line: options.line }),
      ...(options.visit === undefined ? {} : { visit: options.visit }),
    });
    for (const text of answer.text) output.line(text);
    output.result(answer);
    return 0;
  });
}
