import {
  CreateDBSnapshotCommand,
  ModifyDBInstanceCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/readiness/diagnosis/diagnose.js';
import { fakeSystem } from '../../backup/fakes/fake-system.js';
import { abortReason } from '../../backup/fakes/faulty.js';
import { virtualZephyr } from '../zephyr-virtual.js';

const production = 'zephyr-production-db';
const hour = 3_600_000;

describe('over the wire: a missing backup', () => {
  it('is seen not to be missing, with the events of the instance and of its snapshots', async () => {
    await using zephyr = await virtualZephyr();
    const found = await diagnose(zephyr.system, { symptom: 'backup-missing' });
    expect(found.causes.map(({ code }) => code)).toEqual(['not-missing']);
    expect(found.unknown).toEqual([]);
    const messages = found.events.map(({ message }) => message);
    expect(messages).toEqual(expect.arrayContaining(['Backing up DB instance', 'Automated snapshot created']));
    expect(new Set(found.events.map(({ source }) => source.split(':')[0]))).toEqual(new Set([production, 'rds']));
    expect([...found.events].sort((a, b) => (a.at < b.at ? -1 : 1))).toEqual(found.events);
  });

  it('is found to come from backups that were turned off', async () => {
    await using zephyr = await virtualZephyr();
    await zephyr.rds.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: production,
        BackupRetentionPeriod: 0,
        ApplyImmediately: true,
      }),
    );
    await zephyr.clock.sleep(24 * hour);
    const found = await diagnose(zephyr.system, { symptom: 'backup-missing' });
    expect(found.causes[0]).toMatchObject({ code: 'backups-off', likelihood: 'certain' });
  });

  it('is found to come from an instance that was busy all through its window', async () => {
    await using zephyr = await virtualZephyr();
    zephyr.region.faults.inject({ operation: 'ModifyDBInstance', fault: { kind: 'stuck', status: 'modifying' } });
    await zephyr.rds.send(
      new ModifyDBInstanceCommand({ DBInstanceIdentifier: production, AllocatedStorage: 200, ApplyImmediately: true }),
    );
    await zephyr.clock.sleep(24 * hour);
    const found = await diagnose(zephyr.system, { symptom: 'backup-missing' });
    expect(found.causes[0]).toMatchObject({ code: 'instance-not-available', evidence: { status: 'modifying' } });
  });

  it('is found under the old name after a rename', async () => {
    await using zephyr = await virtualZephyr({}, { DeletionProtection: false });
    const rename = { DBInstanceIdentifier: production, NewDBInstanceIdentifier: 'zephyr-old', ApplyImmediately: true };
    await zephyr.rds.send(new ModifyDBInstanceCommand(rename));
    await zephyr.clock.sleep(hour);
    await expect(diagnose(zephyr.system, { symptom: 'backup-missing' })).rejects.toMatchObject({
      code: 'instance-not-found',
    });
    await zephyr.rds.send(
      new RestoreDBInstanceToPointInTimeCommand({
        SourceDBInstanceIdentifier: 'zephyr-old',
        TargetDBInstanceIdentifier: production,
        UseLatestRestorableTime: true,
      }),
    );
    await zephyr.clock.sleep(2 * hour);
    const found = await diagnose(zephyr.system, { symptom: 'backup-missing', instance: production });
    expect(found.causes.map(({ code }) => code)).toEqual(expect.arrayContaining(['new-instance', 'renamed']));
  });
});

describe('over the wire: a restore that is stuck', () => {
  const target = 'zephyr-production-pitr';
  const restore = new RestoreDBInstanceToPointInTimeCommand({
    SourceDBInstanceIdentifier: production,
    TargetDBInstanceIdentifier: target,
    UseLatestRestorableTime: true,
  });
  const request = { symptom: 'restore-stuck', instance: target } as const;

  it('is being created, then slow', async () => {
    await using zephyr = await virtualZephyr();
    expect((await diagnose(zephyr.system, request)).causes[0]?.code).toBe('no-such-instance');
    zephyr.region.faults.inject({
      operation: 'RestoreDBInstanceToPointInTime',
      fault: { kind: 'stuck', status: 'creating' },
    });
    await zephyr.rds.send(restore);
    await zephyr.clock.sleep(hour);
    const found = await diagnose(zephyr.system, request);
    expect(['slow', 'still-creating']).toContain(found.causes[0]?.code);
    expect(found.instance).toBe(target);
  });

  it('has failed, and says with what', async () => {
    await using zephyr = await virtualZephyr();
    const message = 'Database instance in incompatible-network state. The subnet has no free address.';
    zephyr.region.faults.inject({
      operation: 'RestoreDBInstanceToPointInTime',
      fault: { kind: 'ends-in', status: 'incompatible-network', message },
    });
    await zephyr.rds.send(restore);
    await zephyr.clock.sleep(2 * hour);
    const found = await diagnose(zephyr.system, request);
    expect(found.causes).toMatchObject([
      { code: 'failed', likelihood: 'certain', evidence: { status: 'incompatible-network' } },
    ]);
    expect(JSON.stringify(found.causes[0]?.evidence.events)).toContain('no free address');
  });

  it('is over', async () => {
    await using zephyr = await virtualZephyr();
    await zephyr.rds.send(restore);
    await zephyr.clock.sleep(3 * hour);
    const found = await diagnose(zephyr.system, request);
    expect(found.causes.map(({ code }) => code)).toContain('finished');
  });
});

