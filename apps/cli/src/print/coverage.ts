import { type LakeCoverage, reasons, ruleCoverageWords, standingWords, tableLoadWords } from '@hengjian/audit';
import { versionName } from '@hengjian/rulebook';
import { counted, keysOf, type Language, words } from '@hengjian/standard';
import type { RulesCovered } from '@hengjian/workbench';
import type { Output } from '../output.ts';
import { reasonWords } from './rules.ts';

/** Findings of an audit by point. */
export function printPoints(output: Output, points: NonNullable<RulesCovered['points']>): void {
  for (const [rule, own] of Map.groupBy(points.list, ({ rule_id, version }) => versionName(rule_id, version))) {
    const counts = reasons
      .map((reason) => ({ reason, count: own.filter((point) => point.reason === reason).length }))
      .filter(({ count }) => count > 0);
    const told = (language: Language): string =>
      counts.map(({ reason, count }) => `${reasonWords[reason][language]} ${count}`).join(language === 'zh' ? '，' : ', ');
    output.say(words(`${rule.padEnd(8)} ${told('zh')}`, `${rule.padEnd(8)} ${told('en')}`));
  }
  const total = (language: Language): string =>
    reasons.map((reason) => `${reasonWords[reason][language]} ${points.points[reason]}`).join(language === 'zh' ? '，' : ', ');
  output.say(
    words(
      `${points.rules} 条规则，${points.list.length} 个知识点：${total('zh')}`,
      `${counted(points.rules, 'rule')}, ${counted(points.list.length, 'point')}: ${total('en')}`,
    ),
  );
}

/** Rules by whether they can fire, what the bureau must bring first, then what the knowledge tables reach. */
export function printCoverage(output: Output, covered: LakeCoverage): void {
  const { rules, tables, standings: counts } = covered;
  output.say(
    words(
      `${rules.length} 条规则，${counts.fires + counts.demonstration} 条可以命中本数据`,
      `${counted(rules.length, 'rule')}, ${counts.fires + counts.demonstration} can fire on this lake`,
    ),
  );
  for (const standing of keysOf(standingWords)) {
    const own = rules.filter((rule) => rule.standing === standing);
    if (own.length === 0) continue;
    const { zh, en } = standingWords[standing];
    output.line();
    output.say(words(`${zh}：${own.length} 条`, `${en}: ${own.length}`));
    for (const rule of own) {
      const told = ruleCoverageWords(rule);
      output.say(words(`  ${told.zh}`, `  ${told.en}`));
    }
  }
  output.line();
  output.say(words('知识表涉及本数据的多少（从少到多）', 'what the knowledge tables reach in this lake, least first'));
  for (const table of tables) {
    const told = tableLoadWords(table);
    output.say(words(`  ${told.zh}`, `  ${told.en}`));
  }
}
