import { caseColumns, whatIfWords } from '@hengjian/grouping';
import { words } from '@hengjian/standard';
import { groupCasesBy } from '@hengjian/workbench';
import { defineCommand } from '../command.ts';
import { flag, required, shared, text, texts } from '../options.ts';
import { exitCodes } from '../output.ts';
import { printGroupedFile, printGroupedLake, printRead } from '../print/group.ts';

export const command = defineCommand({
  says: words('按方案给病例分组，并说明为什么', 'groups stays by a scheme and says why'),
  options: {
    scheme: required(
      text(
        'id',
        words(
          '方案，可用 + 连接所选变体（hengjian scheme list 列出）',
          'scheme, with chosen variants joined by + (`hengjian scheme list` names them)',
        ),
      ),
    ),
    schemes: shared.schemes,
    in: text(
      'file',
      words(
        `病例 CSV（可为 .gz）：${caseColumns.join('、')}；须有 id 和 diagnoses，多个编码用 | 分隔`,
        `CSV of cases (.gz too): ${caseColumns.join(', ')}; id and diagnoses must be there, lists are separated by |`,
      ),
    ),
    mapping: text(
      'file',
      words(
        '与 --in 同用：按映射读取该文件（如病案首页），与 ingest 读法相同；hengjian mapping draft 可起草',
        'with --in: reads the file, such as a front page of records, as ingest does with a mapping; `hengjian mapping draft` drafts one',
      ),
    ),
    lake: text(
      'folder',
      words(
        '代替文件：数据湖中已出院的病例；分组结果存于湖中，以后只处理新病例',
        'instead of a file: the discharged stays of a lake; the groups are kept there, later calls work on new stays only',
      ),
    ),
    out: text('file', words('结果，.csv 或 .parquet', 'results, .csv or .parquet')),
    trace: flag(
      words(
        '说明分组过程：20 例以内显示在屏幕上，否则写入 <out>.trace.txt 和 .jsonl',
        'explain: on the screen for up to 20 cases, else in <out>.trace.txt and .jsonl',
      ),
    ),
    whatIf: flag(words('与 --trace 同用：改动哪个编码会换组（DRG）', 'with --trace: which change of a code would move the case (DRG)')),
    case: texts('id', words('只处理这些病例', 'only these cases')),
  },
  example: 'hengjian group --scheme demonstration --in cases.csv --out groups.csv --trace',
  async run({ ports, output }, { in: cases, case: ids, ...options }) {
    const grouped = await groupCasesBy(ports)({ ...options, cases, ids, language: output.language });
    output.settle();
    for (const { words: told, what_if } of grouped.told) {
      for (const line of [...told, ...whatIfWords(what_if ?? [], output.language)]) output.line(line);
      output.line();
    }
    if (grouped.read !== undefined) printRead(output, grouped.read);
    if (grouped.lake !== undefined) printGroupedLake(output, grouped.lake, grouped.kind);
    if (grouped.listed !== undefined) printGroupedFile(output, grouped.listed, grouped.kind);
    const traces = options.trace && grouped.told.length > 0 ? { traces: grouped.told } : {};
    output.result(
      grouped.lake === undefined
        ? { ...grouped.listed, ...(grouped.read === undefined ? {} : { read: grouped.read }), ...traces }
        : { ...grouped.lake, ...(grouped.listed === undefined ? {} : { listed: grouped.listed }), ...traces },
    );
    return grouped.read === undefined || grouped.read.ingested.attention.length === 0 ? exitCodes.done : exitCodes.needsPerson;
  },
});
