import { checkMapping, draftMapping } from '@hengjian/lake';
import { describeProblem } from '@hengjian/standard';
import type { Command } from 'commander';
import { define } from '../command.ts';
import { exitCodes } from '../io.ts';

export function mappingCommand(program: Command): void {
  const mapping = program.command('mapping').description('mapping files: which source column is which national field');
  const draft = mapping
    .command('draft')
    .description('proposes a mapping from names, values and the dictionary')
    .argument('<paths...>', 'source files or folders');
  define(draft, 'hengjian mapping draft extracts/ > mapping.yaml', async ({ output }, _options, paths) => {
    const text = await draftMapping(paths);
    output.line(text);
    output.result({ mapping: text });
    return 0;
  });
  const check = mapping.command('check').description('checks a mapping file').argument('<file>', 'mapping file');
  define(check, 'hengjian mapping check mapping.yaml', ({ output }, _options, [file]) => {
    const problems = checkMapping(file as string);
    for (const problem of problems) process.stderr.write(`${describeProblem(problem)}\n`);
    output.line(problems.length === 0 ? 'the mapping is in order' : `${problems.length} problems`);
    output.result({ problems });
    return problems.length === 0 ? 0 : exitCodes.refused;
  });
}
