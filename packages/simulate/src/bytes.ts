import { ymdOf } from '@hengjian/standard';

const comma = 44;
const zero = 48;
const encoder = new TextEncoder();
const tens = Array.from({ length: 11 }, (_, power) => 10 ** power);

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

  constructor(first: number, last: number) {
    this.first = first;
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

/** A growing byte buffer with writers for the few things a CSV row is made of. Every writer but `raw` ends with a comma. */
export class Sink {
  #bytes: Uint8Array<ArrayBuffer>;
  #end = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#end;
  }

  /** Makes room for one more row of at most `size` bytes. */
  room(size: number): void {
    if (this.#end + size <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#end + size));
    grown.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = grown;
  }

  raw(part: Uint8Array): void {
    const bytes = this.#bytes;
    const { length } = part;
    const start = this.#end;
    if (length > 40) bytes.set(part, start);
    else for (let index = 0; index < length; index += 1) bytes[start + index] = part[index] as number;
    this.#end = start + length;
  }

  cell(part: Uint8Array): void {
    this.raw(part);
    this.#bytes[this.#end] = comma;
    this.#end += 1;
  }

  skip(): void {
    this.#bytes[this.#end] = comma;
    this.#end += 1;
  }

  character(code: number): void {
    this.#bytes[this.#end] = code;
    this.#end += 1;
  }

  text(text: string): void {
    this.room(text.length * 3 + 1);
    this.#end += encoder.encodeInto(text, this.#bytes.subarray(this.#end)).written;
    this.#bytes[this.#end] = comma;
    this.#end += 1;
  }

  /** ASCII text, byte by byte. */
  ascii(text: string): void {
    const bytes = this.#bytes;
    let end = this.#end;
    for (let index = 0; index < text.length; index += 1) {
      bytes[end] = text.charCodeAt(index);
      end += 1;
    }
    bytes[end] = comma;
    this.#end = end + 1;
  }

  /** A time: the bytes of its day, then ` HH:MM:00`. */
  time(day: Uint8Array, minuteOfDay: number): void {
    const bytes = this.#bytes;
    const end = this.#end;
    for (let index = 0; index < 10; index += 1) bytes[end + index] = day[index] as number;
    const hour = (minuteOfDay / 60) | 0;
    const minute = minuteOfDay - hour * 60;
    bytes[end + 10] = 32;
    bytes[end + 11] = zero + ((hour / 10) | 0);
    bytes[end + 12] = zero + (hour % 10);
    bytes[end + 13] = 58;
    bytes[end + 14] = zero + ((minute / 10) | 0);
    bytes[end + 15] = zero + (minute % 10);
    bytes[end + 16] = 58;
    bytes[end + 17] = zero;
    bytes[end + 18] = zero;
    bytes[end + 19] = comma;
    this.#end = end + 20;
  }

  /** Writes again what lies between two positions of this sink. */
  repeat(from: number, to: number): void {
    this.#bytes.copyWithin(this.#end, from, to);
    this.#end += to - from;
  }

  /** Digits padded with zeros to `width`, without a comma. */
  digits(value: number, width: number): void {
    const bytes = this.#bytes;
    const start = this.#end;
    let rest = value | 0;
    for (let index = start + width - 1; index >= start; index -= 1) {
      const next = (rest / 10) | 0;
      bytes[index] = zero + rest - next * 10;
      rest = next;
    }
    this.#end = start + width;
  }

  /** An identifier: a letter, the person (8 digits) and a serial. */
  id(letter: number, person: number, serial: number, width: number): void {
    this.#bytes[this.#end] = letter;
    this.#end += 1;
    this.digits(person, 8);
    this.digits(serial, width);
    this.#bytes[this.#end] = comma;
    this.#end += 1;
  }

  /** A scaled integer of less than 2^31 with that many decimals. */
  decimal(value: number, places: number): void {
    const bytes = this.#bytes;
    let rest = value | 0;
    if (rest !== value) throw new Error(`${value} is too large for a cell`);
    if (rest < 0) {
      bytes[this.#end] = 45;
      this.#end += 1;
      rest = -rest;
    }
    let width = places + 1;
    for (let bound = tens[width] ?? 0; bound <= rest; bound = tens[width] ?? Number.POSITIVE_INFINITY) width += 1;
    const start = this.#end;
    const point = places === 0 ? -1 : start + width - places;
    let index = start + width - (places === 0 ? 1 : 0);
    this.#end = index + 1;
    for (; index >= start; index -= 1) {
      if (index === point) {
        bytes[index] = 46;
        continue;
      }
      const next = (rest / 10) | 0;
      bytes[index] = zero + rest - next * 10;
      rest = next;
    }
    bytes[this.#end] = comma;
    this.#end += 1;
  }

  /** Turns the comma after the last cell into the end of the row. */
  endRow(): void {
    this.#bytes[this.#end - 1] = 10;
  }

  /** The bytes written since the last take; the sink starts again. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#end);
    this.#end = 0;
    return taken;
  }
}
