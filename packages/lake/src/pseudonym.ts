import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { lakeProblems } from './problems.ts';

/** Hexadecimal characters of a pseudonym. */
export const pseudonymLength = 32;
const keyBytes = 32;

/** The secret that turns person numbers into pseudonyms, and what tells it from others. */
export interface PersonKeys {
  readonly key: Buffer;
  /** Key of the tags that show that this program wrote a pseudonym into a quarantine file. */
  readonly tagKey: Buffer;
  /** Keyed hash of a constant, kept in the manifest. */
  readonly fingerprint: string;
}

/** The keys of a lake. */
export interface LakeKeys extends PersonKeys {
  /** The file, when this call drew the key and no other lake can know it: then it may go if the lake does not come about. */
  readonly drawn: string | undefined;
}

/** Where the key of a lake lies: `HENGJIAN_KEY_FILE`, else `<lake>.key` beside the folder. */
export const keyFileOf = (lake: string): string => process.env.HENGJIAN_KEY_FILE ?? keyBeside(lake);

/** The key file beside a lake. */
export const keyBeside = (lake: string): string => `${lake.replace(/[/\\]+$/, '')}.key`;

const keyed = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The keys that follow from the secret. */
export function personKeys(key: Buffer): PersonKeys {
  const fingerprint = keyed(key, 'hengjian key').toString('hex').slice(0, pseudonymLength);
  return { key, tagKey: keyed(key, 'hengjian quarantine'), fingerprint };
}

/** Whether a key is one that nobody drew by lot: constant, counting, repeating, or a text in disguise. */
function isWeak(key: Buffer): boolean {
  const step = ((key[1] ?? 0) - (key[0] ?? 0)) & 0xff;
  const counts = key.every((byte, index) => index === 0 || ((byte - (key[index - 1] ?? 0)) & 0xff) === step);
  const repeats = [1, 2, 4, 8, 16].some((period) => key.every((byte, index) => index < period || byte === key[index - period]));
  return counts || repeats || new Set(key).size < keyBytes / 2 || key.every((byte) => byte >= 0x20 && byte < 0x7f);
}

const readableByOthers = 0o077;

