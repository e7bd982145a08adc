import type { Place } from '@hengjian/standard';
import { groupingProblems } from '../problems.ts';

const ends = [/^([A-Z])(\d{2})\*?$/, /^()(\d{2})\*?$/, /^(\d{2}\.)(\d)\*?$/, /^([A-Z]\d{2}\.)(\d)\*?$/];

/**
 * The categories from one to another, both included: `J12-J18` (also `J12*-J18*`) is J12* to J18*, `45-48` is 45* to 48*,
 * `47.0-47.2` is 47.0* to 47.2*. Anything else is itself.
 * @throws {RefusedInput} code-range when the ends do not belong together.
 */
export function expandRange(text: string, place: Place): readonly string[] {
  const [from, to, ...more] = text.split('-');
  if (from === undefined || to === undefined) return [text];
  for (const form of ends) {
    const [low, high] = [form.exec(from), form.exec(to)];
    if (low === null || high === null || more.length > 0) continue;
    const [, stem = '', first = ''] = low;
    const [, otherStem = '', last = ''] = high;
    if (stem !== otherStem || Number(first) > Number(last)) break;
    return Array.from(
      { length: Number(last) - Number(first) + 1 },
      (_, index) => `${stem}${String(Number(first) + index).padStart(first.length, '0')}*`,
    );
  }
  throw groupingProblems.refused('code-range', { text }, place);
}
