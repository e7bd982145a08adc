import { counted, words } from '@hengjian/standard';
import { verifyOperations } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { texts } from '../../options.ts';
import { exitCodes, problemJson } from '../../output.ts';
import { storeLocation, storeOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words(
    '把每条记录与日志比对，把日志与密钥和签出的日志头比对',
    'compares every row with the journal, the journal with its key and signed heads',
  ),
  options: {
    ...storeOptions,
    head: texts('file', words('以前签出的日志头，须仍在日志中', 'heads signed earlier; each must still be in the journal')),
  },
  example: 'hengjian operations verify --data operations --head 2026-06-30.json',
  async run({ ports, output }, options) {
    const found = await verifyOperations(ports)({ store: storeLocation(options), heads: options.head ?? [] });
    for (const fault of found.faults) output.warn(fault);
    const [faults, short] = [found.faults.length, found.head.slice(0, 12)];
    output.say(
      words(
        `${found.entries} 条日志，${found.rows} 条记录，${faults} 处不符（${short}）`,
        [
          counted(found.entries, 'journal entry', 'journal entries'),
          counted(found.rows, 'row'),
          `${counted(faults, 'fault')} (${short})`,
        ].join(', '),
      ),
    );
    output.result({ ...found, faults: found.faults.map((fault) => problemJson(fault, output.language)) });
    return faults === 0 ? exitCodes.done : exitCodes.refused;
  },
});
