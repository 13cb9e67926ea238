import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  CreateDBSnapshotCommand,
  type DBInstance,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  type RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import {
  createPostgresDataPlane,
  type LocalRegion,
  type LocalRegionOptions,
  startLocalRegion,
} from '@zephyr/backup/local';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { becomes, processesNaming } from './data-plane/support/region-traces.js';
import { clientOf, instanceInput, describe as read } from './rds/support/virtual-region.js';
import { query } from './support/real-instances.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zephyr-kept-'));
  // The servers' account must get through.
  await chmod(directory, 0o711);
});
afterEach(() => rm(directory, { recursive: true }));

interface Visited {
  readonly region: LocalRegion;
  readonly rds: RDSClient;
}

/** Opens the directory with real servers, does something there, and closes it. */
async function visit<T>(act: (visited: Visited) => Promise<T>, options: LocalRegionOptions = {}): Promise<T> {
  const how = { directory, dataPlane: createPostgresDataPlane, staleReads: { reads: 0 }, ...options };
  await using region = await startLocalRegion(how);
  const rds = clientOf(region, 'in-process');
  return await act({ region, rds });
}

const votes = async (rds: RDSClient, name: string): Promise<unknown> =>
  (await query(rds, name, 'SELECT array_agg(id ORDER BY id) AS ids FROM votes'))[0]?.ids;

const listed = async (rds: RDSClient): Promise<readonly DBInstance[]> => {
  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
  return DBInstances.toSorted((a, b) => (String(a.DBInstanceIdentifier) < String(b.DBInstanceIdentifier) ? -1 : 1));
};

const makeProduction = async ({ rds, region }: Visited): Promise<void> => {
  await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
  await region.settled();
  await query(rds, 'prod', "CREATE TABLE votes AS SELECT id, 'x' AS note FROM generate_series(1, 3) AS id");
  await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'three' }));
  await region.settled();
};

