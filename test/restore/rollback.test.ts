import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBackupError } from '../../src/core/errors.js';
import { defaultObjectives } from '../../src/core/objectives.js';
import type { DatabaseInstance } from '../../src/ports/database-instance.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import { renderPlan } from '../../src/restore/plan/render-plan.js';
import type { RollbackPlan } from '../../src/restore/plan/restore-plan.js';
import { checkPlan } from '../../src/restore/plan/seal-plan.js';
import { decideRollbackPlan } from '../../src/restore/promotion/decide-rollback-plan.js';
import type { RollbackFacts } from '../../src/restore/promotion/rollback-facts.js';
import { checkRollbackRequest, type RollbackRequest } from '../../src/restore/promotion/rollback-request.js';
import { RestorePlanner } from '../../src/restore/restore-planner.js';
import { aDatabaseInstance } from './fake-rds.js';
import { createFaultySwitch, type FaultKind } from './faulty.js';
import { type Rehearsal, rehearse } from './rehearsal.js';

const now = new Date('2025-11-09T18:00:00Z');
const promoted: DatabaseInstance = {
  ...aDatabaseInstance(),
  resourceId: 'db-RESTORED',
  createdAt: new Date('2025-11-09T14:40:00Z'),
};
const old: DatabaseInstance = { ...aDatabaseInstance(), identifier: 'prod-old' };

function decide(request: Partial<RollbackRequest> = {}, facts: Partial<RollbackFacts> = {}): RollbackPlan {
  const checked = checkRollbackRequest({ to: 'prod-old', acknowledgeLostWrites: true, ...request }, 'prod');
  const context = { region: 'us-east-1', instance: 'prod', database: 'zephyr', objectives: defaultObjectives };
  return decideRollbackPlan({ production: promoted, old, taken: [], ...facts }, checked, context, now);
}

const codes = ({ warnings }: RollbackPlan): readonly string[] => warnings.map(({ code }) => code);
const kinds = ({ steps }: RollbackPlan): readonly string[] => steps.map(({ kind }) => kind);

