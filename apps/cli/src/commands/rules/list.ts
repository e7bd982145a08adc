import { counted, words } from '@hengjian/standard';
import { listRules } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { rulePaths, shared, text } from '../../options.ts';

export const command = defineCommand({
  says: words('列出规则', 'lists the rules of the library'),
  arguments: rulePaths,
  options: {
    knowledge: shared.knowledge,
    search: text('text', words('编号、国家编码或名称中含有的文字', 'text that id, national code or name contains')),
    class: text('text', words('只列该类别或分组', 'only of this category or class')),
  },
  example: 'hengjian rules list --search 重复',
  async run({ ports, output }, { knowledge, search, class: inClass }, paths) {
    const rules = await listRules(ports)({ paths, knowledge, search, inClass });
    for (const { id, official_code, shape, result, name_zh, name_en } of rules) {
      const head = `${id.padEnd(6)} ${(official_code ?? '-').padEnd(17)} ${shape.padEnd(7)} ${result.padEnd(11)}`;
      output.say(words(`${head} ${name_zh}`, `${head} ${name_en}`));
    }
    output.say(words(`共 ${rules.length} 条规则`, counted(rules.length, 'rule')));
    output.result(rules);
    return 0;
  },
});
