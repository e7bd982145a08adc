import { counted, words } from '@hengjian/standard';
import { compareRules } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { shared } from '../../options.ts';
import { storeLocation, storeOptions } from '../../store-options.ts';

const alterWords = {
  verdicts: words('改变判断', 'alters verdicts'),
  dates: words('改变适用时间', 'alters dates'),
  amounts: words('改变金额', 'alters amounts'),
  handling: words('改变处理', 'alters handling'),
  texts: words('仅文字', 'text only'),
  cases: words('仅用例', 'cases only'),
  nothing: words('含义不变', 'means the same'),
} as const;

const side = words('规则文件，或 编号@版本', 'rule file, or ID@VERSION');

export const command = defineCommand({
  says: words('逐字段比较两条规则，指出哪些改动会改变判断', 'compares two rules field by field and says which changes alter verdicts'),
  arguments: [
    { name: 'before', says: side },
    { name: 'after', says: side },
  ],
  options: { ...storeOptions, knowledge: shared.knowledge },
  example: 'hengjian rules diff N07@1 N07@2 --data operations',
  async run({ ports, output }, options, [before = '', after = '']) {
    const found = await compareRules(ports)({ before, after, knowledge: options.knowledge, store: () => storeLocation(options) });
    for (const { field, before: old, after: now, alters } of found) {
      output.say(words(`${field}：${alterWords[alters].zh}`, `${field}: ${alterWords[alters].en}`));
      output.line(`  - ${old ?? ''}`);
      output.line(`  + ${now ?? ''}`);
    }
    const altering = found.filter(({ alters }) => alters === 'verdicts' || alters === 'dates').length;
    output.say(
      words(
        `${found.length} 处不同，其中 ${altering} 处改变判断`,
        `${counted(found.length, 'difference')}; of these alter verdicts: ${altering}`,
      ),
    );
    output.result({ differences: found, alters_verdicts: altering > 0 });
    return 0;
  },
});
