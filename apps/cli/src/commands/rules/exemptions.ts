import { counted, words } from '@hengjian/standard';
import { ruleExemptions } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { daysText } from '../../print/rules.ts';
import { storeLocation, storeOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words('列出豁免', 'lists the exemptions'),
  options: storeOptions,
  example: 'hengjian rules exemptions --data operations',
  async run({ ports, output }, options) {
    const found = await ruleExemptions(ports)({ store: storeLocation(options) });
    for (const one of found) {
      const head = `${one.id} ${one.rule_id} ${one.kind} ${one.code} ${daysText(one)}`;
      const open = one.approved_by === null;
      output.say(
        words(
          `${head}：${one.reason}（${one.proposed_by}；${open ? '尚未批准' : `${one.approved_by} 批准于 ${one.approved_at}`}）`,
          `${head}: ${one.reason} (${one.proposed_by}; ${open ? 'not approved yet' : `approved by ${one.approved_by} ${one.approved_at}`})`,
        ),
      );
    }
    output.say(words(`共 ${found.length} 项豁免`, counted(found.length, 'exemption')));
    output.result(found);
    return 0;
  },
});
