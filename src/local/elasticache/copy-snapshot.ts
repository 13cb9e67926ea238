import { Readable } from 'node:stream';
import type { CopySnapshotMessage, CopySnapshotResult } from '@aws-sdk/client-elasticache';
import { invalidCombination, invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { scatter } from '../control-plane/scatter.js';
import { checkTags } from '../control-plane/tag-list.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { addClusterEvent } from './cache-events.js';
import { cacheArnPrefix, newCacheName } from './cache-names.js';
import type { SnapshotFile } from './cache-plane.js';
import type { CacheSnapshot, ElastiCacheState } from './elasticache-state.js';
import { randomId } from './new-unit.js';
import { snapshotSubject } from './snapshot-lifecycle.js';
import { findRestorable, holdSnapshot, refuseTakenSnapshot } from './snapshot-lookup.js';

/** `CopySnapshot`: to another snapshot, or as RDB files into a bucket of the region (facts F16). */
export function copySnapshot(
  state: ElastiCacheState,
  input: CopySnapshotMessage,
  script: LifecycleScript | undefined,
): CopySnapshotResult {
  const source = findRestorable(state, required(input.SourceSnapshotName, 'SourceSnapshotName'));
  const name = newCacheName(required(input.TargetSnapshotName, 'TargetSnapshotName'), 'TargetSnapshotName');
  const { TargetBucket: bucket } = input;
  if (bucket !== undefined) return exportTo(state, source, { name, bucket }, script);
  refuseTakenSnapshot(state, name);
  const { plane, durations } = state.settings;
  const copy: CacheSnapshot = {
    key: name,
    order: scatter(name),
    details: {
      ...source.details,
      SnapshotName: name,
      SnapshotStatus: 'creating',
      SnapshotSource: 'manual',
      ARN: `${cacheArnPrefix(state.settings)}:snapshot:${name}`,
    },
    tags: checkTags(input.Tags),
    parts: source.parts.map(({ shard }) => ({ partId: `part-${randomId(state)}`, shard })),
    clusterMode: source.clusterMode,
    readers: 0,
  };
  state.snapshots.add(copy);
  const release = holdSnapshot(source, 'copying');
  const subject = snapshotSubject(state, copy);
  const work = async (): Promise<void> => {
    for (const [index, { partId }] of source.parts.entries()) {
      const target = copy.parts[index];
      if (target !== undefined) await plane?.copySnapshot(partId, target.partId);
    }
  };
  const copying = { status: 'creating', milliseconds: durations.copy, work: plane && work };
  state.timeline.run(
    { ...subject, fail: (...failure) => [release(), subject.fail(...failure)] },
    [
      { ...copying, done: release },
      { status: 'available', milliseconds: 0 },
    ],
    script,
  );
  return { Snapshot: copy.details };
}

/** The RDB files of a snapshot, one a node group, in a bucket. The snapshot is `exporting` meanwhile. */
function exportTo(
  state: ElastiCacheState,
  source: CacheSnapshot,
  target: { readonly name: string; readonly bucket: string },
  script: LifecycleScript | undefined,
): CopySnapshotResult {
  const { settings } = state;
  if (source.details.DataTiering === 'enabled') {
    throw invalidCombination('A snapshot of nodes with data tiering cannot be exported.');
  }
  if (!settings.hasBucket(target.bucket)) {
    throw invalidParameterValue(
      `ElastiCache was unable to validate the authenticated user has access on the S3 bucket ${target.bucket}.`,
    );
  }
  const keyOf = (shard: string): string => `${target.name}-${shard}.rdb`;
  const taken = source.parts.map(({ shard }) => keyOf(shard)).find((key) => settings.hasObject({ ...target, key }));
  // It writes over nothing.
  if (taken !== undefined) {
    throw invalidParameterValue(`The S3 bucket ${target.bucket} already contains an object with key ${taken}.`);
  }
  const release = holdSnapshot(source, 'copying');
  const work = async (): Promise<void> => {
    for (const { partId, shard } of source.parts) {
      const file = (await settings.plane?.readSnapshot(partId)) ?? emptyRdb();
      await settings.storeObject({ bucket: target.bucket, key: keyOf(shard), file });
    }
  };
  const subject = {
    ...snapshotSubject(state, source),
    key: `export/${randomId(state)}`,
    setStatus: (status: string) => {
      source.details = { ...source.details, SnapshotStatus: status };
    },
    fail: (_status: string, message: string) => {
      // The snapshot itself is as good as before.
      release();
      const { SnapshotName: name, CacheClusterId: cluster, ReplicationGroupId: group } = source.details;
      addClusterEvent(
        state,
        cluster ?? group ?? '',
        `Snapshot export failed for snapshot with ID '${name}': ${message}`,
      );
    },
  };
  state.timeline.run(
    subject,
    [{ status: 'exporting', milliseconds: settings.durations.copy, work, done: release }],
    script,
  );
  return { Snapshot: source.details };
}

/** What Redis 7 writes when it has no keys: the head, the end, and a checksum of zero, which stands for none. */
function emptyRdb(): SnapshotFile {
  const bytes = Buffer.concat([Buffer.from('REDIS0010'), Buffer.from([0xff]), Buffer.alloc(8)]);
  return { body: Readable.from([bytes]), sizeBytes: bytes.byteLength };
}
