import { describe, expect, it } from 'vitest';
import { defaultObjectives } from '../../src/core/objectives.js';
import { markVerified } from '../../src/evidence/mark-verified.js';
import type { SnapshotDescription } from '../../src/ports/database-backups.js';
import { describePrecondition } from '../../src/restore/execution/preconditions.js';
import { newestSnapshot, snapshotDataTime } from '../../src/restore/instance/choose-snapshot.js';
import { decideSnapshotPlan } from '../../src/restore/instance/decide-snapshot-plan.js';
import {
  gatherSnapshotRestoreFacts,
  type SnapshotRestoreFacts,
} from '../../src/restore/instance/snapshot-restore-facts.js';
import {
  checkSnapshotRestoreRequest,
  type SnapshotRestoreRequest,
} from '../../src/restore/instance/snapshot-restore-request.js';
import { renderPlan } from '../../src/restore/plan/render-plan.js';
import type { SnapshotRestorePlan } from '../../src/restore/plan/restore-plan.js';
import { checkPlan } from '../../src/restore/plan/seal-plan.js';
import type { System } from '../../src/system/define-system.js';
import { coded } from '../backup/fakes/fake-rds.js';
import { type FakeSystem, fakeSystem } from '../backup/fakes/fake-system.js';
import { aDatabaseInstance, aSnapshot } from './fake-rds.js';
import { rehearse } from './rehearsal.js';

const now = new Date('2025-11-09T14:30:00Z');

function factsWith(
  snapshot: Partial<SnapshotDescription> = {},
  more: Partial<SnapshotRestoreFacts> = {},
): SnapshotRestoreFacts {
  const production = aDatabaseInstance();
  const described = { ...aSnapshot(), ...snapshot };
  return {
    production,
    source: { resourceId: described.resourceId, instance: production },
    snapshot: described,
    reference: described.identifier,
    taken: [],
    ...more,
  };
}

function decide(
  request: Partial<SnapshotRestoreRequest> = {},
  facts: SnapshotRestoreFacts = factsWith(),
): SnapshotRestorePlan {
  const asked = { snapshot: 'latest-automated', target: 'recovery', promote: 'rename', ...request } as const;
  const checked = checkSnapshotRestoreRequest(asked, 'prod', 'us-east-1');
  const context = { region: 'us-east-1', instance: 'prod', database: 'zephyr', objectives: defaultObjectives };
  return decideSnapshotPlan(facts, checked, context, now);
}

const codes = (plan: SnapshotRestorePlan): readonly string[] => plan.warnings.map(({ code }) => code);
const gone = { production: undefined, source: { resourceId: 'db-PRODUCTION', instance: undefined } };
const named = { instanceClass: 'db.m6g.large', vpcSecurityGroups: ['sg-1'], subnetGroup: 'private' };

