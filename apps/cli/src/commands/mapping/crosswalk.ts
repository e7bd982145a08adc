import { clippedNames, counted, type Words, words } from '@hengjian/standard';
import { listCrosswalks } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { text } from '../../options.ts';
import { exitCodes } from '../../output.ts';

const foreignText = (codes: readonly string[]): Words =>
  words(
    `须处理：${codes.join('、')} 不是国家编码的写法，请核对 national`,
    `needs you: ${codes.join(', ')} is not written as a national code; check national`,
  );

export const command = defineCommand({
  says: words(
    '为本地项目和诊断名称列出国家编码建议，经人确认后读回；未确认的从不使用',
    'lists national codes that local items and diagnoses may be, and reads back what a person has confirmed; nothing else is ever used',
  ),
  arguments: [
    { name: 'file', says: words('映射文件', 'mapping file') },
    { name: 'paths', says: words('来源文件或文件夹', 'source files or folders'), many: true, optional: true },
  ],
  options: {
    out: text('file', words('清单，.xlsx 或 .csv', 'the list, .xlsx or .csv')),
    read: text('file', words('读回已填写 confirmed_by 的清单', 'reads back a list in which confirmed_by is filled')),
  },
  example: 'hengjian mapping crosswalk mapping.yaml extracts/ --out list.xlsx',
  async run({ ports, output }, options, [mapping = '', ...paths]) {
    const { proposals, accepted } = await listCrosswalks(ports)({ ...options, mapping, paths });
    if (options.out !== undefined && options.read === undefined) {
      const found = proposals.filter(({ candidates }) => candidates > 0).length;
      output.say(
        words(
          `${options.out}：${proposals.length} 个本地名称，其中 ${found} 个有候选；请核对 national 并填写 confirmed_by`,
          `${options.out}: ${counted(proposals.length, 'local text')}, ${found} with candidates; check national and fill confirmed_by`,
        ),
      );
    }
    for (const { file, rows, confirmed, foreign } of accepted) {
      output.say(words(`${file}：${rows} 行，已确认 ${confirmed} 行`, `${file}: ${counted(rows, 'row')}, ${confirmed} confirmed`));
      if (foreign.length > 0) output.say(foreignText(clippedNames(foreign)));
    }
    output.result({ proposals, accepted });
    return accepted.some(({ foreign }) => foreign.length > 0) ? exitCodes.needsPerson : exitCodes.done;
  },
});
