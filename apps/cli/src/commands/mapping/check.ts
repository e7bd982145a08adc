import { counted, words } from '@hengjian/standard';
import { checkMappingFile } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { exitCodes, problemJson } from '../../output.ts';
import { printRows } from '../../print/mapping.ts';

/** A mapping by itself says nothing of files. */
const inOrder = (paths: readonly string[]) =>
  paths.length > 0
    ? words('映射文件与数据相符', 'the mapping is in order and fits the files')
    : words(
        '映射文件本身没有问题；列、格式和工作表要给出数据文件夹才能核对',
        'the mapping itself is in order; name the folder of the data to have columns, formats and sheets checked',
      );

export const command = defineCommand({
  says: words(
    '检查映射文件；给出数据文件夹时，还按数据核对列、格式和未读的部分',
    'checks a mapping file; with a folder of data also its columns, formats and what is left unread',
  ),
  arguments: [
    { name: 'file', says: words('映射文件', 'mapping file') },
    { name: 'paths', says: words('来源文件或文件夹', 'source files or folders'), many: true, optional: true },
  ],
  options: {},
  example: 'hengjian mapping check mapping.yaml extracts/',
  async run({ ports, output }, _options, [file = '', ...paths]) {
    const { problems, notes, shown } = await checkMappingFile(ports)({ file, paths });
    for (const problem of problems) output.warn(problem);
    for (const note of notes) output.say(note);
    printRows(output, shown);
    output.say(problems.length === 0 ? inOrder(paths) : words(`${problems.length} 个问题`, counted(problems.length, 'problem')));
    output.result({ problems: problems.map((problem) => problemJson(problem, output.language)), notes, shown });
    return problems.length === 0 ? exitCodes.done : exitCodes.refused;
  },
});
