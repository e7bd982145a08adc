import { counted, words } from '@hengjian/standard';
import { lookUpPersons } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { required, shared } from '../../options.ts';

export const command = defineCommand({
  says: words(
    '按人员标识查询人员；每次查询连同事由记入数据湖的 access.log',
    'looks persons up by their pseudonyms; each look is in access.log of the lake, with its purpose',
  ),
  arguments: [{ name: 'psn', says: words('人员标识（假名）', 'pseudonyms'), many: true }],
  options: { lake: shared.lake, purpose: required(shared.purpose) },
  example: 'hengjian lake person 3f2a… --lake lake --purpose 稽核核对',
  async run({ ports, output }, { lake }, psn) {
    const persons = await lookUpPersons(ports)({ lake, psn });
    for (const person of persons) output.line([person.psn, person.gend ?? '', person.brdy ?? '', person.die_date ?? ''].join('\t'));
    output.say(
      words(
        `${psn.length} 个标识，查到 ${persons.length} 人`,
        `${counted(persons.length, 'person')} for ${counted(psn.length, 'pseudonym')}`,
      ),
    );
    output.result({ persons });
    return 0;
  },
});
