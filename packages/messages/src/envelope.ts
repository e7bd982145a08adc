import { isObject, type JsonObject, lookUp } from './json.ts';
import type { Repair } from './words.ts';

/** Collects what was put right, each kind once with how often. */
export type Repaired = Map<Repair, number>;

export const note = (repaired: Repaired, repair: Repair): void => void repaired.set(repair, (repaired.get(repair) ?? 0) + 1);

/** The part of a message that all transactions share. */
export interface Envelope {
  readonly side: 'request' | 'answer';
  readonly infno: string | undefined;
  /** What request and answer have in common: the number of the request, or of the message an answer refers to. */
  readonly msgid: string | undefined;
  /** When it was sent, as `yyyy-MM-dd HH:mm:ss.SSS`. */
  readonly time: string | undefined;
  readonly institution: string | undefined;
  readonly area: string | undefined;
  /** `input` or `output`. */
  readonly body: JsonObject;
  readonly failed: boolean;
}

/** The text of a plain value; nothing for what stands for a missing one. */
export function plainText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' || text === '-' || text === '--' || text === '—' ? undefined : text;
}

/** A moment in one form, whether it was written with or without separators. */
export function moment(text: string | undefined): string | undefined {
  const digits = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{0,3})$/.exec((text ?? '').replaceAll(/[-\s:T.]/g, ''));
  if (digits === null) return undefined;
  const [, year = '', month = '', date = '', hour = '', minute = '', second = '', rest = ''] = digits;
  const exists = Number(month) >= 1 && Number(month) <= 12 && Number(date) >= 1 && Number(date) <= 31;
  if (!exists || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return `${year}-${month}-${date} ${hour}:${minute}:${second}.${rest.padEnd(3, '0')}`;
}

/** The moment within a message number: institution of 12 characters, moment of 14, counter of 4. */
const momentIn = (msgid: string | undefined): string | undefined => moment(/^.{12}(\d{14})/.exec(msgid ?? '')?.[1]);

function bodyOf(value: unknown, repaired: Repaired): JsonObject {
  if (isObject(value)) return value;
  if (!Array.isArray(value)) return {};
  note(repaired, 'output-list');
  const items: readonly unknown[] = value;
  const first = items[0];
  // A list of lines stands for the node that holds them; a list of one object for the object.
  const holds = isObject(first) && Object.values(first).some((one) => typeof one === 'object' && one !== null);
  return holds ? first : { result: items, data: items };
}

function readRequest(value: JsonObject, repaired: Repaired): Envelope {
  const text = (key: string): string | undefined => plainText(lookUp(value, key)?.value);
  const msgid = text('msgid');
  if (msgid === undefined) note(repaired, 'no-message-id');
  const input = lookUp(value, 'input')?.value;
  return {
    side: 'request',
    infno: text('infno'),
    msgid,
    time: moment(text('inf_time')) ?? momentIn(msgid),
    institution: text('fixmedins_code') ?? text('medins_code'),
    area: text('insuplc_admdvs'),
    body: isObject(input) ? input : Array.isArray(input) ? { data: input } : {},
    failed: false,
  };
}

function readAnswer(value: JsonObject, repaired: Repaired): Envelope {
  const text = (key: string): string | undefined => plainText(lookUp(value, key)?.value);
  const code = lookUp(value, 'infcode')?.value;
  if (typeof code === 'string') note(repaired, 'code-as-text');
  return {
    side: 'answer',
    infno: text('infno'),
    msgid: text('msgid') ?? text('inf_refmsgid'),
    time: moment(text('respond_time')) ?? moment(text('refmsg_time')) ?? moment(text('inf_time')),
    institution: text('fixmedins_code'),
    area: undefined,
    body: bodyOf(lookUp(value, 'output')?.value, repaired),
    failed: Number(code) !== 0 || plainText(code) === undefined,
  };
}

/** Whether an object has the keys of a request, of an answer, or of an answer of the gateway before the platform. */
export function kindOf(value: JsonObject): 'request' | 'answer' | 'gateway' | undefined {
  const has = (key: string): boolean => lookUp(value, key) !== undefined;
  if (has('infno') && has('input')) return 'request';
  if (has('infcode')) return 'answer';
  return has('code') && has('message') && has('type') ? 'gateway' : undefined;
}

/** Reads what all transactions share. */
export const readEnvelope = (value: JsonObject, kind: 'request' | 'answer', repaired: Repaired): Envelope =>
  kind === 'request' ? readRequest(value, repaired) : readAnswer(value, repaired);
