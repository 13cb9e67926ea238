import { invalidInput } from '../core/errors.js';
import { checkInstant } from './check-instant.js';
import type { BoundaryExpectation, DatabaseExpectation } from './expectation.js';

/**
 * Checks that an expectation can be held against a database. It comes from plans and files as JSON, and a misspelt part of it
 * would be a check that is never made.
 *
 * Errors: `invalid-input` naming the part.
 */
export function checkExpectation(expectation: DatabaseExpectation): void {
  if (typeof expectation !== 'object' || expectation === null) {
    throw invalidInput(
      'expectation',
      'is not an object',
      'Say what is expected: { fingerprint, atLeastRows, boundaries, consistency }.',
    );
  }
  const { fingerprint, atLeastRows, boundaries, consistency, ...rest } = expectation;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) {
    throw invalidInput(
      `expectation.${unknown}`,
      'is not known',
      'Use fingerprint, atLeastRows, boundaries and consistency.',
    );
  }
  if (fingerprint !== undefined && !Array.isArray(fingerprint.tables)) {
    throw invalidInput(
      'expectation.fingerprint',
      'is not a fingerprint',
      'Give what fingerprintDatabase returned, or a manifest holds.',
    );
  }
  for (const [table, rows] of Object.entries(atLeastRows ?? {})) {
    if (!Number.isSafeInteger(rows) || rows < 0) {
      throw invalidInput(
        `expectation.atLeastRows.${table}`,
        `is not a number of rows: ${JSON.stringify(rows)}`,
        'Give a whole number, 0 or more.',
      );
    }
  }
  boundaries?.forEach(checkBoundary);
  const strange = consistency?.find((name) => !['foreign-keys', 'sequences', 'indexes', 'primary-keys'].includes(name));
  if (strange !== undefined) {
    throw invalidInput(
      'expectation.consistency',
      `names an unknown check: ${JSON.stringify(strange)}`,
      "Use 'foreign-keys', 'sequences', 'indexes' and 'primary-keys'.",
    );
  }
}

function checkBoundary(boundary: BoundaryExpectation, index: number): void {
  const field = `expectation.boundaries[${index}]`;
  const { table, column, notBefore, notAfter } = boundary;
  if (typeof table !== 'string' || typeof column !== 'string') {
    throw invalidInput(
      field,
      'names no table or no column',
      "Give both: { table: 'public.votes', column: 'created_at' }.",
    );
  }
  if (
    Date.parse(checkInstant(notBefore, `${field}.notBefore`)) > Date.parse(checkInstant(notAfter, `${field}.notAfter`))
  ) {
    throw invalidInput(
      `${field}.notBefore`,
      'is later than notAfter',
      'No row could ever lie between them: give the earlier instant here.',
    );
  }
}
