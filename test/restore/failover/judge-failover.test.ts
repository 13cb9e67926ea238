import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FailoverSight, judgeFailover, keyOfEvent } from '../../../src/restore/failover/judge-failover.js';
import { judgeWatched } from '../../../src/restore/failover/judge-watched.js';

const at = (seconds: number): Date => new Date(Date.UTC(2025, 10, 9, 14, 0, seconds));
const epoch = (seconds: number): string => String(at(seconds).getTime() / 1_000);
const started = { at: at(1), message: 'Multi-AZ instance failover started.' };
const completed = { at: at(60), message: 'Multi-AZ instance failover completed' };
const abandoned = { at: at(2), message: 'Abandoning user requested failover since a failover recently occurred' };

/** Right after the failover was asked for; nothing has happened. */
const calm: FailoverSight = {
  before: { primary: 'a', standby: 'b', server: epoch(-999), events: [] },
  look: { status: 'available', ready: true, broken: false, primary: 'a', standby: 'b', events: [] },
  meter: { probes: 1, failed: 0, server: epoch(-999), answeringSince: at(0), lastAnsweredAt: at(0) },
  probed: true,
  now: at(0),
};
const look = (more: Partial<FailoverSight['look']>, sight = calm): FailoverSight => ({
  ...sight,
  look: { ...sight.look, ...more },
});
const meter = (more: Partial<FailoverSight['meter']>, sight = calm): FailoverSight => ({
  ...sight,
  meter: { ...sight.meter, ...more },
});
const silent = { answeringSince: undefined, failed: 1, probes: 2, problem: 'refused' };
const serves = meter({ server: epoch(50), answeringSince: at(60) });

describe('a failover that was asked for', () => {
  it('has not begun while nothing shows it', () => {
    expect(judgeFailover(calm)).toMatchObject({ stage: 'not-begun', proof: [] });
  });

  it.each([
    ['a status', look({ status: 'rebooting', ready: false })],
    ['a server that is silent', meter(silent)],
    ['an event', look({ events: [started] })],
    ['another server', serves],
    ['an event that gives it up', look({ events: [abandoned] })],
  ])('has begun by %s', (_, sight) => {
    expect(judgeFailover(sight)).toMatchObject({ stage: 'under-way' });
  });

  it('is over when another server answers and the primary is elsewhere', () => {
    expect(judgeFailover(look({ primary: 'b', standby: 'a', events: [completed] }, serves))).toEqual({
      stage: 'over',
      failedOver: true,
      status: 'available',
      proof: ['primary-moved', 'server-changed', 'completed-event'],
    });
  });

  it('is not over while RDS still shows the old zone, whatever events say', () => {
    expect(judgeFailover(look({ events: [started, completed] }, serves))).toMatchObject({
      stage: 'under-way',
      status: 'it serves, and its primary is still shown in a',
    });
  });

  it('is over without a place where AWS tells none, by what it reports', () => {
    const placeless = look({ primary: undefined }, serves);
    expect(judgeFailover(placeless)).toMatchObject({ stage: 'under-way', status: 'it serves; no event yet' });
    expect(judgeFailover(look({ primary: undefined, events: [completed] }, serves))).toMatchObject({
      failedOver: true,
    });
    const unasked = { ...look({ primary: undefined, events: [completed] }), probed: false };
    expect(judgeFailover(unasked)).toMatchObject({ stage: 'over', failedOver: true });
  });

  it('did not fail over where RDS gave it up: once the server was restarted, or was not for minutes', () => {
    expect(judgeFailover(look({ events: [abandoned] }, serves))).toMatchObject({ stage: 'over', failedOver: false });
    const given = look({ events: [abandoned] });
    expect(judgeFailover(given)).toMatchObject({ stage: 'under-way', status: 'the server of before answers' });
    expect(judgeFailover({ ...given, now: at(600) })).toMatchObject({ stage: 'over', failedOver: false });
  });

  it('is not judged by what had been reported before', () => {
    const sight = look({ events: [abandoned, completed] });
    const before = { ...calm.before, events: [abandoned, completed].map(keyOfEvent) };
    expect(judgeFailover({ ...sight, before })).toMatchObject({ stage: 'not-begun', proof: [] });
  });

  it('of a database that did not answer before is over when it answers elsewhere', () => {
    const before = { ...calm.before, server: undefined };
    expect(judgeFailover({ ...meter(silent), before })).toMatchObject({ stage: 'not-begun' });
    const moved = look({ primary: 'b' }, meter({ server: epoch(50) }));
    expect(judgeFailover({ ...moved, before })).toMatchObject({
      stage: 'over',
      failedOver: true,
      proof: ['primary-moved'],
    });
  });
});

