import type { DumpManifest } from '../../src/backup/dump-manifest.js';
import { dumpKeys } from '../../src/core/names.js';

/** A whole manifest of a dump made at an instant. */
export function manifestFor(instant: Date, more: Partial<DumpManifest> = {}): DumpManifest {
  const { dump: key } = dumpKeys(more.database ?? 'zephyr', instant);
  return {
    version: 1,
    key,
    database: 'zephyr',
    createdAt: instant.toISOString(),
    dataTime: instant.toISOString(),
    sizeBytes: 5,
    pgDumpVersion: 150_018,
    serverVersion: 150_018,
    compression: { method: 'gzip', level: 1 },
    archives: [{ key, sizeBytes: 5, sha256: 'a'.repeat(64), crc32: 'AAAAAA==', content: 'everything' }],
    operationId: 'op',
    source: { instance: 'zephyr-production-db', resourceId: 'db-PRODUCTION', region: 'us-east-1' },
    ...more,
  };
}
