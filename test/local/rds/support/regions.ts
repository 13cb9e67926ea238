import {
  CopyDBSnapshotCommand,
  type CopyDBSnapshotMessage,
  CreateDBSnapshotCommand,
  type DBSnapshot,
  DescribeDBSnapshotsCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';
import { type LocalRegion, type LocalRegionOptions, startLocalRegion } from '@zephyr/backup/local';
import { clientOf, type VirtualRegion, virtualRegion } from './virtual-region.js';

/** Two regions that know each other, in one virtual time. */
export interface TwoRegions extends AsyncDisposable {
  readonly east: VirtualRegion;
  readonly west: VirtualRegion;
}

/** Starts us-east-1 and another region, or another account. */
export async function twoRegions(
  second: LocalRegionOptions = { region: 'us-west-2' },
  both: LocalRegionOptions = {},
): Promise<TwoRegions> {
  const east = await virtualRegion(both);
  const west = await neighbourOf(east, { ...both, ...second });
  return {
    east,
    west,
    [Symbol.asyncDispose]: async () => {
      await west[Symbol.asyncDispose]();
      await east[Symbol.asyncDispose]();
    },
  };
}

/** Starts one more region beside another. */
export async function neighbourOf(peer: VirtualRegion, options: LocalRegionOptions): Promise<VirtualRegion> {
  const region: LocalRegion = await startLocalRegion({ ...options, peer: peer.region });
  const rds = clientOf(region, 'in-process');
  return {
    region,
    clock: peer.clock,
    rds,
    [Symbol.asyncDispose]: async () => {
      rds.destroy();
      await region.close();
    },
  };
}

/** A manual snapshot, as soon as it is there. */
export async function takeSnapshot({ rds, clock }: VirtualRegion, instance: string, name: string): Promise<DBSnapshot> {
  await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: instance, DBSnapshotIdentifier: name }));
  await clock.sleep(300_000);
  return findSnapshot(rds, name);
}

export async function findSnapshot(rds: RDSClient, name: string): Promise<DBSnapshot> {
  const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: name }));
  return DBSnapshots?.[0] ?? {};
}

/** Asks for a copy. */
export async function copySnapshot(
  rds: RDSClient,
  source: string | undefined,
  target: string,
  more: Partial<CopyDBSnapshotMessage> = {},
): Promise<DBSnapshot> {
  const input = { SourceDBSnapshotIdentifier: source, TargetDBSnapshotIdentifier: target, ...more };
  return (await rds.send(new CopyDBSnapshotCommand(input))).DBSnapshot ?? {};
}
