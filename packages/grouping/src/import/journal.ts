import { type Place, type Problem, RefusedInput } from '@hengjian/standard';
import { groupingProblems } from '../problems.ts';
import type { Remark, SheetReport } from './report.ts';

/** How many problems of one kind are named; the rest is counted. */
const namedProblems = 20;

type Words = Pick<Remark, 'code' | 'zh' | 'en'>;
interface Entry extends Words {
  readonly sheet: string;
  readonly field: string;
  readonly rows: number[];
}

const remarkOf = ({ field, ...rest }: Entry): Remark => (field === '' ? rest : { ...rest, field });

/** Gathers what an import finds: problems that refuse it, rows dropped, corrections, notices. */
export class Journal {
  readonly problems: Problem[] = [];
  readonly #rows = new Map<string, number>();
  readonly #dropped = new Map<string, Entry>();
  readonly #corrections = new Map<string, Entry>();
  readonly #notices = new Map<string, Entry>();

  /** Names the sheet and how many rows it has. */
  sheet(name: string, rows: number): void {
    this.#rows.set(name, rows);
  }

  problem(problem: Problem): void {
    this.problems.push(problem);
  }

  dropped(words: Words, place: Place): void {
    this.#note(this.#dropped, words, place);
  }

  correction(words: Words, place: Place): void {
    this.#note(this.#corrections, words, place);
  }

  notice(words: Words, place: Place): void {
    this.#note(this.#notices, words, place);
  }

  /** Runs what may refuse; a refusal becomes problems of the import and gives undefined. */
  attempt<Result>(run: () => Result): Result | undefined {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof RefusedInput)) throw error;
      this.problems.push(...error.problems);
      return undefined;
    }
  }

  /** Throws when there were problems: the first ones of each kind and file, and how many more there are. */
  refuseProblems(): void {
    if (this.problems.length === 0) return;
    const groups = Map.groupBy(this.problems, ({ code, place }) => `${place?.file ?? ''}\n${code}`);
    throw new RefusedInput(
      [...groups.values()].flatMap((all): Problem[] => {
        const first = all.slice(0, namedProblems);
        const last = first.at(-1);
        if (all.length <= namedProblems || last === undefined) return first;
        return [...first, groupingProblems.problem('rows-more', { count: all.length - namedProblems }, last.place)];
      }),
    );
  }

  sheets(): readonly SheetReport[] {
    return [...this.#rows].map(([sheet, rows]) => {
      const dropped = [...this.#dropped.values()].filter((entry) => entry.sheet === sheet).map(remarkOf);
      return { sheet, rows, kept: rows - dropped.reduce((sum, one) => sum + one.rows.length, 0), dropped };
    });
  }

  corrections(): readonly Remark[] {
    return [...this.#corrections.values()].map(remarkOf);
  }

  notices(): readonly Remark[] {
    return [...this.#notices.values()].map(remarkOf);
  }

  #note(into: Map<string, Entry>, words: Words, { file = '', row, field = '' }: Place): void {
    const key = `${file}\n${field}\n${words.code}\n${words.en}`;
    const entry = into.get(key) ?? { ...words, sheet: file, field, rows: [] };
    if (row !== undefined) entry.rows.push(row);
    into.set(key, entry);
  }
}
