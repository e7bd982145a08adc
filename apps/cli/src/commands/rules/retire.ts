import { publicationName } from '@hengjian/operations';
import { formatDay, words } from '@hengjian/standard';
import { retireRule } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { daysOptions, declaredDays } from '../../days-options.ts';
import { signedOf, signedOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words('使规则自某日起停用', 'takes a rule out of force from a day on'),
  arguments: [{ name: 'rule', says: words('规则编号', 'rule id') }],
  options: { ...signedOptions, ...daysOptions },
  example: 'hengjian rules retire N07 --from 2027-01-01 --data operations --as approver',
  async run({ ports, output }, options, [rule = '']) {
    const declared = await retireRule(ports)({ ...(await signedOf(options, output)), rule, days: declaredDays(options) });
    const [id, from] = [publicationName(declared.seq), formatDay(declared.days.from)];
    output.say(words(`${id}：${rule} 自 ${from} 起停用`, `${id}: ${rule} is retired from ${from}`));
    output.result(declared);
    return 0;
  },
});
