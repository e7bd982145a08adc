import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allProblems, errorsPage, type PackageProblems } from '../tools/registries.ts';
import { circleFaults } from './architecture/circles.ts';
import { codeFaults, sameWordsFaults, unregisteredFaults } from './architecture/errors.ts';
import { doorFaults, floorFaults, planterFaults } from './architecture/floors.ts';
import { loadFaults } from './architecture/loads.ts';
import {
  castFaults,
  clockFaults,
  columnCastFaults,
  engineFaults,
  foreignFileFaults,
  recursiveFolderFaults,
  useCaseFaults,
} from './architecture/owners.ts';
import { root, type SourceFile, sources, tools, written } from './architecture/sources.ts';
import { widthFaults } from './architecture/width.ts';

interface Law {
  readonly faults: (files: readonly SourceFile[]) => string[];
  /** What it holds for, where that is not the sources of the packages and apps. */
  readonly files?: readonly SourceFile[];
  readonly broken: Readonly<Record<string, string>>[];
}

/** Each law with a file, or files, that break it: the law holds for the project, and it is seen to be broken by these. */
const laws: Readonly<Record<string, Law>> = {
  'packages look down only': {
    faults: floorFaults,
    broken: [
      { 'packages/lake/src/a.ts': "import { runAudit } from '@hengjian/audit';" },
      { 'packages/grouping/src/a.ts': "import type { SimulationResult } from '@hengjian/simulate';" },
      { 'packages/unheard/src/a.ts': 'export const one = 1;' },
    ],
  },
  'packages are entered by the front door': {
    faults: doorFaults,
    broken: [
      { 'packages/audit/src/a.ts': "import { openLake } from '@hengjian/lake/src/lake.ts';" },
      { 'packages/audit/src/a.ts': "import { openLake } from '../../lake/src/lake.ts';" },
    ],
  },
  'the planter does not know the rules it tests': {
    faults: planterFaults,
    broken: [{ 'packages/simulate/src/a.ts': "import { loadRulebook } from '@hengjian/rulebook';" }],
  },
  'values do not go in circles': {
    faults: circleFaults,
    broken: [
      { 'packages/lake/src/a.ts': "import { b } from './b.ts';", 'packages/lake/src/b.ts': "export { a } from './a.ts';" },
      {
        'packages/lake/src/a.ts': "import { b, type B } from './b.ts';",
        'packages/lake/src/b.ts': "import { c } from './c.ts';",
        'packages/lake/src/c.ts': "import { a } from './a.ts';",
      },
    ],
  },
  'threads and frequent commands start without what they do not need': {
    faults: loadFaults,
    broken: [
      { 'packages/settlement/src/statement/worker.ts': "import { Type } from 'typebox';" },
      {
        'packages/audit/src/worker.ts': "import { readSegment } from '@hengjian/lake';",
        'packages/lake/src/index.ts': "export { readSegment } from './lake.ts';",
        'packages/lake/src/lake.ts': "import {\n  Table,\n} from 'apache-arrow';",
      },
    ],
  },
  'the engine has one owner, and SQL stays with those who speak it': {
    faults: engineFaults,
    broken: [
      { 'packages/lake/src/a.ts': "import { DuckDBInstance } from '@duckdb/node-api';" },
      { 'apps/cli/src/a.ts': 'const rows = await tables.rows(`SELECT * FROM stays`);' },
      { 'packages/workbench/src/a.ts': "await run('COPY (SELECT 1) TO x');" },
    ],
  },
  'parsed text is looked at, not cast': {
    faults: castFaults,
    broken: [
      { 'packages/stored/src/a.ts': "const run = JSON.parse(readFileSync(file, 'utf8')) as RunRecord;" },
      { 'packages/audit/src/a.ts': 'const own = (JSON.parse(body)) as Counts;' },
      { 'packages/audit/src/a.ts': 'return value as unknown as Segment;' },
    ],
  },
  'columns are seen through views, not cast': {
    faults: columnCastFaults,
    broken: [
      { 'packages/audit/src/a.ts': "const visits = lines.columns['visit'] as Int32Array;" },
      { 'packages/lake/src/a.ts': 'const psn = segment.persons.columns.psn as TextColumn | undefined;' },
      { 'packages/rulespec/src/a.ts': 'const amounts = columns.get(name) as\n  Int8Array | Float64Array;' },
      { 'apps/cli/src/a.ts': 'const cells = table.columns[name] as (ColumnData | undefined);' },
    ],
  },
  'the name of a stored file stays with its owner': {
    faults: foreignFileFaults,
    broken: [
      { 'apps/cli/src/a.ts': "join(out, 'findings.xlsx')" },
      { 'packages/workbench/src/a.ts': 'const page = `$' + '{folder}/year.html`;' },
    ],
  },
  'problems come from a registry': {
    faults: unregisteredFaults,
    broken: [
      { 'packages/lake/src/a.ts': "throw new RefusedInput({ code: 'lake-gone', message: 'it is gone', remedy: 'look' });" },
      { 'packages/lake/src/a.ts': "const one = {\n  code: 'lake-gone',\n  message: 'it is gone' };" },
      { 'packages/lake/src/a.ts': 'return { code, message, remedy };' },
    ],
  },
  'use cases are not in the apps': {
    faults: useCaseFaults,
    broken: [
      { 'apps/cli/src/a.ts': 'export const look: UseCase<In, Out> = (ports) => async (input) => input;' },
      { 'apps/cli/src/a.ts': "import { openLake } from '@hengjian/lake';" },
      { 'apps/cli/src/a.ts': "import { parse } from 'yaml';" },
    ],
  },
  'folders are made one by one, which ends everywhere and names the place of the user': {
    faults: recursiveFolderFaults,
    broken: [
      { 'packages/lake/src/a.ts': "mkdirSync(join(lake, 'facts'), { recursive: true, mode: 0o700 });" },
      { 'packages/audit/src/a.ts': 'await mkdir(out, { recursive: true });' },
    ],
  },
  'clocks and chance come in through ports': {
    faults: clockFaults,
    broken: [{ 'packages/lake/src/a.ts': 'const now = new Date();' }, { 'packages/audit/src/a.ts': 'const id = Math.random();' }],
  },
  'lines are no wider than the formatter makes them': {
    faults: widthFaults,
    files: written,
    broken: [{ 'packages/lake/src/a.ts': `export const text = '${'x'.repeat(140)}';` }, { 'tests/a.test.ts': `// ${'x'.repeat(138)}` }],
  },
};

