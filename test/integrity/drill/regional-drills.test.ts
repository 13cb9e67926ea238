import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackupClient } from '../../../src/backup/backup-client.js';
import type { Backup } from '../../../src/core/backups.js';
import { IntegrityChecker } from '../../../src/integrity/integrity-checker.js';
import { startZephyrRegions, type ZephyrRegions } from '../../backup/zephyr-regions.js';

const quarantine = {
  vpcSecurityGroups: ['sg-0123456789abcdef0'],
  subnetGroup: 'default',
  instanceClass: 'db.t3.large',
} as const;

let regions: ZephyrRegions;
let checker: IntegrityChecker;

beforeAll(async () => {
  regions = await startZephyrRegions(2_000);
  checker = new IntegrityChecker(regions.system);
}, 180_000);
afterAll(async () => {
  await regions?.close();
});

async function backupsOver(): Promise<readonly Backup[]> {
  const found: Backup[] = [];
  for await (const backup of new BackupClient(regions.system).list({ regions: ['us-west-2'] })) found.push(backup);
  return found;
}

async function instancesOver(): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { identifier } of regions.rescue.aws.rds.listInstances()) names.push(identifier);
  return names;
}

describe('a drill in another region on real servers', () => {
  it('proves a copied snapshot by its rows, marks the copy and leaves nothing over there', async () => {
    const { east, system } = regions;
    const fingerprint = await checker.fingerprint();
    const backups = new BackupClient(system);
    const snapshot = await backups.createDatabaseSnapshot({ reason: 'weekly' });
    await east.sql('DELETE FROM votes WHERE id % 2 = 0');
    const copy = await backups.copyDatabaseSnapshot({ snapshot: snapshot.id, to: 'us-west-2' });
    const report = await checker.drill({
      source: { kind: 'regional-copy', region: 'us-west-2', snapshot: 'latest' },
      quarantine,
      expectation: { fingerprint, consistency: ['foreign-keys', 'sequences', 'indexes'] },
    });
    expect(report.reasons).toEqual([]);
    expect(report).toMatchObject({
      verdict: 'passed',
      backup: { id: copy.id, region: 'us-west-2', resourceId: regions.resourceId },
      target: { region: 'us-west-2' },
      teardown: { outcome: 'removed', leftovers: [] },
    });
    expect(await instancesOver()).toEqual([]);
    const proven = (await backupsOver()).find(({ id }) => id === copy.id);
    expect(proven).toMatchObject({ region: 'us-west-2', verified: { how: expect.stringContaining('drill') } });
    const here = await backups.find(snapshot.id);
    expect(here?.region).toBe('us-east-1');
    // What was proven is the copy.
    expect(here?.verified).toBeUndefined();
  }, 180_000);

  it('proves the latest instant of replicated backups', async () => {
    const { east, replicate, resourceId } = regions;
    await replicate();
    await east.sql("INSERT INTO votes (poll_id, choice, comment) SELECT 1, 2, 'late' FROM generate_series(1, 77)");
    await east.system.clock.sleep(1_100);
    await east.region.shipLogs();
    const report = await checker.drill({
      source: { kind: 'regional-point-in-time', region: 'us-west-2', time: 'latest' },
      quarantine,
      expectation: { atLeastRows: { 'public.votes': 1_077 }, consistency: ['foreign-keys', 'sequences', 'indexes'] },
    });
    expect(report.reasons).toEqual([]);
    expect(report).toMatchObject({
      verdict: 'passed',
      backup: { kind: 'point-in-time', id: resourceId, region: 'us-west-2' },
      teardown: { outcome: 'removed', leftovers: [] },
    });
    expect(await instancesOver()).toEqual([]);
    expect((await backupsOver()).find(({ kind }) => kind === 'continuous-backup')).toMatchObject({
      id: resourceId,
      region: 'us-west-2',
      verified: { how: expect.stringContaining('drill') },
    });
  }, 180_000);
});
