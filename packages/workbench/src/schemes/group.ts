import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import {
  type Alternative,
  type CaseExplanation,
  type GroupFileResult,
  type GroupLakeCasesOptions,
  type GroupLakeResult,
  groupFile,
  groupLake,
  groupLakeCases,
  openScheme,
  openSchemeOrCatalogue,
  stayGrouperOf,
} from '@hengjian/grouping';
import { type IngestResult, ingest } from '@hengjian/lake';
import { checkFolder, inputProblems, type Language, type UseCase, words } from '@hengjian/standard';
import { workbenchProblems } from '../problems.ts';

/** Explanations are shown for so many cases; those of more go to files. */
export const shownExplanations = 20;

export interface GroupInput {
  /** Scheme with chosen variants joined by `+`. */
  readonly scheme: string;
  readonly schemes: string;
  /** A file of cases, or a lake whose discharged stays are grouped. */
  readonly cases: string | undefined;
  readonly lake: string | undefined;
  /** Mapping through which the file is read, as `ingest` reads it; without it the file has columns of a case. */
  readonly mapping: string | undefined;
  /** Results, `.csv` or `.parquet`. */
  readonly out: string | undefined;
  readonly trace: boolean;
  readonly whatIf: boolean;
  /** Only these cases. */
  readonly ids: readonly string[] | undefined;
  /** Language of the words in files of explanations. */
  readonly language: Language;
}

/** The way of one case to its group. */
export interface Told {
  readonly traced: object;
  readonly words: readonly string[];
  readonly what_if?: readonly Alternative[];
}

export interface Grouped {
  readonly kind: 'drg' | 'dip';
  /** What became of the cases that were listed. */
  readonly listed: GroupFileResult | undefined;
  /** What became of the stays of a lake. */
  readonly lake: GroupLakeResult | undefined;
  /** What was read of a file through a mapping, and the visits that are no stays to group. */
  readonly read?: { readonly ingested: IngestResult; readonly visits: number; readonly left: number };
  readonly told: readonly Told[];
}

/** Collects the explanations that are shown, and counts the cases. */
class Explanations {
  readonly #input: GroupInput;
  readonly told: Told[] = [];
  seen = 0;

  constructor(input: GroupInput) {
    this.#input = input;
  }

  take(explain: () => CaseExplanation): void {
    this.seen += 1;
    if (!this.#input.trace || this.seen > shownExplanations) return;
    const explained = explain();
    this.told.push({
      traced: explained.data,
      words: explained.words(this.#input.language),
      ...(this.#input.whatIf ? { what_if: explained.alternatives() } : {}),
    });
  }

  /** What can be shown. Throws a refusal when cases were named that are not there, or when there are too many for a screen. */
  shown(source: string): readonly Told[] {
    const { trace, out, ids } = this.#input;
    const distinct = new Set(ids ?? []);
    if (ids !== undefined && this.seen < distinct.size) {
      throw workbenchProblems.refused('cases-not-found', { missing: distinct.size - this.seen, asked: distinct.size }, { file: source });
    }
    if (trace && out === undefined && this.seen > shownExplanations)
      throw workbenchProblems.refused('explanations-many', { count: this.seen });
    return this.seen > shownExplanations ? [] : this.told;
  }
}

function checkInput({ cases, lake, mapping, trace, whatIf, out }: GroupInput): void {
  if (cases === undefined && lake === undefined)
    throw inputProblems.refused('option-missing', { option: words('--in 或 --lake', '--in or --lake') });
  if (cases !== undefined && lake !== undefined) throw inputProblems.refused('options-exclude', { first: '--in', second: '--lake' });
  if (mapping !== undefined && cases === undefined)
    throw inputProblems.refused('option-missing', { option: words('--in（--mapping 需要）', '--in (for --mapping)') });
  if (whatIf && !trace)
    throw inputProblems.refused('option-missing', { option: words('--trace（--what-if 需要）', '--trace (for --what-if)') });
  if (out !== undefined && !/\.(csv|parquet)$/.test(out)) {
    throw inputProblems.refused('option-invalid', {
      option: '--out',
      value: out,
      expected: words('以 .csv 或 .parquet 结尾的文件名', 'a name that ends with .csv or .parquet'),
    });
  }
  if (out !== undefined) checkFolder(dirname(resolve(out)), out);
}

type CaseOptions = Omit<GroupLakeCasesOptions, 'lake' | 'scheme' | 'from'>;

/**
 * Groups a file that a mapping reads: it becomes a lake of its own, so that its stays and groups are those of any lake that
 * takes it in, and the lake goes with the call.
 */
async function groupMapped(
  input: GroupInput,
  cases: string,
  mapping: string,
  options: CaseOptions,
): Promise<Pick<Grouped, 'kind' | 'listed' | 'read'>> {
  const scheme = openSchemeOrCatalogue(input.scheme, input.schemes);
  const folder = mkdtempSync(join(tmpdir(), 'hengjian-group-'));
  const lake = join(folder, 'lake');
  try {
    const { signal, progress } = options;
    const ingested = await ingest({ paths: [cases], lake, mapping, passing: true, signal, progress });
    if (ingested.tables.mdtrt_d === undefined) throw workbenchProblems.refused('mapping-no-visits', {}, { file: basename(mapping) });
    const listed = await groupLakeCases({ ...options, scheme, lake, from: basename(cases) });
    const { visits } = ingested;
    const left = options.ids === undefined ? Math.max(0, visits - listed.cases) : 0;
    return { kind: scheme.kind, listed, read: { ingested, visits, left } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Groups cases of a file, or the discharged stays of a lake, by a scheme, and says why. */
export const groupCasesBy: UseCase<GroupInput, Grouped> = (ports) => async (input) => {
  checkInput(input);
  const explanations = new Explanations(input);
  const { out: output, trace, whatIf, ids, language, schemes } = input;
  const { signal, progress } = ports;
  const each = (_item: unknown, _result: unknown, explain: () => CaseExplanation): void => explanations.take(explain);
  const common = { signal, progress, language, output, trace, whatIf, ids, each };
  if (input.cases !== undefined && input.mapping !== undefined) {
    const mapped = await groupMapped(input, input.cases, input.mapping, common);
    return { ...mapped, lake: undefined, told: explanations.shown(input.cases) };
  }
  if (input.cases !== undefined) {
    const listed = await groupFile({ ...common, scheme: openScheme(input.scheme, schemes), input: input.cases });
    return { kind: 'drg', listed, lake: undefined, told: explanations.shown(input.cases) };
  }
  const lake = input.lake ?? '';
  const scheme = openSchemeOrCatalogue(input.scheme, schemes);
  const grouped = await groupLake({ lake, grouper: stayGrouperOf(scheme), signal, progress });
  const wanted = output !== undefined || trace || ids !== undefined;
  const listed = wanted ? await groupLakeCases({ ...common, scheme, lake }) : undefined;
  return {
    kind: scheme.kind,
    listed: output === undefined ? undefined : listed,
    lake: grouped,
    told: wanted ? explanations.shown(lake) : [],
  };
};
