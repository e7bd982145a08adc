import { expect, it } from 'vitest';
import { fuzz } from './run.ts';

const count = Number(process.env.HENGJIAN_FUZZ ?? 60);
const seed = Number(process.env.HENGJIAN_FUZZ_SEED ?? 1);

it(`${count} damaged deliveries are taken or refused by name, and every row is accounted for`, { timeout: 3_600_000 }, async () => {
  const { failures, counts, slowest } = await fuzz(seed, count);
  expect(failures.map(({ seed: one, kind, fault, folder }) => `seed ${one}, ${kind}: ${fault} (${folder})`)).toEqual([]);
  expect(slowest).toBeLessThan(60_000);
  if (count > 1000) process.stdout.write(`${JSON.stringify({ count, slowest, counts })}\n`);
  expect(Object.values(counts).reduce((sum, one) => sum + one, 0)).toBe(count);
});
