import type { Clock } from '../../src/core/clock.js';
import { BackupError } from '../../src/core/errors.js';
import type { AutomatedBackup, SnapshotDescription } from '../../src/ports/database-backups.js';
import type { DatabaseInstance, InstanceChange } from '../../src/ports/database-instance.js';
import type { PointInTimeSource, RestoreSettings } from '../../src/ports/database-restore.js';
import type { OrderableOption } from '../../src/ports/orderable-option.js';
import type { SqlPort, SqlSession } from '../../src/ports/postgres.js';
import type { RdsPort } from '../../src/ports/rds.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Held {
  details: Mutable<DatabaseInstance>;
  /** What RDS knows while descriptions still say the old status. */
  busy: boolean;
  nameless: boolean;
  reserved: string | undefined;
  startedAt: number;
  due: { at: number; make: () => void }[];
}

export interface FakeRds {
  readonly port: RdsPort;
  readonly sql: SqlPort;
  readonly mutations: string[];
  readonly snapshots: Map<string, Mutable<SnapshotDescription>>;
  /** By resource id. */
  readonly held: Map<string, Held>;
  instance(resourceId: string): Mutable<DatabaseInstance>;
  add(details: Partial<DatabaseInstance> & { identifier: string; resourceId: string }): void;
  /** A snapshot of `prod`, taken at three in the morning. */
  addSnapshot(details?: Partial<SnapshotDescription>): void;
  /** Makes `host` lead to the instance that has it now, for so long. */
  cacheAddress(host: string, milliseconds: number): void;
  /** The status in which a restored instance ends instead of `available`. */
  restoreEndsIn: string;
  /** What can be ordered: of one class, or of all. */
  offered: (instanceClass: string | undefined) => readonly OrderableOption[];
  /** Why a class is refused to a restore; `undefined`: it is not. */
  refusalOf: (instanceClass: string) => BackupError | undefined;
  /** Told of every rename as RDS accepts it. */
  onRename: () => void;
  window: { earliest: Date | undefined };
  /** Automated backups of instances that are not here. */
  readonly elsewhere: AutomatedBackup[];
}

const minute = 60_000;

export const addressOf = (identifier: string): string => `${identifier}.c9abc.us-east-1.rds.amazonaws.com`;

