import { counted, formatDay, words } from '@hengjian/standard';
import { importRuleLibrary } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { daysOptions, declaredDays } from '../../days-options.ts';
import { flag, shared, text } from '../../options.ts';
import { signedOf, signedOptions, signInOf } from '../../store-options.ts';

export const command = defineCommand({
  says: words('把随程序附带的规则库作为业务库的首次发布', 'publishes the shipped library as the first publication of a store'),
  options: {
    ...signedOptions,
    ...daysOptions,
    rules: text('folder', words('另一个规则文件夹', 'another folder of rule files')),
    knowledge: shared.knowledge,
    second: text(
      'login',
      words('第二人（批准人）；密码在 HENGJIAN_SECOND_PASSWORD', 'the second person, an approver; password in HENGJIAN_SECOND_PASSWORD'),
    ),
    bootstrap: flag(words('不要第二人；日志会注明', 'without a second person; the journal says so')),
  },
  example: 'hengjian rules import-library --from 2026-01-01 --data operations --as author --second approver',
  async run({ ports, output }, options) {
    const signed = await signedOf(options, output);
    const second = options.second === undefined ? undefined : await signInOf(options.second, output, 'HENGJIAN_SECOND_PASSWORD');
    const { bootstrap, rules, knowledge } = options;
    const done = await importRuleLibrary(ports)({ ...signed, second, bootstrap, rules, days: declaredDays(options), knowledge });
    const from = formatDay(options.from);
    output.say(
      words(
        `已自 ${from} 起发布 ${done.rules} 条规则${done.bootstrap ? '，由一人办理（初始填充，已记入日志）' : ''}`,
        `${counted(done.rules, 'rule')} published from ${from}${done.bootstrap ? ', by one person (bootstrap, in the journal)' : ''}`,
      ),
    );
    output.result(done);
    return 0;
  },
});
