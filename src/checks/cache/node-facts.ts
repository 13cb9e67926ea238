import { isBackupError } from '../../core/errors.js';
import type { PortCall } from '../../ports/port-call.js';
import type { RedisSession } from '../../ports/redis.js';
import type { CacheNode } from './cache-observation.js';

/** What `INFO` printed, by name. */
export function parseInfo(printed: string): ReadonlyMap<string, string> {
  return new Map(
    printed.split(/\r?\n/).flatMap((line): readonly [string, string][] => {
      const colon = line.indexOf(':');
      return line.startsWith('#') || colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
    }),
  );
}

/** What is known of a node. */
export interface NodeFacts {
  readonly node: CacheNode;
  /** Keys of all its numbered databases. */
  readonly keysOfAll: number;
  /** Drawn anew by each server when it starts. */
  readonly runId: string | undefined;
  /** Of the cluster that it is of; `undefined` where it is of none, or does not tell. */
  readonly primaries: number | undefined;
}

/** What a node says of itself, how many keys its databases have by `INFO keyspace`, and how large its cluster is. */
export async function readNode(session: RedisSession, call: PortCall): Promise<NodeFacts> {
  const info = parseInfo(String(await session.send(['INFO'], call)));
  const number = (name: string): number | undefined => {
    const text = info.get(name);
    return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
  };
  const { location, tls, authenticates } = session;
  const node: CacheNode = {
    location,
    version: info.get('valkey_version') ?? info.get('redis_version'),
    role: info.get('role'),
    usedMemoryBytes: number('used_memory'),
    maximumMemoryBytes: number('maxmemory'),
    evictedKeys: number('evicted_keys'),
    loadedKeys: number('rdb_last_load_keys_loaded'),
    expiredWhileLoading: number('rdb_last_load_keys_expired'),
    tls,
    authenticates,
    openToAll: await isOpenToAll(session, call),
  };
  const primaries = info.get('cluster_enabled') === '1' ? await primariesOf(session, call) : undefined;
  return { node, keysOfAll: keysOfAll(info), runId: info.get('run_id'), primaries };
}

/** Primaries that have a part of the keys. Who may not ask does not know. */
async function primariesOf(session: RedisSession, call: PortCall): Promise<number | undefined> {
  try {
    const size = parseInfo(String(await session.send(['CLUSTER', 'INFO'], call))).get('cluster_size');
    return size === undefined ? undefined : Number(size);
  } catch (error) {
    if (isBackupError(error, 'permission-denied') || isBackupError(error, 'query-failed')) return undefined;
    throw error;
  }
}

/** `db0:keys=12,expires=3,avg_ttl=0`, one line for each database that is not empty. */
export function keysOfAll(info: ReadonlyMap<string, string>): number {
  let keys = 0;
  for (const [name, value] of info) {
    const counted = /^db\d+$/.test(name) ? /^keys=(\d+)/.exec(value) : null;
    keys += Number(counted?.[1] ?? 0);
  }
  return keys;
}

/** Of the default user's entry only its flags are looked at. Who may not ask does not know. */
async function isOpenToAll(session: RedisSession, call: PortCall): Promise<boolean | undefined> {
  try {
    const flags = fieldOf(await session.send(['ACL', 'GETUSER', 'default'], call), 'flags');
    const set = flags instanceof Set ? [...flags] : flags;
    return Array.isArray(set) ? set.includes('on') && set.includes('nopass') : undefined;
  } catch (error) {
    // A server before 6, or a user without the right: nothing that the check itself needs.
    if (isBackupError(error, 'query-failed') || isBackupError(error, 'permission-denied')) return undefined;
    throw error;
  }
}

/** A field of what is a list of names and values in RESP2, and a map or an object in RESP3. */
export function fieldOf(reply: unknown, name: string): unknown {
  if (Array.isArray(reply)) return reply[reply.indexOf(name) + 1];
  if (reply instanceof Map) return reply.get(name);
  return typeof reply === 'object' && reply !== null && name in reply
    ? (reply as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
