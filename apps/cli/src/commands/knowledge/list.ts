import { counted, words } from '@hengjian/standard';
import { listKnowledge } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { text } from '../../options.ts';

export const command = defineCommand({
  says: words('列出导入批次和知识表', 'shows imports and tables'),
  options: { library: text('folder', words('知识库（默认随程序附带的表）', 'the library (default: the shipped tables)')) },
  example: 'hengjian knowledge list --library knowledge',
  async run({ ports, output }, options) {
    const { batches, tables } = await listKnowledge(ports)(options);
    for (const batch of batches) {
      const head = `${batch.id}  ${batch.imported_at}`;
      const [points, texts, files] = [batch.points, batch.texts, batch.files.length];
      output.say(
        words(
          `${head}  ${points} 个知识点  ${texts} 条文本  ${files} 个文件`,
          `${head}  ${counted(points, 'point')}  ${counted(texts, 'text')}  ${counted(files, 'file')}`,
        ),
      );
    }
    for (const { table, points } of tables) output.line(`${table.padEnd(30)} ${points}`);
    const total = tables.reduce((sum, { points }) => sum + points, 0);
    output.say(
      words(`${tables.length} 张表共 ${total} 个知识点`, `${counted(total, 'point in', 'points in')} ${counted(tables.length, 'table')}`),
    );
    output.result({ batches, tables });
    return 0;
  },
});
