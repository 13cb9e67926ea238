import { isBackupError } from '../core/errors.js';
import type { ObjectStorePort, PutOptions } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';
import { type DumpManifest, manifestKeyOf, serializeManifest } from './dump-manifest.js';
import { operationMetadata } from './upload-archive.js';

/**
 * Writes the manifest, the last step of a dump: from then on it exists. A lost answer is looked up (facts G6).
 *
 * Errors: `object-exists` where another has written it, and those of the store.
 */
export async function writeManifest(
  store: ObjectStorePort,
  manifest: DumpManifest,
  encryption: PutOptions['encryption'],
  call: PortCall,
): Promise<void> {
  const key = manifestKeyOf(manifest.key);
  try {
    await store.put(
      key,
      serializeManifest(manifest),
      {
        contentType: 'application/json',
        // Far below what STANDARD_IA bills at least (facts G11).
        storageClass: 'STANDARD',
        encryption,
        metadata: { [operationMetadata]: manifest.operationId },
        onlyIf: { absent: true },
      },
      call,
    );
  } catch (error) {
    call.signal?.throwIfAborted();
    if (!isBackupError(error) || !(error.retryable || error.code === 'object-exists')) throw error;
    const seen = await store.head(key, call);
    if (seen?.metadata[operationMetadata] !== manifest.operationId) throw error;
  }
}
