import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/core/check-result.js';
import { writeEvidence } from '../../src/evidence/write-evidence.js';
import { gatherReadinessFacts } from '../../src/readiness/gather-readiness-facts.js';
import { glanceAtDrills } from '../../src/readiness/glance-at-drills.js';
import { type FakeSystem, fakeSystem } from '../backup/fakes/fake-system.js';

const day = 86_400_000;

async function drill(
  { system, clock }: FakeSystem,
  ageDays: number,
  verdict: Verdict,
  body: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const at = new Date(clock.now().getTime() - ageDays * day);
  return (await writeEvidence(system, { kind: 'drill', at, subject: 's', verdict, body })).key;
}

const took = (measuredMilliseconds: number) => ({ recoveryTime: { measuredMilliseconds, verdict: 'met' } });

describe('a glance at the drills', () => {
  it('finds the last that passed, what it measured, and what failed since', async () => {
    const fake = fakeSystem();
    const now = fake.clock.now();
    expect(await glanceAtDrills(fake.system, now, {})).toEqual({ failed: undefined, unreadable: [] });
    await drill(fake, 40, 'passed', took(1));
    const key = await drill(fake, 10, 'passed', took(1_500_000));
    expect(await glanceAtDrills(fake.system, now, {})).toEqual({
      passed: { at: new Date(now.getTime() - 10 * day), recoveryTimeMilliseconds: 1_500_000, evidence: key },
      failed: undefined,
      unreadable: [],
    });
    await drill(fake, 5, 'inconclusive');
    const failed = await drill(fake, 4, 'failed');
    expect(await glanceAtDrills(fake.system, now, {})).toMatchObject({
      passed: { evidence: key },
      failed: { verdict: 'failed', evidence: failed },
    });
  });

  it('takes no drill of a dump or of the cache for one of the database, and knows that one may measure nothing', async () => {
    const fake = fakeSystem();
    await drill(fake, 1, 'passed', { backup: { kind: 'cache-snapshot' }, ...took(1) });
    await drill(fake, 2, 'passed', { backup: { kind: 'dump' }, ...took(1) });
    const key = await drill(fake, 3, 'passed', { backup: { kind: 'point-in-time' }, recoveryTime: null });
    expect(await glanceAtDrills(fake.system, fake.clock.now(), {})).toMatchObject({
      passed: { evidence: key, recoveryTimeMilliseconds: undefined },
    });
  });

  it('passes over evidence that was altered, and says so', async () => {
    const fake = fakeSystem();
    const key = await drill(fake, 1, 'failed');
    await fake.store.put(key, '{}');
    const passed = await drill(fake, 2, 'passed');
    expect(await glanceAtDrills(fake.system, fake.clock.now(), {})).toMatchObject({
      passed: { evidence: passed },
      failed: undefined,
      unreadable: [key],
    });
  });

  it('does not take a refusal for evidence that cannot be read', async () => {
    const fake = fakeSystem();
    await drill(fake, 1, 'passed');
    fake.faults.calls.length = 0;
    fake.faults.arm(2, 'is-denied');
    await expect(glanceAtDrills(fake.system, fake.clock.now(), {})).rejects.toMatchObject({ code: 'access-denied' });
  });

  it('ends after ten, and at what is older than a year', async () => {
    const fake = fakeSystem();
    await drill(fake, 20, 'passed');
    for (let age = 1; age <= 11; age += 1) await drill(fake, age, 'failed');
    fake.faults.calls.length = 0;
    expect(await glanceAtDrills(fake.system, fake.clock.now(), {})).not.toHaveProperty('passed');
    expect(fake.faults.calls.filter((call) => call === 'store.get')).toHaveLength(10);
    const old = fakeSystem();
    await drill(old, 401, 'passed');
    expect(await glanceAtDrills(old.system, old.clock.now(), {})).not.toHaveProperty('passed');
  });
});

it('what the caller says of drills is not looked for', async () => {
  const { system, clock, faults } = fakeSystem();
  const lastDrill = { at: clock.now() };
  const { drills } = await gatherReadinessFacts(system, { lastDrill, auditSharing: true }, {});
  expect(drills).toMatchObject({ value: { passed: lastDrill } });
  const asked = faults.calls.filter((call) => call === 'store.list').length;
  await gatherReadinessFacts(system, { auditSharing: true }, {});
  expect(faults.calls.filter((call) => call === 'store.list').length).toBeGreaterThan(2 * asked);
});
