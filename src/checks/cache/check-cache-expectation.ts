import { invalidInput } from '../../core/errors.js';
import type { CacheExpectation, CachePrefixExpectation } from './cache-expectation.js';

const parts: readonly string[] = ['atLeastKeys', 'prefixes', 'nothingEvicted', 'tls', 'auth'];
const prefixParts: readonly string[] = ['atLeast', 'types', 'atMostPersistent'];

/**
 * Checks that an expectation can be held against a cache: a misspelt part of it would be a check that is never made.
 *
 * Errors: `invalid-input` naming the part.
 */
export function checkCacheExpectation(expectation: CacheExpectation): void {
  if (typeof expectation !== 'object' || expectation === null) {
    throw invalidInput('expectation', 'is not an object', `Say what is expected: { ${parts.join(', ')} }.`);
  }
  checkParts(expectation, 'expectation', parts);
  checkCount(expectation.atLeastKeys, 'expectation.atLeastKeys');
  for (const flag of ['nothingEvicted', 'tls', 'auth'] as const) {
    const value = expectation[flag];
    if (value !== undefined && typeof value !== 'boolean') {
      throw invalidInput(
        `expectation.${flag}`,
        `is not true or false: ${JSON.stringify(value)}`,
        'Use true, or leave it out.',
      );
    }
  }
  for (const [prefix, expected] of Object.entries(expectation.prefixes ?? {})) checkPrefix(prefix, expected);
}

function checkPrefix(prefix: string, expected: CachePrefixExpectation): void {
  const field = `expectation.prefixes.${prefix}`;
  if (prefix === '' || typeof expected !== 'object' || expected === null) {
    throw invalidInput(field, 'is not an expectation of a prefix', "Write { 'session:': { atLeast: 1 } }.");
  }
  checkParts(expected, field, prefixParts);
  checkCount(expected.atLeast, `${field}.atLeast`);
  checkCount(expected.atMostPersistent, `${field}.atMostPersistent`);
  const { types } = expected;
  if (
    types !== undefined &&
    (!Array.isArray(types) || types.length === 0 || types.some((type) => typeof type !== 'string'))
  ) {
    throw invalidInput(`${field}.types`, 'is not a list of types', "Write ['string', 'hash'].");
  }
}

function checkParts(given: object, field: string, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalidInput(`${field}.${unknown}`, 'is not known', `Use ${known.join(', ')}.`);
}

function checkCount(count: number | undefined, field: string): void {
  if (count !== undefined && (!Number.isSafeInteger(count) || count < 0)) {
    throw invalidInput(field, `is not a number of keys: ${JSON.stringify(count)}`, 'Give a whole number, 0 or more.');
  }
}
