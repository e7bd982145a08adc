/** What the bytes above ASCII of a line would be in UTF-8. */
export class LineJudge {
  /** Characters of two bytes, which short text in GB18030 gives by chance. */
  two = 0;
  /** Characters of three and four bytes, the Chinese ones among them. */
  more = 0;
  invalid = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;

  /** Characters where all above ASCII are common Chinese ones and signs in GB18030, else 0. Text in UTF-8 hardly ever is that by chance. */
  get commonGb(): number {
    let pairs = 0;
    for (let index = this.#from; index < this.#to; ) {
      const first = this.#bytes[index] as number;
      index += 1;
      if (first < 0x80) continue;
      const second = index < this.#to ? (this.#bytes[index] as number) : 0;
      if (first < 0xa1 || first > 0xf7 || (first > 0xa9 && first < 0xb0) || second < 0xa1 || second > 0xfe) return 0;
      pairs += 1;
      index += 1;
    }
    return pairs;
  }

  look(bytes: Buffer, from: number, to: number): void {
    this.#bytes = bytes;
    this.#from = from;
    this.#to = to;
    this.two = 0;
    this.more = 0;
    this.invalid = 0;
    let index = from;
    while (index < to) {
      const byte = bytes[index] as number;
      if (byte < 0x80) {
        index += 1;
        continue;
      }
      const length = sequenceLength(bytes, index, to);
      if (length === 0) this.invalid += 1;
      else if (length === 2) this.two += 1;
      else this.more += 1;
      index += length === 0 ? 1 : length;
      if (this.invalid > 8 && this.more === 0) return;
    }
  }
}

const isNext = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Bytes of the character that begins at `index`; 0 when none does. */
function sequenceLength(bytes: Buffer, index: number, to: number): number {
  const [first, second] = [bytes[index] as number, index + 1 < to ? (bytes[index + 1] as number) : 0];
  if (first < 0xc2 || first > 0xf4 || !isNext(second)) return 0;
  if (first < 0xe0) return 2;
  if (index + 2 >= to || !isNext(bytes[index + 2])) return 0;
  if (first < 0xf0) return (first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f) ? 0 : 3;
  if (index + 3 >= to || !isNext(bytes[index + 3])) return 0;
  return (first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f) ? 0 : 4;
}

/** So many common characters of GB18030 tell it apart from damaged UTF-8 in a file of UTF-8. */
const tellingPairs = 3;

export type LineEncoding = 'ascii' | 'utf-8' | 'utf-8-damaged' | 'gb18030';

/** The encoding of one line of a file whose lines are mostly in `usual`. A character cut in half does not make it another one. */
export function lineEncoding(judge: LineJudge, usual: 'utf-8' | 'gb18030'): LineEncoding {
  const { two, more, invalid } = judge;
  if (two + more + invalid === 0) return 'ascii';
  if (invalid === 0) return more === 0 && usual === 'gb18030' ? 'gb18030' : 'utf-8';
  if (judge.commonGb >= (usual === 'gb18030' ? 1 : tellingPairs)) return 'gb18030';
  if (more >= invalid && more > 1) return 'utf-8-damaged';
  return usual === 'utf-8' && invalid <= 2 ? 'utf-8-damaged' : 'gb18030';
}