describe('limits', () => {
  it('holds the newest thousand events and snapshots, and orders those without a time first', async () => {
    const { system, rds, clock } = fakeSystem();
    const instance = rds.instance;
    if (instance === undefined) throw new Error('no instance');
    await rds.createSnapshot({ snapshot: 'x', instance: instance.identifier, tags: {} });
    const [made] = rds.snapshots.splice(0);
    if (made === undefined) throw new Error('no snapshot');
    const automated = { ...made, type: 'automated', status: 'available' };
    const days = (count: number) => new Date(clock.now().getTime() - count * 24 * hour);
    for (const [identifier, age] of [
      ['rds:b', 20],
      ['rds:a', 15],
      ['rds:c', 30],
      ['rds:d', 3],
    ] as const) {
      rds.snapshots.push({ ...automated, identifier, createdAt: days(age) });
    }
    for (const identifier of ['rds:e', 'rds:f']) {
      rds.snapshots.push({ ...automated, identifier, status: 'creating', createdAt: undefined });
    }
    for (let count = 0; count < 1_500; count += 1) {
      rds.snapshots.push({ ...made, identifier: `manual-${count}`, createdAt: days(2) });
      rds.events.push({ at: days(1), source: 'p', message: `event ${count}`, categories: [] });
    }
    const asked: string[] = [];
    const { listEvents } = rds;
    rds.listEvents = (filter, call) => {
      asked.push(`${filter.sourceType} ${filter.source}`);
      return listEvents(filter, call);
    };
    const found = await diagnose(system, { symptom: 'backup-missing' });
    expect(found.causes[0]?.code).toBe('backup-running');
    expect(found.events).toHaveLength(50);
    expect(found.events.at(-1)?.message).toBe('event 1499');
    expect(asked).toEqual([
      `db-instance ${instance.identifier}`,
      'db-snapshot rds:e',
      'db-snapshot rds:f',
      'db-snapshot rds:d',
    ]);
  });

  it('survives every denial but that of the instance, and every abort ends it', async () => {
    const counted = fakeSystem();
    const request = { symptom: 'restore-stuck', instance: 'zephyr-production-db' } as const;
    await diagnose(counted.system, request);
    const calls = [...counted.faults.calls];
    expect(calls.length).toBeGreaterThan(3);
    for (let at = 1; at <= calls.length; at += 1) {
      const { system, faults } = fakeSystem();
      faults.arm(at, 'is-denied');
      const diagnosed = diagnose(system, request);
      if (at === 1) await expect(diagnosed).rejects.toMatchObject({ code: 'access-denied' });
      else expect((await diagnosed).unknown.length, calls[at - 1]).toBeGreaterThan(0);
      for (const fault of ['aborts-before', 'aborts-after'] as const) {
        const other = fakeSystem();
        const stop = new AbortController();
        other.faults.arm(at, fault, stop);
        const stopped = diagnose(other.system, request, { signal: stop.signal });
        await expect(stopped, `${fault} ${at}`).rejects.toBe(abortReason);
      }
    }
  });

  it.each([
    ['symptom', { symptom: 'toothache' }],
    ['instance', { symptom: 'restore-stuck' }],
    ['instance', { symptom: 'restore-stuck', instance: '-' }],
  ])('%s is checked before any call: %j', async (field, request) => {
    const { system, faults } = fakeSystem();
    await expect(diagnose(system, request as never)).rejects.toMatchObject({ code: 'invalid-input', field });
    await expect(diagnose(system, request as never, { signal: AbortSignal.abort(abortReason) })).rejects.toBe(
      abortReason,
    );
    expect(faults.calls).toEqual([]);
  });
});

it('a snapshot that is taken in the window is seen', async () => {
  await using zephyr = await virtualZephyr({ automatedBackups: false });
  await zephyr.clock.sleep(15.5 * hour);
  await zephyr.rds.send(
    new CreateDBSnapshotCommand({ DBInstanceIdentifier: production, DBSnapshotIdentifier: 'pre-deployment' }),
  );
  await zephyr.clock.sleep(6 * hour);
  const found = await diagnose(zephyr.system, { symptom: 'backup-missing' });
  expect(found.causes.map(({ code }) => code)).toEqual(['manual-snapshot-in-window']);
});
