import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Floors of the house: a package may import only from lower floors, and from the packages named beside it on its own floor. */
const floors: Readonly<Record<string, number>> = {
  standard: 0,
  table: 0.5,
  stored: 0.5,
  documents: 0.5,
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

const sources = globSync(['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'], { cwd: root });

function homeOf(file: string): string {
  return file.split('/')[1] ?? '';
}

function importsOf(file: string): string[] {
  const text = readFileSync(root + file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] as string);
}

describe('the floors', () => {
  it('know every package', () => {
    expect(sources.length).toBeGreaterThan(20);
    for (const file of sources) expect(floors, file).toHaveProperty(homeOf(file));
  });

  it('are only looked down from', () => {
    for (const file of sources) {
      for (const name of importsOf(file)) {
        const target = /^@hengjian\/([a-z]+)$/.exec(name)?.[1];
        if (target === undefined) continue;
        expect(floors[target], `${file} imports ${name}`).toBeDefined();
        expect((floors[target] as number) < (floors[homeOf(file)] as number), `${file} imports ${name}`).toBe(true);
      }
    }
  });

  it('are entered by the front door only', () => {
    for (const file of sources) {
      for (const name of importsOf(file)) {
        const testing = file.endsWith('.test.ts') && name.endsWith('/testing');
        if (!testing) expect(name, `${file} reaches behind a front door`).not.toMatch(/^@hengjian\/[a-z]+\//);
        if (name.startsWith('..')) {
          const target = new URL(name, `file:///${file}`).pathname.split('/')[2];
          expect(target, `${file} imports ${name}`).toBe(homeOf(file));
        }
      }
    }
  });

  it('keep the planter apart from the rules it tests', () => {
    for (const file of sources.filter((path) => homeOf(path) === 'simulate')) {
      for (const name of importsOf(file)) expect(name, file).not.toMatch(/rulespec|rulebook/);
    }
  });

  it('keep clocks and chance out of everything but the command line', () => {
    for (const file of sources.filter((path) => !path.endsWith('.test.ts'))) {
      const text = readFileSync(root + file, 'utf8');
      if (homeOf(file) !== 'cli') expect(text, file).not.toMatch(/new Date\(|Date\.now\(|Math\.random\(/);
    }
  });
});

/** Circles that are meant: each a list of files, in the order of their names. */
const allowedCircles: readonly (readonly string[])[] = [
  // Expressions call functions, and functions have expressions as arguments.
  ['packages/rulespec/src/check/expression.ts', 'packages/rulespec/src/check/functions.ts'],
];

/** Packages whose circles are still to be dissolved. It only ever gets shorter. */
const circlesToDissolve: readonly string[] = [];

/** Files that a file loads values from; imports of types alone are no edges. */
function valueImports(file: string): string[] {
  const text = readFileSync(root + file, 'utf8');
  const found = text.matchAll(/^(?:import|export)\s+(?!type\b)([^;']*?)from\s+'(\.[^']+)'/gm);
  return [...found].flatMap(([, what = '', target = '']) => {
    const names = /\{([^}]*)\}/
      .exec(what)?.[1]
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const typesOnly = names?.every((name) => name.startsWith('type ')) ?? false;
    return typesOnly ? [] : [join(dirname(file), target)];
  });
}

/** Sets of files that reach each other, each in the order of their names. */
function circlesIn(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const reached = new Map<string, ReadonlySet<string>>();
  for (const start of edges.keys()) {
    const seen = new Set<string>();
    const open = [...(edges.get(start) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(edges.get(next) ?? []));
    }
    reached.set(start, seen);
  }
  const circles = [...reached].flatMap(([file, seen]) => {
    if (!seen.has(file)) return [];
    return [[...seen].filter((other) => reached.get(other)?.has(file) === true).sort()];
  });
  return [...new Map(circles.map((circle) => [circle.join(), circle])).values()];
}

describe('values', () => {
  const own = sources.filter((file) => !file.endsWith('.test.ts'));
  const homes = [...new Set(own.map(homeOf))];

  it.each(homes)('do not go in circles between the files of %s', (home) => {
    const files = own.filter((file) => homeOf(file) === home);
    const circles = circlesIn(new Map(files.map((file) => [file, valueImports(file)])));
    const stray = circles.filter((circle) => !allowedCircles.some((allowed) => allowed.join() === circle.join()));
    if (circlesToDissolve.includes(home)) expect(stray, `${home} has no circle any more: take it off the list`).not.toEqual([]);
    else expect(stray).toEqual([]);
  });

  it('are seen to go in circles where they do', () => {
    const edges = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b', 'd']],
      ['d', []],
    ]);
    expect(circlesIn(edges)).toEqual([['b', 'c']]);
  });
});
