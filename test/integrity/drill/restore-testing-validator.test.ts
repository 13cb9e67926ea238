import { describe, expect, it } from 'vitest';
import type { CheckReport, Verdict } from '../../../src/core/check-result.js';
import { BackupError } from '../../../src/core/errors.js';
import type { CheckDatabaseRequest } from '../../../src/integrity/check-database-at.js';
import {
  createRestoreTestingValidator,
  type RestoreTestingValidatorOptions,
  type RestoreValidationResult,
} from '../../../src/integrity/drill/restore-testing-validator.js';

const plan = 'arn:aws:backup:us-east-1:123456789012:restore-testing-plan:monthly-1';
const event = {
  version: '0',
  source: 'aws.backup',
  'detail-type': 'Restore Job State Change',
  account: '123456789012',
  region: 'us-east-1',
  detail: {
    restoreJobId: 'job-1',
    status: 'COMPLETED',
    resourceType: 'RDS',
    createdResourceArn: 'arn:aws:rds:us-east-1:123456789012:db:awsbackup-restore-test-1',
    restoreTestingPlanArn: plan,
  },
};
const withDetail = (detail: object): object => ({ ...event, detail: { ...event.detail, ...detail } });

function validator(verdict: Verdict | Error, options: Partial<RestoreTestingValidatorOptions> = {}) {
  const asked: CheckDatabaseRequest[] = [];
  const answers: RestoreValidationResult[] = [];
  const checker = {
    checkDatabase: async (request: CheckDatabaseRequest): Promise<CheckReport> => {
      asked.push(request);
      if (verdict instanceof Error) throw verdict;
      const checks = [{ check: 'indexes', verdict, summary: 'so it is', evidence: {} }];
      return { verdict, checks, startedAt: '', finishedAt: '' };
    },
  };
  const put = async (answer: RestoreValidationResult): Promise<void> => void answers.push(answer);
  const validate = createRestoreTestingValidator(checker, { expectation: {}, put, ...options });
  return { validate, asked, answers };
}

describe('AWS Backup’s restore testing', () => {
  it('is answered by what the check of the restored instance found', async () => {
    const { validate, asked, answers } = validator('passed', {
      restoreTestingPlanArn: plan,
      expectation: (instance) => ({ atLeastRows: { [instance]: 1 } }),
    });
    const answer = {
      RestoreJobId: 'job-1',
      ValidationStatus: 'SUCCESSFUL',
      ValidationStatusMessage: '1 checks passed',
    };
    expect(await validate(event)).toMatchObject({ kind: 'validated', result: answer, report: { verdict: 'passed' } });
    expect(answers).toEqual([answer]);
    expect(asked).toEqual([
      { instance: 'awsbackup-restore-test-1', expectation: { atLeastRows: { 'awsbackup-restore-test-1': 1 } } },
    ]);
  });

  it.each(['failed', 'inconclusive'] as const)('takes %s for a failure, with the reason', async (verdict) => {
    const { validate, answers } = validator(verdict);
    await validate(event);
    expect(answers).toEqual([
      { RestoreJobId: 'job-1', ValidationStatus: 'FAILED', ValidationStatusMessage: `indexes ${verdict}: so it is` },
    ]);
  });

  it('takes an expectation that checks nothing for a failure', async () => {
    const report: CheckReport = { verdict: 'inconclusive', checks: [], startedAt: '', finishedAt: '' };
    const validate = createRestoreTestingValidator({ checkDatabase: async () => report }, { expectation: {} });
    expect(await validate(event)).toMatchObject({
      result: { ValidationStatus: 'FAILED', ValidationStatusMessage: 'nothing was checked: the expectation is empty' },
    });
  });

  it('takes an instance that cannot be signed in to for a failure, and a passing trouble for none', async () => {
    const wrong = new BackupError({ code: 'authentication-failed', message: 'no such password', hint: 'None.' });
    const { validate, answers } = validator(wrong);
    await validate(event);
    expect(answers).toMatchObject([
      { ValidationStatus: 'FAILED', ValidationStatusMessage: expect.stringContaining('authentication-failed') },
    ]);
    for (const trouble of [
      new BackupError({ code: 'throttled', message: 'later', hint: 'None.', retryable: true }),
      new BackupError({ code: 'invalid-input', message: 'expectation', hint: 'None.' }),
      new TypeError('a mistake'),
    ]) {
      const other = validator(trouble);
      await expect(other.validate(event)).rejects.toBe(trouble);
      expect(other.answers).toEqual([]);
    }
  });

  it('cuts a message that AWS would not take', async () => {
    const long = new BackupError({ code: 'query-failed', message: 'x'.repeat(5_000), hint: 'None.' });
    const { validate, answers } = validator(long);
    await validate(event);
    expect(answers[0]?.ValidationStatusMessage).toHaveLength(1_000);
  });

  it.each([
    ['another source', { ...event, source: 'aws.rds' }],
    ['another event', { ...event, 'detail-type': 'Backup Job State Change' }],
    ['nothing said', { detail: event.detail }],
    ['a job that runs', withDetail({ status: 'RUNNING' })],
    ['a job in no status', withDetail({ status: undefined })],
    ['a restore that somebody asked for', withDetail({ restoreTestingPlanArn: undefined })],
    ['another plan', withDetail({ restoreTestingPlanArn: `${plan}-2` })],
    ['a bucket', withDetail({ resourceType: 'S3', createdResourceArn: 'arn:aws:s3:::a' })],
    ['no resource', withDetail({ resourceType: undefined, createdResourceArn: undefined })],
  ])('leaves alone: %s', async (_name, other) => {
    const { validate, asked, answers } = validator('passed', { restoreTestingPlanArn: plan });
    expect(await validate(other)).toMatchObject({ kind: 'ignored' });
    expect(asked).toEqual([]);
    expect(answers).toEqual([]);
  });

  it('refuses what is no event', async () => {
    const { validate } = validator('passed');
    await expect(validate('COMPLETED')).rejects.toMatchObject({ code: 'invalid-input', field: 'event' });
    await expect(validate({ source: 'aws.backup' })).rejects.toMatchObject({ field: 'event.detail' });
    await expect(validate({ detail: {} })).rejects.toMatchObject({ field: 'event.detail.restoreJobId' });
  });

  it('reads the events that say state instead of status, and needs nobody to put the answer', async () => {
    const { validate } = validator('passed', { put: undefined });
    const said = withDetail({ status: undefined, state: 'COMPLETED' });
    expect(await validate(said)).toMatchObject({ result: { ValidationStatus: 'SUCCESSFUL' } });
  });

  it('rejects with the reason of a caller who gave up', async () => {
    const reason = new Error('enough');
    const { validate } = validator(new BackupError({ code: 'query-failed', message: 'cut', hint: 'None.' }));
    await expect(validate(event, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
