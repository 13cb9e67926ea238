import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultObjectives } from '../../src/core/objectives.js';
import type { AutomatedBackup } from '../../src/ports/database-backups.js';
import type { DatabaseInstance } from '../../src/ports/database-instance.js';
import { archiveNames } from '../../src/restore/dump/archive-name.js';
import { operationIdOf } from '../../src/restore/execution/operation-id.js';
import { describePrecondition } from '../../src/restore/execution/preconditions.js';
import { decidePointInTimePlan } from '../../src/restore/instance/decide-point-in-time-plan.js';
import { checkPointInTimeRequest, type PointInTimeRequest } from '../../src/restore/instance/point-in-time-request.js';
import type { RestoreFacts } from '../../src/restore/instance/restore-facts.js';
import { findAutomatedBackup, windowOf } from '../../src/restore/instance/restore-window.js';
import { renderPlan } from '../../src/restore/plan/render-plan.js';
import type { PointInTimePlan } from '../../src/restore/plan/restore-plan.js';
import { checkPlan, planHash, sealPlan } from '../../src/restore/plan/seal-plan.js';
import { aDatabaseInstance } from './fake-rds.js';
import { bad, rehearse } from './rehearsal.js';

const now = new Date('2025-11-09T14:30:00Z');
const earliest = new Date('2025-10-10T00:00:00Z');

/** With a living source, and all that RDS tells of its backups. */
interface LivingFacts extends RestoreFacts {
  readonly source: {
    readonly resourceId: string;
    readonly instance: DatabaseInstance;
    readonly automatedBackup: AutomatedBackup;
  };
}

function factsWith(instance: Partial<DatabaseInstance> = {}, more: Partial<LivingFacts> = {}): LivingFacts {
  const production = { ...aDatabaseInstance(), ...instance };
  const latest = production.latestRestorableTime;
  const automatedBackup = {
    resourceId: production.resourceId,
    instance: 'prod',
    region: 'us-east-1',
    status: 'active',
    arn: 'arn:backup',
    restoreWindow: latest && { earliest, latest },
  };
  return {
    production,
    source: { resourceId: production.resourceId, instance: production, automatedBackup },
    taken: [],
    ...more,
  };
}

function decide(
  request: Partial<PointInTimeRequest> = {},
  facts: RestoreFacts = factsWith(),
  objectives = defaultObjectives,
): PointInTimePlan {
  const checked = checkPointInTimeRequest({ restoreTime: bad, target: 'pitr', promote: 'rename', ...request }, 'prod');
  return decidePointInTimePlan(
    facts,
    checked,
    { region: 'us-east-1', instance: 'prod', database: 'zephyr', objectives },
    now,
  );
}

const codes = (plan: PointInTimePlan): readonly string[] => plan.warnings.map(({ code }) => code);

