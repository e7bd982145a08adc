import { words } from '@hengjian/standard';
import { importPoints } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { area, count, day, required, text } from '../../options.ts';
import { printLoad } from '../../print/knowledge.ts';

export const command = defineCommand({
  says: words(
    '导入文件或文件夹：公布的批次、编码集、药品目录、编码表',
    'imports files or folders: published batches, code sets, the drug catalogue, code lists',
  ),
  arguments: [{ name: 'paths', says: words('文件或文件夹', 'files or folders'), many: true }],
  options: {
    library: required(text('folder', words('导入到的知识库', 'the library to import into'))),
    validFrom: day(
      words('来源未写明日期的知识点的起始日（默认 2025-01-01）', 'first day of points whose source names none (default: 2025-01-01)'),
    ),
    childAge: count(
      words('儿童限制不包括的起始年龄（默认 18）', 'first age in years that a limit to children does not cover (default: 18)'),
    ),
    region: area(words('知识点适用的地区（默认 000000，全国）', 'area the points are for (default: 000000, the country)')),
  },
  example: 'hengjian knowledge import batches/ --library knowledge',
  async run({ ports, output }, options, paths) {
    const report = await importPoints(ports)({ ...options, paths });
    output.settle();
    printLoad(output, report);
    output.result(report);
    return 0;
  },
});