describe('planning a restore from a snapshot', () => {
  it('begins with the snapshot and goes on like every recovery', () => {
    const plan = decide();
    expect(plan.steps.map(({ kind }) => kind)).toEqual([
      'restore-from-snapshot',
      'wait-for-instance',
      'apply-configuration',
      'check-candidate',
      'stop-writers',
      'rename-away',
      'rename-into-place',
      'verify-promotion',
      'resume-writers',
      'protect',
    ]);
    expect(decide({ promote: undefined }).steps.at(-1)?.kind).toBe('check-candidate');
    expect(checkPlan(JSON.parse(JSON.stringify(plan)) as SnapshotRestorePlan, plan.hash)).toEqual(plan);
  });

  it('sends the settings of the source, and leaves to a later step what the call cannot set', () => {
    const [restore, , apply] = decide().steps;
    expect(restore).toMatchObject({
      snapshot: 'rds:prod-2025-11-09-03-07',
      settings: { target: 'recovery', vpcSecurityGroups: ['sg-1'], parameterGroup: 'zephyr15', multiAz: true },
    });
    expect(JSON.stringify(restore)).not.toContain('maxAllocatedStorageGiB');
    expect(apply).toMatchObject({ profile: { maxAllocatedStorageGiB: 500 } });
  });

  it('loses what was written after the last transaction in it, and says what would lose less', () => {
    const plan = decide();
    expect(plan.estimate.recoveryPointMilliseconds).toBe(now.getTime() - new Date('2025-11-09T03:08:30Z').getTime());
    expect(plan.facts.snapshot.dataTime).toBe('2025-11-09T03:08:30.000Z');
    expect(codes(plan)).toEqual(
      expect.arrayContaining(['recovery-point-beyond-objective', 'point-in-time-loses-less']),
    );
    expect(codes(decide({}, factsWith({}, gone && { source: gone.source })))).not.toContain('point-in-time-loses-less');
  });

  it('says when a drill has proven the snapshot, and warns where none has or nobody knows', () => {
    const verification = {
      at: new Date('2025-11-08T05:00:00Z'),
      how: 'drill',
      evidence: 'evidence/drill/2025/11/09/20251109T050000Z-0123456789abcdef.json',
    } as const;
    const proven = decide({}, factsWith({}, { proof: { kind: 'verified', verification } }));
    expect(proven.facts.snapshot.verified).toEqual({ at: '2025-11-08T05:00:00.000Z', how: 'drill' });
    expect(renderPlan(proven)).toContain('by a drill at 2025-11-08T05:00:00.000Z');
    const never = decide({}, factsWith({}, { proof: { kind: 'never' } }));
    expect(never.warnings).toContainEqual({
      code: 'snapshot-not-verified',
      message: expect.stringContaining('no drill has restored'),
    });
    const unknown = decide({}, factsWith({}, { proof: { kind: 'unknown', reason: 'the archive is down' } }));
    expect(unknown.warnings).toContainEqual({
      code: 'snapshot-not-verified',
      message: expect.stringContaining('is not known: the archive is down'),
    });
    for (const plan of [proven, decide()]) expect(codes(plan)).not.toContain('snapshot-not-verified');
    for (const plan of [never, unknown]) expect(plan.facts.snapshot.verified).toBeUndefined();
  });

  it('reads the age of a copy off what copying does not change', () => {
    const original = new Date('2025-11-01T00:00:00Z');
    const copy = { ...aSnapshot(), dataTime: undefined, originalCreatedAt: original };
    expect(snapshotDataTime(copy)).toEqual(original);
    expect(snapshotDataTime({ ...copy, originalCreatedAt: undefined })).toEqual(aSnapshot().createdAt);
  });

  it.each([
    ['creating', true],
    ['failed', false],
  ])('refuses a snapshot that is %s', (status, retryable) => {
    expect(() => decide({}, factsWith({ status }))).toThrow(
      expect.objectContaining({ code: 'invalid-state', retryable, message: expect.stringContaining(status) }),
    );
  });

  it('refuses one that tells no time', () => {
    expect(() => decide({}, factsWith({ createdAt: undefined }))).toThrow(
      expect.objectContaining({ code: 'invalid-state' }),
    );
  });

  it('refuses the snapshot of another instance unless it is named', () => {
    const other = factsWith({ instance: 'billing', resourceId: 'db-BILLING' }, { source: gone.source });
    const refused = expect.objectContaining({
      code: 'precondition-failed',
      hint: expect.stringContaining("source: { resourceId: 'db-BILLING' }"),
    });
    expect(() => decide({}, other)).toThrow(refused);
    expect(decide({ source: { resourceId: 'db-BILLING' } }, other).facts.source.identifier).toBe('billing');
    expect(() => decide({ source: { resourceId: 'db-OTHER' } })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('not of db-OTHER') }),
    );
    // One that had the production name before a promotion is meant by that name.
    expect(decide({}, factsWith({ resourceId: 'db-BEFORE' })).kind).toBe('snapshot');
  });

  it('takes a shared snapshot by its ARN, with a warning, and has an encrypted one copied first', () => {
    const arn = 'arn:aws:rds:us-east-1:999999999999:snapshot:gift';
    const shared = factsWith({ identifier: arn, arn, type: 'manual', encrypted: false }, { reference: arn });
    const plan = decide({ snapshot: arn }, shared);
    expect(codes(plan)).toContain('snapshot-is-shared');
    expect(plan.steps[0]).toMatchObject({ snapshot: arn });
    const copyFirst = expect.objectContaining({
      code: 'precondition-failed',
      hint: expect.stringContaining('Copy it to this account first'),
    });
    expect(() => decide({ snapshot: arn }, factsWith({ arn, encrypted: true }))).toThrow(copyFirst);
    expect(() => decide({ configuration: named }, factsWith({ type: 'shared', arn: '' }, gone))).toThrow(copyFirst);
    expect(codes(decide({ configuration: named }, factsWith({ arn: '' }, gone)))).not.toContain('snapshot-is-shared');
  });

  it('makes the instance of what the snapshot holds and the caller says where no instance is left', () => {
    expect(() => decide({}, factsWith({}, gone))).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'configuration.instanceClass' }),
    );
    const plan = decide({ configuration: named }, factsWith({ storageType: 'io1', iops: 3_000 }, gone));
    expect(plan.facts.profile).toMatchObject({
      ...named,
      port: 5432,
      storageType: 'io1',
      iops: 3_000,
      backupRetentionDays: 30,
      backupWindow: '03:00-03:30',
      tags: { team: 'zephyr' },
    });
    expect(plan.facts.profile.tags).not.toHaveProperty('Reason');
    expect(plan.steps.map(({ kind }) => kind)).not.toContain('rename-away');
    expect(renderPlan(plan)).toContain('prod (db-PRODUCTION), deleted or in another region');
    const bare = factsWith(
      { port: undefined, storageType: undefined, backupRetentionDays: undefined, backupWindow: undefined },
      gone,
    );
    expect(decide({ configuration: named }, bare).facts.profile).not.toHaveProperty('storageType');
  });

  it('shows a person what it restores', () => {
    const text = renderPlan(decide());
    expect(text).toContain('Plan: restore prod in us-east-1 from the snapshot rds:prod-2025-11-09-03-07');
    expect(text).toContain('automated, encrypted, PostgreSQL 15.18, 100 GiB');
    expect(text).toContain('if snapshot rds:prod-2025-11-09-03-07 is available and of 2025-11-09T03:09:00.000Z');
    expect(renderPlan(decide({}, factsWith({ encrypted: false })))).toContain('automated, not encrypted');
    expect(describePrecondition({ kind: 'snapshot-is', snapshot: 's', createdAt: 't' })).toBe(
      'snapshot s is available and of t',
    );
  });

  it.each([
    ['snapshot', { snapshot: '' }],
    ['snapshot', { snapshot: 'a--b' }],
    ['snapshot', { snapshot: 'arn:aws:rds:us-east-1:999999999999:snapshot:-' }],
    ['snapshot', { snapshot: 'arn:aws:rds:eu-west-1:999999999999:snapshot:gift' }],
    ['source.resourceId', { source: { resourceId: 'prod' } }],
    ['target', { target: 'prod' }],
  ])('names the field that is wrong: %s', (field, request) => {
    expect(() => decide(request)).toThrow(expect.objectContaining({ code: 'invalid-input', field }));
  });
});

