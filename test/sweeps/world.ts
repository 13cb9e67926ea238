import { DescribeReplicationGroupsCommand } from '@aws-sdk/client-elasticache';
import { bucket, clientsOf, type Production } from './production.js';

/** All that AWS holds, without what differs from run to run: instants, random suffixes and operations' ids. */
export interface World {
  readonly instances: readonly object[];
  readonly manualSnapshots: readonly object[];
  readonly caches: readonly string[];
  readonly objects: readonly string[];
  readonly unfinishedUploads: readonly string[];
  /** Runs of drills that somebody still holds: whoever comes last gives it back. */
  readonly leases: readonly string[];
  /** What instances another region has, and the databases that were made on servers. */
  readonly abroad: readonly string[];
  readonly databases: readonly string[];
}

/** What must never be lost, whatever happens: named by identity. */
export interface Treasure {
  readonly production: string;
  readonly deletionProtection: boolean;
  readonly automatedSnapshots: readonly string[];
  readonly earliestRestorable: string | undefined;
}

/** Looks at everything once it has settled. */
export async function lookAtWorld(production: Production): Promise<World> {
  const { aws, clock } = production;
  // Two hours on, all that was begun is over; reads that are stale are used up by the first look.
  clock.advance(7_200_000);
  for await (const _ of aws.rds.listInstances());
  const instances: object[] = [];
  for await (const instance of aws.rds.listInstances()) {
    const { resourceId, arn, endpoint, createdAt, latestRestorableTime, tags, ...others } = instance;
    // Where RDS places a new one is left to chance.
    const { availabilityZone: _, standbyZone: __, ...rest } = others;
    instances.push({
      ...rest,
      who: resourceId === production.resourceId ? 'production of old' : 'new',
      address: endpoint?.address,
      arn,
      restorable: latestRestorableTime !== undefined,
      tags: Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, withoutIds(key, value)])),
    });
  }
  const manualSnapshots: object[] = [];
  for await (const snapshot of aws.rds.listSnapshots({ type: 'manual' })) {
    manualSnapshots.push({
      identifier: withoutTime(snapshot.identifier),
      status: snapshot.status,
      of: snapshot.resourceId === production.resourceId ? 'production of old' : 'new',
      tags: Object.fromEntries(Object.entries(snapshot.tags).map(([key, value]) => [key, withoutIds(key, value)])),
    });
  }
  const { elasticache } = clientsOf(production.region, production.region.requestHandler);
  const groups = await elasticache.send(new DescribeReplicationGroupsCommand({}));
  const caches = (groups.ReplicationGroups ?? []).map(
    ({ ReplicationGroupId, Status, MemberClusters }) => `${ReplicationGroupId} ${Status} ${MemberClusters?.join()}`,
  );
  const store = aws.objectStore({ bucket });
  // Every attempt leaves its evidence and its journal: of the one it counts that there is some, of the other nothing.
  const objects: string[] = [];
  const evidence = new Set<string>();
  const leases: string[] = [];
  for await (const { key } of store.list({ prefix: '' })) {
    if (key.startsWith('evidence/')) evidence.add(withoutRun(key));
    else if (/^journals\/drill-[^/]+\/lease\.json$/.test(key)) leases.push(key);
    else if (!key.startsWith('journals/')) objects.push(withoutTime(key));
  }
  const unfinishedUploads: string[] = [];
  for await (const { key } of store.listUnfinishedUploads({ prefix: '' })) unfinishedUploads.push(withoutTime(key));
  const abroad: string[] = [];
  for await (const { identifier, status } of production.abroad?.aws.rds.listInstances() ?? []) {
    abroad.push(`${identifier} ${status}`);
  }
  return {
    instances: instances.sort(byText),
    manualSnapshots: manualSnapshots.sort(byText),
    caches: caches.sort(),
    objects: [...objects, ...evidence].sort(),
    unfinishedUploads,
    leases,
    abroad,
    databases: [...production.servers.databases.keys()].sort(),
  };
}

/** Looks at what there was before; afterwards it all must be there still. */
export async function lookAtTreasure({ aws, resourceId }: Production): Promise<Treasure> {
  const production = await aws.rds.describeInstanceByResourceId(resourceId);
  const automatedSnapshots: string[] = [];
  for await (const snapshot of aws.rds.listSnapshots({ resourceId, type: 'automated' })) {
    automatedSnapshots.push(snapshot.identifier);
  }
  let earliestRestorable: string | undefined;
  for await (const backup of aws.rds.listAutomatedBackups({ resourceId })) {
    earliestRestorable = backup.restoreWindow?.earliest.toISOString();
  }
  return {
    production: production?.resourceId ?? 'gone',
    deletionProtection: production?.deletionProtection ?? false,
    automatedSnapshots: automatedSnapshots.sort(),
    earliestRestorable,
  };
}

function withoutTime(name: string): string {
  return name
    .replace(/\d{4}\/\d{2}\/\d{2}/, '<day>')
    .replace(/\d{8}-\d{6}(?:-[a-z0-9]{4,6})?(?=$|\.|-promoted)/, '<time>');
}

function withoutRun(key: string): string {
  return key
    .replace(/\d{4}\/\d{2}\/\d{2}/, '<day>')
    .replace(/\d{8}T\d{6}Z-[0-9a-f]{16}/, '<record>')
    .replace(/\d{8}T\d{6}Z-(.*?)_.*$/, '<time>-$1')
    .replace(/\d{8}-\d{6}/, '<time>');
}

function withoutIds(key: string, value: string): string {
  return key === 'zephyr:operation-id' ? '<id>' : value;
}

function byText(a: object, b: object): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