describe('planning to undo a promotion', () => {
  it('is the mirror image of the promotion', () => {
    const plan = decide();
    expect(kinds(plan)).toEqual([
      'check-candidate',
      'stop-writers',
      'rename-away',
      'rename-into-place',
      'verify-promotion',
      'resume-writers',
      'protect',
    ]);
    const [, , away, back] = plan.steps;
    expect(away).toMatchObject({ resourceId: 'db-RESTORED', from: 'prod', to: 'prod-old-20251109t1800z' });
    expect(back).toMatchObject({ from: 'prod-old', to: 'prod' });
    expect(checkPlan(JSON.parse(JSON.stringify(plan)) as RollbackPlan, plan.hash)).toEqual(plan);
  });

  it('says what is lost, from when the old instance was written to last', () => {
    const plan = decide({ writtenUntil: new Date('2025-11-09T14:55:00Z') });
    expect(codes(plan)).toContain('later-writes-are-lost');
    expect(plan.estimate).toMatchObject({
      recoveryPointMilliseconds: 11_100_000,
      recoveryTimeMilliseconds: 23 * 60_000,
    });
    expect(renderPlan(plan)).toContain(
      'since 2025-11-09T14:55:00.000Z is lost: it stays in prod-old-20251109t1800z only',
    );
    expect(renderPlan(plan)).toContain('Plan: make prod-old in us-east-1 prod again');
    expect(renderPlan(plan)).toContain('production now  db-RESTORED, kept as prod-old-20251109t1800z');
    expect(decide().facts.dataTime).toBe('2025-11-09T14:40:00.000Z');
    expect(() => decide({}, { production: { ...promoted, createdAt: undefined } })).toThrow('writtenUntil is missing');
  });

  it('asks nothing of the old database where nothing is expected of it', () => {
    expect(kinds(decide({ expectation: {} }))[0]).toBe('stop-writers');
    expect(kinds(decide({ expectation: { consistency: undefined } }))[0]).toBe('stop-writers');
  });

  it('is one rename, and loses nothing, where a promotion was cut off between its two', () => {
    const plan = decide({ acknowledgeLostWrites: undefined }, { production: undefined });
    expect(kinds(plan)).not.toContain('rename-away');
    expect(codes(plan)).toEqual(['previous-instance-missing', 'resource-id-changes']);
    expect(plan.estimate).toMatchObject({ recoveryPointMilliseconds: 0, recoveryTimeMilliseconds: 13 * 60_000 });
    expect(renderPlan(plan)).toContain('nobody has the production name');
  });

  it('warns of what a promotion warns of, and of an instance without backups', () => {
    const bare = { ...promoted, backupRetentionDays: 0, replicas: ['r2', 'r1'], pendingChanges: { Iops: 1 } };
    const acknowledged = {
      acknowledgePendingChanges: true,
      acknowledgeReplicas: true,
      acknowledgeWritersStopped: true,
    };
    const plan = decide(acknowledged, {
      production: bare,
      old: { ...old, backupRetentionDays: 0, pendingChanges: { Port: 1 } },
    });
    expect(codes(plan)).toEqual([
      'later-writes-are-lost',
      'pending-changes-will-apply',
      'backups-off',
      'writers-not-fenced',
      'pending-changes-will-apply',
      'replicas-stay-attached',
      'resource-id-changes',
      'recovery-point-beyond-objective',
    ]);
    expect(plan.facts).toMatchObject({ pendingChanges: ['Iops', 'Port'], replicas: ['r1', 'r2'] });
    expect(kinds(plan)).not.toContain('resume-writers');
    expect(codes(decide({}, { production: undefined, old: { ...old, backupRetentionDays: 0 } }))).toContain(
      'backups-off',
    );
    const restored = decide({}, { production: promoted, old: { ...old, backupRetentionDays: 0 } });
    expect(restored.steps.at(-1)).toMatchObject({ kind: 'protect', backupRetentionDays: 30 });
  });

  it.each<[string, Partial<RollbackRequest>, Partial<RollbackFacts>, string, string]>([
    ['writes would be lost', { acknowledgeLostWrites: false }, {}, 'precondition-failed', 'is not in prod-old'],
    [
      'a replica is meant',
      {},
      { old: { ...old, replicaSource: 'prod' } },
      'precondition-failed',
      'read replica of prod',
    ],
    ['another engine is meant', {}, { old: { ...old, engine: 'mysql' } }, 'precondition-failed', 'runs mysql'],
    ['the old instance is stopped', {}, { old: { ...old, status: 'stopped' } }, 'invalid-state', 'is stopped'],
    ['the old instance is busy', {}, { old: { ...old, status: 'backing-up' } }, 'invalid-state', 'is backing-up'],
    ['something is queued', {}, { old: { ...old, pendingChanges: { Iops: 1 } } }, 'precondition-failed', 'Iops'],
    [
      'production has replicas',
      {},
      { production: { ...promoted, replicas: ['r'] } },
      'precondition-failed',
      'renamed prod: r',
    ],
    ['the name is taken', { archiveIdentifier: 'x' }, { taken: ['x'] }, 'identifier-taken', 'called x'],
    ['production itself is meant', { to: 'prod' }, {}, 'invalid-input', 'to is the production name'],
    ['the names are one', { archiveIdentifier: 'prod-old' }, {}, 'invalid-input', 'archiveIdentifier is taken'],
    ['the instant is none', { writtenUntil: new Date(Number.NaN) }, {}, 'invalid-input', 'writtenUntil'],
  ])('refuses where %s', (_when, request, facts, code, message) => {
    expect(() => decide(request, facts)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it('renames nothing while somebody writes, and gives no name twice, whatever it is asked', () => {
    const flag = fc.option(fc.boolean(), { nil: undefined });
    const queued = fc.constantFrom<DatabaseInstance['pendingChanges']>({}, { Iops: 1 });
    const request = fc.record({
      acknowledgeLostWrites: flag,
      acknowledgePendingChanges: flag,
      acknowledgeReplicas: flag,
      acknowledgeWritersStopped: flag,
      archiveIdentifier: fc.constantFrom(undefined, 'aside', 'other'),
    });
    const facts = fc.record({
      production: fc.option(
        fc
          .record({ pendingChanges: queued, replicas: fc.subarray(['r1', 'r2']) })
          .map((one) => ({ ...promoted, ...one })),
        { nil: undefined },
      ),
      old: fc
        .record({ pendingChanges: queued, status: fc.constantFrom('available', 'stopped', 'modifying') })
        .map((one) => ({ ...old, ...one })),
      taken: fc.subarray(['aside', 'prod-old-20251109t1800z']),
    });
    fc.assert(
      fc.property(request, facts, (asked, seen) => {
        let plan: RollbackPlan;
        try {
          plan = decide(asked, seen);
        } catch (error) {
          expect(isBackupError(error)).toBe(true);
          return;
        }
        const order = kinds(plan);
        const { archive } = plan.promotion;
        expect(seen.old.status).toBe('available');
        expect(new Set([archive, 'prod', 'prod-old', ...seen.taken]).size).toBe(3 + seen.taken.length);
        expect(order.filter((kind) => kind.startsWith('rename'))).toHaveLength(seen.production === undefined ? 1 : 2);
        expect(order.indexOf('stop-writers')).toBeLessThan(order.findIndex((kind) => kind.startsWith('rename')));
        expect(order.includes('resume-writers')).toBe(asked.acknowledgeWritersStopped !== true);
        if (order.includes('resume-writers'))
          expect(order.indexOf('resume-writers')).toBeGreaterThan(order.indexOf('verify-promotion'));
        if (seen.production !== undefined) expect(asked.acknowledgeLostWrites).toBe(true);
        expect(decide(asked, seen)).toEqual(plan);
      }),
    );
  });
});

/** A system whose production was restored and promoted, and a plan to undo that. */
async function givenPromoted(): Promise<{ readonly rehearsal: Rehearsal; readonly plan: RollbackPlan }> {
  const rehearsal = rehearse();
  const { previous, discarded } = await rehearsal.execute(await rehearsal.plan());
  rehearsal.clock.advance(3 * 3_600_000);
  rehearsal.fake.mutations.length = 0;
  const plan = await new RestorePlanner(rehearsal.system).planRollback({
    to: previous?.identifier ?? '',
    writtenUntil: new Date(discarded?.to ?? ''),
    acknowledgeLostWrites: true,
  });
  return { rehearsal, plan };
}

/** Who is called what afterwards, and whether the application writes. */
function stateOf({ fake, application }: Rehearsal, status: string): unknown {
  const names = [...fake.held.values()].map(({ details }) => `${details.identifier} is ${details.resourceId}`).sort();
  const { writing, renamedWhileWriting } = application;
  return { status, names, writing, renamedWhileWriting, mutations: [...fake.mutations].sort() };
}

describe('executing a plan to undo a promotion', () => {
  it('gives the old instance its name back, and keeps the other one', async () => {
    const { rehearsal, plan } = await givenPromoted();
    const outcome = await rehearsal.execute(plan);
    const { archive } = plan.promotion;
    expect(rehearsal.fake.mutations).toEqual([
      `modify prod {"newIdentifier":"${archive}"}`,
      `modify ${plan.candidate} {"newIdentifier":"prod"}`,
    ]);
    expect(outcome).toMatchObject({
      status: 'completed',
      candidate: { identifier: 'prod', resourceId: 'db-PRODUCTION' },
      previous: { identifier: archive, resourceId: plan.system.resourceId },
      discarded: { from: plan.facts.dataTime },
    });
    expect(rehearsal.application).toMatchObject({ writing: true, renamedWhileWriting: false });
    expect(await rehearsal.execute(plan)).toEqual(outcome);
    // A journal that got lost is no reason to do anything twice.
    await rehearsal.execute(plan, { journal: createMemoryJournal() });
    expect(rehearsal.fake.mutations).toHaveLength(2);
  });

  it('touches nothing where the old database does not pass its checks', async () => {
    const { rehearsal, plan } = await givenPromoted();
    rehearsal.verdict = 'failed';
    expect(await rehearsal.execute(plan)).toMatchObject({ status: 'stopped', stoppedAt: { step: 'check-candidate' } });
    expect(rehearsal.fake.mutations).toEqual([]);
  });

  it('can be undone itself', async () => {
    const { rehearsal, plan } = await givenPromoted();
    const { previous, discarded } = await rehearsal.execute(plan);
    const again = await new RestorePlanner(rehearsal.system).planRollback({
      to: previous?.identifier ?? '',
      writtenUntil: new Date(discarded?.to ?? ''),
      acknowledgeLostWrites: true,
    });
    const { candidate } = await rehearsal.execute(again);
    expect(candidate?.resourceId).toBe(plan.system.resourceId);
  });

  it('finds no way to an instance that is not there', async () => {
    const planner = new RestorePlanner(rehearse().system);
    await expect(planner.planRollback({ to: 'gone' })).rejects.toMatchObject({
      code: 'instance-not-found',
      field: 'to',
    });
  });

  it.each([
    ['fail', false],
    ['lose', false],
    ['crash', false],
    ['lose', true],
  ] as const)('comes to the same end when it is spoiled at any one call: %s, retryable %s', async (kind, retryable) => {
    const clean = await givenPromoted();
    await clean.rehearsal.execute(clean.plan);
    const final = stateOf(clean.rehearsal, 'completed');
    let calls = 0;
    for (;;) {
      calls += 1;
      const { state, hit } = await spoilt({ call: calls, kind, retryable });
      if (!hit) break;
      expect(state, `${kind} at call ${calls}`).toEqual(final);
    }
    expect(calls).toBeGreaterThan(60);
  });
});

/** One spoiled run, then clean ones until it is done. */
async function spoilt(fault: { readonly call: number; readonly kind: FaultKind; readonly retryable: boolean }) {
  const { rehearsal, plan } = await givenPromoted();
  const through = createFaultySwitch(fault);
  const statusOf = (run: Promise<{ readonly status: string }>): Promise<string> =>
    run.then(
      ({ status }) => status,
      () => 'rejected',
    );
  let status = await statusOf(rehearsal.execute(plan, { through }));
  for (let run = 0; status === 'rejected' && run < 3; run += 1) {
    // A process that is gone gives no lease back: it has to end by itself.
    rehearsal.clock.advance(16 * 60_000);
    status = await statusOf(rehearsal.execute(plan));
  }
  return { state: stateOf(rehearsal, status), hit: through.calls() >= fault.call };
}
