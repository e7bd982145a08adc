import { words } from '@hengjian/standard';
import { answerMapping } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';

export const command = defineCommand({
  says: words('回答映射文件中的问题', 'answers questions of a mapping file'),
  arguments: [
    { name: 'file', says: words('映射文件', 'mapping file') },
    {
      name: words('编号=值', 'id=value'),
      says: words('问题编号和回答；skip 表示不填', 'a question and its answer; skip fills nothing'),
      many: true,
    },
  ],
  options: {},
  example: 'hengjian mapping answer mapping.yaml code=H41010200009 price_level=3',
  async run({ ports, output }, _options, [file = '', ...answers]) {
    const answered = await answerMapping(ports)({ file, answers });
    output.say(words(`已回答：${answered.join('、')}`, `answered: ${answered.join(', ')}`));
    output.result({ answered });
    return 0;
  },
});
