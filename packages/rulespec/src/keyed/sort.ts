const digitBits = 11;
const digits = 1 << digitBits;

/** Sorts a permutation by one digit of each row's word, keeping the order of equals; false when all digits are equal. */
function pass(words: Int32Array, shift: number, from: Int32Array, to: Int32Array, counts: Int32Array): boolean {
  counts.fill(0);
  const length = from.length;
  for (let row = 0; row < length; row += 1) {
    const digit = ((words[row] as number) >>> shift) & (digits - 1);
    counts[digit] = (counts[digit] as number) + 1;
  }
  if (counts[((words[0] as number) >>> shift) & (digits - 1)] === length) return false;
  let sum = 0;
  for (let digit = 0; digit < digits; digit += 1) {
    const count = counts[digit] as number;
    counts[digit] = sum;
    sum += count;
  }
  for (let index = 0; index < length; index += 1) {
    const row = from[index] as number;
    const digit = ((words[row] as number) >>> shift) & (digits - 1);
    const place = counts[digit] as number;
    to[place] = row;
    counts[digit] = place + 1;
  }
  return true;
}

/** The order of rows by several words of 32 bits (unsigned), the least significant first; equal rows stay in order. */
export function radixOrder(length: number, words: readonly Int32Array[]): Int32Array<ArrayBuffer> {
  let order = new Int32Array(length);
  for (let row = 0; row < length; row += 1) order[row] = row;
  if (length < 2) return order;
  let spare = new Int32Array(length);
  const counts = new Int32Array(digits);
  for (const word of words) {
    for (let shift = 0; shift < 32; shift += digitBits) if (pass(word, shift, order, spare, counts)) [order, spare] = [spare, order];
  }
  return order;
}

/** Low 26 and higher bits of numbers below 2^53. */
export function wordsOf(numbers: Float64Array | Int32Array | Int8Array): readonly [low: Int32Array, high: Int32Array] {
  const [low, high] = [new Int32Array(numbers.length), new Int32Array(numbers.length)];
  for (let row = 0; row < numbers.length; row += 1) {
    const value = numbers[row] as number;
    const above = Math.floor(value / 67_108_864);
    high[row] = above;
    low[row] = value - above * 67_108_864;
  }
  return [low, high];
}
