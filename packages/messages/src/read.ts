import { tableOf } from '@hengjian/standard';
import { type Envelope, kindOf, note, plainText, type Repaired, readEnvelope } from './envelope.ts';
import { type FieldRecord, shapeOf } from './fields.ts';
import { isObject, type JsonObject, lookUp } from './json.ts';
import { answerKinds, type NodeUse, type Transaction, transactionOf } from './transactions.ts';
import type { Reason, Repair } from './words.ts';

/** Values of one row, by national field. */
export type Cells = Readonly<Record<string, string>>;

/** What one object of a message says of one row of a national table. */
export interface Part {
  readonly table: string;
  readonly shape: string;
  readonly role: 'carrier' | 'supplement';
  /** Where in the message it stands, for example `input.feedetail[3]`. */
  readonly node: string;
  readonly cells: Cells;
}

/** A way in which an answer can be read. */
export interface Reading {
  readonly infno: string;
  readonly parts: readonly Part[];
}

/** An answer that does not say its transaction: it is that of the request whose number it repeats. */
export interface Untold {
  readonly number: string;
  /** Ways in which it can be read besides that which its nodes tell. */
  readonly readings: readonly Reading[];
}

/** One message as it was read. */
export interface Message {
  readonly infno: string | undefined;
  readonly side: 'request' | 'answer' | undefined;
  /** `rows`: it brings rows; the others say why it brings none, and `reason` says more. */
  readonly outcome: 'rows' | 'failed' | 'not-read' | 'refused';
  readonly reason: Reason | undefined;
  /** What request and answer have in common; nothing when neither was sent with one. */
  readonly link: string | undefined;
  readonly time: string | undefined;
  readonly institution: string | undefined;
  /** Both sides are needed for whole rows. */
  readonly paired: boolean;
  readonly parts: readonly Part[];
  /** Fee lines that it cancels. */
  readonly cancels: readonly Cells[];
  readonly repairs: Readonly<Partial<Record<Repair, number>>>;
  readonly untold?: Untold;
}

/** What is known of a message besides its text. */
export interface Hint {
  /** Transaction number, for example of the name of its file. */
  readonly infno?: string | undefined;
  /** Number of the request that an answer was stored with. */
  readonly link?: string | undefined;
}

/** Values that objects below another one take over from it. */
const inherited = ['mdtrt_id', 'setl_id', 'psn_no', '_patient', 'fixmedins_code', 'insu_admdvs', 'gend', 'brdy', 'med_type'] as const;

interface Reader {
  readonly envelope: Envelope;
  readonly repaired: Repaired;
  readonly parts: Part[];
}

function cellOf(value: unknown, record: FieldRecord, repaired: Repaired): string | undefined {
  const text = plainText(value);
  if (text === undefined) {
    if (typeof value === 'string' && value.trim() !== '') note(repaired, 'missing-mark');
    return undefined;
  }
  if (record.numeric && typeof value === 'string') note(repaired, 'number-as-text');
  const code = record.codes.get(text) ?? text;
  if (!record.dated || !/\d\s+-|-\s+\d/.test(code)) return code;
  note(repaired, 'spaced-date');
  return code.replaceAll(/\s*-\s*/g, '-');
}

function ownCells(object: JsonObject, shape: string, repaired: Repaired): Record<string, string> {
  const cells: Record<string, string> = {};
  for (const record of shapeOf(shape).fields) {
    const found = lookUp(object, record.field);
    if (found === undefined) continue;
    if (found.spelled !== undefined) note(repaired, 'spelling');
    const cell = cellOf(found.value, record, repaired);
    if (cell !== undefined) cells[record.national] ??= cell;
  }
  return cells;
}

/** The objects of a node with their places; one object where a list is due is a list of one. */
function objectsOf(
  value: unknown,
  path: string,
  use: NodeUse,
  repaired: Repaired,
): { readonly object: JsonObject; readonly node: string }[] {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.flatMap((object, index) => (isObject(object) ? [{ object, node: `${path}[${index + 1}]` }] : []));
  }
  if (!isObject(value)) return [];
  if (use.list === true) note(repaired, 'list-expected');
  return [{ object: value, node: path }];
}

/** Looks a node up where it is due, then beside it. */
function nodeOf(body: JsonObject, use: NodeUse, repaired: Repaired): { readonly value: unknown; readonly path: string } | undefined {
  const data = lookUp(body, 'data')?.value;
  const inside = isObject(data) ? lookUp(data, use.path)?.value : undefined;
  const beside = lookUp(body, use.path)?.value;
  const due = use.within === 'data' ? inside : beside;
  const away = use.within === 'data' ? beside : inside;
  if (due !== undefined) return { value: due, path: use.within === 'data' ? `data.${use.path}` : use.path };
  if (away === undefined) return undefined;
  note(repaired, 'beside-data');
  return { value: away, path: use.within === 'data' ? use.path : `data.${use.path}` };
}

/** The institution within the number that an institution gives its settlement: 12 characters, moment of 14, counter of 4. */
const institutionIn = (serial: string | undefined): string | undefined => /^([HP]\d{11})\d{18}$/.exec(serial ?? '')?.[1];

