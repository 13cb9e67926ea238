import { describe, expect, it } from 'vitest';
import { BackupError } from '../../src/core/errors.js';
import type { DatabaseInstance, InstanceChange } from '../../src/ports/database-instance.js';
import type { DatabaseTarget, SqlSession } from '../../src/ports/postgres.js';
import { sealPlan } from '../../src/restore/plan/seal-plan.js';
import { readServerIdentity } from '../../src/system/server-identity.js';
import { rehearseDump } from './dump-rehearsal.js';
import { addressOf } from './fake-rds.js';
import type { FaultySwitch } from './faulty.js';
import { type Rehearsal, rehearse } from './rehearsal.js';

const candidateOf = (rehearsal: Rehearsal) => {
  const found = [...rehearsal.fake.held.values()].find(({ details }) => details.resourceId.startsWith('db-RESTORED'));
  if (found === undefined) throw new Error('no candidate yet');
  return found;
};

/** Runs `make` once, when a step says so. */
function once(
  step: string,
  status: string,
  make: () => void,
): (event: { phase: string; status?: string | undefined }) => void {
  let made = false;
  return (event) => {
    if (made || event.phase !== step || event.status !== status) return;
    made = true;
    make();
  };
}

/** The same world with one call answered otherwise. */
function replacing(name: string, answer: (...given: never[]) => unknown): FaultySwitch {
  return {
    calls: () => 0,
    wrap: <T extends object>(target: T): T => (name in target ? { ...target, [name]: answer } : target),
  };
}

/** A list that breaks before its first item, or has none. */
function listOf(error?: Error): () => AsyncIterable<never> {
  const next = (): Promise<IteratorResult<never>> =>
    error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
  return () => ({ [Symbol.asyncIterator]: () => ({ next }) });
}

describe('a candidate that does not come up', () => {
  it.each([
    ['while it is waited for', 'wait-for-instance', 'creating'],
    ['when it is to be checked', 'check-candidate', 'begun'],
  ])('is found to be deleted %s', async (_when, step, status) => {
    const rehearsal = rehearse();
    const onProgress = once(step, status, () => {
      rehearsal.fake.held.delete(candidateOf(rehearsal).details.resourceId);
    });
    await expect(rehearsal.execute(await rehearsal.plan(), { onProgress })).rejects.toMatchObject({
      code: 'precondition-failed',
      message: expect.stringContaining('no longer exists'),
    });
    expect(rehearsal.fake.instance('db-PRODUCTION').identifier).toBe('prod');
  });

  it('is reported although its events cannot be read, or there are none', async () => {
    const denied = new BackupError({ code: 'access-denied', message: 'no events for you', hint: 'x' });
    for (const listEvents of [listOf(denied), listOf()]) {
      const rehearsal = rehearse();
      rehearsal.fake.restoreEndsIn = 'storage-full';
      const run = rehearsal.execute(await rehearsal.plan(), { through: replacing('listEvents', listEvents) });
      await expect(run).rejects.toMatchObject({
        code: 'resource-failed',
        message: 'instance pitr is storage-full',
        details: { events: [] },
      });
    }
  });

  it('hands on an error of another kind from reading its events', async () => {
    const rehearsal = rehearse();
    rehearsal.fake.restoreEndsIn = 'failed';
    const bug = new TypeError('bug');
    const through = replacing('listEvents', listOf(bug));
    await expect(rehearsal.execute(await rehearsal.plan(), { through })).rejects.toBe(bug);
  });

  it('cannot be checked without an endpoint', async () => {
    const rehearsal = rehearse();
    const onProgress = once('check-candidate', 'begun', () => {
      candidateOf(rehearsal).details.endpoint = undefined;
    });
    await expect(rehearsal.execute(await rehearsal.plan(), { onProgress })).rejects.toMatchObject({
      code: 'invalid-state',
    });
  });

  it('fails in its configuration with what its events say', async () => {
    const rehearsal = rehearse();
    const onProgress = once('apply-configuration', 'begun', () => {
      candidateOf(rehearsal).details.status = 'incompatible-parameters';
    });
    await expect(rehearsal.execute(await rehearsal.plan(), { onProgress })).rejects.toMatchObject({
      code: 'resource-failed',
      details: { status: 'incompatible-parameters', events: [expect.any(String)] },
    });
  });

  it('keeps what cannot be set as drift, and goes on', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan({ promote: 'none' });
    const { modifyInstance } = rehearsal.fake.port;
    const through = replacing(
      'modifyInstance',
      (identifier: string, { maintenanceWindow: _, ...change }: InstanceChange) => modifyInstance(identifier, change),
    );
    const outcome = await rehearsal.execute(plan, { through });
    expect(outcome.drift).toEqual([
      { setting: 'maintenanceWindow', expected: 'sun:04:00-sun:04:30', actual: 'sat:01:00-sat:01:30' },
    ]);
    expect(rehearsal.fake.mutations.filter((made) => made.startsWith('modify pitr'))).toHaveLength(2);
  });
});

