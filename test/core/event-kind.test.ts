import { describe, expect, it } from 'vitest';
import { kindOfEvent } from '../../src/core/event-kind.js';

describe('an event of RDS', () => {
  // As documented and as seen in samples: the wording differs (facts D2, D4).
  it.each([
    ['Backing up DB instance', 'backup-started'],
    ['Creating automated snapshot.', 'backup-started'],
    ['Finished DB instance backup.', 'backup-finished'],
    ['Finished DB Instance backup', 'backup-finished'],
    ['Automated snapshot created', 'backup-finished'],
    ['Disabled automated backups.', 'backups-disabled'],
    ['Enabled automated backups', 'backups-enabled'],
    ['Emergent Snapshot Request: Databases found to still be undergoing creation.', 'snapshot-delayed'],
    ['Allocated storage has been exhausted. Allocate additional storage to resolve.', 'storage-full'],
    ['DB instance has reached the storage-full threshold, and the database has been shut down.', 'storage-full'],
    ['Free storage capacity for DB instance zephyr is low at 8%', 'storage-low'],
    ['Transaction logs could not be shipped. No space left', 'logs-stuck'],
    ['Restored from DB instance zephyr-production-db to zephyr-production-pitr.', 'restored'],
    ['Restored from snapshot rds:zephyr.', 'restored'],
    [
      'DB instance put into incompatible-restore state. RDS recommends that you initiate a point-in-time-restore.',
      'failure',
    ],
    ['Database instance in incompatible-network state. The subnet is full.', 'failure'],
    ['The DB instance creation failed. Out of capacity.', 'failure'],
    ['Multi-AZ instance failover completed.', 'failover'],
    ['Multi-AZ failover to standby complete - DNS propagation may take a few minutes.', 'failover'],
    ['Multi-AZ instance activation started.', 'failover'],
    ['Recovery of the DB instance has started.', 'recovery'],
    ['Multi-AZ instance recovery completed.', 'recovery'],
    ['DB instance shutdown', 'shutdown'],
    ['DB instance restarted', 'restart'],
    ['Reset master credentials', 'other'],
  ])('%s is %s', (message, kind) => {
    expect(kindOfEvent({ message, categories: [] })).toBe(kind);
  });

  it.each([
    ['low storage', 'storage-low'],
    ['restoration', 'restored'],
    ['failure', 'failure'],
    ['failover', 'failover'],
    ['maintenance', 'maintenance'],
    ['notification', 'other'],
  ])('in words of a later day is told by its category %s', (category, kind) => {
    expect(kindOfEvent({ message: 'worded anew', categories: [category] })).toBe(kind);
  });
});
