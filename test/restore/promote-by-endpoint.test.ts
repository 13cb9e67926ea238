import { expect, it } from 'vitest';
import { BackupError } from '../../src/core/errors.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import { renderPlan } from '../../src/restore/plan/render-plan.js';
import { addressOf } from './fake-rds.js';
import { rehearse } from './rehearsal.js';

it('points the application at the candidate while nothing writes, and renames nothing', async () => {
  const rehearsal = rehearse();
  const plan = await rehearsal.plan({ promote: 'endpoint' });
  expect(renderPlan(plan)).toContain('by endpoint: the application is pointed at the candidate');
  expect(plan.warnings.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['endpoint-changes', 'resource-id-changes']),
  );
  const seen: unknown[] = [];
  const switchEndpoint = async (to: object): Promise<void> => {
    seen.push({ ...to, writing: rehearsal.application.writing });
  };
  const journal = createMemoryJournal();
  const outcome = await rehearsal.execute(plan, { switchEndpoint, journal });
  expect(seen).toEqual([{ identifier: 'pitr', address: addressOf('pitr'), port: 5432, writing: false }]);
  expect(rehearsal.fake.mutations.filter((made) => made.includes('newIdentifier'))).toEqual([]);
  expect(rehearsal.fake.mutations.at(-1)).toBe('snapshot pitr-manual-20251109-143000-promoted');
  expect(outcome).toMatchObject({
    status: 'completed',
    candidate: { identifier: 'pitr', endpoint: { address: addressOf('pitr') } },
    previous: { identifier: 'prod', resourceId: 'db-PRODUCTION' },
  });
  expect(rehearsal.application).toMatchObject({ writing: true, stops: 1, resumes: 1 });
  expect(await rehearsal.execute(plan, { switchEndpoint, journal })).toEqual(outcome);
  expect(seen).toHaveLength(1);
  expect(rehearsal.application.stops).toBe(1);
});

it('leaves the writers stopped when nobody knows where the application points, and goes on from there', async () => {
  const rehearsal = rehearse();
  const plan = await rehearsal.plan({ promote: 'endpoint' });
  const journal = createMemoryJournal();
  const failing = async (): Promise<void> => {
    throw new BackupError({ code: 'service-error', message: 'half of the pods are restarted', hint: 'x' });
  };
  await expect(rehearsal.execute(plan, { switchEndpoint: failing, journal })).rejects.toMatchObject({
    code: 'service-error',
  });
  expect(rehearsal.application.writing).toBe(false);
  expect(await rehearsal.execute(plan, { switchEndpoint: async () => undefined, journal })).toMatchObject({
    status: 'completed',
  });
  expect(rehearsal.application.writing).toBe(true);
});

it('needs somebody who does it, before any call', async () => {
  const rehearsal = rehearse();
  const plan = await rehearsal.plan({ promote: 'endpoint', configuration: { iamAuthentication: false } });
  await expect(rehearsal.execute(plan)).rejects.toMatchObject({ code: 'invalid-input', field: 'switchEndpoint' });
  expect(rehearsal.fake.mutations).toEqual([]);
});

it('counts the recovery up to the switch where the caller has stopped the writers', async () => {
  const rehearsal = rehearse();
  rehearsal.fake.addSnapshot();
  const plan = await rehearsal.planSnapshot({ promote: 'endpoint', acknowledgeWritersStopped: true });
  expect(plan.steps.map(({ kind }) => kind)).not.toContain('resume-writers');
  expect(plan.warnings.map(({ code }) => code)).toContain('writers-not-fenced');
  const outcome = await rehearsal.execute(plan, { writers: undefined, switchEndpoint: async () => undefined });
  const [begun] = outcome.phases;
  const switched = outcome.phases.find(({ step }) => step === 'switch-endpoint');
  expect(outcome.recoveryTimeMilliseconds).toBe(
    new Date(switched?.finishedAt ?? 0).getTime() - new Date(begun?.startedAt ?? 0).getTime(),
  );
});

it('says what became of the old instance only where something did', async () => {
  const rehearsal = rehearse();
  rehearsal.verdict = 'failed';
  const plan = await rehearsal.plan({ promote: 'endpoint' });
  const outcome = await rehearsal.execute(plan, { switchEndpoint: async () => undefined });
  expect(outcome).toMatchObject({ status: 'stopped', previous: undefined });
  expect(rehearsal.application.stops).toBe(0);
});
