import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultObjectives } from '../../../src/core/objectives.js';
import type { DatabaseInstance } from '../../../src/ports/database-instance.js';
import { renderPlan } from '../../../src/restore/plan/render-plan.js';
import { checkPlan } from '../../../src/restore/plan/seal-plan.js';
import { decideReplicaPlan } from '../../../src/restore/replica/decide-replica-plan.js';
import type { ReplicaFacts } from '../../../src/restore/replica/replica-facts.js';
import type { ReplicaPlan } from '../../../src/restore/replica/replica-plan.js';
import { checkReplicaRequest, type ReplicaRequest } from '../../../src/restore/replica/replica-request.js';
import { aDatabaseInstance } from '../fake-rds.js';
import { systemOf } from './system-of.js';

const now = new Date('2025-11-09T18:00:00Z');
const west = { vpcSecurityGroups: ['sg-west'], subnetGroup: 'west', parameterGroup: 'zephyr15-west' };
const abroad: ReplicaRequest = { target: 'dr', region: 'us-west-2', kmsKey: 'alias/west', configuration: west };
const context = { region: 'us-east-1', instance: 'prod', database: 'zephyr', objectives: defaultObjectives };

function decide(
  request: Partial<ReplicaRequest> = {},
  changes: Partial<DatabaseInstance> = {},
  facts: Partial<ReplicaFacts> = {},
): ReplicaPlan {
  const seen: ReplicaFacts = {
    source: { ...aDatabaseInstance(), ...changes },
    taken: false,
    engine: { engine: 'postgres', engineVersion: '15.18', offered: 'yes' },
    ...facts,
  };
  return decideReplicaPlan(seen, checkReplicaRequest({ ...abroad, ...request }, systemOf()), context, now);
}

const here: Partial<ReplicaRequest> = { region: undefined, kmsKey: undefined, configuration: undefined };
const settings = (plan: ReplicaPlan) => (plan.steps[0]?.kind === 'create-replica' ? plan.steps[0].settings : undefined);

describe('a plan for a replica in another region', () => {
  it('makes it of the source by its ARN, with the names of that region', () => {
    const plan = decide();
    expect(plan.steps.map(({ kind }) => kind)).toEqual([
      'create-replica',
      'wait-for-instance',
      'apply-configuration',
      'wait-for-replication',
    ]);
    expect(plan.steps[0]).toMatchObject({ source: 'arn:aws:rds:us-east-1:123456789012:db:prod' });
    expect(settings(plan)).toMatchObject({
      target: 'dr',
      kmsKey: 'alias/west',
      vpcSecurityGroups: ['sg-west'],
      subnetGroup: 'west',
      instanceClass: 'db.m6g.large',
      multiAz: true,
      publiclyAccessible: false,
      monitoring: { intervalSeconds: 60, roleArn: 'arn:aws:iam::123456789012:role/monitoring' },
      performanceInsights: { enabled: true, retentionDays: 7 },
      tags: { team: 'zephyr', 'zephyr:managed-by': 'zephyr-backup', 'zephyr:purpose': 'replica' },
    });
    // The call takes neither; the first is set afterwards, the others where a replica shall keep backups.
    expect(settings(plan)).not.toHaveProperty('parameterGroup');
    expect(plan.facts.profile).toMatchObject({ parameterGroup: 'zephyr15-west', backupRetentionDays: 0 });
    expect(plan.facts.profile).not.toHaveProperty('backupWindow');
    expect(checkPlan(JSON.parse(JSON.stringify(plan)) as ReplicaPlan, plan.hash)).toEqual(plan);
  });

  it('is shown with what it is of and what it rests on', () => {
    const shown = renderPlan(decide());
    expect(shown).toContain('Plan: make dr in us-west-2, a read replica of prod in us-east-1');
    expect(shown).toContain('if db-PRODUCTION in us-east-1 is called prod');
    expect(shown).toContain('if db-PRODUCTION in us-east-1 keeps automated backups');
    expect(shown).toContain('source-is-modified');
    expect(renderPlan(decide({ kmsKey: undefined }, { encrypted: false, replicas: ['other'] }))).toContain(
      'other replicas  other',
    );
  });

  it.each(['vpcSecurityGroups', 'subnetGroup', 'parameterGroup'] as const)('takes no %s of the source', (setting) => {
    const { [setting]: _, ...configuration } = west;
    expect(() => decide({ configuration })).toThrowError(
      expect.objectContaining({ code: 'invalid-input', field: `configuration.${setting}` }),
    );
  });

  it("leaves the engine's own groups to RDS, and asks for another", () => {
    const { parameterGroup: _, ...configuration } = west;
    const standard = { parameterGroups: [{ name: 'default.postgres15', applyStatus: 'in-sync' }] };
    expect(decide({ configuration }, standard).facts.profile).not.toHaveProperty('parameterGroup');
    const own = { optionGroups: [{ name: 'ours', status: 'in-sync' }] };
    expect(() => decide({}, own)).toThrow('configuration.optionGroup');
    expect(decide({ configuration: { ...west, optionGroup: 'theirs' } }, own).facts.profile).toMatchObject({
      optionGroup: 'theirs',
    });
  });

  it('needs a key where the source is encrypted, and takes none where it is not', () => {
    expect(() => decide({ kmsKey: undefined })).toThrow('kmsKey is missing');
    expect(() => decide({}, { encrypted: false })).toThrow('kmsKey is given, and the source is not encrypted');
    expect(() => decide({ kmsKey: 'arn:aws:kms:us-east-1:123456789012:key/k' })).toThrow('is a key of us-east-1');
    expect(settings(decide({ kmsKey: 'arn:aws:kms:us-west-2:123456789012:key/k' }))?.kmsKey).toContain('us-west-2');
  });

  it('warns of more replicas than AWS answers for', () => {
    const replicas = Array.from({ length: 5 }, (_, index) => `arn:aws:rds:eu-west-1:123456789012:db:dr-${index}`);
    expect(decide({}, { replicas }).warnings.map(({ code }) => code)).toContain('many-replicas');
    expect(decide({}, { replicas: ['a', 'b', 'c', 'd', 'e'] }).warnings.map(({ code }) => code)).not.toContain(
      'many-replicas',
    );
  });

  it('warns where that region does not offer the version', () => {
    const engine = { engine: 'postgres', engineVersion: '15.18', offered: 'no' } as const;
    expect(renderPlan(decide({}, {}, { engine }))).toContain('us-west-2 must have the version of the source');
  });

  it('is refused of a replica', () => {
    expect(() => decide({}, { replicaSource: 'primary' })).toThrow('prod follows primary itself');
    expect(decide(here, { replicaSource: 'primary' }).region).toBe('us-east-1');
  });
});

