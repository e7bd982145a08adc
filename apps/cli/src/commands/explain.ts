import { words } from '@hengjian/standard';
import { explainAuditFinding } from '@hengjian/workbench';
import { defineCommand } from '../command.ts';
import { required, text } from '../options.ts';

export const command = defineCommand({
  says: words('说明一条发现由什么构成', 'shows what a finding is made of'),
  arguments: [{ name: 'finding', says: words('发现编号，可只写开头几位', 'id of the finding, or its beginning') }],
  options: { run: required(text('folder', words('审核结果文件夹', 'folder of the audit'))) },
  example: 'hengjian explain 3f2a… --run result',
  async run({ ports, output }, { run }, [id = '']) {
    const explained = await explainAuditFinding(ports)({ run, id });
    for (const line of explained.text) output.say(line);
    output.result(explained.finding);
    return 0;
  },
});
