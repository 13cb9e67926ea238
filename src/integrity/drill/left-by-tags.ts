import { isBackupError } from '../../core/errors.js';
import { inParallel } from '../../core/in-parallel.js';
import type { Tags } from '../../core/tags.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { PortCall } from '../../ports/port-call.js';
import { removeCache } from '../../restore/cache/remove-cache.js';
import { cacheOf } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';
import { madeByDrill, markedBy } from './drill-tags.js';
import type { LeftThing } from './left-thing.js';
import { removeInstance } from './remove-instance.js';

/** Caches whose tags are asked for at a time: ElastiCache lists none with theirs. */
const readers = 4;

/** The instances of the system's region that drills have made, by their tags. */
export async function instancesLeft(system: System, call: PortCall): Promise<readonly LeftThing[]> {
  const { aws, database } = system;
  const found: DatabaseInstance[] = [];
  for await (const instance of aws.rds.listInstances(call)) if (madeByDrill(instance.tags)) found.push(instance);
  return found.map(({ identifier, resourceId, tags }) => {
    const marked = markedBy(tags);
    const isOurs = (one: DatabaseInstance): boolean =>
      madeByDrill(one.tags, marked.runId) && one.identifier !== database.instance;
    return {
      kind: 'instance',
      identifier,
      resourceId,
      region: aws.region,
      ...marked,
      remove: async () => {
        await removeInstance(system, { identifier, resourceId, isOurs }, { patient: true });
        return undefined;
      },
    };
  });
}

/** The same of caches, of a system that has one. */
export async function cachesLeft(system: System, call: PortCall): Promise<readonly LeftThing[]> {
  const { aws, cache } = system;
  if (cache === undefined || aws.elasticache === undefined) return [];
  const { port, name } = cacheOf(system);
  const groups: { readonly identifier: string; readonly arn: string }[] = [];
  for await (const { identifier, arn } of port.listReplicationGroups(call)) {
    if (identifier !== name) groups.push({ identifier, arn });
  }
  const found = await inParallel(readers, groups, call.signal, async ({ identifier, arn }, signal) => {
    const tags = await tagsIfThere(port.tagsOf(arn, { signal }));
    return madeByDrill(tags) ? [{ identifier, ...markedBy(tags) }] : [];
  });
  return found.flat().map(({ identifier, ...marked }) => ({
    kind: 'cache',
    identifier,
    region: aws.region,
    ...marked,
    remove: async () => {
      const isOurs = (tags: Tags): boolean => madeByDrill(tags, marked.runId);
      await removeCache(system, { identifier, isOurs }, { patient: true });
      return undefined;
    },
  }));
}

/** What is being made or deleted may not tell its tags: the next sweep asks again. */
async function tagsIfThere(asked: Promise<Tags>): Promise<Tags> {
  try {
    return await asked;
  } catch (error) {
    if (isBackupError(error, 'cache-not-found') || isBackupError(error, 'invalid-state')) return {};
    throw error;
  }
}
