import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { bundleKernel, filterSession, gatherContext, type OutputKind, runFilter, sessionSchema } from '@hengjian/audit';
import { contextText, openLake, parseContext, parseSchema, plainColumns, schemaText } from '@hengjian/lake';
import { type RulebookOptions, rulebookTexts } from '@hengjian/rulebook';
import type { LakeContext } from '@hengjian/standard';
import { type Command, Option } from 'commander';
import { define, parseCount, parseDayOption } from '../command.ts';

interface Options {
  readonly rulebook?: readonly string[];
  readonly knowledge?: string;
  readonly context?: string;
  readonly lake?: string;
  readonly schema?: string;
  readonly printSchema?: boolean;
  readonly writeContext?: string;
  readonly writeRulebook?: string;
  readonly bundle?: string;
  readonly from?: string;
  readonly to?: string;
  readonly segmentLines?: number;
  readonly output: 'findings' | 'records';
}

const rulebookOf = ({ rulebook, knowledge }: Options): RulebookOptions => ({
  ...(rulebook === undefined ? {} : { rules: rulebook }),
  ...(knowledge === undefined ? {} : { knowledge }),
});

interface Source {
  readonly context: LakeContext;
  readonly input: AsyncIterable<Uint8Array | string>;
  done(): void;
}

/** The context of the records: given, of a lake, or read off the records themselves, which then pass through a file. */
async function sourceOf(options: Options, schema: string): Promise<Source> {
  const keep = { input: process.stdin, done: () => {} };
  if (options.context !== undefined) return { ...keep, context: parseContext(readFileSync(options.context, 'utf8'), options.context) };
  if (options.lake !== undefined) return { ...keep, context: (await openLake(options.lake)).context() };
  const folder = mkdtempSync(join(tmpdir(), 'hengjian-kernel-'));
  const spool = join(folder, 'records.tsv');
  try {
    await pipeline(process.stdin, createWriteStream(spool));
    const context = await gatherContext(createReadStream(spool), parseSchema(schema));
    return { context, input: createReadStream(spool), done: () => rmSync(folder, { recursive: true, force: true }) };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Writes to stdout and waits when the reader falls behind. */
function stdoutWriter(): { add(text: string): void; flush(): Promise<void> } {
  let pending: string[] = [];
  return {
    add: (text) => void pending.push(text),
    flush: async () => {
      const text = pending.join('');
      pending = [];
      if (text !== '' && !process.stdout.write(text)) await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
    },
  };
}

export function kernelCommand(program: Command): void {
  const command = program
    .command('kernel')
    .description('judges records from stdin (sorted by person) and writes findings to stdout, one JSON a line')
    .option('--rulebook <paths...>', 'rule files, folders or globs (default: the library)')
    .option('--knowledge <folder>', 'knowledge tables (default: the library)')
    .option('--schema <text>', 'columns of the records: persons:gend,brdy;visits:mdtrt_id,…;lines:…')
    .option('--context <file>', 'dictionaries and masters the records refer to')
    .option('--lake <folder>', 'take the context from a lake')
    .option('--print-schema', 'print the columns of the records (with --lake: those that the rules need), and end')
    .option('--write-context <file>', 'write the context of --lake, and end')
    .option('--write-rulebook <file>', 'write rules and knowledge as one file for a cluster, and end')
    .option('--bundle <file>', 'write the kernel as one JavaScript file for Node 24, and end')
    .option('--from <day>', 'first settlement day to report, yyyy-MM-dd')
    .option('--to <day>', 'last settlement day to report, yyyy-MM-dd')
    .option('--segment-lines <n>', 'fee lines held in memory at a time', parseCount)
    .addOption(
      new Option('--output <kind>', 'findings only, or every record a host needs to judge across persons').choices(['findings', 'records']).default('findings'),
    );
  define<Options>(
    command,
    'hengjian kernel --rulebook library/rules --schema "$(hengjian kernel --print-schema)" < persons.tsv',
    async ({ output }, options) => {
      const rulebook = rulebookOf(options);
      if (options.bundle !== undefined) await bundleKernel(options.bundle);
      if (options.writeRulebook !== undefined) writeFileSync(options.writeRulebook, JSON.stringify({ texts: rulebookTexts(rulebook) }));
      if (options.writeContext !== undefined && options.lake !== undefined)
        writeFileSync(options.writeContext, contextText((await openLake(options.lake)).context()));
      if (options.printSchema === true) {
        const schema = options.lake === undefined ? schemaText(plainColumns) : sessionSchema(filterSession((await openLake(options.lake)).context(), rulebook));
        output.line(schema);
        output.result({ schema });
      }
      if (options.bundle !== undefined || options.writeRulebook !== undefined || options.writeContext !== undefined || options.printSchema === true) return 0;
      const from = parseDayOption('--from', options.from);
      const to = parseDayOption('--to', options.to);
      const schema = options.schema ?? schemaText(plainColumns);
      const source = await sourceOf(options, schema);
      const writer = stdoutWriter();
      try {
        const session = filterSession(source.context, rulebook);
        const result = await runFilter({
          session,
          input: source.input,
          write: (kind: OutputKind, body, key = '') => {
            if (options.output === 'records') writer.add(`${kind}\t${key}\t${body}\n`);
            else if (kind === 'finding') writer.add(`${body}\n`);
          },
          flush: writer.flush,
          from: from ?? -1e9,
          to: to ?? 1e9,
          schema,
          ...(options.segmentLines === undefined ? {} : { segmentLines: options.segmentLines }),
        });
        await writer.flush();
        const across = session.bound.rules.filter((rule) => rule.source.by !== 'person').length;
        const left = options.output === 'findings' && across > 0 ? `; ${across} rules look across persons and need a host (audit --host spark)` : '';
        process.stderr.write(`${result.lines} lines of ${result.persons} persons: ${result.findings} findings${left}\n`);
        return 0;
      } finally {
        source.done();
      }
    },
  );
}
