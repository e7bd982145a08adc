import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { Cancelled, csvCell, formatScaled, makeFolder, type ProgressEvent, removeEmptyFolders, words } from '@hengjian/standard';
import { openTables, quoted } from '@hengjian/table';
import type { CaseProblem, GroupResult, GroupStatus } from './case/case.ts';
import { caseColumns } from './case/columns.ts';
import { readCases } from './case/file.ts';
import type { ReadCase } from './case/read.ts';
import { compileGrouper } from './grouper/compile.ts';
import type { TracedResult } from './grouper/grouper.ts';
import { type Alternative, whatIf } from './grouper/what-if.ts';
import { explainTrace, type Language, whatIfWords } from './grouper/words.ts';
import { nearest } from './language/nearest.ts';
import type { Scheme } from './scheme/scheme.ts';

/** A case with what explains its group. */
export interface CaseExplanation {
  /** The way to the group as data. */
  readonly data: object;
  words(language: Language): readonly string[];
  /** Changes of a code after which the group is another one; none where they are not worked out (DIP). */
  alternatives(): readonly Alternative[];
}

/** Groups cases of one kind and explains them. */
export interface CaseGrouper<Item extends ReadCase> {
  readonly id: string;
  readonly hash: string;
  group(item: Item): GroupResult;
  explain(item: Item, result: GroupResult): CaseExplanation;
}

export interface GroupCasesOptions<Item extends ReadCase> {
  readonly grouper: CaseGrouper<Item>;
  readonly cases: AsyncIterable<Item>;
  /** What the cases come from, for the place of a problem. */
  readonly from: string;
  /** Results, CSV or (when it ends with `.parquet`) Parquet. */
  readonly output?: string | undefined;
  /** Explanations: `<output>.trace.jsonl` as data, `<output>.trace.txt` in words. */
  readonly trace?: boolean | undefined;
  readonly whatIf?: boolean | undefined;
  /** Language of the words (default: Chinese). */
  readonly language?: Language | undefined;
  /** Only these cases. */
  readonly ids?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((event: ProgressEvent) => void) | undefined;
  /** Called with every case, in order. */
  readonly each?: (item: Item, result: GroupResult, explain: () => CaseExplanation) => void;
}

export interface GroupFileOptions extends Omit<GroupCasesOptions<ReadCase>, 'grouper' | 'cases' | 'from'> {
  readonly scheme: Scheme;
  readonly input: string;
}

export interface GroupFileResult {
  readonly scheme: string;
  readonly hash: string;
  readonly cases: number;
  readonly statuses: Readonly<Record<GroupStatus, number>>;
  readonly groups: number;
  /** Number of cases by code of a problem. */
  readonly problems: Readonly<Record<string, number>>;
  /** The first problems that stop a case, with file, row and field. */
  readonly refused: readonly CaseProblem[];
  /** Columns of the file that are none of a case, and the column that one looks like. */
  readonly unused_columns: readonly { readonly column: string; readonly like?: string }[];
  readonly files: readonly string[];
}

/** Problems shown; the results name all of them. */
const shownProblems = 20;
const header = 'id,status,mdc,adrg,drg,weight,split,field,problems,scheme,hash';

/** A file written in large pieces beside its place and moved there at the end. */
class AsideFile {
  readonly path: string;
  readonly #aside: string;
  readonly #handle: number;
  readonly #made: readonly string[];
  #pieces: string[] = [];
  #size = 0;

  constructor(path: string) {
    this.path = path;
    this.#aside = `${path}.tmp`;
    this.#made = makeFolder(dirname(resolve(path)), { named: path });
    this.#handle = openSync(this.#aside, 'w');
  }

