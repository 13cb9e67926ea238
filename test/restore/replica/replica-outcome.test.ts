import { expect, it } from 'vitest';
import { defaultObjectives } from '../../../src/core/objectives.js';
import { readProgress } from '../../../src/restore/execution/execution-progress.js';
import { outcomeOf } from '../../../src/restore/execution/restore-outcome.js';
import type { ReplicaPlan, ReplicaPromotionPlan } from '../../../src/restore/replica/replica-plan.js';

const createdAt = '2025-11-09T18:00:00.000Z';
const base = {
  version: 1,
  createdAt,
  system: { region: 'us-east-1', instance: 'prod', resourceId: 'db-PRODUCTION', database: 'zephyr' },
  region: 'us-west-2',
  candidate: 'dr',
  steps: [],
  warnings: [],
  estimate: { recoveryTimeMilliseconds: 0, recoveryPointMilliseconds: 0, basis: [] },
  hash: 'h',
} as const;
const making = { ...base, kind: 'replica', facts: {} } as unknown as ReplicaPlan;
const facts = { replica: { resourceId: 'db-REPLICA' }, dataTime: '2025-11-09T17:50:00.000Z' };
const promotion = (mode: 'planned' | 'disaster') =>
  ({
    ...base,
    kind: 'replica-promotion',
    mode,
    promotion: { kind: 'endpoint' },
    facts,
  }) as unknown as ReplicaPromotionPlan;
const finished = (steps: Readonly<Record<string, Readonly<Record<string, unknown>>>>) =>
  readProgress(
    Object.entries(steps).map(([step, details]) => ({
      at: '2025-11-09T18:10:00.000Z',
      planHash: 'h',
      runId: 'r',
      kind: 'step-finished',
      step,
      details,
    })),
  );
const outcome = (plan: ReplicaPlan | ReplicaPromotionPlan, steps: Parameters<typeof finished>[0]) =>
  outcomeOf(plan, finished(steps), undefined, defaultObjectives);

it('of a replica that was made has no objective: nothing was to be recovered', () => {
  const made = outcome(making, {
    'create-replica': { resourceId: 'db-REPLICA' },
    'wait-for-replication': { replicatedAt: '2025-11-09T18:10:00.000Z' },
  });
  expect(made).toMatchObject({ objectives: [], restoredTo: '2025-11-09T18:10:00.000Z', recoveryPointMilliseconds: 0 });
  expect(made.candidate).toEqual({ identifier: 'dr', resourceId: 'db-REPLICA', endpoint: undefined });
  expect(outcome(making, {}).restoredTo).toBe(createdAt);
});

it('of a planned promotion has lost nothing', () => {
  const steps = { 'await-replay': { at: '2025-11-09T18:05:00.000Z' }, 'stop-writers': { stoppedAt: createdAt } };
  expect(outcome(promotion('planned'), steps)).toMatchObject({
    restoredTo: '2025-11-09T18:05:00.000Z',
    recoveryPointMilliseconds: 0,
    discarded: undefined,
    candidate: { resourceId: 'db-REPLICA' },
  });
  expect(outcome(promotion('planned'), {}).restoredTo).toBe(createdAt);
});

it('of a promotion after a disaster tells what was lost, as it was measured, or else as it was known', () => {
  const replayedUntil = '2025-11-09T17:58:00.000Z';
  const steps = { 'await-replay': { replayedUntil }, 'stop-writers': { stoppedAt: createdAt }, 'switch-endpoint': {} };
  expect(outcome(promotion('disaster'), steps)).toMatchObject({
    restoredTo: replayedUntil,
    recoveryPointMilliseconds: 120_000,
    discarded: { from: replayedUntil, to: createdAt },
    previous: { identifier: 'prod', resourceId: 'db-PRODUCTION' },
  });
  expect(outcome(promotion('disaster'), {}).restoredTo).toBe(facts.dataTime);
});
