/** Each part that stays is at least this many times as large as all newer ones together. */
const growth = 2;

/**
 * From which of some parts on, older before newer, they should be merged into one, by their sizes: so that each part that
 * stays outweighs all that came after it. Then their number grows with the logarithm of what they hold, and a row is
 * seldom written anew. The number of parts when none is to be merged.
 */
export function suffixToMerge(sizes: readonly number[]): number {
  let from = sizes.length;
  let newer = sizes.at(-1) ?? 0;
  for (let at = sizes.length - 2; at >= 0; at -= 1) {
    const size = sizes[at] ?? 0;
    if (size < newer * growth) from = at;
    newer += size;
  }
  return from;
}
