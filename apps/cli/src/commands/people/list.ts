import { counted, words } from '@hengjian/standard';
import { listOperators } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { personLine } from '../../print/operations.ts';
import { storeLocation, storeOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words('列出人员及其角色', 'lists the people and their roles'),
  options: storeOptions,
  example: 'hengjian people list --data operations',
  async run({ ports, output }, options) {
    const people = await listOperators(ports)({ store: storeLocation(options) });
    for (const person of people) output.say(personLine(person));
    output.say(words(`共 ${people.length} 人`, counted(people.length, 'person', 'people')));
    output.result(people);
    return 0;
  },
});