describe('planning a recovery to a point in time', () => {
  it('has the steps of a promotion by rename, in order', () => {
    expect(decide().steps.map(({ kind }) => kind)).toEqual([
      'restore-to-point-in-time',
      'wait-for-instance',
      'apply-configuration',
      'check-candidate',
      'stop-writers',
      'rename-away',
      'rename-into-place',
      'verify-promotion',
      'resume-writers',
      'protect',
    ]);
  });

  it('ends with the check where nothing is to be promoted', () => {
    const plan = decide({ promote: 'none' });
    expect(plan.steps.at(-1)?.kind).toBe('check-candidate');
    expect(plan.promotion).toEqual({ kind: 'none' });
    expect(renderPlan(plan)).toContain('none: the candidate stays beside production');
  });

  it('states the window when the time is outside of it', () => {
    const outside = expect.objectContaining({
      code: 'restore-time-outside-window',
      message: expect.stringContaining('from 2025-10-10T00:00:00.000Z to 2025-11-09T14:27:00.000Z'),
    });
    expect(() => decide({ restoreTime: new Date('2025-11-09T14:27:01Z') })).toThrow(outside);
    expect(() => decide({ restoreTime: new Date('2025-10-09T00:00:00Z') })).toThrow(outside);
    expect(() => decide({ restoreTime: new Date('2025-11-10T00:00:00Z') })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('future') }),
    );
    expect(decide({ restoreTime: new Date('2025-11-09T14:27:00Z') }).restoreTo).toMatchObject({ kind: 'time' });
  });

  it('knows when nothing can be restored at all, and why', () => {
    const off = (facts: RestoreFacts) => {
      try {
        decide({}, facts);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(off(factsWith({ latestRestorableTime: undefined, backupRetentionDays: 0 }))).toMatchObject({
      code: 'point-in-time-recovery-off',
      message: expect.stringContaining('automated backups are off'),
    });
    expect(off(factsWith({ latestRestorableTime: undefined }))).toMatchObject({
      code: 'point-in-time-recovery-off',
      message: expect.stringContaining('nothing to restore from yet'),
    });
    expect(off(factsWith({ replicaSource: 'prod-main' }))).toMatchObject({
      code: 'point-in-time-recovery-off',
      message: expect.stringContaining('read replica of prod-main'),
    });
  });

  it('takes the later of the two ends of the window that RDS tells', () => {
    const facts = factsWith();
    const { automatedBackup } = facts.source;
    const later = new Date('2025-11-09T14:28:00Z');
    const source = {
      ...facts.source,
      automatedBackup: { ...automatedBackup, restoreWindow: { earliest, latest: later } },
    };
    expect(decide({}, { ...facts, source }).facts.restoreWindow.latest).toBe(later.toISOString());
  });

  it('cuts a fraction of a second off and says so', () => {
    const plan = decide({ restoreTime: new Date('2025-11-09T14:24:59.999Z') });
    expect(plan.restoreTo).toEqual({ kind: 'time', time: '2025-11-09T14:24:59.000Z' });
    expect(codes(plan)).toContain('restore-time-floored');
    expect(codes(decide())).not.toContain('restore-time-floored');
  });

  it('refuses a taken name before anything is done', () => {
    expect(() => decide({}, factsWith({}, { taken: ['pitr'] }))).toThrow(
      expect.objectContaining({ code: 'identifier-taken', field: 'target' }),
    );
    const both = archiveNames('prod', { archiveIdentifier: undefined }, now);
    expect(decide({}, factsWith({}, { taken: [both[0] ?? ''] })).promotion).toEqual({
      kind: 'rename',
      archive: 'prod-old-20251109t143000z',
    });
    expect(() => decide({}, factsWith({}, { taken: [...both] }))).toThrow(
      expect.objectContaining({ field: 'archiveIdentifier' }),
    );
    const own = decide({ archiveIdentifier: 'Prod-Before' });
    expect(own.promotion).toEqual({ kind: 'rename', archive: 'prod-before' });
  });

  it('does not apply queued changes or leave replicas behind unasked', () => {
    const pending = factsWith({ pendingChanges: { MultiAZ: true, DBInstanceClass: 'x' } });
    expect(() => decide({}, pending)).toThrow(
      expect.objectContaining({
        code: 'precondition-failed',
        message: expect.stringContaining('DBInstanceClass, MultiAZ'),
      }),
    );
    const acknowledged = decide({ acknowledgePendingChanges: true }, pending);
    expect(codes(acknowledged)).toContain('pending-changes-will-apply');
    expect(JSON.stringify(acknowledged.steps)).not.toContain('nothing-pending');
    expect(decide({ promote: 'none' }, pending).facts.pendingChanges).toEqual(['DBInstanceClass', 'MultiAZ']);

    const replicas = factsWith({ replicas: ['r2', 'r1'] });
    expect(() => decide({}, replicas)).toThrow(expect.objectContaining({ message: expect.stringContaining('r1, r2') }));
    expect(codes(decide({ acknowledgeReplicas: true }, replicas))).toContain('replicas-stay-attached');
  });

  it('warns of what a person should know', () => {
    expect(codes(decide())).toEqual([
      'not-carried-over',
      'credentials-of-restore-time',
      'first-reads-are-slow',
      'window-starts-anew',
      'resource-id-changes',
    ]);
    const plain = factsWith({ iamAuthentication: false, backupRetentionDays: 0 });
    expect(codes(decide({ acknowledgeWritersStopped: true }, plain))).toEqual(
      expect.arrayContaining(['backups-off', 'writers-not-fenced']),
    );
    expect(codes(decide({}, plain))).not.toContain('resource-id-changes');
    const facts = factsWith();
    const unlisted = { ...facts, source: { ...facts.source, automatedBackup: undefined } };
    expect(codes(decide({}, unlisted))).toContain('earliest-restorable-time-unknown');
    expect(renderPlan(decide({}, unlisted))).toContain('unknown to 2025-11-09T14:27:00.000Z');
    const stuck = factsWith({ latestRestorableTime: new Date('2025-11-09T14:00:00Z') });
    expect(codes(decide({ restoreTime: 'latest' }, stuck))).toEqual(
      expect.arrayContaining(['log-shipping-behind', 'recovery-point-beyond-objective']),
    );
    expect(codes(decide({}, factsWith(), { ...defaultObjectives, recoveryTime: '10m' }))).toContain(
      'recovery-time-beyond-objective',
    );
  });

  it('counts the loss up to the incident where it is told', () => {
    const plan = decide({ incidentAt: new Date('2025-11-09T14:25:01Z') });
    expect(plan.estimate.recoveryPointMilliseconds).toBe(1_000);
    expect(plan.incidentAt).toBe('2025-11-09T14:25:01.000Z');
    expect(decide().estimate.recoveryPointMilliseconds).toBe(300_000);
  });

  it('restores a deleted instance from its retained backups', () => {
    const facts = factsWith();
    const gone: RestoreFacts = { production: undefined, source: { ...facts.source, instance: undefined }, taken: [] };
    const configuration = { instanceClass: 'db.m6g.large', vpcSecurityGroups: ['sg-1'], subnetGroup: 'private' };
    const plan = decide({ source: { resourceId: 'db-PRODUCTION' }, configuration }, gone);
    expect(plan.steps[0]).toMatchObject({ source: { resourceId: 'db-PRODUCTION', automatedBackupArn: 'arn:backup' } });
    expect(plan.steps.map(({ kind }) => kind)).not.toContain('rename-away');
    expect(plan.system.resourceId).toBeUndefined();
    expect(codes(plan)).toEqual(expect.arrayContaining(['previous-instance-missing']));
    expect(renderPlan(plan)).toContain('deleted or in another region');
    const nameless = {
      ...gone,
      source: { ...gone.source, instance: { ...aDatabaseInstance(), identifier: 'prod-old' } },
    };
    expect(decide({ source: { resourceId: 'db-PRODUCTION' } }, nameless).facts.source).toMatchObject({
      identifier: 'prod-old',
      living: true,
    });
  });

  it('shows a person everything to approve', () => {
    const text = renderPlan(decide({ acknowledgeWritersStopped: true, configuration: { logExports: [], tags: {} } }));
    expect(text).toContain('Plan: restore prod in us-east-1 to 2025-11-09T14:25:00.000Z');
    expect(text).toContain('by rename; the old instance is kept as prod-old-20251109t1430z');
    expect(text).toMatch(/ {2}multiAz +on {2}\[Single-AZ\]/);
    expect(text).toMatch(/monitoring +intervalSeconds=60, roleArn=arn/);
    expect(text).toMatch(/logExports +none/);
    expect(text).toContain('        if no modification is queued on db-PRODUCTION');
    expect(text).toContain('window-starts-anew: ');
    expect(text).toMatch(/To execute, approve [0-9a-f]{64}\n$/);
    expect(renderPlan(decide({ restoreTime: 'latest' }))).toContain('to the latest restorable time');
    expect(renderPlan({ ...decide(), warnings: [] })).toContain('Warnings\n  none');
  });

  it('puts a precondition into words', () => {
    expect(describePrecondition({ kind: 'replicas-are', resourceId: 'db-X', replicas: ['r1', 'r2'] })).toBe(
      'db-X has the read replicas r1, r2',
    );
    expect(() => describePrecondition({ kind: 'other' } as never)).toThrow('no such precondition');
  });
});