/** A patient of a check is known by the number of the institution only, so the number counts within it. */
function asPatient(cells: Record<string, string>, institution: string | undefined): void {
  const { _patient: number } = cells;
  if (number === undefined) return;
  cells._patient = `${institution ?? ''}|${number}`;
  cells.psn_no = cells._patient;
}

function cellsOf(object: JsonObject, use: NodeUse, context: Cells, reading: Reader): Record<string, string> {
  const { repaired, envelope } = reading;
  const own: Record<string, string> = { ...ownCells(object, use.shape, repaired), ...use.constants };
  if (use.shape === 'patient') asPatient(own, envelope.institution);
  const { fields } = tableOf(shapeOf(use.shape).table);
  for (const name of inherited) {
    const value = context[name];
    if (value !== undefined && (fields.has(name) || name === '_patient')) own[name] ??= value;
  }
  if (use.shape !== 'setl_answer' || own.fixmedins_code !== undefined) return own;
  const institution = institutionIn(own.medins_setl_id);
  if (institution === undefined) return own;
  note(repaired, 'institution-by-serial');
  return { ...own, fixmedins_code: institution };
}

const hasPlace: Readonly<Record<string, string>> = {
  setl_list_diag_d: 'diag_code',
  setl_list_oprn_d: 'oprn_oprt_code',
};

/** Reads the objects of a node and of those below it; a child that its only parent lacks is looked for beside it. */
function readNode(use: NodeUse, value: unknown, path: string, context: Cells, reading: Reader): void {
  const objects = objectsOf(value, path, use, reading.repaired);
  for (const { object, node } of objects) {
    const cells = cellsOf(object, use, context, reading);
    const needs = hasPlace[shapeOf(use.shape).table];
    const { table } = shapeOf(use.shape);
    if (needs === undefined || cells[needs] !== undefined) {
      const { psn_no, ...rest } = cells;
      const person = psn_no === undefined || (cells._patient !== undefined && table !== 'psn_info_b') ? {} : { psn_no };
      reading.parts.push({ table, shape: use.shape, role: use.role, node, cells: { ...rest, ...person } });
    }
    const below = {
      ...context,
      ...Object.fromEntries(inherited.flatMap((name) => (cells[name] === undefined ? [] : [[name, cells[name]]]))),
    };
    for (const child of use.children ?? []) {
      const inside = lookUp(object, child.path)?.value;
      const found =
        inside !== undefined || objects.length > 1
          ? { value: inside, path: child.path }
          : nodeOf(reading.envelope.body, child, reading.repaired);
      readNode(child, found?.value, `${node}.${child.path}`, below, reading);
    }
  }
}

/** What a message of a side brings; nodes that follow take over what the first ones say of visit, settlement and person. */
function readSide(uses: readonly NodeUse[], reading: Reader): Reason | undefined {
  const { envelope, repaired, parts } = reading;
  const root = envelope.side === 'request' ? 'input' : 'output';
  let context: Cells = {
    ...(envelope.institution === undefined ? {} : { fixmedins_code: envelope.institution }),
    ...(envelope.area === undefined ? {} : { insu_admdvs: envelope.area }),
  };
  for (const use of uses) {
    const found = nodeOf(envelope.body, use, repaired);
    const before = parts.length;
    if (found !== undefined) readNode(use, found.value, `${root}.${found.path}`, context, reading);
    if (use.needed === true && parts.length === before) return 'node-missing';
    const first = use.list === true ? undefined : parts[before]?.cells;
    for (const name of ['mdtrt_id', 'setl_id', 'psn_no'] as const)
      if (first?.[name] !== undefined) context = { ...context, [name]: first[name] };
  }
  return undefined;
}

/** The transaction of an answer that names none, from the nodes it holds. */
function inferred(body: JsonObject): string | undefined {
  const setlinfo = lookUp(body, 'setlinfo')?.value;
  if (lookUp(body, 'baseinfo') !== undefined) return '1101';
  const result = lookUp(body, 'result')?.value;
  const line: unknown = Array.isArray(result) ? result[0] : result;
  if (isObject(line) && lookUp(line, 'feedetl_sn') !== undefined) return '2301';
  if (isObject(result) && lookUp(result, 'mdtrt_id') !== undefined) return '2401';
  if (!isObject(setlinfo) || lookUp(body, 'setldetail') === undefined) return undefined;
  if (plainText(lookUp(setlinfo, 'setl_id')?.value) === undefined) return '2303';
  return Number(plainText(lookUp(setlinfo, 'medfee_sumamt')?.value) ?? 0) < 0 ? '2305' : '2304';
}

function numberOf(envelope: Envelope, hint: Hint, repaired: Repaired): string | undefined {
  if (envelope.infno !== undefined) return envelope.infno;
  if (hint.infno !== undefined) {
    note(repaired, 'transaction-by-name');
    return hint.infno;
  }
  const infno = envelope.failed ? undefined : inferred(envelope.body);
  if (infno !== undefined) note(repaired, 'transaction-by-content');
  return infno;
}

