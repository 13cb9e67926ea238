import { CreateDBInstanceReadReplicaCommand } from '@aws-sdk/client-rds';
import { describe, expect, it } from 'vitest';
import { BackupError } from '../../../src/core/errors.js';
import { listEvidence } from '../../../src/evidence/list-evidence.js';
import { readEvidence } from '../../../src/evidence/read-evidence.js';
import { createMemoryJournal } from '../../../src/restore/execution/memory-journal.js';
import type { RestoreOutcome } from '../../../src/restore/execution/restore-outcome.js';
import type { FailoverRequest } from '../../../src/restore/failover/failover-request.js';
import { followFailover } from '../../../src/restore/follow-failover.js';
import { renderPlan } from '../../../src/restore/plan/render-plan.js';
import { RestorePlanner } from '../../../src/restore/restore-planner.js';
import { clientsOf, givenProduction, instanceName, type Production } from '../../sweeps/production.js';

const pace = { polling: { shortest: '5s', longest: '15s' } } as const;
const everyFive = { probeEvery: '5s' } as const;

/** Plans and executes. */
async function failOver({ system }: Production, request: FailoverRequest = everyFive): Promise<RestoreOutcome> {
  const planner = new RestorePlanner(system);
  const plan = await planner.planFailover(request);
  return planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
}

const reboots = ({ region }: Production): number => region.calls.list('RebootDBInstance').length;
const unreachable = new BackupError({
  code: 'database-unreachable',
  message: 'refused',
  hint: 'None.',
  retryable: true,
});