describe('the newest snapshot', () => {
  const at = (identifier: string, dataTime: string, more: Partial<SnapshotDescription> = {}): SnapshotDescription => ({
    ...aSnapshot(),
    identifier,
    dataTime: new Date(dataTime),
    ...more,
  });

  it('is the one with the newest data that is whole and ours', () => {
    const all = [
      at('b', '2025-11-08T03:00:00Z'),
      at('c', '2025-11-09T12:00:00Z', { type: 'manual' }),
      at('a', '2025-11-09T03:00:00Z'),
      at('d', '2025-11-09T13:00:00Z', { type: 'shared' }),
      at('e', '2025-11-09T13:00:00Z', { status: 'creating' }),
      at('f', '2025-11-09T13:00:00Z', { dataTime: undefined, originalCreatedAt: undefined, createdAt: undefined }),
    ];
    expect(newestSnapshot(all, { automated: true })?.identifier).toBe('a');
    expect(newestSnapshot(all, { automated: false })?.identifier).toBe('c');
    expect(newestSnapshot(all.slice(3), { automated: false })).toBeUndefined();
  });

  it('is the same one in whatever order they come', () => {
    const pair = [at('x', '2025-11-08T03:00:00Z'), at('y', '2025-11-08T03:00:00Z')];
    expect(newestSnapshot(pair, { automated: true })?.identifier).toBe('y');
    expect(newestSnapshot([...pair].reverse(), { automated: true })?.identifier).toBe('y');
  });
});

