import { words } from '@hengjian/standard';
import { storeStatus } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { exitCodes } from '../../output.ts';
import { printStatus } from '../../print/operations.ts';
import { storeLocation, storeOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words('业务库现有内容，日志是否完整', 'tells what the store holds and whether its journal is whole'),
  options: storeOptions,
  example: 'hengjian operations status --data operations',
  async run({ ports, output }, options) {
    const status = await storeStatus(ports)({ store: storeLocation(options) });
    printStatus(output, status);
    output.result(status);
    return status.journal.fault === null ? exitCodes.done : exitCodes.refused;
  },
});
