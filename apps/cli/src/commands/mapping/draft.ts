import { words } from '@hengjian/standard';
import { proposeMapping } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';

export const command = defineCommand({
  says: words('由列名、取值和数据字典拟出映射', 'proposes a mapping from names, values and the dictionary'),
  arguments: [{ name: 'paths', says: words('来源文件或文件夹', 'source files or folders'), many: true }],
  options: {},
  example: 'hengjian mapping draft extracts/ > mapping.yaml',
  async run({ ports, output }, _options, paths) {
    const { text, mapping } = await proposeMapping(ports)({ paths });
    output.line(text);
    output.result({ mapping });
    return 0;
  },
});
