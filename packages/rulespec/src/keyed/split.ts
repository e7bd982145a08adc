const halves = 67_108_864;

function placeOf(key: number): number {
  const high = Math.floor(key / halves);
  const hash = Math.imul(key - high * halves, 0x85ebca6b) ^ Math.imul(high, 0xc2b2ae35);
  return hash ^ (hash >>> 15);
}

/**
 * Rows of keys whose rows all have one value, and the other rows, both ascending. A row whose value is NaN has no value
 * in common with any.
 */
import type { EventColumn } from './block.ts';
export function splitByKey(
  keys: EventColumn,
  value: (row: number) => number,
): { readonly settled: Int32Array<ArrayBuffer>; readonly others: Int32Array<ArrayBuffer> } {
  const length = keys.length;
  let size = 16;
  while (size < length * 2) size *= 2;
  const first = new Int32Array(size).fill(-1);
  const values = new Float64Array(size);
  const placeOfRow = new Int32Array(length);
  const mixed = new Uint8Array(size);
  let count = 0;
  for (let row = 0; row < length; row += 1) {
    const key = keys[row] as number;
    let place = placeOf(key) & (size - 1);
    while ((first[place] as number) >= 0 && keys[first[place] as number] !== key) place = (place + 1) & (size - 1);
    const own = value(row);
    if ((first[place] as number) < 0) {
      first[place] = row;
      values[place] = own;
      if (Number.isNaN(own)) mixed[place] = 1;
    } else if (values[place] !== own) mixed[place] = 1;
    placeOfRow[row] = place;
  }
  for (let row = 0; row < length; row += 1) if (mixed[placeOfRow[row] as number] === 1) count += 1;
  const [settled, others] = [new Int32Array(length - count), new Int32Array(count)];
  let [alike, other] = [0, 0];
  for (let row = 0; row < length; row += 1) {
    if (mixed[placeOfRow[row] as number] === 1) others[other++] = row;
    else settled[alike++] = row;
  }
  return { settled, others };
}
