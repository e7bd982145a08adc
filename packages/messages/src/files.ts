import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { note, type Repaired } from './envelope.ts';
import { isObject, type JsonObject, lookUp, parseJson } from './json.ts';
import { type Hint, type Message, readMessage } from './read.ts';
import type { Reason } from './words.ts';

/** A message with its place: the line it begins on, from 1; where several begin on one line they are numbered on. */
export interface PlacedMessage extends Message {
  readonly place: number;
}

/** A text of a file that should be a message, and the line it begins on; `fault` where it could not be taken apart. */
export interface MessageText {
  readonly text: string;
  readonly line: number;
  readonly fault?: string;
}

/** Characters of a message at most. */
export const longestMessage = 128 * 2 ** 20;

/** `2301_request_…` and `2301_response_…`: the transaction that a recorder wrote into the name of the file. */
const namePattern = /^(\d{4}[A-Z]?)_(?:request|response)(?![a-z])/;
const keyPattern = /(?:\\?"|%22)(?:infno|infcode|inf_refmsgid)(?:\\?"|%22)/;

/** Whether a file of JSON holds messages of the interface: by its name, or by the keys at its beginning. */
export const holdsMessages = (name: string, head: string): boolean => namePattern.test(basename(name)) || keyPattern.test(head);

/** JSON that was posted as the body of a form with an empty key. */
function unwrapped(text: string, repaired: Repaired): string {
  if (!/^=?%7B/i.test(text) && !/^=\s*[{[]/.test(text)) return text;
  try {
    const inner = decodeURIComponent(text.replace(/^=/, '').replaceAll('+', ' '));
    note(repaired, 'form-body');
    return inner;
  } catch {
    return text;
  }
}

/** An object that a recorder made of both sides; either may be a text of JSON in itself. */
function sidesOf(value: JsonObject): { readonly request: unknown; readonly answer: unknown } | undefined {
  const side = (...keys: readonly string[]): unknown => {
    const found = keys.map((key) => lookUp(value, key)?.value).find((one) => one !== undefined && one !== null);
    return typeof found === 'string' ? parseJson(found) : found;
  };
  const [request, answer] = [side('request', 'req'), side('response', 'answer', 'resp', 'res')];
  return isObject(request) || isObject(answer) ? { request, answer } : undefined;
}

const fingerprint = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);

/** One or two messages of a recorded value. */
function* messagesOf(value: unknown, hint: Hint, repaired: Repaired): Generator<Message> {
  const sides =
    isObject(value) && lookUp(value, 'infno') === undefined && lookUp(value, 'infcode') === undefined ? sidesOf(value) : undefined;
  if (sides === undefined) {
    yield readMessage(value, hint, repaired);
    return;
  }
  const { request, answer } = sides;
  const first = request === undefined ? undefined : readMessage(request, hint, repaired);
  const sent = isObject(request) ? lookUp(request, 'msgid')?.value : undefined;
  const link = typeof sent === 'string' && sent.trim() !== '' ? sent.trim() : `pair:${fingerprint(value)}`;
  if (first !== undefined) yield { ...first, link: first.infno === undefined ? undefined : `${first.infno.slice(0, 4)}|${link}` };
  if (answer !== undefined) yield readMessage(answer, { infno: first?.infno ?? hint.infno, ...(first === undefined ? {} : { link }) });
}

const faults: Readonly<Record<string, Reason>> = { 'cell-long': 'message-long', 'half-character': 'half-character' };

/**
 * Reads the messages of a file one after another, each alone or with its answer beside it; `name` is that of the file. A text
 * that is no message gives a refused one; nothing is thrown for it.
 */
export async function* readMessages(name: string, texts: AsyncIterable<MessageText>): AsyncGenerator<PlacedMessage> {
  const hint: Hint = { infno: namePattern.exec(basename(name))?.[1] };
  let place = 0;
  for await (const { text: given, line, fault } of texts) {
    const text = given.replace(/^\uFEFF/, '').trim();
    if (text === '' && fault === undefined) continue;
    place = Math.max(line, place + 1);
    const reason = faults[fault ?? ''];
    if (reason !== undefined) {
      yield { ...readMessage(undefined), reason, place };
      continue;
    }
    const repaired: Repaired = new Map();
    const value = parseJson(unwrapped(text, repaired));
    for (const message of messagesOf(value, hint, repaired)) yield { ...message, place };
  }
}
