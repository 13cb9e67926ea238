import { describe, expect, it } from 'vitest';
import { createReadinessProbe } from '../../src/readiness/readiness-probe.js';
import { fakeSystem } from '../backup/fakes/fake-system.js';
import { denied } from '../backup/fakes/faulty.js';

const looks = (calls: readonly string[]): number => calls.filter((call) => call === 'rds.describeInstance').length;

describe('a readiness probe', () => {
  it('looks once for callers at the same time, and again once the report is too old', async () => {
    const { system, clock, faults } = fakeSystem();
    const probe = createReadinessProbe(system, { maxAge: '30s' });
    const [first, second] = await Promise.all([probe(), probe()]);
    expect(second).toBe(first);
    clock.advance(29_999);
    expect(await probe()).toBe(first);
    expect(looks(faults.calls)).toBe(1);
    clock.advance(1);
    const third = await probe();
    expect(third).not.toBe(first);
    expect(third.at).toBe(clock.now().toISOString());
    expect(looks(faults.calls)).toBe(2);
    clock.advance(-60_000);
    await probe();
    expect(looks(faults.calls)).toBe(3);
  });

  it('keeps a report for 30 seconds unless told otherwise', async () => {
    const { system, clock, faults } = fakeSystem();
    const probe = createReadinessProbe(system);
    await probe();
    clock.advance(29_999);
    await probe();
    clock.advance(1);
    await probe();
    expect(looks(faults.calls)).toBe(2);
  });

  it('hands a failure to all who waited for it, and keeps none', async () => {
    const { system, rds, faults } = fakeSystem();
    const describeInstance = rds.describeInstance;
    rds.describeInstance = async () => {
      throw denied('x');
    };
    const probe = createReadinessProbe(system);
    const outcomes = await Promise.allSettled([probe(), probe()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(looks(faults.calls)).toBe(1);
    rds.describeInstance = describeInstance;
    expect((await probe()).system.instance).toBe('zephyr-production-db');
  });

  it('ends only the wait of the caller who gives up, and the calls once nobody waits', async () => {
    const { system, rds, clock } = fakeSystem();
    const stopped: unknown[] = [];
    let answer = (): void => undefined;
    rds.accountQuotas = (call) =>
      new Promise((resolve, reject) => {
        answer = () => resolve(new Map());
        call?.signal?.addEventListener('abort', () => {
          stopped.push(call.signal?.reason);
          reject(call.signal?.reason);
        });
      });
    const turn = () => clock.sleep(1);
    const probe = createReadinessProbe(system);
    const [impatient, other] = [new AbortController(), new AbortController()];
    const reason = new Error('enough');
    const [gaveUp, waited] = [probe({ signal: impatient.signal }), probe({ signal: other.signal })];
    await turn();
    impatient.abort(reason);
    await expect(gaveUp).rejects.toBe(reason);
    expect(stopped).toEqual([]);
    answer();
    expect((await waited).grade).toBeDefined();

    clock.advance(60_000);
    const alone = new AbortController();
    const left = probe({ signal: alone.signal });
    await turn();
    alone.abort(reason);
    await expect(left).rejects.toBe(reason);
    expect(stopped).toEqual([reason]);
    await expect(probe({ signal: alone.signal })).rejects.toBe(reason);

    const again = probe();
    await turn();
    answer();
    expect((await again).at).toBe(clock.now().toISOString());
  });

  it('bounds how long it may take', async () => {
    const { system, rds, clock } = fakeSystem();
    rds.accountQuotas = (call) =>
      new Promise((_, reject) => {
        call?.signal?.addEventListener('abort', () => reject(call.signal?.reason));
      });
    const before = clock.now().getTime();
    const report = await createReadinessProbe(system, { within: '10s' })();
    expect(clock.now().getTime()).toBe(before + 10_000);
    expect(report.findings.find(({ code }) => code === 'snapshot-quota')?.unknown?.code).toBe('deadline-exceeded');
  });

  it.each([
    ['maxAge', { maxAge: 'soon' }],
    ['within', { within: '0s' }],
    ['expected.backupWindow', { expected: { backupWindow: 'x' } }],
  ])('%s is checked when it is made', (field, options) => {
    const { system } = fakeSystem();
    expect(() => createReadinessProbe(system, options as never)).toThrow(
      expect.objectContaining({ code: 'invalid-input', field }),
    );
  });
});
