import { counted, words } from '@hengjian/standard';
import { filterRecords, kernelSchema, writeKernelFiles } from '@hengjian/workbench';
import { defineCommand } from '../command.ts';
import { choiceOr, count, day, flag, shared, text, texts } from '../options.ts';

/** Writes to stdout and waits when the reader falls behind. */
function stdoutWriter(): { add(text: string): void; flush(): Promise<void> } {
  let pending: string[] = [];
  return {
    add: (line) => void pending.push(line),
    flush: async () => {
      const written = pending.join('');
      pending = [];
      if (written !== '' && !process.stdout.write(written)) await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
    },
  };
}

export const command = defineCommand({
  says: words(
    '从标准输入判断按人排序的记录，把发现写到标准输出，每行一个 JSON',
    'judges records from stdin (sorted by person) and writes findings to stdout, one JSON a line',
  ),
  options: {
    rulebook: texts('file', words('规则文件、文件夹或通配符（默认规则库）', 'rule files, folders or globs (default: the library)')),
    knowledge: shared.knowledge,
    schema: text(
      'text',
      words('记录的列：persons:gend,brdy;visits:mdtrt_id,…;lines:…', 'columns of the records: persons:gend,brdy;visits:mdtrt_id,…;lines:…'),
    ),
    context: text('file', words('记录所引用的字典和主数据', 'dictionaries and masters the records refer to')),
    lake: text('folder', words('从数据湖取得上下文', 'take the context from a lake')),
    printSchema: flag(
      words(
        '打印记录的列后结束；有 --lake 时只打印规则所需的列',
        'print the columns of the records (with --lake: those that the rules need), and end',
      ),
    ),
    writeContext: text('file', words('写出 --lake 的上下文后结束', 'write the context of --lake, and end')),
    writeRulebook: text(
      'file',
      words('把规则和知识写成一个文件供集群使用，然后结束', 'write rules and knowledge as one file for a cluster, and end'),
    ),
    bundle: text(
      'file',
      words('把内核写成一个供 Node 24 运行的 JavaScript 文件，然后结束', 'write the kernel as one JavaScript file for Node 24, and end'),
    ),
    from: day(words('结算起始日 yyyy-MM-dd', 'first settlement day to report, yyyy-MM-dd')),
    to: day(words('结算截止日 yyyy-MM-dd', 'last settlement day to report, yyyy-MM-dd')),
    segmentLines: count(words('一次放入内存的明细行数', 'fee lines held in memory at a time')),
    output: choiceOr(
      ['findings', 'records'],
      'findings',
      words('只写发现，或写出宿主跨人判断所需的全部记录', 'findings only, or every record a host needs to judge across persons'),
    ),
  },
  example: 'hengjian kernel --rulebook library/rules --schema "$(hengjian kernel --print-schema)" < persons.tsv',
  async run({ ports, output }, options) {
    const { rulebook, knowledge, lake } = options;
    const rules = { rulebook, knowledge };
    const files = { lake, context: options.writeContext, texts: options.writeRulebook, bundle: options.bundle };
    const written = await writeKernelFiles(ports)({ ...rules, ...files });
    if (options.printSchema) {
      const schema = await kernelSchema(ports)({ ...rules, lake });
      output.line(schema);
      output.result({ schema });
    }
    if (options.printSchema || written.length > 0) return 0;
    const writer = stdoutWriter();
    const { schema, context, from, to, segmentLines } = options;
    const judged = await filterRecords(ports)({
      ...rules,
      ...{ records: process.stdin, schema, context, lake, from, to, segmentLines },
      write: (kind, body, key = '') => {
        if (options.output === 'records') writer.add(`${kind}\t${key}\t${body}\n`);
        else if (kind === 'finding') writer.add(`${body}\n`);
      },
      flush: writer.flush,
    });
    const across = options.output === 'findings' ? judged.across : 0;
    const judgedLines = `${counted(judged.lines, 'line')} of ${counted(judged.persons, 'person')}`;
    const elsewhere =
      across === 0
        ? words('', '')
        : words(
            `；${across} 条规则须跨人判断，由宿主执行（audit --host spark）`,
            `; ${counted(across, 'rule looks', 'rules look')} across persons, which takes a host (audit --host spark)`,
          );
    const told = words(
      `${judged.persons} 人 ${judged.lines} 行明细：${judged.findings} 条发现${elsewhere.zh}`,
      `${judgedLines}: ${counted(judged.findings, 'finding')}${elsewhere.en}`,
    );
    process.stderr.write(`${told[output.language]}\n`);
    return 0;
  },
});
