/**
 * Maps a stream of items with up to `ahead` of them under way at once, in order: as fast as many calls at a time, in the memory
 * of a few. A failure surfaces when its turn comes; ending early waits for what is under way.
 */
export async function* mapAhead<Item, Result>(
  items: AsyncIterable<Item>,
  ahead: number,
  map: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const underWay: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const mapped = map(item);
      // Its turn comes later: until then a failure must not count as unhandled.
      mapped.catch(() => undefined);
      underWay.push(mapped);
      const first = underWay.length >= ahead ? underWay.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    for (let next = underWay.shift(); next !== undefined; next = underWay.shift()) yield await next;
  } finally {
    await Promise.allSettled(underWay);
  }
}
