import { describe, expect, it } from 'vitest';
import { cacheSnapshotStatus, snapshotStatus } from '../../src/core/snapshot-status.js';

describe('the status of a snapshot', () => {
  it.each([
    ['available', 'available'],
    ['creating', 'in-progress'],
    ['copying', 'in-progress'],
    ['a word of next year', 'in-progress'],
    ['failed', 'failed'],
    ['incompatible-restore', 'failed'],
    ['deleting', 'failed'],
  ])('of a database, %s is %s', (word, status) => {
    expect(snapshotStatus(word)).toBe(status);
  });

  it.each([
    ['available', 'available'],
    ['restoring', 'available'],
    ['copying', 'available'],
    ['exporting', 'available'],
    ['creating', 'in-progress'],
    ['failed', 'failed'],
    ['deleting', 'failed'],
  ])('of a cache, %s is %s', (word, status) => {
    expect(cacheSnapshotStatus(word)).toBe(status);
  });
});
