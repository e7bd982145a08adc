import { createHash, createHmac, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder, words } from '@hengjian/standard';
import { operationsProblems } from './problems.ts';

/** The key of the journal. It stands in a file outside the database: who may write SQL cannot make an entry that fits. */
export interface JournalKey {
  /** Names the key without telling it. */
  readonly print: string;
  /** HMAC-SM3 of values, as 64 hexadecimal digits. */
  seal(values: readonly (string | number)[]): string;
  /** Ed25519 pair made from the key, by which heads are signed for readers who must not know the key. */
  signingKey(): { readonly secret: KeyObject; readonly open: KeyObject };
}

const bytesOfKey = 32;
/** 32 random bytes with fewer different values than this do not occur. */
const leastDifferent = 16;
/** What stands before the 32 bytes of an Ed25519 secret in PKCS #8. */
const ed25519Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/** SM3 of a text, for values that the journal proves but does not show. */
export const digestOf = (text: string): string => createHash('sm3').update(text).digest('hex');

function keyOf(bytes: Buffer): JournalKey {
  const seal = (values: readonly (string | number)[]): string => createHmac('sm3', bytes).update(JSON.stringify(values)).digest('hex');
  return {
    print: seal(['hengjian journal key']),
    seal,
    signingKey: () => {
      const seed = Buffer.from(hkdfSync('sha256', bytes, '', 'hengjian journal head', 32));
      const secret = createPrivateKey({ key: Buffer.concat([ed25519Head, seed]), format: 'der', type: 'pkcs8' });
      return { secret, open: createPublicKey(secret) };
    },
  };
}

/**
 * Reads the key of a journal. Throws RefusedInput when there is none, when others may read it, or when it is weak (not 64
 * hexadecimal digits, or of few different bytes).
 */
export function readKey(file: string): JournalKey {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) throw operationsProblems.refused('journal-key-missing', {}, { file });
  if ((stat.mode & 0o077) !== 0) throw operationsProblems.refused('journal-key-open', {}, { file });
  const text = readFileSync(file, 'utf8').trim();
  const bytes = Buffer.from(text, 'hex');
  if (!/^[0-9a-f]{64}$/.test(text) || new Set(bytes).size < leastDifferent) {
    throw operationsProblems.refused('journal-key-wrong', { why: words('密钥过弱或已损坏', 'it is weak or damaged') }, { file });
  }
  return keyOf(bytes);
}

/** Makes a key file, readable by its owner alone, and reads it. An existing file is read as it is. */
export function makeKey(file: string, random: (bytes: number) => Uint8Array): JournalKey {
  if (!existsSync(file)) {
    makeFolder(dirname(file), { mode: 0o700 });
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, `${Buffer.from(random(bytesOfKey)).toString('hex')}\n`);
    fsyncSync(handle);
    closeSync(handle);
  }
  return readKey(file);
}
