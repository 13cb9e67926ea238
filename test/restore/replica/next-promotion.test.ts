import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPromotion, type PromotionState } from '../../../src/restore/replica/next-promotion.js';

const following: PromotionState = {
  replica: {
    identifier: 'dr',
    status: 'available',
    replicaSource: 'prod',
    replication: { status: 'replicating', normal: true },
  },
  identifier: 'dr',
  source: 'prod',
  isBegun: false,
};
const promoted: PromotionState = { ...following, replica: { identifier: 'dr', status: 'available' }, isBegun: true };
const withReplica = (state: PromotionState, changes: Partial<PromotionState['replica']>): PromotionState => ({
  ...state,
  replica: { ...state.replica, ...changes },
});

describe('a replica is promoted', () => {
  it.each([
    ['when it is available', following],
    [
      'when it does not replicate any more',
      withReplica(following, { replication: { status: 'terminated', normal: false } }),
    ],
    ['again, where an earlier request did not arrive', { ...following, isBegun: true }],
  ])('%s', (_when, state) => {
    expect(nextPromotion(state)).toEqual({ action: 'promote' });
  });
});

it('is done when RDS shows no replica, and the plan has promoted it', () => {
  expect(nextPromotion(promoted)).toEqual({ action: 'done' });
  expect(nextPromotion(withReplica(promoted, { status: 'backing-up' }))).toEqual({ action: 'done' });
});

describe('it is waited for', () => {
  it.each([
    ['while it is backed up', withReplica(following, { status: 'backing-up' }), 'it to be available; it is backing-up'],
    [
      'while the promotion is under way',
      withReplica({ ...following, isBegun: true }, { status: 'modifying' }),
      'it to be available; it is modifying',
    ],
    ['while it reboots', withReplica(promoted, { status: 'rebooting' }), 'it to be available again; it is rebooting'],
    [
      'until its replication has ended',
      withReplica(promoted, { replication: { status: 'replicating', normal: true } }),
      'its replication to end',
    ],
  ])('%s', (_when, state, forWhat) => {
    expect(nextPromotion(state)).toEqual({ action: 'wait', for: forWhat });
  });
});

describe('it is left alone', () => {
  it.each([
    ['when it follows another source', withReplica(following, { replicaSource: 'other' }), 'it follows other'],
    ['when it has another name', withReplica(following, { identifier: 'dr-old' }), 'the replica is now called dr-old'],
    ['when it is broken', withReplica(following, { status: 'storage-full' }), 'it is storage-full'],
    ['when it is broken after its promotion', withReplica(promoted, { status: 'failed' }), 'it is failed'],
    [
      'when somebody else has promoted it',
      { ...promoted, isBegun: false },
      'it is no read replica any more, and this plan has not promoted it',
    ],
  ])('%s', (_when, state, reason) => {
    expect(nextPromotion(state)).toEqual({ action: 'stop', reason });
  });
});

it('is done only when all agree, and promoted only while it follows the source of the plan', () => {
  const state = fc.record({
    replica: fc.record(
      {
        identifier: fc.constantFrom('dr', 'other'),
        status: fc.constantFrom(
          'available',
          'modifying',
          'rebooting',
          'backing-up',
          'storage-full',
          'deleting',
          'new-status',
        ),
        replicaSource: fc.constantFrom('prod', 'other'),
        replication: fc.record({ status: fc.constantFrom('replicating', 'error', 'terminated'), normal: fc.boolean() }),
      },
      { requiredKeys: ['identifier', 'status'] },
    ),
    identifier: fc.constant('dr'),
    source: fc.constant('prod'),
    isBegun: fc.boolean(),
  });
  fc.assert(
    fc.property(state, (seen) => {
      const { action } = nextPromotion(seen);
      const { identifier, status, replicaSource, replication } = seen.replica;
      if (action === 'promote') {
        expect([identifier, status, replicaSource]).toEqual(['dr', 'available', 'prod']);
      }
      if (action === 'done') {
        expect(['available', 'backing-up']).toContain(status);
        expect([identifier, replicaSource, replication, seen.isBegun]).toEqual(['dr', undefined, undefined, true]);
      }
    }),
  );
});
