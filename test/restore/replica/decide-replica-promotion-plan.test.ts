import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultObjectives } from '../../../src/core/objectives.js';
import type { DatabaseInstance } from '../../../src/ports/database-instance.js';
import { renderPlan } from '../../../src/restore/plan/render-plan.js';
import { checkPlan } from '../../../src/restore/plan/seal-plan.js';
import { decideReplicaPromotionPlan } from '../../../src/restore/replica/decide-replica-promotion-plan.js';
import type { ReplicaPromotionPlan } from '../../../src/restore/replica/replica-plan.js';
import type { ReplicaPromotionFacts } from '../../../src/restore/replica/replica-promotion-facts.js';
import {
  checkReplicaPromotionRequest,
  type ReplicaPromotionRequest,
} from '../../../src/restore/replica/replica-promotion-request.js';
import { aDatabaseInstance } from '../fake-rds.js';
import { systemOf } from './system-of.js';

const now = new Date('2025-11-09T18:00:00Z');
const sourceArn = 'arn:aws:rds:us-east-1:123456789012:db:prod';
const replicaArn = 'arn:aws:rds:us-west-2:123456789012:db:dr';
const replica: DatabaseInstance = {
  ...aDatabaseInstance(),
  identifier: 'dr',
  arn: replicaArn,
  resourceId: 'db-REPLICA',
  multiAz: false,
  deletionProtection: false,
  iamAuthentication: false,
  backupRetentionDays: 0,
  backupWindow: undefined,
  createdAt: new Date('2025-10-01T00:00:00Z'),
  replicaSource: sourceArn,
  replication: { status: 'replicating', normal: true },
};
const source: DatabaseInstance = { ...aDatabaseInstance(), replicas: [replicaArn] };
const seen: ReplicaPromotionFacts = {
  replica,
  source,
  lag: { by: 'server', replayedUntil: '2025-11-09T17:58:00.000Z', receiving: false },
};
const planned: ReplicaPromotionRequest = { replica: 'dr', region: 'us-west-2', mode: 'planned' };
const disaster: ReplicaPromotionRequest = {
  ...planned,
  mode: 'disaster',
  acknowledgeLostWrites: true,
  acknowledgeSourceFenced: true,
};
const context = { region: 'us-east-1', instance: 'prod', database: 'zephyr', objectives: defaultObjectives };

function decide(request: ReplicaPromotionRequest, facts: Partial<ReplicaPromotionFacts> = {}): ReplicaPromotionPlan {
  const checked = checkReplicaPromotionRequest(request, systemOf());
  const own = request.mode === 'disaster' ? { source: undefined } : {};
  return decideReplicaPromotionPlan({ ...seen, ...own, ...facts }, checked, context, now);
}
const withReplica = (changes: Partial<DatabaseInstance>) => ({ replica: { ...replica, ...changes } });
const codes = ({ warnings }: ReplicaPromotionPlan): readonly string[] => warnings.map(({ code }) => code);
const kinds = ({ steps }: ReplicaPromotionPlan): readonly string[] => steps.map(({ kind }) => kind);
const step = <Kind extends string>(plan: ReplicaPromotionPlan, kind: Kind) =>
  plan.steps.find((one) => one.kind === kind);

