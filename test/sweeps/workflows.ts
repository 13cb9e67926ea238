import { BackupClient } from '../../src/backup/backup-client.js';
import type { Backup } from '../../src/core/backups.js';
import { IntegrityChecker } from '../../src/integrity/integrity-checker.js';
import type { Journal } from '../../src/ports/journal.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import type { CacheFailoverPlan, FailoverPlan } from '../../src/restore/failover/failover-plan.js';
import type { PointInTimeRequest } from '../../src/restore/instance/point-in-time-request.js';
import type {
  CacheRestorePlan,
  DumpRestorePlan,
  PointInTimePlan,
  RestorePlan,
  RollbackPlan,
  SnapshotRestorePlan,
} from '../../src/restore/plan/restore-plan.js';
import type { ReplicaPlan, ReplicaPromotionPlan } from '../../src/restore/replica/replica-plan.js';
import type { ReplicaPromotionRequest } from '../../src/restore/replica/replica-promotion-request.js';
import { RestorePlanner } from '../../src/restore/restore-planner.js';
import type { Workflow } from './attempt.js';
import { cacheName, cacheToken, makeCacheSnapshot } from './cache-production.js';
import { instanceName, type Production } from './production.js';
import type { Spoiler } from './spoiler.js';

const nothing = async (): Promise<void> => {};

/** A snapshot that a deploy script asks for by the name of its own run. */
export const snapshotWorkflow: Workflow<void> = {
  name: 'createDatabaseSnapshot',
  prepare: nothing,
  run: async ({ system }, _prepared, signal) => {
    const request = { reason: 'pre-deployment', deploymentVersion: 'v2.0.0', operationId: 'deploy-1' };
    await new BackupClient(system).createDatabaseSnapshot(request, { signal });
  },
};

/** A dump of so many bytes: of more than a part, in parts; with workers, in an archive for each table. */
export function dumpWorkflow(bytes: number, workers?: number): Workflow<void> {
  return {
    name: `createDump of ${bytes} bytes${workers === undefined ? '' : ` by ${workers} workers`}`,
    // A look and a removal for each archive and the manifest, the upload, and what was on its way beside.
    requestsToClearUp: workers === undefined ? 8 : 14,
    prepare: async ({ servers }) => {
      const chunks = Array.from({ length: Math.ceil(bytes / 1_000_000) }, (_, index) =>
        Buffer.alloc(Math.min(1_000_000, bytes - index * 1_000_000), index + 1),
      );
      servers.postgres.archive = [Buffer.from('PGDMP'), ...chunks];
      servers.postgres.tableBytes = 8_000_000;
    },
    run: async ({ system }, _prepared, signal) => {
      const parallel = workers === undefined ? undefined : { workers };
      await new BackupClient(system).createDump({ reason: 'weekly', parallel }, { signal });
    },
    tidy: async ({ system, clock }) => {
      clock.advance(25 * 3_600_000);
      await new BackupClient(system).sweep();
    },
  };
}

/** What recoveries stop, start again, and point elsewhere. */
interface Application {
  writing: boolean;
  /** Which instance it was last pointed at; absent: the production name. */
  instance?: string;
  /** Whether it ever wrote while it was pointed elsewhere: rows would lie in both. */
  tornApart?: boolean;
}

/** What an execution is repeated with. */
interface Execution<Plan> {
  readonly plan: Plan;
  readonly journal: Journal;
  readonly application: Application;
  /** What happens as soon as the writers are stopped. */
  readonly onStop?: () => void;
}

/** The runbook's recovery: restore beside, check, exchange the names. */
export const pointInTimeWorkflow: Workflow<Execution<PointInTimePlan>> = recovery('a point-in-time recovery', {});

/** The same where what it was doing is forgotten with every attempt. */
export const pointInTimeWithoutMemory: Workflow<Execution<PointInTimePlan>> = {
  ...pointInTimeWorkflow,
  name: 'a point-in-time recovery whose journal gets lost',
  run: (production, prepared, signal) =>
    pointInTimeWorkflow.run(
      production,
      { ...prepared, journal: mortal(createMemoryJournal(), production.spoiler) },
      signal,
    ),
};

