import { words } from '@hengjian/standard';
import { explainSilence } from '@hengjian/workbench';
import { defineCommand } from '../command.ts';
import { day, shared, text } from '../options.ts';

export const command = defineCommand({
  says: words('说明一条规则为何没有命中某行明细或某次就诊', 'tells why a rule did not hit a line or a stay'),
  arguments: [{ name: 'rule', says: words('规则编号', 'rule id') }],
  options: {
    line: text('id', words('明细键，或 文件|行号', 'line key, or FILE|ROW')),
    visit: text('id', words('就诊编号 mdtrt_id', 'mdtrt_id')),
    lake: shared.lake,
    run: text('folder', words('审核结果文件夹：按该次审核的规则和知识库回答', 'folder of an audit: answers by its rules and knowledge')),
    operations: text(
      'place',
      words(
        '业务库文件夹或地址：按其中在用的版本回答（默认规则库）',
        'folder or address of the operations store: answers by the versions in force there (default: the library)',
      ),
    ),
    asOf: day(words('按业务库在该日所知（默认现在）', 'what was in force as the store knew it on that day (default: now)')),
  },
  example: 'hengjian why-not N25 --line 410500… --lake lake --run result',
  async run({ ports, output }, options, [rule = '']) {
    const answer = await explainSilence(ports)({ ...options, rule });
    for (const line of answer.text) output.say(line);
    output.result(answer);
    return 0;
  },
});
