import { describe, expect, it } from 'vitest';
import { BackupError, invalidInput, isBackupError } from '../../src/core/errors.js';

describe('BackupError', () => {
  it('carries code, hint, cause and details', () => {
    const cause = new Error('socket hang up');
    const error = new BackupError({
      code: 'service-unreachable',
      message: 'rds did not answer',
      hint: 'Check the network.',
      retryable: true,
      details: { attempts: 3 },
      cause,
    });
    expect(error).toMatchObject({ code: 'service-unreachable', retryable: true, details: { attempts: 3 } });
    expect(error.cause).toBe(cause);
    expect(error.toString()).toBe('BackupError: rds did not answer');
  });

  it('has no cause when nothing caused it, is not retryable and has empty details by default', () => {
    const error = new BackupError({ code: 'access-denied', message: 'denied', hint: 'Ask.' });
    expect('cause' in error).toBe(false);
    expect(error.retryable).toBe(false);
    expect(error.details).toEqual({});
  });

  it('becomes JSON without stack and cause', () => {
    const error = invalidInput('database.instance', 'is empty', 'Name it.', { given: '' });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'BackupError',
      code: 'invalid-input',
      message: 'database.instance is empty',
      hint: 'Name it.',
      field: 'database.instance',
      retryable: false,
      details: { given: '' },
    });
    const plain = new BackupError({ code: 'throttled', message: 'slow', hint: 'Wait.', cause: new Error('secret') });
    expect(JSON.stringify(plain)).not.toMatch(/secret|stack|field/);
  });
});

describe('isBackupError', () => {
  const error = new BackupError({ code: 'throttled', message: 'slow down', hint: 'Wait.' });

  it('knows its own by name, and by code where one is asked for', () => {
    expect(isBackupError(error)).toBe(true);
    expect(isBackupError(error, 'throttled')).toBe(true);
    expect(isBackupError(error, 'access-denied')).toBe(false);
  });

  it('knows one made by another copy of this library', () => {
    const foreign = Object.assign(new Error('slow down'), { name: 'BackupError', code: 'throttled' });
    expect(isBackupError(foreign, 'throttled')).toBe(true);
  });

  it.each([undefined, null, 'BackupError', { name: 'BackupError', code: 'throttled' }, new Error('x')])(
    'does not take %s for one',
    (value) => {
      expect(isBackupError(value)).toBe(false);
    },
  );

  it('does not take an error of that name without a code for one', () => {
    expect(isBackupError(Object.assign(new Error('x'), { name: 'BackupError' }))).toBe(false);
  });
});
