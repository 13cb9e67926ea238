import { checkCache } from '../../checks/cache/check-cache.js';
import { BackupError, invalidInput } from '../../core/errors.js';
import { cacheOf } from '../../system/cache-of.js';
import type { Execution, StepResult } from '../execution/execution.js';
import type { CheckCacheStep } from '../plan/restore-step.js';

/** Looks into the restored cache by the caller's clients. Only a pass lets the execution go on; anything else stops it. */
export async function checkCacheCandidate(execution: Execution, step: CheckCacheStep): Promise<StepResult> {
  const { plan, system, call, caches } = execution;
  if (plan.kind !== 'cache' || caches.connect === undefined) {
    throw new BackupError({
      code: 'plan-invalid',
      message: 'there is no cache to look into',
      hint: 'Make a new plan.',
    });
  }
  const { profile } = plan.facts;
  const group = await cacheOf(system).port.describeReplicationGroup(plan.candidate, call);
  if (group?.endpoint === undefined) {
    throw new BackupError({
      code: 'invalid-state',
      message: `cache ${plan.candidate} has no endpoint`,
      hint: 'Look at its status; execute the plan again when it is available.',
      retryable: true,
      details: { cache: plan.candidate, status: group?.status },
    });
  }
  const { auth, clusterMode, transitEncryption: tls } = profile;
  const connection = await caches.connect({ ...group.endpoint, tls, auth, clusterMode });
  if (typeof connection?.close !== 'function' || connection.cache === undefined) {
    throw invalidInput(
      'connectCache',
      'did not give a cache and a way to close it',
      'Return { cache: connectRedis(client), close: async () => client.disconnect() }.',
    );
  }
  try {
    const request = { cache: connection.cache, expectation: step.expectation };
    const report = await checkCache(request, {
      clock: system.clock,
      signal: call.signal,
      deadline: execution.until,
      onProgress: ({ subject, status }) => execution.report(step, { subject, status }),
    });
    const facts = { report };
    if (report.verdict === 'passed') return { status: 'finished', facts };
    const bad = report.checks
      .filter(({ verdict }) => verdict !== 'passed')
      .map(({ check, summary }) => `${check}: ${summary}`);
    return { status: 'stopped', reason: `the restored cache did not pass its checks: ${bad.join('; ')}`, facts };
  } finally {
    await connection.close();
  }
}
