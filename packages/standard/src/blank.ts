import type { Place } from './errors.ts';
import { inputProblems } from './input-problems.ts';

/** Whether a text holds nothing but blanks, comments and the beginning of a document of YAML. */
export const isBlankText = (text: string): boolean => text.split('\n').every((line) => /^\ufeff?\s*(?:---|#.*)?\s*$/.test(line));

/** Refuses a text that holds nothing, instead of everything that is missing in it. */
export function demandContent(text: string, place: Place): void {
  if (isBlankText(text)) throw inputProblems.refused('file-empty', {}, place);
}
