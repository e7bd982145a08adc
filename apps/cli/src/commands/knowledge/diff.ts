import { counted, words } from '@hengjian/standard';
import { compareKnowledge } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';

const side = words('知识库、知识表文件夹，或 shipped', 'a library, a folder of tables, or `shipped`');

export const command = defineCommand({
  says: words('逐点比较两个知识库', 'compares two libraries point by point'),
  arguments: [
    { name: 'before', says: side },
    { name: 'after', says: side },
  ],
  options: {},
  example: 'hengjian knowledge diff shipped knowledge',
  async run({ ports, output }, _options, [before = 'shipped', after = 'shipped']) {
    const changes = await compareKnowledge(ports)({ before, after });
    for (const change of changes) {
      const columns = Object.entries(change.columns).map(([name, [was, is]]) => `${name}: ${was} → ${is}`);
      output.line(`${change.kind.padEnd(8)} ${change.table} ${change.point_id} ${columns.join('; ')}`.trimEnd());
    }
    output.say(words(`${changes.length} 个知识点不同`, counted(changes.length, 'point differs', 'points differ')));
    output.result(changes);
    return 0;
  },
});
