import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ahead } from './ahead.ts';

it('makes one item ready while the one before it is worked on, and never two', async () => {
  const log: string[] = [];
  const prepare = async (item: string): Promise<string> => {
    log.push(`begin ${item}`);
    await setImmediate();
    log.push(`ready ${item}`);
    return item.toUpperCase();
  };
  for await (const { item, index, prepared } of ahead(['a', 'b', 'c'], prepare)) {
    expect(prepared).toBe(item.toUpperCase());
    log.push(`work ${index}`);
    await setImmediate();
    await setImmediate();
  }
  expect(log).toEqual(['begin a', 'ready a', 'begin b', 'work 0', 'ready b', 'begin c', 'work 1', 'ready c', 'work 2']);
  for await (const _ of ahead([], prepare)) throw new Error('nothing to do');
});

it('throws at the place of the item, and waits for what it has begun when the loop ends early', async () => {
  const seen: string[] = [];
  let running = 0;
  const prepare = async (item: string): Promise<string> => {
    running += 1;
    await setImmediate();
    running -= 1;
    if (item === 'bad') throw new Error('bad item');
    return item;
  };
  const all = async (items: readonly string[], last: string): Promise<void> => {
    for await (const { item } of ahead(items, prepare)) {
      seen.push(item);
      if (item === last) throw new Error('work failed');
    }
  };
  await expect(all(['a', 'bad', 'c'], '')).rejects.toThrow('bad item');
  await expect(all(['x', 'y', 'z'], 'x')).rejects.toThrow('work failed');
  await expect(all(['x', 'bad'], 'x')).rejects.toThrow('work failed');
  expect(seen).toEqual(['a', 'x', 'x']);
  expect(running).toBe(0);
});