/** A fee line, settlement or visit that is sent without its visit belongs to nobody. */
const lacksVisit = (paired: boolean, parts: readonly Part[]): boolean =>
  !paired && parts.length > 0 && parts.every(({ table, cells }) => cells.mdtrt_id === undefined && !/^psn_/.test(table));

interface Rest {
  readonly parts?: readonly Part[];
  readonly reason?: Reason | undefined;
}

function readBody(envelope: Envelope, transaction: Transaction, repaired: Repaired): Rest & Pick<Message, 'outcome'> {
  if (envelope.failed) return { outcome: 'failed', reason: 'answer-failed' };
  const side = transaction[envelope.side];
  if (typeof side === 'string') return { outcome: 'not-read', reason: side };
  const parts: Part[] = [];
  const missing = readSide(side, { envelope, repaired, parts });
  if (missing !== undefined) return { outcome: 'refused', reason: missing };
  const askedFor =
    envelope.side === 'request' &&
    transaction.paired === true &&
    (/^(?:admission|setl_request)$/.test(parts[0]?.shape ?? '') || parts[0]?.cells.init_setl_id !== undefined);
  const answerOfLines = parts.every(({ shape }) => shape === 'fee_answer' || shape === 'visit_answer');
  if (lacksVisit(askedFor || answerOfLines, parts)) return { outcome: 'refused', reason: 'visit-missing' };
  return { outcome: 'rows', parts };
}

/** What a part of an answer says of which row it is. */
const telling: Readonly<Record<string, string>> = {
  person: 'psn_no',
  fee_answer: 'feedetl_sn',
  fee_query: 'feedetl_sn',
  setl_answer: 'setl_id',
  visit_answer: 'mdtrt_id',
};

/** Every way in which an answer that does not say its transaction can be read, besides one. */
function readingsBeside(envelope: Envelope, infno: string | undefined): readonly Reading[] {
  const taken = answerKinds.get(infno?.slice(0, 4) ?? '')?.kind;
  const kinds = new Set([...answerKinds.values()].flatMap(({ kind }) => (kind === undefined || kind === taken ? [] : [kind])));
  return [...kinds].flatMap((kind) => {
    const { outcome, parts = [] } = readBody(envelope, transactionOf(kind), new Map());
    const says = parts.some(({ shape, cells }) => cells[telling[shape] ?? ''] !== undefined);
    return outcome === 'rows' && says ? [{ infno: kind, parts }] : [];
  });
}

/** The number of an answer that says nothing of its transaction and was not stored with its request. */
function untoldOf(envelope: Envelope, hint: Hint, infno: string | undefined): Untold | undefined {
  const { side, failed, msgid: number } = envelope;
  const isTold = envelope.infno !== undefined || hint.infno !== undefined || hint.link !== undefined;
  if (side === 'request' || failed || isTold || number === undefined) return undefined;
  return { number, readings: readingsBeside(envelope, infno) };
}

const nothing = (reason: Reason, repaired: Repaired): Message => ({
  infno: undefined,
  side: undefined,
  outcome: reason === 'gateway-failed' ? 'failed' : 'refused',
  reason,
  link: undefined,
  time: undefined,
  institution: undefined,
  paired: false,
  parts: [],
  cancels: [],
  repairs: Object.fromEntries(repaired),
});

/**
 * Reads one message, whatever it looks like: what can be put right is put right and counted, what cannot is named. The
 * parts it returns say what the message tells of rows of national tables; request and answer tell of the same rows.
 */
export function readMessage(value: unknown, hint: Hint = {}, repaired: Repaired = new Map()): Message {
  const kind = isObject(value) ? kindOf(value) : undefined;
  if (!isObject(value) || kind === undefined) return nothing(value === undefined ? 'not-json' : 'no-message', repaired);
  if (kind === 'gateway')
    return {
      ...nothing('gateway-failed', repaired),
      outcome: Number(value.code) === 0 ? 'not-read' : 'failed',
      ...(Number(value.code) === 0 ? { reason: 'no-rows' } : {}),
    };
  const envelope = readEnvelope(value, kind, repaired);
  const infno = numberOf(envelope, hint, repaired);
  const common = { infno, side: envelope.side, time: envelope.time, institution: envelope.institution };
  const transaction = transactionOf(infno ?? '');
  const read =
    infno === undefined && !envelope.failed
      ? { outcome: 'not-read' as const, reason: 'transaction-unknown' as const }
      : readBody(envelope, transaction, repaired);
  const msgid = hint.link ?? envelope.msgid;
  const all: readonly Part[] = ('parts' in read ? read.parts : undefined) ?? [];
  const untold = untoldOf(envelope, hint, infno);
  return {
    ...common,
    outcome: read.outcome,
    reason: read.reason,
    link: msgid === undefined || (infno === undefined && !envelope.failed) ? undefined : `${infno?.slice(0, 4) ?? ''}|${msgid}`,
    paired: transaction.paired === true,
    parts: all.filter(({ shape }) => shape !== 'cancel'),
    cancels: all.flatMap(({ shape, cells }) => (shape === 'cancel' ? [cells] : [])),
    repairs: Object.fromEntries(repaired),
    ...(untold === undefined ? {} : { untold }),
  };
}
