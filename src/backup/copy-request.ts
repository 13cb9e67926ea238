import { createHash } from 'node:crypto';
import { checkObject } from '../core/check-shape.js';
import { invalidInput } from '../core/errors.js';
import { checkAnySnapshotIdentifier, checkSnapshotIdentifier } from '../core/names.js';
import type { Tags } from '../core/tags.js';
import type { AwsPorts } from '../ports/aws.js';
import type { SnapshotDescription } from '../ports/database-backups.js';
import type { System } from '../system/define-system.js';
import { regionOf } from '../system/region-of.js';
import { checkOperationId } from './operation-id.js';
import { checkOwnTags } from './snapshot-tags.js';

/** A snapshot to copy, and where to. */
export interface CopySnapshotRequest {
  /** Identifier of the snapshot: one made by hand, by RDS (`rds:...`) or by AWS Backup (`awsbackup:...`). */
  readonly snapshot: string;
  /** The region that it is in. Default: the system's own. */
  readonly from?: string | undefined;
  /** The region to copy it to: one of the system's `otherRegions`, or its own, which makes one that RDS does not expire. */
  readonly to: string;
  /** The key of the destination to encrypt the copy with. An encrypted snapshot cannot leave its region without (facts A17). */
  readonly kmsKey?: string | undefined;
  /** Default: that of the snapshot without its prefix; within one region with `-copy` after it. */
  readonly name?: string | undefined;
  /** More tags of your own; those of the source are copied in any case. */
  readonly tags?: Tags | undefined;
  /** Default: of the snapshot and the key, so that the same snapshot is copied to a region once, however often this is called. */
  readonly operationId?: string | undefined;
}

/** A request that is checked as far as it can be without a call. */
export interface CheckedCopy {
  readonly request: CopySnapshotRequest;
  readonly snapshot: string;
  readonly from: AwsPorts;
  readonly to: AwsPorts;
}

/** What all operations of this kind begin with. */
export const copyPrefix = 'copy-';

/** Checks a request. Errors: `invalid-input` names the field. */
export function checkCopyRequest(system: System, request: CopySnapshotRequest): CheckedCopy {
  checkObject(request, 'request');
  const snapshot = checkAnySnapshotIdentifier(request.snapshot, 'snapshot');
  const from = regionOf(system, request.from ?? system.aws.region, 'from');
  const to = regionOf(system, request.to, 'to');
  const { kmsKey, name, tags = {}, operationId } = request;
  if (name !== undefined) checkSnapshotIdentifier(name, 'name');
  checkOwnTags(tags);
  checkOperationId(operationId);
  const keyRegion = /^arn:[^:]+:kms:([^:]+):/.exec(kmsKey ?? '')?.[1];
  if (kmsKey === '' || (keyRegion !== undefined && keyRegion !== to.region)) {
    throw invalidInput(
      'kmsKey',
      `is not a key of ${to.region}`,
      `Name a KMS key of ${to.region}, where the copy will be.`,
    );
  }
  return { request, snapshot, from, to };
}

/** What can be held against a request once its source is known. Errors: `invalid-input`. */
export function checkCopySource({ request, from, to }: CheckedCopy, source: SnapshotDescription): void {
  if (!source.encrypted || from.region === to.region || request.kmsKey !== undefined) return;
  throw invalidInput(
    'kmsKey',
    `is needed: ${source.identifier} is encrypted, and its key does not leave ${from.region}`,
    `Name a KMS key of ${to.region}.`,
  );
}

/** Names the copying of a snapshot under a key, the next one where an earlier attempt failed. */
export function copyOperation({ request }: CheckedCopy, source: SnapshotDescription, attempt: number): string {
  const hash = createHash('sha256').update(JSON.stringify([source.arn, request.kmsKey ?? null, attempt]));
  return `${copyPrefix}${hash.digest('hex').slice(0, 24)}`;
}

/** What a copy is called unless told otherwise. */
export function copyName({ snapshot, from, to }: CheckedCopy, suffix?: string): string {
  const stem = snapshot.replace(/^[a-z]+:/, '');
  const tail = `${from.region === to.region ? '-copy' : ''}${suffix === undefined ? '' : `-${suffix}`}`;
  return stem.slice(0, 255 - tail.length).replace(/-+$/, '') + tail;
}
