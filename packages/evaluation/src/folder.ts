import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Words, words } from '@hengjian/standard';
import { draftPublication, type PublishedKind } from '@hengjian/stored';
import type { Clue } from './clues.ts';
import type { Evaluation } from './evaluate.ts';
import type { ListQuality } from './lists/quality.ts';
import { listQualityPage, writeListWorkbook } from './lists/report.ts';
import { evaluationPage } from './report/html.ts';
import { writeEvaluationWorkbook } from './report/workbook.ts';
import type { Screens } from './screens.ts';

const kindOf = (id: string, name: Words): PublishedKind => ({ id, format: 1, name });
export const evaluationKind = kindOf('evaluation', words('评价报告', 'evaluation'));
export const listQualityKind = kindOf('list-quality', words('清单质量报告', 'report on settlement lists'));

const clueFile = 'clues.json';
const listFolder = 'lists';

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;

/** Names of hospitals by code. */
type Names = Readonly<Record<string, string>>;

/** What a report on the quality of lists is made of. */
export interface ListParts {
  readonly quality: ListQuality;
  readonly names?: Names | undefined;
}

export interface EvaluationParts {
  readonly evaluation: Evaluation;
  readonly clues: readonly Clue[];
  /** Quality of the settlement lists, where it was judged too. */
  readonly lists?: ListParts | undefined;
  /** The screens of the evaluation, where they are not the standard ones. */
  readonly screens?: Screens | undefined;
}

function writeLists(folder: string, { quality, names = {} }: ListParts): readonly string[] {
  writeFileSync(join(folder, 'list-quality.html'), listQualityPage(quality, names));
  writeListWorkbook(quality, names, join(folder, 'list-quality.xlsx'));
  writeFileSync(join(folder, 'list-quality.json'), json(quality));
  return ['list-quality.html', 'list-quality.xlsx', 'list-quality.json'];
}

function writeEvaluation(folder: string, { evaluation, clues, lists, screens }: EvaluationParts): readonly string[] {
  writeFileSync(join(folder, 'evaluation.html'), evaluationPage(evaluation, screens));
  writeEvaluationWorkbook(evaluation, clues, join(folder, 'evaluation.xlsx'), screens);
  writeFileSync(join(folder, 'evaluation.json'), json({ ...evaluation, clues }));
  writeFileSync(join(folder, clueFile), json(clues));
  const own = ['evaluation.html', 'evaluation.xlsx', 'evaluation.json'];
  if (lists === undefined) return own;
  mkdirSync(join(folder, listFolder));
  return [...own, ...writeLists(join(folder, listFolder), lists).map((name) => join(listFolder, name))];
}

/** Publishes what `write` puts into a new folder; gives the paths that people find it by. */
function publish(folder: string, kind: PublishedKind, write: (draft: string) => readonly string[]): readonly string[] {
  const draft = draftPublication(folder, kind);
  try {
    const names = write(draft.folder);
    draft.publish();
    return names.map((name) => join(folder, name));
  } finally {
    draft.close();
  }
}

/**
 * Publishes an evaluation: page, workbook and data with the stays behind the clues, the clues alone, and in `lists` the
 * quality of the settlement lists. An evaluation that the folder holds is replaced as a whole. The same parts give the same
 * bytes. Throws a refusal when the folder holds files of these names that the program did not make.
 */
export function publishEvaluation(
  folder: string,
  parts: EvaluationParts,
): { readonly files: readonly string[]; readonly clues_file: string } {
  const files = publish(folder, evaluationKind, (draft) => writeEvaluation(draft, parts));
  return { files, clues_file: join(folder, clueFile) };
}

/** Publishes a report on the quality of settlement lists as page, workbook and data, as `publishEvaluation` does. */
export const publishListQuality = (folder: string, parts: ListParts): readonly string[] =>
  publish(folder, listQualityKind, (draft) => writeLists(draft, parts));
