import { createPublicKey, sign, verify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { inputProblems, type Problem, replaceFile, words } from '@hengjian/standard';
import type { JournalKey } from './key.ts';
import type { JournalEntry } from './modules/journal.ts';
import { operationsProblems } from './problems.ts';

/** How far a journal went at a time, signed, to be kept outside: by the audit administrator, or at another authority. */
export interface SignedHead {
  readonly format: 'hengjian-journal-head/1';
  readonly area: string;
  readonly entries: number;
  /** Hash of the last entry. */
  readonly head: string;
  /** When it was signed, local civil time. */
  readonly at: string;
  /** Ed25519 key by which anybody can check the signature, DER in base64. */
  readonly public_key: string;
  /** Ed25519 signature of the other fields, base64. */
  readonly signature: string;
}

const format = 'hengjian-journal-head/1';
const signedText = ({ area, entries, head, at }: Omit<SignedHead, 'signature' | 'public_key' | 'format'>): Buffer =>
  Buffer.from(JSON.stringify([format, area, entries, head, at]));

const publicText = (key: JournalKey): string => key.signingKey().open.export({ format: 'der', type: 'spki' }).toString('base64');

/** Signs a head and writes it to a new file. An existing file is never overwritten: it is an earlier proof. */
export function writeHead(file: string, key: JournalKey, head: Pick<SignedHead, 'area' | 'entries' | 'head' | 'at'>): SignedHead {
  if (existsSync(file)) throw inputProblems.refused('file-exists', {}, { file });
  const signature = sign(null, signedText(head), key.signingKey().secret).toString('base64');
  const signed: SignedHead = { format, ...head, public_key: publicText(key), signature };
  replaceFile(file, `${JSON.stringify(signed, null, 2)}\n`);
  return signed;
}

/** Reads a signed head. Throws RefusedInput when it is none. */
export function readHead(file: string): SignedHead {
  if (!existsSync(file)) throw inputProblems.refused('file-missing', {}, { file });
  const damaged = (): Error =>
    inputProblems.refused(
      'file-damaged',
      { format: words('已签名的日志头', 'signed head'), reason: words('内容不完整', 'it is incomplete') },
      { file },
    );
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw damaged();
  }
  if (typeof value !== 'object' || value === null) throw damaged();
  const fields = new Map<string, unknown>(Object.entries(value));
  const text = (name: string): string => {
    const found = fields.get(name);
    if (typeof found !== 'string') throw damaged();
    return found;
  };
  const entries = fields.get('entries');
  if (fields.get('format') !== format || typeof entries !== 'number' || !Number.isSafeInteger(entries) || entries < 1) throw damaged();
  const [area, head, at] = [text('area'), text('head'), text('at')];
  return { format, area, entries, head, at, public_key: text('public_key'), signature: text('signature') };
}

function signatureFits(head: SignedHead): boolean {
  try {
    const open = createPublicKey({ key: Buffer.from(head.public_key, 'base64'), format: 'der', type: 'spki' });
    return verify(null, signedText(head), open, Buffer.from(head.signature, 'base64'));
  } catch {
    return false;
  }
}

/** What an earlier signed head says against a journal: it must still be in the chain, and made with the same key. */
export function headFaults(file: string, head: SignedHead, key: JournalKey, entries: readonly JournalEntry[]): readonly Problem[] {
  const fault = (what: ReturnType<typeof words>): readonly Problem[] => [
    operationsProblems.problem('journal-not-whole', { what }, { file }),
  ];
  if (!signatureFits(head)) return fault(words('日志头的签名不符', 'the signature of the head does not fit it'));
  if (head.public_key !== publicText(key))
    return fault(words('日志头由另一密钥签名，密钥曾被更换', 'the head was signed by another key: the key was changed'));
  if (entries[head.entries - 1]?.hash === head.head) return [];
  return fault(
    words(`${head.at} 签名的第 ${head.entries} 条已不在日志中`, `entry ${head.entries}, signed at ${head.at}, is no longer in it`),
  );
}
