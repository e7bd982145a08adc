import { parentPort, workerData } from 'node:worker_threads';
import { BlockMaker } from './block.ts';
import { readCatalogue } from './catalogue.ts';
import { buildCity } from './city.ts';

/** Message from the main thread: make this block. */
export interface BlockOrder {
  readonly block: number;
}

const { persons, year, seed } = workerData as { persons: number; year: number; seed: number };
const catalogue = readCatalogue();
const maker = new BlockMaker(buildCity(catalogue, persons, year, seed), catalogue);
parentPort?.on('message', ({ block }: BlockOrder) => {
  const result = maker.make(block);
  parentPort?.postMessage(
    result,
    result.parts.map((part) => part.buffer),
  );
});
