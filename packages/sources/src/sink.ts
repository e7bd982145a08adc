import { closeSync, openSync, writeSync } from 'node:fs';
import { newline } from './bytes.ts';
import { mayBeGuarded } from './guards.ts';

const bufferBytes = 1 << 17;
const [zero, comma] = [0x30, 0x2c];

/** Writes a copy of a table: each record begins with its row. */
export class Sink {
  readonly #handle: number;
  readonly #buffer = Buffer.allocUnsafe(bufferBytes);
  readonly #delimiter: number;
  /** Whether a cell that was written may be guarded, see `mayBeGuarded`. */
  guarded = false;
  #length = 0;

  constructor(path: string, delimiter: number = comma) {
    this.#handle = openSync(path, 'w', 0o600);
    this.#delimiter = delimiter;
  }

  /** Begins a record. */
  row(row: number): void {
    this.#demand(20);
    let digits = 1;
    for (let left = row; left >= 10; left = Math.floor(left / 10)) digits += 1;
    for (let at = this.#length + digits - 1, left = row; at >= this.#length; at -= 1, left = Math.floor(left / 10))
      this.#buffer[at] = zero + (left % 10);
    this.#length += digits;
  }

  /** Bytes of cells that are written as they have to be. */
  raw(bytes: Buffer, from: number, to: number): void {
    this.#byte(this.#delimiter);
    if (to - from > bufferBytes / 2) {
      this.#flush();
      writeSync(this.#handle, bytes, from, to - from);
      return;
    }
    this.#demand(to - from);
    bytes.copy(this.#buffer, this.#length, from, to);
    this.#length += to - from;
  }

  /** A cell in quotes where it needs them. */
  cell(text: string): void {
    this.guarded ||= mayBeGuarded(text);
    const plain = !/["\r\n]/.test(text) && !text.includes(String.fromCharCode(this.#delimiter));
    const bytes = Buffer.from(plain ? text : `"${text.replaceAll('"', '""')}"`);
    this.raw(bytes, 0, bytes.length);
  }

  /** Cells that hold nothing. */
  empty(count: number): void {
    for (let index = 0; index < count; index += 1) this.#byte(this.#delimiter);
  }

  end(): void {
    this.#byte(newline);
  }

  close(): void {
    this.#flush();
    closeSync(this.#handle);
  }

  #byte(byte: number): void {
    this.#demand(1);
    this.#buffer[this.#length] = byte;
    this.#length += 1;
  }

  #demand(bytes: number): void {
    if (this.#length + bytes > bufferBytes) this.#flush();
  }

  #flush(): void {
    if (this.#length > 0) writeSync(this.#handle, this.#buffer, 0, this.#length);
    this.#length = 0;
  }
}
