import { words } from '@hengjian/standard';
import { tryRule } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { required, text } from '../../options.ts';
import { printDryRun } from '../../print/rules.ts';
import { studyOptions } from '../../study-options.ts';

export const command = defineCommand({
  says: words('草案会给最近一年的结算数据带来什么变化', 'shows what a draft would change on the claims of the last year'),
  arguments: [{ name: 'file', says: words('规则文件', 'rule file') }],
  options: {
    ...studyOptions,
    operations: text(
      'place',
      words(
        '业务库文件夹或地址：与其中在用的比较（默认与规则库比较）',
        'folder or address of the operations store: compares with what is in force there (default: with the library)',
      ),
    ),
    out: required(
      text('folder', words('dry-run.json 和 differences.parquet 所在文件夹', 'folder for dry-run.json and differences.parquet')),
    ),
  },
  example: 'hengjian rules dry-run N07.yaml --lake lake --operations operations --out dry-run',
  async run({ ports, output }, options, [file = '']) {
    const result = await tryRule(ports)({ ...options, file });
    output.settle();
    printDryRun(output, result);
    output.result(result);
    return 0;
  },
});
