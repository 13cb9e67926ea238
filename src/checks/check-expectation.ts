import { invalidInput } from '../core/errors.js';
import { checkInstant } from './check-instant.js';
import type { BoundaryExpectation, ConsistencyCheck, CustomExpectation, DatabaseExpectation } from './expectation.js';

const parts = 'fingerprint, structure, atLeastRows, boundaries, consistency, custom';

const consistencyChecks: readonly ConsistencyCheck[] = [
  'foreign-keys',
  'sequences',
  'indexes',
  'primary-keys',
  'uniqueness',
  'collations',
  'amcheck',
];

/**
 * Checks that an expectation can be held against a database. It comes from plans and files as JSON, and a misspelt part of it
 * would be a check that is never made.
 *
 * Errors: `invalid-input` naming the part.
 */
export function checkExpectation(expectation: DatabaseExpectation): void {
  if (typeof expectation !== 'object' || expectation === null) {
    throw invalidInput('expectation', 'is not an object', `Say what is expected: { ${parts} }.`);
  }
  const { fingerprint, structure, atLeastRows, boundaries, consistency, custom, ...rest } = expectation;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw invalidInput(`expectation.${unknown}`, 'is not known', `Use ${parts}.`);
  if (fingerprint !== undefined && !Array.isArray(fingerprint.tables)) {
    throw invalidInput(
      'expectation.fingerprint',
      'is not a fingerprint',
      'Give what fingerprintDatabase returned, or a manifest holds.',
    );
  }
  if (structure !== undefined && !(Array.isArray(structure.objects) && Array.isArray(structure.kinds))) {
    throw invalidInput('expectation.structure', 'is not a structure', 'Give what IntegrityChecker.structure returned.');
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
  const strange = consistency?.find((name) => !consistencyChecks.includes(name));
  if (strange !== undefined) {
    throw invalidInput(
      'expectation.consistency',
      `names an unknown check: ${JSON.stringify(strange)}`,
      `Use ${consistencyChecks.join(', ')}.`,
    );
  }
  custom?.forEach(checkCustom);
}

function checkCustom({ name, sql, expect }: CustomExpectation, index: number, all: readonly CustomExpectation[]): void {
  const field = `expectation.custom[${index}]`;
  if (typeof name !== 'string' || name === '' || all.findIndex((other) => other.name === name) !== index) {
    throw invalidInput(
      `${field}.name`,
      `is not a name of its own: ${JSON.stringify(name)}`,
      "Name each check differently, such as 'votes-without-polls'.",
    );
  }
  if (typeof sql !== 'string' || sql.trim() === '') {
    throw invalidInput(`${field}.sql`, 'is not a statement', 'Write one SELECT, with its tables as schema.table.');
  }
  if (expect !== 'no-rows' && expect !== 'true') {
    throw invalidInput(`${field}.expect`, `is ${JSON.stringify(expect)}`, "Use 'no-rows' or 'true'.");
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
