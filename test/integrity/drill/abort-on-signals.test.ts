import { expect, it } from 'vitest';
import { abortOnSignals } from '../../../src/integrity/drill/abort-on-signals.js';

it('aborts once when the process is told to end, and lets a second signal end it', () => {
  const before = process.listenerCount('SIGUSR2');
  const { signal } = abortOnSignals(['SIGUSR2']);
  expect(process.listenerCount('SIGUSR2')).toBe(before + 1);
  process.emit('SIGUSR2', 'SIGUSR2');
  expect(signal.aborted).toBe(true);
  expect(String(signal.reason)).toContain('SIGUSR2');
  expect(process.listenerCount('SIGUSR2')).toBe(before);
});

it('stops listening when it is disposed of', () => {
  const before = process.listenerCount('SIGTERM');
  const signals = abortOnSignals();
  signals[Symbol.dispose]();
  expect(process.listenerCount('SIGTERM')).toBe(before);
  expect(signals.signal.aborted).toBe(false);
});
