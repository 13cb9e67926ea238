import type { ConsistencyCheck, DatabaseExpectation } from '../../checks/expectation.js';

/** What an expectation leaves open, a line each, for the reader who takes a pass for more than it is. */
export function notChecked(expectation: DatabaseExpectation): readonly string[] {
  const { sameAs, structure, atLeastRows = {}, boundaries = [], consistency = [], custom = [] } = expectation;
  const fingerprint = expectation.fingerprint ?? sameAs;
  const sound: readonly (readonly [check: ConsistencyCheck, what: string])[] = [
    ['foreign-keys', 'whether foreign keys hold'],
    ['sequences', 'whether sequences are beyond what they have given'],
    ['indexes', 'whether indexes are valid'],
    ['primary-keys', 'whether every table has its primary key'],
    ['uniqueness', 'whether what is unique is so past its index'],
    ['collations', 'whether texts are sorted as the system sorts them today'],
    ['amcheck', 'whether indexes agree with their tables'],
  ];
  return [
    ...(fingerprint === undefined ? ['content: no fingerprint was expected, so rows may be other ones'] : []),
    ...(fingerprint?.slice === undefined ? [] : ['content outside of the slice that the fingerprint covers']),
    ...(isSampled(expectation) ? ['content outside of the part of large tables that was hashed'] : []),
    ...(structure === undefined
      ? ['structure: none was expected, so indexes, triggers and grants may be missing']
      : []),
    ...(Object.keys(atLeastRows).length === 0 && fingerprint === undefined
      ? ['how many rows there are: an empty table passes']
      : []),
    ...(boundaries.length === 0 ? ['how new the newest rows are'] : []),
    ...sound.filter(([check]) => !consistency.includes(check)).map(([, what]) => what),
    ...(custom.length === 0 ? ['what only the application knows: no check of its own was given'] : []),
  ];
}

function isSampled({ fingerprint, sameAs }: DatabaseExpectation): boolean {
  return sameAs?.sample !== undefined || (fingerprint?.tables.some(({ coverage }) => coverage !== undefined) ?? false);
}
