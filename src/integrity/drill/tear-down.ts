import { isBackupError } from '../../core/errors.js';
import { type Tags, tagKeys } from '../../core/tags.js';
import type { Journal } from '../../ports/journal.js';
import { readProgress } from '../../restore/execution-progress.js';
import type { DumpRestorePlan, RestorePlan } from '../../restore/restore-plan.js';
import { operationIdOf } from '../../restore/seal-plan.js';
import type { System } from '../../system/define-system.js';
import { dropScratch } from '../scratch-database.js';
import type { DrillDecision } from './drill-decision.js';
import type { DrillTeardown } from './drill-evidence.js';
import { madeByDrill } from './drill-tags.js';
import { removeCache } from './remove-cache.js';
import { removeInstance } from './remove-instance.js';

/**
 * Removes what a drill has made, whatever has become of the drill. It never rejects: what could not be removed is told, with the
 * reason. `begun: false`: nothing was ever asked for.
 */
export async function tearDown(
  system: System,
  decision: DrillDecision,
  journal: Journal,
  how: { readonly patient: boolean; readonly begun: boolean; readonly resourceId: string | undefined },
): Promise<DrillTeardown> {
  if (!how.begun) return { outcome: 'nothing-made', leftovers: [] };
  const { target, plan, runId } = decision;
  try {
    if (plan.kind === 'dump') return await dropDatabase(system, decision, plan, journal);
    const operationId = operationIdOf(plan);
    const { identifier } = target;
    const isOurs = (tags: Tags): boolean => madeByDrill(tags, runId) && tags[tagKeys.operationId] === operationId;
    const outcome =
      plan.kind === 'cache'
        ? await removeCache(system, { identifier, isOurs }, how)
        : await removeInstance(
            system,
            { identifier, resourceId: how.resourceId, isOurs: ({ tags }) => isOurs(tags) },
            how,
          );
    return { outcome: outcome === 'removed' ? 'removed' : 'nothing-made', leftovers: [] };
  } catch (error) {
    return leftOver(decision, error instanceof Error ? error.message : String(error), how.resourceId);
  }
}

/** Whether the restore of a plan was ever asked for, and as what: from its journal, which may not have the answer. */
export async function wasBegun(
  plan: RestorePlan,
  journal: Journal,
): Promise<{ readonly begun: boolean; readonly resourceId: string | undefined }> {
  try {
    const { begun, finished } = readProgress(await journal.read(plan.hash));
    const making = plan.kind === 'dump' ? 'create-database' : plan.steps[0]?.id;
    const resourceId = finished.get(making ?? '')?.facts.resourceId;
    return {
      begun: making !== undefined && begun.has(making),
      resourceId: typeof resourceId === 'string' ? resourceId : undefined,
    };
  } catch (error) {
    if (!isBackupError(error)) throw error;
    // What cannot be read may well have begun.
    return { begun: true, resourceId: undefined };
  }
}

async function dropDatabase(
  system: System,
  decision: DrillDecision,
  plan: DumpRestorePlan,
  journal: Journal,
): Promise<DrillTeardown> {
  const left = await dropScratch(system, plan, journal);
  if (left === undefined) return { outcome: 'removed', leftovers: [] };
  return leftOver(decision, String(left.evidence.reason), undefined);
}

function leftOver({ target }: DrillDecision, reason: string, resourceId: string | undefined): DrillTeardown {
  const { kind, region, identifier } = target;
  return { outcome: 'failed', leftovers: [{ kind, region, identifier, resourceId, reason }] };
}