describe('the world that has changed since the plan was made', () => {
  it('is noticed in the restore window', async () => {
    const cases: readonly [(rehearsal: Rehearsal) => void, string][] = [
      [
        ({ fake }) => Object.assign(fake.window, { earliest: new Date('2025-11-09T14:26:00Z') }),
        'begins at 2025-11-09T14:26',
      ],
      [
        ({ fake }) =>
          Object.assign(fake.instance('db-PRODUCTION'), { latestRestorableTime: new Date('2025-11-09T14:20:00Z') }),
        'ends at 2025-11-09T14:20',
      ],
      [
        ({ fake }) => Object.assign(fake.instance('db-PRODUCTION'), { latestRestorableTime: undefined }),
        'nothing to restore from',
      ],
    ];
    for (const [change, message] of cases) {
      const rehearsal = rehearse();
      const plan = await rehearsal.plan();
      change(rehearsal);
      await expect(rehearsal.execute(plan)).rejects.toMatchObject({
        code: 'precondition-failed',
        message: expect.stringContaining(message),
      });
      expect(rehearsal.fake.mutations).toEqual([]);
    }
  });

  it('is noticed in the replicas and the names', async () => {
    const cases: readonly [(rehearsal: Rehearsal) => void, string][] = [
      [({ fake }) => Object.assign(fake.instance('db-PRODUCTION'), { replicas: ['r1'] }), 'it has r1'],
      [
        ({ fake }) => fake.add({ identifier: 'prod-old-20251109t1430z', resourceId: 'db-STRANGER' }),
        'db-STRANGER is called so',
      ],
    ];
    for (const [change, message] of cases) {
      const rehearsal = rehearse();
      const plan = await rehearsal.plan();
      change(rehearsal);
      await expect(rehearsal.execute(plan)).rejects.toMatchObject({
        code: 'precondition-failed',
        message: expect.stringContaining(message),
      });
      expect(rehearsal.application.writing).toBe(true);
    }
    const rehearsal = rehearse();
    Object.assign(rehearsal.fake.instance('db-PRODUCTION'), { replicas: ['r1'] });
    const plan = await rehearsal.plan({ acknowledgeReplicas: true });
    Object.assign(rehearsal.fake.instance('db-PRODUCTION'), { replicas: [] });
    await expect(rehearsal.execute(plan)).rejects.toMatchObject({ message: expect.stringContaining('it has none') });
  });

  it('waits for the earlier instance to be put back by a person, and gives up in time', async () => {
    const rehearsal = rehearse();
    const onProgress = once('rename-into-place', 'begun', () => {
      rehearsal.fake.instance('db-PRODUCTION').identifier = 'prod';
    });
    await expect(rehearsal.execute(await rehearsal.plan(), { onProgress })).rejects.toMatchObject({
      code: 'deadline-exceeded',
      message: expect.stringContaining('holds the production name again'),
    });
    expect(rehearsal.fake.mutations.filter((made) => made.includes('"newIdentifier":"prod"'))).toEqual([]);
  });
});

