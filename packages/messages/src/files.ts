import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { note, type Repaired } from './envelope.ts';
import { isObject, type JsonObject, lookUp, parseJson } from './json.ts';
import { type Hint, type Message, readMessage } from './read.ts';

/** A message with its place: the number of the line in a file of lines, else the number of the message in the file. */
export interface PlacedMessage extends Message {
  readonly place: number;
}

/** A file that is read as a whole may not be longer; longer ones are written one message a line. */
const longest = 256 * 2 ** 20;
const headLength = 1 << 16;

/** `2301_request_…` and `2301_response_…`: the transaction that a recorder wrote into the name of the file. */
const namePattern = /^(\d{4}[A-Z]?)_(?:request|response)(?![a-z])/;
const keyPattern = /(?:\\?"|%22)(?:infno|infcode|inf_refmsgid)(?:\\?"|%22)/;

function headOf(path: string): string {
  const handle = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(headLength);
    return bytes.subarray(0, readSync(handle, bytes, 0, headLength, 0)).toString('utf8');
  } finally {
    closeSync(handle);
  }
}

/** Whether a file of JSON holds messages of the interface: by its name, or by the keys at its beginning. */
export const holdsMessages = (path: string): boolean => namePattern.test(basename(path)) || keyPattern.test(headOf(path));

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

async function* lines(path: string, hint: Hint): AsyncGenerator<PlacedMessage> {
  let place = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    place += 1;
    const text = line.replace(/^\uFEFF/, '').trim();
    if (text === '') continue;
    const repaired: Repaired = new Map();
    for (const message of messagesOf(parseJson(unwrapped(text, repaired)), hint, repaired)) yield { ...message, place };
  }
}

/**
 * Reads the messages of a file one after another: a message, an array of messages, or one message a line, each alone or
 * with its answer beside it. A text that is no message gives a refused one; nothing is thrown for it.
 */
export async function* readMessageFile(path: string): AsyncGenerator<PlacedMessage> {
  const hint: Hint = { infno: namePattern.exec(basename(path))?.[1] };
  if (!/\.json$/i.test(path)) {
    yield* lines(path, hint);
    return;
  }
  if (statSync(path).size > longest) {
    yield { ...readMessage(undefined), reason: 'message-long', place: 1 };
    return;
  }
  const repaired: Repaired = new Map();
  const text = unwrapped(
    readFileSync(path, 'utf8')
      .replace(/^\uFEFF/, '')
      .trim(),
    repaired,
  );
  const value = parseJson(text);
  if (value === undefined && /^[{[].*[}\]]\s*\n\s*[{[]/.test(text)) {
    yield* lines(path, hint);
    return;
  }
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const [index, one] of all.entries())
    for (const message of messagesOf(one, hint, index === 0 ? repaired : new Map())) yield { ...message, place: index + 1 };
}