const anySight: fc.Arbitrary<FailoverSight> = fc.record({
  before: fc.record({
    primary: fc.constantFrom(undefined, 'a'),
    standby: fc.constant('b'),
    server: fc.constantFrom(undefined, epoch(-999)),
    events: fc.constantFrom([], [keyOfEvent(started)]),
  }),
  look: fc.record({
    status: fc.constant('some status'),
    ready: fc.boolean(),
    broken: fc.constant(false),
    primary: fc.constantFrom(undefined, 'a', 'b'),
    events: fc.subarray([started, completed, abandoned]),
  }),
  meter: fc.record({
    probes: fc.integer({ min: 0, max: 9 }),
    failed: fc.constant(0),
    server: fc.constantFrom(undefined, epoch(-999), epoch(50)),
    answeringSince: fc.constantFrom(undefined, at(3)),
  }),
  probed: fc.boolean(),
  now: fc.integer({ min: 0, max: 9_999 }).map(at),
});

describe('whatever is seen', () => {
  it('nobody is told that it failed over who is silent, or where nothing proves it', () => {
    fc.assert(
      fc.property(anySight, (sight) => {
        const judged = judgeFailover(sight);
        if (judged.stage !== 'over') return;
        expect(sight.look.ready).toBe(true);
        if (sight.probed) expect(sight.meter.answeringSince).toBeDefined();
        if (judged.failedOver) expect(judged.proof.length).toBeGreaterThan(0);
        // The server of before never is the standby's.
        if (judged.failedOver && sight.probed) expect(sight.meter.server).not.toBe(sight.before.server ?? 'none');
      }),
    );
  });

  it('it is asked for only where nothing shows that it has begun', () => {
    fc.assert(
      fc.property(anySight, (sight) => {
        if (judgeFailover(sight).stage !== 'not-begun') return;
        expect(sight.look.ready).toBe(true);
        expect(
          sight.look.primary !== undefined &&
            sight.before.primary !== undefined &&
            sight.look.primary !== sight.before.primary,
        ).toBe(false);
        const changed =
          sight.before.server !== undefined &&
          sight.meter.server !== undefined &&
          sight.meter.server !== sight.before.server;
        expect(changed).toBe(false);
      }),
    );
  });

  it('a watcher is not told that it is over while nobody answers', () => {
    fc.assert(
      fc.property(anySight, (sight) => {
        const { stage } = judgeWatched(sight);
        if (stage === 'under-way') return;
        expect(sight.look.ready).toBe(true);
        if (sight.probed) expect(sight.meter.answeringSince).toBeDefined();
      }),
    );
  });
});

describe('a failover that is watched', () => {
  it('is none where nothing happened', () => {
    expect(judgeWatched(calm)).toEqual({ stage: 'none', status: 'available', proof: [] });
  });

  it.each([
    ['a server that is silent', meter(silent)],
    ['a server that has not been asked yet', meter({ answeringSince: undefined })],
    ['a status', look({ status: 'rebooting', ready: false })],
    [
      'an event of a moment ago that nobody can check',
      { ...look({ events: [started] }, meter({ server: undefined })), probed: false },
    ],
    ['an event without an end', look({ events: [started] })],
  ])('is under way by %s', (_, sight) => {
    expect(judgeWatched(sight)).toMatchObject({ stage: 'under-way' });
  });

  it.each([
    ['the event of its end', look({ events: [started, completed] })],
    ['the start of the server', look({ events: [started] }, serves)],
    ['the answers of minutes', { ...look({ events: [started] }), now: at(300) }],
    ['another zone', look({ primary: 'b' })],
    ['the time since it began', { ...look({ events: [started] }), now: at(4_000), probed: false }],
  ])('is over by %s', (_, sight) => {
    expect(judgeWatched(sight)).toMatchObject({ stage: 'over', failedOver: true });
  });

  it('did not happen where RDS gave it up, or only the server was restarted', () => {
    expect(judgeWatched(look({ events: [abandoned] }))).toMatchObject({ stage: 'over', failedOver: false });
    expect(judgeWatched(serves)).toMatchObject({ failedOver: false, status: 'the server was restarted where it was' });
  });
});