describe('the request for a recovery', () => {
  const check = (request: object) =>
    checkPointInTimeRequest(
      { restoreTime: bad, target: 'pitr', promote: 'rename', ...request } as PointInTimeRequest,
      'prod',
    );
  it.each([
    ['target', { target: '-bad-' }],
    ['target', { target: 'PROD' }],
    ['restoreTime', { restoreTime: new Date('nonsense') }],
    ['restoreTime', { restoreTime: '2025-11-09' }],
    ['promote', { promote: 'swap' }],
    ['archiveIdentifier', { archiveIdentifier: 'pitr' }],
    ['archiveIdentifier', { archiveIdentifier: 'prod' }],
    ['archiveIdentifier', { archiveIdentifier: 'a--b' }],
    ['source.resourceId', { source: { resourceId: 'prod' } }],
    ['incidentAt', { incidentAt: 'then' }],
  ])('names the field that is wrong: %s', (field, request) => {
    expect(() => check(request)).toThrow(expect.objectContaining({ code: 'invalid-input', field }));
  });

  it('has names in lower case and an expectation of its own', () => {
    expect(check({ target: 'PITR' })).toMatchObject({
      target: 'pitr',
      expectation: { consistency: ['foreign-keys', 'sequences', 'indexes'] },
    });
    expect(check({ expectation: { atLeastRows: { 'public.votes': 1 } } }).expectation).toEqual({
      atLeastRows: { 'public.votes': 1 },
    });
  });
});

