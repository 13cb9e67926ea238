import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addReading, nothingRead, outageOf, type ProbeReading } from '../../../src/restore/failover/outage-meter.js';

const at = (seconds: number): Date => new Date(Date.UTC(2025, 10, 9, 14, 0, seconds));
const answered = (second: number, server = 'a'): ProbeReading => ({ askedAt: at(second), endedAt: at(second), server });
const failed = (second: number): ProbeReading => ({ askedAt: at(second), endedAt: at(second), problem: 'refused' });
const outage = (...readings: readonly ProbeReading[]) =>
  outageOf(readings.reduce(addReading, nothingRead), {
    now: at(60),
    probeEveryMilliseconds: 1_000,
    interrupted: false,
  });

describe('an outage', () => {
  it('is from the first question without an answer to the first answer after it', () => {
    expect(outage(answered(0), answered(1), failed(2), failed(3), answered(4, 'b'), answered(5, 'b'))).toEqual({
      from: at(2).toISOString(),
      to: at(4).toISOString(),
      milliseconds: 2_000,
      lastAnsweredAt: at(1).toISOString(),
      probeEveryMilliseconds: 1_000,
      probes: 6,
      failedProbes: 2,
      interrupted: false,
    });
  });

  it('is none where every question was answered by one server, nor before the first question', () => {
    expect(outage(answered(0), answered(1))).toBeUndefined();
    expect(outage()).toBeUndefined();
  });

  it('is not over where a server answers in between and is gone again', () => {
    expect(outage(answered(0), failed(1), answered(2), failed(3), answered(5, 'b'))).toMatchObject({
      from: at(1).toISOString(),
      to: at(5).toISOString(),
      failedProbes: 2,
    });
    expect(outage(answered(0), failed(1), answered(2), failed(3))).toMatchObject({
      to: undefined,
      milliseconds: 59_000,
    });
  });

  it('is seen by the change of the server where a client hides it', () => {
    const hidden: ProbeReading = { askedAt: at(1), endedAt: at(4), server: 'b' };
    expect(outage(answered(0), hidden)).toMatchObject({
      milliseconds: 3_000,
      failedProbes: 0,
      lastAnsweredAt: at(0).toISOString(),
    });
  });

  it('that had begun before anybody asked says so', () => {
    expect(outage(failed(0), answered(2))).toMatchObject({ lastAnsweredAt: undefined, milliseconds: 2_000 });
  });

  it('is bounded by the readings, and covers every failure', () => {
    const reading = fc.record({ answers: fc.boolean(), server: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 40 }), (given) => {
        const readings = given.map(({ answers, server }, second) =>
          answers ? answered(second, server) : failed(second),
        );
        const meter = readings.reduce(addReading, nothingRead);
        const found = outageOf(meter, { now: at(60), probeEveryMilliseconds: 1_000, interrupted: false });
        const failures = readings.filter((one) => one.server === undefined);
        const [first] = failures;
        const last = failures.at(-1);
        expect(meter.probes).toBe(readings.length);
        expect(meter.failed).toBe(failures.length);
        expect(meter.answeringSince === undefined).toBe(readings.at(-1)?.server === undefined);
        if (first === undefined || last === undefined) return;
        expect(Date.parse(found?.from ?? '')).toBeLessThanOrEqual(first.askedAt.getTime());
        if (found?.to === undefined) expect(readings.at(-1)).toBe(last);
        else expect(Date.parse(found.to)).toBeGreaterThan(last.askedAt.getTime());
      }),
    );
  });
});
