import { describe, expect, it } from 'vitest';
import { BackupError } from '../../src/core/errors.js';
import type { ProgressEvent } from '../../src/core/progress.js';
import { tagKeys } from '../../src/core/tags.js';
import { operationIdOf } from '../../src/restore/execution/operation-id.js';
import type { TypicalDurations } from '../../src/restore/plan/typical-durations.js';
import { addressOf } from './fake-rds.js';
import { rehearse } from './rehearsal.js';

describe('executing a point-in-time plan with promotion by rename', () => {
  it('ends with the restored instance under the production name and the old one kept', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    const outcome = await rehearsal.execute(plan);
    expect(rehearsal.fake.mutations).toEqual([
      'restore pitr',
      expect.stringContaining('modify pitr {"maintenanceWindow"'),
      'reboot pitr',
      'modify prod {"newIdentifier":"prod-old-20251109t1430z"}',
      'modify pitr {"newIdentifier":"prod"}',
      'snapshot prod-manual-20251109-143000-promoted',
    ]);
    expect(outcome).toMatchObject({
      status: 'completed',
      planHash: plan.hash,
      restoredTo: '2025-11-09T14:25:00.000Z',
      recoveryPointMilliseconds: 300_000,
      candidate: { identifier: 'prod', endpoint: { address: addressOf('prod') } },
      previous: { identifier: 'prod-old-20251109t1430z', resourceId: 'db-PRODUCTION' },
      checks: { verdict: 'passed' },
      drift: [],
    });
    expect(outcome.objectives.map(({ verdict }) => verdict)).toEqual(['met', 'met']);
    expect(outcome.phases.map(({ step }) => step)).toEqual(plan.steps.map(({ id }) => id));
    const promoted = rehearsal.fake.instance(outcome.candidate?.resourceId ?? '');
    expect(promoted).toMatchObject({ identifier: 'prod', monitoringIntervalSeconds: 60, performanceInsights: true });
    expect(promoted.parameterGroups).toEqual([{ name: 'zephyr15', applyStatus: 'in-sync' }]);
    expect(promoted.tags).toMatchObject({ team: 'zephyr', [tagKeys.operationId]: operationIdOf(plan) });
    expect(rehearsal.fake.instance('db-PRODUCTION')).toMatchObject({
      identifier: 'prod-old-20251109t1430z',
      deletionProtection: true,
    });
    expect(rehearsal.application).toMatchObject({ writing: true, stops: 1, resumes: 1 });
  });

  it('measures the recovery time up to the moment the application may write again, not the snapshot after it', async () => {
    const rehearsal = rehearse();
    const outcome = await rehearsal.execute(await rehearsal.plan());
    const resumed = outcome.phases.find(({ step }) => step === 'resume-writers');
    const begun = outcome.phases[0];
    expect(outcome.recoveryTimeMilliseconds).toBe(
      new Date(resumed?.finishedAt ?? 0).getTime() - new Date(begun?.startedAt ?? 0).getTime(),
    );
    expect(outcome.phases.at(-1)).toMatchObject({ step: 'protect', milliseconds: expect.any(Number) });
  });

  it('looks at the candidate less often where drills tell how long it takes, and notices it no later', async () => {
    const looks = async (typical?: TypicalDurations): Promise<{ count: number; milliseconds: number }> => {
      const rehearsal = rehearse();
      const outcome = await rehearsal.execute(await rehearsal.plan({ promote: 'none' }), { typical, onProgress });
      const milliseconds = outcome.phases.find(({ step }) => step === 'wait-for-instance')?.milliseconds ?? 0;
      const count = seen.filter(({ phase }) => phase === 'wait-for-instance').length;
      seen.length = 0;
      return { count, milliseconds };
    };
    const seen: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent): void => void seen.push(event);
    const without = await looks();
    const p50Milliseconds = without.milliseconds;
    const phase = { phase: 'wait-for-instance', drills: 5, p50Milliseconds, p95Milliseconds: p50Milliseconds * 1.1 };
    const withHistory = await looks({ byKind: { 'point-in-time': { phases: [phase] } } });
    expect(withHistory.count).toBeLessThan(without.count);
    expect(withHistory.milliseconds).toBeLessThan(without.milliseconds + 60_000);
  });

  it('does nothing at all when it is executed once more', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    const first = await rehearsal.execute(plan);
    const done = [...rehearsal.fake.mutations];
    expect(await rehearsal.execute(plan)).toEqual(first);
    expect(rehearsal.fake.mutations).toEqual(done);
  });

  it('finds its work again with the journal lost, after the promotion', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    const { candidate } = await rehearsal.execute(plan);
    const done = [...rehearsal.fake.mutations];
    const { createMemoryJournal } = await import('../../src/restore/execution/memory-journal.js');
    const again = await rehearsal.execute(plan, { journal: createMemoryJournal() });
    expect(again).toMatchObject({ status: 'completed', candidate });
    expect(rehearsal.fake.mutations).toEqual(done);
  });

  it.each(['failed', 'inconclusive'] as const)(
    'stops before production is touched when the checks are %s',
    async (verdict) => {
      const rehearsal = rehearse();
      rehearsal.verdict = verdict;
      const plan = await rehearsal.plan();
      const outcome = await rehearsal.execute(plan);
      expect(outcome).toMatchObject({
        status: 'stopped',
        stoppedAt: { step: 'check-candidate', reason: expect.stringContaining('foreign-keys') },
        checks: { verdict },
        candidate: { identifier: 'pitr' },
      });
      expect(outcome.previous).toBeUndefined();
      expect(rehearsal.fake.instance('db-PRODUCTION').identifier).toBe('prod');
      expect(rehearsal.application).toMatchObject({ writing: true, stops: 0, resumes: 0 });
      rehearsal.verdict = 'passed';
      expect(await rehearsal.execute(plan)).toMatchObject({ status: 'completed', candidate: { identifier: 'prod' } });
    },
  );

  it('leaves the candidate beside production without promotion', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan({ promote: 'none' });
    const outcome = await rehearsal.execute(plan, { writers: undefined });
    expect(outcome).toMatchObject({ status: 'completed', candidate: { identifier: 'pitr' } });
    expect(rehearsal.fake.mutations.filter((made) => made.includes('newIdentifier'))).toEqual([]);
  });

  it('restores to the latest time and says which that is at least', async () => {
    const rehearsal = rehearse();
    const outcome = await rehearsal.execute(await rehearsal.plan({ restoreTime: 'latest', promote: 'none' }));
    expect(outcome).toMatchObject({ restoredTo: '2025-11-09T14:27:00.000Z', recoveryPointMilliseconds: 180_000 });
  });

  it('notices that the production name still leads to the old server, and waits', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    const statuses: unknown[] = [];
    const outcome = await rehearsal.execute(plan, {
      onProgress: ({ phase, status }) => {
        if (phase === 'rename-away' && statuses.length === 0) rehearsal.fake.cacheAddress(addressOf('prod'), 1_500_000);
        if (phase === 'verify-promotion' || phase === 'rename-away') statuses.push(status);
      },
    });
    expect(statuses).toContain('the previous server still answers under the production name');
    expect(outcome.status).toBe('completed');
  });

  it('fails at once on a restore that RDS gave up, with what its events say', async () => {
    const rehearsal = rehearse();
    rehearsal.fake.restoreEndsIn = 'incompatible-network';
    const plan = await rehearsal.plan();
    await expect(rehearsal.execute(plan)).rejects.toMatchObject({
      code: 'resource-failed',
      message: expect.stringContaining('The DB instance cannot be restored.'),
      details: { status: 'incompatible-network', events: [expect.stringContaining('cannot be restored')] },
    });
    expect(rehearsal.clock.now().getTime()).toBeLessThan(new Date('2025-11-09T14:45:00Z').getTime());
    expect(rehearsal.application.writing).toBe(true);
  });

  it('refuses to begin when another instance has taken the target since the plan was made', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    rehearsal.fake.add({ identifier: 'pitr', resourceId: 'db-STRANGER' });
    await expect(rehearsal.execute(plan)).rejects.toMatchObject({ code: 'identifier-taken' });
    expect(rehearsal.fake.mutations).toEqual([]);
  });

  it('lets the writers go on when something was queued on production after the plan was made', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    rehearsal.fake.instance('db-PRODUCTION').pendingChanges = { DBInstanceClass: 'db.m6g.xlarge' };
    await expect(rehearsal.execute(plan)).rejects.toMatchObject({
      code: 'precondition-failed',
      message: expect.stringContaining('DBInstanceClass'),
    });
    expect(rehearsal.application).toMatchObject({ writing: true, stops: 1, resumes: 1 });
    expect(rehearsal.fake.instance('db-PRODUCTION').identifier).toBe('prod');
  });

  it('tells both errors when the writers cannot be resumed either', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    const down = new Error('the scheduler is down');
    const writers = { stop: () => Promise.reject(new Error('no')), resume: () => Promise.reject(down) };
    await expect(rehearsal.execute(plan, { writers })).rejects.toMatchObject({
      errors: [expect.objectContaining({ message: 'no' }), down],
    });
  });

  it('stops where a third instance takes the production name half-way', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    let seen = false;
    const run = rehearsal.execute(plan, {
      onProgress: ({ phase, status }) => {
        if (phase !== 'rename-away' || status !== 'finished' || seen) return;
        seen = true;
        rehearsal.fake.add({ identifier: 'prod', resourceId: 'db-STRANGER' });
      },
    });
    await expect(run).rejects.toMatchObject({
      code: 'precondition-failed',
      message: expect.stringContaining('another instance'),
    });
    expect(rehearsal.fake.mutations.filter((made) => made.includes('newIdentifier'))).toHaveLength(1);
  });

  it('promotes although the old instance was deleted half-way, and says so', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    const outcome = await rehearsal.execute(plan, {
      onProgress: ({ phase, status }) => {
        if (phase === 'rename-away' && status === 'finished') rehearsal.fake.held.delete('db-PRODUCTION');
      },
    });
    expect(outcome).toMatchObject({ status: 'completed', candidate: { identifier: 'prod' } });
    expect(outcome.previous).toBeUndefined();
  });

  it('gives up at the deadline it was given', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    const deadline = new Date('2025-11-09T14:35:00Z');
    await expect(rehearsal.execute(plan, { deadline })).rejects.toMatchObject({ code: 'deadline-exceeded' });
    expect(rehearsal.clock.now()).toEqual(deadline);
  });

  it('rejects with the signal’s reason and resumes where it was', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    const reason = new Error('the operator pressed Ctrl-C');
    const controller = new AbortController();
    const run = rehearsal.execute(plan, {
      signal: controller.signal,
      onProgress: ({ phase }) => {
        if (phase === 'wait-for-instance') controller.abort(reason);
      },
    });
    await expect(run).rejects.toBe(reason);
    const outcome = await rehearsal.execute(plan);
    expect(outcome.status).toBe('completed');
    expect(rehearsal.fake.mutations.filter((made) => made === 'restore pitr')).toHaveLength(1);
  });

  it('keeps two runs of one plan apart', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    const first = rehearsal.execute(plan);
    await expect(rehearsal.execute(plan, {})).rejects.toMatchObject({ code: 'journal-busy' });
    expect((await first).status).toBe('completed');
  });

  it('stops when another run has taken over its lease, and leaves the writers to that one', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    let stolen = false;
    const run = rehearsal.execute(plan, {
      onProgress: ({ phase }) => {
        if (phase !== 'stop-writers' || stolen) return;
        stolen = true;
        rehearsal.clock.advance(16 * 60_000);
        const now = rehearsal.clock.now();
        void rehearsal.journal.acquireLease({
          planHash: plan.hash,
          holder: 'other',
          now,
          until: new Date(now.getTime() + 3_600_000),
        });
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'journal-busy', retryable: false });
    expect(rehearsal.application.resumes).toBe(0);
    expect(rehearsal.fake.instance('db-PRODUCTION').identifier).toBe('prod');
  });

  it('refuses a plan that was not approved, was changed, or is for another system', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    await expect(rehearsal.execute(plan, { approve: 'yes' })).rejects.toMatchObject({ code: 'plan-not-approved' });
    await expect(rehearsal.execute({ ...plan, candidate: 'other' })).rejects.toMatchObject({ code: 'plan-invalid' });
    const { sealPlan } = await import('../../src/restore/plan/seal-plan.js');
    const foreign = sealPlan<typeof plan>({ ...plan, system: { ...plan.system, region: 'eu-west-1' } });
    await expect(rehearsal.execute(foreign)).rejects.toMatchObject({
      code: 'plan-invalid',
      message: expect.stringContaining('eu-west-1'),
    });
    expect(rehearsal.fake.mutations).toEqual([]);
  });

  it('asks for the writers before anything is done', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    await expect(rehearsal.execute(plan, { writers: undefined })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'writers',
    });
    expect(rehearsal.fake.mutations).toEqual([]);
    const acknowledged = await rehearsal.plan({ acknowledgeWritersStopped: true });
    expect((await rehearsal.execute(acknowledged, { writers: undefined })).status).toBe('completed');
  });

  it('hands on what the caller’s progress callback throws', async () => {
    const rehearsal = rehearse();
    const broken = new BackupError({ code: 'query-failed', message: 'x', hint: 'y' });
    const run = rehearsal.execute(await rehearsal.plan(), {
      onProgress: () => {
        throw broken;
      },
    });
    await expect(run).rejects.toBe(broken);
  });
});
