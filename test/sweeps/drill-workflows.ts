import { DeleteReplicationGroupCommand } from '@aws-sdk/client-elasticache';
import { CopyDBSnapshotCommand, DeleteDBInstanceCommand } from '@aws-sdk/client-rds';
import { expect } from 'vitest';
import { BackupClient } from '../../src/backup/backup-client.js';
import type { BackupErrorCode } from '../../src/core/error-codes.js';
import { BackupError } from '../../src/core/errors.js';
import type { DrillEvidence } from '../../src/integrity/drill/drill-evidence.js';
import { drillHistory } from '../../src/integrity/drill/drill-history.js';
import type {
  CacheDrillRequest,
  CopyDrillRequest,
  DatabaseDrillRequest,
} from '../../src/integrity/drill/drill-request.js';
import { sweepDrills } from '../../src/integrity/drill/sweep-drills.js';
import { IntegrityChecker } from '../../src/integrity/integrity-checker.js';
import type { RedisPort } from '../../src/ports/redis.js';
import type { System } from '../../src/system/define-system.js';
import type { Workflow } from './attempt.js';
import { cacheName, makeCacheSnapshot } from './cache-production.js';
import { clientsOf, instanceName, type Production, type ProductionOptions } from './production.js';

type AnyDrill = Parameters<IntegrityChecker['drill']>[0];

const quarantine = { vpcSecurityGroups: ['sg-drill'] } as const;

/** What a drill is asked for with, and whose it is. */
interface Prepared {
  readonly request: AnyDrill;
  readonly system: System;
}

/** A drill that is asked for by the name of its run until it has come to a verdict. */
function drillOf(
  name: string,
  request: (production: Production) => Promise<AnyDrill>,
  given: { readonly furnish?: ProductionOptions; readonly cache?: string; readonly verdict?: string } = {},
): Workflow<Prepared> {
  return {
    name: `drill ${name}`,
    ...(given.furnish === undefined ? {} : { furnish: given.furnish }),
    // It looks until what it made is gone, and says so in its journal and its evidence.
    requestsToClearUp: 40,
    // It notes where the evidence lies, and gives its lease back.
    requestsToSpare: 3,
    saysSoAnyway: true,
    vanish: removeWhatWasMade,
    prepare: async (production) => ({
      request: { ...(await request(production)), runId: 'monthly' },
      system: given.cache === undefined ? production.system : production.systemWith({ cache: given.cache }),
    }),
    run: async (_production, { request: asked, system }, signal) => {
      // With so few looks an hour is soon over.
      const patient = {
        ...system,
        objectives: { ...system.objectives, recoveryTime: '12h', recoveryPoint: '12h' },
      } as const;
      const report = await new IntegrityChecker(patient).drill(asked, { signal });
      const { verdict, teardown, target, checks, error = report.unstored } = report;
      if (error !== undefined) {
        const code = error.code as BackupErrorCode;
        throw new BackupError({ code, message: error.message, hint: error.hint ?? '', retryable: true });
      }
      return { verdict, teardown, made: target.kind, checks: checks.map(({ check, verdict: of }) => `${check} ${of}`) };
    },
    state: async ({ system }) => {
      const { drills } = await drillHistory(system);
      for (const drill of drills) expectHonest(drill, given.verdict ?? 'passed');
      // An attempt that ended by an error is followed by another.
      return [...new Set(drills.filter(({ error }) => error === undefined).map(({ verdict }) => verdict))];
    },
  };
}

/** Whatever went wrong, nothing is called proven that was not, nor wrong what was not found wrong. */
function expectHonest({ verdict, error, checks, teardown, reasons }: DrillEvidence, right: string): void {
  const found = JSON.stringify({ verdict, error, reasons });
  if (verdict === 'passed') {
    expect(right, found).toBe('passed');
    expect(error, found).toBeUndefined();
    expect(checks.filter(({ check }) => !['password', 'server-version'].includes(check)).length, found).toBeGreaterThan(
      0,
    );
    expect(checks.filter((one) => one.verdict !== 'passed')).toEqual([]);
    expect(teardown, found).toEqual({ outcome: 'removed', leftovers: [] });
  } else expect(reasons.length, found).toBeGreaterThan(0);
  if (verdict === 'failed' && error === undefined) expect(right, found).toBe('failed');
}

function databaseDrill(source: DatabaseDrillRequest['source']): (production: Production) => Promise<AnyDrill> {
  return async ({ system }) => {
    const expectation = { fingerprint: await new IntegrityChecker(system).fingerprint() };
    return { source, quarantine, expectation };
  };
}

