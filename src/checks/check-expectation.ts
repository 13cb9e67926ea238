import { checkObject } from '../core/check-shape.js';
import { invalidInput } from '../core/errors.js';
import { checkInstant } from './check-instant.js';
import type {
  BoundaryExpectation,
  ConsistencyCheck,
  CustomExpectation,
  DatabaseExpectation,
  SourceExpectation,
} from './expectation.js';

const parts = 'fingerprint, sameAs, structure, atLeastRows, atMostRows, boundaries, consistency, custom';

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
  const { fingerprint, sameAs, structure, atLeastRows, atMostRows, boundaries, consistency, custom, ...rest } =
    expectation;
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
  if (sameAs !== undefined) checkSource(sameAs);
  checkRowCounts('atLeastRows', atLeastRows);
  checkRowCounts('atMostRows', atMostRows);
  const reversed = Object.entries(atMostRows ?? {}).find(([table, most]) => most < (atLeastRows?.[table] ?? 0));
  if (reversed !== undefined) {
    throw invalidInput(
      `expectation.atMostRows.${reversed[0]}`,
      'is less than atLeastRows',
      'No count could ever lie between them: give the larger number here.',
    );
  }
  for (const [part, value] of Object.entries({ boundaries, consistency, custom })) {
    if (value === undefined || Array.isArray(value)) continue;
    throw invalidInput(`expectation.${part}`, `is no list: ${JSON.stringify(value)}`, 'Write it in brackets.');
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

function checkSource(source: SourceExpectation): void {
  const known: readonly string[] = ['instance', 'endpoint', 'database', 'slice', 'tables', 'schemas', 'sample', 'bits'];
  if (typeof source !== 'object' || source === null) {
    throw invalidInput('expectation.sameAs', 'names no database', "Write { instance: 'zephyr-production-db' }.");
  }
  const unknown = Object.keys(source).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw invalidInput(`expectation.sameAs.${unknown}`, 'is not known', `Use ${known.join(', ')}.`);
  }
  if (source.slice !== undefined) checkInstant(source.slice.notAfter, 'expectation.sameAs.slice.notAfter');
}

function checkRowCounts(part: string, counts: Readonly<Record<string, number>> = {}): void {
  checkObject(counts, `expectation.${part}`);
  for (const [table, rows] of Object.entries(counts)) {
    if (!Number.isSafeInteger(rows) || rows < 0) {
      throw invalidInput(
        `expectation.${part}.${table}`,
        `is not a number of rows: ${JSON.stringify(rows)}`,
        'Give a whole number, 0 or more.',
      );
    }
  }
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
