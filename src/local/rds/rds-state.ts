import type { DBInstance, DBSnapshot, Event, Tag } from '@aws-sdk/client-rds';
import type { Clock } from '../../core/clock.js';
import type { Listed } from '../control-plane/paging.js';
import type { OperationTable as QueryOperations } from '../control-plane/query-service.js';
import type { Registry } from '../control-plane/registry.js';
import type { Timeline } from '../control-plane/timeline.js';
import type { DataPlane, Endpoint } from '../data-plane/data-plane.js';
import type { LocalDuration } from '../local-duration.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import type { LifecycleMilliseconds } from './durations.js';

/** A DB instance. Its `DbiResourceId` is its key for life; names come and go (facts C4). */
export interface Instance extends Listed {
  readonly resourceId: string;
  /** What the service shows, always up to date. */
  details: DBInstance;
  /** A name that a rename under way has taken already. */
  reservedName: string | undefined;
  /** In a rename there is a while in which neither name is found (facts C5). */
  isNameless: boolean;
  /** What reads still show after a change (facts 0.7). */
  stale: StaleView | undefined;
  /** Whether the data plane has a cluster of this instance. */
  hasCluster: boolean;
  /** The port asked for; a real server listens where its endpoint says. */
  port: number;
  /** With a data plane: where the server listens. */
  endpoint: Endpoint | undefined;
  /** The instant up to which logs can be replayed; `undefined` until the first automated backup is finished. */
  recoverableTo: Date | undefined;
  readonly automatedBackupsArn: string;
  /** What it follows, if it is a read replica. */
  follows: Following | undefined;
  /** The parameters that it runs with: those of its group when it started, and what was applied since. */
  parameters: ParametersInForce;
  /** Since when it is in a bad status by itself: it is not backed up, and ships no logs. */
  disruptedAt: Date | undefined;
  /** When its standby took over last. */
  failedOverAt: Date | undefined;
}

/** The parameters that users set, as an instance runs with them. */
export interface ParametersInForce {
  readonly group: string;
  readonly values: ReadonlyMap<string, string>;
}

/** What a read replica follows. */
export interface Following {
  /** `DbiResourceId` of the source, in this region or in one that it knows: replicas stay with a source that is renamed. */
  readonly source: string;
  /** Since when a test holds it back. */
  heldSince: Date | undefined;
}

/** An old view of an instance that reads go on showing for a while. */
export interface StaleView {
  readonly details: DBInstance;
  reads: number;
  readonly until: number;
}

/** A snapshot, automated or manual. */
export interface Snapshot extends Listed {
  /** Its key in the data plane. */
  readonly backupId: string;
  details: DBSnapshot;
  /** What a restore takes from the source that the snapshot does not show. */
  source: DBInstance;
  /** When it began, and how long it takes on the region's clock: what its progress is told from. */
  startedAt: Date;
  readonly milliseconds: number;
  /** How many restores read it at the moment. */
  readers: number;
  /** Accounts that may restore it, or `all` (facts A19). */
  sharedWith: readonly string[];
  /** What it is a copy of, while the copy is on its way. */
  copying: SnapshotCopying | undefined;
}

/** A copy on its way. Those of one instance go one after the other (facts A17). */
export interface SnapshotCopying {
  readonly source: Snapshot;
  readonly isCrossRegion: boolean;
  isQueued: boolean;
  readonly script: LifecycleScript | undefined;
}

/** The automated backups that a deleted instance left (facts B11). */
export interface RetainedBackups extends Listed {
  readonly resourceId: string;
  readonly arn: string;
  readonly source: DBInstance;
  readonly recoverableTo: Date;
}

/** A backup that a point-in-time restore can start from. */
export type RestoreBase = Pick<Snapshot, 'backupId' | 'details' | 'readers'>;

/** Automated backups of another region's instance that come here (facts E11). */
export interface ReplicatedBackups extends Listed {
  readonly resourceId: string;
  readonly arn: string;
  readonly sourceRegion: string;
  /** The instance as it was when this began. */
  readonly source: DBInstance;
  /** Days. */
  readonly retention: number;
  status: 'pending' | 'replicating' | 'retained';
  bases: readonly RestoreBase[];
  /** Where they end, once nothing more comes. */
  recoverableTo: Date | undefined;
}

/** A value that somebody set, and when it was to take effect. */
export interface ParameterSetting {
  readonly value: string;
  readonly method: 'immediate' | 'pending-reboot';
}

/** A DB parameter group: the values that its users set. */
export interface ParameterGroup extends Listed {
  readonly family: string;
  readonly description: string;
  tags: readonly Tag[];
  readonly values: Map<string, ParameterSetting>;
}

/** A DB subnet group. */
export interface SubnetGroup extends Listed {
  readonly description: string;
  readonly subnets: readonly string[];
  tags: readonly Tag[];
}

/** How long reads stay old after a change: for so many reads within a minute, or for so long. */
export type StaleReads = { readonly reads: number } | { readonly duration: LocalDuration };

/** What a control plane is set up with; all defaults filled in. */
export interface RdsSettings {
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly durations: LifecycleMilliseconds;
  /** Milliseconds. */
  readonly logShippingInterval: number;
  readonly automatedBackups: boolean;
  /** How many reads show the old view, and for how many milliseconds at most. */
  readonly staleness: { readonly reads: number; readonly milliseconds: number };
  readonly quotas: RdsQuotas;
  readonly dataPlane: DataPlane | undefined;
  /** Every region that this one knows, itself among them. */
  readonly neighbours: ReadonlySet<RdsState>;
}

/** How many of each the account may have in the region. */
export interface RdsQuotas {
  /** Manual snapshots. Default 100 (facts A12). */
  readonly manualSnapshots: number;
  /** DB instances. Default 40 (facts B19). */
  readonly instances: number;
  /** GiB of all DB instances together. Default 100000. */
  readonly allocatedStorage: number;
  /** Retained automated backups of deleted instances. Default 40 (facts B11). */
  readonly retainedBackups: number;
  /** Copies of snapshots on their way from other regions. Default 20 (facts A17). */
  readonly snapshotCopies: number;
  /** Instances of other regions whose automated backups come here. Default 20 (facts E11). */
  readonly replicatedBackups: number;
  /** DB parameter groups besides the default ones. Default 50. */
  readonly parameterGroups: number;
  /** DB subnet groups besides the default one. Default 50. */
  readonly subnetGroups: number;
}

/** The whole state of the control plane. */
export interface RdsState {
  readonly settings: RdsSettings;
  readonly timeline: Timeline;
  /** By `DbiResourceId`. */
  readonly instances: Registry<Instance>;
  /** By identifier. */
  readonly snapshots: Registry<Snapshot>;
  /** Copies of snapshots that are not done, in the order in which they were asked for. */
  readonly copies: Snapshot[];
  /** By name; default groups once somebody has asked for them. */
  readonly parameterGroups: Registry<ParameterGroup>;
  /** By name, without the default one. */
  readonly subnetGroups: Registry<SubnetGroup>;
  /** By `DbiResourceId` of the instance that is gone. */
  readonly retained: Registry<RetainedBackups>;
  /** By `DbiResourceId` of the instance in its region. */
  readonly replicated: Registry<ReplicatedBackups>;
  /** The newest last. */
  readonly events: Event[];
  /** What a test has done to the offer of classes: the zones that a class is withdrawn from, and those that there are none left of. */
  readonly classes: {
    readonly withdrawn: Map<string, ReadonlySet<string>>;
    readonly exhausted: Set<string>;
  };
}

/** The operations of one family. */
export type OperationTable = QueryOperations<RdsState>;