describe('a planned promotion', () => {
  it('looks and waits while the application writes, and stops it only for what must be', () => {
    const plan = decide(planned);
    expect(kinds(plan)).toEqual([
      'check-candidate',
      'wait-for-replication',
      'stop-writers',
      'await-replay',
      'promote-replica',
      'verify-promotion',
      'switch-endpoint',
      'resume-writers',
      'apply-configuration',
      'protect',
    ]);
    expect(step(plan, 'await-replay')).toMatchObject({
      source: { region: 'us-east-1', identifier: 'prod', resourceId: 'db-PRODUCTION' },
      patienceMilliseconds: 900_000,
    });
    expect(step(plan, 'promote-replica')).toMatchObject({
      source: sourceArn,
      backupRetentionDays: 30,
      backupWindow: '03:00-03:30',
      preconditions: [
        { kind: 'replica-of', resourceId: 'db-REPLICA', source: sourceArn },
        { kind: 'source-is', region: 'us-east-1', resourceId: 'db-PRODUCTION', identifier: 'prod' },
      ],
    });
    expect(checkPlan(JSON.parse(JSON.stringify(plan)) as ReplicaPromotionPlan, plan.hash)).toEqual(plan);
  });

  it('loses nothing, is final, and says so', () => {
    const plan = decide(planned);
    expect(plan.estimate).toMatchObject({ recoveryPointMilliseconds: 0, recoveryTimeMilliseconds: 900_000 });
    expect(codes(plan)).toEqual(['promotion-is-final', 'endpoint-changes', 'window-starts-anew', 'not-carried-over']);
    const shown = renderPlan(plan);
    expect(shown).toContain('Plan: promote dr in us-west-2 with nothing lost');
    expect(shown).toContain('prod in us-east-1 (db-PRODUCTION)');
    expect(shown).toContain('replayed until 2025-11-09T17:58:00.000Z, as its server says');
    expect(shown).toContain('if db-REPLICA is a read replica of arn:aws:rds:us-east-1:123456789012:db:prod');
    expect(shown).not.toContain('data of');
  });

  it('gives the replica what production has: backups, zones, protection', () => {
    const { profile } = decide(planned).facts;
    expect(profile).toMatchObject({
      backupRetentionDays: 30,
      backupWindow: '03:00-03:30',
      multiAz: true,
      deletionProtection: true,
      parameterGroup: 'zephyr15',
    });
    expect(step(decide(planned), 'apply-configuration')).toMatchObject({ mayReboot: false });
    const configuration = { multiAz: false, backupRetentionDays: 0 };
    const other = decide({ ...planned, configuration });
    expect(other.facts.profile).toMatchObject(configuration);
    expect(codes(other)).toContain('backups-off');
  });

  it('says who goes on following the source, who has to change policies, and that nobody shuts it off', () => {
    const facts = {
      source: { ...source, replicas: [replicaArn, 'reports'] },
      ...withReplica({ iamAuthentication: true }),
    };
    const plan = decide({ ...planned, acknowledgeWritersStopped: true }, facts);
    expect(codes(plan)).toEqual(
      expect.arrayContaining(['replicas-stay-attached', 'resource-id-changes', 'writers-not-fenced']),
    );
    expect(renderPlan(plan)).toContain('other read replicas go on following prod in us-east-1: reports');
    expect(kinds(plan)).not.toContain('resume-writers');
  });

  it('is of a replica in the same region too', () => {
    const facts = {
      replica: { ...replica, arn: 'arn:aws:rds:us-east-1:123456789012:db:dr', replicaSource: 'prod' },
      source: { ...source, replicas: ['dr'] },
    };
    expect(decide({ ...planned, region: undefined }, facts).facts.source).toMatchObject({ region: 'us-east-1' });
  });

  it.each([
    [
      'whose replication has stopped',
      withReplica({ replication: { status: 'error', normal: false } }),
      'dr does not follow: replication is error',
    ],
    ['of which RDS does not tell', withReplica({ replication: undefined }), 'RDS does not tell how'],
    ['without its source', { source: undefined }, 'prod is not in us-east-1'],
    [
      'of another that has the name of its source',
      { source: { ...source, replicas: [] } },
      'prod in us-east-1 does not know dr as its replica',
    ],
    ['that is none', withReplica({ replicaSource: undefined }), 'dr is no read replica'],
    ['of another instance', withReplica({ replicaSource: `${sourceArn}-old` }), 'and not prod'],
    ['of another engine', { source: { ...source, engine: 'mysql' } }, 'runs postgres, and its source mysql'],
  ])('is refused of a replica %s', (_name, facts, message) => {
    const attempt = () => decide(planned, facts);
    expect(attempt).toThrowError(expect.objectContaining({ code: 'precondition-failed' }));
    expect(attempt).toThrow(message);
  });

  it('is refused of one that is broken', () => {
    expect(() => decide(planned, withReplica({ status: 'storage-full' }))).toThrowError(
      expect.objectContaining({ code: 'invalid-state' }),
    );
  });
});

