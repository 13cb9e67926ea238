import { describe, expect, it } from 'vitest';
import { classifyStatus } from '../../src/core/instance-status.js';

describe('the status of an instance', () => {
  it('is of one of four classes, unknown ones transient', () => {
    expect(classifyStatus('available')).toBe('ready');
    expect(classifyStatus('storage-optimization')).toBe('ready');
    expect(classifyStatus('backing-up')).toBe('operational');
    expect(classifyStatus('creating')).toBe('transient');
    expect(classifyStatus('word-of-next-year')).toBe('transient');
    expect(classifyStatus('restore-error')).toBe('failed');
    expect(classifyStatus('stopped')).toBe('failed');
  });
});
