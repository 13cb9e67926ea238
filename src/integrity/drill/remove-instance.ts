import { clearingUpSignal } from '../../core/clock.js';
import { BackupError, isBackupError } from '../../core/errors.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import { awaitRemoval, type RemovalLook } from '../../restore/execution/await-removal.js';
import type { System } from '../../system/define-system.js';

/** A temporary instance as its maker knows it. */
export interface TemporaryInstance {
  readonly identifier: string;
  /** Where it was learned. */
  readonly resourceId?: string | undefined;
  /** Whether what has the name is what was made: without it nothing is deleted. */
  readonly isOurs: (instance: DatabaseInstance) => boolean;
}

/** One call of clearing up, on the machine's own time: a service that does not answer must not hold it for ever. */
const callMilliseconds = 20_000;

/**
 * Deletes an instance without a final snapshot, its automated backups with it, and waits until it is gone; `patient: false` only
 * until RDS has accepted it, which cannot be taken back (facts B17). One that still is being made is asked again until it lets go.
 * It takes no signal: it also runs after an abort. A deletion protection is never taken off.
 *
 * Errors: `precondition-failed` where somebody has renamed it, `deadline-exceeded`, and RDS's refusal.
 */
export async function removeInstance(
  system: System,
  temporary: TemporaryInstance,
  { patient }: { readonly patient: boolean },
): Promise<'removed' | 'never-there'> {
  let known = temporary.resourceId;
  const look = async (): Promise<RemovalLook> => {
    const { found, refusal } = await lookAndAsk(system, temporary, known);
    known ??= found?.resourceId;
    if (refusal === undefined && found !== undefined && found.identifier !== temporary.identifier)
      throw renamed(temporary, found);
    return { status: found?.status, refusal };
  };
  return awaitRemoval(system, `instance ${temporary.identifier}`, look, { patient });
}

/** What one look at it came to. */
interface Look {
  /** `undefined`: it is not there, or not known. */
  readonly found?: DatabaseInstance | undefined;
  readonly refusal?: BackupError | undefined;
}

/** Looks for the instance, by what a rename does not change as soon as that is known (facts C4), and asks for its deletion. */
async function lookAndAsk(system: System, temporary: TemporaryInstance, resourceId: string | undefined): Promise<Look> {
  const { rds } = system.aws;
  const call = { signal: clearingUpSignal(callMilliseconds) };
  try {
    const found =
      resourceId === undefined
        ? await rds.describeInstance(temporary.identifier, call)
        : await rds.describeInstanceByResourceId(resourceId, call);
    if (found === undefined || !temporary.isOurs(found)) return {};
    if (found.identifier !== temporary.identifier || found.status === 'deleting') return { found };
    return { found, refusal: await ask(system, found) };
  } catch (error) {
    if (isBackupError(error)) return { refusal: error };
    throw error;
  }
}

/** Asks for the deletion; gives the refusal, if it is one that may pass or has to be told. */
async function ask({ aws }: System, { identifier }: DatabaseInstance): Promise<BackupError | undefined> {
  const call = { signal: clearingUpSignal(callMilliseconds) };
  try {
    await aws.rds.deleteInstance(identifier, { deleteAutomatedBackups: true }, call);
    return undefined;
  } catch (error) {
    if (isBackupError(error, 'instance-not-found')) return undefined;
    if (isBackupError(error)) return error;
    throw error;
  }
}

/** Whoever renames a temporary instance means to keep it. */
function renamed(temporary: TemporaryInstance, { identifier, resourceId }: DatabaseInstance): BackupError {
  return new BackupError({
    code: 'precondition-failed',
    message: `it is called ${identifier} now: somebody has renamed it`,
    hint: 'If nobody wants to keep it, delete it by hand.',
    details: { instance: temporary.identifier, identifier, resourceId },
  });
}
