import type { Attempt } from '../../src/checks/attempt.js';
import { BackupError } from '../../src/core/errors.js';
import type { DatabaseInstance } from '../../src/ports/database-instance.js';
import type { DumpGlance, ReadinessFacts, SnapshotTally } from '../../src/readiness/readiness-facts.js';
import { productionDb } from '../backup/fakes/fake-rds.js';

export const now = new Date('2025-11-09T14:00:00Z');
export const minute = 60_000;
export const hour = 3_600_000;
export const day = 86_400_000;
export const gibibyte = 1_073_741_824;

export function ago(milliseconds: number): Date {
  return new Date(now.getTime() - milliseconds);
}

export const denied = new BackupError({ code: 'access-denied', message: 'RDS says no', hint: 'Permit it.' });

export function unknown<Value>(): Attempt<Value> {
  return { known: false, error: denied };
}

export function known<Value>(value: Value): Attempt<Value> {
  return { known: true, value };
}

/** Production as the runbook wants it. */
export const instance: DatabaseInstance = {
  ...productionDb,
  createdAt: ago(400 * day),
  latestRestorableTime: ago(4 * minute),
  backupRetentionDays: 30,
  backupWindow: '03:00-04:00',
  maintenanceWindow: 'sun:04:00-sun:05:00',
  logExports: ['postgresql', 'upgrade'],
};

export const tally: SnapshotTally = {
  newestAutomated: {
    identifier: 'rds:zephyr-production-db-2025-11-09-03-12',
    createdAt: new Date('2025-11-09T03:12:00Z'),
  },
  automatedCount: 30,
  manualCount: 12,
  manualInLastMonth: 6,
};

export function dump(age: number, sizeBytes: number): DumpGlance {
  const createdAt = ago(age);
  return { key: `manual/${createdAt.toISOString()}.dump`, createdAt, sizeBytes };
}

/** Facts with nothing to object to. */
export function facts(more: Partial<ReadinessFacts> = {}, changes: Partial<DatabaseInstance> = {}): ReadinessFacts {
  return {
    region: 'us-east-1',
    instance: { ...instance, ...changes },
    automatedBackup: known({
      resourceId: instance.resourceId,
      instance: instance.identifier,
      region: 'us-east-1',
      status: 'active',
      restoreWindow: { earliest: ago(30 * day), latest: ago(4 * minute) },
    }),
    snapshots: known(tally),
    sharing: known({ looked: 12, shared: [] }),
    copies: known([]),
    quota: known({ used: 40, max: 100 }),
    events: known([
      {
        at: new Date('2025-11-09T03:16:00Z'),
        source: 'p',
        message: 'Finished DB Instance backup',
        categories: ['backup'],
      },
    ]),
    dumps: known({
      newest: dump(2 * day, 1_000),
      before: dump(9 * day, 900),
      unreadable: [],
      location: 's3://zephyr-backups',
      since: ago(92 * day),
    }),
    metrics: known({
      freeStorageBytes: 60 * gibibyte,
      shrinkingBytesPerDay: gibibyte / 4,
      logBytes: gibibyte,
      replicas: [],
    }),
    cache: known({
      cache: 'zephyr-production-redis',
      status: 'available',
      snapshotRetentionDays: 5,
      snapshotWindow: '04:00-05:00',
      newest: { identifier: 'zephyr-redis-manual-20251109-120000', createdAt: ago(2 * hour), type: 'manual' },
    }),
    drills: known({ passed: { at: ago(7 * day), recoveryTimeMilliseconds: 25 * minute }, unreadable: [] }),
    ...more,
  };
}
