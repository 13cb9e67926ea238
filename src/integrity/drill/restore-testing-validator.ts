import type { DatabaseExpectation } from '../../checks/expectation.js';
import type { CallOptions } from '../../core/call-options.js';
import type { CheckReport } from '../../core/check-result.js';
import { invalidInput, isBackupError } from '../../core/errors.js';
import type { IntegrityChecker } from '../integrity-checker.js';

/** What of EventBridge's `Restore Job State Change` event of AWS Backup is looked at. */
export interface RestoreJobEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: {
    readonly restoreJobId: string;
    /** `COMPLETED`, `FAILED`, `ABORTED`, `RUNNING`, `PENDING`. */
    readonly status?: string | undefined;
    /** `RDS`, `Aurora`, `S3`, ... */
    readonly resourceType?: string | undefined;
    readonly createdResourceArn?: string | undefined;
    /** Only of jobs that a restore testing plan began. */
    readonly restoreTestingPlanArn?: string | undefined;
  };
}

/** What `PutRestoreValidationResult` of AWS Backup takes. */
export interface RestoreValidationResult {
  readonly RestoreJobId: string;
  readonly ValidationStatus: 'SUCCESSFUL' | 'FAILED';
  readonly ValidationStatusMessage: string;
}

/** What became of an event. */
export type RestoreValidation =
  | { readonly kind: 'validated'; readonly result: RestoreValidationResult; readonly report?: CheckReport | undefined }
  /** It is none of ours; nothing was done. */
  | { readonly kind: 'ignored'; readonly reason: string };

/** How restored instances are validated. */
export interface RestoreTestingValidatorOptions {
  /** What they have to be like; a function is told the instance's identifier. */
  readonly expectation: DatabaseExpectation | ((instance: string) => DatabaseExpectation);
  /** Only jobs of this restore testing plan. */
  readonly restoreTestingPlanArn?: string | undefined;
  /**
   * Hands the answer to AWS Backup: `(input) => backup.send(new PutRestoreValidationResultCommand(input))`. It takes one answer a job.
   * Without it the result is only returned.
   */
  readonly put?: ((result: RestoreValidationResult) => Promise<unknown>) | undefined;
}

/** AWS Backup keeps no more of a message. */
const longestMessage = 1_000;

/**
 * Makes the function that a Lambda behind an EventBridge rule calls when AWS Backup's restore testing has restored an instance: it
 * checks that instance and answers whether it is good. AWS Backup deletes the instance after its validation window. What is
 * inconclusive is `FAILED`, with the reason: there is no third answer, and a doubt must not pass.
 *
 * Errors: `invalid-input` for what is no event; what `put` rejects with.
 *
 * @example
 * ```ts
 * const validate = createRestoreTestingValidator(new IntegrityChecker(zephyr), {
 *   expectation: zephyrExpectation(),
 *   put: (result) => backup.send(new PutRestoreValidationResultCommand(result)),
 * });
 * export const handler = (event: unknown) => validate(event);
 * ```
 */
export function createRestoreTestingValidator(
  checker: Pick<IntegrityChecker, 'checkDatabase'>,
  options: RestoreTestingValidatorOptions,
): (event: unknown, call?: CallOptions) => Promise<RestoreValidation> {
  const { expectation, restoreTestingPlanArn, put } = options;
  return async (event, call = {}) => {
    const { detail, ...head } = parseRestoreJobEvent(event);
    const reason = whyNotOurs({ ...head, detail }, restoreTestingPlanArn);
    if (reason !== undefined) return { kind: 'ignored', reason };
    const instance = instanceOf(detail.createdResourceArn ?? '');
    const checked = await check(checker, instance, expectation, call);
    const result: RestoreValidationResult = {
      RestoreJobId: detail.restoreJobId,
      ValidationStatus: checked.report?.verdict === 'passed' ? 'SUCCESSFUL' : 'FAILED',
      ValidationStatusMessage: checked.message.slice(0, longestMessage),
    };
    await put?.(result);
    return { kind: 'validated', result, report: checked.report };
  };
}

/** Reads an event. Errors: `invalid-input` naming the part. */
export function parseRestoreJobEvent(event: unknown): RestoreJobEvent {
  const part = (value: unknown, field: string): Readonly<Record<string, unknown>> => {
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
    throw invalidInput(field, 'is not an object', 'Hand in the event as EventBridge delivers it.');
  };
  const whole = part(event, 'event');
  const detail = part(whole.detail, 'event.detail');
  if (typeof detail.restoreJobId !== 'string' || detail.restoreJobId === '') {
    throw invalidInput('event.detail.restoreJobId', 'is missing', 'Only Restore Job State Change events carry it.');
  }
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    source: text(whole.source) ?? '',
    'detail-type': text(whole['detail-type']) ?? '',
    detail: {
      restoreJobId: detail.restoreJobId,
      // Some of AWS Backup's events say state instead of status.
      status: text(detail.status) ?? text(detail.state),
      resourceType: text(detail.resourceType),
      createdResourceArn: text(detail.createdResourceArn),
      restoreTestingPlanArn: text(detail.restoreTestingPlanArn),
    },
  };
}

function whyNotOurs(event: RestoreJobEvent, plan: string | undefined): string | undefined {
  const { source, detail } = event;
  const { status, resourceType, createdResourceArn = '', restoreTestingPlanArn } = detail;
  if (source !== 'aws.backup' || event['detail-type'] !== 'Restore Job State Change') {
    return `it is ${event['detail-type'] || 'an event'} of ${source || 'nobody'}`;
  }
  if (status !== 'COMPLETED') return `the restore job is ${status ?? 'in no status'}`;
  if (restoreTestingPlanArn === undefined) return 'no restore testing plan began the job';
  if (plan !== undefined && plan !== restoreTestingPlanArn) return `the job is of ${restoreTestingPlanArn}`;
  if (resourceType !== 'RDS' || instanceOf(createdResourceArn) === '') {
    return `what was restored is no DB instance: ${resourceType ?? ''} ${createdResourceArn}`;
  }
  return undefined;
}

/** `arn:aws:rds:us-east-1:123456789012:db:awsbackup-restore-test-...`; empty where it is none of an instance. */
function instanceOf(arn: string): string {
  return /^arn:[a-z-]+:rds:[a-z0-9-]+:\d{12}:db:([A-Za-z0-9-]+)$/.exec(arn)?.[1] ?? '';
}

async function check(
  checker: Pick<IntegrityChecker, 'checkDatabase'>,
  instance: string,
  expectation: RestoreTestingValidatorOptions['expectation'],
  call: CallOptions,
): Promise<{ readonly message: string; readonly report?: CheckReport }> {
  const expected = typeof expectation === 'function' ? expectation(instance) : expectation;
  try {
    const report = await checker.checkDatabase({ instance, expectation: expected }, call);
    const bad = report.checks.filter(({ verdict }) => verdict !== 'passed');
    const told = bad.map(({ check: name, verdict, summary }) => `${name} ${verdict}: ${summary}`).join('; ');
    if (report.checks.length === 0) return { report, message: 'nothing was checked: the expectation is empty' };
    return { report, message: told === '' ? `${report.checks.length} checks passed` : told };
  } catch (error) {
    call.signal?.throwIfAborted();
    // A caller's mistake is no verdict on a backup, and could never be taken back: there is one answer a job.
    if (!isBackupError(error) || error.code === 'invalid-input' || error.retryable) throw error;
    return { message: `could not be checked: ${error.code}: ${error.message}` };
  }
}