/** Where little protects either instance, so that there is more to be done in the end. */
export const pointInTimeOfUnprotected: Workflow<Execution<PointInTimePlan>> = recovery(
  'a point-in-time recovery of an unprotected instance',
  { request: { configuration: { backupRetentionDays: 0, deletionProtection: false } }, before: unprotect },
);

/** From the automated backups that a deleted production has left (facts B11). */
export const pointInTimeOfDeleted: Workflow<Execution<PointInTimePlan>> = recovery(
  'a point-in-time recovery of a deleted instance',
  {
    before: async (production) => {
      await unprotect(production);
      const { aws, clock, resourceId } = production;
      await aws.rds.deleteInstance(instanceName, { deleteAutomatedBackups: false, finalSnapshot: undefined });
      clock.advance(3_600_000);
      const configuration = {
        instanceClass: 'db.t3.large',
        vpcSecurityGroups: ['sg-default'],
        parameterGroup: 'zephyr-postgres15',
        subnetGroup: 'default',
      };
      return { source: { resourceId }, configuration };
    },
  },
);

/** Where RDS lists the class of production and has none left of it, so that the restore asks twice. */
export const pointInTimeOnStandby: Workflow<Execution<PointInTimePlan>> = recovery(
  'a point-in-time recovery as another class',
  {
    request: { instanceClass: { preferred: ['source', 'db.m6g.large'] }, promote: 'none' },
    before: async ({ region }) => {
      region.classes.exhaust('db.t3.large');
      return {};
    },
  },
);

async function unprotect({ aws, clock }: Production): Promise<Partial<PointInTimeRequest>> {
  await aws.rds.modifyInstance(instanceName, { deletionProtection: false });
  clock.advance(600_000);
  await aws.rds.describeInstance(instanceName);
  return {};
}

function recovery(
  name: string,
  given: {
    readonly request?: Partial<PointInTimeRequest>;
    /** What happens before, and what of the request depends on it. */
    readonly before?: (production: Production) => Promise<Partial<PointInTimeRequest>>;
  },
): Workflow<Execution<PointInTimePlan>> {
  const workflow = recoveryOf(async (production) => {
    const { system, clock } = production;
    const fingerprint = await new IntegrityChecker(system).fingerprint();
    const restoreTime = new Date(clock.now().getTime() - 20 * 60_000);
    return new RestorePlanner(system).planPointInTime({
      restoreTime,
      target: 'zephyr-production-pitr',
      promote: 'rename',
      expectation: { fingerprint },
      ...given.request,
      ...(await given.before?.(production)),
    });
  });
  return { ...workflow, name };
}

function recoveryOf<Plan extends RestorePlan>(
  plan: (production: Production) => Promise<Plan>,
): Omit<Workflow<Execution<Plan>>, 'name'> {
  return {
    prepare: async (production) => ({
      plan: await plan(production),
      journal: mortal(createMemoryJournal(), production.spoiler),
      application: { writing: true },
    }),
    run: async ({ system, spoiler }, prepared, signal) => {
      const { plan: approved, journal, application, onStop } = prepared;
      const turn = (writing: boolean) => async (): Promise<void> => {
        spoiler.requireAlive();
        application.writing = writing;
        if (!writing) onStop?.();
      };
      const writers = { stop: turn(false), resume: turn(true) };
      const switchEndpoint = async ({ identifier }: { readonly identifier: string }): Promise<void> => {
        spoiler.requireAlive();
        application.tornApart = application.tornApart === true || application.writing;
        application.instance = identifier;
      };
      const options = { approve: approved.hash, journal, writers, switchEndpoint, signal };
      const outcome = await new RestorePlanner(system).execute(approved, options);
      const { status, candidate, previous, drift, checks } = outcome;
      return { status, candidate, previous, drift, verdict: checks?.verdict };
    },
    state: (_production, { application }) => ({ ...application }),
  };
}

const byEndpoint = recovery('a point-in-time recovery promoted by endpoint', { request: { promote: 'endpoint' } });

/** Nothing is renamed: the application, which somebody starts again before every attempt, is pointed at what was restored. */
export const pointInTimeByEndpoint: Workflow<Execution<PointInTimePlan>> = {
  ...byEndpoint,
  run: (production, prepared, signal) => {
    prepared.application.writing = true;
    return byEndpoint.run(production, prepared, signal);
  },
};

