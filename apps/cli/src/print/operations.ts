import type { Person, StoreStatus } from '@hengjian/operations';
import { counted, type Words, words } from '@hengjian/standard';
import type { Output } from '../output.ts';
import { joined } from './joined.ts';

/** Prints what a store holds, what it promises, and whether its journal is whole. */
export function printStatus(output: Output, status: StoreStatus): void {
  const { people, rule_versions, publications, exemptions, journal } = status;
  output.say(
    words(
      `${status.kind} ${status.server}，位于 ${status.place}，地区 ${status.area}`,
      `${status.kind} ${status.server} at ${status.place}, area ${status.area}`,
    ),
  );
  output.say(words(`  ${status.crash_text.zh}`, `  ${status.crash_text.en}`));
  output.say(
    joined([
      words(`  ${people} 人`, `  ${counted(people, 'person', 'people')}`),
      words(`${rule_versions} 个规则版本`, counted(rule_versions, 'version of a rule', 'versions of rules')),
      words(`${publications} 次发布`, counted(publications, 'publication')),
      words(`${exemptions} 项豁免`, counted(exemptions, 'exemption')),
      words(`${journal.entries} 条日志`, counted(journal.entries, 'journal entry', 'journal entries')),
    ]),
  );
  const short = journal.last_hash.slice(0, 12);
  output.say(
    journal.fault === null
      ? words(`  操作日志完整（${short}）`, `  the journal is whole (${short})`)
      : words(`  操作日志不完整：${journal.fault.zh}`, `  the journal is NOT WHOLE: ${journal.fault.en}`),
  );
}

/** A person of the store in one line. */
export function personLine({ login, display_name, roles, disabled }: Person): Words {
  const head = `${login.padEnd(16)} ${roles.join(',').padEnd(28)} ${display_name}`;
  return disabled ? words(`${head}（已停用）`, `${head} (disabled)`) : words(head, head);
}
