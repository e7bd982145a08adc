import { counted, words } from '@hengjian/standard';
import { verifyWholeLake } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { shared } from '../../options.ts';
import { exitCodes, problemJson } from '../../output.ts';

export const command = defineCommand({
  says: words(
    '把数据湖的每个文件与清单比对，列出全部损坏、缺失的文件',
    'compares every file of the lake with its manifest and lists all that are damaged or missing',
  ),
  options: { lake: shared.lake },
  example: 'hengjian lake verify --lake lake',
  async run({ ports, output }, { lake }) {
    const { files, bytes, faults } = await verifyWholeLake(ports)({ lake });
    output.settle();
    for (const fault of faults) output.warn(fault);
    output.say(
      words(
        `${files} 个文件，${bytes} 字节，${faults.length} 处不符`,
        `${counted(files, 'file')}, ${counted(bytes, 'byte')}, ${counted(faults.length, 'fault')}`,
      ),
    );
    output.result({ files, bytes, faults: faults.map((fault) => problemJson(fault, output.language)) });
    return faults.length === 0 ? exitCodes.done : exitCodes.refused;
  },
});
