import { words } from '@hengjian/standard';
import { disableOperator } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { personLine } from '../../print/operations.ts';
import { signedOf, signedOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words('永久停用一人', 'disables a person for good'),
  arguments: [{ name: 'login', says: words('登录名', 'login') }],
  options: signedOptions,
  example: 'hengjian people disable zhang.wei --data operations --as security',
  async run({ ports, output }, options, [login = '']) {
    const person = await disableOperator(ports)({ ...(await signedOf(options, output)), login });
    output.say(personLine(person));
    output.result(person);
    return 0;
  },
});
