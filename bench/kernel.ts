/**
 * The kernel alone, without reading, evidence or writing: every rule that walks persons over a lake in memory, then the
 * events of the keyed rules. One thread, CPU time.
 *
 * node bench/kernel.ts <lake> [rounds] [knowledge]
 */
import { openLake, readSegment } from '@hengjian/lake';
import { loadRulebook } from '@hengjian/rulebook';
import { bindRulebook, compileKernel, type EventBlock, neededColumns, reduceEvents } from '@hengjian/rulespec';

const [folder, given, knowledge] = process.argv.slice(2);
if (folder === undefined) throw new Error('node bench/kernel.ts <lake> [rounds] [knowledge]');
const rounds = Number(given ?? 5);
const warmUp = 2;

const lake = await openLake(folder);
const rulebook = loadRulebook(knowledge === undefined ? {} : { knowledge });
const bind = (keyed: boolean) =>
  bindRulebook(
    rulebook.rules.filter((rule) => (rule.source.by !== 'person') === keyed),
    rulebook.tables,
    lake.context(),
  );
const [bound, keyedBound] = [bind(false), bind(true)];
const segments = (columns: ReturnType<typeof neededColumns>) => lake.segments().map((handle) => readSegment(handle, columns));
const lines = lake.segments().reduce((sum, handle) => sum + handle.lines, 0);

function cpuMs<T>(work: () => T): { ms: number; result: T } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, result };
}
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const kernel = compileKernel(bound);
const walked = segments(neededColumns(bound));
const times: number[] = [];
for (let round = 0; round < warmUp + rounds; round += 1) {
  times.push(cpuMs(() => walked.forEach((segment, number) => void kernel.run(segment, { hit: () => undefined }, undefined, number))).ms);
}
const warm = median(times.slice(warmUp));
const perSecond = (ms: number): string => `${((lines / ms) * 1e-3).toFixed(2)} M lines/s`;
const cold = times[0] ?? 0;
const firstWalk = `first ${cold.toFixed(0)} ms (${perSecond(cold)})`;
const laterWalks = `median of ${rounds} ${warm.toFixed(0)} ms (${perSecond(warm)} and thread)`;
console.log(`${lines} lines, ${bound.rules.length} rules by person: ${firstWalk}, ${laterWalks}`);

const collector = compileKernel(keyedBound);
const keyedSegments = segments(neededColumns(keyedBound));
const collected: number[] = [];
const reduced: number[] = [];
let [bytes, events, hits] = [0, 0, 0];
for (let round = 0; round < warmUp + rounds; round += 1) {
  const collect = cpuMs((): readonly EventBlock[] => {
    keyedSegments.forEach((segment, number) => void collector.run(segment, { hit: () => undefined }, undefined, number));
    return collector.takeEvents();
  });
  const reduce = cpuMs(() => reduceEvents(keyedBound, collect.result));
  collected.push(collect.ms);
  reduced.push(reduce.ms);
  hits = reduce.result.hits.length;
  const tables = collect.result.flatMap((block) => Object.values(block.tables));
  bytes = tables.reduce((sum, table) => sum + Object.values(table.columns).reduce((size, column) => size + column.byteLength, 0), 0);
  events = collect.result.reduce((sum, { tables: { lines: own, visits } }) => sum + ((own ?? visits)?.starts.at(-1) ?? 0), 0);
}
const show = (values: readonly number[]): string =>
  `first ${(values[0] ?? 0).toFixed(0)} ms, median ${median(values.slice(warmUp)).toFixed(0)} ms`;
const size = `${events} events of ${(bytes / Math.max(1, events)).toFixed(0)} bytes`;
const work = `collect ${show(collected)}; judge ${show(reduced)}`;
console.log(`${keyedBound.rules.length} keyed rules: ${size}, ${hits} findings; ${work}`);
