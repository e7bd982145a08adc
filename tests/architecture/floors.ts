import { homeOf, importsOf, type SourceFile } from './sources.ts';

/** Floors of the house: a package imports from lower floors only. */
export const floors: Readonly<Record<string, number>> = {
  standard: 0,
  table: 0.5,
  stored: 0.5,
  documents: 0.5,
  messages: 0.5,
  sources: 0.5,
  rulespec: 1,
  rulebook: 1.5,
  knowledge: 1.75,
  lake: 2,
  operations: 2,
  simulate: 3,
  grouping: 3,
  settlement: 3.25,
  evaluation: 3.5,
  audit: 3.75,
  workbench: 4.5,
  cli: 5,
};

const floorOf = (name: string): number => floors[name] ?? Number.NaN;

/** Imports of packages that do not lie lower, and packages without a floor. */
export function floorFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const own = floorOf(homeOf(file));
    if (Number.isNaN(own)) return [`${file.path}: the package has no floor`];
    return importsOf(file).flatMap((name) => {
      const target = /^@hengjian\/([a-z]+)/.exec(name)?.[1];
      if (target === undefined || floorOf(target) < own) return [];
      return [`${file.path} imports ${name}, which does not lie lower`];
    });
  });
}

/** Imports behind the front door of a package, by its name or by a path. */
export function doorFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    importsOf(file).flatMap((name) => {
      const testing = file.path.endsWith('.test.ts') && name.endsWith('/testing');
      const behind = !testing && /^@hengjian\/[a-z]+\//.test(name);
      const away = name.startsWith('..') && new URL(name, `file:///${file.path}`).pathname.split('/')[2] !== homeOf(file);
      return behind || away ? [`${file.path} reaches ${name} behind a front door`] : [];
    }),
  );
}

/** The planter must not know the rules that are tested with it. */
export const planterFaults = (files: readonly SourceFile[]): string[] =>
  files
    .filter((file) => homeOf(file) === 'simulate')
    .flatMap((file) => importsOf(file).flatMap((name) => (/rulespec|rulebook/.test(name) ? [`${file.path} imports ${name}`] : [])));
