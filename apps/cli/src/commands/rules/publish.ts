import { publicationName } from '@hengjian/operations';
import { words } from '@hengjian/standard';
import { publishRule } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { daysOptions, declaredDays, toOption } from '../../days-options.ts';
import { shared } from '../../options.ts';
import { daysText } from '../../print/rules.ts';
import { signedOf, signedOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words('使已批准的版本自某日起施行', 'puts an approved version in force from a day on'),
  arguments: [{ name: 'version', says: words('编号@版本', 'ID@VERSION') }],
  options: { ...signedOptions, ...daysOptions, ...toOption, knowledge: shared.knowledge },
  example: 'hengjian rules publish N07@2 --from 2026-07-01 --data operations --as approver',
  async run({ ports, output }, options, [name = '']) {
    const declared = await publishRule(ports)({
      ...(await signedOf(options, output)),
      name,
      days: declaredDays(options, options.to),
      knowledge: options.knowledge,
    });
    const [id, days] = [publicationName(declared.seq), daysText(declared.days)];
    output.say(words(`${id}：${name} 于 ${days} 在 ${declared.area} 施行`, `${id}: ${name} is in force ${days} for ${declared.area}`));
    output.result(declared);
    return 0;
  },
});
