import type { CheckResult, Verdict } from '../../core/check-result.js';
import type { CacheExpectation, CachePrefixExpectation } from './cache-expectation.js';
import type { CacheNode, CacheObservation, CachePrefix } from './cache-observation.js';

/** Holds what was seen of a cache against what is expected. Pure. */
export function judgeCache(observation: CacheObservation, expectation: CacheExpectation): readonly CheckResult[] {
  const { prefixes = {}, nothingEvicted = false, tls = false, auth = false } = expectation;
  const { nodes } = observation;
  return [
    judgeKeys(observation, expectation.atLeastKeys ?? 1),
    ...Object.entries(prefixes).map(([prefix, expected]) => judgePrefix(observation, prefix, expected)),
    ...(nothingEvicted ? [judgeNodes('cache-evictions', nodes, evictionOf)] : []),
    ...(tls ? [judgeNodes('cache-tls', nodes, tlsOf)] : []),
    ...(auth ? [judgeNodes('cache-auth', nodes, authOf)] : []),
  ];
}

/** Of a part of a cluster's primaries it says that there are enough keys, and never that there are too few. */
function judgeKeys(observation: CacheObservation, atLeast: number): CheckResult {
  const { keys, otherDatabases, scanned, complete, nodes, primaries = nodes.length } = observation;
  const part = nodes.length < primaries ? ` in ${nodes.length} of ${primaries} primaries` : '';
  return {
    check: 'cache-keys',
    verdict: keys >= atLeast ? 'passed' : part === '' ? 'failed' : 'inconclusive',
    summary: `${keys} keys${part}; at least ${atLeast} expected`,
    evidence: { keys, atLeast, otherDatabases, scanned, complete, ...(part === '' ? {} : { primaries }) },
  };
}

interface Judgement {
  readonly verdict: Verdict;
  readonly reason: string;
}

function judgePrefix(
  { prefixes, complete }: CacheObservation,
  prefix: string,
  expected: CachePrefixExpectation,
): CheckResult {
  const check = 'cache-prefix';
  const seen = prefixes[prefix];
  if (seen === undefined) {
    return { check, verdict: 'inconclusive', summary: `${prefix}: was not looked for`, evidence: { prefix } };
  }
  const judged = [...judgeCount(seen, complete, expected), ...judgeSample(seen, complete, expected)];
  const worst =
    judged.find(({ verdict }) => verdict === 'failed') ?? judged.find(({ verdict }) => verdict !== 'passed');
  return {
    check,
    verdict: worst?.verdict ?? 'passed',
    summary: `${prefix}: ${worst?.reason ?? `${seen.keys} keys, ${seen.sampled} of them looked at, are as expected`}`,
    evidence: { prefix, expected, found: seen, complete },
  };
}

function judgeCount(
  { keys }: CachePrefix,
  complete: boolean,
  { atLeast = 1 }: CachePrefixExpectation,
): readonly Judgement[] {
  if (keys >= atLeast) return [];
  return complete
    ? [{ verdict: 'failed', reason: `${keys} keys; at least ${atLeast} expected` }]
    : [{ verdict: 'inconclusive', reason: `${keys} keys among those scanned; at least ${atLeast} expected` }];
}

function judgeSample(
  { keys, sampled, types, persistent }: CachePrefix,
  complete: boolean,
  expected: CachePrefixExpectation,
): readonly Judgement[] {
  const judged: Judgement[] = [];
  const { atMostPersistent } = expected;
  if (keys === 0 || (expected.types === undefined && atMostPersistent === undefined)) return judged;
  if (sampled === 0)
    return [
      { verdict: 'inconclusive', reason: 'no key could be looked at: they went away, or their names are not UTF-8' },
    ];
  const strange = Object.keys(types).find((type) => expected.types?.includes(type) === false);
  if (strange !== undefined) {
    const reason = `${types[strange]} of ${sampled} keys are of type ${strange}; ${expected.types?.join(', ')} expected`;
    judged.push({ verdict: 'failed', reason });
  }
  if (atMostPersistent === undefined) return judged;
  const lasting = Math.round((keys * persistent) / sampled);
  if (lasting > atMostPersistent) {
    judged.push({ verdict: 'failed', reason: `${lasting} keys never expire; at most ${atMostPersistent} expected` });
  } else if (!complete) {
    judged.push({
      verdict: 'inconclusive',
      reason: 'not all keys were scanned, so how many never expire is not known',
    });
  }
  return judged;
}

function judgeNodes(check: string, nodes: readonly CacheNode[], judge: (node: CacheNode) => Judgement): CheckResult {
  const judged = nodes.map((node) => ({ node: node.location, ...judge(node) }));
  const worst =
    judged.find(({ verdict }) => verdict === 'failed') ?? judged.find(({ verdict }) => verdict !== 'passed');
  const [first] = judged;
  if (first === undefined) return { check, verdict: 'inconclusive', summary: 'no node was looked at', evidence: {} };
  const { verdict, node, reason } = worst ?? first;
  return { check, verdict, summary: `${node} ${reason}`, evidence: { nodes: judged } };
}

function evictionOf({ evictedKeys, usedMemoryBytes, maximumMemoryBytes }: CacheNode): Judgement {
  if (evictedKeys === undefined) return { verdict: 'inconclusive', reason: 'does not tell what it threw out' };
  const memory = `${usedMemoryBytes ?? '?'} of ${maximumMemoryBytes || 'any number of'} bytes used`;
  return evictedKeys === 0
    ? { verdict: 'passed', reason: `threw out nothing; ${memory}` }
    : { verdict: 'failed', reason: `threw out ${evictedKeys} keys for lack of memory; ${memory}` };
}

function tlsOf({ tls }: CacheNode): Judgement {
  if (tls === undefined)
    return { verdict: 'inconclusive', reason: 'is reached by a client that does not tell whether it speaks TLS' };
  return tls
    ? { verdict: 'passed', reason: 'is spoken to over TLS' }
    : { verdict: 'failed', reason: 'is spoken to without TLS' };
}

function authOf({ openToAll, authenticates }: CacheNode): Judgement {
  if (openToAll === false) return { verdict: 'passed', reason: 'lets nobody in without a password' };
  if (openToAll === true) return { verdict: 'failed', reason: 'lets everybody in: its default user has no password' };
  return authenticates === false
    ? { verdict: 'failed', reason: 'answers a client that has no password' }
    : { verdict: 'inconclusive', reason: 'does not tell whether it would answer without a password' };
}