/** RDS in memory, with its lags and races (facts 0.7, C5), for one clock. */
export function createFakeRds(clock: Clock): FakeRds {
  const held = new Map<string, Held>();
  const snapshots = new Map<string, Mutable<SnapshotDescription>>();
  const mutations: string[] = [];
  const cached = new Map<string, { resourceId: string; until: number }>();
  let serial = 0;

  const settle = (): void => {
    const now = clock.now().getTime();
    for (const one of held.values()) {
      one.due.sort((a, b) => a.at - b.at);
      while (one.due[0] !== undefined && one.due[0].at <= now) one.due.shift()?.make();
    }
    for (const snapshot of snapshots.values()) {
      if (snapshot.status === 'creating' && snapshot.createdAt && now - snapshot.createdAt.getTime() > 5 * minute)
        snapshot.status = 'available';
    }
  };
  const after = (one: Held, milliseconds: number, make: () => void): void => {
    one.due.push({ at: clock.now().getTime() + milliseconds, make });
  };
  const byName = (name: string): Held | undefined => {
    settle();
    return [...held.values()].find((one) => !one.nameless && one.details.identifier === name);
  };
  const byId = (resourceId: string): Held | undefined => {
    settle();
    return held.get(resourceId);
  };
  const taken = (name: string): boolean =>
    [...held.values()].some((one) => one.details.identifier === name || one.reserved === name);
  const fail = (code: BackupError['code'], message: string): BackupError =>
    new BackupError({ code, message, hint: 'x' });
  const copy = (one: Held | undefined): DatabaseInstance | undefined => one && structuredClone(one.details);
  const mutable = (identifier: string): Held => {
    const one = byName(identifier);
    if (one === undefined) throw fail('instance-not-found', `no ${identifier}`);
    if (one.busy || one.details.status !== 'available') throw fail('invalid-state', `${identifier} is busy`);
    one.busy = true;
    return one;
  };

  const rename = (one: Held, name: string): void => {
    one.reserved = name;
    after(one, 10_000, () => {
      one.details.status = 'renaming';
    });
    after(one, 60_000, () => {
      one.nameless = true;
      one.details.identifier = name;
      one.details.endpoint = undefined;
      one.reserved = undefined;
    });
    after(one, 80_000, () => {
      one.nameless = false;
      one.details.status = 'rebooting';
      one.startedAt = clock.now().getTime() + serial++ / 1e3;
      one.details.endpoint = { address: addressOf(name), port: 5432 };
    });
    after(one, 120_000, () => {
      one.details.status = 'available';
      one.busy = false;
    });
  };
  const change = (one: Held, wanted: InstanceChange): void => {
    after(one, 10_000, () => {
      one.details.status = 'modifying';
    });
    after(one, 60_000, () => {
      const { details } = one;
      const { monitoring, performanceInsights, logExports, parameterGroup, vpcSecurityGroups, ...plain } = wanted;
      Object.assign(details, plain);
      if (monitoring) details.monitoringIntervalSeconds = monitoring.intervalSeconds;
      if (monitoring) details.monitoringRoleArn = monitoring.roleArn;
      if (performanceInsights) details.performanceInsights = performanceInsights.enabled;
      if (performanceInsights) details.performanceInsightsRetentionDays = performanceInsights.retentionDays;
      if (logExports) details.logExports = [...details.logExports, ...logExports.enable];
      if (parameterGroup) details.parameterGroups = [{ name: parameterGroup, applyStatus: 'pending-reboot' }];
      if (vpcSecurityGroups) details.vpcSecurityGroups = vpcSecurityGroups.map((id) => ({ id, status: 'active' }));
      details.status = 'available';
      one.busy = false;
    });
  };

  const restore = (settings: RestoreSettings, maxAllocatedStorageGiB: number | undefined): void => {
    if (taken(settings.target)) throw fail('identifier-taken', settings.target);
    const refusal = fake.refusalOf(settings.instanceClass);
    if (refusal !== undefined) throw refusal;
    mutations.push(`restore ${settings.target}`);
    serial += 1;
    const resourceId = `db-RESTORED${serial}`;
    const { target, vpcSecurityGroups, parameterGroup, optionGroup, tags, port: _, ...plain } = settings;
    fake.add({
      ...plain,
      identifier: target,
      resourceId,
      status: 'creating',
      endpoint: undefined,
      vpcSecurityGroups: vpcSecurityGroups.map((id) => ({ id, status: 'active' })),
      parameterGroups: [{ name: parameterGroup ?? 'default.postgres15', applyStatus: 'pending-reboot' }],
      optionGroups: [{ name: optionGroup ?? 'default:postgres-15', status: 'in-sync' }],
      // What no restore call can set (facts B2).
      monitoringIntervalSeconds: 0,
      monitoringRoleArn: undefined,
      performanceInsights: false,
      performanceInsightsRetentionDays: undefined,
      maintenanceWindow: 'sat:01:00-sat:01:30',
      maxAllocatedStorageGiB,
      latestRestorableTime: undefined,
      backupRetentionDays: settings.backupRetentionDays ?? 7,
      tags,
    });
    const one = held.get(resourceId);
    if (one === undefined) throw new Error('gone');
    one.busy = true;
    after(one, 10 * minute, () => {
      one.details.status = fake.restoreEndsIn === 'available' ? 'backing-up' : fake.restoreEndsIn;
      one.details.endpoint = { address: addressOf(target), port: 5432 };
    });
    if (fake.restoreEndsIn !== 'available') return;
    after(one, 13 * minute, () => {
      one.details.status = 'available';
      one.busy = false;
    });
  };

  const fake: FakeRds = {
    held,
    snapshots,
    mutations,
    restoreEndsIn: 'available',
    refusalOf: () => undefined,
    offered: (instanceClass = 'db.m6g.large') =>
      ['gp2', 'gp3', 'io1', 'io2'].map((type) => anOption(instanceClass, type)),
    onRename: () => {},
    window: { earliest: new Date('2025-10-10T00:00:00Z') },
    elsewhere: [],
    instance: (resourceId) => {
      const one = byId(resourceId);
      if (one === undefined) throw new Error(`no ${resourceId}`);
      return one.details;
    },
    add: (details) => {
      held.set(details.resourceId, {
        details: {
          ...aDatabaseInstance(),
          endpoint: { address: addressOf(details.identifier), port: 5432 },
          ...details,
        },
        busy: false,
        nameless: false,
        reserved: undefined,
        startedAt: clock.now().getTime() + serial++ / 1e3,
        due: [],
      });
    },
    addSnapshot: (details = {}) => {
      const snapshot = { ...aSnapshot(), ...details };
      snapshots.set(snapshot.identifier, snapshot);
    },
    cacheAddress: (host, milliseconds) => {
      const one = [...held.values()].find(({ details }) => details.endpoint?.address === host);
      if (one) cached.set(host, { resourceId: one.details.resourceId, until: clock.now().getTime() + milliseconds });
    },
    port: {
      region: 'us-east-1',
      describeInstance: async (name) => copy(byName(name)),
      describeInstanceByResourceId: async (resourceId) => copy(byId(resourceId)),
      async *listInstances() {
        settle();
        for (const one of held.values()) yield structuredClone(one.details);
      },
      modifyInstance: async (identifier, wanted) => {
        settle();
        if (wanted.newIdentifier !== undefined && taken(wanted.newIdentifier))
          throw fail('identifier-taken', wanted.newIdentifier);
        const one = mutable(identifier);
        mutations.push(`modify ${identifier} ${JSON.stringify(wanted)}`);
        if (wanted.newIdentifier === undefined) return change(one, wanted);
        fake.onRename();
        rename(one, wanted.newIdentifier);
      },
      rebootInstance: async (identifier) => {
        const one = mutable(identifier);
        mutations.push(`reboot ${identifier}`);
        after(one, 10_000, () => {
          one.details.status = 'rebooting';
        });
        after(one, 60_000, () => {
          one.details.parameterGroups = one.details.parameterGroups.map(({ name }) => ({
            name,
            applyStatus: 'in-sync',
          }));
          one.details.status = 'available';
          one.busy = false;
        });
      },
      failOver: async () => {
        throw new Error('nothing here fails over');
      },
      deleteInstance: async () => {
        throw new Error('nothing here deletes an instance');
      },
      describeSnapshot: async (identifier) => {
        settle();
        return structuredClone(snapshots.get(identifier));
      },
      async *listSnapshots({ instance, resourceId }) {
        settle();
        for (const snapshot of snapshots.values()) {
          if (instance !== undefined && snapshot.instance !== instance) continue;
          if (resourceId === undefined || snapshot.resourceId === resourceId) yield structuredClone(snapshot);
        }
      },
      createSnapshot: async ({ snapshot, instance, tags }) => {
        if (snapshots.has(snapshot)) throw fail('identifier-taken', snapshot);
        const one = mutable(instance);
        one.busy = false;
        mutations.push(`snapshot ${snapshot}`);
        snapshots.set(snapshot, {
          identifier: snapshot,
          arn: `arn:${snapshot}`,
          type: 'manual',
          status: 'creating',
          instance,
          resourceId: one.details.resourceId,
          createdAt: clock.now(),
          engine: 'postgres',
          engineVersion: '15.18',
          allocatedStorageGiB: 100,
          encrypted: true,
          tags,
        });
      },
      copySnapshot: async () => {
        throw new Error('nothing here copies a snapshot');
      },
      deleteSnapshot: async () => {
        throw new Error('nothing here deletes a snapshot');
      },
      restoreFromSnapshot: async (snapshot, settings) => {
        settle();
        if (!snapshots.has(snapshot)) throw fail('snapshot-not-found', snapshot);
        restore(settings, undefined);
      },
      restoreToPointInTime: async (source: PointInTimeSource, settings: RestoreSettings) => {
        settle();
        restore(settings, source.maxAllocatedStorageGiB);
      },
      createReplica: async () => {
        throw new Error('nothing here makes a replica');
      },
      promoteReplica: async () => {
        throw new Error('nothing here promotes a replica');
      },
      tagInstance: async () => {
        throw new Error('nothing here tags an instance');
      },
      async *listAutomatedBackups({ resourceId }) {
        yield* fake.elsewhere;
        const one = resourceId === undefined ? undefined : byId(resourceId);
        if (one === undefined || fake.window.earliest === undefined) return;
        const latest = one.details.latestRestorableTime;
        yield {
          resourceId: one.details.resourceId,
          instance: one.details.identifier,
          region: 'us-east-1',
          status: 'active',
          restoreWindow: latest && { earliest: fake.window.earliest, latest },
        };
      },
      async *listEvents({ source }) {
        yield { at: clock.now(), source, message: 'The DB instance cannot be restored.', categories: ['failure'] };
      },
      snapshotSharedWith: async () => [],
      accountQuotas: async () => new Map(),
      engineVersionStatus: async () => 'available',
      async *listOrderableOptions({ instanceClass }) {
        yield* fake.offered(instanceClass);
      },
      subnetGroupZones: async () => ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    },
    sql: {
      connect: async ({ host }) => {
        settle();
        const stale = cached.get(host);
        const one =
          stale !== undefined && stale.until > clock.now().getTime()
            ? held.get(stale.resourceId)
            : [...held.values()].find(({ details }) => details.endpoint?.address === host);
        if (one === undefined || one.details.status === 'rebooting') throw fail('database-unreachable', `no ${host}`);
        return sessionOf(String(one.startedAt));
      },
    },
  };
  return fake;
}

