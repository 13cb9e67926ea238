import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { expect, it } from 'vitest';
import { connectAws } from '../../src/aws/index.js';
import { BackupClient } from '../../src/backup/backup-client.js';
import type { Backup } from '../../src/core/backups.js';
import { type BackupError, isBackupError } from '../../src/core/errors.js';
import { createVirtualClock, type Fault, type LocalRegion, startLocalRegion } from '../../src/local/index.js';
import { defineSystem, type System } from '../../src/system/define-system.js';

const request = { reason: 'pre-deployment', deploymentVersion: 'v2.0.0', operationId: 'deploy-1' };

/** Zephyr's production in a local region without servers behind it: real requests, virtual time. */
async function givenProduction(region: LocalRegion): Promise<System> {
  const settings = { region: region.region, endpoint: region.endpoint, credentials: region.credentials };
  const rds = new RDSClient(settings);
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'zephyr-production-db',
      DBInstanceClass: 'db.t3.large',
      Engine: 'postgres',
      MasterUsername: 'zephyr',
      MasterUserPassword: 'only-for-rehearsals',
      AllocatedStorage: 100,
      BackupRetentionPeriod: 30,
    }),
  );
  rds.destroy();
  return defineSystem({
    // One attempt: what the SDK repeats by itself must not hide what this library does about it.
    aws: connectAws({ ...settings, maxAttempts: 1 }),
    database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'u', password: 'p' } },
    clock: region.clock,
    polling: { shortest: '60s', longest: '60s' },
    // No jitter: every run makes the same requests.
    random: () => 0.5,
  });
}

async function manualSnapshots(client: BackupClient): Promise<readonly Backup[]> {
  const found: Backup[] = [];
  for await (const backup of client.list({ origin: 'manual' })) found.push(backup);
  return found;
}

it('takes one snapshot while the instance is still being created, tagged, after it has become available', async () => {
  await using region = await startLocalRegion({ clock: createVirtualClock() });
  const client = new BackupClient(await givenProduction(region));
  const statuses = new Set<string>();
  const snapshot = await client.createDatabaseSnapshot(request, {
    onProgress: ({ phase, status = '' }) => statuses.add(`${phase} ${status}`),
  });
  expect(statuses).toContain('waiting-for-instance creating');
  expect(snapshot.id).toMatch(/^zephyr-production-db-manual-20251109-\d{6}$/);
  expect(snapshot).toMatchObject({ status: 'available', tags: { DeploymentVersion: 'v2.0.0' } });
  expect(await manualSnapshots(client)).toEqual([snapshot]);
});

it('refuses where the quota is used up, and says how much is', async () => {
  await using region = await startLocalRegion({ clock: createVirtualClock(), quotas: { manualSnapshots: 1 } });
  const client = new BackupClient(await givenProduction(region));
  await client.createDatabaseSnapshot({ reason: 'first' });
  const second = client.createDatabaseSnapshot({ reason: 'second' });
  await expect(second).rejects.toMatchObject({ code: 'quota-exceeded', details: { used: 1, max: 1 } });
});

it('tells a snapshot that fails from one that is late, with its events', async () => {
  await using region = await startLocalRegion({ clock: createVirtualClock() });
  const client = new BackupClient(await givenProduction(region));
  const slow = region.faults.inject({ operation: 'CreateDBSnapshot', fault: { kind: 'stuck', status: 'creating' } });
  const deadline = new Date(region.clock.now().getTime() + 5 * 3_600_000);
  await expect(client.createDatabaseSnapshot({ reason: 'late' }, { deadline })).rejects.toMatchObject({
    code: 'deadline-exceeded',
    details: { lastStatus: 'creating' },
  });
  slow.remove();
  region.faults.inject({ operation: 'CreateDBSnapshot', fault: { kind: 'ends-in', status: 'failed' } });
  await expect(client.createDatabaseSnapshot({ reason: 'broken' })).rejects.toMatchObject({
    code: 'resource-failed',
    details: { status: 'failed', events: expect.arrayContaining([expect.stringMatching(/^2025-11-09T/)]) },
  });
});

it('ends with one snapshot whatever happens to whichever request, once the call is repeated', async () => {
  const faults: readonly Fault[] = [
    { kind: 'drop-request' },
    { kind: 'drop-response' },
    { kind: 'throttle' },
    { kind: 'error', code: 'InternalFailure', status: 500 },
  ];
  const calls = await (async () => {
    await using region = await startLocalRegion({ clock: createVirtualClock() });
    const client = new BackupClient(await givenProduction(region));
    region.calls.clear();
    await client.createDatabaseSnapshot(request);
    return region.calls.list().length;
  })();
  expect(calls).toBeGreaterThan(5);
  for (const fault of faults) {
    for (let call = 1; call < calls; call += 1) {
      const when = `${fault.kind} at request ${call}`;
      await using region = await startLocalRegion({ clock: createVirtualClock() });
      const client = new BackupClient(await givenProduction(region));
      const injected = region.faults.inject({ call, fault });
      const first = await client.createDatabaseSnapshot(request).then(
        () => 'made',
        (error: BackupError) => (isBackupError(error) && error.retryable ? 'may be repeated' : error),
      );
      expect(['made', 'may be repeated'], when).toContain(first);
      expect(injected.hits, when).toBe(1);
      injected.remove();
      const snapshot = await client.createDatabaseSnapshot(request);
      expect(snapshot.status, when).toBe('available');
      expect(await manualSnapshots(client), when).toHaveLength(1);
    }
  }
});
