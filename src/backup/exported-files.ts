import { BackupError } from '../core/errors.js';
import type { ObjectStorePort } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';

/** One RDB file in S3. */
export interface RdbFile {
  readonly key: string;
  /** `s3://bucket/key`, for copying it on; as an ARN it seeds another cache (facts F16). */
  readonly location: string;
  readonly sizeBytes: number;
  readonly writtenAt: Date;
}

/** What RDB files begin with. */
const magic = /^(?:REDIS|VALKEY)\d/;

/** The files of an export that are there, in the order of their node groups: `<name>-0001.rdb`, `<name>-0002.rdb`, ... */
export async function findRdbFiles(
  store: ObjectStorePort,
  { name, nodeGroups }: { readonly name: string; readonly nodeGroups: number },
  call: PortCall,
): Promise<readonly RdbFile[]> {
  const expected = new Set(
    Array.from({ length: nodeGroups }, (_, index) => `${name}-${String(index + 1).padStart(4, '0')}.rdb`),
  );
  const found: RdbFile[] = [];
  for await (const { key, sizeBytes, lastModified } of store.list({ prefix: `${name}-` }, call)) {
    if (expected.has(key))
      found.push({ key, location: `${store.location}/${key}`, sizeBytes, writtenAt: lastModified });
  }
  return found;
}

/** Makes sure that a file can be read and begins as an RDB file does. Errors: `resource-failed`, and those of the store. */
export async function checkRdbFile(store: ObjectStorePort, file: RdbFile, call: PortCall): Promise<void> {
  const { key, location, sizeBytes } = file;
  const begins = sizeBytes > 0 ? await readBeginning(store, key, call) : '';
  if (magic.test(begins)) return;
  throw new BackupError({
    code: 'resource-failed',
    message: `${location} is no RDB file: it has ${sizeBytes} bytes and begins with ${JSON.stringify(begins)}`,
    hint: 'Remove it and export again; if it happens again, find out what else writes to the bucket.',
    details: { key, sizeBytes },
  });
}

async function readBeginning(store: ObjectStorePort, key: string, call: PortCall): Promise<string> {
  const { body } = await store.get(key, { range: { from: 0, to: 8 } }, call);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('latin1');
}
