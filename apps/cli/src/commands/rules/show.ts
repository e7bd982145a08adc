import { words } from '@hengjian/standard';
import { showRule } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';

export const command = defineCommand({
  says: words('查看一条规则', 'shows one rule'),
  arguments: [{ name: 'id', says: words('规则编号，例如 N25', 'rule id, for example N25') }],
  options: {},
  example: 'hengjian rules show N25',
  async run({ ports, output }, _options, [id = '']) {
    const { listing, message, exceptions, cases } = await showRule(ports)({ id });
    output.say(
      words(
        `${listing.id} ${listing.name_zh}，${listing.result}，形状 ${listing.shape}`,
        `${listing.id} ${listing.name_en}, ${listing.result}, shape ${listing.shape}`,
      ),
    );
    const override = listing.override.replace('_', ' ');
    output.say(
      words(
        `  ${listing.appealable ? '可申诉' : '不可申诉'}；事前事中：${override}`,
        `  ${listing.appealable ? 'open to appeal' : 'not open to appeal'}; override before and during care: ${override}`,
      ),
    );
    for (const basis of listing.basis) output.say(words(`  依据：${basis.text}`, `  basis: ${basis.text}`));
    if (listing.table !== null) output.say(words(`  知识表：${listing.table}`, `  knowledge: ${listing.table}`));
    for (const one of exceptions) output.say(words(`  例外：${one.basis}（${one.when}）`, `  exception: ${one.basis} (${one.when})`));
    for (const one of cases) output.say(words(`  用例：${one.name}（${one.kind}）`, `  case: ${one.name} (${one.kind})`));
    output.result({ ...listing, message, cases });
    return 0;
  },
});
