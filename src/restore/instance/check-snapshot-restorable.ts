import { BackupError } from '../../core/errors.js';
import type { PlanningContext } from '../plan/planning-context.js';
import { snapshotDataTime } from './choose-snapshot.js';
import type { SnapshotRestoreFacts } from './snapshot-restore-facts.js';
import type { CheckedSnapshotRestoreRequest } from './snapshot-restore-request.js';

/**
 * Whether RDS would take a snapshot for a restore at all, and whether it is one of what is to be restored.
 *
 * Errors: `invalid-state` unless it is available; `precondition-failed` for one that is shared and encrypted, and for one of
 * another instance that nobody has named.
 */
export function checkSnapshotRestorable(
  facts: SnapshotRestoreFacts,
  request: CheckedSnapshotRestoreRequest,
  context: Pick<PlanningContext, 'instance'>,
): { readonly dataTime: Date; readonly createdAt: Date; readonly shared: boolean } {
  const { snapshot } = facts;
  const { identifier, status, createdAt } = snapshot;
  const dataTime = snapshotDataTime(snapshot);
  if (status !== 'available' || createdAt === undefined || dataTime === undefined) {
    throw new BackupError({
      code: 'invalid-state',
      message: `snapshot ${identifier} is ${status}: only one that is available can be restored`,
      hint: 'Wait until it is available, or name another.',
      retryable: status === 'creating',
      details: { snapshot: identifier, status },
    });
  }
  checkSource(facts, request, context);
  const shared = isShared(facts);
  if (shared && snapshot.encrypted) {
    throw new BackupError({
      code: 'precondition-failed',
      message: `snapshot ${identifier} is shared by another account and encrypted: RDS does not restore it directly`,
      hint: 'Copy it to this account first, with a KMS key of your own, and restore the copy.',
      details: { snapshot: identifier, kmsKey: snapshot.kmsKey },
    });
  }
  return { dataTime, createdAt, shared };
}

/** Its own account says it best; what RDS calls its type, where there is no instance to compare with. */
function isShared({ snapshot, production, source }: SnapshotRestoreFacts): boolean {
  if (snapshot.type === 'shared' || snapshot.type === 'public') return true;
  const own = (production ?? source.instance)?.arn.split(':')[4];
  const owner = snapshot.arn.split(':')[4];
  return own !== undefined && owner !== undefined && owner !== own;
}

/** The snapshot of another database, put in production's place by a slip of the hand, would be a second disaster. */
function checkSource(
  { snapshot, production }: SnapshotRestoreFacts,
  { sourceResourceId }: CheckedSnapshotRestoreRequest,
  { instance }: Pick<PlanningContext, 'instance'>,
): void {
  const { identifier, resourceId } = snapshot;
  const meant =
    sourceResourceId === undefined
      ? resourceId === production?.resourceId || snapshot.instance === instance
      : resourceId === sourceResourceId;
  if (meant) return;
  throw new BackupError({
    code: 'precondition-failed',
    message: `snapshot ${identifier} is of ${snapshot.instance} (${resourceId}), not of ${sourceResourceId ?? instance}`,
    hint: `If it is meant, say so: source: { resourceId: '${resourceId}' }.`,
    details: { snapshot: identifier, instance: snapshot.instance, resourceId },
  });
}
