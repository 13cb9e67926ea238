import type { BackupOrigin, ContinuousBackup, DatabaseSnapshot, Dump } from '../core/backups.js';
import type { BackupError } from '../core/errors.js';
import { automatedBackupStatus, snapshotStatus } from '../core/snapshot-status.js';
import type { AutomatedBackup, SnapshotDescription } from '../ports/database-backups.js';
import type { ObjectDescription } from '../ports/object-store.js';
import { type DumpManifest, dumpKeyOf } from './dump-manifest.js';

/** A snapshot as RDS describes it, as a backup. */
export function snapshotOf(description: SnapshotDescription, region: string): DatabaseSnapshot {
  const { createdAt, originalCreatedAt, dataTime, copyOf } = description;
  return {
    kind: 'database-snapshot',
    id: description.identifier,
    arn: description.arn,
    region,
    source: { instance: description.instance, resourceId: description.resourceId },
    origin: originOf(description.type),
    status: snapshotStatus(description.status),
    statusText: description.status,
    createdAt: originalCreatedAt ?? createdAt,
    dataTime: dataTime ?? originalCreatedAt ?? createdAt,
    sizeBytes: description.sizeBytes,
    encrypted: description.encrypted,
    kmsKey: description.kmsKey,
    tags: description.tags,
    engine: description.engine,
    engineVersion: description.engineVersion,
    allocatedStorageGiB: description.allocatedStorageGiB,
    ...(copyOf === undefined ? {} : { copyOf: { arn: copyOf, region: copyOf.split(':')[3] ?? '' } }),
  };
}

/** An automated backup as RDS describes it to a region, as a backup. */
export function continuousBackupOf(description: AutomatedBackup, region: string): ContinuousBackup {
  const { resourceId, instance, status, restoreWindow } = description;
  return {
    kind: 'continuous-backup',
    id: resourceId,
    region,
    source: { instance, resourceId },
    origin: 'automated',
    status: automatedBackupStatus(status, restoreWindow !== undefined),
    statusText: status,
    dataTime: restoreWindow?.latest,
    encrypted: description.encrypted ?? false,
    kmsKey: description.kmsKey,
    tags: description.tags ?? {},
    arn: description.arn,
    // What is replicated from elsewhere says so by its source's region (facts E11).
    coverage: description.region !== region ? 'replicated' : status === 'retained' ? 'retained' : 'active',
    restoreWindow,
    retentionDays: description.retentionDays,
    engine: description.engine,
    engineVersion: description.engineVersion,
    allocatedStorageGiB: description.allocatedStorageGiB,
  };
}

/** A dump by its manifest. */
export function dumpOf(
  manifest: DumpManifest,
  place: { readonly location: string; readonly kmsKey?: string | undefined },
): Dump {
  return {
    kind: 'dump',
    id: manifest.key,
    region: manifest.source.region,
    source: { instance: manifest.source.instance, resourceId: manifest.source.resourceId },
    origin: 'manual',
    status: 'available',
    statusText: 'available',
    createdAt: new Date(manifest.createdAt),
    dataTime: new Date(manifest.dataTime),
    sizeBytes: manifest.sizeBytes,
    // S3 encrypts everything at rest; with a KMS key, reading it takes a second permission (facts G12).
    encrypted: true,
    kmsKey: place.kmsKey,
    tags: {
      ...(manifest.reason === undefined ? {} : { Reason: manifest.reason }),
      ...(manifest.deploymentVersion === undefined ? {} : { DeploymentVersion: manifest.deploymentVersion }),
    },
    database: manifest.database,
    location: `${place.location}/${manifest.key}`,
  };
}

/** A dump whose manifest is there and cannot be read. Nothing can be restored from it, and nothing is known of its origin. */
export function unreadableDump(
  manifest: ObjectDescription,
  place: {
    readonly location: string;
    readonly kmsKey: string | undefined;
    readonly region: string;
    readonly database: { readonly instance: string; readonly name: string };
  },
  error: BackupError,
): Dump {
  const key = dumpKeyOf(manifest.key);
  return {
    kind: 'dump',
    id: key,
    region: place.region,
    source: { instance: place.database.instance },
    origin: 'unknown',
    status: 'failed',
    statusText: error.message,
    createdAt: manifest.lastModified,
    encrypted: true,
    kmsKey: place.kmsKey,
    tags: {},
    database: place.database.name,
    location: `${place.location}/${key}`,
  };
}

function originOf(type: string): BackupOrigin {
  if (type === 'automated' || type === 'manual') return type;
  if (type === 'awsbackup') return 'aws-backup';
  // What AWS adds is none of ours (facts A3).
  return type === 'shared' || type === 'public' ? 'shared' : 'unknown';
}
