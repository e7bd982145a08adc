import { words } from '@hengjian/standard';
import { showLake } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { shared } from '../../options.ts';
import { printLake } from '../../print/lake.ts';

export const command = defineCommand({
  says: words(
    '数据湖里有什么：按机构与月份的行数，等待处理的行，存疑的行',
    'what a lake holds: rows by institution and month, what waits, what is held',
  ),
  options: { lake: shared.lake },
  example: 'hengjian lake status --lake lake',
  async run({ ports, output }, { lake }) {
    const status = await showLake(ports)({ lake });
    printLake(output, status, lake);
    output.result(status);
    return 0;
  },
});
