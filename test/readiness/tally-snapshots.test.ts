import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SnapshotDescription } from '../../src/ports/database-backups.js';
import { tallySnapshots } from '../../src/readiness/tally-snapshots.js';
import { ago, day, hour, now } from './facts.js';

function snapshot(identifier: string, more: Partial<SnapshotDescription> = {}): SnapshotDescription {
  return {
    identifier,
    arn: `arn:${identifier}`,
    type: 'automated',
    status: 'available',
    instance: 'prod',
    resourceId: 'db-P',
    createdAt: ago(hour),
    engine: 'postgres',
    engineVersion: '15.18',
    allocatedStorageGiB: 100,
    encrypted: true,
    tags: {},
    ...more,
  };
}

async function* listing(items: readonly SnapshotDescription[]): AsyncGenerator<SnapshotDescription> {
  yield* items;
}

const tally = (...items: SnapshotDescription[]) => tallySnapshots(listing(items), now);

describe('the tally of snapshots', () => {
  it('takes the newest that is available, whatever the order', async () => {
    const times = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(times, async (ages) => {
        const items = ages.map((age, index) => snapshot(`s${index}`, { createdAt: ago(age) }));
        const { newestAutomated, automatedCount } = await tally(...items);
        expect(newestAutomated?.createdAt).toEqual(ago(Math.min(...ages)));
        expect(automatedCount).toBe(ages.length);
      }),
    );
  });

  it('tells one that is being made from one that has failed', async () => {
    const creating = snapshot('making', { status: 'creating', createdAt: undefined });
    const failed = snapshot('broken', { status: 'failed' });
    expect(await tally(creating, failed)).toMatchObject({
      automatedUnderWay: { identifier: 'making', status: 'creating' },
      automatedCount: 0,
    });
    expect(await tally(failed)).toEqual({ automatedCount: 0, manualCount: 0, manualInLastMonth: 0 });
    expect(await tally(snapshot('timeless', { createdAt: undefined }))).toMatchObject({ automatedCount: 1 });
  });

  it('counts manual ones and their pace, and leaves those of others alone', async () => {
    const manual = { type: 'manual' } as const;
    const counted = await tally(
      snapshot('old', { ...manual, createdAt: ago(30 * day + 1) }),
      snapshot('recent', { ...manual, createdAt: ago(30 * day) }),
      snapshot('now', { ...manual, status: 'creating', createdAt: undefined }),
      snapshot('aws', { type: 'awsbackup' }),
    );
    expect(counted).toEqual({ automatedCount: 0, manualCount: 3, manualInLastMonth: 2 });
  });
});