describe.each(Object.entries(laws))('%s', (_name, { faults, files = sources, broken }) => {
  it('in the project', () => expect(faults(files)).toEqual([]));

  it.each(broken)('is seen to be broken (%#)', (texts) => {
    const fixture = Object.entries(texts).map(([path, text]) => ({ path, text }));
    expect(faults(fixture).length).toBeGreaterThan(0);
  });
});

it('a line that is too wide is named by its file and row', () => {
  const text = `${'x'.repeat(140)}\n${'x'.repeat(141)}\n`;
  expect(widthFaults([{ path: 'e2e/a.test.ts', text }])).toEqual(['e2e/a.test.ts has 141 characters in row 2']);
});

it('parsed text is looked at in the programs beside the packages too', () => expect(castFaults(tools)).toEqual([]));

describe('the registries of problems', async () => {
  const all = await allProblems();
  const definition = (zh: string, en: string) => ({ says: { zh, en }, remedy: { zh: '再看', en: 'look again' }, status: 400 as const });
  const lake = (definitions: PackageProblems['definitions']): PackageProblems[] => [{ home: 'packages/lake', definitions }];

  it('are read', () => expect(all.flatMap(({ definitions }) => Object.keys(definitions)).length).toBeGreaterThan(100));

  it('hold no code that nothing gives, and none twice', () => {
    expect(codeFaults(all, sources)).toEqual([]);
    expect(codeFaults(lake({ 'lake-never': definition('无', 'never') }), sources)).toEqual([
      'lake-never of packages/lake is given nowhere',
    ]);
    const twice = [
      ...lake({ 'lake-missing': definition('无', 'none') }),
      { home: 'packages/audit', definitions: { 'lake-missing': definition('无', 'none') } },
    ];
    expect(codeFaults(twice, sources)).toEqual(['lake-missing is registered by packages/lake and packages/audit']);
  });

  it('hold no two codes that say the same', () => {
    expect(sameWordsFaults(all)).toEqual([]);
    const same = lake({
      'lake-gone': definition('湖 {a} 不在', 'lake {a} is gone'),
      'lake-away': definition('湖不在', 'Lake {b} is gone'),
    });
    expect(sameWordsFaults(same)).toEqual(['lake-gone and lake-away say the same: lake {a} is gone']);
  });

  it('are the page of problems', () => {
    expect(readFileSync(`${root}docs/errors.md`, 'utf8'), 'run npm run generate').toBe(errorsPage(all));
  });
});
