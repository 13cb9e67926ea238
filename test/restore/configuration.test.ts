import { describe, expect, it } from 'vitest';
import { defaultObjectives } from '../../src/core/objectives.js';
import type { DatabaseInstance } from '../../src/ports/database-instance.js';
import { completeProfile } from '../../src/restore/instance/complete-profile.js';
import { changeFor, diffConfiguration } from '../../src/restore/instance/configuration-drift.js';
import { profileOf, restoreSettingsOf } from '../../src/restore/instance/configuration-profile.js';
import { isStable } from '../../src/restore/instance/instance-status.js';
import { aDatabaseInstance } from './fake-rds.js';

const source = aDatabaseInstance();
const profile = profileOf(source);

describe('the configuration profile of an instance', () => {
  it('finds no drift in the instance it was taken from', () => {
    expect(diffConfiguration(profile, source)).toEqual([]);
    expect(changeFor([], profile, source)).toBeUndefined();
  });

  it('sends everything that a restore would replace with a default', () => {
    const { tags, ...settings } = restoreSettingsOf(profile, 'pitr', { mine: 'yes' });
    expect(tags).toEqual({ team: 'zephyr', mine: 'yes' });
    expect(settings).toMatchObject({
      target: 'pitr',
      multiAz: true,
      deletionProtection: true,
      iamAuthentication: true,
      publiclyAccessible: false,
      vpcSecurityGroups: ['sg-1'],
      subnetGroup: 'private',
      parameterGroup: 'zephyr15',
      logExports: ['postgresql'],
      port: 5432,
    });
  });

  it('does not ask for the IOPS that every small volume has anyway', () => {
    expect(profile.iops).toBeUndefined();
    expect(profileOf({ ...source, allocatedStorageGiB: 400 })).toMatchObject({ iops: 3000, storageThroughput: 125 });
    expect(profileOf({ ...source, storageType: 'io1' }).iops).toBe(3000);
    expect(profileOf({ ...source, storageType: 'io2' }).iops).toBe(3000);
    expect(profileOf({ ...source, storageType: 'gp2' }).iops).toBeUndefined();
  });

  it('leaves behind the tags that are AWS’s, or say something about the source alone', () => {
    const tags = {
      'aws:cloudformation:stack-id': 'x',
      'zephyr:operation-id': 'old',
      'zephyr:purpose': 'candidate',
      team: 'a',
    };
    expect(profileOf({ ...source, tags }).tags).toEqual({ team: 'a' });
  });
});

describe('drift from a profile', () => {
  const settable: Partial<DatabaseInstance> = {
    multiAz: false,
    deletionProtection: false,
    iamAuthentication: false,
    autoMinorVersionUpgrade: true,
    copyTagsToSnapshot: false,
    caCertificate: 'other',
    maxAllocatedStorageGiB: undefined,
    backupRetentionDays: 1,
    backupWindow: 'other',
    maintenanceWindow: 'other',
    vpcSecurityGroups: [{ id: 'sg-default', status: 'active' }],
    parameterGroups: [],
    optionGroups: [{ name: 'other', status: 'in-sync' }],
    monitoringIntervalSeconds: 0,
    monitoringRoleArn: undefined,
    performanceInsights: false,
    logExports: ['upgrade'],
  };

  it('is taken away by one modification as far as RDS can set it', () => {
    const drifted = { ...source, ...settable };
    const drift = diffConfiguration(profile, drifted);
    expect(drift).toHaveLength(16);
    expect(changeFor(drift, profile, drifted)).toEqual({
      multiAz: true,
      deletionProtection: true,
      iamAuthentication: true,
      autoMinorVersionUpgrade: false,
      copyTagsToSnapshot: true,
      caCertificate: 'rds-ca-rsa2048-g1',
      maxAllocatedStorageGiB: 500,
      backupRetentionDays: 30,
      backupWindow: '03:00-03:30',
      maintenanceWindow: 'sun:04:00-sun:04:30',
      vpcSecurityGroups: ['sg-1'],
      parameterGroup: 'zephyr15',
      optionGroup: 'default:postgres-15',
      monitoring: { intervalSeconds: 60, roleArn: 'arn:aws:iam::123456789012:role/monitoring' },
      performanceInsights: { enabled: true, retentionDays: 7, kmsKey: undefined },
      logExports: { enable: ['postgresql'], disable: ['upgrade'] },
    });
  });

  it('turns off what the profile has off', () => {
    const off = {
      ...profile,
      performanceInsights: { enabled: false, retentionDays: 7 },
      monitoring: { intervalSeconds: 0 },
    };
    const drift = diffConfiguration(off, source);
    expect(drift.map(({ setting }) => setting)).toEqual(['monitoring', 'performanceInsights']);
    expect(changeFor(drift, off, source)).toEqual({
      monitoring: { intervalSeconds: 0 },
      performanceInsights: { enabled: false },
    });
    const quiet = { ...source, monitoringIntervalSeconds: 0, performanceInsights: false };
    expect(diffConfiguration(off, quiet)).toEqual([]);
  });

  it('is only reported where no modification helps', () => {
    const elsewhere: DatabaseInstance = {
      ...source,
      instanceClass: 'db.t3.micro',
      publiclyAccessible: true,
      subnetGroup: 'default',
      storageType: 'io1',
      storageThroughput: 500,
      endpoint: { address: 'x', port: 5433 },
      tags: {},
    };
    const demanding = { ...profile, iops: 6000, storageThroughput: 250 };
    const drift = diffConfiguration(demanding, elsewhere);
    expect(drift.map(({ setting }) => setting)).toEqual([
      'instanceClass',
      'iops',
      'port',
      'publiclyAccessible',
      'storageThroughput',
      'storageType',
      'subnetGroup',
      'tags',
    ]);
    expect(drift.at(-1)).toEqual({ setting: 'tags', expected: { team: 'zephyr' }, actual: { team: null } });
    expect(changeFor(drift, demanding, elsewhere)).toBeUndefined();
  });

  it('does not ask after what the profile leaves open, nor after tags it does not name', () => {
    const { backupWindow: _, ...open } = profile;
    expect(
      diffConfiguration(open, { ...source, backupWindow: 'other', tags: { ...source.tags, more: 'tags' } }),
    ).toEqual([]);
  });

  it('refuses a setting that it does not know', () => {
    const drift = [{ setting: 'colour' as 'tags', expected: 1, actual: 2 }];
    expect(() => changeFor(drift, profile, source)).toThrow('no such setting');
  });
});

