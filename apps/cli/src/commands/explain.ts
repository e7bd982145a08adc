import { explainFinding, whyNot } from '@hengjian/audit';
import { readInForce } from '@hengjian/operations';
import type { Command } from 'commander';
import { define, parseDayOption } from '../command.ts';
import { inStore } from '../operations.ts';

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
  readonly operations?: string;
  readonly asOf?: string;
}

export function whyNotCommand(program: Command): void {
  const command = program
    .command('why-not')
    .description('tells why a rule did not hit a line or a stay')
    .argument('<rule>', 'rule id')
    .option('--line <key>', 'line key')
    .option('--visit <id>', 'mdtrt_id')
    .requiredOption('--lake <folder>', 'the lake')
    .option('--operations <place>', 'folder or address of the operations store: answers by the versions in force there (default: the library)')
    .option('--as-of <day>', 'what was in force as the store knew it on that day (default: now)');
  define<WhyNotOptions>(command, 'hengjian why-not N25 --line 410500… --lake lake', async ({ output }, options, [rule]) => {
    const asOf = parseDayOption('--as-of', options.asOf);
    const { operations } = options;
    const inForce = operations === undefined ? undefined : await inStore({ data: operations }, (store) => readInForce(store, asOf));
    const answer = await whyNot({
      lake: options.lake,
      rule: rule as string,
      ...(inForce === undefined ? {} : { published: inForce.versions }),
      ...(options.line === undefined ? {} : { line: options.line }),
      ...(options.visit === undefined ? {} : { visit: options.visit }),
    });
    for (const text of answer.text) output.line(text);
    output.result(answer);
    return 0;
  });
}