  write(text: string): void {
    this.#pieces.push(text);
    this.#size += text.length;
    if (this.#size > 1 << 20) this.#flush();
  }

  #flush(): void {
    writeSync(this.#handle, this.#pieces.join(''));
    this.#pieces = [];
    this.#size = 0;
  }

  close(): string {
    this.#flush();
    closeSync(this.#handle);
    return this.#aside;
  }

  publish(): void {
    renameSync(this.close(), this.path);
  }

  discard(): void {
    rmSync(this.#aside, { force: true });
    removeEmptyFolders(this.#made);
  }
}

function rowOf(result: GroupResult, tail: string): string {
  const weight = result.weight === null ? '' : formatScaled(result.weight, 4);
  const problems = result.problems.length === 0 ? '' : [...new Set(result.problems.map((problem) => problem.code))].join('|');
  const { id, status, mdc, adrg, drg, split, field } = result;
  return `${csvCell(id)},${status},${mdc},${adrg},${drg},${weight},${csvCell(split)},${field},${problems},${tail}\n`;
}

async function toParquet(csv: string, parquet: string): Promise<void> {
  const tables = await openTables({ folders: [dirname(resolve(parquet))] });
  const target = `${parquet}.tmp`;
  try {
    await tables.run(`COPY (SELECT * REPLACE (CAST(NULLIF(weight, '') AS DECIMAL(12, 4)) AS weight)
      FROM read_csv(${quoted(csv)}, all_varchar = true, header = true, nullstr = '\\N'))
      TO ${quoted(target)} (FORMAT parquet, COMPRESSION zstd)`);
    renameSync(target, parquet);
  } finally {
    tables.close();
    rmSync(target, { force: true });
  }
}

/** Groups the cases of a DRG scheme, with their way to the group. */
export function drgCaseGrouper(scheme: Scheme): CaseGrouper<ReadCase> {
  const grouper = compileGrouper(scheme);
  return {
    id: scheme.id,
    hash: grouper.hash,
    group: ({ one }) => grouper.group(one),
    explain({ one }, result) {
      const traced: TracedResult = { ...grouper.trace(one), ...result };
      return {
        data: traced,
        words: (language) => explainTrace(traced, one, scheme, language),
        alternatives: () => whatIf(grouper, one).alternatives,
      };
    },
  };
}

/** Groups the cases of a file one after the other; memory does not grow with the file. Throws RefusedInput as `readCases` does. */
export async function groupFile({ scheme, input, ...options }: GroupFileOptions): Promise<GroupFileResult> {
  let unused: readonly string[] = [];
  const cases = readCases(input, (columns) => {
    unused = columns;
  });
  const result = await groupCases({ ...options, grouper: drgCaseGrouper(scheme), cases, from: basename(input) });
  return {
    ...result,
    unused_columns: unused.map((column) => {
      const like = nearest(column, caseColumns);
      return like === undefined ? { column } : { column, like };
    }),
  };
}

const unread = (id: string, problems: readonly CaseProblem[], field: string): GroupResult => ({
  id,
  status: 'invalid',
  mdc: '',
  adrg: '',
  drg: '',
  split: '',
  field,
  weight: null,
  problems,
});

/** Groups cases one after the other and writes what is asked for; nothing is published when it fails or is cancelled. */
export async function groupCases<Item extends ReadCase>(options: GroupCasesOptions<Item>): Promise<GroupFileResult> {
  const { grouper, output } = options;
  const language = options.language ?? 'zh';
  const tail = `${grouper.id},${grouper.hash.slice(0, 16)}`;
  const wanted = options.ids === undefined ? undefined : new Set(options.ids);
  const statuses: Record<GroupStatus, number> = { grouped: 0, ambiguous: 0, entered: 0, none: 0, invalid: 0 };
  const problems: Record<string, number> = {};
  const groups = new Set<string>();
  const refused: CaseProblem[] = [];
  const parquet = output?.endsWith('.parquet') === true;
  const results = output === undefined ? undefined : new AsideFile(parquet ? `${output}.csv` : output);
  const data = output === undefined || options.trace !== true ? undefined : new AsideFile(`${output}.trace.jsonl`);
  const told = data === undefined ? undefined : new AsideFile(`${output}.trace.txt`);
  const files = [results, data, told].filter((file) => file !== undefined);
  let cases = 0;
  try {
    results?.write(`${header}\n`);
    for await (const item of options.cases) {
      const { one, row, problems: found } = item;
      if (wanted !== undefined && !wanted.has(one.id)) continue;
      if (options.signal?.aborted === true) throw new Cancelled();
      cases += 1;
      const stop = found.find((problem) => problem.level === 'invalid');
      const result = stop === undefined ? grouper.group(item) : unread(one.id, found, stop.place?.field ?? '');
      statuses[result.status] += 1;
      if (result.status === 'grouped') groups.add(result.drg);
      for (const problem of result.problems) {
        problems[problem.code] = (problems[problem.code] ?? 0) + 1;
        if (problem.level === 'invalid' && refused.length < shownProblems) refused.push(placed(problem, one.id, options.from, row));
      }
      results?.write(rowOf(result, tail));
      if (data !== undefined && told !== undefined) {
        const explained = grouper.explain(item, result);
        data.write(
          `${JSON.stringify(options.whatIf === true ? { ...explained.data, what_if: explained.alternatives() } : explained.data)}\n`,
        );
        const moved = options.whatIf === true ? whatIfWords(explained.alternatives(), language) : [];
        told.write(`${[...explained.words(language), ...moved].join('\n')}\n\n`);
      }
      options.each?.(item, result, () => grouper.explain(item, result));
      if (cases % 10_000 === 0) {
        options.progress?.({ phase: 'group', done: cases, total: undefined, unit: 'cases' });
        await new Promise(setImmediate);
      }
    }
    if (options.signal?.aborted === true) throw new Cancelled();
    if (results !== undefined && parquet && output !== undefined) await toParquet(results.close(), output);
    for (const one of files) if (one !== results || !parquet) one.publish();
  } finally {
    for (const one of files) one.discard();
  }
  return {
    scheme: grouper.id,
    hash: grouper.hash,
    cases,
    statuses,
    groups: groups.size,
    problems,
    refused,
    unused_columns: [],
    files: files.map((one) => (one === results ? (output ?? '') : one.path)),
  };
}

const placed = (problem: CaseProblem, id: string, file: string, row: number | undefined): CaseProblem => ({
  ...problem,
  message: words(`${id}：${problem.message.zh}`, `${id}: ${problem.message.en}`),
  place: { file, ...(row === undefined ? {} : { row }), ...problem.place },
});
