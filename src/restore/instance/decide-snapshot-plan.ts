import { managedBy, tagKeys } from '../../core/tags.js';
import { estimateRecovery } from '../plan/estimate-recovery.js';
import type { PlanningContext } from '../plan/planning-context.js';
import type { PlanWarning, SnapshotRestorePlan } from '../plan/restore-plan.js';
import type { RestoreStep } from '../plan/restore-step.js';
import { sealPlan } from '../plan/seal-plan.js';
import { decidePromotion } from '../promotion/decide-promotion.js';
import { candidatePlanFacts, candidatePlanHead, type DecidedCandidate } from './candidate-plan.js';
import { standbyOf, stepsAfterRestore } from './candidate-steps.js';
import { candidateWarnings } from './candidate-warnings.js';
import { checkSnapshotRestorable } from './check-snapshot-restorable.js';
import { profileLeftIn, restoreSettingsOf } from './configuration-profile.js';
import { decideProfile } from './decide-profile.js';
import { engineWarnings } from './engine-support.js';
import type { SnapshotRestoreFacts } from './snapshot-restore-facts.js';
import type { CheckedSnapshotRestoreRequest } from './snapshot-restore-request.js';
import { candidateTags } from './temporary-candidate.js';

interface DecidedSnapshot extends DecidedCandidate {
  readonly facts: SnapshotRestoreFacts;
  readonly dataTime: Date;
}

/**
 * Decides how to restore a snapshot, from what was seen and asked and nothing else: the same input gives the same plan.
 *
 * Errors: `invalid-state`, `precondition-failed`, `identifier-taken`, `instance-class-not-offered`, `invalid-input`.
 */
export function decideSnapshotPlan(
  facts: SnapshotRestoreFacts,
  request: CheckedSnapshotRestoreRequest,
  context: PlanningContext,
  now: Date,
): SnapshotRestorePlan {
  const { snapshot } = facts;
  const { dataTime, createdAt, shared } = checkSnapshotRestorable(facts, request, context);
  const archive = decidePromotion(facts, request, context, now);
  const as = decideProfile(facts, request, context.objectives, profileLeftIn(snapshot));
  const decided: DecidedSnapshot = { facts, request, context, ...as, archive, dataTime };
  const estimate = estimateRecovery(decided, { storageGiB: snapshot.allocatedStorageGiB, dataTime }, now);
  return sealPlan<SnapshotRestorePlan>({
    ...candidatePlanHead(decided, now),
    kind: 'snapshot',
    facts: {
      ...candidatePlanFacts(decided, facts.source.instance?.identifier ?? snapshot.instance),
      snapshot: {
        identifier: snapshot.identifier,
        arn: snapshot.arn,
        type: snapshot.type,
        dataTime: dataTime.toISOString(),
        encrypted: snapshot.encrypted,
        engineVersion: snapshot.engineVersion,
        allocatedStorageGiB: snapshot.allocatedStorageGiB,
        verified: verifiedIn(facts),
      },
    },
    steps: [restoreStep(decided, createdAt), ...stepsAfterRestore(decided, now)],
    warnings: [...snapshotWarnings(decided, shared), ...candidateWarnings(decided, estimate)],
    estimate,
  });
}

function verifiedIn({ proof }: SnapshotRestoreFacts): SnapshotRestorePlan['facts']['snapshot']['verified'] {
  if (proof?.kind !== 'verified') return undefined;
  const { at, how } = proof.verification;
  return { at: at.toISOString(), how };
}

function restoreStep(decided: DecidedSnapshot, createdAt: Date): RestoreStep {
  const { facts, request, profile } = decided;
  const { target, temporary } = request;
  const { standbyClasses, note } = standbyOf(decided);
  return {
    id: 'restore-from-snapshot',
    kind: 'restore-from-snapshot',
    title: `Restore ${facts.snapshot.identifier} as ${target}${note}`,
    preconditions: [
      { kind: 'identifier-free', identifier: target },
      { kind: 'snapshot-is', snapshot: facts.reference, createdAt: createdAt.toISOString() },
    ],
    snapshot: facts.reference,
    settings: restoreSettingsOf(profile, target, { ...candidateTags(temporary), [tagKeys.managedBy]: managedBy }),
    ...standbyClasses,
  };
}

function snapshotWarnings({ facts, request, dataTime }: DecidedSnapshot, shared: boolean): readonly PlanWarning[] {
  const warnings: PlanWarning[] = [
    ...engineWarnings(
      facts.engine,
      'bring a manual snapshot that is not shared to an offered version first (ModifyDBSnapshot with EngineVersion; copy an automated one before), or restore a dump',
    ),
  ];
  if (shared) {
    const message = `${facts.snapshot.identifier} belongs to another account, which can take it back at any time`;
    warnings.push({ code: 'snapshot-is-shared', message });
  }
  const { proof, snapshot } = facts;
  if (proof?.kind === 'never') {
    const message = `no drill has restored ${snapshot.identifier}: whether what is in it is right shows only now`;
    warnings.push({ code: 'snapshot-not-verified', message });
  }
  if (proof?.kind === 'unknown') {
    const message = `whether a drill has restored ${snapshot.identifier} is not known: ${proof.reason}`;
    warnings.push({ code: 'snapshot-not-verified', message });
  }
  const latest = facts.source.instance?.latestRestorableTime;
  if (request.temporary === undefined && latest !== undefined && latest > dataTime) {
    const message = `its data ends at ${dataTime.toISOString()}; a recovery to a point in time reaches up to ${latest.toISOString()}`;
    warnings.push({ code: 'point-in-time-loses-less', message });
  }
  return warnings;
}
