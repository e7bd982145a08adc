import { words } from '@hengjian/standard';
import { defineCommand } from '../../command.ts';
import { decideOptions, runDecision } from '../../decide.ts';

export const command = defineCommand({
  says: words('第二人退回一个版本', 'a second person rejects a version'),
  arguments: [{ name: 'version', says: words('编号@版本', 'ID@VERSION') }],
  options: decideOptions,
  example: 'hengjian rules reject N07@2 --why 已核对目录 --data operations --as approver',
  run: (context, options, [name = '']) => runDecision(context, 'reject', name, options),
});
