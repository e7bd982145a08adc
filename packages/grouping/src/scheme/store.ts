import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inputProblems, listed, makeFolder, replaceFile, words } from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { Type } from 'typebox';
import type { DipCatalogue } from '../dip/catalogue.ts';
import { groupingProblems } from '../problems.ts';
import type { Scheme } from './scheme.ts';
import { catalogueReader, kindReader, schemeReader } from './stored-form.ts';
import { applyVariants } from './variants.ts';

/** JSON with the keys of every object in order, so that equal content has equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
    return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

const hashes = new WeakMap<object, string>();

/** SHA-256 of the content of a scheme, catalogue or tariff: what a result names and a replay asks for. */
export function contentHash(content: object): string {
  const known = hashes.get(content);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(canonicalJson(content)).digest('hex');
  hashes.set(content, hash);
  return hash;
}

export const schemeHash = (scheme: Scheme): string => contentHash(scheme);

const shortHash = (hash: string): string => hash.slice(0, 16);

/**
 * A folder of schemes is written and read here alone:
 *
 *     <folder>/<id>/current.json          format, and the short hash of the content that counts
 *     <folder>/<id>/<short hash>.json     canonical JSON of a content; never changed once written
 */
const format = 1;
const currentName = 'current.json';
const currentReader = jsonReader(
  Type.Object({ format: Type.Literal(format), current: Type.String({ pattern: '^[0-9a-f]{16}$' }) }),
  words('方案版本', 'current version of a scheme'),
);

/**
 * Stores a scheme and names it the current one of its id. The same content twice changes nothing; earlier contents stay.
 * Throws RefusedInput for an id that could not be named afterwards, or would lead out of the folder.
 */
export function writeScheme(scheme: Scheme | DipCatalogue, folder: string): { readonly file: string; readonly fresh: boolean } {
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(scheme.id)) throw groupingProblems.refused('scheme-id', { id: scheme.id }, { field: 'id' });
  const home = join(folder, scheme.id);
  const current = shortHash(contentHash(scheme));
  const file = join(home, `${current}.json`);
  makeFolder(home);
  const fresh = !existsSync(file);
  if (fresh) replaceFile(file, canonicalJson(scheme));
  replaceFile(join(home, currentName), `${JSON.stringify({ format, current })}\n`);
  return { file, fresh };
}

export interface StoredScheme {
  readonly id: string;
  readonly folder: string;
  /** First 16 digits of the hashes of its contents; the current one first. */
  readonly versions: readonly string[];
}

/** Schemes stored in the folders; of two with the same id the earlier folder counts. */
export function storedSchemes(folders: readonly string[]): readonly StoredScheme[] {
  const found = new Map<string, StoredScheme>();
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    for (const id of readdirSync(folder).sort()) {
      const home = join(folder, id);
      const place = join(home, currentName);
      if (found.has(id) || !statSync(home).isDirectory() || !existsSync(place)) continue;
      const { current } = currentReader.read(readFileSync(place, 'utf8'), { file: place });
      const others = readdirSync(home)
        .filter((name) => name.endsWith('.json') && name !== currentName)
        .map((name) => name.slice(0, -5))
        .filter((name) => name !== current);
      found.set(id, { id, folder, versions: [current, ...others.sort()] });
    }
  }
  return [...found.values()];
}

/**
 * Reads the text of a stored scheme or catalogue. Throws a refusal that names the field when it is none. Its hash, which
 * whoever names it knows, says whether it is the one that was stored.
 */
export function parseStored(text: string, file: string): Scheme | DipCatalogue {
  const content = kindReader.read(text, { file });
  const reader = content.kind === 'dip' ? catalogueReader : schemeReader;
  return reader.accepts(content) ? content : reader.read(text, { file });
}

/**
 * Reads stored content by id, or by id and hash (`chs-drg-1.1@0123abcd…`). Throws RefusedInput when it is absent,
 * ambiguous or was changed by hand.
 */
export function readStored(folders: readonly string[], name: string): Scheme | DipCatalogue {
  const [id = '', hash] = name.split('@');
  const stored = storedSchemes(folders);
  const found = stored.find((one) => one.id === id);
  if (found === undefined) throw groupingProblems.refused('scheme-unknown', { id, known: listed(stored.map((one) => one.id)) });
  const matching =
    hash === undefined
      ? found.versions.slice(0, 1)
      : found.versions.filter((version) => hash !== '' && version.startsWith(hash.slice(0, 16)));
  const [version] = matching;
  const asked = { id, hash: hash ?? '', known: listed(found.versions) };
  if (version === undefined) throw groupingProblems.refused('scheme-version-unknown', asked);
  if (matching.length > 1) throw groupingProblems.refused('scheme-version-ambiguous', { ...asked, count: matching.length });
  const file = join(found.folder, id, `${version}.json`);
  if (!existsSync(file)) throw inputProblems.refused('file-missing', {}, { file });
  const content = parseStored(readFileSync(file, 'utf8'), file);
  if (!contentHash(content).startsWith(version)) throw groupingProblems.refused('scheme-changed', {}, { file });
  return content;
}

/**
 * Reads a stored scheme by name: that of `readStored`, and variants joined by `+` (`chs-drg-1.1+qy-main+hiv-any`). Throws
 * RefusedInput also when the name is that of a DIP catalogue.
 */
export function readScheme(folders: readonly string[], name: string): Scheme {
  const [stem = '', ...variants] = name.split('+');
  const content = readStored(folders, stem);
  if (content.kind !== 'drg') throw groupingProblems.refused('scheme-is-dip', { id: content.id });
  return applyVariants(content, variants);
}