describe('gathering what a restore of a snapshot rests on', () => {
  it('looks by resource id, so that a name that changed hands misleads nobody', async () => {
    const { fake, planSnapshot } = rehearse();
    fake.addSnapshot();
    fake.addSnapshot({
      identifier: 'rds:prod-2025-11-09-09-00',
      resourceId: 'db-BEFORE',
      dataTime: new Date('2025-11-09T09:00:00Z'),
    });
    expect((await planSnapshot()).facts.snapshot.identifier).toBe('rds:prod-2025-11-09-03-07');
    const before = await planSnapshot({ source: { resourceId: 'db-BEFORE' } });
    expect(before.facts.snapshot.identifier).toBe('rds:prod-2025-11-09-09-00');
    fake.held.clear();
    await expect(planSnapshot()).rejects.toMatchObject({ code: 'invalid-input', field: 'source' });
    fake.snapshots.delete('rds:prod-2025-11-09-09-00');
    const alone = await planSnapshot({ configuration: named });
    expect(alone.facts.source).toMatchObject({ resourceId: 'db-PRODUCTION', living: false });
  });

  it('says when there is none', async () => {
    const { fake, planSnapshot } = rehearse();
    await expect(planSnapshot()).rejects.toMatchObject({
      code: 'snapshot-not-found',
      message: expect.stringContaining('no automated snapshot of db-PRODUCTION'),
    });
    await expect(planSnapshot({ snapshot: 'latest' })).rejects.toMatchObject({ code: 'snapshot-not-found' });
    await expect(planSnapshot({ snapshot: 'nothing' })).rejects.toMatchObject({ code: 'snapshot-not-found' });
    fake.addSnapshot();
    fake.add({ identifier: 'recovery', resourceId: 'db-TAKEN' });
    await expect(planSnapshot()).rejects.toMatchObject({ code: 'identifier-taken', field: 'target' });
  });
});

describe('whether the snapshot was ever proven', () => {
  const gather = (system: System, more: Partial<SnapshotRestoreRequest> = {}) => {
    const request = { snapshot: 'latest', target: 'recovery', ...more } as const;
    const checked = checkSnapshotRestoreRequest(request, 'zephyr-production-db', 'us-east-1');
    return gatherSnapshotRestoreFacts(system, checked, now, {});
  };
  const given = (): FakeSystem => {
    const fake = fakeSystem();
    fake.rds.snapshots.push({ ...aSnapshot(), instance: 'zephyr-production-db' });
    return fake;
  };

  it('is read off its marks in the archive', async () => {
    const { system } = given();
    expect((await gather(system)).proof).toEqual({ kind: 'never' });
    const { identifier: id, createdAt, resourceId } = aSnapshot();
    const backup = { kind: 'database-snapshot', id, region: 'us-east-1', createdAt, resourceId } as const;
    const verification = {
      at: new Date('2025-11-09T05:00:00Z'),
      how: 'drill',
      evidence: 'evidence/drill/2025/11/09/20251109T050000Z-0123456789abcdef.json',
    } as const;
    await markVerified(system, { ...backup, resourceId: 'db-ANOTHER', createdAt: new Date(0) }, verification);
    expect((await gather(system)).proof).toEqual({ kind: 'never' });
    await markVerified(system, backup, verification);
    expect((await gather(system)).proof).toEqual({ kind: 'verified', verification });
  });

  it('is not known where the archive cannot be read, which keeps nobody from recovering', async () => {
    const { system, store } = given();
    store.list = async function* () {
      yield await Promise.reject(coded('access-denied'));
    };
    expect((await gather(system)).proof).toEqual({ kind: 'unknown', reason: expect.any(String) });
    store.list = async function* () {
      yield await Promise.reject(new TypeError('a bug'));
    };
    await expect(gather(system)).rejects.toThrow('a bug');
  });

  it('is not asked without an archive, nor by a drill', async () => {
    const { system, withoutArchive, faults } = given();
    expect((await gather(withoutArchive)).proof).toBeUndefined();
    const temporary = {
      vpcSecurityGroups: ['sg-0123456789abcdef0'],
      expiresAt: new Date('2025-11-09T20:00:00Z'),
    } as const;
    expect((await gather(system, { temporary })).proof).toBeUndefined();
    expect(faults.calls.filter((call) => call.startsWith('store.'))).toEqual([]);
  });
});
