import { counted, words } from '@hengjian/standard';
import { writePublicPage } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { required, text } from '../../options.ts';

export const command = defineCommand({
  says: words('生成一张可离线打开的公开页：病组、分组逻辑与基础费率', 'one offline page for everybody: groups, logic and base rate'),
  options: {
    run: required(text('folder', words('结算结果文件夹', 'folder of the settlement'))),
    out: required(text('file', words('公开页，.html', 'the page, .html'))),
  },
  example: 'hengjian settle public --run settlement --out public.html',
  async run({ ports, output }, options) {
    const page = await writePublicPage(ports)(options);
    output.say(words(`${page.groups} 个病组：${page.file}`, `${counted(page.groups, 'group')}: ${page.file}`));
    output.result(page);
    return 0;
  },
});
