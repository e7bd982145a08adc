import type { Language, Words } from './words.ts';

/** Where a problem was found. Every part is optional because a problem may concern a whole file or a whole lake. */
export interface Place {
  readonly file?: string;
  /** 1-based row or line in the file. */
  readonly row?: number;
  readonly column?: number;
  readonly field?: string;
}

/** One thing that is wrong with an input, with what to do about it. Made by the registry of a package (`defineProblems`). */
export interface Problem {
  /** Stable kebab-case identifier, for example `mapping-unknown-field`. */
  readonly code: string;
  readonly message: Words;
  readonly remedy: Words;
  readonly place?: Place;
  /** What stands in the words. */
  readonly values: Readonly<Record<string, string | number | Words>>;
  /** HTTP status of a server that answers with it. */
  readonly status: number;
  /** Exit code of a command that ends with it. */
  readonly exit: number;
}

/** Thrown when an input cannot be accepted. Commands turn it into exit code 2 and one message per problem. */
export class RefusedInput extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[]) {
    const list = 'code' in problems ? [problems] : problems;
    super(list.map((problem) => describeProblem(problem, 'en')).join('\n'));
    this.name = 'RefusedInput';
    this.problems = list;
  }
}

/** Thrown when the user cancelled the work. Commands turn it into exit code 130. */
export class Cancelled extends Error {
  constructor(message = 'cancelled') {
    super(message);
    this.name = 'Cancelled';
  }
}

/** Where a problem was found, as `file:row:column field`; empty when it concerns everything. */
export function placeText(place: Place | undefined): string {
  const { file, row, column, field } = place ?? {};
  const position = [file, row, column].filter((part) => part !== undefined).join(':');
  return [position, field].filter((part) => part !== undefined && part !== '').join(' ');
}

/** Renders a problem on one line: `file:row field: message → remedy`. */
export function describeProblem(problem: Pick<Problem, 'message' | 'remedy' | 'place'>, language: Language = 'en'): string {
  const where = placeText(problem.place);
  const colon = language === 'zh' ? '：' : ': ';
  return `${where === '' ? '' : `${where}${colon}`}${problem.message[language]} → ${problem.remedy[language]}`;
}
