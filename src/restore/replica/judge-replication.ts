import { BackupError } from '../../core/errors.js';
import { classifyStatus } from '../../core/instance-status.js';
import type { Judgement } from '../../core/poll.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { ReplicationLook } from './look-at-replication.js';
import { bytesBehind } from './replay-position.js';

/**
 * Whether a replica follows closely: it has replayed what its source had written at the look before, so that it is behind by
 * less than passes between two looks, however much is written meanwhile. `available` and `replicating` alone say nothing of that.
 */
export function judgeReplication(look: ReplicationLook, writtenBefore: string | undefined): Judgement {
  const trouble = troubleOf(look);
  if (trouble !== undefined) return trouble;
  const { written, replay } = look;
  const replayed = replay?.replayed;
  if (written === undefined || replayed === undefined) return pending('its lag is not known yet');
  if (writtenBefore === undefined) return pending(behindText(bytesBehind(written, replayed)));
  const behind = bytesBehind(writtenBefore, replayed);
  return behind === 0 ? { state: 'ready' } : pending(behindText(behind));
}

/** Whether a replica has all that its source has written: only with nobody writing this comes to an end. */
export function judgeCaughtUp(look: ReplicationLook): Judgement {
  const trouble = troubleOf(look);
  if (trouble !== undefined) return trouble;
  const { written, replay } = look;
  const replayed = replay?.replayed;
  if (written === undefined || replayed === undefined) return pending('its lag is not known yet');
  const behind = bytesBehind(written, replayed);
  return behind === 0 ? { state: 'ready' } : pending(behindText(behind));
}

/**
 * Whether a replica shows all that it has received: what a promotion keeps of a source that is lost. How its replication fares is
 * no matter then.
 */
export function judgeReplayed(look: ReplicationLook): Judgement {
  const { replica, replay, problem } = look;
  if (classifyStatus(replica.status) === 'failed') return { state: 'failed', error: replicaFailed(replica) };
  if (replay === undefined) return pending(problem ?? 'its server cannot be asked yet');
  const { received, replayed } = replay;
  // Nothing is received by one that was started without its source; it has replayed what it had.
  if (received === undefined || replayed === undefined) return { state: 'ready' };
  const behind = bytesBehind(received, replayed);
  return behind === 0 ? { state: 'ready' } : pending(`${behind} bytes of what it has received are not replayed`);
}

/** What keeps a replica from being judged by its lag. Some of it no waiting cures (facts E6). */
function troubleOf({ replica, replay, problem }: ReplicationLook): Judgement | undefined {
  const { status, replication } = replica;
  if (replica.replicaSource === undefined) return { state: 'failed', error: replicaFailed(replica) };
  if (classifyStatus(status) === 'failed') return { state: 'failed', error: replicaFailed(replica) };
  if (replication?.status === 'terminated') return { state: 'failed', error: replicaFailed(replica) };
  if (classifyStatus(status) === 'transient') return pending(status);
  if (replication?.normal === false) return pending(replicationText(replication));
  if (replay === undefined) return pending(problem ?? 'its server cannot be asked yet');
  return replay.recovering ? undefined : pending('its server does not follow yet');
}

/** How replication fares, as RDS tells it. */
export function replicationText({ status, message }: NonNullable<DatabaseInstance['replication']>): string {
  return `replication is ${status}${message === undefined || message === '' ? '' : `: ${message}`}`;
}

/** The error for a replica that will not follow again by itself. */
export function replicaFailed(replica: DatabaseInstance): BackupError {
  const { identifier, resourceId, status, replication } = replica;
  return new BackupError({
    code: 'resource-failed',
    message: `replica ${identifier}: ${failureOf(replica)}`,
    hint: 'Read its events; where it cannot catch up any more, delete it and make another.',
    details: { instance: identifier, resourceId, status, replication },
  });
}

function failureOf({ status, replication, replicaSource }: DatabaseInstance): string {
  if (classifyStatus(status) === 'failed') return status;
  if (replicaSource === undefined || replication === undefined) return 'it is no read replica any more';
  return replicationText(replication);
}

function behindText(bytes: number): string {
  return `${bytes} bytes of log behind`;
}

function pending(status: string): Judgement {
  return { state: 'pending', status };
}
