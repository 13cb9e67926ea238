import type { Trouble } from './spoiler.js';

/** For a test that has hundreds of worlds made, on a machine that others use too. */
export const patience = 900_000;

/** After every other request its process is gone. */
const troubles: readonly Trouble[] = [
  'crash',
  'error-thrice',
  'crash',
  'drop-response-once',
  'crash',
  'abort',
  'crash',
  'drop-response-thrice',
  'crash',
  'throttle-thrice',
  'crash',
  'denied-once',
  'crash',
  'expired-from-then-on',
];

/** At each of so many requests one trouble, each in its turn. */
export function inTurn(every: number, first: number) {
  return (call: number, _operation: string, calls: number): readonly Trouble[] => {
    if (call % every !== first) return [];
    const trouble = troubles[Math.floor(call / every) % troubles.length] ?? 'crash';
    // In the end it notes where the evidence lies and gives its lease back: that it cannot ends nothing.
    return [trouble === 'expired-from-then-on' && call > calls - 5 ? 'crash' : trouble];
  };
}
