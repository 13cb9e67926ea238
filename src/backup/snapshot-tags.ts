import { invalidInput } from '../core/errors.js';
import { managedBy, type Tags, tagKeys } from '../core/tags.js';
import type { DatabaseInstance } from '../ports/rds.js';

/** RDS takes at most 50 tags on a resource (facts A12). */
const mostTags = 50;

/** Why a snapshot is made, as its tags will say. */
export interface SnapshotLabels {
  readonly reason: string;
  readonly deploymentVersion?: string | undefined;
  readonly purpose?: string | undefined;
  readonly tags?: Tags | undefined;
}

/** Checks the labels of a request against what RDS takes as tags (facts A13) before anything is called. */
export function checkLabels(labels: SnapshotLabels): void {
  checkTagValue(labels.reason, 'reason', 1);
  if (labels.deploymentVersion !== undefined) checkTagValue(labels.deploymentVersion, 'deploymentVersion', 1);
  if (labels.purpose !== undefined) checkTagValue(labels.purpose, 'purpose', 1);
  const own = Object.entries(labels.tags ?? {});
  for (const [key, value] of own) {
    checkTagKey(key);
    checkTagValue(value, `tags.${key}`, 0);
  }
  if (own.length > mostTags - 5) {
    throw invalidInput(
      'tags',
      `are too many: ${own.length}`,
      `Give at most ${mostTags - 5} tags: RDS takes ${mostTags}, and five are ours.`,
    );
  }
}

/**
 * The tags of a new snapshot: ours, the caller's, and the instance's own where it copies tags to snapshots, because tags given
 * at creation replace those that RDS would copy (facts A13). Where more than 50 come together the instance's last ones, in
 * order of their keys, are left out: a backup is worth more than its labels.
 */
export function snapshotTags(labels: SnapshotLabels, operationId: string, instance: DatabaseInstance): Tags {
  const ours = labelTags(labels, operationId);
  if (!instance.copyTagsToSnapshot) return ours;
  // Keys of AWS's own cannot be set, and ours speak of the instance's making, not of the snapshot's.
  const copied = Object.entries(instance.tags)
    .filter(([key]) => !(key in ours) && !/^(?:aws|zephyr):/i.test(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, mostTags - Object.keys(ours).length);
  return { ...Object.fromEntries(copied), ...ours };
}

/** The labels of a request and our own as tags. */
export function labelTags(labels: SnapshotLabels, operationId: string): Tags {
  const { reason, deploymentVersion, purpose = 'backup', tags = {} } = labels;
  return {
    ...tags,
    [tagKeys.managedBy]: managedBy,
    [tagKeys.operationId]: operationId,
    [tagKeys.purpose]: purpose,
    [tagKeys.reason]: reason,
    ...(deploymentVersion === undefined ? {} : { [tagKeys.deploymentVersion]: deploymentVersion }),
  };
}

function checkTagKey(key: string): void {
  if (!/^(?!(?:aws|zephyr):)[\p{L}\p{N}\p{Zs}_.:/=+\-@]{1,128}$/iu.test(key)) {
    throw invalidInput(
      'tags',
      `has a key that RDS or this library does not allow: ${JSON.stringify(key)}`,
      'Use 1 to 128 letters, digits, spaces and _ . / = + - @ : and none of the prefixes aws: and zephyr:.',
    );
  }
}

function checkTagValue(value: unknown, field: string, shortest: 0 | 1): void {
  if (typeof value !== 'string' || value.length < shortest || !/^[\p{L}\p{N}\p{Zs}_.:/=+\-@]{0,256}$/u.test(value)) {
    throw invalidInput(
      field,
      `cannot be a tag's value: ${JSON.stringify(value)}`,
      `Use ${shortest} to 256 letters, digits, spaces and _ . / = + - @ :`,
    );
  }
}
