import { reasons } from '@hengjian/audit';
import { versionName } from '@hengjian/rulebook';
import { counted, type Language, words } from '@hengjian/standard';
import { ruleCoverage } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { shared, text } from '../../options.ts';
import { reasonWords } from '../../print/rules.ts';

export const command = defineCommand({
  says: words(
    '哪些规则的哪些知识点有发现，哪些没有，哪些不可能有',
    'tells which points of which rules have findings, which have none, and which could not have any',
  ),
  options: {
    lake: shared.lake,
    run: text('folder', words('该数据湖的审核结果（默认现在审核）', 'an audit of that lake (default: it is audited now)')),
    operations: text(
      'place',
      words('业务库文件夹或地址（默认规则库）', 'folder or address of the operations store (default: the library)'),
    ),
    knowledge: shared.knowledge,
    threads: shared.threads,
  },
  example: 'hengjian rules coverage --lake lake --run result',
  async run({ ports, output }, options) {
    const result = await ruleCoverage(ports)(options);
    output.settle();
    for (const [rule, points] of Map.groupBy(result.list, ({ rule_id, version }) => versionName(rule_id, version))) {
      const counts = reasons
        .map((reason) => ({ reason, count: points.filter((point) => point.reason === reason).length }))
        .filter(({ count }) => count > 0);
      const told = (language: Language): string =>
        counts.map(({ reason, count }) => `${reasonWords[reason][language]} ${count}`).join(language === 'zh' ? '，' : ', ');
      output.say(words(`${rule.padEnd(8)} ${told('zh')}`, `${rule.padEnd(8)} ${told('en')}`));
    }
    const total = (language: Language): string =>
      reasons.map((reason) => `${reasonWords[reason][language]} ${result.points[reason]}`).join(language === 'zh' ? '，' : ', ');
    output.say(
      words(
        `${result.rules} 条规则，${result.list.length} 个知识点：${total('zh')}`,
        `${counted(result.rules, 'rule')}, ${counted(result.list.length, 'point')}: ${total('en')}`,
      ),
    );
    output.result(result);
    return 0;
  },
});
