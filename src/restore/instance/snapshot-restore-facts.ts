import type { Verification } from '../../core/backups.js';
import { BackupError, invalidInput, isBackupError } from '../../core/errors.js';
import { readVerifications } from '../../evidence/read-verifications.js';
import type { SnapshotDescription } from '../../ports/database-backups.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { PortCall } from '../../ports/port-call.js';
import type { System } from '../../system/define-system.js';
import { offersFor } from '../instance-class/class-offers.js';
import { instanceNeed } from '../instance-class/instance-need.js';
import { type CandidateFacts, takenNames } from './candidate-facts.js';
import { newestSnapshot } from './choose-snapshot.js';
import { profileLeftIn } from './configuration-profile.js';
import { findEngineSupport } from './engine-support.js';
import type { CheckedSnapshotRestoreRequest } from './snapshot-restore-request.js';

/** Whether a drill has ever proven that a snapshot restores. */
export type SnapshotProof =
  | { readonly kind: 'verified'; readonly verification: Verification }
  | { readonly kind: 'never' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** All that a plan to restore a snapshot rests on, as seen at one moment. */
export interface SnapshotRestoreFacts extends CandidateFacts {
  readonly snapshot: SnapshotDescription;
  /** As the calls take it: the identifier, or the ARN of one that is shared. */
  readonly reference: string;
  /** Absent where nobody looked: there is no archive, or the restore is a drill itself. */
  readonly proof?: SnapshotProof | undefined;
}

/** Reads what a plan needs to know; changes nothing. Errors: `snapshot-not-found`, `invalid-input`, and AWS's own. */
export async function gatherSnapshotRestoreFacts(
  system: System,
  request: CheckedSnapshotRestoreRequest,
  now: Date,
  call: PortCall,
): Promise<SnapshotRestoreFacts> {
  const { rds } = system.aws;
  const production = await rds.describeInstance(system.database.instance, call);
  const snapshot = await findSnapshot(system, request, production, call);
  const { resourceId } = snapshot;
  const instance =
    resourceId === production?.resourceId ? production : await rds.describeInstanceByResourceId(resourceId, call);
  const found = { production, source: { resourceId, instance } };
  return {
    ...found,
    snapshot,
    reference: request.snapshot.kind === 'named' ? request.snapshot.reference : snapshot.identifier,
    taken: await takenNames(system, request, now, call),
    proof: await findProof(system, request, snapshot, call),
    engine: await findEngineSupport(rds, snapshot, call),
    offers: await offersFor(
      rds,
      instanceNeed(found, request, { ...snapshot, region: rds.region }, profileLeftIn(snapshot)),
      call,
    ),
  };
}

/** An archive that cannot be read does not keep anybody from recovering: the plan says that it is not known. */
async function findProof(
  system: System,
  { temporary }: CheckedSnapshotRestoreRequest,
  { identifier: id, originalCreatedAt, createdAt, resourceId }: SnapshotDescription,
  call: PortCall,
): Promise<SnapshotProof | undefined> {
  if (system.archive === undefined || temporary !== undefined) return undefined;
  const kind = 'database-snapshot';
  try {
    const verifications = await readVerifications(system, { kind }, call);
    const made = originalCreatedAt ?? createdAt;
    const verification = verifications.of({ kind, id, region: system.aws.region, createdAt: made, resourceId });
    return verification === undefined ? { kind: 'never' } : { kind: 'verified', verification };
  } catch (error) {
    call.signal?.throwIfAborted();
    if (!isBackupError(error)) throw error;
    return { kind: 'unknown', reason: error.message };
  }
}

async function findSnapshot(
  { aws: { rds }, database }: System,
  { snapshot, sourceResourceId }: CheckedSnapshotRestoreRequest,
  production: DatabaseInstance | undefined,
  call: PortCall,
): Promise<SnapshotDescription> {
  if (snapshot.kind === 'named') {
    const found = await rds.describeSnapshot(snapshot.reference, call);
    if (found === undefined) throw notFound(`there is no snapshot ${snapshot.reference} in ${rds.region}`, rds.region);
    return found;
  }
  // By its resource id where there is one to go by: names change hands (facts A20).
  const resourceId = sourceResourceId ?? production?.resourceId;
  const filter = resourceId === undefined ? { instance: database.instance } : { resourceId };
  const all: SnapshotDescription[] = [];
  for await (const one of rds.listSnapshots(filter, call)) all.push(one);
  const sources = [...new Set(all.map((one) => one.resourceId))].sort();
  if (resourceId === undefined && sources.length > 1) {
    throw invalidInput(
      'source',
      `is missing, and several instances have been called ${database.instance}: ${sources.join(', ')}`,
      'Say whose snapshots are meant: source: { resourceId }.',
    );
  }
  const newest = newestSnapshot(all, snapshot);
  if (newest !== undefined) return newest;
  const kind = snapshot.automated ? 'automated snapshot' : 'snapshot';
  const of = resourceId ?? database.instance;
  throw notFound(`there is no ${kind} of ${of} in ${rds.region} that is available`, rds.region);
}

function notFound(message: string, region: string): BackupError {
  return new BackupError({
    code: 'snapshot-not-found',
    message,
    hint: 'BackupClient.list shows what there is. Copies in other regions are manual snapshots there, and are planned for with a system of that region.',
    details: { region },
  });
}
