import type { DumpArchive } from '../backup/dump-manifest.js';
import { invalidInput } from '../core/errors.js';

/** Which part of a dump's archives to read: the `n`th of `of` parts, such as the day of the month of 31. */
export interface DumpSubset {
  readonly n: number;
  readonly of: number;
}

/** Which archives were read, and which were not. */
export interface DumpCoverage extends DumpSubset {
  readonly read: readonly string[];
  readonly notRead: readonly string[];
}

/** Errors: `invalid-input`. */
export function checkSubset(subset: DumpSubset): void {
  const { n, of } = subset;
  if (!Number.isInteger(of) || of < 1 || of > 366 || !Number.isInteger(n) || n < 1 || n > of) {
    throw invalidInput(
      'subset',
      `is no part: ${JSON.stringify(subset)}`,
      'Write { n: 3, of: 31 }: n from 1 to of, of up to 366.',
    );
  }
}

/**
 * The archives of a part. Always the same for the same dump and level, about as many bytes in each part, and every archive is in one of
 * them. A dump that has fewer archives than there are parts begins again with the first, so that every run reads something. To be restored (level 3
 * and 4), rows need the definitions: those are in every part. Pure.
 */
export function coverageOf(archives: readonly DumpArchive[], { n, of }: DumpSubset, level: number): DumpCoverage {
  const always = archives.filter(({ content }) => level > 2 && content !== 'data');
  const inTurn = archives.filter((archive) => !always.includes(archive));
  const parts = Math.min(of, inTurn.length);
  const largestFirst = [...inTurn].sort((a, b) => b.sizeBytes - a.sizeBytes || (a.key < b.key ? -1 : 1));
  const turn = largestFirst.filter((_, place) => place % parts === (n - 1) % parts);
  const chosen = new Set([...always, ...turn].map(({ key }) => key));
  const keys = archives.map(({ key }) => key);
  return { n, of, read: keys.filter((key) => chosen.has(key)), notRead: keys.filter((key) => !chosen.has(key)) };
}
