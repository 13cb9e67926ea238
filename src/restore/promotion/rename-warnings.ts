import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { PlanWarning } from '../plan/restore-plan.js';

/** What a person should know of two instances that exchange their names, whichever way. */
export function renameWarnings(renames: {
  readonly instance: string;
  readonly production: DatabaseInstance | undefined;
  readonly archive: string;
  /** Only the caller says that nothing writes. */
  readonly writersUnfenced: boolean;
  /** What is written from then on stays with the instance that is renamed away. */
  readonly lostAfter: string;
  /** Of the instance that gets the production name. */
  readonly iamAuthentication: boolean;
}): readonly PlanWarning[] {
  const { instance, production, archive } = renames;
  const pending = Object.keys(production?.pendingChanges ?? {}).sort();
  const replicas = [...(production?.replicas ?? [])].sort();
  const warnings: PlanWarning[] = [];
  if (production === undefined) {
    const message = `no instance is called ${instance}: there is nothing to rename away`;
    warnings.push({ code: 'previous-instance-missing', message });
  }
  if (renames.writersUnfenced) {
    const message = `whatever is still written to ${instance} after ${renames.lostAfter} stays in ${archive} only`;
    warnings.push({ code: 'writers-not-fenced', message });
  }
  if (pending.length > 0) {
    const message = `renaming also applies what is queued on ${instance}: ${pending.join(', ')}`;
    warnings.push({ code: 'pending-changes-will-apply', message });
  }
  if (replicas.length > 0) {
    const message = `read replicas stay attached to ${archive}: ${replicas.join(', ')}`;
    warnings.push({ code: 'replicas-stay-attached', message });
  }
  if (renames.iamAuthentication) {
    const message = 'the DbiResourceId changes: IAM policies for rds-db:connect that name it have to be changed';
    warnings.push({ code: 'resource-id-changes', message });
  }
  return warnings;
}
