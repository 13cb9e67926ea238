import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { PortCall } from '../../ports/port-call.js';
import type { System } from '../../system/define-system.js';
import { instanceNotFound } from '../../system/instance-not-found.js';
import { instancePlace } from '../../system/instance-place.js';
import { regionOf } from '../../system/region-of.js';
import { gatherLag, type KnownLag } from './known-lag.js';
import type { CheckedReplicaPromotionRequest } from './replica-promotion-request.js';

/** All that a plan to promote a replica rests on, as seen at one moment. */
export interface ReplicaPromotionFacts {
  readonly replica: DatabaseInstance;
  /** What it follows. `undefined`: nothing, or it is gone; in a disaster nobody has looked. */
  readonly source: DatabaseInstance | undefined;
  readonly lag: KnownLag;
}

/** Reads what a plan needs to know; changes nothing. In a disaster nothing is called in the source's region. Errors: `instance-not-found`, and AWS's own. */
export async function gatherReplicaPromotionFacts(
  system: System,
  { replica: identifier, region, mode }: CheckedReplicaPromotionRequest,
  now: Date,
  call: PortCall,
): Promise<ReplicaPromotionFacts> {
  const aws = regionOf(system, region, 'region');
  const replica = await aws.rds.describeInstance(identifier, call);
  if (replica === undefined) throw instanceNotFound(identifier, region, { field: 'replica' });
  const lag = await gatherLag(system, aws, replica, now, call);
  if (mode === 'disaster' || replica.replicaSource === undefined) return { replica, source: undefined, lag };
  const place = instancePlace(replica.replicaSource, region);
  const { rds } = regionOf(system, place.region, 'otherRegions');
  return { replica, source: await rds.describeInstance(place.identifier, call), lag };
}
