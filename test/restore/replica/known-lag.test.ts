import { describe, expect, it } from 'vitest';
import { BackupError } from '../../../src/core/errors.js';
import type { MetricsPort } from '../../../src/ports/metrics.js';
import type { PostgresPorts } from '../../../src/ports/postgres.js';
import { dataTimeBy, gatherLag } from '../../../src/restore/replica/known-lag.js';
import { aDatabaseInstance } from '../fake-rds.js';
import { regionWith, systemOf } from './system-of.js';

const now = new Date('2025-11-09T18:00:00Z');
const replica = aDatabaseInstance();
const row = { recovering: true, receiving: false, received: '0/2', replayed: '0/1', replayed_until: '1762710900' };
const refused = new BackupError({ code: 'database-unreachable', message: 'nobody listens', hint: 'None.' });

function systemWith(connect: PostgresPorts['sql']['connect']) {
  return systemOf({ postgres: { sql: { connect }, tools: undefined as never } });
}
const answering = systemWith(async () => ({
  serverVersion: 150_018,
  query: (async () => [row]) as never,
  close: async () => {},
}));
const silent = systemWith(async () => {
  throw refused;
});
const measuring = (...values: readonly number[]): MetricsPort => ({
  region: 'us-west-2',
  read: async () => [values.map((value, index) => ({ at: new Date(now.getTime() - (9 - index) * 60_000), value }))],
});
const west = (metrics?: MetricsPort) => ({ ...regionWith('us-west-2'), metrics });

describe('how far a replica is behind', () => {
  it('is told by its server', async () => {
    const lag = await gatherLag(answering, west(measuring(7)), replica, now, {});
    expect(lag).toEqual({ by: 'server', replayedUntil: '2025-11-09T17:55:00.000Z', receiving: false });
    expect(dataTimeBy(lag)).toBe('2025-11-09T17:55:00.000Z');
  });

  it('is told by CloudWatch where its server cannot be reached', async () => {
    const lag = await gatherLag(silent, west(measuring(3, 90, -1)), replica, now, {});
    expect(lag).toEqual({ by: 'metric', at: '2025-11-09T17:52:00.000Z', seconds: 90 });
    expect(dataTimeBy(lag)).toBe('2025-11-09T17:50:30.000Z');
  });

  it('is told by nobody where neither can, with the reasons', async () => {
    const lag = await gatherLag(silent, west(measuring(-1)), replica, now, {});
    expect(lag).toEqual({ by: 'nobody', reason: 'nobody listens' });
    expect(dataTimeBy(lag)).toBeUndefined();
    expect(await gatherLag(silent, west(), { ...replica, endpoint: undefined }, now, {})).toEqual({
      by: 'nobody',
      reason: 'its server has no address, and CloudWatch has not measured it',
    });
    const denied: MetricsPort = {
      region: 'us-west-2',
      read: async () => {
        throw new BackupError({ code: 'access-denied', message: 'not allowed', hint: 'None.' });
      },
    };
    expect(await gatherLag(silent, west(denied), replica, now, {})).toEqual({
      by: 'nobody',
      reason: 'nobody listens; not allowed',
    });
  });

  it('is not asked on with credentials that are over, after an abort, or over a defect', async () => {
    const failing = (error: Error) =>
      systemWith(async () => {
        throw error;
      });
    const over = new BackupError({ code: 'credentials-expired', message: 'over', hint: 'None.' });
    await expect(gatherLag(failing(over), west(measuring(1)), replica, now, {})).rejects.toBe(over);
    const defect = new TypeError('a defect');
    await expect(gatherLag(failing(defect), west(measuring(1)), replica, now, {})).rejects.toBe(defect);
    const reason = new Error('enough');
    const call = { signal: AbortSignal.abort(reason) };
    await expect(gatherLag(silent, west(measuring(1)), replica, now, call)).rejects.toBe(reason);
  });
});
