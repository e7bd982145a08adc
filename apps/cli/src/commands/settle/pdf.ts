import { counted, words } from '@hengjian/standard';
import { printStatements } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { required, text, texts } from '../../options.ts';

export const command = defineCommand({
  says: words('把结算单打印成 PDF（A4）', 'prints the statements of a settlement as PDF (A4)'),
  options: {
    run: required(text('folder', words('结算结果文件夹', 'folder of the settlement'))),
    hospital: texts('code', words('只打印这些医院', 'only these hospitals')),
    out: text(
      'folder',
      words('PDF 所在文件夹，默认为结算文件夹下的 pdf', 'folder for the PDF files; pdf in that of the settlement by default'),
    ),
  },
  example: 'hengjian settle pdf --run settlement --hospital H41050000001',
  async run({ ports, output }, { run, hospital, out }) {
    const printed = await printStatements(ports)({ run, hospitals: hospital, out });
    output.settle();
    output.say(
      words(
        `已打印 ${printed.files.length} 份结算单：${printed.folder}`,
        `printed ${counted(printed.files.length, 'statement')}: ${printed.folder}`,
      ),
    );
    output.result(printed);
    return 0;
  },
});
