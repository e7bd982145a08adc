import { words } from '@hengjian/standard';
import { approveRuleExemption } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { signedOf, signedOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words('第二人批准豁免', 'a second person approves an exemption'),
  arguments: [{ name: 'id', says: words('豁免编号，例如 E000001', 'for example E000001') }],
  options: signedOptions,
  example: 'hengjian rules approve-exemption E000001 --data operations --as approver',
  async run({ ports, output }, options, [id = '']) {
    const found = await approveRuleExemption(ports)({ ...(await signedOf(options, output)), id });
    output.say(words(`${found.id} 已批准`, `${found.id} approved`));
    output.result(found);
    return 0;
  },
});
