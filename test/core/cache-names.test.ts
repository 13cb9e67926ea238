import { describe, expect, it } from 'vitest';
import {
  checkCacheClusterIdentifier,
  checkCacheSnapshotName,
  checkReplicationGroupIdentifier,
} from '../../src/core/names.js';

describe('names of caches', () => {
  it.each([
    ['replication groups', checkReplicationGroupIdentifier, 40],
    ['cache clusters', checkCacheClusterIdentifier, 50],
    ['cache snapshots', checkCacheSnapshotName, 40],
  ] as const)('of %s are lower case and have their own longest', (_what, check, longest) => {
    expect(check('Zephyr-Redis', 'cache')).toBe('zephyr-redis');
    expect(check(`a${'b'.repeat(longest - 1)}`, 'cache')).toHaveLength(longest);
    expect(() => check(`a${'b'.repeat(longest)}`, 'cache')).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'cache', hint: expect.stringContaining(`${longest}`) }),
    );
  });
});
