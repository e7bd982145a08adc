import { inputProblems, words } from '@hengjian/standard';
import { ruleCoverage } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { shared, text } from '../../options.ts';
import { printCoverage, printPoints } from '../../print/coverage.ts';

const lakeWords = words('数据湖文件夹', 'the lake');

export const command = defineCommand({
  says: words(
    '哪些规则在该数据湖可以命中，其余的为何不能，各知识表涉及多少',
    'tells which rules can fire on a lake, why the others cannot, and what each knowledge table reaches',
  ),
  arguments: [{ name: words('数据湖', 'lake'), says: lakeWords, optional: true }],
  options: {
    lake: text('folder', words('数据湖文件夹，也可直接写在命令后', 'the lake, which may also stand behind the command')),
    run: text('folder', words('该数据湖的审核结果：另按知识点列出发现', 'an audit of that lake: its findings are told by point, too')),
    operations: text(
      'place',
      words('业务库文件夹或地址（默认规则库）', 'folder or address of the operations store (default: the library)'),
    ),
    knowledge: shared.knowledge,
    threads: shared.threads,
  },
  example: 'hengjian rules coverage lake --knowledge knowledge',
  async run({ ports, output }, options, [given]) {
    const lake = given ?? options.lake;
    if (lake === undefined) throw inputProblems.refused('option-missing', { option: '--lake' });
    const result = await ruleCoverage(ports)({ ...options, lake });
    output.settle();
    printCoverage(output, result);
    if (result.points !== undefined) {
      output.line();
      printPoints(output, result.points);
    }
    output.result(result);
    return 0;
  },
});
