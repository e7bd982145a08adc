/** Signs of a table in bytes. */
export const newline = 0x0a;
export const carriage = 0x0d;
export const quote = 0x22;
export const space = 0x20;
export const tab = 0x09;
/** Stands for a delimiter that is longer than a byte while lines are taken apart. */
export const unitSeparator = 0x1f;
/** What a decoder writes for bytes that are no character, in UTF-8. */
export const replacement = Buffer.from('\ufffd');

/** Where the line that begins at `from` ends, its line end left out; -1 when the bytes end first. */
export function lineEnd(bytes: Buffer, from: number, to: number): number {
  for (let index = from; index < to; index += 1) {
    const byte = bytes[index];
    if (byte === newline || byte === carriage) return index;
  }
  return -1;
}

/** The beginning of the line after the line end at `end`. */
export const afterLineEnd = (bytes: Buffer, end: number, to: number): number =>
  bytes[end] === carriage && end + 1 < to && bytes[end + 1] === newline ? end + 2 : end + 1;

const blankText = /^[\s\u200b\ufeff]*$/;

/** Whether a text holds nothing that can be seen. */
export const isBlank = (text: string): boolean => blankText.test(text);

/** First bytes of blank signs above ASCII. */
export const beginsBlank: ReadonlySet<number> = new Set([0xc2, 0xe1, 0xe2, 0xe3, 0xef]);

/** Whether bytes in UTF-8 hold nothing but blank signs, delimiters and quotes around nothing. */
export function isBlankRecord(bytes: Buffer, from: number, to: number, delimiter: number): boolean {
  for (let index = from; index < to; index += 1) {
    const byte = bytes[index] as number;
    if (byte === delimiter || byte <= space || byte === quote) continue;
    if (byte < 0x80 || !beginsBlank.has(byte)) return false;
    const rest = bytes.toString('utf8', index, to).replaceAll('"', '').replaceAll(String.fromCharCode(delimiter), '');
    return isBlank(rest);
  }
  return true;
}
