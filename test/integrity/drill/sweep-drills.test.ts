import { afterEach, describe, expect, it } from 'vitest';
import { BackupClient } from '../../../src/backup/backup-client.js';
import { BackupError } from '../../../src/core/errors.js';
import { sweepDrills } from '../../../src/integrity/drill/sweep-drills.js';
import { IntegrityChecker } from '../../../src/integrity/integrity-checker.js';
import { instanceName, type Production } from '../../sweeps/production.js';
import { drillHome, givenHome, instancesLater } from './rehearsal.js';

let home: Production;
afterEach(async () => {
  await home?.[Symbol.asyncDispose]();
});

/** Runs something in a process that is killed as soon as so many requests have been made. */
async function killed(at: number, work: () => Promise<unknown>): Promise<void> {
  home.spoiler.arm(at, 'crash', new AbortController());
  await work().catch(() => undefined);
  expect(home.spoiler.struck()).toBe(true);
  home.spoiler.disarm();
}

const expectation = { consistency: ['indexes'] } as const;
const hour = 3_600_000;

describe('a sweep of drills', () => {
  it('removes the instance that a killed drill has left, once it has expired and no sooner', async () => {
    home = await givenHome();
    await killed(40, () => drillHome(home, { runId: 'killed', timeToLive: '6h', expectation }));
    expect(await instancesLater(home)).toContain('zephyr-drill-killed');

    const early = await sweepDrills(home.system);
    expect(early).toMatchObject({ removed: [], notExpired: [{ runId: 'killed', kind: 'instance' }], leftovers: [] });
    home.clock.advance(6 * hour);
    const late = await sweepDrills(home.system);
    expect(late).toMatchObject({ removed: [{ identifier: 'zephyr-drill-killed' }], notExpired: [], leftovers: [] });
    expect(await instancesLater(home)).toEqual([instanceName]);
    expect(await sweepDrills(home.system)).toEqual({ removed: [], notExpired: [], leftovers: [] });
  });

  it('touches nothing that no drill made', async () => {
    home = await givenHome();
    const { aws, clock, system } = home;
    const tags = { 'zephyr:managed-by': 'zephyr-backup', 'zephyr:expires-at': '2020-01-01T00:00:00.000Z' };
    let snapshot = '';
    for await (const { identifier } of aws.rds.listSnapshots({ instance: instanceName })) snapshot = identifier;
    const settings = {
      instanceClass: 'db.t3.micro',
      publiclyAccessible: false,
      multiAz: false,
      deletionProtection: false,
      iamAuthentication: false,
      autoMinorVersionUpgrade: false,
      copyTagsToSnapshot: false,
      vpcSecurityGroups: ['sg-default'],
      logExports: [],
    };
    const make = (target: string, more: Record<string, string>): Promise<void> =>
      aws.rds.restoreFromSnapshot(snapshot, { ...settings, target, tags: { ...tags, ...more } });
    await make('a-candidate', { 'zephyr:purpose': 'candidate', 'zephyr:drill-run': 'x' });
    await make('without-a-run', { 'zephyr:purpose': 'drill' });
    await make('without-an-end', { 'zephyr:purpose': 'drill', 'zephyr:drill-run': 'x', 'zephyr:expires-at': 'never' });
    clock.advance(hour);
    expect(await sweepDrills(system)).toMatchObject({
      removed: [],
      notExpired: [{ identifier: 'without-an-end', expiresAt: 'unknown' }],
    });
    expect(await instancesLater(home)).toHaveLength(4);
  });

  it('goes on where one thing cannot be removed, and says which', async () => {
    home = await givenHome();
    for (const runId of ['first', 'second']) {
      await killed(45, () => drillHome(home, { runId, timeToLive: '1h', expectation }));
    }
    home.clock.advance(3 * hour);
    home.region.faults.inject({
      operation: 'DeleteDBInstance',
      input: { DBInstanceIdentifier: 'zephyr-drill-first' },
      fault: { kind: 'error', code: 'AccessDenied', status: 403 },
    });
    const swept = await sweepDrills(home.system);
    expect(swept.leftovers).toMatchObject([{ identifier: 'zephyr-drill-first', kind: 'instance' }]);
    expect(swept.removed).toMatchObject([{ identifier: 'zephyr-drill-second' }]);
  });

  it('drops the database of a killed drill of a dump, and no other', async () => {
    home = await givenHome();
    const { system, servers, clock } = home;
    await new BackupClient(system).createDump({ reason: 'weekly' });
    servers.databases.set('zephyr_drill_other', { content: 'theirs', comment: null, analyzed: false });
    const drilling = (): Promise<unknown> =>
      new IntegrityChecker(system).drill({
        source: { kind: 'dump', dump: 'latest' },
        on: { instance: instanceName },
        runId: 'killed',
        timeToLive: '2h',
        expectation: {},
      });
    let at = 40;
    while (!servers.databases.has('zephyr_drill_killed')) {
      await killed(at, drilling);
      clock.advance(20 * 60_000);
      at += 4;
    }
    expect((await sweepDrills(system)).notExpired).toMatchObject([{ kind: 'database', runId: 'killed' }]);
    clock.advance(2 * hour);
    expect((await sweepDrills(system)).removed).toMatchObject([
      { kind: 'database', identifier: 'zephyr_drill_killed' },
    ]);
    expect([...servers.databases.keys()]).toEqual(['zephyr_drill_other']);
  });

  it('finds a database by its comment where its journal is gone, and leaves alone what bears no mark of a drill', async () => {
    home = await givenHome();
    const { system, servers, clock, aws } = home;
    await new BackupClient(system).createDump({ reason: 'weekly' });
    const drilling = (): Promise<unknown> =>
      new IntegrityChecker(system).drill({
        source: { kind: 'dump', dump: 'latest' },
        on: { instance: instanceName },
        runId: 'lost',
        timeToLive: '2h',
        expectation: {},
      });
    for (let at = 40; (servers.databases.get('zephyr_drill_lost')?.comment ?? null) === null; at += 2) {
      await killed(at, drilling);
      clock.advance(20 * 60_000);
    }
    const store = aws.objectStore({ bucket: 'zephyr-backups' });
    for await (const { key, etag } of store.list({ prefix: 'journals/' })) await store.delete({ key, etag });
    const kept = [
      'theirs',
      'zephyr-backup: restored from a, operation restore-1',
      'zephyr-backup: restored from a, operation b {not',
    ];
    for (const comment of [...kept, null]) {
      servers.databases.set(`zephyr_drill_${comment}`, { content: 'theirs', comment, analyzed: false });
    }
    const on = [{ instance: instanceName }] as const;
    expect(await sweepDrills(system)).toEqual({ removed: [], notExpired: [], leftovers: [] });
    const early = await sweepDrills(system, { servers: on });
    expect(early.notExpired).toMatchObject([{ kind: 'database', identifier: 'zephyr_drill_lost', runId: 'lost' }]);
    clock.advance(3 * hour);
    const late = await sweepDrills(system, { servers: on });
    expect(late).toMatchObject({ removed: [{ identifier: 'zephyr_drill_lost' }], leftovers: [] });
    expect(servers.databases.size).toBe(kept.length + 1);
  });

  it('finds what was left a year ago', async () => {
    home = await givenHome();
    const { system, servers, clock } = home;
    await new BackupClient(system).createDump({ reason: 'weekly' });
    const request = { source: { kind: 'dump', dump: 'latest' }, on: { instance: instanceName }, runId: 'old' } as const;
    for (let at = 40; !servers.databases.has('zephyr_drill_old'); at += 4) {
      await killed(at, () => new IntegrityChecker(system).drill({ ...request, expectation: {} }));
      clock.advance(20 * 60_000);
    }
    clock.advance(365 * 24 * hour);
    expect((await sweepDrills(system)).removed).toMatchObject([{ kind: 'database', identifier: 'zephyr_drill_old' }]);
    expect(servers.databases.size).toBe(0);
    // It is not told once more of what is gone.
    expect(await sweepDrills(system)).toEqual({ removed: [], notExpired: [], leftovers: [] });
    const again = await new IntegrityChecker(system).drill({ ...request, expectation: {} });
    expect(again).toMatchObject({ verdict: 'passed', target: { identifier: 'zephyr_drill_old_2' } });
  });

  it('finds what an earlier attempt of a run has left, though a later one has passed', async () => {
    home = await givenHome();
    const { system, servers, clock, region } = home;
    await new BackupClient(system).createDump({ reason: 'weekly' });
    const original = servers.databases.delete.bind(servers.databases);
    const denied = { kind: 'error', code: 'AccessDenied', status: 403 } as const;
    const request = { source: { kind: 'dump', dump: 'latest' }, on: { instance: instanceName }, runId: 'two' } as const;
    servers.databases.delete = () => {
      throw new BackupError({ code: 'permission-denied', message: 'must be owner', hint: 'None.' });
    };
    const rule = region.faults.inject({ operation: 'GetObject', input: { Key: 'manual/*.dump' }, fault: denied });
    const first = await new IntegrityChecker(system).drill({ ...request, expectation: {} });
    expect(first).toMatchObject({
      verdict: 'failed',
      error: {},
      teardown: { leftovers: [{ reason: 'must be owner' }] },
    });
    servers.databases.delete = original;
    rule.remove();
    const second = await new IntegrityChecker(system).drill({ ...request, expectation: {} });
    expect(second.verdict).toBe('passed');
    expect([...servers.databases.keys()]).toEqual([first.target.identifier]);
    clock.advance(25 * hour);
    const mute = region.faults.inject({ operation: 'PutObject', fault: denied });
    // What cannot be written down is done all the same, and told once more.
    const swept = { removed: [{ identifier: first.target.identifier }], leftovers: [] };
    expect(await sweepDrills(system)).toMatchObject(swept);
    mute.remove();
    expect(await sweepDrills(system)).toMatchObject(swept);
    expect((await sweepDrills(system)).removed).toEqual([]);
    expect(servers.databases.size).toBe(0);
  });

  it('refuses a server that is none before any call', async () => {
    home = await givenHome();
    home.spoiler.disarm();
    const refused = sweepDrills(home.system, { servers: [{ instance: instanceName }, {} as never] });
    await expect(refused).rejects.toMatchObject({ code: 'invalid-input', field: 'servers[1]' });
    expect(home.spoiler.calls).toEqual([]);
  });

  it('stops when its caller gives up', async () => {
    home = await givenHome();
    const reason = new Error('enough');
    await expect(sweepDrills(home.system, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
