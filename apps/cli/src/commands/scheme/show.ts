import { conditionWords } from '@hengjian/grouping';
import { words } from '@hengjian/standard';
import { showGroup } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { shared } from '../../options.ts';

export const command = defineCommand({
  says: words('一个病组及其分组逻辑', 'one group with its logic in words'),
  arguments: [
    { name: 'id', says: words('方案编号', 'id of the scheme') },
    { name: 'code', says: words('MDC、ADRG 或 DRG', 'MDC, ADRG or DRG') },
  ],
  options: { schemes: shared.schemes },
  example: 'hengjian scheme show chs-drg-1.1 FR2',
  async run({ ports, output }, options, [id = '', code = '']) {
    const rows = await showGroup(ports)({ ...options, id, code });
    for (const row of rows) {
      output.line(`${row.level} ${row.code} ${row.name}`);
      output.line(`  ${conditionWords(row.condition, output.language)}`);
    }
    output.result(rows);
    return 0;
  },
});
