import type { Clock } from '../core/clock.js';

/** Whether time on this clock jumps, as on a {@link VirtualClock}, instead of passing. */
export function isVirtual(clock: Clock): clock is Clock & { hold(): () => void } {
  return 'hold' in clock && typeof clock.hold === 'function';
}

/** Keeps a virtual clock from jumping until the returned function is called; any other clock goes on. */
export function holdClock(clock: Clock): () => void {
  return isVirtual(clock) ? clock.hold() : () => {};
}
