import { isBlank } from './bytes.ts';

const quotedSign = /[.*+?^${}()|[\]\\]/g;

/** A label with a colon, and what stands behind it in the same cell: a time of the day belongs to its date. */
const labelled = (label: string): RegExp =>
  new RegExp(
    `(?:^|[\\s,，;；|（(])${label.replaceAll(quotedSign, '\\$&')}\\s*[:：]\\s*([^\\s:：,，;；|）)]*)( \\d{1,2}:\\d{2}(?::\\d{2})?)?([:：]?)`,
    'u',
  );

/** Values of labels in a row; undefined where none of them stands there. */
export function factsIn(cells: readonly string[], labels: readonly string[]): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  for (const [place, cell] of cells.entries())
    for (const label of labels) {
      const match = isBlank(cell) ? null : labelled(label).exec(cell);
      if (match === null) continue;
      const [whole, day = '', clock = '', next = ''] = match;
      const isLast = match.index + whole.length >= cell.trimEnd().length;
      const following = isLast && day === '' ? (cells.slice(place + 1).find((one) => !isBlank(one)) ?? '') : '';
      const beside = /[:：]/.test(following.replace(/\d{1,2}:\d{2}(:\d{2})?/, '')) ? '' : following;
      // What is followed by a colon is the next label, and this one has no value.
      found.set(label, next === '' ? (day === '' ? beside.trim() : `${day}${clock}`) : '');
    }
  return found.size === 0 ? undefined : found;
}

/** What is said above the lines of a sheet, as far as it was read. */
export class FactsAbove {
  readonly labels: readonly string[];
  #values = new Map<string, string>();
  #isUsed = false;

  constructor(labels: readonly string[]) {
    this.labels = labels;
  }

  /** Takes in a row; tells whether it holds a label. The first one after lines begins anew. */
  take(cells: readonly string[]): boolean {
    const facts = this.labels.length === 0 ? undefined : factsIn(cells, this.labels);
    if (facts === undefined) return false;
    if (this.#isUsed) this.#values = new Map();
    this.#isUsed = false;
    for (const [label, value] of facts) this.#values.set(label, value);
    return true;
  }

  /** Values for a line, one for each label. */
  use(): readonly string[] {
    this.#isUsed = true;
    return this.labels.map((label) => this.#values.get(label) ?? '');
  }
}
