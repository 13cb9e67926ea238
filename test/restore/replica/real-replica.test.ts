import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryJournal } from '../../../src/restore/memory-journal.js';
import { RestorePlanner } from '../../../src/restore/restore-planner.js';
import { connectToDatabase } from '../../../src/system/database-target.js';
import { startZephyrRegions, type ZephyrRegions } from '../../backup/zephyr-regions.js';

const configuration = { vpcSecurityGroups: ['sg-0123456789abcdef0'], subnetGroup: 'default' } as const;

let regions: ZephyrRegions;
beforeAll(async () => {
  regions = await startZephyrRegions(2_000);
}, 180_000);
afterAll(async () => {
  await regions?.close();
});

async function votesAt(endpoint: { readonly address: string; readonly port: number } | undefined): Promise<unknown> {
  const session = await connectToDatabase(regions.system, endpoint === undefined ? {} : { endpoint });
  try {
    return (await session.query('SELECT count(*)::int AS count FROM votes'))[0]?.count;
  } finally {
    await session.close();
  }
}

describe('a read replica in another region', () => {
  it('is made with the settings asked for, and done when it has what its source had', async () => {
    const { system, west } = regions;
    const planner = new RestorePlanner(system);
    const request = { target: 'zephyr-dr', region: 'us-west-2', configuration };
    const plan = await planner.planReplica(request);
    const options = { approve: plan.hash, journal: createMemoryJournal() };
    const outcome = await planner.execute(plan, options);
    expect(outcome).toMatchObject({ status: 'completed', drift: [], candidate: { identifier: 'zephyr-dr' } });
    expect(await votesAt(outcome.candidate?.endpoint)).toBe(2_000);
    const made = await system.otherRegions[0]?.rds.describeInstance('zephyr-dr');
    expect(made).toMatchObject({
      replication: { status: 'replicating', normal: true },
      vpcSecurityGroups: [{ id: 'sg-0123456789abcdef0' }],
      backupRetentionDays: 0,
    });
    // With the journal lost it is found by its tag, and not made again.
    const again = await planner.execute(plan, { ...options, journal: createMemoryJournal() });
    expect(again.candidate).toEqual(outcome.candidate);
    expect(west.calls.list('CreateDBInstanceReadReplica')).toHaveLength(1);
    await expect(planner.planReplica(request)).rejects.toMatchObject({ code: 'identifier-taken' });
  }, 180_000);
});
