import { counted, words } from '@hengjian/standard';
import { evaluateSettlement } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { day, required, shared, text, unless } from '../../options.ts';

export const command = defineCommand({
  says: words('按收治病例评价医院、科室和医师', 'evaluates hospitals, departments and practitioners by what they treated'),
  options: {
    lake: shared.lake,
    run: required(text('folder', words('结算结果文件夹，取其方案与价格', 'folder of the settlement: its scheme and prices'))),
    out: required(text('folder', words('评价报告文件夹', 'folder for the report'))),
    from: day(words('出院起始日，默认为结算年度', 'first day of discharge; the year of the settlement by default')),
    to: day(words('出院截止日', 'last day of discharge')),
    form: text('file', words('评价表（YAML），默认九个方面', 'evaluation form (YAML); nine aspects by default')),
    lists: unless(words('不评价结算清单质量', 'leave out the quality of the settlement lists')),
  },
  example: 'hengjian settle evaluate --lake lake --run settlement --out evaluation',
  async run({ ports, output }, options) {
    const { evaluation, clues, clues_file, files } = await evaluateSettlement(ports)(options);
    output.settle();
    const [hospitals, groups] = [evaluation.hospitals.length, evaluation.groups.length];
    output.say(
      words(
        `${hospitals} 家医院，${groups} 个病组，${clues} 条线索（须核对病历，不是结论）`,
        [
          counted(hospitals, 'hospital'),
          counted(groups, 'group'),
          `${counted(clues, 'clue')} (to be checked against the records, no conclusion)`,
        ].join(', '),
      ),
    );
    for (const file of [...files, clues_file]) output.line(`  ${file}`);
    output.result({ hospitals, groups, region: evaluation.region, clues, files });
    return 0;
  },
});
