import type { RetentionCandidate } from './retention-candidate.js';

/** Stands for an unknown instant: after every date that there is. */
const unknownTime = 8_640_000_000_000_001;

/** When a backup was made, in milliseconds. Nothing was backed up in 1970: zero is a date that somebody failed to read. */
export function instantOf({ createdAt }: RetentionCandidate): number {
  return createdAt?.getTime() || unknownTime;
}

/** 2 ** 16: instants are sorted by one of this many digits at a time. */
const radix = 65_536;

/**
 * Places of the backups from the newest to the oldest, those of unknown age first; equal instants by identity, so that the
 * order they came in never decides. A radix sort by the time to the last of all dates: for a million backups, a small part
 * of what comparing their dates takes.
 */
export function newestFirst(backups: readonly RetentionCandidate[], times: Float64Array): Uint32Array {
  let order = new Uint32Array(times.length).map((_, place) => place);
  let sorted = new Uint32Array(times.length);
  const digits = new Uint16Array(times.length);
  for (let unit = 1; unit < 2 ** 64; unit *= radix) {
    const next = new Uint32Array(radix);
    times.forEach((time, place) => {
      // The conversion to 16 bits drops what is above and below the digit.
      digits[place] = (unknownTime - time) / unit;
      const digit = Number(digits[place]);
      next[digit] = Number(next[digit]) + 1;
    });
    let start = 0;
    next.forEach((count, digit) => {
      next[digit] = start;
      start += count;
    });
    for (const place of order) {
      const digit = Number(digits[place]);
      const position = Number(next[digit]);
      sorted[position] = place;
      next[digit] = position + 1;
    }
    [order, sorted] = [sorted, order];
  }
  const timeAt = (position: number): number | undefined => times[Number(order[position])];
  for (let start = 0, end = 1; start < order.length; start = end, end += 1) {
    while (end < order.length && timeAt(end) === timeAt(start)) end += 1;
    if (end - start > 1)
      order.subarray(start, end).sort((a, b) => (identityOf(backups[a]) < identityOf(backups[b]) ? -1 : 1));
  }
  return order;
}

/** What makes two entries of a list the same backup. */
export function identityOf(backup: RetentionCandidate | undefined): string {
  return `${backup?.kind} ${backup?.region} ${backup?.id}`;
}
