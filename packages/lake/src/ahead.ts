/** An item with what was made ready for it. */
export interface Ready<Item, Prepared> {
  readonly item: Item;
  readonly index: number;
  readonly prepared: Prepared;
}

/**
 * The items in their order, each with what `prepare` made of it; the next one is made ready while the caller is busy with
 * the one before. What `prepare` throws is thrown at the place of its item, and nothing runs any more once the loop has ended.
 */
export async function* ahead<Item, Prepared>(
  items: readonly Item[],
  prepare: (item: Item, index: number) => Promise<Prepared>,
): AsyncGenerator<Ready<Item, Prepared>> {
  const [first, ...rest] = items;
  if (first === undefined) return;
  const begin = (item: Item, index: number): Promise<Ready<Item, Prepared>> => {
    const work = prepare(item, index).then((prepared) => ({ item, index, prepared }));
    work.catch(() => undefined);
    return work;
  };
  let next = begin(first, 0);
  try {
    for (const [at, item] of rest.entries()) {
      const ready = await next;
      next = begin(item, at + 1);
      yield ready;
    }
    yield await next;
  } finally {
    await next.catch(() => undefined);
  }
}
