import { counted, formatYuan, words } from '@hengjian/standard';
import { formDipCatalogue } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { required, shared, text, texts } from '../../options.ts';
import { layerWords, storedLine } from '../../print/scheme.ts';

export const command = defineCommand({
  says: words('由数据湖中的病例形成 DIP 目录', 'forms a DIP catalogue from the stays of lakes'),
  options: {
    lake: required(texts('folder', words('形成年度病例所在的数据湖', 'lakes with the stays of the forming years'))),
    parameters: required(
      text(
        'folder',
        words(
          'parameters.yaml、sets.csv、charlson.csv（demonstration 为随程序附带的）',
          'parameters.yaml, sets.csv, charlson.csv (`demonstration`: those that come with the program)',
        ),
      ),
    ),
    years: text(
      'text',
      words(
        '形成年度及权重，代替参数中的，例如 2023=1,2024=2,2025=7',
        'forming years with their weights instead of those of the parameters, for example 2023=1,2024=2,2025=7',
      ),
    ),
    schemes: shared.schemes,
  },
  example: 'hengjian scheme form --lake lake --parameters demonstration --years 2025=1',
  async run({ ports, output }, { lake, ...options }) {
    const formed = await formDipCatalogue(ports)({ ...options, lakes: lake });
    const { catalogue, file } = formed;
    const { report } = catalogue;
    const mean = formatYuan(catalogue.mean_fen);
    output.say(
      words(
        `${catalogue.id}：由 ${report.cases} 例形成 ${catalogue.groups.length} 个病种；核心病种至少 ${catalogue.threshold} 例，例均费用 ${mean} 元`,
        `${catalogue.id}: ${counted(catalogue.groups.length, 'disease formed', 'diseases formed')} from ${counted(report.cases, 'case')}; a core disease needs ${catalogue.threshold}, mean cost ${mean} yuan`,
      ),
    );
    output.say(
      words(
        `  不在形成年度 ${report.outside_years} 例，缺主要诊断或费用 ${report.invalid} 例，排除诊断 ${report.excluded} 例，未进入任何病种 ${report.not_covered} 例`,
        `  ${report.outside_years} outside the forming years, ${report.invalid} without principal diagnosis or cost, ${report.excluded} excluded, ${report.not_covered} in no disease`,
      ),
    );
    for (const [kind, count] of Object.entries(report.by_kind)) {
      const name = layerWords[kind] ?? words(kind, kind);
      output.say(words(`  ${name.zh} (${kind})：${count} 例`, `  ${name.en} (${kind}): ${count}`));
    }
    output.say(storedLine(formed));
    output.result({ id: catalogue.id, groups: catalogue.groups.length, threshold: catalogue.threshold, report, file });
    return 0;
  },
});
