import { invalidInput } from '../core/errors.js';
import type { ObjectStorePort, PutOptions } from '../ports/object-store.js';
import type { System } from './define-system.js';

/** Where dumps and evidence lie, and how they are encrypted. Errors: `invalid-input` where the system has no archive. */
export function archiveStore(system: System): {
  readonly store: ObjectStorePort;
  readonly encryption: PutOptions['encryption'];
  readonly kmsKey: string | undefined;
} {
  const { archive } = system;
  if (archive === undefined) {
    throw invalidInput(
      'archive',
      'is not part of the system',
      "Give defineSystem an archive: { bucket: 'zephyr-backups' }.",
    );
  }
  const { bucket, prefix, expectedOwner, kmsKey } = archive;
  return {
    store: system.aws.objectStore({ bucket, prefix, expectedOwner }),
    encryption: kmsKey === undefined ? undefined : { kmsKey },
    kmsKey,
  };
}
