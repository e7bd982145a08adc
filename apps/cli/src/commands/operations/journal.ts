import { words } from '@hengjian/standard';
import { readJournalEntries } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { signedOf, signedOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words('审计管理员查看谁在何时做了什么', 'shows who did what when, to the audit administrator'),
  options: signedOptions,
  example: 'hengjian operations journal --data operations --as auditor',
  async run({ ports, output }, options) {
    const entries = await readJournalEntries(ports)(await signedOf(options, output));
    for (const { seq, at, actor, action, subject, details } of entries)
      output.line(`${seq} ${at} ${actor === '' ? '-' : actor} ${action} ${subject} ${details}`);
    output.result(entries);
    return 0;
  },
});