describe('a plan for a replica in the same region', () => {
  it('names the source, and no subnet group, which RDS refuses', () => {
    const plan = decide(here);
    expect(plan.steps[0]).toMatchObject({ source: 'prod' });
    expect(settings(plan)).not.toHaveProperty('subnetGroup');
    expect(settings(plan)).toMatchObject({ vpcSecurityGroups: ['sg-1'] });
    expect(plan.facts.profile).toMatchObject({ subnetGroup: 'private', parameterGroup: 'zephyr15' });
    expect(decide({ ...here, configuration: { subnetGroup: 'private' } }).facts.profile.subnetGroup).toBe('private');
    expect(() => decide({ ...here, configuration: { subnetGroup: 'other' } })).toThrow('configuration.subnetGroup');
  });

  it('takes no key: it is that of the source', () => {
    expect(() => decide({ ...here, kmsKey: 'alias/k' })).toThrow('kmsKey is given, and the replica is in the region');
  });

  it('is refused under the name of production, which another region allows', () => {
    expect(() => decide({ ...here, target: 'prod' })).toThrow('target is the production instance itself');
    expect(decide({ target: 'prod' }).candidate).toBe('prod');
  });
});

describe('no replica is planned', () => {
  it.each([
    ['without backups', { backupRetentionDays: 0 }, 'precondition-failed'],
    ['of a broken instance', { status: 'storage-full' }, 'invalid-state'],
    [
      'beside fifteen others',
      { replicas: Array.from({ length: 15 }, (_, index) => `dr-${index}`) },
      'precondition-failed',
    ],
  ] as const)('%s', (_name, changes, code) => {
    expect(() => decide({}, changes)).toThrowError(expect.objectContaining({ code }));
  });

  it('under a name that is taken', () => {
    expect(() => decide({}, {}, { taken: true })).toThrowError(
      expect.objectContaining({ code: 'identifier-taken', field: 'target' }),
    );
  });

  it.each([
    ['DBInstances', { used: 40, max: 40 }],
    ['AllocatedStorage', { used: 99_950, max: 100_000 }],
  ])('beyond the quota of %s', (name, use) => {
    expect(() => decide({}, {}, { quotas: new Map([[name, use]]) })).toThrowError(
      expect.objectContaining({ code: 'quota-exceeded', details: expect.objectContaining({ quota: name }) }),
    );
  });

  it('but up to it', () => {
    const quotas = new Map([
      ['DBInstances', { used: 39, max: 40 }],
      ['AllocatedStorage', { used: 99_900, max: 100_000 }],
    ]);
    expect(decide({}, {}, { quotas }).candidate).toBe('dr');
  });

  it('in a region that nobody knows, or of what is no request', () => {
    expect(() => decide({ region: 'eu-west-1' })).toThrowError(expect.objectContaining({ field: 'region' }));
    expect(() => checkReplicaRequest(undefined as never, systemOf())).toThrowError(
      expect.objectContaining({ code: 'invalid-input' }),
    );
  });
});

it('gives the same plan for the same facts, and one that never sends what RDS refuses', () => {
  fc.assert(
    fc.property(
      fc.record({ encrypted: fc.boolean(), isAbroad: fc.boolean(), withKey: fc.boolean(), multiAz: fc.boolean() }),
      ({ encrypted, isAbroad, withKey, multiAz }) => {
        const request: Partial<ReplicaRequest> = {
          ...(isAbroad ? {} : here),
          kmsKey: withKey ? 'alias/k' : undefined,
        };
        const make = () => decide(request, { encrypted, multiAz });
        if (withKey !== (encrypted && isAbroad)) {
          expect(make).toThrowError(expect.objectContaining({ field: 'kmsKey' }));
          return;
        }
        const plan = make();
        expect(make().hash).toBe(plan.hash);
        expect(settings(plan)?.multiAz).toBe(multiAz);
        expect(settings(plan)?.subnetGroup === undefined).toBe(!isAbroad);
        expect(plan.facts.source.encrypted).toBe(encrypted);
      },
    ),
  );
});
