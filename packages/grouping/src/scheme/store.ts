import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inputProblems, RefusedInput, replaceFile, type Words, words } from '@hengjian/standard';
import type { DipCatalogue } from '../dip/catalogue.ts';
import type { Scheme } from './scheme.ts';
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
 * Stores a scheme as `<folder>/<id>/<hash>.json` and names it the current one of its id in `<id>/current`. The same
 * content twice changes nothing; earlier contents stay. Throws RefusedInput for an id that could not be named afterwards, or
 * would lead out of the folder.
 */
export function writeScheme(scheme: Stored, folder: string): { readonly file: string; readonly fresh: boolean } {
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(scheme.id)) {
    throw new RefusedInput({
      code: 'scheme-id',
      message: `${scheme.id} cannot be the id of a scheme`,
      remedy: 'use small letters, digits, points and hyphens, for example chs-drg-3.0',
      place: { field: 'id' },
    });
  }
  const home = join(folder, scheme.id);
  const hash = contentHash(scheme);
  const file = join(home, `${shortHash(hash)}.json`);
  mkdirSync(home, { recursive: true });
  const fresh = !existsSync(file);
  if (fresh) replaceFile(file, canonicalJson(scheme));
  replaceFile(join(home, 'current'), `${shortHash(hash)}\n`);
  return { file, fresh };
}

/** Content that is kept by id and hash: a scheme or a DIP catalogue. */
export interface Stored {
  readonly id: string;
  readonly kind: 'drg' | 'dip';
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
      const current = join(home, 'current');
      if (found.has(id) || !statSync(home).isDirectory() || !existsSync(current)) continue;
      const first = readFileSync(current, 'utf8').trim();
      const others = readdirSync(home)
        .filter((name) => name.endsWith('.json'))
        .map((name) => name.slice(0, -5))
        .filter((name) => name !== first);
      found.set(id, { id, folder, versions: [first, ...others.sort()] });
    }
  }
  return [...found.values()];
}

/** Reads the text of a stored scheme or catalogue. Its hash, which whoever names it knows, says whether it is the one that was stored. */
export function parseStored(text: string, file: string): Scheme | DipCatalogue {
  const damaged = (reason: Words): RefusedInput =>
    inputProblems.refused('file-damaged', { format: words('分组方案', 'grouping scheme'), reason }, { file });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(words(String(error), String(error)));
  }
  if (isStored(value)) return value;
  throw damaged(words('缺少 id 或 kind', 'it has no id or kind'));
}

const isStored = (value: unknown): value is Scheme | DipCatalogue =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value.id === 'string' &&
  'kind' in value &&
  (value.kind === 'drg' || value.kind === 'dip');

/** Reads stored content by id, or by id and hash (`chs-drg-1.1@0123abcd…`). Throws RefusedInput when it is absent, ambiguous or was changed by hand. */
export function readStored(folders: readonly string[], name: string): Scheme | DipCatalogue {
  const [id = '', hash] = name.split('@');
  const stored = storedSchemes(folders);
  const found = stored.find((one) => one.id === id);
  if (found === undefined) {
    throw new RefusedInput({
      code: 'scheme-unknown',
      message: `there is no scheme ${id}`,
      remedy:
        stored.length === 0
          ? 'import one: hengjian scheme import PATH'
          : `choose one of ${stored.map((one) => one.id).join(', ')}, or import it`,
    });
  }
  const matching =
    hash === undefined ? found.versions.slice(0, 1) : found.versions.filter((version) => version.startsWith(hash.slice(0, 16)));
  const version = matching[0];
  if (version === undefined || matching.length > 1) {
    throw new RefusedInput({
      code: version === undefined ? 'scheme-version-unknown' : 'scheme-version-ambiguous',
      message:
        version === undefined ? `scheme ${id} has no version ${hash}` : `${matching.length} versions of scheme ${id} begin with ${hash}`,
      remedy: `choose one of ${found.versions.join(', ')}`,
    });
  }
  const file = join(found.folder, id, `${version}.json`);
  const content = parseStored(readFileSync(file, 'utf8'), file);
  if (!contentHash(content).startsWith(version)) {
    throw new RefusedInput({
      code: 'scheme-changed',
      message: 'the content does not have the hash of its name',
      remedy: 'import the scheme anew',
      place: { file },
    });
  }
  return content;
}

/**
 * Reads a stored scheme by name: that of `readStored`, and variants joined by `+` (`chs-drg-1.1+qy-main+hiv-any`). Throws
 * RefusedInput also when the name is that of a DIP catalogue.
 */
export function readScheme(folders: readonly string[], name: string): Scheme {
  const [stem = '', ...variants] = name.split('+');
  const content = readStored(folders, stem);
  if (content.kind !== 'drg') {
    throw new RefusedInput({ code: 'scheme-is-dip', message: `${content.id} is a DIP catalogue`, remedy: 'name a DRG scheme here' });
  }
  return applyVariants(content, variants);
}
