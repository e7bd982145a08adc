import { counted, words } from '@hengjian/standard';
import { undoImport } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { required, text } from '../../options.ts';

export const command = defineCommand({
  says: words('撤销一次导入', 'takes an import out again'),
  arguments: [{ name: 'batch', says: words('批次（默认最近一次）', 'the batch (default: the latest)'), optional: true }],
  options: { library: required(text('folder', words('知识库', 'the library'))) },
  example: 'hengjian knowledge undo --library knowledge',
  async run({ ports, output }, options, [batch]) {
    const { undone, manifest } = await undoImport(ports)({ ...options, batch });
    const left = manifest.batches.length;
    output.say(
      words(
        `已撤销 ${undone.imported_at} 的 ${undone.id}：${undone.points} 个知识点；还有 ${left} 次导入`,
        [
          `took out ${undone.id} of ${undone.imported_at}: ${counted(undone.points, 'point')}`,
          counted(left, 'import remains', 'imports remain'),
        ].join('; '),
      ),
    );
    output.result({ undone, batches: manifest.batches });
    return 0;
  },
});
