import { words } from '@hengjian/standard';
import { draftRule } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { signedOf, signedOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words('把规则文件存为该规则的下一版本', 'keeps a rule file as the next version of its rule'),
  arguments: [{ name: 'file', says: words('规则文件', 'rule file') }],
  options: signedOptions,
  example: 'hengjian rules draft N07.yaml --data operations --as author',
  async run({ ports, output }, options, [file = '']) {
    const kept = await draftRule(ports)({ ...(await signedOf(options, output)), file });
    const short = kept.hash.slice(0, 12);
    output.say(
      words(
        `已起草 ${kept.rule_id}@${kept.version}（${short}）；下一步：hengjian rules submit ${kept.rule_id}`,
        `${kept.rule_id}@${kept.version} drafted (${short}); next: hengjian rules submit ${kept.rule_id}`,
      ),
    );
    output.result(kept);
    return 0;
  },
});