describe('the archive name', () => {
  it('never is longer than RDS allows, nor malformed', () => {
    const long = fc
      .array(fc.stringMatching(/^[a-z0-9]{1,9}$/), { minLength: 1, maxLength: 10 })
      .map((parts) => `p${parts.join('-')}`.slice(0, 63))
      .filter((name) => !name.endsWith('-'));
    fc.assert(
      fc.property(
        long,
        fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
        (name, instant) => {
          for (const archive of archiveNames(name, { archiveIdentifier: undefined }, instant)) {
            expect(archive.length).toBeLessThanOrEqual(63);
            expect(archive).toMatch(/^[a-z](-?[a-z0-9])*$/);
          }
        },
      ),
    );
  });
});

describe('a plan', () => {
  const plan = decide();

  it('is frozen, survives JSON, and hashes the same whatever the order of its members', () => {
    expect(Object.isFrozen(plan.steps[0])).toBe(true);
    const stored = JSON.parse(JSON.stringify(plan)) as PointInTimePlan;
    expect(stored).toEqual(plan);
    expect(checkPlan(stored, plan.hash)).toEqual(plan);
    const reversed = Object.fromEntries(Object.entries(stored).reverse()) as unknown as PointInTimePlan;
    expect(planHash(reversed)).toBe(plan.hash);
    expect(decide()).toEqual(plan);
    expect(operationIdOf(plan)).toBe(`restore-${plan.hash.slice(0, 32)}`);
  });

  it('has another hash when anything in it is another', () => {
    const paths: (readonly (string | number)[])[] = [];
    const collect = (value: unknown, path: readonly (string | number)[]): void => {
      if (value !== null && typeof value === 'object')
        for (const [key, inner] of Object.entries(value)) collect(inner, [...path, key]);
      else if (path[0] !== 'hash') paths.push(path);
    };
    collect(plan, []);
    expect(paths.length).toBeGreaterThan(100);
    fc.assert(
      fc.property(fc.constantFrom(...paths), (path) => {
        const changed = JSON.parse(JSON.stringify(plan)) as Record<string, unknown>;
        const parent = path
          .slice(0, -1)
          .reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, changed);
        parent[String(path.at(-1))] = 'something else';
        expect(planHash(changed as unknown as PointInTimePlan)).not.toBe(plan.hash);
        expect(() => checkPlan(changed as unknown as PointInTimePlan, plan.hash)).toThrow(
          expect.objectContaining({ code: 'plan-invalid' }),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('is refused where it is none, of another version or kind, or not the approved one', () => {
    const invalid = expect.objectContaining({ code: 'plan-invalid' });
    for (const other of [
      null,
      'plan',
      {},
      { ...plan, version: 2 },
      { ...plan, kind: 'magic' },
      { ...plan, steps: 1 },
    ]) {
      expect(() => checkPlan(other as unknown as PointInTimePlan, plan.hash)).toThrow(invalid);
    }
    expect(() => checkPlan(plan, 'other')).toThrow(expect.objectContaining({ code: 'plan-not-approved' }));
    const resealed = sealPlan<PointInTimePlan>({ ...plan, candidate: 'other' });
    expect(() => checkPlan(resealed, plan.hash)).toThrow(expect.objectContaining({ code: 'plan-not-approved' }));
  });
});

describe('gathering the facts', () => {
  it('finds the names that are taken, and changes nothing', async () => {
    const rehearsal = rehearse();
    rehearsal.fake.add({ identifier: 'prod-old-20251109t1430z', resourceId: 'db-OLD' });
    const plan = await rehearsal.plan();
    expect(plan.promotion).toEqual({ kind: 'rename', archive: 'prod-old-20251109t143000z' });
    expect(rehearsal.fake.mutations).toEqual([]);
  });

  it('does not take the window of a copy in another region for the one here', async () => {
    const rehearsal = rehearse();
    const window = { earliest, latest: new Date('2025-11-09T14:29:00Z') };
    const copy = { resourceId: 'db-PRODUCTION', instance: 'prod', status: 'active', restoreWindow: window };
    const rds = {
      ...rehearsal.fake.port,
      async *listAutomatedBackups() {
        yield { ...copy, region: 'eu-west-1', arn: 'arn:aws:rds:eu-west-1:123456789012:auto-backup:ab-1' };
        yield { ...copy, resourceId: 'db-OTHER', region: 'us-east-1' };
      },
    };
    expect(await findAutomatedBackup(rds, 'db-PRODUCTION', {})).toBeUndefined();
    expect(windowOf(undefined, { ...copy, region: 'us-east-1' })).toEqual(window);
    expect(windowOf(undefined, undefined)).toEqual({ earliest: undefined, latest: undefined });
  });

  it('restores what another region replicates to this one, by the ARN of the copy', async () => {
    const rehearsal = rehearse();
    rehearsal.fake.held.clear();
    const latest = new Date('2025-11-09T14:26:00Z');
    const arn = 'arn:aws:rds:us-east-1:123456789012:auto-backup:ab-1';
    const copy = { resourceId: 'db-FAR', instance: 'prod', region: 'eu-west-1', status: 'replicating', arn };
    rehearsal.fake.elsewhere.push({ ...copy, restoreWindow: { earliest, latest } });
    const configuration = { instanceClass: 'db.m6g.large', vpcSecurityGroups: ['sg-1'], subnetGroup: 'private' };
    const plan = await rehearsal.plan({ source: { resourceId: 'db-FAR' }, configuration });
    expect(plan.steps[0]).toMatchObject({ source: { resourceId: 'db-FAR', automatedBackupArn: arn } });
    expect(plan.facts.source).toMatchObject({ identifier: 'prod', living: false });
    await expect(rehearsal.execute(plan)).resolves.toMatchObject({
      status: 'completed',
      candidate: { identifier: 'prod' },
      previous: undefined,
    });
    rehearsal.fake.elsewhere.pop();
    await expect(rehearsal.plan({ source: { resourceId: 'db-FAR' } })).rejects.toMatchObject({
      code: 'instance-not-found',
    });
  });

  it('follows a history by its resource id and says when there is none', async () => {
    const rehearsal = rehearse();
    rehearsal.fake.add({
      identifier: 'before',
      resourceId: 'db-BEFORE',
      latestRestorableTime: new Date('2025-11-09T14:26:00Z'),
    });
    const plan = await rehearsal.plan({ source: { resourceId: 'db-BEFORE' } });
    expect(plan.facts.source).toMatchObject({ identifier: 'before', resourceId: 'db-BEFORE' });
    expect(plan.system.resourceId).toBe('db-PRODUCTION');
    rehearsal.fake.held.clear();
    await expect(rehearsal.plan()).rejects.toMatchObject({ code: 'instance-not-found' });
  });
});