describe('verifying the promotion', () => {
  it('goes on without the comparison when the old server cannot be asked', async () => {
    const rehearsal = rehearse();
    const connect = rehearsal.fake.sql.connect;
    let asked = 0;
    const through = replacing('connect', (target: DatabaseTarget) => {
      if (!target.host.startsWith('prod-old')) return connect(target);
      asked += 1;
      return Promise.reject(new BackupError({ code: 'authentication-failed', message: 'x', hint: 'y' }));
    });
    expect((await rehearsal.execute(await rehearsal.plan(), { through })).status).toBe('completed');
    expect(asked).toBe(10);
  });

  it.each([
    ['is broken', { status: 'storage-full' }],
    ['has no endpoint', { endpoint: undefined }],
  ] as const)('does not insist on asking an old server that %s', async (_what, change: Partial<DatabaseInstance>) => {
    const rehearsal = rehearse();
    const onProgress = once('verify-promotion', 'begun', () => {
      Object.assign(rehearsal.fake.instance('db-PRODUCTION'), change);
    });
    expect((await rehearsal.execute(await rehearsal.plan(), { onProgress })).status).toBe('completed');
  });

  it('rejects at once when the restored database does not know the password', async () => {
    const rehearsal = rehearse();
    const refused = new BackupError({ code: 'authentication-failed', message: 'x', hint: 'y' });
    let verifying = false;
    const onProgress = once('verify-promotion', 'begun', () => {
      verifying = true;
    });
    const { connect } = rehearsal.fake.sql;
    const through = replacing('connect', (target: DatabaseTarget) =>
      verifying ? Promise.reject(refused) : connect(target),
    );
    await expect(rehearsal.execute(await rehearsal.plan(), { onProgress, through })).rejects.toBe(refused);
  });

  it('waits until the name resolves, the address is production’s, and the server has recovered', async () => {
    const rehearsal = rehearse();
    const told = new Set<unknown>();
    const since = { look: 0 };
    const connect = rehearsal.fake.sql.connect;
    const through = replacing('connect', async (target: DatabaseTarget) => {
      const session = await connect(target);
      if (target.host !== addressOf('prod')) return session;
      since.look += 1;
      const promoted = candidateOf(rehearsal).details;
      if (since.look === 1) {
        promoted.endpoint = { address: 'elsewhere', port: 5432 };
        throw new BackupError({ code: 'database-unreachable', message: 'the name does not resolve', hint: 'x' });
      }
      if (since.look > 2) return session;
      const recovering = async () => [{ started_at: '1', address: null, port: null, recovering: true }];
      return { ...session, query: recovering as unknown as SqlSession['query'] };
    });
    const outcome = await rehearsal.execute(await rehearsal.plan(), {
      through,
      onProgress: ({ phase, status }) => {
        if (phase !== 'verify-promotion') return;
        told.add(status);
        if (String(status).includes('elsewhere'))
          candidateOf(rehearsal).details.endpoint = { address: addressOf('prod'), port: 5432 };
      },
    });
    expect(outcome.status).toBe('completed');
    expect([...told].some((status) => String(status).includes('its endpoint is'))).toBe(true);
    expect(told).toContain('the server is still recovering');
  });

  it('needs a server that says who it is', async () => {
    const session = { serverVersion: 150_018, query: async () => [], close: async () => {} };
    await expect(readServerIdentity(session, {})).rejects.toMatchObject({ code: 'query-failed' });
  });
});

