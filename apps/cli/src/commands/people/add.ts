import { roles } from '@hengjian/operations';
import { words } from '@hengjian/standard';
import { addOperator } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { required, text, texts } from '../../options.ts';
import { joined } from '../../print/joined.ts';
import { personLine } from '../../print/operations.ts';
import { readPassword, signedOptions, signInOf, storeLocation } from '../../store-options.ts';

const firstPerson = words(
  '添加人员；第一人为安全管理员，不需要 --as',
  'adds a person; the first one is the security administrator and needs no --as',
);
const newPassword = words(
  '新密码取自 HENGJIAN_NEW_PASSWORD，或从终端输入',
  'The new password is read from HENGJIAN_NEW_PASSWORD, or asked for',
);

export const command = defineCommand({
  says: joined([firstPerson, newPassword], '。', '. '),
  arguments: [{ name: 'login', says: words('登录名，小写字母', 'login, small letters') }],
  options: {
    ...signedOptions,
    role: required(texts('text', words(roles.join('、'), roles.join(', ')))),
    name: text('text', words('显示的姓名（默认同登录名）', 'name that is shown (default: the login)')),
  },
  example: 'hengjian people add zhang.wei --role rule_author --name 张伟 --data operations --as security',
  async run({ ports, output }, options, [login = '']) {
    const store = storeLocation(options);
    const by = options.as === undefined ? undefined : await signInOf(options.as, output);
    const password = await readPassword('HENGJIAN_NEW_PASSWORD', login, output, true);
    const person = await addOperator(ports)({ store, by, login, display_name: options.name ?? login, roles: options.role, password });
    output.say(personLine(person));
    output.result(person);
    return 0;
  },
});
