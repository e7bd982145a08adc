import { words } from '@hengjian/standard';
import { initialiseStore } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { text } from '../../options.ts';
import { printStatus } from '../../print/operations.ts';
import { storeLocation, storeOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words('建立业务库，或把旧库升级', 'makes an operations store, or brings an older one up to date'),
  options: {
    ...storeOptions,
    area: text(
      'code',
      words(
        '医保局所在地区，例如 410500；其他地区的发布不适用（默认 000000）',
        'area of the bureau, for example 410500; publications for other areas do not apply (default: 000000)',
      ),
    ),
  },
  example: 'hengjian operations init --data operations --area 410500',
  async run({ ports, output }, options) {
    const status = await initialiseStore(ports)({ store: storeLocation(options), area: options.area });
    printStatus(output, status);
    if (status.people === 0) {
      output.say(
        words('  下一步：hengjian people add 登录名 --role security_admin', '  next: hengjian people add LOGIN --role security_admin'),
      );
    }
    output.result(status);
    return 0;
  },
});
