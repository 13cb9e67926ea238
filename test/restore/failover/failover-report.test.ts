import { describe, expect, it } from 'vitest';
import { type FailoverFindings, reportFailover } from '../../../src/restore/failover/failover-report.js';

const at = (seconds: number): Date => new Date(Date.UTC(2025, 10, 9, 14, 0, seconds));
const iso = (seconds: number): string => at(seconds).toISOString();
const started = { at: at(1), message: 'Multi-AZ instance failover started.' };
const completed = { at: at(80), message: 'Multi-AZ instance failover completed' };

const findings: FailoverFindings = {
  subject: 'database',
  identifier: 'prod',
  before: { primary: 'a', standby: 'b', server: '1762696000.5', events: [] },
  look: { status: 'available', ready: true, broken: false, primary: 'b', standby: 'a', events: [completed, started] },
  proof: ['primary-moved'],
  failedOver: true,
  answers: true,
  server: '1762696800',
  status: 'available',
  outage: {
    from: iso(3),
    to: iso(73),
    milliseconds: 70_000,
    lastAnsweredAt: iso(2),
    probeEveryMilliseconds: 1_000,
    probes: 99,
    failedProbes: 70,
    interrupted: false,
  },
  requestedAt: iso(0),
  allowedMilliseconds: 120_000,
  now: at(200),
};
const report = (more: Partial<FailoverFindings> = {}) => reportFailover({ ...findings, ...more });

describe('the report of a failover', () => {
  it('tells what happened, by what that is known, and how long it took', () => {
    expect(report()).toEqual({
      subject: 'database',
      identifier: 'prod',
      verdict: 'failed-over',
      reason: 'prod failed over from a to b: nobody could write for 1 min 10 s; 2 min 00 s are allowed',
      proof: ['primary-moved'],
      requestedAt: iso(0),
      finishedAt: iso(200),
      before: { primary: 'a', standby: 'b', serverStartedAt: '2025-11-09T13:46:40.500Z' },
      after: { primary: 'b', standby: 'a', serverStartedAt: '2025-11-09T14:00:00.000Z' },
      outage: findings.outage,
      objective: {
        objective: 'recovery-time',
        verdict: 'met',
        measuredMilliseconds: 70_000,
        allowedMilliseconds: 120_000,
      },
      phases: [
        { phase: 'reacting', startedAt: iso(0), finishedAt: iso(3), milliseconds: 3_000 },
        { phase: 'outage', startedAt: iso(3), finishedAt: iso(73), milliseconds: 70_000 },
        { phase: 'settling', startedAt: iso(73), finishedAt: iso(200), milliseconds: 127_000 },
      ],
      told: { startedAt: iso(1), completedAt: iso(80), milliseconds: 79_000 },
      events: [
        { at: iso(1), message: started.message },
        { at: iso(80), message: completed.message },
      ],
    });
  });

  it('says when it took longer than it may', () => {
    const slow = report({ allowedMilliseconds: 60_000 });
    expect(slow).toMatchObject({ verdict: 'slower-than-objective', objective: { verdict: 'missed' } });
    expect(slow.reason).toBe(
      'prod failed over from a to b: nobody could write for 1 min 10 s; 1 min 00 s were allowed',
    );
  });

  it('says that it did not, where it still is, and that nobody answers', () => {
    const look = { ...findings.look, primary: 'a', events: [] };
    expect(report({ failedOver: false, look, status: 'given up' })).toMatchObject({
      verdict: 'not-failed-over',
      reason: 'prod did not fail over, it is still in a: given up; nobody could write for 1 min 10 s',
      told: {},
    });
    const placeless = { ...look, primary: undefined };
    expect(report({ failedOver: false, look: placeless, outage: undefined }).reason).toBe(
      'prod did not fail over: available; no outage was measured',
    );
    const { to: _, ...open } = findings.outage ?? { from: '', milliseconds: 0 };
    const gone = report({ answers: false, outage: open as typeof findings.outage });
    expect(gone).toMatchObject({ verdict: 'unreachable', objective: undefined });
    expect(gone.phases.map(({ phase }) => phase)).toEqual(['reacting', 'outage']);
    expect(report({ failedOver: undefined, requestedAt: undefined }).verdict).toBe('none-seen');
  });

  it('counts what had begun before anybody asked by the word of AWS, and keeps no objective by what nobody saw', () => {
    const { lastAnsweredAt: _, ...blind } = findings.outage ?? { from: '', milliseconds: 0 };
    const outage = blind as NonNullable<typeof findings.outage>;
    expect(report({ outage }).objective).toMatchObject({ measuredMilliseconds: 72_000 });
    const look = { ...findings.look, events: [] };
    expect(report({ outage, look }).objective).toBeUndefined();
    expect(report({ outage, look, allowedMilliseconds: 1_000 }).objective).toMatchObject({ verdict: 'missed' });
    expect(report({ outage, look }).reason).toBe('prod failed over from a to b: nobody could write for 1 min 10 s');
  });

  it('tells what the replicas do, where there are any', () => {
    const followers = [{ identifier: 'replica', replication: 'replicating' }];
    expect(report({ followers }).replicas).toEqual(followers);
    expect(report({ followers: [] }).replicas).toBeUndefined();
  });

  it('of one that AWS did by itself tells of the last one that was reported', () => {
    const before = { ...findings.before, primary: undefined, events: [] };
    const own = report({ requestedAt: undefined, before, outage: undefined });
    expect(own).toMatchObject({ told: { milliseconds: 79_000 }, phases: [], before: { primary: undefined } });
    expect(own.reason).toBe('prod failed over to b: no outage was measured');
    expect(report({ requestedAt: iso(10) }).phases.map(({ phase }) => phase)).toEqual(['outage', 'settling']);
  });

  it('of a cache has no time of a server, which tells itself apart by an id', () => {
    const cache = report({ subject: 'cache', before: { ...findings.before, server: 'abc' }, server: 'def' });
    expect([cache.before.serverStartedAt, cache.after.serverStartedAt]).toEqual([undefined, undefined]);
    expect(report({ server: 'no number' }).after.serverStartedAt).toBeUndefined();
  });
});
