import { classifyStatus } from '../../core/instance-status.js';

/** One of the two instances of a promotion, as it is seen now. */
export interface RenamedInstance {
  readonly identifier: string;
  readonly status: string;
  /** A rename that was accepted and not yet made (facts C1). */
  readonly pendingIdentifier?: string | undefined;
}

/** All that decides what a promotion by rename does next. */
export interface RenameState {
  readonly production: string;
  readonly archive: string;
  readonly candidateIdentifier: string;
  /** The instance that was production when the plan was made, found by its resource id. Missing: it no longer exists. */
  readonly previous: RenamedInstance | undefined;
  /** The restored instance, found by its resource id. */
  readonly candidate: RenamedInstance | undefined;
  /** Whose the production name is at this moment. */
  readonly holder: 'previous' | 'candidate' | 'other' | 'none';
}

/** What to do next. Only the two renames change anything. */
export type RenameAction =
  | { readonly action: 'rename-away' }
  | { readonly action: 'rename-into-place' }
  | { readonly action: 'wait'; readonly for: string }
  | { readonly action: 'done' }
  | { readonly action: 'stop'; readonly reason: string };

/**
 * The table of facts C7: from every state that a crash, a lost response or another person can leave, the one next thing.
 * Whatever is not in the table waits or stops; it never renames.
 */
export function nextRenameAction(state: RenameState): RenameAction {
  const { production, archive, candidateIdentifier, previous, candidate, holder } = state;
  if (candidate === undefined) return stop('the candidate no longer exists');
  if (classifyStatus(candidate.status) === 'failed') return stop(`the candidate is ${candidate.status}`);
  if (candidate.identifier === production) {
    if (previous?.identifier === production)
      return wait('RDS to agree with itself about who holds the production name');
    if (isRenaming(candidate) || holder !== 'candidate' || classifyStatus(candidate.status) !== 'ready') {
      return wait(`the candidate to serve as ${production}; it is ${candidate.status}`);
    }
    return { action: 'done' };
  }
  if (candidate.identifier !== candidateIdentifier) return stop(`the candidate is now called ${candidate.identifier}`);
  if (candidate.pendingIdentifier !== undefined && candidate.pendingIdentifier !== production) {
    return stop(`the candidate is about to be renamed to ${candidate.pendingIdentifier}`);
  }
  if (isRenaming(candidate)) return wait(`the candidate to be renamed to ${production}`);
  if (previous === undefined || previous.identifier === archive) {
    if (holder === 'other') return stop(`another instance has taken the name ${production}`);
    if (holder !== 'none') return wait(`the name ${production} to be free`);
    if (previous !== undefined && isRenaming(previous))
      return wait(`the previous instance to be renamed to ${archive}`);
    return whenReady(candidate, 'the candidate', { action: 'rename-into-place' });
  }
  if (previous.identifier !== production) return stop(`the previous instance is now called ${previous.identifier}`);
  if (previous.pendingIdentifier !== undefined && previous.pendingIdentifier !== archive) {
    return stop(`the previous instance is about to be renamed to ${previous.pendingIdentifier}`);
  }
  if (isRenaming(previous)) return wait(`the previous instance to be renamed to ${archive}`);
  if (holder !== 'previous') return wait('RDS to agree with itself about who holds the production name');
  return whenReady(candidate, 'the candidate', whenReady(previous, 'the previous instance', { action: 'rename-away' }));
}

function isRenaming(instance: RenamedInstance): boolean {
  return instance.status === 'renaming' || instance.pendingIdentifier !== undefined;
}

/** A rename is refused while an instance is busy (facts C5.4), and one that is broken needs a person. */
function whenReady(instance: RenamedInstance, who: string, action: RenameAction): RenameAction {
  const status = classifyStatus(instance.status);
  if (status === 'ready') return action;
  return status === 'failed'
    ? stop(`${who} is ${instance.status}`)
    : wait(`${who} to be available; it is ${instance.status}`);
}

function wait(forWhat: string): RenameAction {
  return { action: 'wait', for: forWhat };
}

function stop(reason: string): RenameAction {
  return { action: 'stop', reason };
}