describe('protecting the new primary', () => {
  it('takes no snapshot where it can be recovered already', async () => {
    const rehearsal = rehearse();
    const onProgress = once('protect', 'begun', () => {
      candidateOf(rehearsal).details.latestRestorableTime = rehearsal.clock.now();
    });
    await rehearsal.execute(await rehearsal.plan(), { onProgress });
    expect(rehearsal.fake.snapshots.size).toBe(0);
  });

  it.each([
    ['is another’s', 'available', {}, 'identifier-taken'],
    ['fails', 'failed', undefined, 'resource-failed'],
    ['cannot be restored', 'incompatible-restore', undefined, 'resource-failed'],
  ] as const)(
    'says so when its snapshot %s, and finishes when that is put right',
    async (_what, status, tags, code) => {
      const rehearsal = rehearse();
      const plan = await rehearsal.plan();
      const name = 'prod-manual-20251109-143000-promoted';
      const { describeSnapshot } = rehearsal.fake.port;
      const through = replacing('describeSnapshot', async (identifier: string) => {
        const seen = await describeSnapshot(identifier);
        return seen && { ...seen, status, tags: tags ?? seen.tags };
      });
      await expect(rehearsal.execute(plan, { through })).rejects.toMatchObject({ code, details: { snapshot: name } });
      expect(rehearsal.application.writing).toBe(true);
      rehearsal.fake.snapshots.delete(name);
      expect((await rehearsal.execute(plan)).status).toBe('completed');
      expect([...rehearsal.fake.snapshots.keys()]).toEqual([name]);
    },
  );

  it('turns on what somebody has turned off, on both', async () => {
    const rehearsal = rehearse();
    const onProgress = once('protect', 'begun', () => {
      candidateOf(rehearsal).details.backupRetentionDays = 0;
      rehearsal.fake.instance('db-PRODUCTION').deletionProtection = false;
    });
    const outcome = await rehearsal.execute(await rehearsal.plan(), { onProgress });
    expect(rehearsal.fake.instance('db-PRODUCTION').deletionProtection).toBe(true);
    expect(rehearsal.fake.instance(outcome.candidate?.resourceId ?? '').backupRetentionDays).toBe(30);
  });

  it('does not wait for an old instance that is broken or gone', async () => {
    for (const change of [
      ({ fake }: Rehearsal) =>
        Object.assign(fake.instance('db-PRODUCTION'), { deletionProtection: false, status: 'failed' }),
      ({ fake }: Rehearsal) => fake.held.delete('db-PRODUCTION'),
    ]) {
      const rehearsal = rehearse();
      const onProgress = once('protect', 'begun', () => change(rehearsal));
      expect((await rehearsal.execute(await rehearsal.plan(), { onProgress })).status).toBe('completed');
    }
  });
});

describe('a recovery without a production instance', () => {
  it('gives the candidate the free name', async () => {
    const rehearsal = rehearse();
    rehearsal.fake.held.clear();
    rehearsal.fake.add({ identifier: 'before', resourceId: 'db-BEFORE' });
    const plan = await rehearsal.plan({ source: { resourceId: 'db-BEFORE' } });
    const outcome = await rehearsal.execute(plan);
    expect(outcome).toMatchObject({ status: 'completed', candidate: { identifier: 'prod' } });
    expect(outcome.previous).toBeUndefined();
    expect(rehearsal.fake.instance('db-BEFORE').identifier).toBe('before');
  });
});

describe('a plan with steps of the other kind', () => {
  it('is refused', async () => {
    const rehearsal = rehearse();
    const plan = await rehearsal.plan();
    const analyze = { id: 'analyze', kind: 'analyze', title: 'x', preconditions: [], database: 'zephyr' } as const;
    const mixed = sealPlan<typeof plan>({ ...plan, steps: [analyze] });
    await expect(rehearsal.execute(mixed)).rejects.toMatchObject({ code: 'plan-invalid' });
    const foreign = {
      ...analyze,
      id: 'rename-away',
      kind: 'rename-away',
      resourceId: 'x',
      from: 'a',
      to: 'b',
    } as const;
    const dump = rehearseDump();
    const dumpPlan = await dump.plan();
    const stray = sealPlan<typeof dumpPlan>({ ...dumpPlan, steps: [foreign] });
    await expect(dump.execute(stray)).rejects.toMatchObject({ code: 'plan-invalid' });
    const unknown = sealPlan<typeof plan>({ ...plan, steps: [{ ...analyze, kind: 'dance' as 'analyze' }] });
    await expect(rehearsal.execute(unknown)).rejects.toThrow('no such step');
  });
});
