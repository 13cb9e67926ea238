/** Where randomness comes from: a number in [0, 1), as `Math.random` gives. Tests hand in a seeded one. */
export type Random = () => number;

/** A short lower-case identifier: `length` letters and digits, the first a letter, so that it may start or end a name. */
export function randomToken(random: Random, length = 8): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const alphabet = `${letters}0123456789`;
  const pick = (from: string): string => from.charAt(Math.floor(random() * from.length));
  return pick(letters) + Array.from({ length: length - 1 }, () => pick(alphabet)).join('');
}
