import { BackupError } from '../../core/errors.js';
import { archiveStore } from '../../system/archive-store.js';
import type { Execution, StepResult } from '../execution/execution.js';
import type { CheckDumpObjectsStep } from '../plan/restore-step.js';

/** Makes sure that the dump is the one that was planned with. Errors: `precondition-failed` names the object. */
export async function checkDumpObjects(execution: Execution, step: CheckDumpObjectsStep): Promise<StepResult> {
  const { store } = archiveStore(execution.system);
  for (const { key, sizeBytes, etag } of step.objects) {
    const found = await store.head(key, execution.call);
    if (found?.sizeBytes === sizeBytes && found.etag === etag) continue;
    throw new BackupError({
      code: 'precondition-failed',
      message: `the object ${key} in ${store.location} is ${found === undefined ? 'gone' : 'another one'} since the plan was made`,
      hint: 'Find out who wrote to the archive; make a new plan.',
      details: { key, planned: { sizeBytes, etag }, found: found && { sizeBytes: found.sizeBytes, etag: found.etag } },
    });
  }
  return { status: 'finished', facts: { objects: step.objects.length } };
}
