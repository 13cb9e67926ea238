import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { type DumpCompression, parseDumpCompression } from '../../src/backup/dump-compression.js';
import {
  type DumpArchive,
  type DumpManifest,
  manifestKeyOf,
  serializeManifest,
} from '../../src/backup/dump-manifest.js';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import { describeDumpedStructure } from '../../src/checks/describe-structure.js';
import { fingerprintDatabase } from '../../src/checks/fingerprint-database.js';
import { systemClock } from '../../src/core/clock.js';
import { IntegrityChecker } from '../../src/integrity/integrity-checker.js';
import type { RdsPort } from '../../src/ports/rds.js';
import { connectPostgres } from '../../src/postgres/connect-postgres.js';
import { defineSystem, type System } from '../../src/system/define-system.js';
import { type FakeStore, fakeStore } from '../backup/fakes/fake-store.js';
import { manifestFor } from '../backup/manifest-for.js';
import type { TemporaryPostgres } from '../checks/temporary-postgres.js';

/** A dump that pg_dump made of a real database, with its manifest, in a store in memory where it can be damaged. */
export interface StoredDump {
  readonly key: string;
  readonly store: FakeStore;
  readonly system: System;
  readonly checker: IntegrityChecker;
  /** As pg_dump wrote it. */
  readonly archive: Buffer;
  readonly manifest: DumpManifest;
  /** Puts everything back as it was. */
  restore(): Promise<void>;
  /** Damages the stored archive below the store, which goes on giving the checksum it has. */
  damage(archive: Buffer): Promise<void>;
  /** Writes over the stored archive. */
  overwrite(archive: Buffer): Promise<void>;
  /** The archive was damaged before it was stored: its manifest says what was stored. */
  damageBefore(archive: Buffer): Promise<void>;
  rewriteManifest(more: Partial<DumpManifest> | string): Promise<void>;
}

export async function storeDump(
  server: TemporaryPostgres,
  database: string,
  { compression = 'none' }: { readonly compression?: DumpCompression } = {},
): Promise<StoredDump> {
  const postgres = connectPostgres();
  const store = fakeStore(systemClock);
  const system = defineSystem({
    aws: {
      region: 'us-east-1',
      rds: { describeInstance: async () => undefined } as unknown as RdsPort,
      objectStore: () => store,
    },
    database: {
      instance: 'prod',
      name: database,
      credentials: { user: 'postgres', password: 'x' },
      tls: { mode: 'off' },
    },
    archive: { bucket: 'zephyr-backups' },
    postgres,
  });
  const target = {
    host: '127.0.0.1',
    port: server.port,
    database,
    credentials: { user: 'postgres', password: 'x' },
    tls: { mode: 'off' as const },
    applicationName: 'zephyr-backup',
  };
  const made = await withDatabaseSnapshot(
    () => server.connect(database),
    {},
    async ({ sessions, snapshot }) => ({
      archive: await buffer(
        postgres.tools.dump(target, {
          snapshot,
          compression: parseDumpCompression(compression),
          lockTimeoutMilliseconds: 10_000,
        }),
      ),
      fingerprint: await fingerprintDatabase(sessions),
      structure: await describeDumpedStructure(sessions[0]),
      serverVersion: sessions[0].serverVersion,
    }),
  );
  const { archive, fingerprint, structure, serverVersion } = made;
  const bare = manifestFor(new Date(Date.now() - 60_000), { database });
  const { key } = bare;
  const describe = (body: Buffer): Pick<DumpManifest, 'archives' | 'sizeBytes'> => {
    const sha256 = createHash('sha256').update(body).digest('hex');
    const { crc32, sizeBytes } = store.objects.get(key) ?? { crc32: '', sizeBytes: 0 };
    const one: DumpArchive = { key, sizeBytes, sha256, crc32, content: 'everything' };
    return { sizeBytes, archives: [one] };
  };
  const put = async (body: Buffer): Promise<void> => {
    await store.put(key, body);
  };
  await put(archive);
  const pgDumpVersion = await postgres.tools.version('pg_dump');
  const manifest: DumpManifest = {
    ...bare,
    serverVersion,
    pgDumpVersion,
    fingerprint,
    structure,
    ...describe(archive),
  };
  const putManifest = async (text: string): Promise<void> => {
    await store.put(manifestKeyOf(key), text);
  };
  await putManifest(serializeManifest(manifest));
  return {
    key,
    store,
    system,
    checker: new IntegrityChecker(system),
    archive,
    manifest,
    restore: async () => {
      await put(archive);
      await putManifest(serializeManifest(manifest));
    },
    damage: async (body) => {
      await put(body);
      const [one] = manifest.archives;
      const stored = store.objects.get(key);
      if (stored !== undefined && one?.crc32 !== undefined) store.objects.set(key, { ...stored, crc32: one.crc32 });
    },
    overwrite: put,
    damageBefore: async (body) => {
      await put(body);
      await putManifest(serializeManifest({ ...manifest, ...describe(body) }));
    },
    rewriteManifest: (more) =>
      putManifest(typeof more === 'string' ? more : serializeManifest({ ...manifest, ...more })),
  };
}