/** The runbook's full recovery: from the newest automated snapshot. */
export const snapshotRestoreWorkflow: Workflow<Execution<SnapshotRestorePlan>> = {
  ...recoveryOf(async ({ system }) =>
    new RestorePlanner(system).planSnapshotRestore({
      snapshot: 'latest-automated',
      target: 'zephyr-production-recovery',
      promote: 'rename',
      expectation: { fingerprint: await new IntegrityChecker(system).fingerprint() },
    }),
  ),
  name: 'a recovery from a snapshot',
};

/** A promotion undone: the application has written to what was restored for a while. */
export const rollbackWorkflow: Workflow<Execution<RollbackPlan>> = {
  ...recoveryOf(async (production) => {
    const { system, clock } = production;
    const planner = new RestorePlanner(system);
    const expectation = { fingerprint: await new IntegrityChecker(system).fingerprint() };
    const target = 'zephyr-production-recovery';
    const promotion = { target, promote: 'rename', expectation } as const;
    const plan = await planner.planSnapshotRestore({ snapshot: 'latest-automated', ...promotion });
    const { previous, discarded } = await planner.execute(plan, {
      approve: plan.hash,
      journal: createMemoryJournal(),
      writers: { stop: nothing, resume: nothing },
    });
    clock.advance(3_600_000);
    return planner.planRollback({
      to: previous?.identifier ?? '',
      writtenUntil: new Date(discarded?.to ?? ''),
      acknowledgeLostWrites: true,
      expectation,
    });
  }),
  name: 'a promotion that is undone',
};

/** A replica where production would be rebuilt, were its region lost. */
export const replicaWorkflow: Workflow<Execution<ReplicaPlan>> = {
  ...recoveryOf(({ system }) =>
    new RestorePlanner(system).planReplica({
      target: 'zephyr-dr',
      region: 'us-west-2',
      configuration: {
        vpcSecurityGroups: ['sg-west'],
        subnetGroup: 'default',
        parameterGroup: 'default.postgres15',
      },
    }),
  ),
  name: 'a read replica in another region',
  furnish: { abroad: true },
};

/** The replica is there, and is to be production: whoever starts the application before every attempt writes to the old one. */
function replicaPromotion(
  name: string,
  request: Pick<ReplicaPromotionRequest, 'mode' | 'acknowledgeLostWrites' | 'acknowledgeSourceFenced'>,
): Workflow<Execution<ReplicaPromotionPlan>> {
  const workflow = recoveryOf(async (production) => {
    const { system } = production;
    const replica = await replicaWorkflow.prepare(production);
    await replicaWorkflow.run(production, replica, new AbortController().signal);
    const { candidate, region } = replica.plan;
    const expectation = { fingerprint: await new IntegrityChecker(system).fingerprint() };
    return new RestorePlanner(system).planReplicaPromotion({ replica: candidate, region, expectation, ...request });
  });
  return {
    ...workflow,
    name,
    furnish: { abroad: true },
    run: (production, prepared, signal) => {
      prepared.application.writing = true;
      return workflow.run(production, prepared, signal);
    },
    state: async ({ abroad }, { application, plan }) => {
      const promoted = await abroad?.aws.rds.describeInstance(plan.candidate);
      const snapshots: string[] = [];
      for await (const { status } of abroad?.aws.rds.listSnapshots({ type: 'manual' }) ?? []) snapshots.push(status);
      const { status, replicaSource, replication, multiAz, deletionProtection, backupRetentionDays } = promoted ?? {};
      return {
        ...application,
        promoted: { status, replicaSource, replication, multiAz, deletionProtection, backupRetentionDays },
        purpose: promoted?.tags['zephyr:purpose'],
        snapshots,
      };
    },
  };
}

/** Nothing is lost. */
export const plannedPromotionWorkflow: Workflow<Execution<ReplicaPromotionPlan>> = replicaPromotion(
  'a planned promotion of a replica',
  { mode: 'planned' },
);

/** The same where what it was doing is forgotten with every attempt. */
export const plannedPromotionWithoutMemory: Workflow<Execution<ReplicaPromotionPlan>> = {
  ...plannedPromotionWorkflow,
  name: 'a planned promotion of a replica whose journal gets lost',
  run: (production, prepared, signal) => {
    const journal = mortal(createMemoryJournal(), production.spoiler);
    return plannedPromotionWorkflow.run(production, { ...prepared, journal }, signal);
  },
};

