import { Command } from 'commander';
import { auditCommand } from './commands/audit.ts';
import { demoCommand } from './commands/demo.ts';
import { explainCommand, whyNotCommand } from './commands/explain.ts';
import { groupCommand } from './commands/group.ts';
import { ingestCommand } from './commands/ingest.ts';
import { kernelCommand } from './commands/kernel.ts';
import { knowledgeCommand } from './commands/knowledge.ts';
import { mappingCommand } from './commands/mapping.ts';
import { operationsCommand } from './commands/operations.ts';
import { peopleCommand } from './commands/people.ts';
import { rulesCommand } from './commands/rules.ts';
import { schemeCommand } from './commands/scheme.ts';
import { scoreCommand } from './commands/score.ts';
import { settleCommand } from './commands/settle.ts';
import { simulateCommand } from './commands/simulate.ts';
import { exitCodes } from './io.ts';

// A reader that has seen enough, such as `head`, closes the pipe; that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.done);
  throw error;
});

const program = new Command('hengjian')
  .description('Hengjian 衡鉴: supervises a medical-insurance fund. Claims in, proven findings out.')
  .version('0.1.0')
  .showSuggestionAfterError()
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.refused);
  });

for (const add of [
  demoCommand,
  simulateCommand,
  ingestCommand,
  auditCommand,
  kernelCommand,
  scoreCommand,
  explainCommand,
  whyNotCommand,
  rulesCommand,
  knowledgeCommand,
  mappingCommand,
  schemeCommand,
  groupCommand,
  settleCommand,
  operationsCommand,
  peopleCommand,
])
  add(program);

await program.parseAsync();
