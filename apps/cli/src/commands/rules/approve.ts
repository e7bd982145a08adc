import { words } from '@hengjian/standard';
import { defineCommand } from '../../command.ts';
import { decideOptions, runDecision } from '../../decide.ts';

export const command = defineCommand({
  says: words('第二人批准已回测的版本', 'a second person approves a back-tested version'),
  arguments: [{ name: 'version', says: words('编号@版本', 'ID@VERSION') }],
  options: decideOptions,
  example: 'hengjian rules approve N07@2 --why 已核对目录 --data operations --as approver',
  run: (context, options, [name = '']) => runDecision(context, 'approve', name, options),
});
