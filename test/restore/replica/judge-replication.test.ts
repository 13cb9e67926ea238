import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatabaseInstance } from '../../../src/ports/database-instance.js';
import { judgeCaughtUp, judgeReplayed, judgeReplication } from '../../../src/restore/replica/judge-replication.js';
import type { ReplicationLook } from '../../../src/restore/replica/look-at-replication.js';
import { aDatabaseInstance } from '../fake-rds.js';

const replica: DatabaseInstance = {
  ...aDatabaseInstance(),
  identifier: 'dr',
  replicaSource: 'prod',
  replication: { status: 'replicating', normal: true },
};
const look: ReplicationLook = {
  replica,
  written: '0/30',
  replay: { recovering: true, receiving: true, received: '0/28', replayed: '0/20' },
};
const at = (replayed: string, received = replayed): ReplicationLook => ({
  ...look,
  replay: { recovering: true, receiving: true, received, replayed },
});
const withReplica = (changes: Partial<DatabaseInstance>): ReplicationLook => ({
  ...at('0/30'),
  replica: { ...replica, ...changes },
});

describe('a replica follows closely', () => {
  it('when it has what its source had at the look before', () => {
    expect(judgeReplication(look, '0/20')).toEqual({ state: 'ready' });
    expect(judgeReplication(look, '0/21')).toEqual({ state: 'pending', status: '1 bytes of log behind' });
  });

  it('not at the first look, however well it does', () => {
    expect(judgeReplication(at('0/30'), undefined)).toEqual({ state: 'pending', status: '0 bytes of log behind' });
  });
});

describe('a replica has caught up', () => {
  it('when it has all that its source had written right before it was asked', () => {
    expect(judgeCaughtUp(at('0/30'))).toEqual({ state: 'ready' });
    expect(judgeCaughtUp(at('0/2F'))).toEqual({ state: 'pending', status: '1 bytes of log behind' });
  });

  it('never before it follows closely', () => {
    const position = fc.integer({ min: 0, max: 0xffff }).map((offset) => `0/${offset.toString(16)}`);
    fc.assert(
      fc.property(position, position, position, (before, written, replayed) => {
        fc.pre(Number.parseInt(before.slice(2), 16) <= Number.parseInt(written.slice(2), 16));
        const seen = { ...at(replayed), written };
        if (judgeCaughtUp(seen).state === 'ready') expect(judgeReplication(seen, before).state).toBe('ready');
      }),
    );
  });
});

describe('neither is so', () => {
  it.each([
    ['while it is changing', withReplica({ status: 'modifying' }), 'modifying'],
    [
      'while its replication has stopped',
      withReplica({ replication: { status: 'error', normal: false, message: 'storage is full' } }),
      'replication is error: storage is full',
    ],
    [
      'without a word of why',
      withReplica({ replication: { status: 'stopped', normal: false } }),
      'replication is stopped',
    ],
    ['while its server cannot be asked', { replica, problem: 'nobody listens' }, 'nobody listens'],
    ['before anybody asked', { replica }, 'its server cannot be asked yet'],
    [
      'while its server does not follow',
      { ...look, replay: { recovering: false, receiving: false } },
      'its server does not follow yet',
    ],
    ['while the source does not tell', { ...at('0/30'), written: undefined }, 'its lag is not known yet'],
    [
      'while nothing is replayed',
      { ...look, replay: { recovering: true, receiving: true } },
      'its lag is not known yet',
    ],
  ])('%s', (_when, seen, status) => {
    for (const judged of [judgeReplication(seen, '0/1'), judgeCaughtUp(seen)]) {
      expect(judged).toEqual({ state: 'pending', status });
    }
  });

  it.each([
    [{ status: 'storage-full' }, 'replica dr: storage-full'],
    [{ replicaSource: undefined }, 'replica dr: it is no read replica any more'],
    [
      { replication: { status: 'terminated', normal: false, message: 'gone' } },
      'replica dr: replication is terminated: gone',
    ],
  ])('and no waiting helps one that is %o', (changes, message) => {
    for (const judged of [judgeReplication(withReplica(changes), '0/1'), judgeCaughtUp(withReplica(changes))]) {
      expect(judged).toMatchObject({ state: 'failed', error: { code: 'resource-failed', message } });
    }
  });
});

describe('a replica shows all that it has received', () => {
  it.each([
    ['replayed what it received', at('0/30'), { state: 'ready' }],
    [
      'without its source nothing is received',
      { replica, replay: { recovering: true, receiving: false, replayed: '0/1' } },
      { state: 'ready' },
    ],
    [
      'nothing to compare with',
      { replica, replay: { recovering: true, receiving: false, received: '0/1' } },
      { state: 'ready' },
    ],
    [
      'its replication has ended',
      withReplica({ replication: { status: 'terminated', normal: false } }),
      { state: 'ready' },
    ],
    [
      'some of it is not replayed',
      at('0/20', '0/28'),
      { state: 'pending', status: '8 bytes of what it has received are not replayed' },
    ],
    ['it cannot be asked', { replica, problem: 'nobody listens' }, { state: 'pending', status: 'nobody listens' }],
    ['nobody asked', { replica }, { state: 'pending', status: 'its server cannot be asked yet' }],
  ] as const)('%s', (_name, seen, judged) => {
    expect(judgeReplayed(seen)).toEqual(judged);
  });

  it('but not one that is broken', () => {
    expect(judgeReplayed(withReplica({ status: 'storage-full' }))).toMatchObject({
      state: 'failed',
      error: { code: 'resource-failed' },
    });
  });
});
