import { dirname, join } from 'node:path';
import { homeOf, type SourceFile } from './sources.ts';

/** Circles that are meant: each a list of files, in the order of their names. */
const allowedCircles: readonly (readonly string[])[] = [
  // Expressions call functions, and functions have expressions as arguments.
  ['packages/rulespec/src/check/expression.ts', 'packages/rulespec/src/check/functions.ts'],
];

/** Files that a file loads values from; imports of types alone are no edges. */
function valueImports({ path, text }: SourceFile): string[] {
  const found = text.matchAll(/^(?:import|export)\s+(?!type\b)([^;']*?)from\s+'(\.[^']+)'/gm);
  return [...found].flatMap(([, what = '', target = '']) => {
    const names = /\{([^}]*)\}/
      .exec(what)?.[1]
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const typesOnly = names?.every((name) => name.startsWith('type ')) ?? false;
    return typesOnly ? [] : [join(dirname(path), target)];
  });
}

function reachedFrom(start: string, edges: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...(edges.get(start) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(edges.get(next) ?? []));
  }
  return seen;
}

/** Sets of files that reach each other, each in the order of their names. */
export function circlesIn(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const reached = new Map([...edges.keys()].map((file) => [file, reachedFrom(file, edges)]));
  const circles = [...reached].flatMap(([file, seen]) => {
    if (!seen.has(file)) return [];
    return [[...seen].filter((other) => reached.get(other)?.has(file) === true).sort()];
  });
  return [...new Map(circles.map((circle) => [circle.join(), circle])).values()];
}

/** Circles of values between the files of a package, other than those that are meant. */
export function circleFaults(files: readonly SourceFile[]): string[] {
  const own = files.filter(({ path }) => !path.endsWith('.test.ts'));
  return [...Map.groupBy(own, homeOf).values()].flatMap((home) =>
    circlesIn(new Map(home.map((file) => [file.path, valueImports(file)])))
      .filter((circle) => !allowedCircles.some((allowed) => allowed.join() === circle.join()))
      .map((circle) => `values go in a circle: ${circle.join(' → ')}`),
  );
}
