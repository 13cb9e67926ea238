import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BackupClient } from '../../src/backup/backup-client.js';
import { BackupError } from '../../src/core/errors.js';
import { attempt, expectNothingRunning } from './attempt.js';
import { givenProduction, type Production } from './production.js';
import { sweep } from './sweep.js';
import { dumpWorkflow, pointInTimeWorkflow, snapshotWorkflow } from './workflows.js';
import { lookAtWorld } from './world.js';

const neverAborted = new AbortController().signal;
let production: Production;

beforeEach(async () => {
  production = await givenProduction();
});
afterEach(async () => {
  await production[Symbol.asyncDispose]();
});

describe('two at the same time', () => {
  it('make one snapshot where they carry the same operation', async () => {
    const run = () => attempt(snapshotWorkflow, production, undefined);
    expect(await Promise.all([run(), run(), run()])).toMatchObject([
      { kind: 'done' },
      { kind: 'done' },
      { kind: 'done' },
    ]);
    expect((await lookAtWorld(production)).manualSnapshots).toHaveLength(1);
  });

  it('do not both execute one plan', async () => {
    const prepared = await pointInTimeWorkflow.prepare(production);
    const run = () => pointInTimeWorkflow.run(production, prepared, neverAborted);
    const [first, second] = await Promise.allSettled([run(), run()]);
    expect(first).toMatchObject({ status: 'fulfilled', value: { status: 'completed' } });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'journal-busy', retryable: true } });
    expect((await lookAtWorld(production)).instances).toHaveLength(2);
  });

  it('do not store two dumps as one', async () => {
    const workflow = dumpWorkflow(200_000);
    await workflow.prepare(production);
    const endings = await Promise.all([
      attempt(workflow, production, undefined),
      attempt(workflow, production, undefined),
    ]);
    const { objects, unfinishedUploads } = await lookAtWorld(production);
    const done = endings.filter(({ kind }) => kind === 'done').length;
    expect(done).toBeGreaterThan(0);
    expect(endings.map(({ kind }) => kind).filter((kind) => !['done', 'object-exists'].includes(kind))).toEqual([]);
    expect(objects).toHaveLength(2 * done);
    expect(unfinishedUploads).toEqual([]);
  });
});

describe('a deadline', () => {
  it.each([1, 2, 3, 4, 5])('ends a dump whose request %i is never answered, and nothing is left', async (at) => {
    const { spoiler, clock, system } = production;
    spoiler.arm(at, 'hang', new AbortController());
    // Time must not jump before: pg_dump's output comes in real time.
    const release = clock.hold();
    const deadline = new Date(clock.now().getTime() + 3_600_000);
    const dump = new BackupClient(system).createDump({}, { deadline });
    const ended = expect(dump).rejects.toMatchObject({ code: 'deadline-exceeded' });
    await expect.poll(() => spoiler.struck(), { interval: 1 }).toBe(true);
    release();
    await ended;
    expectNothingRunning(production, { signal: neverAborted, killed: false }, `request ${at}`);
    expect(await lookAtWorld(production)).toMatchObject({ objects: [], unfinishedUploads: [] });
  });
});

describe('a service that falls silent', () => {
  // The half-minute that clearing up may take, cut short.
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  beforeEach(() => {
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(30));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([snapshotWorkflow, dumpWorkflow(200_000), dumpWorkflow(9_000_000)])(
    'keeps nobody who gives up: $name',
    async (workflow) => {
      await sweep(workflow, () => ['silence']);
    },
    300_000,
  );

  it('keeps nobody who gives up: a recovery', async () => {
    await sweep(pointInTimeWorkflow, (call) => (call % 4 === 1 ? ['silence'] : []));
  }, 300_000);
});

describe('a recovery that cannot succeed', () => {
  it.each(['incompatible-restore', 'incompatible-network', 'failed'])(
    'leaves production as it was where the restored instance ends in %s',
    async (status) => {
      const { region, spoiler } = production;
      const { instances: before } = await lookAtWorld(production);
      const prepared = await pointInTimeWorkflow.prepare(production);
      region.faults.inject({ operation: 'RestoreDBInstanceToPointInTime', fault: { kind: 'ends-in', status } });
      for (let run = 0; run < 2; run += 1) {
        spoiler.disarm();
        await expect(pointInTimeWorkflow.run(production, prepared, neverAborted)).rejects.toMatchObject({
          code: 'resource-failed',
          details: { status, events: expect.arrayContaining([expect.any(String)]) },
        });
      }
      // The second time it is seen at once.
      expect(spoiler.calls.length).toBeLessThan(10);
      expect(prepared.application.writing).toBe(true);
      const { instances } = await lookAtWorld(production);
      expect(instances).toHaveLength(2);
      expect(instances).toEqual(expect.arrayContaining([...before]));
    },
  );

  it('goes on when the servers answer again, with the writers still stopped in between', async () => {
    const { servers } = production;
    const prepared = await pointInTimeWorkflow.prepare(production);
    const refuse = (): void => {
      servers.refusal = new BackupError({
        code: 'database-unreachable',
        message: 'nobody answers',
        hint: 'None.',
        retryable: true,
      });
    };
    const stopped = { ...prepared, onStop: refuse };
    await expect(pointInTimeWorkflow.run(production, stopped, neverAborted)).rejects.toMatchObject({
      code: 'deadline-exceeded',
      details: { lastStatus: expect.stringContaining('nobody answers') },
    });
    expect(prepared.application.writing).toBe(false);
    servers.refusal = undefined;
    await expect(pointInTimeWorkflow.run(production, prepared, neverAborted)).resolves.toMatchObject({
      status: 'completed',
    });
    expect(prepared.application.writing).toBe(true);
    expect((await lookAtWorld(production)).instances).toHaveLength(2);
  });
});
