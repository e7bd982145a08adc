import { counted, words } from '@hengjian/standard';
import { writeCatalogue } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { required, rulePaths, shared, text } from '../../options.ts';

export const command = defineCommand({
  says: words(
    '写出规则目录：可离线打开的页面、索引和每条规则一页',
    'writes the catalogue of rules: an offline page, an index and a page for each rule',
  ),
  arguments: rulePaths,
  options: {
    out: required(text('folder', words('写入的文件夹；同名文件会被替换', 'folder to write to; files of the same names are replaced'))),
    knowledge: shared.knowledge,
  },
  example: 'hengjian rules catalogue --out catalogue',
  async run({ ports, output }, options, paths) {
    const { rules, files } = await writeCatalogue(ports)({ ...options, paths });
    output.say(
      words(
        `${rules} 条规则，${files.length} 个文件，写入 ${options.out}；请打开 index.html`,
        `${counted(rules, 'rule')}, ${counted(files.length, 'file')} in ${options.out}; open index.html`,
      ),
    );
    output.result({ rules, out: options.out, files });
    return 0;
  },
});