function sessionOf(startedAt: string): SqlSession {
  const row = { started_at: startedAt, address: '10.0.0.1', port: 5432, recovering: false };
  return {
    serverVersion: 150_018,
    query: (async () => [row]) as SqlSession['query'],
    close: async () => {},
  };
}

export function anOption(instanceClass: string, storageType = 'gp3'): OrderableOption {
  const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
  return { instanceClass, storageType, zones, multiAz: true, encryption: true, iamAuthentication: true };
}

export function aDatabaseInstance(): DatabaseInstance {
  return {
    identifier: 'prod',
    arn: 'arn:aws:rds:us-east-1:123456789012:db:prod',
    resourceId: 'db-PRODUCTION',
    status: 'available',
    engine: 'postgres',
    engineVersion: '15.18',
    instanceClass: 'db.m6g.large',
    endpoint: { address: addressOf('prod'), port: 5432 },
    allocatedStorageGiB: 100,
    maxAllocatedStorageGiB: 500,
    storageType: 'gp3',
    iops: 3000,
    storageThroughput: 125,
    multiAz: true,
    publiclyAccessible: false,
    subnetGroup: 'private',
    vpcSecurityGroups: [{ id: 'sg-1', status: 'active' }],
    parameterGroups: [{ name: 'zephyr15', applyStatus: 'in-sync' }],
    optionGroups: [{ name: 'default:postgres-15', status: 'in-sync' }],
    deletionProtection: true,
    iamAuthentication: true,
    autoMinorVersionUpgrade: false,
    copyTagsToSnapshot: true,
    caCertificate: 'rds-ca-rsa2048-g1',
    logExports: ['postgresql'],
    monitoringIntervalSeconds: 60,
    monitoringRoleArn: 'arn:aws:iam::123456789012:role/monitoring',
    performanceInsights: true,
    performanceInsightsRetentionDays: 7,
    encrypted: true,
    kmsKey: 'key',
    backupRetentionDays: 30,
    backupWindow: '03:00-03:30',
    maintenanceWindow: 'sun:04:00-sun:04:30',
    latestRestorableTime: new Date('2025-11-09T14:27:00Z'),
    pendingChanges: {},
    replicas: [],
    tags: { team: 'zephyr' },
  };
}

export function aSnapshot(): SnapshotDescription {
  return {
    identifier: 'rds:prod-2025-11-09-03-07',
    arn: 'arn:aws:rds:us-east-1:123456789012:snapshot:rds:prod-2025-11-09-03-07',
    type: 'automated',
    status: 'available',
    instance: 'prod',
    resourceId: 'db-PRODUCTION',
    createdAt: new Date('2025-11-09T03:09:00Z'),
    originalCreatedAt: new Date('2025-11-09T03:09:00Z'),
    dataTime: new Date('2025-11-09T03:08:30Z'),
    engine: 'postgres',
    engineVersion: '15.18',
    allocatedStorageGiB: 100,
    encrypted: true,
    kmsKey: 'key',
    port: 5432,
    storageType: 'gp3',
    backupRetentionDays: 30,
    backupWindow: '03:00-03:30',
    tags: { team: 'zephyr', Reason: 'pre-deployment' },
  };
}
