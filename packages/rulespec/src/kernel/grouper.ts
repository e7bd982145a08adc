/** Growable typed arrays of candidates, grouped by two numbers through a hash table that is cleared by a stamp. */
export class Grouper {
  /** Number of candidates and of groups since the last reset. */
  size = 0;
  count = 0;
  row = new Int32Array(64);
  point = new Int32Array(64);
  day = new Int32Array(64);
  /** -1 counts, -2 left out by payment scope, else the index of the cause that makes it unknown. */
  state = new Int32Array(64);
  part = new Float64Array(64);
  next = new Int32Array(64);
  previous = new Int32Array(64);
  group = new Int32Array(64);
  head = new Int32Array(64);
  tail = new Int32Array(64);
  /** Where a walk through a group in order of its rows has come to, -1 at first. */
  cursor = new Int32Array(64);
  #keys = new Float64Array(128);
  #groups = new Int32Array(64);
  #stamps = new Int32Array(64);
  #stamp = 1;
  #used: Int32Array = new Int32Array(64);

  reset(): void {
    this.size = 0;
    this.count = 0;
    this.#stamp += 1;
  }

  /** Slot of a key: that of its group, or the free one where it belongs. */
  #slot(major: number, minor: number): number {
    const mask = this.#groups.length - 1;
    let hash = (Math.imul(major | 0, 0x9e3779b1) ^ Math.imul(minor | 0, 0x85ebca6b)) >>> 0;
    hash ^= hash >>> 15;
    let slot = hash & mask;
    while (this.#stamps[slot] === this.#stamp && (this.#keys[slot * 2] !== major || this.#keys[slot * 2 + 1] !== minor))
      slot = (slot + 1) & mask;
    return slot;
  }

  /** Group of a key, -1 when it has none. */
  find(major: number, minor: number): number {
    const slot = this.#slot(major, minor);
    return this.#stamps[slot] === this.#stamp ? (this.#groups[slot] ?? -1) : -1;
  }

  /**
   * The last candidate of a group that stands before `row`, -1 when there is none. It must be asked for rows in ascending
   * order: then all questions together cost one walk through the group.
   */
  before(group: number, row: number): number {
    let at = this.cursor[group] ?? -1;
    let next = at < 0 ? (this.head[group] ?? -1) : (this.next[at] ?? -1);
    while (next >= 0 && (this.row[next] ?? 0) < row) {
      at = next;
      next = this.next[next] ?? -1;
    }
    this.cursor[group] = at;
    return at;
  }

  /** Adds a candidate to the group of its key; with `once` not when the group's last candidate has the same row. */
  add(major: number, minor: number, row: number, point: number, day: number, state: number, part: number, once: boolean): void {
    if (this.size === this.row.length) this.#growRows();
    if (this.count * 2 >= this.#groups.length) this.#growTable();
    const slot = this.#slot(major, minor);
    const at = this.size;
    if (this.#stamps[slot] !== this.#stamp) {
      this.#stamps[slot] = this.#stamp;
      this.#keys[slot * 2] = major;
      this.#keys[slot * 2 + 1] = minor;
      this.#groups[slot] = this.count;
      this.#used[this.count] = slot;
      this.head[this.count] = at;
      this.tail[this.count] = -1;
      this.cursor[this.count] = -1;
      this.count += 1;
    }
    const group = this.#groups[slot] ?? 0;
    const last = this.tail[group] ?? -1;
    if (once && last >= 0 && this.row[last] === row) return;
    if (last >= 0) this.next[last] = at;
    this.tail[group] = at;
    this.previous[at] = last;
    this.next[at] = -1;
    this.group[at] = group;
    this.row[at] = row;
    this.point[at] = point;
    this.day[at] = day;
    this.state[at] = state;
    this.part[at] = part;
    this.size += 1;
  }

  #growRows(): void {
    const size = this.row.length * 2;
    this.row = grown(this.row, size);
    this.point = grown(this.point, size);
    this.day = grown(this.day, size);
    this.state = grown(this.state, size);
    this.next = grown(this.next, size);
    this.previous = grown(this.previous, size);
    this.group = grown(this.group, size);
    this.head = grown(this.head, size);
    this.tail = grown(this.tail, size);
    this.cursor = grown(this.cursor, size);
    const part = new Float64Array(size);
    part.set(this.part);
    this.part = part;
  }

  #growTable(): void {
    const size = this.#groups.length * 2;
    const keys: number[] = [];
    for (let group = 0; group < this.count; group += 1) {
      const slot = this.#used[group] ?? 0;
      keys.push(this.#keys[slot * 2] ?? 0, this.#keys[slot * 2 + 1] ?? 0);
    }
    this.#keys = new Float64Array(size * 2);
    this.#groups = new Int32Array(size);
    this.#stamps = new Int32Array(size);
    this.#used = new Int32Array(size);
    this.#stamp = 1;
    for (let group = 0; group < this.count; group += 1) {
      const [major, minor] = [keys[group * 2] ?? 0, keys[group * 2 + 1] ?? 0];
      const slot = this.#slot(major, minor);
      this.#stamps[slot] = 1;
      this.#keys[slot * 2] = major;
      this.#keys[slot * 2 + 1] = minor;
      this.#groups[slot] = group;
      this.#used[group] = slot;
    }
  }
}

function grown(array: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size);
  larger.set(array);
  return larger;
}