describe('a region with a directory and real servers', () => {
  it('has its instances with their data again, their replicas, snapshots and logs', async () => {
    const instant = await visit(async (visited) => {
      const { rds, region } = visited;
      await makeProduction(visited);
      const replica = { DBInstanceIdentifier: 'replica', SourceDBInstanceIdentifier: 'prod' };
      await rds.send(new CreateDBInstanceReadReplicaCommand(replica));
      await region.settled();
      const [row] = await query(rds, 'prod', 'INSERT INTO votes VALUES (4) RETURNING clock_timestamp() AS now');
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await query(rds, 'prod', 'INSERT INTO votes VALUES (5)');
      await region.shipLogs();
      return new Date(Math.ceil(Number(row?.now) / 1000) * 1000);
    });
    expect(await processesNaming(directory)).toEqual([]);
    expect(await readdir(join(directory, 'servers'))).not.toContain('owner.json');
    // Without servers, or with others, it is refused, and stays.
    const others = async (): ReturnType<typeof createPostgresDataPlane> => createPostgresDataPlane();
    for (const dataPlane of [undefined, others])
      await expect(startLocalRegion({ directory, dataPlane })).rejects.toMatchObject({
        code: 'invalid-input',
        field: 'dataPlane',
      });

    await visit(async ({ rds, region }) => {
      expect(await listed(rds)).toMatchObject([
        { DBInstanceIdentifier: 'prod', DBInstanceStatus: 'available' },
        { DBInstanceIdentifier: 'replica', DBInstanceStatus: 'available' },
      ]);
      expect(await votes(rds, 'prod')).toEqual([1, 2, 3, 4, 5]);
      await query(rds, 'prod', 'INSERT INTO votes VALUES (6)');
      expect(await becomes(async () => String(await votes(rds, 'replica')) === '1,2,3,4,5,6', 20)).toBe(true);
      const fromSnapshot = { DBInstanceIdentifier: 'restored', DBSnapshotIdentifier: 'three' };
      await rds.send(new RestoreDBInstanceFromDBSnapshotCommand(fromSnapshot));
      const toInstant = { SourceDBInstanceIdentifier: 'prod', TargetDBInstanceIdentifier: 'candidate' };
      await rds.send(new RestoreDBInstanceToPointInTimeCommand({ ...toInstant, RestoreTime: instant }));
      await region.settled();
      expect(await votes(rds, 'restored')).toEqual([1, 2, 3]);
      expect(await votes(rds, 'candidate')).toEqual([1, 2, 3, 4]);
      const before = (await read(rds, 'prod')).LatestRestorableTime;
      await region.shipLogs();
      expect((await read(rds, 'prod')).LatestRestorableTime?.getTime()).toBeGreaterThan(before?.getTime() ?? 0);
    });
  }, 120_000);

  it('that is killed leaves no server; what it had committed is there, and what it lacks is said', async () => {
    const promoted = { DBInstanceIdentifier: 'promoted' };
    await visit(async (visited) => {
      await makeProduction(visited);
      await visited.rds.send(new CreateDBInstanceCommand({ ...instanceInput('other'), BackupRetentionPeriod: 0 }));
      await visited.region.settled();
      await visited.rds.send(
        new CreateDBInstanceReadReplicaCommand({ ...promoted, SourceDBInstanceIdentifier: 'prod' }),
      );
      await visited.region.settled();
    });
    const program = new URL('support/hold-servers.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--import', 'tsx', program, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect(startLocalRegion({ directory })).rejects.toMatchObject({ code: 'data-directory-in-use' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await becomes(async () => (await processesNaming(directory)).length === 0, 30)).toBe(true);

    await visit(async ({ rds }) => {
      expect(await votes(rds, 'prod')).toEqual([1, 2, 3, 4]);
      expect(await listed(rds)).toMatchObject([
        { DBInstanceIdentifier: 'other', DBInstanceStatus: 'failed' },
        { DBInstanceIdentifier: 'prod', DBInstanceStatus: 'available', ReadReplicaDBInstanceIdentifiers: [] },
        { ...promoted, DBInstanceStatus: 'available', StatusInfos: [] },
      ]);
      expect((await read(rds, 'promoted')).ReadReplicaSourceDBInstanceIdentifier).toBeUndefined();
      await query(rds, 'promoted', 'INSERT INTO votes VALUES (5)');
      expect(await votes(rds, 'prod')).toEqual([1, 2, 3, 4]);
      const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'three' }));
      expect(DBSnapshots).toMatchObject([{ Status: 'failed' }]);
      const { Events } = await rds.send(new DescribeEventsCommand({ Duration: 60 }));
      const said = Events?.filter(({ Message }) => Message?.includes('Its files are gone'));
      expect(said?.map(({ SourceIdentifier }) => SourceIdentifier).sort()).toEqual(['other', 'three']);
      expect(await readdir(join(directory, 'servers', 'clusters'))).toHaveLength(3);
    });
    expect(await becomes(async () => (await processesNaming(directory)).length === 0, 10)).toBe(true);
  }, 120_000);
});

describe('a data plane that is kept', () => {
  const servers = (): string => join(directory, 'servers');

  it('has its directory for itself, and is opened by nothing that would remove it', async () => {
    const plane = await createPostgresDataPlane({ directory: servers(), keep: true });
    await expect(createPostgresDataPlane({ directory: servers(), keep: true })).rejects.toMatchObject({
      code: 'data-directory-in-use',
    });
    await plane.close();
    await expect(createPostgresDataPlane({ directory: servers() })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'directory',
    });
    const again = await createPostgresDataPlane({ directory: servers(), keep: true });
    expect(again.kept?.id).toBe(plane.kept?.id);
    await again.close();
  }, 60_000);

  it('of another major version of PostgreSQL is refused', async () => {
    await (await createPostgresDataPlane({ directory: servers(), keep: true })).close();
    await writeFile(join(servers(), 'clusters', 'template', 'data', 'PG_VERSION'), '9\n');
    await expect(createPostgresDataPlane({ directory: servers(), keep: true })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'directory',
    });
    expect(await readdir(servers())).not.toContain('owner.json');
  }, 60_000);

  it('needs a directory', async () => {
    await expect(createPostgresDataPlane({ keep: true })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'keep',
    });
  });
});
