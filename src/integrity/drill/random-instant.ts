import { createHash } from 'node:crypto';

/**
 * An instant between two, whole seconds, drawn by a seed: the same seed in the same window gives the same one, so that a drill
 * can be repeated, and nobody can choose a convenient one. Both ends may come.
 */
export function randomInstant(seed: string, from: Date, to: Date): Date {
  const first = Math.ceil(from.getTime() / 1_000);
  const last = Math.max(first, Math.floor(to.getTime() / 1_000));
  // 48 bits are far more than there are seconds to choose from, and exact in a double.
  const drawn = createHash('sha256').update(seed).digest().readUIntBE(0, 6) / 2 ** 48;
  return new Date((first + Math.floor(drawn * (last - first + 1))) * 1_000);
}
