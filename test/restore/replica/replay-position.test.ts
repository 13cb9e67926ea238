import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SqlSession } from '../../../src/ports/postgres.js';
import { bytesBehind, readReplayPosition, readWrittenPosition } from '../../../src/restore/replica/replay-position.js';

function answering(...rows: readonly object[]): SqlSession {
  return { serverVersion: 150_018, query: (async () => rows) as SqlSession['query'], close: async () => {} };
}

const asPosition = (offset: bigint): string =>
  `${(offset >> 32n).toString(16)}/${(offset & 0xffff_ffffn).toString(16)}`.toUpperCase();

describe('by how much a replica is behind', () => {
  it('is the distance of two positions, also over the end of the lower half', () => {
    expect(bytesBehind('0/3000148', '0/3000060')).toBe(0xe8);
    expect(bytesBehind('1/10', '0/FFFFFFF0')).toBe(0x20);
  });

  it('is nothing for one that has more than was asked for', () => {
    expect(bytesBehind('0/3000060', '0/3000148')).toBe(0);
  });

  it('is the difference of any two offsets', () => {
    const offset = fc.bigInt({ min: 0n, max: 2n ** 52n });
    fc.assert(
      fc.property(offset, offset, (one, other) => {
        const ahead = one > other ? one - other : 0n;
        expect(bytesBehind(asPosition(one), asPosition(other))).toBe(Number(ahead));
      }),
    );
  });

  it('cannot be told of what is no position', () => {
    expect(() => bytesBehind('yesterday', '0/1')).toThrow('did not say where "yesterday" is in its log');
  });
});

describe('a server', () => {
  it('tells how far it has received and replayed', async () => {
    const row = {
      recovering: true,
      receiving: true,
      received: '0/2',
      replayed: '0/1',
      replayed_until: '1762698300.123',
    };
    expect(await readReplayPosition(answering(row), {})).toEqual({
      recovering: true,
      receiving: true,
      received: '0/2',
      replayed: '0/1',
      replayedUntil: '2025-11-09T14:25:00.123Z',
    });
  });

  it('that was never a replica tells none of it', async () => {
    const row = { recovering: false, receiving: false, received: null, replayed: null, replayed_until: null };
    const { received, replayed, replayedUntil } = await readReplayPosition(answering(row), {});
    expect([received, replayed, replayedUntil]).toEqual([undefined, undefined, undefined]);
  });

  it('that answers nothing is none', async () => {
    await expect(readReplayPosition(answering(), {})).rejects.toMatchObject({ code: 'query-failed' });
    await expect(readWrittenPosition(answering(), {})).rejects.toMatchObject({ code: 'query-failed' });
    await expect(readWrittenPosition(answering({ written: null }), {})).rejects.toMatchObject({ code: 'query-failed' });
    expect(await readWrittenPosition(answering({ written: '0/5' }), {})).toBe('0/5');
  });
});
