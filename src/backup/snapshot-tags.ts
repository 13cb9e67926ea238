import { checkObject } from '../core/check-shape.js';
import { invalidInput } from '../core/errors.js';
import { managedBy, type Tags, tagKeys } from '../core/tags.js';
import type { DatabaseInstance } from '../ports/database-instance.js';

/** RDS takes at most 50 tags on a resource (facts A12). */
const mostTags = 50;

/** Why a snapshot is made, as its tags will say: letters, digits, spaces and `_ . / = + - @ :` (facts A13). */
export interface SnapshotLabels {
  /** Why, for the `Reason` tag, such as `pre-deployment`. */
  readonly reason: string;
  /** For the `DeploymentVersion` tag. */
  readonly deploymentVersion?: string | undefined;
  /** For the `zephyr:purpose` tag. Default `backup`. */
  readonly purpose?: string | undefined;
  /** More tags of your own. */
  readonly tags?: Tags | undefined;
  /**
   * Names the request, so that it can be repeated when its outcome is unknown: a snapshot that already carries it is waited for
   * and returned instead of a second one being taken. Default: a new one for every call.
   */
  readonly operationId?: string | undefined;
}

/** Checks the labels of a request against what RDS takes as tags (facts A13) before anything is called. */
export function checkLabels(labels: SnapshotLabels): void {
  checkObject(labels, 'request');
  checkTagValue(labels.reason, 'reason', 1);
  if (labels.deploymentVersion !== undefined) checkTagValue(labels.deploymentVersion, 'deploymentVersion', 1);
  if (labels.purpose !== undefined) checkTagValue(labels.purpose, 'purpose', 1);
  checkOwnTags(labels.tags ?? {});
}

/** Checks tags of the caller's own. Errors: `invalid-input`. */
export function checkOwnTags(tags: Tags): void {
  checkObject(tags, 'tags');
  const own = Object.entries(tags);
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
  // Ours speak of the instance's making, not of the snapshot's.
  return instance.copyTagsToSnapshot ? withCopied(ours, instance.tags, /^(?:aws|zephyr):/i) : ours;
}

/**
 * The tags of a copy: those of its source, which tags given would replace (facts A17), so that it expires by the same rule; the
 * caller's; and our own.
 */
export function copyTags(source: Tags, own: Tags, operationId: string): Tags {
  const { [tagKeys.purpose]: purpose = 'copy' } = source;
  const ours = {
    ...own,
    [tagKeys.managedBy]: managedBy,
    [tagKeys.operationId]: operationId,
    [tagKeys.purpose]: purpose,
  };
  return withCopied(ours, source, /^aws:/i);
}

function withCopied(ours: Tags, theirs: Tags, without: RegExp): Tags {
  // Keys of AWS's own cannot be set.
  const copied = Object.entries(theirs)
    .filter(([key]) => !(key in ours) && !without.test(key))
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
