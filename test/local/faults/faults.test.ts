import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import type { LocalRegion } from '@zephyr/backup/local';
import { expect, it } from 'vitest';
import { day, describe, instanceInput, makeInstance, minute, virtualRegion } from '../rds/support/virtual-region.js';

const once = (region: LocalRegion, transport: 'http' | 'in-process'): RDSClient => {
  const handler = transport === 'in-process' ? { requestHandler: region.requestHandler } : {};
  const { endpoint, credentials } = region;
  return new RDSClient({ region: region.region, endpoint, credentials, maxAttempts: 1, ...handler });
};
const list = new DescribeDBInstancesCommand({});

it.each(['http', 'in-process'] as const)('fails calls in every way on demand, over %s', async (transport) => {
  await using virtual = await virtualRegion({}, transport);
  const { region } = virtual;
  const rds = once(region, transport);
  const strike = region.faults.inject({ call: 1, fault: { kind: 'error', code: 'InternalFailure', status: 500 } });
  await expect(rds.send(list)).rejects.toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
  expect(strike.hits).toBe(1);
  await rds.send(list);
  expect(strike.hits).toBe(1);

  region.faults.inject({ call: 1, fault: { kind: 'throttle' } });
  await expect(rds.send(list)).rejects.toMatchObject({ name: 'ThrottlingException' });

  region.faults.inject({ operation: 'CreateDBInstance', call: 1, fault: { kind: 'drop-request' } });
  await expect(rds.send(new CreateDBInstanceCommand(instanceInput('a')))).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect((await rds.send(list)).DBInstances).toHaveLength(0);

  region.faults.inject({ operation: 'CreateDBInstance', call: 1, fault: { kind: 'drop-response' } });
  await expect(rds.send(new CreateDBInstanceCommand(instanceInput('a')))).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect((await rds.send(list)).DBInstances).toHaveLength(1);

  region.faults.inject({ call: 1, fault: { kind: 'hang' } });
  const gone = AbortSignal.timeout(20);
  await expect(rds.send(list, { abortSignal: gone })).rejects.toMatchObject({ name: 'AbortError' });

  region.faults.inject({ call: 1, fault: { kind: 'delay', duration: '40s' } });
  const before = virtual.clock.now().getTime();
  await rds.send(list);
  expect(virtual.clock.now().getTime()).toBe(before + 40_000);
  rds.destroy();
});

it("hides a conflict behind the SDK's own retry, as the real service does (facts 0.3)", async () => {
  await using virtual = await virtualRegion();
  const { rds, region } = virtual;
  await makeInstance(virtual, 'prod');
  region.faults.inject({ operation: 'CreateDBSnapshot', call: 1, fault: { kind: 'drop-response' } });
  const input = { DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'one' };
  await expect(rds.send(new CreateDBSnapshotCommand(input))).rejects.toMatchObject({
    name: 'DBSnapshotAlreadyExistsFault',
    $metadata: { attempts: 2 },
  });
});

it('counts by operation, over all calls, in lists and every so often', async () => {
  await using virtual = await virtualRegion();
  const { region } = virtual;
  const rds = once(region, 'in-process');
  const outcome = (): Promise<string> =>
    rds.send(list).then(
      () => 'ok',
      (error: Error) => error.name,
    );
  const run = async (count: number): Promise<string[]> => {
    const seen: string[] = [];
    for (let index = 0; index < count; index += 1) seen.push(await outcome());
    return seen;
  };
  const fault = { kind: 'error', code: 'Struck' } as const;
  region.faults.inject({ call: [1, 3], fault });
  expect(await run(4)).toEqual(['Struck', 'ok', 'Struck', 'ok']);
  region.faults.clear();
  region.faults.inject({ service: 'rds', every: 2, fault });
  expect(await run(4)).toEqual(['ok', 'Struck', 'ok', 'Struck']);
  region.faults.clear();
  const always = region.faults.inject({ operation: 'DescribeDBInstances', fault });
  await rds.send(new DescribeDBSnapshotsCommand({}));
  expect(await run(2)).toEqual(['Struck', 'Struck']);
  always.remove();
  expect(await run(1)).toEqual(['ok']);
  region.faults.inject({ service: 's3', fault });
  expect(await run(1)).toEqual(['ok']);
  expect(() => region.faults.inject({ call: 0, fault })).toThrow(
    expect.objectContaining({ code: 'invalid-input', field: 'call' }),
  );
  expect(() => region.faults.inject({ every: 1.5, fault })).toThrow(expect.objectContaining({ field: 'every' }));
});

it('sticks in a status for ever, or ends in a bad one with the event that says why', async () => {
  await using virtual = await virtualRegion();
  const { rds, region, clock } = virtual;
  await makeInstance(virtual, 'prod');
  region.faults.inject({ operation: 'CreateDBSnapshot', call: 1, fault: { kind: 'stuck' } });
  await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'stuck' }));
  await clock.sleep(10 * minute);
  const created = new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'one' });
  await rds.send(created);
  await clock.sleep(day);
  const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'stuck' }));
  expect(DBSnapshots?.[0]?.Status).toBe('creating');

  const fault = { kind: 'ends-in', status: 'incompatible-restore', message: 'no room' } as const;
  region.faults.inject({ operation: 'RestoreDBInstanceFromDBSnapshot', call: 1, fault });
  const restore = { DBInstanceIdentifier: 'candidate', DBSnapshotIdentifier: 'one' };
  await rds.send(new RestoreDBInstanceFromDBSnapshotCommand(restore));
  expect((await describe(rds, 'candidate')).DBInstanceStatus).toBe('creating');
  await clock.sleep(30 * minute);
  expect((await describe(rds, 'candidate')).DBInstanceStatus).toBe('incompatible-restore');
  const { Events } = await rds.send(
    new DescribeEventsCommand({ SourceType: 'db-instance', SourceIdentifier: 'candidate' }),
  );
  expect(Events?.at(-1)).toMatchObject({ EventCategories: ['failure'], Message: expect.stringContaining('no room') });
});

it('records every call, how it ended and what struck it', async () => {
  await using virtual = await virtualRegion();
  const { region } = virtual;
  const rds = once(region, 'in-process');
  await rds.send(list);
  await expect(rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'gone' }))).rejects.toThrow();
  region.faults.inject({ call: 1, fault: { kind: 'drop-response' } });
  await expect(rds.send(list)).rejects.toThrow();
  expect(region.calls.list()).toMatchObject([
    {
      number: 1,
      service: 'rds',
      operation: 'DescribeDBInstances',
      input: {},
      outcome: { kind: 'answered', status: 200 },
    },
    {
      number: 2,
      input: { DBInstanceIdentifier: 'gone' },
      outcome: { kind: 'refused', status: 404, code: 'DBInstanceNotFound', message: 'DBInstance gone not found.' },
    },
    { number: 3, fault: { kind: 'drop-response' }, outcome: { kind: 'dropped', acted: true } },
  ]);
  region.calls.clear();
  await rds.send(list);
  expect(region.calls.list('DescribeDBInstances')).toMatchObject([{ number: 4 }]);
});
