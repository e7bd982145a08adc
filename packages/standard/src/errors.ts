/** Where a problem was found. Every part is optional because a problem may concern a whole file or a whole lake. */
export interface Place {
  readonly file?: string;
  /** 1-based row or line in the file. */
  readonly row?: number;
  readonly column?: number;
  readonly field?: string;
}

/** One thing that is wrong with an input, with what to do about it. */
export interface Problem {
  /** Stable kebab-case identifier, for example `mapping-unknown-field`. */
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly place?: Place;
}

/** Thrown when an input cannot be accepted. Commands turn it into exit code 2 and one message per problem. */
export class RefusedInput extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[]) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(list.map(describeProblem).join('\n'));
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

/** Renders a problem on one line: `file:row field: message (remedy)`. */
export function describeProblem(problem: Problem): string {
  const { file, row, column, field } = problem.place ?? {};
  const position = [file, row, column].filter((part) => part !== undefined).join(':');
  const where = [position, field].filter((part) => part !== undefined && part !== '').join(' ');
  return `${where === '' ? '' : `${where}: `}${problem.message} → ${problem.remedy}`;
}
