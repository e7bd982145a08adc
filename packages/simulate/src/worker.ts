import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { BlockMaker, type BlockReport, type BlockResult, shelves } from './block.ts';
import { readCatalogue } from './catalogue.ts';
import { blockSize, buildCity } from './city.ts';

/** What the main thread gives a worker. */
export interface WorkerTask {
  readonly persons: number;
  readonly year: number;
  readonly seed: number;
  /** Descriptors of the output files, in the order of the parts of a block. */
  readonly files: readonly number[];
  /** Two shared integers: the next block to make, the next block to be written. */
  readonly turn: Int32Array<SharedArrayBuffer>;
  /** Shared: where in each file the next block to be written begins. */
  readonly places: Float64Array<SharedArrayBuffer>;
}

/** A made block that waits for its place in the files. */
interface HeldBlock extends BlockResult {
  readonly shelf: number;
}

const { persons, year, seed, files, turn, places } = workerData as WorkerTask;

/** Takes a made block's place in the files, if all blocks before have theirs. */
function claim(parts: readonly Uint8Array[], block: number, at: Float64Array): boolean {
  if (Atomics.load(turn, 1) !== block) return false;
  for (let index = 0; index < parts.length; index += 1) {
    at[index] = places[index] ?? 0;
    places[index] = (at[index] ?? 0) + (parts[index]?.length ?? 0);
  }
  Atomics.store(turn, 1, block + 1);
  Atomics.notify(turn, 1);
  return true;
}

function writeAll(file: number, part: Uint8Array, place: number): void {
  for (let done = 0; done < part.length; ) done += writeSync(file, part, done, part.length - done, place + done);
}

/**
 * Makes blocks until there are none left. Those that have to wait for the other threads are held; only when all shelves are
 * full the worker waits.
 */
function work(): void {
  const catalogue = readCatalogue();
  const maker = new BlockMaker(buildCity(catalogue, persons, year, seed), catalogue);
  const at = new Float64Array(places.length);
  const blocks = Math.ceil(persons / blockSize);
  const held: HeldBlock[] = [];
  const free = Array.from({ length: shelves }, (_, shelf) => shelf);
  const release = (wait: boolean): void => {
    for (let first = held[0]; first !== undefined; first = held[0]) {
      const { block, parts, truths, sums, ledgers } = first;
      while (!claim(parts, block, at)) {
        if (!wait) return;
        Atomics.wait(turn, 1, Atomics.load(turn, 1));
      }
      for (const [index, part] of parts.entries()) writeAll(files[index] ?? -1, part, at[index] ?? 0);
      const report: BlockReport = { block, truths, sums, ledgers };
      parentPort?.postMessage(report);
      held.shift();
      free.push(first.shelf);
      wait = false;
    }
  };
  for (let block = Atomics.add(turn, 0, 1); block < blocks; block = Atomics.add(turn, 0, 1)) {
    // the same shelf again whenever it is free: its memory is still in the cache
    const shelf = free.pop() ?? 0;
    held.push({ ...maker.make(block, shelf), shelf });
    release(held.length === shelves);
  }
  while (held.length > 0) release(true);
}

work();
