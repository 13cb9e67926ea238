import { describe, expect, it } from 'vitest';
import { explainStatus } from '../../src/readiness/status-meaning.js';

describe('the status of an instance', () => {
  it.each(['available', 'backing-up', 'storage-optimization', 'configuring-log-exports'])('%s is well', (status) => {
    expect(explainStatus(status).grade).toBe('ok');
    expect(explainStatus(status)).not.toHaveProperty('next');
  });

  it.each([
    'storage-full',
    'stopped',
    'stopping',
    'restore-error',
    'upgrade-failed',
    'failed',
    'deleting',
    'incompatible-network',
    'incompatible-parameters',
    'incompatible-option-group',
    'incompatible-restore',
    'insufficient-capacity',
    'inaccessible-encryption-credentials',
  ])('%s is critical and says what to do', (status) => {
    const found = explainStatus(status);
    expect(found.grade).toBe('critical');
    expect('next' in found && found.next).toMatch(/\.$/);
  });

  it('that RDS checks whether to delete is a matter for today', () => {
    expect(explainStatus('delete-precheck')).toMatchObject({ grade: 'warning', next: expect.any(String) });
  });

  it.each(['modifying', 'rebooting', 'what AWS adds one day'])('%s may pass', (status) => {
    expect(explainStatus(status)).toMatchObject({ grade: 'warning', meaning: expect.stringContaining(status) });
  });
});
