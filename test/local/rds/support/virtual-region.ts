import {
  CreateDBInstanceCommand,
  type CreateDBInstanceMessage,
  CreateDBParameterGroupCommand,
  CreateDBSubnetGroupCommand,
  type DBInstance,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import {
  createVirtualClock,
  type LocalRegion,
  type LocalRegionOptions,
  startLocalRegion,
  type VirtualClock,
} from '@zephyr/backup/local';

/** A region in virtual time and a real client of it. */
export interface VirtualRegion extends AsyncDisposable {
  readonly region: LocalRegion;
  readonly clock: VirtualClock;
  readonly rds: RDSClient;
}

export const minute = 60_000;
export const day = 86_400_000;

/** Starts a region at 14:00 on 9 November 2025; the client talks HTTP, or to the region directly. */
export async function virtualRegion(
  options: LocalRegionOptions = {},
  transport: 'http' | 'in-process' = 'in-process',
): Promise<VirtualRegion> {
  const clock = createVirtualClock(new Date('2025-11-09T14:00:00Z'));
  const region = await startLocalRegion({ clock, ...options });
  const rds = clientOf(region, transport);
  return {
    region,
    clock,
    rds,
    [Symbol.asyncDispose]: async () => {
      rds.destroy();
      await region.close();
    },
  };
}

/** A real client of a region. */
export function clientOf(region: LocalRegion, transport: 'http' | 'in-process'): RDSClient {
  const { endpoint, credentials, requestHandler } = region;
  const handler = transport === 'in-process' ? { requestHandler } : {};
  return new RDSClient({ region: region.region, endpoint, credentials, ...handler });
}

/** What CreateDBInstance must be given. */
export function instanceInput(name: string): CreateDBInstanceMessage {
  return {
    DBInstanceIdentifier: name,
    Engine: 'postgres',
    DBInstanceClass: 'db.r6g.large',
    AllocatedStorage: 100,
    MasterUsername: 'zephyr',
    MasterUserPassword: 'correct horse',
    DBName: 'zephyr',
    BackupRetentionPeriod: 7,
    PreferredBackupWindow: '03:00-04:00',
  };
}

/** Makes an instance and waits until it is there. */
export async function makeInstance(
  { rds, clock }: VirtualRegion,
  name: string,
  settings: Partial<CreateDBInstanceMessage> = {},
): Promise<DBInstance> {
  await rds.send(new CreateDBInstanceCommand({ ...instanceInput(name), ...settings }));
  await clock.sleep(10 * minute);
  return describe(rds, name);
}

/** Makes a parameter group of PostgreSQL 15. */
export async function makeParameterGroup({ rds }: VirtualRegion, name: string, family = 'postgres15'): Promise<void> {
  const input = { DBParameterGroupName: name, DBParameterGroupFamily: family, Description: name };
  await rds.send(new CreateDBParameterGroupCommand(input));
}

/** Makes a subnet group. */
export async function makeSubnetGroup({ rds }: VirtualRegion, name: string): Promise<void> {
  const SubnetIds = ['subnet-1', 'subnet-2'];
  await rds.send(
    new CreateDBSubnetGroupCommand({ DBSubnetGroupName: name, DBSubnetGroupDescription: name, SubnetIds }),
  );
}

/** One instance as the service shows it. */
export async function describe(rds: RDSClient, name: string): Promise<DBInstance> {
  const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
  const [instance] = DBInstances ?? [];
  if (instance === undefined) throw new Error(`${name} is not shown`);
  return instance;
}

/** The statuses that an instance shows while the clock goes on in steps, each once. */
export async function statuses(
  virtual: VirtualRegion,
  resourceId: string,
  step: number,
  count: number,
): Promise<string[]> {
  const seen: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const filter = { Name: 'dbi-resource-id', Values: [resourceId] };
    const { DBInstances } = await virtual.rds.send(new DescribeDBInstancesCommand({ Filters: [filter] }));
    const status = DBInstances?.[0]?.DBInstanceStatus ?? 'gone';
    if (seen.at(-1) !== status) seen.push(status);
    await virtual.clock.sleep(step);
  }
  return seen;
}
