import type { RetentionCandidate } from './retention-candidate.js';

/** When a backup was made, in milliseconds; `-Infinity` where that is not known. */
export function instantOf(backup: RetentionCandidate): number {
  const time = backup.createdAt?.getTime() ?? Number.NaN;
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}

/**
 * Places of the backups from the newest to the oldest, those of unknown age last; equal instants by identity, so that the
 * order they came in never decides. Sorts by the digits of the instants: for a million backups, a small part of what
 * comparing their dates takes.
 */
export function newestFirst(backups: readonly RetentionCandidate[], times: Float64Array): Uint32Array {
  const order = sortByTime(times);
  const timeAt = (position: number): number | undefined => times[Number(order[position])];
  for (let start = 0, end = 1; start < order.length; start = end, end += 1) {
    while (end < order.length && timeAt(end) === timeAt(start)) end += 1;
    if (end - start > 1) order.subarray(start, end).sort((a, b) => byIdentity(backups[a], backups[b]));
  }
  return order;
}

/** Orders entries of a list; 0 if they are the same backup. */
export function byIdentity(a: RetentionCandidate | undefined, b: RetentionCandidate | undefined): number {
  const [left, right] = [`${a?.kind} ${a?.region} ${a?.id}`, `${b?.kind} ${b?.region} ${b?.id}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** 2 ** 16: instants are sorted by one of this many digits at a time. */
const radix = 65_536;

/** A radix sort by how long each instant lies before the newest. */
function sortByTime(times: Float64Array): Uint32Array {
  let newest = Number.NEGATIVE_INFINITY;
  let oldest = Number.POSITIVE_INFINITY;
  for (const time of times) {
    if (time === Number.NEGATIVE_INFINITY) continue;
    newest = Math.max(newest, time);
    oldest = Math.min(oldest, time);
  }
  // One more than any distance stands for an unknown age.
  const unknown = Math.max(0, newest - oldest) + 1;
  const distances = times.map((time) => Math.min(newest - time, unknown));
  let order = new Uint32Array(times.length).map((_, place) => place);
  for (let unit = 1; unit <= unknown; unit *= radix) order = sortByDigit(order, distances, unit);
  return order;
}

/** Sorts places by one digit of their distances and leaves equal ones as they were. */
function sortByDigit(order: Uint32Array<ArrayBuffer>, distances: Float64Array, unit: number): Uint32Array<ArrayBuffer> {
  const digits = new Uint16Array(order.length);
  const next = new Uint32Array(radix + 1);
  distances.forEach((distance, place) => {
    const digit = Math.floor(distance / unit) % radix;
    digits[place] = digit;
    next[digit + 1] = Number(next[digit + 1]) + 1;
  });
  for (let digit = 1; digit <= radix; digit += 1) next[digit] = Number(next[digit]) + Number(next[digit - 1]);
  const sorted = new Uint32Array(order.length);
  for (const place of order) {
    const digit = Number(digits[place]);
    const position = Number(next[digit]);
    sorted[position] = place;
    next[digit] = position + 1;
  }
  return sorted;
}
