import { describe, expect, it } from 'vitest';
import { mapAhead } from '../../src/backup/map-ahead.js';
import { partSizeFor } from '../../src/backup/part-size.js';
import { runTogether } from '../../src/backup/run-together.js';
import { snapshotTags } from '../../src/backup/snapshot-tags.js';
import { productionDb } from './fakes/fake-rds.js';
import { abortReason } from './fakes/faulty.js';

describe('partSizeFor', () => {
  it('keeps an upload below 10,000 parts with room to spare, within what memory allows', () => {
    expect(partSizeFor(0)).toBe(8_388_608);
    expect(partSizeFor(1e9)).toBe(8_388_608);
    for (const bytes of [7e10, 1e11, 5e11, 1e12, 4e12]) {
      expect((bytes * 1.1) / partSizeFor(bytes)).toBeLessThan(9_000);
    }
    expect(partSizeFor(1e14)).toBe(536_870_912);
  });
});

describe('runTogether', () => {
  it('gives every result in order', async () => {
    await expect(runTogether<[number, string]>([async () => 1, async () => 'two'], undefined)).resolves.toEqual([
      1,
      'two',
    ]);
  });

  it('stops the others at the first failure, waits for them, and throws that one', async () => {
    const failure = new Error('first');
    let stopped = false;
    const patient = (signal: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          setTimeout(() => {
            stopped = true;
            reject(new Error('consequence'));
          }, 5);
        });
      });
    await expect(runTogether([patient, () => Promise.reject(failure)], undefined)).rejects.toBe(failure);
    expect(stopped).toBe(true);
  });

  it('passes an abort on and rejects with its reason', async () => {
    const controller = new AbortController();
    const wait = (signal: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const running = runTogether([wait, wait], controller.signal);
    controller.abort(abortReason);
    await expect(running).rejects.toBe(abortReason);
    await expect(runTogether([wait], controller.signal)).rejects.toBe(abortReason);
  });
});

describe('mapAhead', () => {
  const count = async function* (to: number): AsyncGenerator<number> {
    for (let index = 1; index <= to; index += 1) yield index;
  };

  it('keeps the order, whichever ends first', async () => {
    const results: number[] = [];
    const slowFirst = async (item: number): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 10 - item));
      return item * 10;
    };
    for await (const result of mapAhead(count(9), 3, slowFirst)) results.push(result);
    expect(results).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
  });

  it('fails in its turn and leaves nothing under way', async () => {
    const results: number[] = [];
    let underWay = 0;
    const odd = async (item: number): Promise<number> => {
      underWay += 1;
      await new Promise((resolve) => setTimeout(resolve, item));
      underWay -= 1;
      if (item >= 3) throw new Error(`item ${item}`);
      return item;
    };
    const read = async (): Promise<void> => {
      for await (const result of mapAhead(count(9), 4, odd)) results.push(result);
    };
    await expect(read()).rejects.toThrow('item 3');
    expect(results).toEqual([1, 2]);
    expect(underWay).toBe(0);
  });
});

describe('snapshotTags', () => {
  it('copies no tags where the instance does not, and none of AWS or of this library ever', () => {
    const tags = {
      Team: 'zephyr',
      'aws:cloudformation:stack-name': 's',
      'zephyr:purpose': 'candidate',
      Reason: 'theirs',
    };
    const labels = { reason: 'ours', tags: { Own: '1' } };
    const of = (copyTagsToSnapshot: boolean) =>
      snapshotTags(labels, 'op', { ...productionDb, copyTagsToSnapshot, tags });
    expect(of(true)).toEqual({
      Team: 'zephyr',
      Own: '1',
      Reason: 'ours',
      'zephyr:managed-by': 'zephyr-backup',
      'zephyr:operation-id': 'op',
      'zephyr:purpose': 'backup',
    });
    expect(of(false)).not.toHaveProperty('Team');
  });

  it('never exceeds the 50 that RDS takes, and never at the cost of its own', () => {
    const many = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`tag-${String((index * 7) % 50).padStart(2, '0')}`, 'x']),
    );
    const tags = snapshotTags({ reason: 'r', deploymentVersion: 'v' }, 'op', { ...productionDb, tags: many });
    expect(Object.keys(tags)).toHaveLength(50);
    expect(tags).toMatchObject({ 'tag-00': 'x', 'tag-44': 'x', Reason: 'r', DeploymentVersion: 'v' });
    expect(tags).not.toHaveProperty('tag-45');
  });
});
