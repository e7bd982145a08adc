import { counted, formatDay, words } from '@hengjian/standard';
import { exportRules } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { day, required, text } from '../../options.ts';
import { storeLocation, storeOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words('把某日在用的规则写成普通文件', 'writes the rules in force on a day as plain files'),
  options: {
    ...storeOptions,
    on: required(day(words('行为发生日 yyyy-MM-dd', 'day of the acts, yyyy-MM-dd'))),
    out: required(text('folder', words('空文件夹或新文件夹', 'folder, empty or new'))),
    asOf: day(words('按业务库在该日所知（默认现在）', 'as the store knew it on that day (default: now)')),
  },
  example: 'hengjian rules export --on 2026-07-01 --out rulebook --data operations',
  async run({ ports, output }, options) {
    const { on, asOf, out } = options;
    const rules = await exportRules(ports)({ store: storeLocation(options), on, asOf, out });
    output.say(
      words(
        `${formatDay(on)} 在用的 ${rules.length} 条规则已写入 ${out}`,
        `${counted(rules.length, 'rule in force', 'rules in force')} on ${formatDay(on)} in ${out}`,
      ),
    );
    output.result(rules);
    return 0;
  },
});
