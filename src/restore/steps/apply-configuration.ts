import { classifyStatus } from '../../core/instance-status.js';
import type { Judgement } from '../../core/poll.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import { awaitInstance } from '../execution/await-instance.js';
import type { Execution, StepResult } from '../execution/execution.js';
import { reconcile } from '../execution/reconcile.js';
import { candidateResourceId, describeCandidate } from '../instance/candidate.js';
import { changeFor, diffConfiguration } from '../instance/configuration-drift.js';
import { isStable } from '../instance/instance-status.js';
import type { ApplyConfigurationStep } from '../plan/restore-step.js';

const hour = 3_600_000;

/** A change that RDS accepted and did not make after this many attempts is reported as drift. */
const mostAttempts = 2;

/**
 * Makes the candidate what its profile says: one modification, a reboot if parameters wait for one, and a last look whose
 * differences are returned as data (facts B4).
 */
export async function applyConfiguration(execution: Execution, step: ApplyConfigurationStep): Promise<StepResult> {
  await modify(execution, step);
  if (step.mayReboot ?? true) await reboot(execution, step);
  const resourceId = candidateResourceId(execution);
  const instance = await awaitInstance(execution, step, {
    resourceId,
    what: `instance ${resourceId} to settle in its configuration`,
    subject: resourceId,
    isReady: (seen) => isStable(seen) && seen.endpoint !== undefined,
    boundMilliseconds: hour,
  });
  return { status: 'finished', facts: { drift: diffConfiguration(step.profile, instance) } };
}

async function modify(execution: Execution, step: ApplyConfigurationStep): Promise<void> {
  const { rds, call } = execution;
  let attempts = 0;
  const missing = (seen: DatabaseInstance) => changeFor(diffConfiguration(step.profile, seen), step.profile, seen);
  await reconcile<DatabaseInstance>(execution, step, {
    what: 'the configuration to be applied',
    subject: 'configuration',
    observe: () => describeCandidate(execution),
    decide: (seen) => {
      if (!isStable(seen)) return busy(seen);
      return missing(seen) === undefined || attempts >= mostAttempts ? { state: 'ready' } : { state: 'act' };
    },
    act: async (seen) => {
      const change = missing(seen);
      if (change === undefined) return;
      await execution.note(step, { modified: Object.keys(change).sort() });
      await rds.modifyInstance(seen.identifier, change, call);
      attempts += 1;
    },
    tolerated: ['invalid-state'],
    consecutive: 3,
    boundMilliseconds: hour,
    status: (seen) => seen.status,
  });
}

/** A restored instance keeps running with the engine's default parameters until it is rebooted with its own. */
async function reboot(execution: Execution, step: ApplyConfigurationStep): Promise<void> {
  const { rds, call } = execution;
  await reconcile<DatabaseInstance>(execution, step, {
    what: 'the parameters to take effect',
    subject: 'parameters',
    observe: () => describeCandidate(execution),
    decide: (seen) => {
      if (!isStable(seen)) return busy(seen);
      return seen.parameterGroups.some((group) => group.applyStatus === 'pending-reboot')
        ? { state: 'act' }
        : { state: 'ready' };
    },
    act: async (seen) => {
      await execution.note(step, { rebooted: true });
      await rds.rebootInstance(seen.identifier, call);
    },
    tolerated: ['invalid-state'],
    consecutive: 3,
    boundMilliseconds: hour,
    status: (seen) => seen.status,
  });
}

/** Not settled. In a status that waiting does not cure, the wait for the instance that follows says so with its events. */
function busy(seen: DatabaseInstance): Judgement {
  return classifyStatus(seen.status) === 'failed' ? { state: 'ready' } : { state: 'pending', status: seen.status };
}