/** Nothing is asked of what was lost. */
export const disasterPromotionWorkflow: Workflow<Execution<ReplicaPromotionPlan>> = replicaPromotion(
  'a promotion of a replica after a disaster',
  { mode: 'disaster', acknowledgeLostWrites: true, acknowledgeSourceFenced: true },
);

/** What a drill restores: beside production, to be deleted again. */
export const temporaryCandidateWorkflow: Workflow<Execution<SnapshotRestorePlan>> = {
  ...recoveryOf(async ({ system, clock }) =>
    new RestorePlanner(system).planSnapshotRestore({
      snapshot: 'latest-automated',
      target: 'zephyr-drill',
      temporary: { vpcSecurityGroups: ['sg-drill'], expiresAt: new Date(clock.now().getTime() + 6 * 3_600_000) },
      expectation: { fingerprint: await new IntegrityChecker(system).fingerprint() },
    }),
  ),
  name: 'a temporary instance from a snapshot',
};

/** A snapshot of the cache into a new one, with TLS and a token. */
export const cacheRestoreWorkflow: Workflow<Execution<CacheRestorePlan>> = {
  name: 'a restore of the cache',
  prepare: async (production) => {
    const { spoiler, systemWith } = production;
    await makeCacheSnapshot(production, { TransitEncryptionEnabled: true, AuthToken: cacheToken });
    const planner = new RestorePlanner(systemWith({ cache: cacheName }));
    const plan = await planner.planCacheRestore({ snapshot: 'latest', target: 'zephyr-redis-recovery' });
    return { plan, journal: mortal(createMemoryJournal(), spoiler), application: { writing: true } };
  },
  run: async ({ systemWith }, { plan, journal }, signal) => {
    const planner = new RestorePlanner(systemWith({ cache: cacheName }));
    const options = { approve: plan.hash, journal, signal, cacheAuthToken: () => cacheToken };
    const { status, candidate } = await planner.execute(plan, options);
    return { status, candidate };
  },
};

/** A failover to the standby, asked for once: where the primary is then, and what RDS was asked to do, count too. */
export const failoverWorkflow: Workflow<Execution<FailoverPlan>> = {
  name: 'a failover of the database',
  furnish: { polling: { shortest: '1m', longest: '1m' } },
  prepare: async ({ system, spoiler }) => {
    const plan = await new RestorePlanner(system).planFailover({ probeEvery: '20s' });
    return { plan, journal: mortal(createMemoryJournal(), spoiler), application: { writing: true } };
  },
  run: async ({ system }, { plan, journal }, signal) => {
    const { status, failover } = await new RestorePlanner(system).execute(plan, {
      approve: plan.hash,
      journal,
      signal,
    });
    return { status, verdict: failover?.verdict, before: failover?.before, after: failover?.after };
  },
  state: async ({ aws }) => {
    const instance = await aws.rds.describeInstance(instanceName);
    let failovers = 0;
    const filter = { sourceType: 'db-instance', source: instanceName, since: new Date(0) } as const;
    for await (const { message } of aws.rds.listEvents(filter)) failovers += /failover|shutdown/i.test(message) ? 1 : 0;
    return { primary: instance?.availabilityZone, standby: instance?.standbyZone, failovers };
  },
};

/** The same of the cache. */
export const cacheFailoverWorkflow: Workflow<Execution<CacheFailoverPlan>> = {
  name: 'a failover of the cache',
  furnish: { polling: { shortest: '1m', longest: '1m' } },
  prepare: async (production) => {
    const { spoiler, systemWith } = production;
    await makeCacheSnapshot(production, { NumCacheClusters: 2, AutomaticFailoverEnabled: true });
    const plan = await new RestorePlanner(systemWith({ cache: cacheName })).planCacheFailover();
    return { plan, journal: mortal(createMemoryJournal(), spoiler), application: { writing: true } };
  },
  run: async ({ systemWith }, { plan, journal }, signal) => {
    const planner = new RestorePlanner(systemWith({ cache: cacheName }));
    const { status, failover } = await planner.execute(plan, { approve: plan.hash, journal, signal });
    return { status, verdict: failover?.verdict, before: failover?.before, after: failover?.after };
  },
  state: async ({ aws }) => {
    const events: string[] = [];
    const filter = { identifier: cacheName, since: new Date(0) };
    for await (const { message } of aws.elasticache?.listGroupEvents(filter) ?? []) events.push(message);
    const group = await aws.elasticache?.describeReplicationGroup(cacheName);
    return { nodes: group?.nodes, failovers: events.filter((message) => /failover/i.test(message)) };
  },
};

