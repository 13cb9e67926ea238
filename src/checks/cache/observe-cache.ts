import type { CallOptions } from '../../core/call-options.js';
import type { Clock } from '../../core/clock.js';
import { invalidInput } from '../../core/errors.js';
import type { RedisPort, RedisSession } from '../../ports/redis.js';
import { withinDeadline } from '../within-deadline.js';
import type { CacheNode, CacheObservation } from './cache-observation.js';
import { type KeyTally, tallyKeys } from './key-tally.js';
import { readNode } from './node-facts.js';
import { scanKeys } from './scan-keys.js';

/** Which cache to look at, and how closely. */
export interface ObserveCacheRequest {
  /** Made by `connectRedis` of `@zephyr/backup/redis`; in cluster mode one for each primary. */
  readonly cache: RedisPort | readonly RedisPort[];
  /** What keys begin with, such as `session:`: each is counted by itself. */
  readonly prefixes?: readonly string[] | undefined;
  /** Keys of each prefix whose type and time to live are read. Default 1,000. */
  readonly sample?: number | undefined;
  /** Keys of a node after which the scan stops. Default 1,000,000. */
  readonly maxKeys?: number | undefined;
  /** Keys that the server looks at in one step, for which other clients wait: 1 to 10,000. Default 500. */
  readonly step?: number | undefined;
}

/**
 * Looks at a cache: DBSIZE, INFO, and a scan in small steps, never KEYS. What comes back are numbers by the caller's prefixes.
 *
 * Errors: `invalid-input`, `cache-unreachable`, `authentication-failed`, `tls-failed`, `permission-denied`, `invalid-state`,
 * `query-failed`, `deadline-exceeded`.
 */
export async function observeCache(
  request: ObserveCacheRequest,
  options: CallOptions & { readonly clock: Clock },
): Promise<CacheObservation> {
  const { nodes, prefixes, sample, maxKeys, step } = checkRequest(request);
  const { clock, deadline, signal, onProgress } = options;
  const began = clock.now();
  const tally = tallyKeys(prefixes, sample);
  const onScanned = (subject: string, scanned: number): void => {
    const at = clock.now();
    const elapsedMilliseconds = at.getTime() - began.getTime();
    onProgress?.({
      operation: 'observe-cache',
      phase: 'scanning',
      subject,
      status: `${scanned} keys`,
      at,
      elapsedMilliseconds,
    });
  };
  return withinDeadline('looking at a cache', { clock, deadline, signal }, async (until) => {
    const seen: NodeSeen[] = [];
    const met = new Set<string>();
    for (const node of nodes) {
      const session = await node.connect({ signal: until });
      try {
        const { location } = session;
        const bounds = { maxKeys, step, signal: until, onScanned: (scanned: number) => onScanned(location, scanned) };
        seen.push(await observeNode(session, tally, met, bounds));
      } finally {
        await session.close();
      }
    }
    const sum = (of: (node: NodeSeen) => number): number => seen.reduce((total, node) => total + of(node), 0);
    const sizes = seen.flatMap(({ primaries }) => (primaries === undefined ? [] : [primaries]));
    const primaries = sizes.length === 0 ? undefined : Math.max(...sizes);
    return {
      at: began.toISOString(),
      keys: sum(({ keys }) => keys),
      otherDatabases: sum(({ otherDatabases }) => otherDatabases),
      scanned: sum(({ scanned }) => scanned),
      ...(primaries === undefined ? {} : { primaries }),
      complete: seen.every(({ complete }) => complete) && seen.length >= (primaries ?? 1),
      prefixes: tally.prefixes(),
      others: tally.others(),
      nodes: seen.map(({ node }) => node),
    };
  });
}

interface NodeSeen {
  readonly node: CacheNode;
  readonly keys: number;
  readonly otherDatabases: number;
  readonly scanned: number;
  readonly complete: boolean;
  readonly primaries: number | undefined;
}

/** Errors: `invalid-input` for a node that was `met` already, whose keys would count twice. */
async function observeNode(
  session: RedisSession,
  tally: KeyTally,
  met: Set<string>,
  bounds: Parameters<typeof scanKeys>[2],
): Promise<NodeSeen> {
  const { node, keysOfAll, runId, primaries } = await readNode(session, bounds);
  if (runId !== undefined && met.has(runId)) {
    throw invalidInput('cache', `names the node at ${node.location} twice`, 'Give one client of each primary.');
  }
  if (runId !== undefined) met.add(runId);
  const keys = Number(await session.send(['DBSIZE'], bounds));
  const { scanned, complete } = await scanKeys(session, tally, bounds);
  return { node, keys, otherDatabases: Math.max(0, keysOfAll - keys), scanned, complete, primaries };
}

/** Checks all of a request. Errors: `invalid-input` names the field. */
function checkRequest(request: ObserveCacheRequest): Required<Omit<ObserveCacheRequest, 'cache'>> & {
  readonly nodes: readonly RedisPort[];
  readonly prefixes: readonly string[];
  readonly sample: number;
  readonly maxKeys: number;
  readonly step: number;
} {
  const { cache, prefixes = [], sample = 1_000, maxKeys = 1_000_000, step = 500 } = request;
  const nodes = Array.isArray(cache) ? (cache as readonly RedisPort[]) : [cache as RedisPort];
  if (nodes.length === 0 || nodes.some((node) => typeof node?.connect !== 'function')) {
    throw invalidInput(
      'cache',
      'is not a connection to a cache',
      "Pass connectRedis(client) of '@zephyr/backup/redis'.",
    );
  }
  const strange = prefixes.find((prefix) => typeof prefix !== 'string' || prefix === '');
  if (strange !== undefined) {
    throw invalidInput('prefixes', `holds no beginning of a key: ${JSON.stringify(strange)}`, "Write 'session:'.");
  }
  const bounds = {
    sample: [sample, 1_000_000],
    maxKeys: [maxKeys, Number.MAX_SAFE_INTEGER],
    step: [step, 10_000],
  } as const;
  for (const [field, [value, most]] of Object.entries(bounds)) {
    if (!Number.isSafeInteger(value) || value < 1 || value > most) {
      throw invalidInput(
        field,
        `is not a number of keys: ${JSON.stringify(value)}`,
        `Use a whole number from 1 to ${most}.`,
      );
    }
  }
  return { nodes, prefixes, sample, maxKeys, step };
}