describe('a promotion after a disaster', () => {
  it('asks nothing of the source or its region', () => {
    const plan = decide(disaster);
    expect(kinds(plan)).toEqual([
      'stop-writers',
      'await-replay',
      'promote-replica',
      'verify-promotion',
      'switch-endpoint',
      'resume-writers',
      'apply-configuration',
      'protect',
    ]);
    expect(plan.system).not.toHaveProperty('resourceId');
    expect(step(plan, 'await-replay')).not.toHaveProperty('source');
    expect(step(plan, 'promote-replica')?.preconditions).toEqual([
      { kind: 'replica-of', resourceId: 'db-REPLICA', source: sourceArn },
    ]);
    expect(renderPlan(plan)).toContain('prod in us-east-1 (nobody looked)');
  });

  it('says what would be lost, up to now or to when the source was lost', () => {
    const plan = decide(disaster);
    expect(plan.estimate.recoveryPointMilliseconds).toBe(120_000);
    expect(codes(plan)).toEqual(expect.arrayContaining(['split-brain', 'later-writes-are-lost', 'single-zone']));
    const earlier = decide({ ...disaster, incidentAt: new Date('2025-11-09T17:58:30Z') });
    expect(earlier.estimate.recoveryPointMilliseconds).toBe(30_000);
    expect(renderPlan(earlier)).toContain('lost at         2025-11-09T17:58:30.000Z');
    expect(decide({ ...disaster, expectation: { consistency: ['indexes'] } }).steps[0]?.kind).toBe('check-candidate');
    expect(kinds(decide({ ...planned, expectation: {} }))).not.toContain('check-candidate');
  });

  it('goes by what CloudWatch has measured where the server cannot be asked', () => {
    const lag = { by: 'metric', at: '2025-11-09T17:59:00.000Z', seconds: 600 } as const;
    const plan = decide(disaster, { lag });
    expect(plan.facts.dataTime).toBe('2025-11-09T17:49:00.000Z');
    expect(codes(plan)).toContain('recovery-point-beyond-objective');
    expect(renderPlan(plan)).toContain('600 s at 2025-11-09T17:59:00.000Z, as CloudWatch has measured it');
    expect(renderPlan(plan)).toContain('the last lag that CloudWatch has measured');
  });

  it('counts from the making of the replica where nobody knows, and says that nobody does', () => {
    const unknown = decide(disaster, { lag: { by: 'nobody', reason: 'the network is down' } });
    expect(unknown.facts.dataTime).toBe('2025-10-01T00:00:00.000Z');
    expect(renderPlan(unknown)).toContain('loss-unknown: how far dr is behind is not known: the network is down');
    expect(renderPlan(unknown)).toContain('when the replica was made, since its lag is not known');
    const restarted = decide(disaster, {
      lag: { by: 'server', receiving: false },
      ...withReplica({ createdAt: undefined }),
    });
    expect(renderPlan(restarted)).toContain('its server has replayed nothing since it was started');
    expect(renderPlan(restarted)).toContain('replayed until nobody knows when');
    expect(restarted.facts.dataTime).toBe('1970-01-01T00:00:00.000Z');
  });

  it('warns where the source still seems to send, and where replication has ended', () => {
    const lag = { ...seen.lag, receiving: true } as ReplicaPromotionFacts['lag'];
    expect(codes(decide(disaster, { lag }))).toContain('source-still-sends');
    const ended = withReplica({
      replication: { status: 'terminated', normal: false, message: 'The source is deleted.' },
    });
    expect(renderPlan(decide(disaster, ended))).toContain('dr: replication is terminated: The source is deleted.');
    const untold = decide(disaster, withReplica({ replication: undefined }));
    expect(codes(untold)).not.toContain('not-replicating');
    expect(renderPlan(untold)).toContain('replication     unknown');
  });

  it('keeps backups as long as the objectives say, where nobody can be asked how long they were', () => {
    expect(decide(disaster).facts.profile).toMatchObject({ backupRetentionDays: 30, deletionProtection: true });
    expect(decide(disaster, withReplica({ backupRetentionDays: 35 })).facts.profile.backupRetentionDays).toBe(35);
    expect(codes(decide({ ...disaster, configuration: { multiAz: false } }))).not.toContain('single-zone');
    expect(codes(decide(disaster, withReplica({ multiAz: true })))).not.toContain('single-zone');
  });

  it('is refused where the replica is known to lack more than may be lost, or nobody knows', () => {
    expect(decide({ ...disaster, maxLag: '2m' }).candidate).toBe('dr');
    expect(() => decide({ ...disaster, maxLag: '1m' })).toThrow('and not until 2025-11-09T17:59:00.000Z');
    const lag = { by: 'nobody', reason: 'x' } as const;
    expect(() => decide({ ...disaster, maxLag: '1h' }, { lag })).toThrow('nobody knows when');
    const incidentAt = new Date('2025-11-09T17:58:30Z');
    expect(decide({ ...disaster, maxLag: '1m', incidentAt }).candidate).toBe('dr');
  });
});

