import { ymdOf } from '@hengjian/standard';

const comma = 44;
const zero = 48;
const encoder = new TextEncoder();
const scales = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000] as const;

/** UTF-8 bytes of a text, quoted for CSV when it must be. */
export function encode(text: string): Uint8Array {
  return encoder.encode(/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
}

/** UTF-8 bytes of several cells, joined by commas. */
export function cells(...texts: readonly string[]): Uint8Array {
  return encoder.encode(texts.map((text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(','));
}

/** Formatted days of one year and its neighbours, made once. */
export class TimeText {
  readonly #days: Uint8Array[] = [];
  readonly first: number;
  readonly last: number;

  constructor(first: number, last: number) {
    this.first = first;
    this.last = last;
    for (let day = first; day <= last; day += 1) {
      const ymd = String(ymdOf(day));
      this.#days.push(encoder.encode(`${ymd.slice(0, 4)}-${ymd.slice(4, 6)}-${ymd.slice(6, 8)}`));
    }
  }

  day(day: number): Uint8Array {
    const text = this.#days[day - this.first];
    if (text === undefined) throw new Error(`day ${day} is outside the year`);
    return text;
  }
}

/** Digits padded with zeros to `width`; returns the position after them. */
export function putDigits(bytes: Uint8Array, at: number, value: number, width: number): number {
  let rest = value | 0;
  for (let index = at + width - 1; index >= at; index -= 1) {
    const next = (rest / 10) | 0;
    bytes[index] = zero + rest - next * 10;
    rest = next;
  }
  return at + width;
}

/** An integer from 0 to 2^31 − 1 without leading zeros; returns the position after it. */
function putInteger(bytes: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    bytes[at] = zero + value;
    return at + 1;
  }
  let width = 2;
  for (let rest = (value / 100) | 0; rest > 0; rest = (rest / 10) | 0) width += 1;
  return putDigits(bytes, at, value, width);
}

/** A scaled integer of less than 2^31 with that many decimals and a comma; returns the position after it. */
export function putDecimal(bytes: Uint8Array, at: number, value: number, places: number): number {
  let rest = value | 0;
  if (rest !== value) throw new Error(`${value} is too large for a cell`);
  let end = at;
  if (rest < 0) {
    bytes[end] = 45;
    end += 1;
    rest = -rest;
  }
  if (places > 0) {
    const scale = scales[places] as number;
    const whole = (rest / scale) | 0;
    end = putInteger(bytes, end, whole);
    bytes[end] = 46;
    end = putDigits(bytes, end + 1, rest - whole * scale, places);
  } else end = putInteger(bytes, end, rest);
  bytes[end] = comma;
  return end + 1;
}

/** Bytes that are already encoded; returns the position after them. */
export function putBytes(bytes: Uint8Array, at: number, part: Uint8Array): number {
  const { length } = part;
  // a call of `set` costs as much as about thirty single bytes
  if (length > 32) bytes.set(part, at);
  else for (let index = 0; index < length; index += 1) bytes[at + index] = part[index] as number;
  return at + length;
}

/** ASCII text and a comma; returns the position after it. */
export function putAscii(bytes: Uint8Array, at: number, text: string): number {
  const { length } = text;
  for (let index = 0; index < length; index += 1) bytes[at + index] = text.charCodeAt(index);
  bytes[at + length] = comma;
  return at + length + 1;
}

/** An identifier (a letter, the person in 8 digits, a serial) and a comma; returns the position after it. */
export function putId(bytes: Uint8Array, at: number, letter: number, person: number, serial: number, width: number): number {
  bytes[at] = letter;
  const end = putDigits(bytes, putDigits(bytes, at + 1, person, 8), serial, width);
  bytes[end] = comma;
  return end + 1;
}

/** The 19 bytes of a time and a comma: the bytes of its day, then ` HH:MM:00`; returns the position after it. */
export function putTime(bytes: Uint8Array, at: number, day: Uint8Array, minuteOfDay: number): number {
  for (let index = 0; index < 10; index += 1) bytes[at + index] = day[index] as number;
  const hour = (minuteOfDay / 60) | 0;
  const minute = (minuteOfDay | 0) - hour * 60;
  const tenHours = (hour / 10) | 0;
  const tenMinutes = (minute / 10) | 0;
  bytes[at + 10] = 32;
  bytes[at + 11] = zero + tenHours;
  bytes[at + 12] = zero + hour - tenHours * 10;
  bytes[at + 13] = 58;
  bytes[at + 14] = zero + tenMinutes;
  bytes[at + 15] = zero + minute - tenMinutes * 10;
  bytes[at + 16] = 58;
  bytes[at + 17] = zero;
  bytes[at + 18] = zero;
  bytes[at + 19] = comma;
  return at + 20;
}

/**
 * Some cells that many rows in a row repeat, in one buffer that is written over.
 * Its `part` is a view of it; views are kept by length, because making one costs more than copying the bytes.
 */
export class Template {
  readonly bytes: Uint8Array;
  readonly #views: (Uint8Array | undefined)[];
  part: Uint8Array;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.#views = new Array<Uint8Array | undefined>(capacity + 1).fill(undefined);
    this.part = this.bytes.subarray(0, 0);
  }

  /** Says how many bytes of the buffer are the part. */
  close(length: number): void {
    if (length > this.bytes.length) throw new Error('a template is too small for its cells');
    let view = this.#views[length];
    if (view === undefined) {
      view = this.bytes.subarray(0, length);
      this.#views[length] = view;
    }
    this.part = view;
  }
}

/** A growing byte buffer that is used again and again. Writers that end a cell end it with a comma. */
export class Sink {
  bytes: Uint8Array<ArrayBuffer>;
  end = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for one more row of at most `size` bytes. */
  room(size: number): void {
    if (this.end + size > this.bytes.length) this.#grow(size);
  }

  #grow(size: number): void {
    const grown = new Uint8Array(Math.max(Math.ceil(this.bytes.length * 1.5), this.end + size));
    grown.set(this.bytes.subarray(0, this.end));
    this.bytes = grown;
  }

  cell(part: Uint8Array): void {
    const end = putBytes(this.bytes, this.end, part);
    this.bytes[end] = comma;
    this.end = end + 1;
  }

  /** Encoded cells with their last comma. */
  part(part: Uint8Array): void {
    this.end = putBytes(this.bytes, this.end, part);
  }

  skip(): void {
    this.bytes[this.end] = comma;
    this.end += 1;
  }

  /** A cell of one ASCII character. */
  character(code: number): void {
    this.bytes[this.end] = code;
    this.bytes[this.end + 1] = comma;
    this.end += 2;
  }

  ascii(text: string): void {
    this.end = putAscii(this.bytes, this.end, text);
  }

  time(day: Uint8Array, minuteOfDay: number): void {
    this.end = putTime(this.bytes, this.end, day, minuteOfDay);
  }

  id(letter: number, person: number, serial: number, width: number): void {
    this.end = putId(this.bytes, this.end, letter, person, serial, width);
  }

  /** An amount in fen; many are 0.00. */
  money(fen: number): void {
    if (fen !== 0) {
      this.end = putDecimal(this.bytes, this.end, fen, 2);
      return;
    }
    const { bytes, end } = this;
    bytes[end] = zero;
    bytes[end + 1] = 46;
    bytes[end + 2] = zero;
    bytes[end + 3] = zero;
    bytes[end + 4] = comma;
    this.end = end + 5;
  }

  decimal(value: number, places: number): void {
    this.end = putDecimal(this.bytes, this.end, value, places);
  }

  /** Turns the comma after the last cell into the end of the row. */
  endRow(): void {
    this.bytes[this.end - 1] = 10;
  }

  /** The bytes written since the last take, valid until the next write; the sink starts again. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.subarray(0, this.end);
    this.end = 0;
    return taken;
  }
}