describe('the profile a candidate gets', () => {
  const backup = { resourceId: 'db-GONE', instance: undefined, automatedBackup: undefined };
  const old: DatabaseInstance = { ...source, identifier: 'old', instanceClass: 'db.old' };

  it('is production’s for a promotion, the source’s otherwise, with what was asked otherwise', () => {
    const facts = { production: source, source: { ...backup, instance: old } };
    expect(completeProfile(facts, { promote: 'rename', configuration: {} }, defaultObjectives).instanceClass).toBe(
      'db.m6g.large',
    );
    expect(completeProfile(facts, { promote: 'none', configuration: {} }, defaultObjectives).instanceClass).toBe(
      'db.old',
    );
    const smaller = { instanceClass: 'db.t3.micro' };
    expect(completeProfile(facts, { promote: 'rename', configuration: smaller }, defaultObjectives).instanceClass).toBe(
      'db.t3.micro',
    );
  });

  it('is whoever’s still lives', () => {
    const orphan = { production: undefined, source: { ...backup, instance: old } };
    expect(completeProfile(orphan, { promote: 'rename', configuration: {} }, defaultObjectives).instanceClass).toBe(
      'db.old',
    );
    const history = { production: source, source: backup };
    expect(completeProfile(history, { promote: 'none', configuration: {} }, defaultObjectives).instanceClass).toBe(
      'db.m6g.large',
    );
  });

  it('has to come from the caller when nobody lives, down to what a default would get wrong', () => {
    const facts = { production: undefined, source: backup };
    const given = { instanceClass: 'db.m6g.large', vpcSecurityGroups: ['sg-1'], subnetGroup: 'private' };
    const profileFor = (configuration: object) =>
      completeProfile(facts, { promote: 'rename', configuration }, defaultObjectives);
    expect(profileFor(given)).toMatchObject({
      ...given,
      deletionProtection: true,
      publiclyAccessible: false,
      backupRetentionDays: 30,
    });
    for (const field of Object.keys(given)) {
      expect(() => profileFor({ ...given, [field]: undefined })).toThrow(
        expect.objectContaining({ field: `configuration.${field}` }),
      );
    }
  });
});

describe('the status of an instance', () => {
  it('is not enough for an instance to be stable', () => {
    expect(isStable(source)).toBe(true);
    expect(isStable({ ...source, status: 'modifying' })).toBe(false);
    expect(isStable({ ...source, pendingChanges: { MultiAZ: true } })).toBe(false);
    expect(isStable({ ...source, parameterGroups: [{ name: 'x', applyStatus: 'applying' }] })).toBe(false);
    expect(isStable({ ...source, vpcSecurityGroups: [{ id: 'x', status: 'adding' }] })).toBe(false);
    expect(isStable({ ...source, parameterGroups: [{ name: 'x', applyStatus: 'pending-reboot' }] })).toBe(true);
  });
});
