const digitBits = 11;
const digits = 1 << digitBits;

/** Sorts rows by one digit of their words, keeping the order of equals; false when all digits are equal. */
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

/** The order of rows by several unsigned words, the least significant first; equal rows stay in order. */
export function radixOrder(length: number, words: readonly Int32Array[]): Int32Array<ArrayBuffer> {
  let order = new Int32Array(length);
  for (let row = 0; row < length; row += 1) order[row] = row;
  if (length < 2) return order;
  let spare = new Int32Array(length);
  const counts = new Int32Array(digits);
  for (const word of words) {
    let largest = 0;
    for (let row = 0; row < length; row += 1) largest |= word[row] as number;
    for (let shift = 0; shift < 32 && largest >>> shift !== 0; shift += digitBits) {
      if (pass(word, shift, order, spare, counts)) [order, spare] = [spare, order];
    }
  }
  return order;
}

/** Low 26 and higher bits of numbers below 2^53. */
export function wordsOf(numbers: Float64Array): readonly [low: Int32Array, high: Int32Array] {
  const [low, high] = [new Int32Array(numbers.length), new Int32Array(numbers.length)];
  for (let row = 0; row < numbers.length; row += 1) {
    const value = numbers[row] as number;
    const above = Math.floor(value / 67_108_864);
    high[row] = above;
    low[row] = value - above * 67_108_864;
  }
  return [low, high];
}

/** Minutes above the first one as words; 0 are the missing ones. */
function minuteWords(minutes: Int32Array): Int32Array {
  let first = 2_147_483_647;
  for (let row = 0; row < minutes.length; row += 1) {
    const minute = minutes[row] as number;
    if (minute !== -2_147_483_648 && minute < first) first = minute;
  }
  const words = new Int32Array(minutes.length);
  for (let row = 0; row < minutes.length; row += 1) {
    const minute = minutes[row] as number;
    words[row] = minute === -2_147_483_648 ? 0 : minute - first + 1;
  }
  return words;
}

const longRun = 24;

/** Puts order[from, to) in the order of `values`, keeping equals. */
function insertionSort(order: Int32Array, from: number, to: number, values: Float64Array): void {
  for (let index = from + 1; index < to; index += 1) {
    const row = order[index] as number;
    const value = values[row] as number;
    let at = index;
    while (at > from && (values[order[at - 1] as number] as number) > value) {
      order[at] = order[at - 1] as number;
      at -= 1;
    }
    order[at] = row;
  }
}

const lowBits = 0x3fffff;

/**
 * Order of rows that keeps rows of one key together, those of a key by (minute, person); equals stay in order. Keys are
 * whole numbers up to 2^52. Radix passes over what mostly tells rows apart, the rest in place where few rows are equal.
 */
export function keyOrder(keys: Float64Array, minutes: Int32Array, persons: Float64Array): Int32Array<ArrayBuffer> {
  const length = keys.length;
  const [low, high] = wordsOf(keys);
  const part = new Int32Array(length);
  for (let row = 0; row < length; row += 1) part[row] = (low[row] as number) & lowBits;
  const times = minuteWords(minutes);
  const order = radixOrder(length, [times, part]);
  for (let from = 0; from < length; ) {
    const first = order[from] as number;
    let to = from + 1;
    let mixed = false;
    while (to < length && part[order[to] as number] === part[first]) {
      if (keys[order[to] as number] !== keys[first]) mixed = true;
      to += 1;
    }
    if (mixed) {
      if (to - from > longRun) return radixOrder(length, [...wordsOf(persons), times, low, high]);
      insertionSort(order, from, to, keys);
    }
    from = to;
  }
  for (let from = 0; from < length; ) {
    const first = order[from] as number;
    let to = from + 1;
    let sorted = true;
    while (to < length) {
      const row = order[to] as number;
      if (times[row] !== times[first] || keys[row] !== keys[first]) break;
      if ((persons[row] as number) < (persons[order[to - 1] as number] as number)) sorted = false;
      to += 1;
    }
    if (!sorted) {
      if (to - from > longRun) return radixOrder(length, [...wordsOf(persons), times, low, high]);
      insertionSort(order, from, to, persons);
    }
    from = to;
  }
  return order;
}
