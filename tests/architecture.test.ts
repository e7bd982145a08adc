import { globSync, readFileSync } from 'node:fs';
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
