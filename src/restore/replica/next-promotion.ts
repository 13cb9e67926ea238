import { classifyStatus } from '../../core/instance-status.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';

/** All that decides what the promotion of a replica does next. */
export interface PromotionState {
  readonly replica: Pick<DatabaseInstance, 'identifier' | 'status' | 'replicaSource' | 'replication'>;
  /** What it was called, and what it followed, when the plan was made. */
  readonly identifier: string;
  readonly source: string;
  /** Whether this plan has begun to promote it: it is marked so before. */
  readonly isBegun: boolean;
}

/** What to do next. Only `promote` changes anything, and that for good. */
export type PromotionAction =
  | { readonly action: 'promote' }
  | { readonly action: 'wait'; readonly for: string }
  | { readonly action: 'done' }
  | { readonly action: 'stop'; readonly reason: string };

/**
 * From every state that a crash, a lost response or another person can leave, the one next thing. `available` alone means
 * nothing: RDS says so before the promotion shows, too (facts 0.7, E7).
 */
export function nextPromotion({ replica, identifier, source, isBegun }: PromotionState): PromotionAction {
  const status = classifyStatus(replica.status);
  if (replica.identifier !== identifier) return stop(`the replica is now called ${replica.identifier}`);
  if (status === 'failed') return stop(`it is ${replica.status}`);
  if (replica.replicaSource !== undefined) {
    if (replica.replicaSource !== source) return stop(`it follows ${replica.replicaSource}`);
    return status === 'ready' ? { action: 'promote' } : wait(`it to be available; it is ${replica.status}`);
  }
  if (!isBegun) return stop('it is no read replica any more, and this plan has not promoted it');
  if (replica.replication !== undefined) return wait('its replication to end');
  // Its first backup follows, and takes as long as it takes: it serves meanwhile.
  const serves = status === 'ready' || status === 'operational';
  return serves ? { action: 'done' } : wait(`it to be available again; it is ${replica.status}`);
}

function wait(forWhat: string): PromotionAction {
  return { action: 'wait', for: forWhat };
}

function stop(reason: string): PromotionAction {
  return { action: 'stop', reason };
}
