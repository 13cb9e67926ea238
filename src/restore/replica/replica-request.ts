import { checkObject } from '../../core/check-shape.js';
import { invalidInput } from '../../core/errors.js';
import { checkInstanceIdentifier } from '../../core/names.js';
import type { System } from '../../system/define-system.js';
import { regionOf } from '../../system/region-of.js';
import type { ConfigurationProfile } from '../instance/configuration-profile.js';

/** Which read replica to make of the system's instance. */
export interface ReplicaRequest {
  /** Identifier for the replica; it must be free where it is made. */
  readonly target: string;
  /** Where: one that the system names. Default: the system's own. */
  readonly region?: string | undefined;
  /** Key of that region. Required for an encrypted source in another region, and refused otherwise (facts E2). */
  readonly kmsKey?: string | undefined;
  /**
   * Settings that shall differ from the source's, by name. In another region security groups, subnet group and parameter group must
   * be given: the source's mean nothing there. A replica keeps no backups unless `backupRetentionDays` says so.
   */
  readonly configuration?: Partial<ConfigurationProfile> | undefined;
}

/** A request that has been checked, with its defaults. */
export interface CheckedReplicaRequest {
  readonly target: string;
  readonly region: string;
  readonly kmsKey: string | undefined;
  readonly configuration: Partial<ConfigurationProfile>;
}

/** Checks all that can be checked without a call. Errors: `invalid-input` names the field. */
export function checkReplicaRequest(request: ReplicaRequest, system: System): CheckedReplicaRequest {
  checkObject(request, 'request');
  const { configuration = {}, kmsKey } = request;
  checkObject(configuration, 'configuration');
  const target = checkInstanceIdentifier(request.target, 'target');
  const { region } = regionOf(system, request.region ?? system.aws.region, 'region');
  if (region === system.aws.region && target === system.database.instance) {
    throw invalidInput('target', 'is the production instance itself', 'Give the replica a name of its own.');
  }
  const keyRegion = kmsKey?.startsWith('arn:') ? kmsKey.split(':')[3] : undefined;
  if (keyRegion !== undefined && keyRegion !== region) {
    throw invalidInput('kmsKey', `is a key of ${keyRegion}`, `Give one of ${region}: keys do not leave their region.`);
  }
  return { target, region, kmsKey, configuration };
}
