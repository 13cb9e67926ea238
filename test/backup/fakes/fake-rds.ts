import type { Clock } from '../../../src/core/clock.js';
import { BackupError, type BackupErrorOptions } from '../../../src/core/errors.js';
import type { AutomatedBackup, SnapshotDescription } from '../../../src/ports/database-backups.js';
import type { DatabaseEvent } from '../../../src/ports/database-event.js';
import type { DatabaseInstance } from '../../../src/ports/database-instance.js';
import type { RdsPort } from '../../../src/ports/rds.js';

export interface FakeRds extends RdsPort {
  instance: DatabaseInstance | undefined;
  readonly snapshots: SnapshotDescription[];
  readonly automatedBackups: AutomatedBackup[];
  readonly events: DatabaseEvent[];
  /** Snapshots of another region, for copies. */
  copyable: () => readonly SnapshotDescription[];
  quota: { used: number; max: number } | undefined;
  /** How long a snapshot takes. */
  snapshotMilliseconds: number;
  /** Status a snapshot ends in. */
  snapshotEndsAs: string;
  /** Accounts that may restore a snapshot. */
  readonly sharedWith: Map<string, readonly string[] | undefined>;
  /** How long the instance still is in another state, and that state. */
  busy: { readonly until: Date; readonly status: string } | undefined;
}

export const productionDb: DatabaseInstance = {
  identifier: 'zephyr-production-db',
  arn: 'arn:aws:rds:us-east-1:123456789012:db:zephyr-production-db',
  resourceId: 'db-PRODUCTION',
  status: 'available',
  engine: 'postgres',
  engineVersion: '15.18',
  instanceClass: 'db.t3.large',
  endpoint: { address: '127.0.0.1', port: 5432 },
  allocatedStorageGiB: 100,
  multiAz: true,
  publiclyAccessible: false,
  vpcSecurityGroups: [],
  parameterGroups: [],
  optionGroups: [],
  deletionProtection: true,
  iamAuthentication: false,
  autoMinorVersionUpgrade: true,
  copyTagsToSnapshot: true,
  logExports: [],
  monitoringIntervalSeconds: 60,
  performanceInsights: true,
  encrypted: true,
  kmsKey: 'arn:aws:kms:us-east-1:123456789012:key/k',
  backupRetentionDays: 30,
  latestRestorableTime: new Date('2025-11-09T13:56:00Z'),
  pendingChanges: {},
  replicas: [],
  tags: { Environment: 'production', Team: 'zephyr' },
};

