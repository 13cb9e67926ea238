import { BackupError, invalidInput } from '../../core/errors.js';
import type { AwsPorts } from '../../ports/aws.js';
import { cacheOf } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';
import { regionOf } from '../../system/region-of.js';
import type { RestorePlan } from '../plan/restore-plan.js';
import type { ExecuteOptions } from './execute-plan.js';
import type { SwitchEndpoint, Writers } from './execution.js';

/** The system is the one that the plan was made for. Errors: `plan-invalid`. */
export function checkSystem(system: System, plan: RestorePlan): void {
  const { region, instance, database } = plan.system;
  const cache = 'cache' in plan ? plan.cache : undefined;
  const same =
    region === system.aws.region && instance === system.database.instance && database === system.database.name;
  if (same && (cache === undefined || cache === cacheOf(system).name)) return;
  throw new BackupError({
    code: 'plan-invalid',
    message: `the plan is for ${instance}/${database} in ${region}, this system is ${system.database.instance}/${system.database.name} in ${system.aws.region}`,
    hint: 'Execute it with the system that it was made for.',
    details: { planned: { region, instance, database } },
  });
}

/** Where the instance is that the plan is about. Errors: `invalid-input` for a region that the system does not name. */
export function candidateRegion(system: System, plan: RestorePlan): AwsPorts {
  return 'region' in plan ? regionOf(system, plan.region, 'plan.region') : system.aws;
}

/** Whoever is to be stopped can be. Errors: `invalid-input`. */
export function checkWriters(plan: RestorePlan, writers: Writers | undefined): void {
  const needed = plan.steps.some((step) => step.kind === 'stop-writers' && step.how === 'hooks');
  if (needed && (typeof writers?.stop !== 'function' || typeof writers.resume !== 'function')) {
    throw invalidInput(
      'writers',
      'is missing, and the plan did not acknowledge that nothing writes',
      'Give writers: { stop, resume }, or make the plan with acknowledgeWritersStopped. What is written after the restore time stays behind.',
    );
  }
}

/** Whoever points the application elsewhere is there. Errors: `invalid-input`. */
export function checkSwitch(plan: RestorePlan, switchEndpoint: SwitchEndpoint | undefined): void {
  if (!plan.steps.some(({ kind }) => kind === 'switch-endpoint') || typeof switchEndpoint === 'function') return;
  throw invalidInput(
    'switchEndpoint',
    'is missing, and the plan promotes by endpoint',
    "Give switchEndpoint: a function that points the application at an address, or plan with promote: 'rename'.",
  );
}

/** The token and the connection that a plan for a cache needs are there. Errors: `invalid-input`. */
export function checkCacheAccess(
  plan: RestorePlan,
  { cacheAuthToken, connectCache }: Pick<ExecuteOptions, 'cacheAuthToken' | 'connectCache'>,
): void {
  const needsToken = plan.steps.some((step) => step.kind === 'restore-cache' && step.auth === 'token');
  if (needsToken && typeof cacheAuthToken !== 'function') {
    throw invalidInput(
      'cacheAuthToken',
      'is missing, and the restored cache is to have a password',
      'Give cacheAuthToken: a function that reads the token from where it is kept.',
    );
  }
  if (plan.steps.some(({ kind }) => kind === 'check-cache') && typeof connectCache !== 'function') {
    throw invalidInput(
      'connectCache',
      'is missing, and the plan looks into the restored cache',
      'Give connectCache, or make the plan without expectation.',
    );
  }
}
