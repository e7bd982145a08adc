import type { Problem } from '@hengjian/standard';
import type { ExpressionSource, Position } from '../source/vocabulary.ts';

/** Collects the problems of one rule. */
export interface Complaints {
  readonly file: string;
  readonly problems: Problem[];
}

/** Row and column in the file of an offset in an expression. */
export function locate(source: ExpressionSource, offset: number): Position {
  if (!source.block) return { row: source.at.row, column: source.at.column + offset };
  const before = source.text.slice(0, offset).split('\n');
  return { row: source.at.row + before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

export function complainAt(to: Complaints, at: Position, field: string, problem: Problem): undefined {
  to.problems.push({ ...problem, place: { file: to.file, row: at.row, column: at.column, field } });
  return undefined;
}

export function complain(to: Complaints, source: ExpressionSource, offset: number, problem: Problem): undefined {
  return complainAt(to, locate(source, offset), source.field, problem);
}