/** RDS with one instance, as far as backups need it. */
export function fakeRds(clock: Clock, region = 'us-east-1'): FakeRds {
  const refused = async (): Promise<never> => {
    throw new TypeError('not part of this fake');
  };
  const current = (snapshot: SnapshotDescription): SnapshotDescription => {
    if (snapshot.createdAt === undefined) return snapshot;
    const age = clock.now().getTime() - snapshot.createdAt.getTime();
    if (snapshot.status !== 'creating' || age < fake.snapshotMilliseconds) {
      return snapshot.status === 'creating'
        ? { ...snapshot, percentProgress: Math.floor((100 * age) / fake.snapshotMilliseconds) }
        : snapshot;
    }
    return { ...snapshot, status: fake.snapshotEndsAs, percentProgress: 100, dataTime: snapshot.createdAt };
  };
  const fake: FakeRds = {
    region,
    instance: productionDb,
    snapshots: [],
    automatedBackups: [],
    events: [],
    copyable: () => [],
    quota: { used: 40, max: 100 },
    snapshotMilliseconds: 90_000,
    snapshotEndsAs: 'available',
    busy: undefined,
    sharedWith: new Map(),
    describeInstance: async (identifier) => {
      const { instance, busy } = fake;
      if (instance?.identifier !== identifier) return undefined;
      return busy !== undefined && clock.now() < busy.until ? { ...instance, status: busy.status } : instance;
    },
    createSnapshot: async ({ snapshot, instance, tags }) => {
      if (fake.instance?.identifier !== instance) throw coded('instance-not-found');
      if (fake.snapshots.some(({ identifier }) => identifier === snapshot)) throw coded('identifier-taken');
      if (fake.busy !== undefined && clock.now() < fake.busy.until) throw coded('invalid-state');
      if (fake.quota !== undefined && fake.quota.used >= fake.quota.max) throw coded('quota-exceeded');
      fake.snapshots.push({
        identifier: snapshot,
        arn: `arn:aws:rds:us-east-1:123456789012:snapshot:${snapshot}`,
        type: 'manual',
        status: 'creating',
        instance,
        resourceId: fake.instance.resourceId,
        createdAt: clock.now(),
        engine: 'postgres',
        engineVersion: '15.18',
        allocatedStorageGiB: 100,
        encrypted: true,
        tags,
      });
    },
    copySnapshot: async ({ source, snapshot, kmsKey, tags }) => {
      const found = [...fake.copyable(), ...fake.snapshots].find((one) => [one.arn, one.identifier].includes(source));
      if (found === undefined) throw coded('snapshot-not-found');
      if (current(found).status !== 'available') throw coded('invalid-state');
      if (fake.snapshots.some(({ identifier }) => identifier === snapshot)) throw coded('identifier-taken');
      if (fake.quota !== undefined && fake.quota.used >= fake.quota.max) throw coded('quota-exceeded');
      const { createdAt: originalCreatedAt, ...rest } = found;
      fake.snapshots.push({
        ...rest,
        identifier: snapshot,
        arn: `arn:aws:rds:${fake.region}:123456789012:snapshot:${snapshot}`,
        type: 'manual',
        status: 'creating',
        createdAt: clock.now(),
        originalCreatedAt,
        copyOf: found.arn,
        kmsKey: kmsKey ?? found.kmsKey,
        tags,
      });
    },
    describeSnapshot: async (identifier) => {
      const found = fake.snapshots.find((snapshot) => snapshot.identifier === identifier);
      return found === undefined ? undefined : current(found);
    },
    async *listSnapshots(filter) {
      for (const snapshot of fake.snapshots) {
        if (filter.resourceId !== undefined && snapshot.resourceId !== filter.resourceId) continue;
        if (filter.instance !== undefined && snapshot.instance !== filter.instance) continue;
        if (filter.type !== undefined && snapshot.type !== filter.type) continue;
        yield current(snapshot);
      }
    },
    async *listAutomatedBackups() {
      yield* fake.automatedBackups;
    },
    async *listEvents() {
      yield* fake.events;
    },
    engineVersionStatus: async () => 'available',
    async *listOrderableOptions({ instanceClass = 'db.t3.large' }) {
      yield { instanceClass, zones: ['us-east-1a'], multiAz: true, encryption: true, iamAuthentication: true };
    },
    subnetGroupZones: async () => ['us-east-1a', 'us-east-1b'],
    accountQuotas: async () => new Map(fake.quota === undefined ? [] : [['ManualSnapshots', { ...fake.quota }]]),
    snapshotSharedWith: async (identifier) => (fake.sharedWith.has(identifier) ? fake.sharedWith.get(identifier) : []),
    describeInstanceByResourceId: refused,
    // biome-ignore lint/correctness/useYield: never called
    async *listInstances() {
      await refused();
    },
    modifyInstance: refused,
    failOver: refused,
    rebootInstance: refused,
    deleteInstance: refused,
    deleteSnapshot: refused,
    restoreFromSnapshot: refused,
    restoreToPointInTime: refused,
    createReplica: refused,
    promoteReplica: refused,
    tagInstance: refused,
  };
  return fake;
}

export function coded(code: BackupErrorOptions['code'], more?: Partial<BackupErrorOptions>): BackupError {
  return new BackupError({ code, message: code, hint: 'None.', ...more });
}
