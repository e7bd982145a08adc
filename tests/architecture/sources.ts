import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A source file of the project, or of a fixture that breaks a law. */
export interface SourceFile {
  /** From the root, for example `packages/lake/src/ingest.ts`. */
  readonly path: string;
  readonly text: string;
}

export const isTest = ({ path }: SourceFile): boolean => /\.test\.ts$|\/testing\/|\/(testing|fixture|sample-module)\.ts$/.test(path);

/** Name of the package or app a file belongs to. */
export const homeOf = ({ path }: SourceFile): string => path.split('/')[1] ?? '';

/** The module names a file imports, types included. */
export const importsOf = ({ text }: SourceFile): readonly string[] =>
  [...text.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\()'([^'\n]+)'/g)].map((match) => match[1] ?? '');

const read = (patterns: readonly string[], exclude: readonly string[] = []): readonly SourceFile[] =>
  globSync(patterns, { cwd: root, exclude }).map((path) => ({ path, text: readFileSync(root + path, 'utf8') }));

/** The programs beside the packages: what measures, generates and runs the tests. */
export const tools: readonly SourceFile[] = read(['tools/**/*.ts', 'bench/**/*.ts']);

/** Every source file of the packages and apps. */
export const sources: readonly SourceFile[] = read(['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts']);

/** Every file of code that is written by hand, the tests among them; the formatter leaves out the same ones. */
export const written: readonly SourceFile[] = read(
  ['*.{ts,mjs}', '{apps,bench,e2e,packages,tests,tools}/**/*.{ts,mjs}'],
  ['**/generated', '**/node_modules'],
);