describe('a failover of the database', () => {
  it('is measured, proven by server and zone, kept as evidence, and asked for once', async () => {
    await using production = await givenProduction(pace);
    const { system, aws } = production;
    const before = await aws.rds.describeInstance(instanceName);
    const planner = new RestorePlanner(system);
    const plan = await planner.planFailover({ probeEvery: '1s', outageWithin: '2m' });
    expect(renderPlan(plan)).toContain('fail over to its standby');
    expect(plan.warnings.map(({ code }) => code)).toEqual(['connections-break']);
    const journal = createMemoryJournal();
    const seen: (string | undefined)[] = [];
    const onProgress = ({ status }: { readonly status?: string | undefined }): void => void seen.push(status);
    const outcome = await planner.execute(plan, { approve: plan.hash, journal, onProgress });
    expect(outcome).toMatchObject({
      status: 'completed',
      recoveryPointMilliseconds: 0,
      objectives: [{ objective: 'recovery-time', verdict: 'met' }],
      failover: {
        verdict: 'failed-over',
        proof: ['primary-moved', 'server-changed', 'completed-event'],
        before: { primary: before?.availabilityZone, standby: before?.standbyZone },
        after: { primary: before?.standbyZone, standby: before?.availabilityZone },
        told: { milliseconds: 90_000 },
      },
    });
    // The region takes 90 s, and was asked every second.
    const { milliseconds = 0, failedProbes = 0 } = outcome.failover?.outage ?? {};
    expect(Math.abs(milliseconds - 90_000)).toBeLessThanOrEqual(3_000);
    expect(failedProbes).toBeGreaterThan(80);
    expect(seen).toContain('it serves, and its primary is still shown in us-east-1a');
    const again = await planner.execute(plan, { approve: plan.hash, journal });
    expect(again).toEqual(outcome);
    expect(reboots(production)).toBe(1);

    const kept: string[] = [];
    for await (const { key } of listEvidence(system, { kind: 'failover' })) kept.push(key);
    expect(outcome.evidence).toEqual({ key: kept[0] });
    expect(await readEvidence(system, kept[0] ?? '')).toMatchObject({ verdict: 'passed', subject: instanceName });
  });

  it('that takes longer than it may is told so', async () => {
    await using production = await givenProduction(pace);
    const outcome = await failOver(production, { ...everyFive, outageWithin: '30s' });
    expect(outcome).toMatchObject({
      status: 'completed',
      objectives: [{ verdict: 'missed', allowedMilliseconds: 30_000 }],
      failover: { verdict: 'slower-than-objective' },
    });
  });

  it('that RDS gives up is no failover, and is not asked for again by whoever executes the plan again', async () => {
    await using production = await givenProduction(pace);
    const { system } = production;
    await failOver(production);
    const planner = new RestorePlanner(system);
    const plan = await planner.planFailover(everyFive);
    expect(plan.warnings.map(({ code }) => code)).toEqual(['connections-break', 'failover-was-recent']);
    const journal = createMemoryJournal();
    const execute = () => planner.execute(plan, { approve: plan.hash, journal });
    const outcome = await execute();
    expect(outcome).toMatchObject({
      status: 'stopped',
      stoppedAt: { step: 'fail-over' },
      failover: { verdict: 'not-failed-over', proof: ['server-changed'] },
    });
    expect(outcome.stoppedAt?.reason).toContain('since another one had just been');
    expect((await execute()).status).toBe('stopped');
    expect(reboots(production)).toBe(2);
  });

  it('that does not end is unreachable after half an hour, or the error of the deadline that the caller gives', async () => {
    await using production = await givenProduction(pace);
    const { region, system, clock } = production;
    region.faults.inject({ operation: 'RebootDBInstance', fault: { kind: 'takes', duration: '40m' } });
    const planner = new RestorePlanner(system);
    const plan = await planner.planFailover(everyFive);
    const journal = createMemoryJournal();
    const deadline = new Date(clock.now().getTime() + 600_000);
    await expect(planner.execute(plan, { approve: plan.hash, journal, deadline })).rejects.toMatchObject({
      code: 'deadline-exceeded',
    });
    const outcome = await planner.execute(plan, { approve: plan.hash, journal });
    expect(outcome).toMatchObject({ status: 'stopped', failover: { verdict: 'unreachable', objective: undefined } });
    // Nobody asked between the two, and the beginning was written down.
    const last = await planner.execute(plan, { approve: plan.hash, journal });
    expect(last).toMatchObject({
      status: 'completed',
      failover: { verdict: 'failed-over', outage: { interrupted: true } },
    });
    expect(last.recoveryTimeMilliseconds).toBeGreaterThan(39 * 60_000);
    expect(reboots(production)).toBe(1);
  });

  it('is not asked for by credentials that are refused, nor of a database that has stopped answering since', async () => {
    await using production = await givenProduction(pace);
    const { system, servers } = production;
    const planner = new RestorePlanner(system);
    const plan = await planner.planFailover(everyFive);
    const execute = () => planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
    servers.refusal = unreachable;
    await expect(execute()).rejects.toMatchObject({ code: 'precondition-failed' });
    servers.refusal = new BackupError({ code: 'authentication-failed', message: 'no', hint: 'None.' });
    await expect(execute()).rejects.toMatchObject({ code: 'authentication-failed' });
    await expect(planner.planFailover(everyFive)).rejects.toMatchObject({ code: 'authentication-failed' });
    expect(reboots(production)).toBe(0);
  });

  it('can be asked for of a database that nobody reaches', async () => {
    await using production = await givenProduction(pace);
    const { system, servers, clock } = production;
    servers.refusal = unreachable;
    const planner = new RestorePlanner(system);
    const plan = await planner.planFailover(everyFive);
    expect(plan.warnings.map(({ code }) => code)).toContain('database-not-reachable');
    const executing = planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
    await clock.sleep(60_000);
    servers.refusal = undefined;
    expect(await executing).toMatchObject({
      failover: { verdict: 'failed-over', proof: expect.arrayContaining(['primary-moved']) },
    });
  });

  it('is asked for once though its answer is lost, and by the plan that has not changed since', async () => {
    await using production = await givenProduction(pace);
    const { region, system, aws, clock } = production;
    region.faults.inject({ operation: 'RebootDBInstance', call: 1, fault: { kind: 'drop-response' } });
    expect((await failOver(production)).failover?.verdict).toBe('failed-over');
    clock.advance(3_600_000);
    const planner = new RestorePlanner(system);
    const plan = await planner.planFailover(everyFive);
    await aws.rds.failOver(instanceName);
    clock.advance(3_600_000);
    await expect(planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() })).rejects.toMatchObject({
      code: 'precondition-failed',
      message: expect.stringContaining('has failed over since the plan was made'),
    });
  });

  it('is not asked for again where the journal of the run that did it is lost, before RDS shows the new zone', async () => {
    await using production = await givenProduction(pace);
    const { system, clock } = production;
    const planner = new RestorePlanner(system);
    const plan = await planner.planFailover(everyFive);
    const killed = new AbortController();
    const first = planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal(), signal: killed.signal });
    await clock.sleep(100_000);
    killed.abort(new Error('killed'));
    await expect(first).rejects.toThrow('killed');
    await expect(planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() })).rejects.toMatchObject({
      code: 'precondition-failed',
    });
    expect(reboots(production)).toBe(1);
  });

  it('is not asked for where what it rests on is no longer so', async () => {
    await using production = await givenProduction(pace);
    const { system, aws, clock } = production;
    const planner = new RestorePlanner(system);
    const plan = await planner.planFailover(everyFive);
    const execute = () => planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
    await aws.rds.modifyInstance(instanceName, { parameterGroup: 'default.postgres15' });
    await clock.sleep(600_000);
    await expect(execute()).rejects.toMatchObject({
      message: expect.stringContaining('those of default.postgres15 do'),
    });
    await expect(planner.planFailover(everyFive)).rejects.toMatchObject({ field: 'acknowledgePendingChanges' });
    const acknowledged = await planner.planFailover({ ...everyFive, acknowledgePendingChanges: true });
    expect(acknowledged.warnings.map(({ code }) => code)).toContain('pending-changes-will-apply');
    await aws.rds.modifyInstance(instanceName, { multiAz: false });
    await clock.sleep(600_000);
    await expect(execute()).rejects.toMatchObject({ message: expect.stringContaining('it has no standby') });
    expect(reboots(production)).toBe(0);
  });

  it('tells that the read replicas follow again', async () => {
    await using production = await givenProduction(pace);
    const { region, clock } = production;
    const { rds } = clientsOf(region, region.requestHandler);
    const replica = { DBInstanceIdentifier: 'zephyr-replica', SourceDBInstanceIdentifier: instanceName };
    await rds.send(new CreateDBInstanceReadReplicaCommand(replica));
    await clock.sleep(7_200_000);
    const outcome = await failOver(production);
    expect(outcome.failover).toMatchObject({
      verdict: 'failed-over',
      replicas: [{ identifier: 'zephyr-replica', replication: 'replicating' }],
    });
  });

  it('that is refused for minutes is given up with the refusal', async () => {
    await using production = await givenProduction(pace);
    const { region, system } = production;
    const planner = new RestorePlanner(system);
    const plan = await planner.planFailover(everyFive);
    const fault = { kind: 'error', code: 'InvalidDBInstanceState', status: 400 } as const;
    region.faults.inject({ operation: 'RebootDBInstance', fault });
    await expect(planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() })).rejects.toMatchObject({
      code: 'invalid-state',
    });
  });

  it('of an instance that is beyond waiting says so', async () => {
    await using production = await givenProduction(pace);
    const { region } = production;
    region.faults.inject({ operation: 'RebootDBInstance', fault: { kind: 'ends-in', status: 'incompatible-network' } });
    await expect(failOver(production)).rejects.toMatchObject({
      code: 'resource-failed',
      message: expect.stringContaining('incompatible-network'),
    });
  });

  it('goes on without evidence where none can be written', async () => {
    await using production = await givenProduction(pace);
    production.region.faults.inject({
      operation: 'PutObject',
      fault: { kind: 'error', code: 'AccessDenied', status: 403 },
    });
    expect(await failOver(production)).toMatchObject({
      status: 'completed',
      evidence: { problem: expect.stringContaining('AccessDenied') },
    });
  });
});