/** The same where RDS shows its changes late (facts 0.7), to somebody who looks often. */
export const pointInTimeAmidStaleReads: Workflow<Execution<PointInTimePlan>> = {
  ...pointInTimeWorkflow,
  name: 'execute a point-in-time recovery amid stale reads',
  furnish: { region: { staleReads: { duration: '45s' } }, polling: { shortest: '20s', longest: '1m' } },
};

/** A dump into a database of its own, compared with what was dumped. */
export const dumpRestoreWorkflow: Workflow<Execution<DumpRestorePlan>> = {
  name: 'execute a restore of a dump',
  prepare: async ({ system, spoiler }) => {
    await new BackupClient(system).createDump({ reason: 'weekly' });
    const plan = await planDumpRestore(system);
    return { plan, journal: mortal(createMemoryJournal(), spoiler), application: { writing: true } };
  },
  run: async ({ system }, { plan, journal }, signal) => {
    const outcome = await new RestorePlanner(system).execute(plan, { approve: plan.hash, journal, signal });
    const { status, drift, checks } = outcome;
    return { status, drift, verdict: checks?.verdict };
  },
  state: ({ servers }) => [...servers.databases],
};

/** Reading only: planning, listing, the restore window. */
export const readingWorkflows: readonly Workflow<void>[] = [
  reading('list', async ({ system }, signal) => {
    const found: Backup[] = [];
    for await (const backup of new BackupClient(system).list({}, { signal })) found.push(backup);
    return found;
  }),
  reading('restoreWindow', async ({ system }, signal) => {
    const { lagMilliseconds: _, latest: __, ...window } = await new BackupClient(system).restoreWindow({ signal });
    return window;
  }),
  reading('planPointInTime', async ({ system, clock }, signal) => {
    const restoreTime = new Date(clock.now().getTime() - 20 * 60_000);
    const request = { restoreTime, target: 'zephyr-production-pitr', promote: 'rename' } as const;
    return (await new RestorePlanner(system).planPointInTime(request, { signal })).steps;
  }),
  reading(
    'planDumpRestore',
    async ({ system }, signal) =>
      (await new RestorePlanner(system).planDumpRestore({ dump: 'latest', into: { database: 'proof' } }, { signal }))
        .steps,
  ),
  reading('sweep', ({ system }, signal) => new BackupClient(system).sweep({}, { signal })),
];

function reading(
  name: string,
  read: (production: Production, signal: AbortSignal) => Promise<unknown>,
): Workflow<void> {
  return {
    name,
    prepare: async ({ system, clock }) => {
      const client = new BackupClient(system);
      await client.createDatabaseSnapshot({ reason: 'before', operationId: 'before-1' });
      for (let dumps = 0; dumps < 2; dumps += 1) {
        await client.createDump({ reason: 'weekly' });
        clock.advance(60_000);
      }
    },
    run: (production, _prepared, signal) => read(production, signal),
  };
}

function planDumpRestore(system: Production['system']): Promise<DumpRestorePlan> {
  const into = { database: 'proof' };
  return new RestorePlanner(system).planDumpRestore({ dump: 'latest', into, proveEqual: true, expectation: {} });
}

/** A journal that dies with its process: what is written stays, nothing more is. */
function mortal(journal: Journal, spoiler: Spoiler): Journal {
  const alive =
    <Given extends unknown[], Result>(write: (...given: Given) => Promise<Result>) =>
    async (...given: Given): Promise<Result> => {
      spoiler.requireAlive();
      return write(...given);
    };
  return {
    read: alive(journal.read),
    append: alive(journal.append),
    acquireLease: alive(journal.acquireLease),
    releaseLease: alive(journal.releaseLease),
  };
}
