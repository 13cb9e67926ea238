import { isBackupError } from '../../core/errors.js';
import { type Tags, tagKeys } from '../../core/tags.js';
import type { Journal } from '../../ports/journal.js';
import { removeCache } from '../../restore/cache/remove-cache.js';
import { operationIdOf } from '../../restore/execution/operation-id.js';
import type { DumpRestorePlan } from '../../restore/plan/restore-plan.js';
import type { System } from '../../system/define-system.js';
import { dropScratch } from '../scratch-database.js';
import type { DrillDecision } from './drill-decision.js';
import type { DrillTeardown } from './drill-evidence.js';
import { madeByDrill } from './drill-tags.js';
import { removeInstance } from './remove-instance.js';

/** What became of what a drill had made. */
export interface TornDown {
  readonly teardown: DrillTeardown;
  /** An error that no service has answered with: for the caller to throw once all else is done. */
  readonly unforeseen?: { readonly error: unknown } | undefined;
}

/**
 * Removes what a drill has made, whatever has become of the drill. It never rejects: what could not be removed is told, with the
 * reason. `begun: false`: nothing was ever asked for.
 */
export async function tearDown(
  system: System,
  decision: DrillDecision,
  journal: Journal,
  how: { readonly patient: boolean; readonly begun: boolean; readonly resourceId: string | undefined },
): Promise<TornDown> {
  if (!how.begun) return { teardown: nothingLeft('never-there') };
  try {
    return { teardown: await remove(system, decision, journal, how) };
  } catch (error) {
    const teardown = leftOver(decision, error instanceof Error ? error.message : String(error), how.resourceId);
    return isBackupError(error) ? { teardown } : { teardown, unforeseen: { error } };
  }
}

async function remove(
  system: System,
  decision: DrillDecision,
  journal: Journal,
  how: { readonly patient: boolean; readonly resourceId: string | undefined },
): Promise<DrillTeardown> {
  const { target, plan, runId } = decision;
  if (plan.kind === 'dump') return dropDatabase(system, decision, plan, journal);
  const operationId = operationIdOf(plan);
  const { identifier } = target;
  const { resourceId } = how;
  const isOurs = (tags: Tags): boolean => madeByDrill(tags, runId) && tags[tagKeys.operationId] === operationId;
  const instance = { identifier, resourceId, isOurs: ({ tags }: { readonly tags: Tags }) => isOurs(tags) };
  const found =
    plan.kind === 'cache'
      ? await removeCache(system, { identifier, isOurs }, how)
      : await removeInstance(system, instance, how);
  // What was seen to be made and is not there any more was removed by a call of this run that could not say so.
  return nothingLeft(resourceId === undefined ? found : 'removed');
}

async function dropDatabase(
  system: System,
  decision: DrillDecision,
  plan: DumpRestorePlan,
  journal: Journal,
): Promise<DrillTeardown> {
  const left = await dropScratch(system, plan, journal);
  if (left === undefined) return nothingLeft('removed');
  return leftOver(decision, String(left.evidence.reason), undefined);
}

function nothingLeft(found: 'removed' | 'never-there'): DrillTeardown {
  return { outcome: found === 'removed' ? 'removed' : 'nothing-made', leftovers: [] };
}

function leftOver({ target }: DrillDecision, reason: string, resourceId: string | undefined): DrillTeardown {
  const { kind, region, identifier } = target;
  return { outcome: 'failed', leftovers: [{ kind, region, identifier, resourceId, reason }] };
}
