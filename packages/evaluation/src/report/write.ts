import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clue } from '../clues.ts';
import type { Evaluation } from '../evaluate.ts';
import { evaluationPage } from './html.ts';
import { writeEvaluationWorkbook } from './workbook.ts';

/** Writes a file beside its place and moves it there, so that it appears whole or not at all. */
export function place(path: string, write: (aside: string) => void): string {
  const aside = `${path}.new`;
  write(aside);
  renameSync(aside, path);
  return path;
}

/**
 * Writes `evaluation.html`, `evaluation.xlsx` and `evaluation.json` into a folder and returns their paths. Clues, when
 * given, go into workbook and data with their stays. The same evaluation gives the same bytes.
 */
export function writeEvaluation(result: Evaluation, folder: string, clues: readonly Clue[] = []): string[] {
  mkdirSync(folder, { recursive: true });
  return [
    place(join(folder, 'evaluation.html'), (aside) => writeFileSync(aside, evaluationPage(result))),
    place(join(folder, 'evaluation.xlsx'), (aside) => writeEvaluationWorkbook(result, clues, aside)),
    place(join(folder, 'evaluation.json'), (aside) => writeFileSync(aside, `${JSON.stringify({ ...result, clues }, null, 1)}\n`)),
  ];
}

/** Writes clues for the rulebook into a folder and returns the path of the file. */
export const writeClues = (clues: readonly Clue[], folder: string): string =>
  place(join(folder, 'clues.json'), (aside) => writeFileSync(aside, `${JSON.stringify(clues, undefined, 1)}\n`));
