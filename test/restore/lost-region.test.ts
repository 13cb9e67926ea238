import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackupClient } from '../../src/backup/backup-client.js';
import { IntegrityChecker } from '../../src/integrity/integrity-checker.js';
import { createArchiveJournal } from '../../src/restore/execution/archive-journal.js';
import { renderPlan } from '../../src/restore/plan/render-plan.js';
import { RestorePlanner } from '../../src/restore/restore-planner.js';
import { connectToDatabase } from '../../src/system/database-target.js';
import { startZephyrRegions, type ZephyrRegions } from '../backup/zephyr-regions.js';

const configuration = {
  instanceClass: 'db.t3.large',
  vpcSecurityGroups: ['sg-0123456789abcdef0'],
  subnetGroup: 'default',
} as const;
const writers = { stop: async () => undefined, resume: async () => undefined };

let regions: ZephyrRegions;
let copied: { readonly id: string; readonly fingerprint: Awaited<ReturnType<IntegrityChecker['fingerprint']>> };
let lastGood: Date;

beforeAll(async () => {
  regions = await startZephyrRegions(2_000);
  const { east, system, replicate } = regions;
  await replicate();
  const backups = new BackupClient(system);
  const snapshot = await backups.createDatabaseSnapshot({ reason: 'weekly' });
  const { id } = await backups.copyDatabaseSnapshot({ snapshot: snapshot.id, to: 'us-west-2' });
  copied = { id, fingerprint: await new IntegrityChecker(system).fingerprint() };
  await east.sql("INSERT INTO votes (poll_id, choice, comment) SELECT 1, 2, 'late' FROM generate_series(1, 77)");
  await system.clock.sleep(1_100);
  lastGood = new Date(Math.floor(Date.now() / 1_000) * 1_000);
  await system.clock.sleep(1_100);
  await east.sql("DELETE FROM votes WHERE comment = 'late'");
  await system.clock.sleep(1_100);
  await east.region.shipLogs();
  await east.region.close();
}, 180_000);
afterAll(async () => {
  await regions?.close();
});

async function votes(instance: string): Promise<unknown> {
  const session = await connectToDatabase(regions.rescue, { instance });
  try {
    return (await session.query('SELECT count(*)::int AS count FROM votes'))[0]?.count;
  } finally {
    await session.close();
  }
}

async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('with the region of production lost', () => {
  it('the other one still tells what there is to restore', async () => {
    const backups = new BackupClient(regions.rescue);
    expect(await backups.latest({ kind: 'database-snapshot' })).toMatchObject({ id: copied.id, region: 'us-west-2' });
    const continuous = await backups.latest({ kind: 'continuous-backup' });
    expect(continuous).toMatchObject({ source: { resourceId: regions.resourceId } });
  });

  it('the system that lost it tells what is in the other one, without what only the lost archive knows', async () => {
    const backups = new BackupClient(regions.system);
    const kinds = ['database-snapshot', 'continuous-backup'] as const;
    const elsewhere = { kinds, regions: ['us-west-2'] };
    await expect(all(backups.list(elsewhere))).rejects.toMatchObject({ code: 'service-unreachable' });
    const found = await all(backups.list({ ...elsewhere, withVerified: false }));
    expect(found.map(({ kind, region }) => `${kind} in ${region}`)).toEqual([
      'database-snapshot in us-west-2',
      'continuous-backup in us-west-2',
    ]);
  }, 60_000);

  it('a copied snapshot is restored in the other one, proven equal, and the application pointed at it', async () => {
    const { rescue, resourceId } = regions;
    const planner = new RestorePlanner(rescue);
    const plan = await planner.planSnapshotRestore({
      snapshot: 'latest',
      target: 'zephyr-rescue',
      promote: 'endpoint',
      configuration,
      expectation: { fingerprint: copied.fingerprint },
    });
    expect(plan.facts).toMatchObject({ snapshot: { identifier: copied.id }, source: { resourceId, living: false } });
    expect(renderPlan(plan)).toContain('us-west-2');
    const seen: unknown[] = [];
    const outcome = await planner.execute(plan, {
      approve: plan.hash,
      journal: createArchiveJournal(rescue),
      writers,
      switchEndpoint: async ({ address, port }) => {
        const session = await connectToDatabase(rescue, { endpoint: { address, port } });
        seen.push(...(await session.query('SELECT count(*)::int AS count FROM votes')));
        await session.close();
      },
    });
    expect(outcome).toMatchObject({ status: 'completed', checks: { verdict: 'passed' }, drift: [] });
    expect(outcome.previous).toBeUndefined();
    expect(seen).toEqual([{ count: 2_000 }]);
  }, 180_000);

  it('replicated backups are restored to an instant and take the production name', async () => {
    const { rescue, resourceId } = regions;
    const planner = new RestorePlanner(rescue);
    const plan = await planner.planPointInTime({
      restoreTime: lastGood,
      source: { resourceId },
      target: 'zephyr-pitr',
      promote: 'rename',
      configuration,
    });
    expect(plan.steps.map(({ kind }) => kind)).not.toContain('rename-away');
    const outcome = await planner.execute(plan, { approve: plan.hash, journal: createArchiveJournal(rescue), writers });
    expect(outcome).toMatchObject({
      status: 'completed',
      candidate: { identifier: 'zephyr-production-db' },
      checks: { verdict: 'passed' },
      drift: [],
    });
    expect(await votes('zephyr-production-db')).toBe(2_077);
  }, 180_000);
});
