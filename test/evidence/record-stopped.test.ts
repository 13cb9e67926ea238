import { describe, expect, it } from 'vitest';
import { BackupError } from '../../src/core/errors.js';
import { recordStopped } from '../../src/evidence/record-stopped.js';

const stoppedBy = new BackupError({
  code: 'statement-timeout',
  message: 'others hold it',
  hint: 'Come back.',
  retryable: true,
  details: { table: 'public.log' },
});
const denied = new BackupError({ code: 'access-denied', message: 'no', hint: 'Ask.' });

describe('what a run that was stopped rejects with', () => {
  it('is what stopped it, once its evidence is kept', async () => {
    const told: unknown[] = [];
    expect(
      await recordStopped(
        stoppedBy,
        async () => 'kept',
        (problem) => told.push(problem),
      ),
    ).toBe(stoppedBy);
    expect(told).toEqual([]);
  });

  it('says besides that its evidence could not be kept', async () => {
    const told: unknown[] = [];
    const error = await recordStopped(
      stoppedBy,
      () => Promise.reject(denied),
      (problem) => told.push(problem),
    );
    expect(error).toMatchObject({
      code: 'statement-timeout',
      message: 'others hold it; and what was done until then is not in the evidence: no',
      hint: 'Come back.',
      retryable: true,
      details: { table: 'public.log', evidenceLost: { code: 'access-denied', message: 'no' } },
      cause: stoppedBy,
    });
    expect(told).toEqual([denied]);
  });

  it('is the caller’s own reason as it is; that the evidence is lost is told', async () => {
    const reason = new Error('enough');
    const told: unknown[] = [];
    expect(
      await recordStopped(
        reason,
        () => Promise.reject(denied),
        (problem) => told.push(problem),
      ),
    ).toBe(reason);
    expect(told).toEqual([denied]);
  });

  it('is both where the evidence met what no service answers with', async () => {
    const fault = new TypeError('a bug');
    const error = await recordStopped(
      stoppedBy,
      () => Promise.reject(fault),
      () => undefined,
    );
    expect((error as AggregateError).errors).toEqual([stoppedBy, fault]);
  });
});
