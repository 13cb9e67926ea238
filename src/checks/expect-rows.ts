import { invalidInput } from '../core/errors.js';
import type { DatabaseExpectation } from './expectation.js';
import type { DatabaseFingerprint } from './fingerprint.js';

/** How far the counts may have moved since. */
export interface ExpectRowsOptions {
  /** Share of a table's rows that may have been deleted meanwhile, 0 to 1. Default 0: never silently fewer. */
  readonly fewer?: number | undefined;
  /** Share by which a table may have grown, such as 0.5 for half as many again. Default: any. */
  readonly more?: number | undefined;
}

/**
 * What a database must hold by an earlier fingerprint of it, which its content no longer equals: every table, with counts within
 * bounds.
 *
 * Errors: `invalid-input`.
 *
 * @example
 * ```ts
 * const expectation = expectRows(lastMonth.fingerprint, { fewer: 0.01, more: 1 });
 * ```
 */
export function expectRows(
  earlier: DatabaseFingerprint,
  options: ExpectRowsOptions = {},
): Required<Pick<DatabaseExpectation, 'atLeastRows'>> & Pick<DatabaseExpectation, 'atMostRows'> {
  const { fewer = 0, more } = options;
  if (!(fewer >= 0 && fewer <= 1))
    throw invalidInput('fewer', `is not a share: ${String(fewer)}`, 'Use a number from 0 to 1.');
  if (more !== undefined && !(more >= 0))
    throw invalidInput('more', `is not a share: ${String(more)}`, 'Use 0 or more.');
  if (earlier.slice !== undefined) {
    throw invalidInput(
      'earlier',
      'counts the rows of a slice',
      'Give a fingerprint of all rows, or compare over the slice.',
    );
  }
  const rows = earlier.tables.map(({ table, rows: hashed, coverage }) => [table, coverage?.of ?? hashed] as const);
  const bound = (share: number, round: (rows: number) => number): Readonly<Record<string, number>> =>
    Object.fromEntries(rows.map(([table, count]) => [table, round(count * share)]));
  return {
    atLeastRows: bound(1 - fewer, Math.ceil),
    ...(more === undefined ? {} : { atMostRows: bound(1 + more, Math.floor) }),
  };
}
