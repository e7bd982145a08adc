import { words } from '@hengjian/standard';
import { submitRule } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { shared } from '../../options.ts';
import { signedOf, signedOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words('检查草案及其用例；有问题则仍为草案', 'checks a draft and its cases; a draft with a problem stays a draft'),
  arguments: [{ name: 'rule', says: words('规则编号，或 编号@版本', 'rule id, or ID@VERSION') }],
  options: { ...signedOptions, knowledge: shared.knowledge },
  example: 'hengjian rules submit N07 --data operations --as author',
  async run({ ports, output }, options, [name = '']) {
    const kept = await submitRule(ports)({ ...(await signedOf(options, output)), name, knowledge: options.knowledge });
    output.say(
      words(
        `${kept.rule_id}@${kept.version} 已检查；下一步：hengjian rules backtest ${kept.rule_id} --lake 数据湖`,
        `${kept.rule_id}@${kept.version} checked; next: hengjian rules backtest ${kept.rule_id} --lake LAKE`,
      ),
    );
    output.result(kept);
    return 0;
  },
});
