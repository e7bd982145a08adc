import { type Words, words } from '@hengjian/standard';
import type { RunRecord } from './record.ts';

/** From this share of all lines on, what a rule finds is more likely a wrong price level, unit or code than a violation. */
const unlikelyShare = 0.1;
const fewest = 20;

/** Violations that are found in so many of all lines that a mapping or an answer is to be looked at first. */
export function unlikelyWords({ rules, lines }: Pick<RunRecord, 'rules' | 'lines'>): readonly Words[] {
  return rules
    .filter(({ result_type, hit }) => result_type === 'violation' && hit >= fewest && hit >= lines * unlikelyShare)
    .map(({ rule_id, name_zh, name_en, hit }) => {
      const share = `${Math.round((hit / Math.max(lines, 1)) * 100)} %`;
      return words(
        `请先核对：${rule_id} ${name_zh} 命中 ${hit} 次，占全部明细的 ${share}，多为限价级别、单位或编码对照有误`,
        `look first: ${rule_id} ${name_en} is hit ${hit} times, ${share} of all lines; mostly a price level, unit or code is wrong`,
      );
    });
}
