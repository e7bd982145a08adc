import { parseCsvRecords } from './csv.ts';
import { libraryText } from './library-text.ts';
import type { Words } from './words.ts';

/** A part of the body as names of imaging services tell it. */
export interface BodyPart {
  readonly part: string;
  /** A name with one of these tells the part… */
  readonly words: readonly string[];
  /** …unless they stand in one of these, which mean something else: 胸 in 胸椎. */
  readonly notWords: readonly string[];
  readonly name: Words;
}

const path = 'standard/body-parts.csv';
const list = (cell: string): readonly string[] => (cell === '' ? [] : cell.split('|'));

/** Parts that are examined apart from each other; one that may overlap with another has no row. */
export const bodyParts: readonly BodyPart[] = parseCsvRecords(libraryText(path), path).map(
  ({ part = '', words = '', not_words = '', name_zh = '', name_en = '' }) => ({
    part,
    words: list(words),
    notWords: list(not_words),
    name: { zh: name_zh, en: name_en },
  }),
);
