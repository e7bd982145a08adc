import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder of the content that is not code (`library/` at the root of the project). */
export const libraryFolder: string = fileURLToPath(new URL('../../../library/', import.meta.url));

/** Text of a file of the library; the bundled kernel carries these texts in itself. */
export const libraryText = (path: string): string => readFileSync(`${libraryFolder}${path}`, 'utf8');
