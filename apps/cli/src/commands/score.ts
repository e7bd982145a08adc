import type { RuleScore } from '@hengjian/audit';
import { words } from '@hengjian/standard';
import { scoreAudit } from '@hengjian/workbench';
import { defineCommand } from '../command.ts';
import { padded } from '../help.ts';
import { required, text } from '../options.ts';
import { joined } from '../print/joined.ts';

const percent = (value: number | null): string => (value === null ? '-' : `${(Math.floor(value * 10_000) / 100).toFixed(2)} %`);
const columnWidth = 16;
const row = (cells: readonly string[]): string =>
  cells
    .map((cell) => padded(cell, columnWidth))
    .join('')
    .trimEnd();

const cellsOf = (rule: RuleScore): string[] => [
  rule.rule_id,
  `${rule.found}/${rule.planted}`,
  percent(rule.recall),
  `${rule.matched}+${rule.collateral}+${rule.unexplained}`,
  percent(rule.precision),
  `${rule.wrongly_hit}/${rule.near_misses}`,
];

const header = {
  zh: ['规则', '找到/植入', '召回率', '命中+附带+无解', '准确率', '误中近似例'],
  en: ['rule', 'found/planted', 'recall', 'match+side+?', 'precision', 'near-miss hit'],
};

export const command = defineCommand({
  says: words('以植入的违规衡量一次审核的召回率和准确率', 'recall and precision of an audit against planted violations'),
  options: {
    run: required(text('folder', words('审核结果文件夹', 'folder of the audit'))),
    truth: required(text('file', words('模拟城市的 truth.parquet', 'truth.parquet of the simulation'))),
  },
  example: 'hengjian score --run result --truth city/truth.parquet',
  async run({ ports, output }, options) {
    const result = await scoreAudit(ports)(options);
    output.line(row(header[output.language]));
    for (const rule of result.rules) output.line(row(cellsOf(rule)));
    output.line();
    const { planted, found, findings, unexplained, collateral, wrongly_hit } = result;
    const [recall, precision] = [percent(result.recall), percent(result.precision)];
    output.say(
      joined([
        words(`召回率 ${recall}（${planted} 例中找到 ${found}）`, `recall ${recall} (${found} of ${planted})`),
        words(
          `准确率 ${precision}（${findings} 条中 ${unexplained} 条无法解释，${collateral} 条落在为其他规则植入的明细上）`,
          `precision ${precision} (${unexplained} unexplained of ${findings}, ${collateral} on lines planted for another rule)`,
        ),
        words(`误中近似例 ${wrongly_hit}`, `near-misses hit ${wrongly_hit}`),
      ]),
    );
    for (const told of result.missed) output.say(words(`漏掉：${told}`, `missed: ${told}`));
    for (const told of result.unexplained_ids) output.say(words(`无法解释：${told}`, `unexplained: ${told}`));
    output.result(result);
    return 0;
  },
});
