import { dirname, join } from 'node:path';
import type { SourceFile } from './sources.ts';

/** Libraries of hundreds of modules, and the programs that must start without them: every thread of a run waits for what it loads. */
const kept: Readonly<Record<string, readonly string[]>> = {
  'packages/settlement/src/statement/worker.ts': ['@duckdb/node-api', 'apache-arrow', 'kysely', 'typebox', 'yaml'],
  'packages/audit/src/worker.ts': ['@duckdb/node-api', 'apache-arrow', 'kysely'],
  'packages/workbench/src/audit/audit-lake.ts': ['@duckdb/node-api', 'apache-arrow', 'kysely'],
  'packages/workbench/src/settlement/settle.ts': ['@duckdb/node-api', 'apache-arrow', 'kysely'],
};

/** Modules that a file loads before it runs: imports of types alone and imports that happen later are none. */
export function loadedBy({ text }: SourceFile): readonly string[] {
  const found = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:([^;']*?)\sfrom\s+)?'([^']+)'/gm);
  return [...found].flatMap(([, what = '', target = '']) => {
    const names = /\{([^}]*)\}/.exec(what)?.[1]?.split(',') ?? [];
    const named = names.map((name) => name.trim()).filter((name) => name !== '');
    return named.length > 0 && named.every((name) => name.startsWith('type ')) ? [] : [target];
  });
}

/** The file behind the name of a module; the name itself when it is a library. */
function fileOf(name: string, path: string): string {
  if (name.startsWith('.')) return join(dirname(path), name);
  return name.startsWith('@hengjian/') ? `packages/${name.slice('@hengjian/'.length)}/src/index.ts` : name;
}

/** Programs that load a library they are to start without, with the files on the way. */
export function loadFaults(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return Object.entries(kept).flatMap(([entry, libraries]) => {
    const from = new Map<string, string>([[entry, '']]);
    for (const path of from.keys()) {
      const file = byPath.get(path);
      if (file !== undefined) for (const name of loadedBy(file)) if (!from.has(fileOf(name, path))) from.set(fileOf(name, path), path);
    }
    const way = (path: string): string => (path === '' ? '' : `${way(from.get(path) ?? '')} → ${path}`);
    const loaded = [...from.keys()].filter((path) => libraries.some((library) => path === library || path.startsWith(`${library}/`)));
    return loaded.map((library) => `starts with ${library}:${way(library)}`);
  });
}
