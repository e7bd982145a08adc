import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { libraryFolder, libraryText, makeFolder } from '@hengjian/standard';
import { build } from 'esbuild';

/** The texts of the library that the kernel reads; rules and knowledge come with the job. */
function carriedTexts(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(join(libraryFolder, 'standard'))
      .sort()
      .map((name) => [`standard/${name}`, libraryText(`standard/${name}`)]),
  );
}

const carriedModule = (): string =>
  `export const libraryFolder = ''; const texts = ${JSON.stringify(carriedTexts())};
   export const libraryText = (path) => {
     const text = texts[path];
     if (text === undefined) throw new Error('the bundled kernel does not carry ' + path);
     return text;
   };`;

/**
 * Bundles the kernel with everything it reads but context and rulebook into one file that any Node 24 runs. The same
 * sources give the same bytes.
 */
export async function bundleKernel(file: string): Promise<void> {
  makeFolder(dirname(file), { named: file });
  await build({
    entryPoints: [fileURLToPath(new URL('./main.ts', import.meta.url))],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    legalComments: 'none',
    logLevel: 'error',
    external: ['@duckdb/node-api'],
    banner: { js: "import { createRequire as hengjianRequire } from 'node:module'; const require = hengjianRequire(import.meta.url);" },
    plugins: [
      {
        name: 'library',
        setup: ({ onLoad }) => {
          onLoad({ filter: /library-text\.ts$/ }, () => ({ contents: carriedModule(), loader: 'js' }));
        },
      },
    ],
  });
}
