import { counted, words } from '@hengjian/standard';
import { signJournalHead } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { required, text } from '../../options.ts';
import { storeLocation, storeOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words('签出日志的当前位置，存放在业务库之外', 'signs how far the journal goes, to be kept outside the store'),
  options: {
    ...storeOptions,
    out: required(text('file', words('新文件；以后用 verify --head 比对', 'new file; verify --head compares with it later'))),
  },
  example: 'hengjian operations sign-head --out 2026-06-30.json --data operations',
  async run({ ports, output }, options) {
    const head = await signJournalHead(ports)({ store: storeLocation(options), out: options.out });
    const short = head.head.slice(0, 12);
    output.say(
      words(
        `截至 ${short} 的 ${head.entries} 条日志已签入 ${options.out}`,
        `${counted(head.entries, 'entry', 'entries')} up to ${short} signed in ${options.out}`,
      ),
    );
    output.result(head);
    return 0;
  },
});
