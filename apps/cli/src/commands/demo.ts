import { counted, words } from '@hengjian/standard';
import { type DemoStep, demonstrate } from '@hengjian/workbench';
import { defineCommand } from '../command.ts';
import { countOr, textOr } from '../options.ts';
import type { Output } from '../output.ts';
import { printRun } from '../print/audit.ts';
import { printIngest } from '../print/ingest.ts';
import { printSettlement } from '../print/settlement.ts';

const beginnings = {
  1: (count: number) => words(`1/4 模拟一座 ${count} 人的城市`, `1/4 simulating a city of ${counted(count, 'person')}`),
  2: (count: number) => words(`2/4 把 ${count} 行费用明细收入数据湖`, `2/4 taking ${counted(count, 'fee line')} into the lake`),
  3: () => words('3/4 按演示方案分组并结算', '3/4 grouping and settling by the demonstration scheme'),
  4: () => words('4/4 审核并写出报告', '4/4 auditing and writing the reports'),
};

function printStep(output: Output, step: DemoStep): void {
  output.settle();
  if (step.kind === 'begin') output.say(beginnings[step.step](step.count));
  else if (step.kind === 'simulated') output.line(step.result.table);
  else if (step.kind === 'taken') printIngest(output, step.result);
  else if (step.kind === 'settled') printSettlement(output, step.result);
  else printRun(output, step.result);
}

export const command = defineCommand({
  says: words(
    '在一座模拟小城上演示主要工作：模拟、入湖、分组、结算、审核、报告',
    'the main job on a simulated small city: simulate, ingest, group, settle, audit, report',
  ),
  options: {
    persons: countOr(20_000, words('参保人数', 'insured persons')),
    seed: countOr(7, words('种子；相同则城市相同', 'same seed, same city')),
    out: textOr(
      'folder',
      'demo',
      words(
        '演示产生的一切所在的文件夹；只清除上次演示所写的文件',
        'folder for everything the demo makes; only files of an earlier demo are removed',
      ),
    ),
  },
  example: 'hengjian demo --persons 5000 --out demo',
  async run({ ports, output }, options) {
    const made = await demonstrate(ports)({ ...options, step: (step) => printStep(output, step) });
    const { planted, found, wrongly_hit } = made.score;
    output.say(
      words(
        `  植入的 ${planted} 例违规找到 ${found} 例；误中近似例 ${wrongly_hit} 例`,
        `  ${found} of ${counted(planted, 'planted violation')} found; ${counted(wrongly_hit, 'near-miss', 'near-misses')} wrongly hit`,
      ),
    );
    output.line();
    output.say(words('请在浏览器中打开：', 'Open in a browser:'));
    for (const page of made.pages) output.line(`  ${page}`);
    output.result(made);
    return 0;
  },
});
