import { formatYuan, words } from '@hengjian/standard';
import { repriceStay } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { amount, required, shared, text, texts } from '../../options.ts';
import { stepLine } from '../../print/settlement.ts';

export const command = defineCommand({
  says: words('去掉部分费用或编码后，基金原应付多少', 'what the fund would have paid for a stay without some money or codes'),
  arguments: [{ name: 'mdtrt_id', says: words('就诊编号', 'id of the stay') }],
  options: {
    run: required(text('folder', words('结算结果文件夹', 'folder of the settlement'))),
    lake: shared.lake,
    charge: amount(words('不应有的费用', 'cost of the lines that should not be there')),
    inscope: amount(words('其中政策范围内的部分，默认全部', 'its part inside the policy scope; all by default')),
    without: texts('code', words('不应有的诊断或手术编码（仅 DRG）', 'diagnoses or procedures that should not be there (DRG only)')),
  },
  example: 'hengjian settle reprice V000000010001 --run settlement --lake lake --without J96.000',
  async run({ ports, output }, { run, lake, charge, inscope, without }, [mdtrt_id = '']) {
    const result = await repriceStay(ports)({ run, lake, mdtrt_id, charge_fen: charge, inscope_fen: inscope, without: without ?? [] });
    for (const step of result.steps) output.line(stepLine(step, output.language));
    const loss = formatYuan(result.fund_loss_fen);
    output.say(words(`  ＝ 基金损失 ${loss} 元`, `  = the fund lost ${loss} yuan`));
    output.result(result);
    return 0;
  },
});
