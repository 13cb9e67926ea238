import { describe, expect, it } from 'vitest';
import { automatedBackupStatus, cacheSnapshotStatus, snapshotStatus } from '../../src/core/snapshot-status.js';

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

describe('the status of an automated backup', () => {
  it.each([
    ['active', true, 'available'],
    ['retained', true, 'available'],
    ['replicating', true, 'available'],
    ['active', false, 'in-progress'],
    ['pending', true, 'in-progress'],
    ['of-tomorrow', true, 'in-progress'],
    ['deleting', true, 'failed'],
    ['failed', false, 'failed'],
  ] as const)('%s, window: %s, is %s', (word, hasWindow, status) => {
    expect(automatedBackupStatus(word, hasWindow)).toBe(status);
  });
});
