/** How long waits of a kind usually take, by earlier ones. */
export interface ExpectedWait {
  /** In the middle of them. */
  readonly milliseconds: number;
  /** By how much they differ: of ten some seven are within it. More than 0. */
  readonly spreadMilliseconds: number;
}

/** What the pause before the next look depends on; all in milliseconds. */
export interface PauseFacts {
  /** Waited so far. */
  readonly elapsed: number;
  readonly shortest: number;
  readonly longest: number;
  readonly expected?: ExpectedWait | undefined;
}

/** What one look is worth: so much lateness, in milliseconds, for one call less. */
const worthOfLook = 80;

/** While it is too early by all that is known, looks are this many times rarer than the longest pause: something may fail early. */
const patience = 6;

/** A wait that exceeds the expectation by more than so many spreads is none of those that it was made of. */
const beyond = 3;

/**
 * How long to pause before the next look. Without an expectation 1 % of the time waited so far. With one, looks are rare at
 * first and frequent about the time when it usually is over: each pause is as long as makes its own lateness worth its call,
 * for the chance that it ends just now. Pure.
 */
export function pauseBefore({ elapsed, shortest, longest, expected }: PauseFacts): number {
  const steady = Math.min(Math.max(elapsed * 0.01, shortest), longest);
  if (expected === undefined || elapsed > expected.milliseconds + beyond * expected.spreadMilliseconds) return steady;
  const first = worthwhilePause(elapsed, expected);
  // Not beyond the time when pauses should be short already.
  const pause = Math.min(first, worthwhilePause(elapsed + Math.min(first, patience * longest), expected));
  return Math.min(Math.max(pause, shortest), patience * longest);
}

/**
 * The pause at which lateness and calls balance: the square root of twice a look's worth by the chance of an end at that time.
 * Waits are taken to follow the logistic distribution: as the normal one, with more of them far out.
 */
function worthwhilePause(at: number, { milliseconds, spreadMilliseconds }: ExpectedWait): number {
  const scale = (spreadMilliseconds * Math.sqrt(3)) / Math.PI;
  const odds = Math.exp(-(at - milliseconds) / scale);
  return Math.sqrt(2 * worthOfLook * scale * (1 + odds));
}
