import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RefusedInput } from '@hengjian/standard';
import type { Duck } from './duck.ts';
import { type Manifest, sha256 } from './manifest.ts';
import { text } from './sql.ts';

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

/** Values of a lake dictionary in the order of their ids. */
export function readDictionary(lake: string, manifest: Manifest, name: string): string[] {
  const values: string[] = [];
  for (const part of manifest.dictionaries[name] ?? []) {
    const lines = readFileSync(join(lake, part.path), 'utf8').split('\n');
    for (const line of lines.slice(0, part.count)) values.push(unescaped(line));
  }
  return values;
}

/** Loads the dictionaries of the lake into tables `d_<name>` (value, id). */
export async function loadDictionaries(
  duck: Duck,
  lake: string,
  manifest: Manifest,
  names: readonly string[],
  scratch: string,
): Promise<void> {
  for (const name of names) {
    await duck.run(`CREATE TABLE d_${name} (value VARCHAR, id INTEGER)`);
    const values = readDictionary(lake, manifest, name);
    if (values.length === 0) continue;
    const file = join(scratch, `d_${name}.ndjson`);
    writeFileSync(file, values.map((value, id) => JSON.stringify({ value, id })).join('\n'));
    await duck.run(
      `INSERT INTO d_${name} SELECT value, id FROM read_json(${text(file)}, format = 'newline_delimited', columns = {value: 'VARCHAR', id: 'INTEGER'})`,
    );
  }
}

/** Most values a dictionary of small codes can hold. */
const smallLimit = 127;

/** Adds the values of a SELECT (one column `value`) that a dictionary lacks, in byte order. */
export async function addValues(duck: Duck, name: string, select: string, small: boolean): Promise<void> {
  await duck.run(`INSERT INTO d_${name} SELECT value, CAST((SELECT count(*) FROM d_${name}) + row_number() OVER (ORDER BY value) - 1 AS INTEGER)
    FROM (SELECT DISTINCT value FROM (${select}) WHERE value IS NOT NULL) ANTI JOIN d_${name} USING (value)`);
  if (!small || (await duck.count(`SELECT count(*) FROM d_${name}`)) <= smallLimit) return;
  throw new RefusedInput({
    code: 'too-many-codes',
    message: `the small code table ${name} has more than ${smallLimit} different values`,
    remedy: 'translate the local codes of this field in the mapping',
    place: { field: name },
  });
}

/** Writes the values that are new since the manifest as one more content-named file per dictionary. */
export async function saveDictionaries(
  duck: Duck,
  folder: string,
  manifest: Manifest,
  names: readonly string[],
): Promise<Record<string, { path: string; count: number }[]>> {
  const out: Record<string, { path: string; count: number }[]> = {};
  for (const name of names) {
    const parts = [...(manifest.dictionaries[name] ?? [])];
    const known = parts.reduce((sum, part) => sum + part.count, 0);
    const added = (await duck.rows(`SELECT value FROM d_${name} WHERE id >= ${known} ORDER BY id`)).map((row) =>
      escaped(String(row.value)),
    );
    if (added.length > 0) {
      const content = `${added.join('\n')}\n`;
      const path = `dictionaries/${name}-${sha256(content).slice(0, 16)}-${known}.txt`;
      writeFileSync(join(folder, path), content);
      parts.push({ path, count: added.length });
    }
    out[name] = parts;
  }
  return out;
}
