import { describe, expect, it } from 'vitest';
import { BackupError } from '../../../src/core/errors.js';
import type { MetricsPort } from '../../../src/ports/metrics.js';
import { createMemoryJournal } from '../../../src/restore/execution/memory-journal.js';
import type { ReplicaPromotionRequest } from '../../../src/restore/replica/replica-promotion-request.js';
import { RestorePlanner } from '../../../src/restore/restore-planner.js';
import { givenProduction, type Production } from '../../sweeps/production.js';
import { regionWith } from './system-of.js';

/** Production with a replica abroad, and a plan to promote it. */
async function given(request: Pick<ReplicaPromotionRequest, 'mode'> & Partial<ReplicaPromotionRequest>) {
  const production = await givenProduction({ abroad: true });
  const planner = new RestorePlanner(production.system);
  const making = await planner.planReplica({
    target: 'zephyr-dr',
    region: 'us-west-2',
    configuration: { vpcSecurityGroups: ['sg-west'], subnetGroup: 'default', parameterGroup: 'default.postgres15' },
  });
  await planner.execute(making, { approve: making.hash, journal: createMemoryJournal() });
  const asked = { replica: 'zephyr-dr', region: 'us-west-2', expectation: {}, ...request };
  const plan = await planner.planReplicaPromotion(asked);
  const turns: string[] = [];
  const options = {
    approve: plan.hash,
    journal: createMemoryJournal(),
    writers: { stop: async () => void turns.push('stopped'), resume: async () => void turns.push('resumed') },
    switchEndpoint: async ({ identifier }: { readonly identifier: string }) => void turns.push(identifier),
  };
  return { production, planner, plan, turns, options };
}

const abroad = ({ abroad: region }: Production) => {
  if (region === undefined) throw new Error('there is no other region');
  return region;
};
const unreachable = new BackupError({ code: 'database-unreachable', message: 'no way there', hint: 'None.' });
const acknowledged = { acknowledgeLostWrites: true, acknowledgeSourceFenced: true };

describe('the promotion of a replica', () => {
  it('after a disaster makes no call in the region that is lost', async () => {
    const { production, turns, options } = await given({ mode: 'disaster', ...acknowledged });
    await using _ = production;
    // Whatever is asked of it is an error.
    const planner = new RestorePlanner({ ...production.system, aws: regionWith('us-east-1') });
    const request = { replica: 'zephyr-dr', region: 'us-west-2', mode: 'disaster', ...acknowledged } as const;
    const plan = await planner.planReplicaPromotion(request);
    const outcome = await planner.execute(plan, { ...options, approve: plan.hash });
    expect(outcome).toMatchObject({ status: 'completed', previous: undefined });
    expect(turns).toEqual(['stopped', 'zephyr-dr', 'resumed']);
    await expect(planner.planReplicaPromotion(request)).rejects.toMatchObject({
      code: 'precondition-failed',
      message: 'zephyr-dr is no read replica',
    });
  });

  it.each([
    ['planned', {}],
    ['disaster', acknowledged],
  ] as const)('is refused where somebody else was there first, and the writers go on: %s', async (mode, more) => {
    const { production, planner, plan, turns, options } = await given({ mode, ...more });
    await using _ = production;
    const { aws } = abroad(production);
    await aws.rds.promoteReplica({ replica: 'zephyr-dr', backupRetentionDays: 7 });
    production.clock.advance(3_600_000);
    const refused = mode === 'planned' ? 'resource-failed' : 'precondition-failed';
    await expect(planner.execute(plan, options)).rejects.toMatchObject({
      code: refused,
      message: expect.stringContaining('it is no read replica any more'),
    });
    expect(turns).toEqual(mode === 'planned' ? [] : ['stopped', 'resumed']);
  });

  it('is refused where the source has another name by now', async () => {
    const { production, planner, plan, turns, options } = await given({ mode: 'planned' });
    await using _ = production;
    await production.aws.rds.modifyInstance('zephyr-production-db', { newIdentifier: 'zephyr-old' });
    production.clock.advance(3_600_000);
    await expect(planner.execute(plan, options)).rejects.toMatchObject({ code: 'precondition-failed' });
    expect(turns).toEqual(['stopped', 'resumed']);
    expect(abroad(production).region.calls.list('PromoteReadReplica')).toEqual([]);
  });

  it('leaves the writers stopped once it was asked for, whatever fails then, and goes on from there', async () => {
    const { production, planner, plan, turns, options } = await given({ mode: 'planned' });
    await using _ = production;
    const failing = async (): Promise<void> => {
      throw new Error('half of the pods are restarted');
    };
    await expect(planner.execute(plan, { ...options, switchEndpoint: failing })).rejects.toThrow('half of the pods');
    expect(turns).toEqual(['stopped']);
    expect((await planner.execute(plan, options)).status).toBe('completed');
    expect(turns).toEqual(['stopped', 'stopped', 'zephyr-dr', 'resumed']);
    expect(abroad(production).region.calls.list('PromoteReadReplica')).toHaveLength(1);
  });

  it('is given up before anything is stopped where the servers cannot be asked', async () => {
    const { production, planner, plan, turns, options } = await given({ mode: 'planned' });
    await using _ = production;
    production.servers.refusal = unreachable;
    await expect(planner.execute(plan, options)).rejects.toMatchObject({
      code: 'database-unreachable',
      message: 'nobody here can tell how far zephyr-dr is behind: no way there',
    });
    expect(turns).toEqual([]);
  });

  it('is for a system that knows the region', async () => {
    const { production, plan, options } = await given({ mode: 'disaster', ...acknowledged });
    await using _ = production;
    const elsewhere = { ...production.system, otherRegions: [] };
    await expect(new RestorePlanner(elsewhere).execute(plan, options)).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'plan.region',
    });
  });
});

describe('the making of a replica where its server cannot be reached from here', () => {
  const make = async (production: Production, metrics: MetricsPort | undefined) => {
    production.servers.refusal = unreachable;
    const there = { ...abroad(production).aws, metrics };
    const planner = new RestorePlanner({ ...production.system, otherRegions: [there] });
    const configuration = {
      vpcSecurityGroups: ['sg-west'],
      subnetGroup: 'default',
      parameterGroup: 'default.postgres15',
    };
    const plan = await planner.planReplica({ target: 'zephyr-dr', region: 'us-west-2', configuration });
    return planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
  };
  const measuring = (clock: Production['clock'], value: number): MetricsPort => ({
    region: 'us-west-2',
    read: async () => [[{ at: clock.now(), value }]],
  });

  it('goes by what CloudWatch has measured', async () => {
    await using production = await givenProduction({ abroad: true });
    expect(await make(production, measuring(production.clock, 40))).toMatchObject({ status: 'completed' });
  });

  it.each([301, undefined])('fails with a measured lag of %s s, and leaves what it has made', async (lag) => {
    await using production = await givenProduction({ abroad: true });
    const metrics = lag === undefined ? undefined : measuring(production.clock, lag);
    await expect(make(production, metrics)).rejects.toMatchObject({ code: 'database-unreachable' });
    expect(await abroad(production).aws.rds.describeInstance('zephyr-dr')).toMatchObject({ status: 'available' });
  });
});
