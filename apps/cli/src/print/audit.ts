import { type RunRecord, runNotLookedAtWords, unlikelyWords } from '@hengjian/audit';
import { estimateWords } from '@hengjian/lake';
import { counted, formatYuan, type Words, words } from '@hengjian/standard';
import type { Output } from '../output.ts';
import { joined } from './joined.ts';

/** Result types of the national book. */
export const resultWords: Readonly<Record<string, Words>> = {
  violation: words('明确违规', 'violations'),
  suspicious: words('可疑', 'suspicions'),
  statistic: words('统计监测', 'statistics'),
};

function moneyLine(record: RunRecord, result: string): Words {
  const raw = record.totals.raw[result];
  const once = record.totals.once[result];
  const name = resultWords[result] ?? words(result, result);
  const [charge, fund] = [formatYuan(raw?.charge_fen ?? 0), formatYuan(raw?.fund_fen ?? 0)];
  const [chargeOnce, fundOnce] = [formatYuan(once?.charge_fen ?? 0), formatYuan(once?.fund_fen ?? 0)];
  const { findings, fund_unknown: unknown, fund_estimated: estimated = 0 } = raw ?? { findings: 0, fund_unknown: 0 };
  const isKnown = findings === 0 || unknown < findings;
  return joined([
    words(`  ${name.zh}：${findings} 条`, `  ${name.en}: ${findings}`),
    words(`费用 ${charge} 元（每一分只计一次 ${chargeOnce} 元）`, `charge ${charge} yuan (each fen once: ${chargeOnce})`),
    isKnown
      ? words(`基金损失 ${fund} 元（只计一次 ${fundOnce} 元）`, `fund loss ${fund} yuan (once: ${fundOnce})`)
      : words('基金损失未知', 'fund loss not known'),
    ...(estimated === 0 ? [] : [words(`其中 ${estimated} 条基金损失是估算`, `fund loss of ${estimated} is an estimate`)]),
    ...(unknown === 0 || !isKnown ? [] : [words(`其中 ${unknown} 条基金损失未知`, `fund loss of ${unknown} not known`)]),
  ]);
}

/** Prints what an audit came to. */
export function printRun(output: Output, record: RunRecord): void {
  const seconds = (record.timings.total_ms / 1000).toFixed(1);
  const { rules, lines, persons, findings, exempted, changes } = record;
  output.say(
    words(
      `${rules.length} 条规则，${lines} 行明细，${persons} 人：${findings} 条发现，用时 ${seconds} 秒`,
      [
        `${counted(rules.length, 'rule')} over ${counted(lines, 'line')} of ${counted(persons, 'person')}`,
        `${counted(findings, 'finding')} in ${seconds} s`,
      ].join(': '),
    ),
  );
  for (const result of Object.keys(record.totals.raw)) output.say(moneyLine(record, result));
  const unknown = rules.flatMap((rule) => Object.values(rule.unknown)).reduce((sum, count) => sum + count, 0);
  output.say(
    words(
      `  ${unknown} 次判断缺少数据，不等于合规；按规则和原因列在 run.json`,
      `  ${counted(unknown, 'judgement is', 'judgements are')} unknown, which is not clear; by rule and cause in run.json`,
    ),
  );
  for (const { zh, en } of [...runNotLookedAtWords(record), ...unlikelyWords(record), ...(record.estimated ?? []).map(estimateWords)]) {
    output.say(words(`  ${zh}`, `  ${en}`));
  }
  if (exempted !== null && exempted.findings > 0) {
    const charge = formatYuan(exempted.charge_fen);
    output.say(
      words(
        `  ${exempted.findings} 条发现（费用 ${charge} 元）按已批准的豁免另列于 exempted.parquet`,
        `  ${counted(exempted.findings, 'finding')} (charge ${charge} yuan) set apart by exemptions, listed in exempted.parquet`,
      ),
    );
  }
  if (changes !== null) {
    const { new: added, unchanged, changed, withdrawn } = changes;
    output.say(
      words(
        `  与上次相比：新增 ${added}，未变 ${unchanged}，变化 ${changed}，撤回 ${withdrawn}`,
        `  against the earlier run: ${added} new, ${unchanged} unchanged, ${changed} changed, ${withdrawn} withdrawn`,
      ),
    );
  }
}
