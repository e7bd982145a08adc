import { schemeCheckLines } from '@hengjian/grouping';
import { words } from '@hengjian/standard';
import { checkGroupingScheme } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { shared, unless } from '../../options.ts';
import { exitCodes } from '../../output.ts';

export const command = defineCommand({
  says: words(
    '检查不可达的行、重复、不在目录的编码、没有例证的病组；有错误时退出码为 2',
    'unreachable rows, duplicates, codes in no list, groups without a witness; exit 2 when there are errors',
  ),
  arguments: [{ name: 'id', says: words('方案编号', 'id of the scheme') }],
  options: {
    schemes: shared.schemes,
    witnesses: unless(words('不为每个病组寻找例证', 'leave out the search for a case of every group')),
  },
  example: 'hengjian scheme check chs-drg-1.1',
  async run({ ports, output }, options, [id = '']) {
    const result = await checkGroupingScheme(ports)({ ...options, id });
    for (const line of schemeCheckLines(result, output.language)) output.line(line);
    output.result(result);
    return result.findings.some((finding) => finding.level === 'error') ? exitCodes.refused : exitCodes.done;
  },
});