describe('following a failover that nobody here has asked for', () => {
  it('says at once that there is none', async () => {
    await using production = await givenProduction(pace);
    const began = production.clock.now();
    expect(await followFailover(production.system)).toMatchObject({
      verdict: 'none-seen',
      outage: undefined,
      told: {},
    });
    expect(production.clock.now().getTime() - began.getTime()).toBeLessThan(10_000);
    expect(reboots(production)).toBe(0);
  });

  it('measures the rest of one that is under way, and tells when it began', async () => {
    await using production = await givenProduction(pace);
    const { aws, clock, system } = production;
    await aws.rds.failOver(instanceName);
    await clock.sleep(30_000);
    const states: (string | undefined)[] = [];
    const report = await followFailover(system, everyFive, { onProgress: ({ status }) => states.push(status) });
    expect(report).toMatchObject({
      verdict: 'failed-over',
      requestedAt: undefined,
      outage: { lastAnsweredAt: undefined },
      objective: { verdict: 'met', measuredMilliseconds: expect.any(Number) },
      told: { milliseconds: 90_000 },
    });
    expect(Math.abs((report.objective?.measuredMilliseconds ?? 0) - 90_000)).toBeLessThan(15_000);
    expect(states.length).toBeGreaterThan(0);
    // Somebody who comes later is told of it too.
    await clock.sleep(1_200_000);
    expect(await followFailover(system)).toMatchObject({ verdict: 'failed-over', told: { milliseconds: 90_000 } });
    expect(await followFailover(system, { since: '5m' })).toMatchObject({ verdict: 'none-seen' });
  });

  it('ends at the deadline with what was seen, and with the error of what has nothing to do with an outage', async () => {
    await using production = await givenProduction(pace);
    const { region, aws, clock, system, servers } = production;
    region.faults.inject({ operation: 'RebootDBInstance', fault: { kind: 'takes', duration: '3h' } });
    await aws.rds.failOver(instanceName);
    await clock.sleep(30_000);
    const deadline = new Date(clock.now().getTime() + 120_000);
    expect(await followFailover(system, everyFive, { deadline })).toMatchObject({ verdict: 'unreachable' });
    servers.refusal = new BackupError({ code: 'tls-failed', message: 'no', hint: 'None.' });
    await expect(followFailover(system)).rejects.toMatchObject({ code: 'tls-failed' });
    await expect(followFailover(system, { instance: 'nobody' })).rejects.toMatchObject({ code: 'instance-not-found' });
    await expect(followFailover(system, { probeEvery: '1ms' })).rejects.toMatchObject({ field: 'probeEvery' });
    const gone = AbortSignal.abort(new Error('stopped'));
    await expect(followFailover(system, {}, { signal: gone })).rejects.toThrow('stopped');
  });
});
