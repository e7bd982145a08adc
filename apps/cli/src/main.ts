import { Command } from 'commander';
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

/** Commands by name, in the order of the help. A call loads its own command alone, which takes half the time for most. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
  simulate: async () => (await import('./commands/simulate.ts')).simulateCommand,
  ingest: async () => (await import('./commands/ingest.ts')).ingestCommand,
  audit: async () => (await import('./commands/audit.ts')).auditCommand,
  kernel: async () => (await import('./commands/kernel.ts')).kernelCommand,
  score: async () => (await import('./commands/score.ts')).scoreCommand,
  explain: async () => (await import('./commands/explain.ts')).explainCommand,
  'why-not': async () => (await import('./commands/explain.ts')).whyNotCommand,
  rules: async () => (await import('./commands/rules.ts')).rulesCommand,
  knowledge: async () => (await import('./commands/knowledge.ts')).knowledgeCommand,
  mapping: async () => (await import('./commands/mapping.ts')).mappingCommand,
  scheme: async () => (await import('./commands/scheme.ts')).schemeCommand,
  group: async () => (await import('./commands/group.ts')).groupCommand,
  settle: async () => (await import('./commands/settle.ts')).settleCommand,
  operations: async () => (await import('./commands/operations.ts')).operationsCommand,
  people: async () => (await import('./commands/people.ts')).peopleCommand,
};

const name = process.argv[2] ?? '';
const called = Object.hasOwn(commands, name) ? commands[name] : undefined;
for (const load of called === undefined ? Object.values(commands) : [called]) (await load())(program);

await program.parseAsync();
