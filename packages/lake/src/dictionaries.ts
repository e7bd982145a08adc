import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifier, integer, pathOf, type Tables, text } from '@hengjian/table';
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

/** Most values a dictionary of small codes can hold. */
const smallLimit = 127;

/** The dictionaries of a lake that is changed, as tables `d_<name>` (value, id). */
export class Dictionaries {
  readonly #engine: Tables;
  readonly #before: Manifest['dictionaries'];
  readonly #sizes = new Map<string, number>();

  private constructor(engine: Tables, before: Manifest['dictionaries']) {
    this.#engine = engine;
    this.#before = before;
  }

  /** Loads the dictionaries of these names as the manifest has them. */
  static async load(engine: Tables, lake: string, manifest: Manifest, names: readonly string[], scratch: string): Promise<Dictionaries> {
    const loaded = new Dictionaries(engine, manifest.dictionaries);
    await engine.run(names.map((name) => `CREATE TABLE d_${name} (value VARCHAR, id INTEGER)`).join(';'));
    for (const name of names) {
      const values = readDictionary(lake, manifest, name);
      loaded.#sizes.set(name, values.length);
      if (values.length === 0) continue;
      const file = join(scratch, `d_${name}.ndjson`);
      writeFileSync(file, values.map((value, id) => JSON.stringify({ value, id })).join('\n'));
      const columns = "columns = {value: 'VARCHAR', id: 'INTEGER'}";
      const source = `read_json(${pathOf(file)}, format = 'newline_delimited', ${columns})`;
      await engine.run(`INSERT INTO d_${name} SELECT value, id FROM ${source}`);
    }
    return loaded;
  }

  /** How many values a dictionary has. */
  size(name: string): number {
    return this.#sizes.get(name) ?? 0;
  }

  /** Adds the values of SELECTs (one column `value`) that a dictionary lacks, in byte order. */
  async add(name: string, selects: readonly string[], small: boolean): Promise<void> {
    const size = this.size(name);
    if (selects.length > 0) {
      const id = `CAST(${size} + row_number() OVER (ORDER BY value) - 1 AS INTEGER)`;
      const lacking = size === 0 ? '' : `ANTI JOIN d_${name} USING (value)`;
      const added = await this.#engine.count(`INSERT INTO d_${name} SELECT value, ${id}
        FROM (SELECT DISTINCT value FROM (${selects.join(' UNION ALL ')}) WHERE value IS NOT NULL) ${lacking}`);
      this.#sizes.set(name, size + added);
    }
    if (small && this.size(name) > smallLimit) throw lakeProblems.refused('codes-too-many', { limit: smallLimit }, { field: name });
  }

  /** Writes the values that are new since the manifest as one more content-named file per dictionary. */
  async save(folder: string): Promise<Record<string, readonly DictionaryFile[]>> {
    const out: Record<string, readonly DictionaryFile[]> = {};
    for (const [name, size] of this.#sizes) {
      const parts = this.#before[name] ?? [];
      const known = parts.reduce((sum, part) => sum + part.count, 0);
      out[name] = parts;
      if (size === known) continue;
      const rows = await this.#engine.rows(`SELECT value FROM d_${name} WHERE id >= ${known} ORDER BY id`, { value: text });
      const added = rows.map(({ value }) => value);
      out[name] = [...parts, appendValues(folder, name, known, added)];
    }
    return out;
  }
}

/** Which columns of a relation have a value in any row. */
export async function columnsWithValues(engine: Tables, source: string, columns: readonly string[]): Promise<ReadonlySet<string>> {
  if (columns.length === 0) return new Set();
  const counts = columns.map((column) => `count(${identifier(column)}) AS ${identifier(column)}`);
  const row = await engine.row(
    `SELECT ${counts.join(', ')} FROM ${source}`,
    Object.fromEntries(columns.map((column) => [column, integer])),
  );
  return new Set(columns.filter((column) => (row?.[column] ?? 0) > 0));
}

/** Writes values from the id `from` on as a file named by their content. */
export function appendValues(lake: string, name: string, from: number, values: readonly string[]): DictionaryFile {
  const content = `${values.map(escaped).join('\n')}\n`;
  const path = `dictionaries/${name}-${sha256(content).slice(0, 16)}-${from}.txt`;
  writeFileSync(join(lake, path), content);
  return { ...describeFile(lake, path), count: values.length };
}
