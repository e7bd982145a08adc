import type { Manifest } from './manifest.ts';

/** A file that holds what another one holds. */
export interface IdenticalFile {
  readonly file: string;
  readonly as: string;
  readonly rows: number;
}

/** Knows which readings there are, by what identifies them. */
export class Readings {
  readonly identical: IdenticalFile[] = [];
  readonly #files = new Map<string, { readonly name: string; rows: number }>();

  constructor(before: Manifest) {
    for (const { hash, name, rows } of before.files) this.#files.set(hash, { name, rows: rows + (this.#files.get(hash)?.rows ?? 0) });
  }

  /** Whether the same was read before. */
  knows(hash: string): boolean {
    return this.#files.has(hash);
  }

  /** Whether the same was read before; a file of another name is told. */
  has(hash: string, file: string): boolean {
    const known = this.#files.get(hash);
    if (known !== undefined && known.name.split('/')[0] !== file.split('/')[0])
      this.identical.push({ file, as: known.name, rows: known.rows });
    return known !== undefined;
  }

  add(hash: string, name: string, rows: number): void {
    this.#files.set(hash, { name: this.#files.get(hash)?.name ?? name, rows: rows + (this.#files.get(hash)?.rows ?? 0) });
  }
}
