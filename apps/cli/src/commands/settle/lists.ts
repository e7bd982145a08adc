import { counted, words } from '@hengjian/standard';
import { checkLists } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { required, shared, text } from '../../options.ts';

export const command = defineCommand({
  says: words(
    '按医院和字段检查结算清单的及时性、完整性、准确性',
    'quality of the settlement lists: timeliness, completeness, accuracy, by hospital and field',
  ),
  options: { lake: shared.lake, out: required(text('folder', words('报告文件夹', 'folder for the report'))) },
  example: 'hengjian settle lists --lake lake --out lists',
  async run({ ports, output }, options) {
    const { quality, files } = await checkLists(ports)(options);
    const [lists, hospitals] = [quality.lists, quality.hospitals.length];
    output.say(
      words(`${lists} 份结算清单，${hospitals} 家医院`, `${counted(lists, 'settlement list')}, ${counted(hospitals, 'hospital')}`),
    );
    for (const file of files) output.line(`  ${file}`);
    output.result({ lists, hospitals, files });
    return 0;
  },
});
