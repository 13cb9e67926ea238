import type { Tags } from '../core/tags.js';
import type { AutomatedBackup, SnapshotDescription, SnapshotFilter } from './database-backups.js';
import type { DatabaseEvent, EventFilter } from './database-event.js';
import type { DatabaseInstance, InstanceChange } from './database-instance.js';
import type { PointInTimeSource, ReplicaSettings, RestoreSettings } from './database-restore.js';
import type { OrderableFilter, OrderableOption } from './orderable-option.js';
import type { PortCall } from './port-call.js';

/**
 * What we need of RDS in one region. Implementations translate AWS's errors to `BackupError` (`access-denied`,
 * `throttled` ...), follow pagination to its end, and return identifiers in lower case.
 *
 * "Not found" is `undefined` where a description is asked for and `instance-not-found` or `snapshot-not-found` where
 * something is to be done. Every mutation may have happened although it rejects (facts 0.3): callers look again.
 */
export interface RdsPort {
  readonly region: string;
  describeInstance(identifier: string, call?: PortCall): Promise<DatabaseInstance | undefined>;
  describeInstanceByResourceId(resourceId: string, call?: PortCall): Promise<DatabaseInstance | undefined>;
  listInstances(call?: PortCall): AsyncIterable<DatabaseInstance>;
  modifyInstance(identifier: string, change: InstanceChange, call?: PortCall): Promise<void>;
  rebootInstance(identifier: string, call?: PortCall): Promise<void>;
  /**
   * Reboots a Multi-AZ instance onto its standby: the database is abruptly interrupted (facts D7). Errors: `invalid-state` unless
   * it is available, `invalid-input` where it is not Multi-AZ. Soon after another one RDS accepts it and gives it up.
   */
  failOver(identifier: string, call?: PortCall): Promise<void>;
  deleteInstance(
    identifier: string,
    options: { readonly finalSnapshot?: string | undefined; readonly deleteAutomatedBackups: boolean },
    call?: PortCall,
  ): Promise<void>;
  /** By its identifier, or by the ARN of one that another account shares (facts A19). */
  describeSnapshot(identifier: string, call?: PortCall): Promise<SnapshotDescription | undefined>;
  listSnapshots(filter: SnapshotFilter, call?: PortCall): AsyncIterable<SnapshotDescription>;
  createSnapshot(
    request: { readonly snapshot: string; readonly instance: string; readonly tags: Tags },
    call?: PortCall,
  ): Promise<void>;
  /**
   * Copies a snapshot into this region. `source` is its identifier, or the ARN of one in another region or account. AWS keeps tags
   * given instead of those of the source; an encrypted snapshot of another region needs a key of this one (facts A17).
   */
  copySnapshot(
    request: {
      readonly source: string;
      readonly snapshot: string;
      readonly kmsKey?: string | undefined;
      readonly tags: Tags;
    },
    call?: PortCall,
  ): Promise<void>;
  deleteSnapshot(identifier: string, call?: PortCall): Promise<void>;
  restoreFromSnapshot(snapshot: string, settings: RestoreSettings, call?: PortCall): Promise<void>;
  restoreToPointInTime(source: PointInTimeSource, settings: RestoreSettings, call?: PortCall): Promise<void>;
  /** Begins a read replica here. `source` is an identifier, or the ARN of an instance of another region (facts E1). */
  createReplica(source: string, settings: ReplicaSettings, call?: PortCall): Promise<void>;
  /** Ends replication, for good; the instance reboots (facts E7). `invalid-state` also where it is no replica (any more). */
  promoteReplica(
    request: {
      readonly replica: string;
      readonly backupRetentionDays: number;
      readonly backupWindow?: string | undefined;
    },
    call?: PortCall,
  ): Promise<void>;
  /** Gives an instance tags; of a key that it has, another value. */
  tagInstance(request: { readonly arn: string; readonly tags: Tags }, call?: PortCall): Promise<void>;
  listAutomatedBackups(
    filter: { readonly resourceId?: string | undefined },
    call?: PortCall,
  ): AsyncIterable<AutomatedBackup>;
  listEvents(filter: EventFilter, call?: PortCall): AsyncIterable<DatabaseEvent>;
  /** Account ids that may restore a snapshot, `all` for everybody; none of what is not shared. `undefined` if there is no such snapshot (facts A19). */
  snapshotSharedWith(identifier: string, call?: PortCall): Promise<readonly string[] | undefined>;
  /** `available`, `deprecated` or what AWS adds; `undefined` where RDS knows no such version of the engine any more (facts A22). */
  engineVersionStatus(
    version: { readonly engine: string; readonly engineVersion: string },
    call?: PortCall,
  ): Promise<string | undefined>;
  /** What instances of a version can be ordered as; nothing for a class, or a version, that RDS makes none of. */
  listOrderableOptions(filter: OrderableFilter, call?: PortCall): AsyncIterable<OrderableOption>;
  /** The availability zones of a subnet group's subnets, sorted; `undefined` if there is no such group. */
  subnetGroupZones(subnetGroup: string, call?: PortCall): Promise<readonly string[] | undefined>;
  /** Used and allowed counts by name, such as `ManualSnapshots` (facts A12). */
  accountQuotas(call?: PortCall): Promise<ReadonlyMap<string, { readonly used: number; readonly max: number }>>;
}
