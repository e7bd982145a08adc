import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseCsv } from '@hengjian/standard';
import type { GroupingCase } from '../case/case.ts';
import { caseReader } from '../case/read.ts';
import { importPlainTables } from '../import/plain-tables.ts';
import type { Scheme } from '../scheme/scheme.ts';

const folder = fileURLToPath(new URL('../../../../../shared/data/drg/', import.meta.url));

/** Whether the published tables and answers are at hand; tests that need them say that they skip. */
export const hasShared = existsSync(`${folder}chs11_answers.csv.gz`);
if (!hasShared) process.stderr.write('the shared DRG tables are absent: tests against them skip\n');

export const plainFolder = `${folder}chs-drg-1.1`;

let scheme: Scheme | undefined;
export function publishedScheme(): Scheme {
  scheme ??= importPlainTables(plainFolder).scheme;
  return scheme;
}

export interface Answer {
  readonly one: GroupingCase;
  /** Groups of the three published programs. */
  readonly groups: readonly string[];
}

/** The published answers, every n-th of them. */
export function publishedAnswers(every = 1): readonly Answer[] {
  const rows = parseCsv(gunzipSync(readFileSync(`${folder}chs11_answers.csv.gz`)).toString('utf8'), 'chs11_answers.csv');
  const [header = [], ...body] = rows;
  const read = caseReader(header, 'chs11_answers.csv');
  const places = ['js_group', 'python_group', 'java_group'].map((name) => header.indexOf(name));
  return body.flatMap((cells, index) =>
    index % every === 0 ? [{ one: read(cells, index + 2).one, groups: places.map((place) => cells[place] ?? '') }] : [],
  );
}
