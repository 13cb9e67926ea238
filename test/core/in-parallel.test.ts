import { describe, expect, it } from 'vitest';
import { inParallel } from '../../src/core/in-parallel.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('inParallel', () => {
  it('keeps so many at work and gives the results in the order of the items', async () => {
    let atWork = 0;
    let most = 0;
    const results = await inParallel(3, [5, 1, 4, 2, 3, 0], undefined, async (turns) => {
      atWork += 1;
      most = Math.max(most, atWork);
      for (let i = 0; i < turns; i += 1) await turn();
      atWork -= 1;
      return turns * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30, 0]);
    expect(most).toBe(3);
  });

  it('has nothing to do for no items', async () => {
    await expect(inParallel(2, [], undefined, async () => 1)).resolves.toEqual([]);
  });

  it('stops the others at the first failure, begins no more, and waits for all before it throws', async () => {
    const failure = new Error('the second one');
    const begun: number[] = [];
    let settled = 0;
    const call = inParallel(2, [1, 2, 3, 4], undefined, async (item, signal) => {
      begun.push(item);
      try {
        if (item === 2) throw failure;
        while (!signal.aborted) await turn();
        await turn();
        signal.throwIfAborted();
      } finally {
        settled += 1;
      }
    });
    await expect(call).rejects.toBe(failure);
    expect(begun).toEqual([1, 2]);
    expect(settled).toBe(2);
  });

  it("rejects with the caller's reason, before and while it works", async () => {
    const reason = new Error('the caller gave up');
    let begun = 0;
    await expect(inParallel(2, [1], AbortSignal.abort(reason), async () => (begun += 1))).rejects.toBe(reason);
    expect(begun).toBe(0);
    const controller = new AbortController();
    const call = inParallel(2, [1, 2], controller.signal, async (_item, signal) => {
      controller.abort(reason);
      await turn();
      signal.throwIfAborted();
    });
    await expect(call).rejects.toBe(reason);
  });
});
