import { words } from '@hengjian/standard';
import { showLake } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { shared } from '../../options.ts';
import { printHeld } from '../../print/lake.ts';

export const command = defineCommand({
  says: words(
    '列出存疑暂不计入的行（疑似重复上传、正负号矛盾），按金额从大到小',
    'lists the rows that are held as copies or for their signs, those that charge most first',
  ),
  options: { lake: shared.lake },
  example: 'hengjian lake held --lake lake',
  async run({ ports, output }, { lake }) {
    const { held } = await showLake(ports)({ lake });
    printHeld(output, held, lake);
    output.result({ held });
    return 0;
  },
});
