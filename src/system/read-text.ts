import type { BackupError } from '../core/errors.js';
import type { ObjectStorePort } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';

/**
 * Reads an object as UTF-8. Of one larger than is believed nothing is read.
 *
 * Errors: `object-not-found`, what `tooLarge` makes, and what the store answers.
 */
export async function readText(
  store: ObjectStorePort,
  key: string,
  limit: { readonly largestBytes: number; readonly tooLarge: (sizeBytes: number) => BackupError },
  call: PortCall | undefined,
): Promise<string> {
  const { body, description } = await store.get(key, undefined, call);
  if (description.sizeBytes > limit.largestBytes) {
    body.destroy();
    throw limit.tooLarge(description.sizeBytes);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}
