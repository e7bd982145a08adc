import { counted, words } from '@hengjian/standard';
import { checkMappingFile } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { exitCodes, problemJson } from '../../output.ts';

export const command = defineCommand({
  says: words('检查映射文件', 'checks a mapping file'),
  arguments: [{ name: 'file', says: words('映射文件', 'mapping file') }],
  options: {},
  example: 'hengjian mapping check mapping.yaml',
  async run({ ports, output }, _options, [file = '']) {
    const problems = await checkMappingFile(ports)({ file });
    for (const problem of problems) output.warn(problem);
    output.say(
      problems.length === 0
        ? words('映射文件没有问题', 'the mapping is in order')
        : words(`${problems.length} 个问题`, counted(problems.length, 'problem')),
    );
    output.result({ problems: problems.map((problem) => problemJson(problem, output.language)) });
    return problems.length === 0 ? exitCodes.done : exitCodes.refused;
  },
});
