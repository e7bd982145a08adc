import type { FormingReport } from '@hengjian/grouping';
import { counted, formatYuan, type Words, words } from '@hengjian/standard';
import { formDipCatalogue } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { required, shared, text, texts } from '../../options.ts';
import { joined } from '../../print/joined.ts';
import { layerWords, storedLine } from '../../print/scheme.ts';

/** Stays that formed no disease, by why. */
const leftOut = ({ outside_years, invalid, excluded, not_covered }: FormingReport): Words =>
  joined([
    words(`不在形成年度 ${outside_years} 例`, `${outside_years} outside the forming years`),
    words(`缺主要诊断或费用 ${invalid} 例`, `${invalid} without principal diagnosis or cost`),
    words(`排除诊断 ${excluded} 例`, `${excluded} excluded`),
    words(`未进入任何病种 ${not_covered} 例`, `${not_covered} in no disease`),
  ]);

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
    const result = await formDipCatalogue(ports)({ ...options, lakes: lake });
    const { catalogue, file } = result;
    const { id, groups, threshold, report } = catalogue;
    const mean = formatYuan(catalogue.mean_fen);
    const formed = counted(groups.length, 'disease formed', 'diseases formed');
    output.say(
      words(
        `${id}：由 ${report.cases} 例形成 ${groups.length} 个病种；核心病种至少 ${threshold} 例，例均费用 ${mean} 元`,
        `${id}: ${formed} from ${counted(report.cases, 'case')}; a core disease needs ${threshold}, mean cost ${mean} yuan`,
      ),
    );
    const without = leftOut(report);
    output.say(words(`  ${without.zh}`, `  ${without.en}`));
    for (const [kind, count] of Object.entries(report.by_kind)) {
      const name = layerWords[kind] ?? words(kind, kind);
      output.say(words(`  ${name.zh} (${kind})：${count} 例`, `  ${name.en} (${kind}): ${count}`));
    }
    output.say(storedLine(result));
    output.result({ id, groups: groups.length, threshold, report, file });
    return 0;
  },
});
