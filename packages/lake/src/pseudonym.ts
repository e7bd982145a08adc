import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { RefusedInput } from '@hengjian/standard';

/** Hexadecimal characters of a pseudonym. */
export const pseudonymLength = 32;

/** Where the key of a lake lies: `HENGJIAN_KEY_FILE`, else `<lake>.key` beside the folder. */
export function keyFileOf(lake: string): string {
  return process.env.HENGJIAN_KEY_FILE ?? `${lake.replace(/[/\\]+$/, '')}.key`;
}

/** Reads the key of the pseudonyms. A new lake gets a new key; a lake that has lost its key is refused. */
export function readKey(lake: string, isNew: boolean): Buffer {
  const file = keyFileOf(lake);
  if (!existsSync(file)) {
    if (!isNew) {
      throw new RefusedInput({
        code: 'lake-key-missing',
        message: 'the key of the pseudonyms is missing, so new rows cannot join the persons of this lake',
        remedy: 'restore the key file or name it in HENGJIAN_KEY_FILE',
        place: { file },
      });
    }
    writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  }
  const key = readFileSync(file, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(key)) {
    throw new RefusedInput({
      code: 'lake-key-damaged',
      message: 'the key file does not hold 64 hexadecimal characters',
      remedy: 'restore the key file from a backup',
      place: { file },
    });
  }
  return Buffer.from(key, 'hex');
}

/** The pseudonym of one value. */
export function pseudonymOf(key: Buffer, value: string): string {
  return createHmac('sha256', key).update(value).digest('hex').slice(0, pseudonymLength);
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
