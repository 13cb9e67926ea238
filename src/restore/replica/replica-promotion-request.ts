import type { DatabaseExpectation } from '../../checks/expectation.js';
import { checkDate, checkObject } from '../../core/check-shape.js';
import { type Duration, parseDuration } from '../../core/duration.js';
import { invalidInput } from '../../core/errors.js';
import { checkInstanceIdentifier } from '../../core/names.js';
import type { System } from '../../system/define-system.js';
import { regionOf } from '../../system/region-of.js';
import { soundDatabase } from '../instance/candidate-request.js';
import type { ConfigurationProfile } from '../instance/configuration-profile.js';
import { askedExpectation } from '../promotion/asked-expectation.js';
import type { ReplicaPromotionMode } from './replica-plan.js';

/** Which read replica shall be production, and how. */
export interface ReplicaPromotionRequest {
  /** Identifier of the replica. It keeps its name: `switchEndpoint` of the execution points the application at it. */
  readonly replica: string;
  /** Where it is: a region that the system names. Default: the system's own. */
  readonly region?: string | undefined;
  /**
   * `planned`: the source serves; its writers are stopped, and the replica is promoted once it has all that they have written.
   * `disaster`: the source is lost; nothing is asked of it or of its region, and what the replica has not received is lost.
   */
  readonly mode: ReplicaPromotionMode;
  /**
   * Settings that the promoted replica shall have. Default: its own, with the source's backups and zones where it can be asked,
   * with backups as long as the objectives say where it cannot, and protected from deletion.
   */
  readonly configuration?: Partial<PromotedSettings> | undefined;
  /**
   * What the replica's database has to be like before anything is stopped or promoted. Default: foreign keys, sequences and indexes
   * are sound; in a disaster it is not looked at, which takes time. `{}` asks nothing.
   */
  readonly expectation?: DatabaseExpectation | undefined;
  /** When the source was lost: data loss is then counted up to it instead of up to now. */
  readonly incidentAt?: Date | undefined;
  /** How long the writers may be stopped for the replica to catch up; in a disaster, how long it may replay. Default `15m` and `5m`. */
  readonly patience?: Duration | undefined;
  /**
   * A replica that has replayed no transaction so shortly before `incidentAt` is not promoted; of a source that was idle that says
   * more than was lost. Only in a disaster. Default: any is.
   */
  readonly maxLag?: Duration | undefined;
  /** Nothing writes to the database any more. Otherwise `execute` has to be given `writers`. */
  readonly acknowledgeWritersStopped?: boolean | undefined;
  /** What the replica has not received may be lost. Required in a disaster. */
  readonly acknowledgeLostWrites?: boolean | undefined;
  /**
   * The source takes no writes any more even if it comes back: what reaches it is shut off, its clients are stopped or it is gone. A
   * promotion fences nothing (facts E8). Required in a disaster.
   */
  readonly acknowledgeSourceFenced?: boolean | undefined;
}

/** What of a promoted replica can be set while it serves. Groups and class are those that it was made with. */
export type PromotedSettings = Pick<
  ConfigurationProfile,
  | 'vpcSecurityGroups'
  | 'multiAz'
  | 'deletionProtection'
  | 'iamAuthentication'
  | 'autoMinorVersionUpgrade'
  | 'copyTagsToSnapshot'
  | 'logExports'
  | 'maxAllocatedStorageGiB'
  | 'monitoring'
  | 'performanceInsights'
  | 'backupRetentionDays'
  | 'backupWindow'
  | 'maintenanceWindow'
>;

const settable = new Set<string>([
  'vpcSecurityGroups',
  'multiAz',
  'deletionProtection',
  'iamAuthentication',
  'autoMinorVersionUpgrade',
  'copyTagsToSnapshot',
  'logExports',
  'maxAllocatedStorageGiB',
  'monitoring',
  'performanceInsights',
  'backupRetentionDays',
  'backupWindow',
  'maintenanceWindow',
]);

/** A request that has been checked, with its defaults. */
export interface CheckedReplicaPromotionRequest {
  readonly replica: string;
  readonly region: string;
  readonly mode: ReplicaPromotionMode;
  readonly configuration: Partial<PromotedSettings>;
  readonly expectation: DatabaseExpectation | undefined;
  readonly incidentAt: Date | undefined;
  readonly patienceMilliseconds: number;
  readonly maxLagMilliseconds: number | undefined;
  readonly writersAcknowledged: boolean;
}

/** Checks all that can be checked without a call. Errors: `invalid-input` names the field. */
export function checkReplicaPromotionRequest(
  request: ReplicaPromotionRequest,
  system: System,
): CheckedReplicaPromotionRequest {
  checkObject(request, 'request');
  const { mode, configuration = {}, incidentAt, patience, maxLag } = request;
  const replica = checkInstanceIdentifier(request.replica, 'replica');
  const { region } = regionOf(system, request.region ?? system.aws.region, 'region');
  if (mode !== 'planned' && mode !== 'disaster') {
    throw invalidInput('mode', `is not a way of promotion: ${JSON.stringify(mode)}`, "Use 'planned' or 'disaster'.");
  }
  checkObject(configuration, 'configuration');
  const fixed = Object.keys(configuration).find((setting) => !settable.has(setting));
  if (fixed !== undefined) {
    throw invalidInput(
      `configuration.${fixed}`,
      'cannot be changed by a promotion',
      'A replica keeps what it was made with; what takes an outage is changed by itself, before or later.',
    );
  }
  checkDate(incidentAt, 'incidentAt');
  if (mode === 'disaster') checkAcknowledged(request);
  if (mode === 'planned' && maxLag !== undefined) {
    throw invalidInput('maxLag', 'has no meaning in a planned promotion', 'Leave it out: nothing is lost.');
  }
  return {
    replica,
    region,
    mode,
    configuration,
    expectation: askedExpectation(request.expectation ?? (mode === 'planned' ? soundDatabase : {})),
    incidentAt,
    patienceMilliseconds: parseDuration(patience ?? (mode === 'planned' ? '15m' : '5m'), 'patience'),
    maxLagMilliseconds: maxLag === undefined ? undefined : parseDuration(maxLag, 'maxLag'),
    writersAcknowledged: request.acknowledgeWritersStopped ?? false,
  };
}

/** What nobody may do without having said that he knows. */
function checkAcknowledged({ acknowledgeLostWrites, acknowledgeSourceFenced }: ReplicaPromotionRequest): void {
  if (acknowledgeLostWrites !== true) {
    throw invalidInput(
      'acknowledgeLostWrites',
      'is not set, and what the replica has not received is lost',
      "Set it, or promote with mode: 'planned' while the source serves: then nothing is lost.",
    );
  }
  if (acknowledgeSourceFenced !== true) {
    throw invalidInput(
      'acknowledgeSourceFenced',
      'is not set, and a source that comes back takes writes beside the promoted replica',
      'Shut the source off from its clients first (security group, stopped applications, DNS), then set it.',
    );
  }
}
