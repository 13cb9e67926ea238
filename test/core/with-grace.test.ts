import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { withGrace } from '../../src/core/with-grace.js';

const untilAborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));

describe('withGrace', () => {
  it('lets what has begun go on for a while after an abort, and then stops it for the same reason', async () => {
    const caller = new AbortController();
    const reason = new Error('enough');
    const began = performance.now();
    const stopped = withGrace(caller.signal, 60, (signal) => {
      caller.abort(reason);
      expect(signal.aborted).toBe(false);
      return untilAborted(signal);
    });
    expect(await stopped).toBe(reason);
    expect(performance.now() - began).toBeGreaterThan(50);
  });

  it('gives what comes of work that ends within its grace, and leaves no listener', async () => {
    const caller = new AbortController();
    const work = async (signal: AbortSignal): Promise<string> => {
      caller.abort();
      await Promise.resolve();
      return signal.aborted ? 'stopped' : 'done';
    };
    expect(await withGrace(caller.signal, 60_000, work)).toBe('done');
    expect(await withGrace(undefined, 1, async () => 'done')).toBe('done');
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
  });

  it('begins nothing for a caller who has given up', async () => {
    const begin = withGrace(AbortSignal.abort(new Error('before')), 1, () => expect.fail('it began'));
    await expect(begin).rejects.toThrow('before');
  });
});