export const snapshotDrill: Workflow<Prepared> = drillOf('a snapshot', async (production) => {
  const { id } = await new BackupClient(production.system).createDatabaseSnapshot({ reason: 'before' });
  return databaseDrill({ kind: 'snapshot', id })(production);
});
export const automatedDrill: Workflow<Prepared> = drillOf(
  'the latest automated snapshot',
  databaseDrill('latest-automated-snapshot'),
);
export const unverifiedDrill: Workflow<Prepared> = drillOf(
  'the newest unverified snapshot',
  databaseDrill('newest-unverified'),
);
export const pointInTimeDrill: Workflow<Prepared> = drillOf(
  'a point in time',
  databaseDrill({ kind: 'random-point-in-time', seed: 'sweep' }),
);

/** Of a snapshot that does not hold what it should. */
export const damagedDrill: Workflow<Prepared> = drillOf(
  'a damaged snapshot',
  async () => ({
    source: 'latest-automated-snapshot',
    quarantine,
    expectation: { atLeastRows: { 'public.votes': 3 } },
  }),
  { verdict: 'failed' },
);

/** A copy in another region, restored there. */
export const copyDrill: Workflow<Prepared> = drillOf(
  'a copy in another region',
  async ({ system, abroad, clock }) => {
    if (abroad === undefined) throw new Error('there is no other region');
    const { arn } = await new BackupClient(system).createDatabaseSnapshot({ reason: 'before' });
    const { rds } = clientsOf(abroad.region, abroad.region.requestHandler);
    await rds.send(
      new CopyDBSnapshotCommand({ SourceDBSnapshotIdentifier: arn, TargetDBSnapshotIdentifier: 'copied' }),
    );
    clock.advance(3_600_000);
    return {
      source: { kind: 'regional-copy', region: 'us-west-2', snapshot: 'latest' },
      quarantine: { ...quarantine, subnetGroup: 'default', instanceClass: 'db.t3.large' },
      expectation: { atLeastRows: { 'public.votes': 2 } },
    } satisfies CopyDrillRequest;
  },
  { furnish: { abroad: true } },
);

/** A dump, restored into a database of its own on a server that RDS knows. */
export const dumpDrill: Workflow<Prepared> = drillOf('a dump', async ({ system }) => {
  await new BackupClient(system).createDump({ reason: 'weekly' });
  return { source: { kind: 'dump', dump: 'latest' }, on: { instance: instanceName }, expectation: {} };
});

/** A snapshot of the cache. */
export const cacheDrill: Workflow<Prepared> = drillOf(
  'a snapshot of the cache',
  async (production) => {
    await makeCacheSnapshot(production);
    return {
      source: { kind: 'cache-snapshot', snapshot: 'latest' },
      quarantine: { securityGroups: ['sg-drill'] },
      connectCache: async () => ({ cache: fullCache, close: async () => undefined }),
    } satisfies CacheDrillRequest;
  },
  { cache: cacheName },
);

/** A cache that holds one key. */
const fullCache: RedisPort = {
  connect: async () => ({
    location: 'cache:6379',
    tls: false,
    authenticates: false,
    send: async ([command]) => {
      const answers: Readonly<Record<string, unknown>> = {
        INFO: 'role:master\r\nredis_version:7.1.0\r\nevicted_keys:0\r\ndb0:keys=1,expires=0,avg_ttl=0\r\n',
        DBSIZE: 1,
        SCAN: ['0', ['session:1']],
        TYPE: 'string',
        PTTL: -1,
        ACL: ['flags', ['on']],
      };
      return answers[command ?? ''];
    },
    close: async () => undefined,
  }),
};

/** Somebody else removes what a drill has made. */
async function removeWhatWasMade({ region, abroad, servers }: Production): Promise<void> {
  const made = 'zephyr-drill-monthly';
  for (const where of [region, ...(abroad === undefined ? [] : [abroad.region])]) {
    const { rds, elasticache } = clientsOf(where, where.requestHandler);
    const gone = { SkipFinalSnapshot: true, DeleteAutomatedBackups: true };
    const removals = [
      rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: made, ...gone })),
      elasticache.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: made })),
    ];
    await Promise.allSettled(removals);
  }
  for (const name of servers.databases.keys()) servers.databases.delete(name);
}

/** All drills, of which each makes requests that the others do not. */
export const drillWorkflows: readonly Workflow<Prepared>[] = [
  snapshotDrill,
  automatedDrill,
  unverifiedDrill,
  pointInTimeDrill,
  damagedDrill,
  copyDrill,
  dumpDrill,
  cacheDrill,
];

/** Removes what nobody asks for again. */
export async function sweepLater(production: Production, { system }: Prepared): Promise<void> {
  const { clock, abroad, spoiler } = production;
  clock.advance(25 * 3_600_000);
  spoiler.disarm();
  const { aws } = system;
  const there = abroad && { ...system, aws: { ...aws, rds: abroad.aws.rds, region: abroad.aws.region } };
  const systems = there === undefined ? [system] : [system, there];
  for (const one of systems) {
    const { leftovers, notExpired } = await sweepDrills(one);
    expect({ leftovers, notExpired }).toEqual({ leftovers: [], notExpired: [] });
  }
}
