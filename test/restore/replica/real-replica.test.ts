import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SqlSession } from '../../../src/ports/postgres.js';
import type { SwitchEndpoint } from '../../../src/restore/execution/execution.js';
import { createMemoryJournal } from '../../../src/restore/execution/memory-journal.js';
import { renderPlan } from '../../../src/restore/plan/render-plan.js';
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

let pointedAt: { readonly address: string; readonly port: number } | undefined;
const switchEndpoint: SwitchEndpoint = async (to) => {
  pointedAt = to;
};

/** Writes one vote after the other until it is stopped; tells then how many were committed. */
function votingApplication(connect: () => Promise<SqlSession>): { stop(): Promise<number> } {
  let isStopped = false;
  const writing = (async () => {
    const session = await connect();
    let written = 0;
    try {
      for (; !isStopped; written += 1) await session.query('INSERT INTO votes (poll_id, choice) VALUES (1, 2)');
      return written;
    } finally {
      await session.close();
    }
  })();
  return {
    stop: () => {
      isStopped = true;
      return writing;
    },
  };
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

  it('is not promoted while it does not catch up, and the writers go on', async () => {
    const { system, east, west } = regions;
    const planner = new RestorePlanner(system);
    const request = { replica: 'zephyr-dr', region: 'us-west-2', mode: 'planned', patience: '2s' } as const;
    const plan = await planner.planReplicaPromotion(request);
    const turns: string[] = [];
    const writers = {
      stop: async () => {
        turns.push('stopped');
        await west.replicas.hold('zephyr-dr');
        await east.sql('INSERT INTO votes (poll_id, choice) VALUES (1, 2)');
      },
      resume: async () => void turns.push('resumed'),
    };
    const options = { approve: plan.hash, journal: createMemoryJournal(), writers, switchEndpoint };
    await expect(planner.execute(plan, options)).rejects.toMatchObject({
      code: 'deadline-exceeded',
      message: expect.stringMatching(/to catch up after .* bytes of log behind/),
    });
    expect(turns).toEqual(['stopped', 'resumed']);
    expect(west.calls.list('PromoteReadReplica')).toEqual([]);
    expect(pointedAt).toBeUndefined();
    await west.replicas.release('zephyr-dr');
    await east.sql('DELETE FROM votes WHERE comment IS NULL AND id = (SELECT max(id) FROM votes)');
  }, 180_000);

  it('is promoted as planned with every vote that was written until the writers stopped', async () => {
    const { system, rescue, east } = regions;
    const planner = new RestorePlanner(system);
    const plan = await planner.planReplicaPromotion({ replica: 'zephyr-dr', region: 'us-west-2', mode: 'planned' });
    const application = votingApplication(() => east.connect());
    let written = 0;
    const outcome = await planner.execute(plan, {
      approve: plan.hash,
      journal: createMemoryJournal(),
      writers: {
        stop: async () => {
          written = await application.stop();
        },
        resume: async () => undefined,
      },
      switchEndpoint,
    });
    expect(outcome).toMatchObject({
      status: 'completed',
      drift: [],
      checks: { verdict: 'passed' },
      recoveryPointMilliseconds: 0,
      candidate: { identifier: 'zephyr-dr', endpoint: { address: pointedAt?.address } },
      previous: { identifier: 'zephyr-production-db', resourceId: regions.resourceId },
      discarded: undefined,
    });
    expect(written).toBeGreaterThan(0);
    expect(await votesAt(pointedAt)).toBe(2_000 + written);
    expect(await votesAt(undefined)).toBe(2_000 + written);
    const promoted = await rescue.aws.rds.describeInstance('zephyr-dr');
    expect(promoted).toMatchObject({
      replicaSource: undefined,
      replication: undefined,
      deletionProtection: true,
      tags: { 'zephyr:purpose': 'promoted-replica' },
    });
    expect(promoted?.backupRetentionDays).toBeGreaterThanOrEqual(7);
  }, 180_000);

  it('is promoted after its source was lost, and tells what it never received', async () => {
    const { system, east, west } = regions;
    const planner = new RestorePlanner(system);
    const making = await planner.planReplica({ target: 'zephyr-dr-2', region: 'us-west-2', configuration });
    await planner.execute(making, { approve: making.hash, journal: createMemoryJournal() });
    const before = Number(await votesAt(undefined));
    const vote = 'INSERT INTO votes (poll_id, choice) SELECT 1, 2 FROM generate_series(1, 10)';
    await east.sql(vote);
    const here = await regions.rescue.aws.rds.describeInstance('zephyr-dr-2');
    await vi.waitFor(async () => expect(await votesAt(here?.endpoint)).toBe(before + 10), 30_000);
    await west.replicas.hold('zephyr-dr-2');
    const heldAt = system.clock.now();
    await system.clock.sleep(1_100);
    await east.sql(vote);
    await east.region.close();
    const incidentAt = system.clock.now();

    const disaster = { replica: 'zephyr-dr-2', region: 'us-west-2', mode: 'disaster', incidentAt } as const;
    const acknowledged = { acknowledgeLostWrites: true, acknowledgeSourceFenced: true };
    await expect(planner.planReplicaPromotion(disaster)).rejects.toMatchObject({ field: 'acknowledgeLostWrites' });
    await expect(planner.planReplicaPromotion({ ...disaster, ...acknowledged, maxLag: '1s' })).rejects.toMatchObject({
      code: 'precondition-failed',
    });
    const plan = await planner.planReplicaPromotion({ ...disaster, ...acknowledged, acknowledgeWritersStopped: true });
    const shown = renderPlan(plan);
    expect(shown).toContain('split-brain: nothing keeps zephyr-production-db in us-east-1 from taking writes');
    expect(shown).toContain(
      `what was written to zephyr-production-db in us-east-1 after ${plan.facts.dataTime} is lost`,
    );
    const outcome = await planner.execute(plan, {
      approve: plan.hash,
      journal: createMemoryJournal(),
      switchEndpoint,
    });
    expect(outcome).toMatchObject({ status: 'completed', drift: [], candidate: { identifier: 'zephyr-dr-2' } });
    expect(await votesAt(pointedAt)).toBe(before + 10);
    // Lost is what was written while it was held back, and the measure of it says so.
    expect(new Date(outcome.restoredTo).getTime()).toBeLessThanOrEqual(heldAt.getTime());
    expect(outcome.recoveryPointMilliseconds).toBeGreaterThanOrEqual(1_100);
    expect(outcome.discarded?.from).toBe(outcome.restoredTo);
  }, 180_000);
});
