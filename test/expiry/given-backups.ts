import { createCacheSnapshot } from '../../src/backup/create-cache-snapshot.js';
import { createDatabaseSnapshot } from '../../src/backup/create-database-snapshot.js';
import {
  type DumpArchive,
  type DumpManifest,
  manifestKeyOf,
  serializeManifest,
} from '../../src/backup/dump-manifest.js';
import { operationMetadata } from '../../src/backup/upload-archive.js';
import { dumpKeys } from '../../src/core/names.js';
import { RetentionPolicy } from '../../src/retention/retention-policy.js';
import type { System } from '../../src/system/define-system.js';
import { manifestFor } from '../backup/manifest-for.js';
import { cacheName, givenCache } from '../sweeps/backup-workflows.js';
import { bucket, type Production } from '../sweeps/production.js';

/** Keeps the two newest of each kind, and has no fuse. */
export const keepTwo = new RetentionPolicy({
  rules: [
    { kind: 'database-snapshot', origin: 'manual', keepLast: 2, maxExpiredShare: 1 },
    { kind: 'cache-snapshot', origin: 'manual', keepLast: 2, maxExpiredShare: 1 },
    { kind: 'dump', keepLast: 2, maxExpiredShare: 1 },
  ],
});

/** Ids of what is there, the oldest first. */
export interface GivenBackups {
  readonly system: System;
  readonly snapshots: readonly string[];
  readonly cacheSnapshots: readonly string[];
  readonly dumps: readonly string[];
}

/** As many snapshots of the database, of the cache, and dumps, a day apart; every second dump in three archives. */
export async function givenBackups(production: Production, days: number): Promise<GivenBackups> {
  const { clock, aws } = production;
  await givenCache(production);
  const system = production.systemWith({ cache: cacheName });
  const undisturbed = production.systemWith({ cache: cacheName, aws });
  const snapshots: string[] = [];
  const cacheSnapshots: string[] = [];
  const dumps: string[] = [];
  for (let day = 0; day < days; day += 1) {
    clock.advance(86_400_000);
    snapshots.push((await createDatabaseSnapshot(undisturbed, { reason: `day ${day}` })).id);
    cacheSnapshots.push((await createCacheSnapshot(undisturbed, { reason: `day ${day}` })).id);
    dumps.push(await putDump(production, clock.now(), day % 2 === 0 ? 1 : 3));
  }
  // Nothing of it is of this very second.
  clock.advance(60_000);
  return { system, snapshots, cacheSnapshots, dumps };
}

/** A dump as it lies in the archive: its archives, and its manifest. */
export async function putDump({ aws, resourceId }: Production, at: Date, archives: 1 | 3): Promise<string> {
  const store = aws.objectStore({ bucket });
  const { dump: key } = dumpKeys('zephyr', at);
  const stem = key.slice(0, -'.dump'.length);
  const names: readonly [string, DumpArchive['content']][] =
    archives === 1
      ? [[key, 'everything']]
      : [
          [`${stem}.schema.dump`, 'schema'],
          [`${stem}.data-1.dump`, 'data'],
          [`${stem}.data-2.dump`, 'data'],
        ];
  const parts: DumpArchive[] = [];
  for (const [name, content] of names) {
    await store.put(name, 'PGDMP', { metadata: { [operationMetadata]: 'op' } });
    parts.push({ key: name, sizeBytes: 5, sha256: 'a'.repeat(64), crc32: 'AAAAAA==', content });
  }
  const manifest: DumpManifest = {
    ...manifestFor(at),
    key,
    sizeBytes: 5 * parts.length,
    archives: parts,
    source: { instance: 'zephyr-production-db', resourceId, region: aws.region },
  };
  await store.put(manifestKeyOf(key), serializeManifest(manifest));
  return key;
}

/** What is in the account and in the archive, apart from evidence: ids and keys. */
export async function whatIsThere({ aws, resourceId }: Production): Promise<readonly string[]> {
  const there: string[] = [];
  for await (const { identifier } of aws.rds.listSnapshots({ resourceId, type: 'manual' })) there.push(identifier);
  for await (const { identifier, status } of aws.elasticache?.listSnapshots({ type: 'manual' }) ?? []) {
    if (status === 'available') there.push(identifier);
  }
  for await (const { key } of aws.objectStore({ bucket }).list({ prefix: 'manual/' })) there.push(key);
  return there.sort();
}
