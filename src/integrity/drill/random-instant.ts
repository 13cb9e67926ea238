import { createHash } from 'node:crypto';

/** The first and the last whole second between two instants, which is all that RDS restores to (facts B7); `undefined`: there is none. */
export function wholeSeconds(from: Date, to: Date): { readonly from: Date; readonly to: Date } | undefined {
  const first = Math.ceil(from.getTime() / 1_000);
  const last = Math.floor(to.getTime() / 1_000);
  return first > last ? undefined : { from: new Date(first * 1_000), to: new Date(last * 1_000) };
}

/**
 * An instant between two whole seconds, drawn by a seed: the same seed in the same window gives the same one, so that a drill
 * can be repeated, and nobody can choose a convenient one. Both ends may come.
 */
export function randomInstant(seed: string, from: Date, to: Date): Date {
  const first = from.getTime() / 1_000;
  const last = to.getTime() / 1_000;
  // 48 bits are far more than there are seconds to choose from, and exact in a double.
  const drawn = createHash('sha256').update(seed).digest().readUIntBE(0, 6) / 2 ** 48;
  return new Date((first + Math.floor(drawn * (last - first + 1))) * 1_000);
}
