import type { SourceFile } from './sources.ts';

/** As wide as the formatter makes lines; it does not break texts. */
const widest = 140;

/** Lines that are longer. */
export const widthFaults = (files: readonly SourceFile[]): string[] =>
  files.flatMap(({ path, text }) =>
    text
      .split(/\r?\n/)
      .flatMap((line, index) => (line.length > widest ? [`${path} has ${line.length} characters in row ${index + 1}`] : [])),
  );
