import { words } from '@hengjian/standard';
import { answerAuthority } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { count, required, shared, text } from '../../options.ts';

export const command = defineCommand({
  says: words(
    '写出对一份部门名单（民政、卫健、公安、税务、单位）的逐行答复：已登记、此前已登记或拒收及原因',
    'writes the answer to a list of another authority, row by row: registered, already there, or refused with the reason',
  ),
  options: {
    lake: shared.lake,
    list: required(text('file', words('名单文件的名称', 'name of the file of the list'))),
    batch: count(words('第几批（默认为最近一次）', 'which batch (default: the last one with the list)')),
    out: required(text('file', words('答复文件（CSV），不含证件号码', 'file of the answer (CSV), without numbers of persons'))),
  },
  example: 'hengjian lake answer --lake lake --list psn_list_d-民政-2025-06.csv --out 答复.csv',
  async run({ ports, output }, options) {
    const { file, batch, rows, counts } = await answerAuthority(ports)(options);
    output.settle();
    const { registered, already, refused } = counts;
    output.say(
      words(
        `${file}（第 ${batch} 批）：${rows} 行，已登记 ${registered}，此前已登记 ${already}，拒收 ${refused}`,
        `${file} (batch ${batch}): ${rows} rows, ${registered} registered, ${already} already there, ${refused} refused`,
      ),
    );
    output.result({ file, batch, rows, counts });
    return 0;
  },
});
