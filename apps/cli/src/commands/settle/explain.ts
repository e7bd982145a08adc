import { statusName } from '@hengjian/grouping';
import { formatYuan, words } from '@hengjian/standard';
import { explainStay } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { required, shared, text } from '../../options.ts';
import { stepLine } from '../../print/settlement.ts';

export const command = defineCommand({
  says: words('说明一例的付费是如何算出的', 'how the payment of one stay was worked out'),
  arguments: [{ name: 'mdtrt_id', says: words('就诊编号', 'id of the stay') }],
  options: {
    run: required(text('folder', words('结算结果文件夹', 'folder of the settlement'))),
    lake: shared.lake,
  },
  example: 'hengjian settle explain V000000010001 --run settlement --lake lake',
  async run({ ports, output }, options, [mdtrt_id = '']) {
    const { stay, method, payment, remark } = await explainStay(ports)({ ...options, mdtrt_id });
    const kind = method === 'dip_points' ? 'dip' : 'drg';
    const group = (language: 'zh' | 'en'): string => `${statusName(stay.status, kind, language)} ${stay.grp_code}`.trimEnd();
    output.say(
      words(
        `病例 ${stay.mdtrt_id}，医院 ${stay.fixmedins_code}，${group('zh')}`,
        `stay ${stay.mdtrt_id}, hospital ${stay.fixmedins_code}, ${group('en')}`,
      ),
    );
    for (const step of payment.steps) output.line(stepLine(step, output.language));
    const [fund, pay] = [formatYuan(payment.fund_fen), formatYuan(payment.pay_fen)];
    output.say(words(`  ＝ 基金应付 ${fund} 元，医院应得 ${pay} 元`, `  = the fund owes ${fund} yuan, the hospital gets ${pay} yuan`));
    if (remark !== null) output.say(words(`  注意：${remark.zh}`, `  note: ${remark.en}`));
    output.result({ stay, payment, remark });
    return 0;
  },
});
