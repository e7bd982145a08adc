import { counted, words } from '@hengjian/standard';
import { simulateCity } from '@hengjian/workbench';
import { defineCommand } from '../command.ts';
import { countOr, required, shared, text } from '../options.ts';
import { peakMemory } from '../ports.ts';

export const command = defineCommand({
  says: words(
    '生成一座标准表格式的模拟城市，植入的违规记在 truth.parquet',
    'makes a city in the standard tables, with planted violations recorded in truth.parquet',
  ),
  options: {
    persons: countOr(20_000, words('参保人数', 'insured persons')),
    year: countOr(2025, words('年度', 'calendar year')),
    seed: countOr(1, words('种子；相同则结果逐字节相同', 'same seed, same bytes')),
    out: required(text('folder', words('各表所在文件夹', 'folder for the tables'))),
    threads: shared.threads,
  },
  example: 'hengjian simulate --persons 20000 --seed 7 --out city',
  async run({ ports, output }, options) {
    const result = await simulateCity(ports)(options);
    output.settle();
    output.line(result.table);
    output.say(
      words(
        `${options.persons} 人，${result.lines} 行费用明细，写入 ${options.out}`,
        `${counted(result.lines, 'fee line')} of ${counted(options.persons, 'person')} in ${options.out}`,
      ),
    );
    output.result({ ...result, table: undefined, peak_rss_bytes: peakMemory() });
    return 0;
  },
});