function readKeyFile(file: string): Buffer {
  if (process.platform !== 'win32' && (statSync(file).mode & readableByOthers) !== 0)
    throw lakeProblems.refused('key-readable', {}, { file });
  const text = readFileSync(file, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw lakeProblems.refused('key-damaged', {}, { file });
  const key = Buffer.from(text, 'hex');
  if (isWeak(key)) throw lakeProblems.refused('key-weak', {}, { file });
  return key;
}

/**
 * Reads the key of the pseudonyms. A new lake (`fingerprint` undefined) gets a new key unless there is one; a lake that
 * has lost its key is refused, and so is any other key, a weak one, and one that others on the machine can read.
 */
export function readKey(lake: string, fingerprint: string | undefined, file = keyFileOf(lake)): LakeKeys {
  const fresh = !existsSync(file);
  if (fresh) {
    if (fingerprint !== undefined) throw lakeProblems.refused('key-missing', {}, { file });
    writeFileSync(file, `${randomBytes(keyBytes).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  }
  const keys = personKeys(readKeyFile(file));
  if (fingerprint !== undefined && keys.fingerprint !== fingerprint) throw lakeProblems.refused('key-other', {}, { file });
  // A file that HENGJIAN_KEY_FILE names may serve a second lake that is being made at the same time.
  return { ...keys, drawn: fresh && file === keyBeside(lake) ? file : undefined };
}

/** Blanks, control characters, and characters without width: code points from and to. */
const invisible: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x20],
  [0x7f, 0xa0],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x1680, 0x1680],
  [0x180e, 0x180e],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const hyphens: readonly (readonly [from: number, to: number])[] = [
  [0x2d, 0x2d],
  [0x2010, 0x2015],
  [0x2212, 0x2212],
  [0xfe63, 0xfe63],
];
const fullWidthFrom = 0xff01;
const asciiFrom = 0x21;
const wide = Array.from({ length: 94 }, (_, index) => String.fromCodePoint(fullWidthFrom + index)).join('');
const narrow = Array.from({ length: 94 }, (_, index) => String.fromCodePoint(asciiFrom + index)).join('');

/** Shape of an identity card of 18 or 15 characters: area, day of birth, number, check character. */
const identityCard =
  '[1-9][0-9]{5}(?:(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]|' +
  '[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3})';

const classOf = (ranges: readonly (readonly [number, number])[], write: (code: number) => string): string =>
  `[${ranges.map(([from, to]) => `${write(from)}-${write(to)}`).join('')}]`;
const inJs = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;
const inRe2 = (code: number): string => `\\x{${code.toString(16)}}`;

const invisibleJs = new RegExp(classOf(invisible, inJs), 'g');
const hyphensJs = new RegExp(classOf(hyphens, inJs), 'g');
const identityCardJs = new RegExp(`^(?:${identityCard})$`);

/**
 * A person number as it is hashed: without blanks and characters that have no width, full-width characters as plain ones,
 * an identity card without hyphens and with a capital check character. A number that is written so is left as it is.
 */
export function normalPersonNumber(text: string): string {
  const base = text
    .replace(invisibleJs, '')
    .replace(/[\uff01-\uff5e]/g, (one) => String.fromCodePoint((one.codePointAt(0) ?? 0) - fullWidthFrom + asciiFrom));
  const bare = base.replace(hyphensJs, '').toUpperCase();
  return identityCardJs.test(bare) ? bare : base;
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** SQL of a number as it is but without blanks and characters that have no width, with plain characters for those of full width. */
export function plainSql(value: string): string {
  const visible = `translate(regexp_replace(${value}, ${quote(classOf(invisible, inRe2))}, '', 'g'), ${quote(wide)}, ${quote(narrow)})`;
  return `CASE WHEN regexp_matches(${value}, '[^!-~]') THEN ${visible} ELSE ${value} END`;
}

/** SQL of the same, `base` being its `plainSql`. Nearly all numbers are digits and capitals alone, which is quick to see. */
export function normalPersonSql(value: string, base = plainSql(value)): string {
  const bare = `upper(regexp_replace(${base}, ${quote(classOf(hyphens, inRe2))}, '', 'g'))`;
  return `CASE WHEN NOT regexp_matches(${value}, '[^0-9A-Z]') THEN ${value}
    WHEN regexp_full_match(${bare}, ${quote(identityCard)}) THEN ${bare} ELSE ${base} END`;
}

/** The pseudonym of one value as it stands. */
export function pseudonymOf(key: Buffer, value: string): string {
  return keyed(key, value).toString('hex').slice(0, pseudonymLength);
}

const padded = (key: Buffer, byte: number): string => {
  const block = Buffer.alloc(64);
  key.copy(block);
  return `unhex('${Buffer.from(block.map((value) => value ^ byte)).toString('hex')}')`;
};

/** SQL of the same pseudonym: HMAC-SHA-256 written out (RFC 2104) over the UTF-8 bytes of `value`. */
export function pseudonymSql(key: Buffer, value: string): string {
  const inner = `unhex(sha256(${padded(key, 0x36)} || encode(${value})))`;
  return `left(sha256(${padded(key, 0x5c)} || ${inner}), ${pseudonymLength})`;
}

const tagLength = 16;
const tagSql = ({ tagKey }: PersonKeys, psn: string): string => `left(${pseudonymSql(tagKey, psn)}, ${tagLength})`;

/** SQL of a pseudonym as quarantine files show it: `hj:`, the pseudonym, and a tag that only the holder of the key can make. */
export const shownSql = (keys: PersonKeys, psn: string): string => `'hj:' || ${psn} || '-' || ${tagSql(keys, psn)}`;

const shown = `hj:[0-9a-f]{${pseudonymLength}}-[0-9a-f]{${tagLength}}`;

/** SQL that tells whether a text has the form that quarantine files show. */
export const isShownSql = (value: string): string => `regexp_full_match(${value}, ${quote(shown)})`;

/** SQL of the pseudonym in such a text. */
export const fromShownSql = (value: string): string => `substr(${value}, 4, ${pseudonymLength})`;

/**
 * SQL that tells whether a source brings a pseudonym: a text that this program could have made, without the tag that
 * shows that it did. Most numbers are too short to be one, which is quick to see.
 */
export function forgedSql(keys: PersonKeys, value: string): string {
  // An identity card, of which hyphens and small letters count for nothing, is too short to be one.
  const made = `regexp_full_match(${plainSql(value)}, '(?:hj:)?[0-9a-f]{${pseudonymLength}}(?:-.*)?')`;
  const genuine = `(${isShownSql(value)} AND right(${value}, ${tagLength}) = ${tagSql(keys, fromShownSql(value))})`;
  return `CASE WHEN strlen(${value}) < ${pseudonymLength} THEN false ELSE ${made} AND NOT ${genuine} END`;
}
