import { BackupError } from '../../core/errors.js';
import type { ReplicationGroup } from '../../ports/elasticache.js';
import type { PortCall } from '../../ports/port-call.js';
import type { ConnectCache } from '../execution/execution.js';
import type { ProbeSession } from './probe-server.js';

/** Written and left to expire: a replica takes no writes. */
const key = 'zephyr:failover-probe';

/** How the cache is asked whether it takes writes, by whom: every server has an id of its own until it is restarted. Makes no call yet. */
export function cacheProbe(
  group: ReplicationGroup,
  connectCache: ConnectCache,
): (call: PortCall) => Promise<ProbeSession> {
  const { endpoint, identifier, clusterMode } = group;
  return async (call) => {
    if (endpoint === undefined) throw unreachable(identifier, 'it has no endpoint');
    const auth = group.authToken === true ? 'token' : (group.userGroups?.length ?? 0) > 0 ? 'user-groups' : 'none';
    const connection = await connectCache({ ...endpoint, tls: group.transitEncryption ?? false, auth, clusterMode });
    const close = connection.close;
    try {
      const cache = 'connect' in connection.cache ? connection.cache : connection.cache[0];
      if (cache === undefined) throw unreachable(identifier, 'connectCache gave no client');
      const session = await cache.connect(call);
      return {
        ask: async (own) => {
          await session.send(['SET', key, '1', 'PX', '60000'], own);
          return runIdOf(await session.send(['INFO', 'server'], own));
        },
        close: async () => {
          await session.close();
          await close();
        },
      };
    } catch (error) {
      await close();
      throw error;
    }
  };
}

/** A client that speaks RESP3 may give a map, or the text with its kind before it. */
function runIdOf(info: unknown): string {
  return /run_id:(\w+)/.exec(typeof info === 'string' ? info : JSON.stringify(info))?.[1] ?? 'unknown';
}

function unreachable(identifier: string, why: string): BackupError {
  return new BackupError({
    code: 'cache-unreachable',
    message: `the cache ${identifier} cannot be asked: ${why}`,
    hint: 'Look at its status, and at what connectCache returns.',
    retryable: true,
    details: { identifier },
  });
}
