import { words } from '@hengjian/standard';
import { backtestRule } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { text } from '../../options.ts';
import { printDryRun } from '../../print/rules.ts';
import { signedOf, signedOptions } from '../../store-options.ts';
import { studyOptions } from '../../study-options.ts';

export const command = defineCommand({
  says: words('试运行已检查的版本，并把结果与之一同保存', 'dry-runs a checked version and keeps the result with it'),
  arguments: [{ name: 'rule', says: words('规则编号，或 编号@版本', 'rule id, or ID@VERSION') }],
  options: {
    ...signedOptions,
    ...studyOptions,
    out: text(
      'folder',
      words(
        'dry-run.json 和 differences.parquet 所在文件夹（默认 backtest-编号-版本）',
        'folder for dry-run.json and differences.parquet (default: backtest-ID-VERSION in the working folder)',
      ),
    ),
  },
  example: 'hengjian rules backtest N07 --lake lake --data operations --as author',
  async run({ ports, output }, options, [name = '']) {
    const { lake, knowledge, from, to, threads, out } = options;
    const result = await backtestRule(ports)({ ...(await signedOf(options, output)), name, lake, knowledge, from, to, threads, out });
    output.settle();
    printDryRun(output, result);
    const next = `hengjian rules approve ${result.rule_id}@${result.version} --why`;
    output.say(words(`下一步：第二人执行 ${next} 理由`, `next: a second person says ${next} TEXT`));
    output.result(result);
    return 0;
  },
});
