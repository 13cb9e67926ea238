import { expect, it } from 'vitest';
import { renderPlan } from '../../src/restore/plan/render-plan.js';
import { RestorePlanner } from '../../src/restore/restore-planner.js';
import { bad, rehearse } from './rehearsal.js';

const minute = 60_000;
const measured = (phase: string, p50: number, p95: number, drills = 7) => ({
  phase,
  drills,
  p50Milliseconds: p50 * minute,
  p95Milliseconds: p95 * minute,
});
const request = { restoreTime: bad, target: 'pitr', promote: 'rename' } as const;

it('a plan is estimated by what drills of its kind took, and assumes what they have not measured', async () => {
  const { system, fake } = rehearse();
  fake.addSnapshot();
  const planner = new RestorePlanner(system);
  const assumed = await planner.planPointInTime(request);
  const inTime = { phases: [measured('wait-for-instance', 42, 55), measured('check', 9, 11, 2)] };
  const ofSnapshots = {
    phases: [measured('wait-for-instance', 21, 25), measured('apply-configuration', 4.5, 6), measured('check', 1, 1)],
  };
  const typical = { byKind: { 'point-in-time': inTime, 'database-snapshot': ofSnapshots } };
  const plan = await planner.planPointInTime(request, { typical });
  expect(plan.estimate.basis.slice(0, 3)).toEqual([
    'restore of 100 GiB: 42 min 00 s, the p50 of 7 drills (p95 55 min 00 s)',
    'configuration: 2 min 00 s, an assumption',
    'checks: 3 min 00 s, an assumption',
  ]);
  expect(plan.estimate.recoveryTimeMilliseconds).toBe((42 + 5 + 20) * minute);
  expect(assumed.estimate.recoveryTimeMilliseconds).toBe((17 + 5 + 20) * minute);
  expect(renderPlan(plan)).toContain('p50 of 7 drills');

  const wholly = await planner.planSnapshotRestore({ snapshot: 'latest', target: 'recovery' }, { typical });
  expect(wholly.estimate.recoveryTimeMilliseconds).toBe((21 + 4.5 + 1) * minute);
  expect(wholly.estimate.basis.join()).not.toContain('an assumption');
});

it('a history that is none is refused before any call', async () => {
  const rehearsal = rehearse();
  const plan = await rehearsal.plan();
  const typical = { byKind: { 'point-in-time': { phases: [{ phase: 'check', drills: 'many' }] } } } as never;
  const refusal = { code: 'invalid-input', field: 'typical' };
  const deaf = new RestorePlanner({ ...rehearsal.system, aws: { region: 'us-east-1' } as never });
  await expect(deaf.planPointInTime(request, { typical })).rejects.toMatchObject(refusal);
  await expect(deaf.planSnapshotRestore({ snapshot: 'latest', target: 'recovery' }, { typical })).rejects.toMatchObject(
    refusal,
  );
  await expect(rehearsal.execute(plan, { typical })).rejects.toMatchObject(refusal);
  expect(rehearsal.fake.mutations).toEqual([]);
});
