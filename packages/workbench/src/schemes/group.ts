import { dirname, resolve } from 'node:path';
import {
  type Alternative,
  type CaseExplanation,
  type GroupFileResult,
  type GroupLakeResult,
  groupFile,
  groupLake,
  groupLakeCases,
  openScheme,
  openSchemeOrCatalogue,
  stayGrouperOf,
} from '@hengjian/grouping';
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

function checkInput({ cases, lake, trace, whatIf, out }: GroupInput): void {
  if (cases === undefined && lake === undefined)
    throw inputProblems.refused('option-missing', { option: words('--in 或 --lake', '--in or --lake') });
  if (cases !== undefined && lake !== undefined) throw inputProblems.refused('options-exclude', { first: '--in', second: '--lake' });
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

/** Groups cases of a file, or the discharged stays of a lake, by a scheme, and says why. */
export const groupCasesBy: UseCase<GroupInput, Grouped> = (ports) => async (input) => {
  checkInput(input);
  const explanations = new Explanations(input);
  const { out: output, trace, whatIf, ids, language, schemes } = input;
  const { signal, progress } = ports;
  const each = (_item: unknown, _result: unknown, explain: () => CaseExplanation): void => explanations.take(explain);
  const common = { signal, progress, language, output, trace, whatIf, ids, each };
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
