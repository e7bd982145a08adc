import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathOf, type Tables, text } from '@hengjian/table';
import type { DictionaryFile, Manifest } from './manifest.ts';
import { lakeProblems } from './problems.ts';
import { describeFile, readStored, sha256 } from './stored.ts';

const escapes: readonly (readonly [string, string])[] = [
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
];
const escaped = (value: string): string =>
  /[\\\n\r\t]/.test(value) ? escapes.reduce((left, [from, to]) => left.replaceAll(from, to), value) : value;
const unescaped = (value: string): string =>
  value.includes('\\') ? value.replace(/\\(.)/g, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? letter) : value;

/** Values in some files of a dictionary. */
export function readParts(lake: string, parts: readonly DictionaryFile[]): string[] {
  return parts.flatMap((part) => {
    const lines = readStored(join(lake, part.path), part).toString('utf8').split('\n');
    return lines.slice(0, part.count).map(unescaped);
  });
}

/** Values of a lake dictionary in the order of their ids. */
export const readDictionary = (lake: string, manifest: Manifest, name: string): string[] =>
  readParts(lake, manifest.dictionaries[name] ?? []);

/** Loads the dictionaries of the lake into tables `d_<name>` (value, id). */
export async function loadDictionaries(
  engine: Tables,
  lake: string,
  manifest: Manifest,
  names: readonly string[],
  scratch: string,
): Promise<void> {
  for (const name of names) {
    await engine.run(`CREATE TABLE d_${name} (value VARCHAR, id INTEGER)`);
    const values = readDictionary(lake, manifest, name);
    if (values.length === 0) continue;
    const file = join(scratch, `d_${name}.ndjson`);
    writeFileSync(file, values.map((value, id) => JSON.stringify({ value, id })).join('\n'));
    const columns = "columns = {value: 'VARCHAR', id: 'INTEGER'}";
    const source = `read_json(${pathOf(file)}, format = 'newline_delimited', ${columns})`;
    await engine.run(`INSERT INTO d_${name} SELECT value, id FROM ${source}`);
  }
}

/** Most values a dictionary of small codes can hold. */
const smallLimit = 127;

/** Adds the values of a SELECT (one column `value`) that a dictionary lacks, in byte order. */
export async function addValues(engine: Tables, name: string, select: string, small: boolean): Promise<void> {
  const id = `CAST((SELECT count(*) FROM d_${name}) + row_number() OVER (ORDER BY value) - 1 AS INTEGER)`;
  await engine.run(`INSERT INTO d_${name} SELECT value, ${id}
    FROM (SELECT DISTINCT value FROM (${select}) WHERE value IS NOT NULL) ANTI JOIN d_${name} USING (value)`);
  if (!small || (await engine.count(`SELECT count(*) FROM d_${name}`)) <= smallLimit) return;
  throw lakeProblems.refused('codes-too-many', { limit: smallLimit }, { field: name });
}

/** Writes the values that are new since the manifest as one more content-named file per dictionary. */
export async function saveDictionaries(
  engine: Tables,
  folder: string,
  manifest: Manifest,
  names: readonly string[],
): Promise<Record<string, readonly DictionaryFile[]>> {
  const out: Record<string, readonly DictionaryFile[]> = {};
  for (const name of names) {
    const parts = manifest.dictionaries[name] ?? [];
    const known = parts.reduce((sum, part) => sum + part.count, 0);
    const rows = await engine.rows(`SELECT value FROM d_${name} WHERE id >= ${known} ORDER BY id`, { value: text });
    const added = rows.map((row) => row.value);
    out[name] = added.length === 0 ? parts : [...parts, appendValues(folder, name, known, added)];
  }
  return out;
}

/** Writes values from the id `from` on as a file named by their content. */
export function appendValues(lake: string, name: string, from: number, values: readonly string[]): DictionaryFile {
  const content = `${values.map(escaped).join('\n')}\n`;
  const path = `dictionaries/${name}-${sha256(content).slice(0, 16)}-${from}.txt`;
  writeFileSync(join(lake, path), content);
  return { ...describeFile(lake, path), count: values.length };
}
