import type { DumpArchive } from '../backup/dump-manifest.js';
import type { CheckResult } from '../core/check-result.js';
import type { ObjectStorePort } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';

/** Holds what the store says of an archive against its manifest: that it is there, its size, and its checksum. */
export async function checkDumpObject(
  store: ObjectStorePort,
  archive: DumpArchive,
  call: PortCall,
): Promise<CheckResult> {
  const check = 'dump-object';
  const { key, sizeBytes, crc32 } = archive;
  const found = await store.head(key, call);
  if (found === undefined) {
    return { check, verdict: 'failed', summary: `${key} is not in ${store.location}`, evidence: { key } };
  }
  const evidence = {
    key,
    expected: { sizeBytes, crc32 },
    found: { sizeBytes: found.sizeBytes, crc32: found.crc32, etag: found.etag },
  };
  if (found.sizeBytes !== sizeBytes) {
    const summary = `${key} has ${found.sizeBytes} bytes, its manifest says ${sizeBytes}`;
    return { check, verdict: 'failed', summary, evidence };
  }
  if (sizeBytes === 0) return { check, verdict: 'failed', summary: `${key} is empty: no archive is`, evidence };
  // A store that computed none, then or now, says nothing; the SHA-256 is ours and always there.
  if (crc32 !== undefined && found.crc32 !== undefined && found.crc32 !== crc32) {
    const summary = `${key} has another checksum than when it was stored`;
    return { check, verdict: 'failed', summary, evidence };
  }
  return { check, verdict: 'passed', summary: `${key} is there with its ${sizeBytes} bytes`, evidence };
}
