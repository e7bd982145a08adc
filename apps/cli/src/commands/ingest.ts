import { words } from '@hengjian/standard';
import { ingestFiles } from '@hengjian/workbench';
import { defineCommand } from '../command.ts';
import { shared, text } from '../options.ts';
import { exitCodes } from '../output.ts';
import { peakMemory } from '../ports.ts';
import { printIngest } from '../print/ingest.ts';

export const command = defineCommand({
  says: words(
    '把结算数据的文件或文件夹收入数据湖；同一批再收一次不会有变化',
    'takes files or folders of claims into a lake; the same batch twice changes nothing',
  ),
  arguments: [
    {
      name: 'paths',
      says: words('文件或文件夹：CSV、TSV、JSON 行、Parquet、xlsx、xls', 'files or folders: CSV, TSV, JSON lines, Parquet, xlsx, xls'),
      many: true,
    },
  ],
  options: {
    lake: { ...shared.lake, says: words('数据湖文件夹，没有则新建', 'the lake, made when absent') },
    mapping: text('file', words('映射文件（YAML），用于非国家标准表', 'mapping file (YAML) for sources that are not national tables')),
    report: text('folder', words('质量报告的位置（默认在湖中）', 'where to write the quality report (default: the lake)')),
    threads: shared.threads,
    memory: shared.memory,
  },
  example: 'hengjian ingest extracts/2025-06 --lake lake --report quality',
  async run({ ports, output }, options, paths) {
    const result = await ingestFiles(ports)({ ...options, paths });
    output.settle();
    printIngest(output, result);
    output.result({ ...result, peak_rss_bytes: peakMemory() });
    return result.attention.length === 0 ? exitCodes.done : exitCodes.needsPerson;
  },
});
