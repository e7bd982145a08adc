import { formatMinute, missingInt } from '@hengjian/standard';
import { ingest, openLake, readSegment, stateHash } from './index.ts';

/** Run by the test of time zones: ingests a folder and says the state of the lake and the moment of its first line. */
const [source = '', target = ''] = process.argv.slice(2);
await ingest({ paths: [source], lake: target });
const lake = await openLake(target);
const moments = lake.segments().flatMap((handle) => {
  const column = readSegment(handle, { lines: ['fee_ocur_time'] }).lines.columns.fee_ocur_time;
  return column instanceof Int32Array ? [...column] : [];
});
const first = moments.find((minute) => minute !== missingInt);
console.log(`${stateHash(lake)} ${first === undefined ? '' : formatMinute(first)}`.trim());