describe('a request', () => {
  it.each([
    ['mode', { ...planned, mode: 'now' }],
    ['region', { ...planned, region: 'eu-west-1' }],
    ['replica', { ...planned, replica: '-' }],
    ['patience', { ...planned, patience: 'long' }],
    ['maxLag', { ...planned, maxLag: '5m' }],
    ['maxLag', { ...disaster, maxLag: 'little' }],
    ['incidentAt', { ...disaster, incidentAt: '2025-11-09' }],
    ['configuration', { ...planned, configuration: [] }],
    ['configuration.parameterGroup', { ...planned, configuration: { parameterGroup: 'other' } }],
    ['acknowledgeLostWrites', { ...disaster, acknowledgeLostWrites: undefined }],
    ['acknowledgeSourceFenced', { ...disaster, acknowledgeSourceFenced: false }],
    ['request', 'dr'],
  ])('is refused for its %s', (field, request) => {
    expect(() => checkReplicaPromotionRequest(request as ReplicaPromotionRequest, systemOf())).toThrowError(
      expect.objectContaining({ code: 'invalid-input', field }),
    );
  });

  it("has its patience in the system's own region unless it says otherwise", () => {
    const checked = checkReplicaPromotionRequest({ ...disaster, region: undefined, patience: '90s' }, systemOf());
    expect(checked).toMatchObject({ region: 'us-east-1', patienceMilliseconds: 90_000, expectation: undefined });
  });
});

it('promotes in every plan only after the writers are stopped and the replica has come as far as it can', () => {
  fc.assert(
    fc.property(
      fc.record({ isDisaster: fc.boolean(), acknowledged: fc.boolean(), checked: fc.boolean(), multiAz: fc.boolean() }),
      ({ isDisaster, acknowledged, checked, multiAz }) => {
        const request: ReplicaPromotionRequest = {
          ...(isDisaster ? disaster : planned),
          acknowledgeWritersStopped: acknowledged,
          ...(checked ? { expectation: {} } : {}),
        };
        const plan = decide(request, withReplica({ multiAz }));
        expect(decide(request, withReplica({ multiAz })).hash).toBe(plan.hash);
        const at = (kind: string): number => kinds(plan).indexOf(kind);
        expect(at('stop-writers')).toBeLessThan(at('await-replay'));
        expect(at('await-replay') + 1).toBe(at('promote-replica'));
        expect(at('promote-replica')).toBeLessThan(at('verify-promotion'));
        expect(at('verify-promotion')).toBeLessThan(at('switch-endpoint'));
        // Nothing that takes long, or reboots, comes between the stop of the writers and their return.
        expect(at('switch-endpoint')).toBeLessThan(at('apply-configuration'));
        expect(plan.facts.profile.deletionProtection).toBe(true);
      },
    ),
  );
});
