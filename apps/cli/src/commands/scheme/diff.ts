import { movedCasesLines, schemeDiffLines } from '@hengjian/grouping';
import { words } from '@hengjian/standard';
import { compareSchemes } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { shared, text } from '../../options.ts';

export const command = defineCommand({
  says: words('两个方案有何不同，哪些病例换组，金额变动多少', 'what changed between two schemes, which cases move and how much money'),
  arguments: [
    { name: 'before', says: words('原方案', 'the earlier scheme') },
    { name: 'after', says: words('新方案', 'the later scheme') },
  ],
  options: {
    schemes: shared.schemes,
    in: text('file', words('按两者分组的病例', 'cases to group by both')),
    lake: text('folder', words('按两者分组的数据湖病例', 'a lake whose discharged stays are grouped by both')),
    settlement: text('folder', words('结算结果：按其价格计算金额变动', 'a settlement: its prices say how much money moves')),
    afterSettlement: text(
      'folder',
      words('新方案的价格（默认同 --settlement）', 'prices of the later scheme (default: those of --settlement)'),
    ),
  },
  example: 'hengjian scheme diff chs-drg-1.1 chs-drg-1.1+qy-main --lake lake',
  async run({ ports, output }, { in: cases, ...options }, [before = '', after = '']) {
    const compared = await compareSchemes(ports)({ ...options, cases, before, after });
    for (const line of schemeDiffLines(compared.changes, output.language)) output.line(line);
    if (compared.moved !== undefined) for (const line of movedCasesLines(compared.moved, output.language)) output.line(line);
    output.result(compared);
    return 0;
  },
});
