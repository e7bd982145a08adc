import { counted, words } from '@hengjian/standard';
import { proposeMapping } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { text } from '../../options.ts';
import { printQuestions, printRows } from '../../print/mapping.ts';

export const command = defineCommand({
  says: words(
    '由列名、取值和数据字典拟出映射：没有把握的写成问题，并显示十行映射结果',
    'proposes a mapping from names, values and the dictionary; what is not sure becomes a question, and ten rows are shown',
  ),
  arguments: [{ name: 'paths', says: words('来源文件或文件夹', 'source files or folders'), many: true }],
  options: { out: text('file', words('写到此文件（默认显示在屏幕上）', 'where to write it (default: the screen)')) },
  example: 'hengjian mapping draft extracts/ --out mapping.yaml',
  async run({ ports, output }, options, paths) {
    const { text: yaml, mapping, notes, questions, crosswalks, shown, file } = await proposeMapping(ports)({ ...options, paths });
    if (file === undefined) output.line(yaml);
    else {
      output.say(words(`映射草稿：${file}，${questions.length} 个问题`, `the draft: ${file}, ${counted(questions.length, 'question')}`));
      for (const note of notes) output.say(note);
      printQuestions(output, questions);
      printRows(output, shown);
      const folder = paths.join(' ');
      output.say(
        words(
          `下一步：hengjian mapping answer ${file} 编号=值 …，再执行 hengjian mapping check ${file} ${folder}`,
          `next: hengjian mapping answer ${file} id=value …, then hengjian mapping check ${file} ${folder}`,
        ),
      );
      if (crosswalks.length > 0)
        output.say(
          words(
            `本地名称待对照：hengjian mapping crosswalk ${file} ${folder} --out 对照.xlsx，确认后用 --read 读回`,
            `local names to confirm: hengjian mapping crosswalk ${file} ${folder} --out list.xlsx, and --read when they are confirmed`,
          ),
        );
    }
    output.result({ mapping, notes, questions, shown, file });
    return 0;
  },
});
