import type { CreateMultipartUploadCommandInput, PutObjectCommandInput } from '@aws-sdk/client-s3';
import { readLock } from './object-lock.js';
import { s3Error } from './s3-error.js';
import type { Bucket, ContentHeaders, ObjectAttributes, S3State, StoredEncryption, StoredObject } from './s3-state.js';

const storageClasses: ReadonlySet<string> = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

const maxKeyBytes = 1024;
const maxMetadataBytes = 2048;

/** The members that PutObject, CreateMultipartUpload and CopyObject share. */
export type AttributesInput = Pick<
  PutObjectCommandInput & CreateMultipartUploadCommandInput,
  | 'Key'
  | 'CacheControl'
  | 'ContentDisposition'
  | 'ContentEncoding'
  | 'ContentLanguage'
  | 'ContentType'
  | 'Expires'
  | 'WebsiteRedirectLocation'
  | 'Metadata'
  | 'StorageClass'
  | 'ServerSideEncryption'
  | 'SSEKMSKeyId'
  | 'BucketKeyEnabled'
  | 'SSECustomerAlgorithm'
  | 'Tagging'
  | 'ObjectLockMode'
  | 'ObjectLockRetainUntilDate'
  | 'ObjectLockLegalHoldStatus'
>;

/** What a request says about the object it makes, checked. */
export function readAttributes(state: S3State, bucket: Bucket, input: AttributesInput): ObjectAttributes {
  if (Buffer.byteLength(input.Key ?? '') > maxKeyBytes) throw s3Error('KeyTooLongError');
  if (input.SSECustomerAlgorithm !== undefined) throw s3Error('NotImplemented');
  const metadata = input.Metadata ?? {};
  const metadataBytes = Object.entries(metadata).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (metadataBytes > maxMetadataBytes) throw s3Error('MetadataTooLarge');
  return {
    content: readContentHeaders(input),
    metadata,
    storageClass: readStorageClass(input.StorageClass),
    encryption: readEncryption(state, withDefaultEncryption(bucket, input)),
    tags: readTagging(input.Tagging),
    lock: readLock(bucket, input, state.clock.now()),
  };
}

/** Headers as they were put; the framing of the upload is no property of the object. */
function readContentHeaders(input: AttributesInput): ContentHeaders {
  const encodings = (input.ContentEncoding ?? '').split(',').map((encoding) => encoding.trim());
  const kept = encodings.filter((encoding) => encoding !== '' && encoding !== 'aws-chunked').join(',');
  return {
    CacheControl: input.CacheControl,
    ContentDisposition: input.ContentDisposition,
    ContentEncoding: kept === '' ? undefined : kept,
    ContentLanguage: input.ContentLanguage,
    ContentType: input.ContentType ?? 'binary/octet-stream',
    Expires: input.Expires,
    WebsiteRedirectLocation: input.WebsiteRedirectLocation,
  };
}

/** A storage class that S3 has. */
export function readStorageClass(storageClass: string | undefined): string {
  if (storageClass === undefined) return 'STANDARD';
  if (!storageClasses.has(storageClass)) throw s3Error('InvalidStorageClass');
  return storageClass;
}

/** Encryption as asked for; S3 encrypts with its own keys unless told otherwise (facts G12). */
export function readEncryption(
  state: Pick<S3State, 'region' | 'accountId'>,
  input: Pick<AttributesInput, 'ServerSideEncryption' | 'SSEKMSKeyId' | 'BucketKeyEnabled'>,
): StoredEncryption {
  const { ServerSideEncryption: algorithm = 'AES256', SSEKMSKeyId: key } = input;
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse')
    throw s3Error('InvalidArgument', 'The encryption method specified is not supported');
  if (algorithm === 'AES256') {
    if (key !== undefined)
      throw s3Error(
        'InvalidArgument',
        'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
      );
    return { ServerSideEncryption: algorithm };
  }
  const arn = `arn:aws:kms:${state.region}:${state.accountId}`;
  const named =
    key === undefined ? `${arn}:alias/aws/s3` : key.startsWith('alias/') ? `${arn}:${key}` : `${arn}:key/${key}`;
  return {
    ServerSideEncryption: algorithm,
    SSEKMSKeyId: key?.startsWith('arn:') ? key : named,
    BucketKeyEnabled: input.BucketKeyEnabled,
  };
}

/** What a request says of encryption, or else what the bucket has for objects that say nothing. */
function withDefaultEncryption(
  { settings }: Bucket,
  input: AttributesInput,
): Pick<AttributesInput, 'ServerSideEncryption' | 'SSEKMSKeyId' | 'BucketKeyEnabled'> {
  const [rule] = settings.encryption?.Rules ?? [];
  const usual = rule?.ApplyServerSideEncryptionByDefault;
  if (input.ServerSideEncryption !== undefined || usual === undefined) return input;
  return {
    ServerSideEncryption: usual.SSEAlgorithm,
    SSEKMSKeyId: input.SSEKMSKeyId ?? usual.KMSMasterKeyID,
    BucketKeyEnabled: input.BucketKeyEnabled ?? rule?.BucketKeyEnabled,
  };
}

/** Tags from their form in a header: `a=1&b=2`. */
export function readTagging(tagging: string | undefined): Readonly<Record<string, string>> {
  const pairs = [...new URLSearchParams(tagging ?? '')];
  return checkTags(pairs);
}

/** Tags within S3's limits: ten for an object. */
export function checkTags(
  pairs: readonly (readonly [key: string, value: string])[],
  most = 10,
): Readonly<Record<string, string>> {
  if (pairs.length > most)
    throw s3Error('InvalidTag', `${most === 10 ? 'Object' : 'Bucket'} tags cannot be greater than ${most}`);
  if (new Set(pairs.map(([key]) => key)).size < pairs.length)
    throw s3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
  for (const [key, value] of pairs) {
    if (key.length < 1 || key.length > 128) throw s3Error('InvalidTag', 'The TagKey you have provided is invalid');
    if (value.length > 256) throw s3Error('InvalidTag', 'The TagValue you have provided is invalid');
  }
  return Object.fromEntries(pairs);
}

/** The ETag from an MD5; with KMS it is a digest of something else (facts G10). */
export function etagOf(md5: Uint8Array, { ServerSideEncryption }: StoredEncryption): string {
  const bytes = Buffer.from(md5);
  // Any digest that is not the MD5 will do, so that code which takes it for one is found out.
  if (ServerSideEncryption !== 'AES256') bytes.reverse();
  return `"${bytes.toString('hex')}"`;
}

/** What Get and Head tell of an object, without its body. */
export function describeObject(object: StoredObject, options: { readonly withChecksum: boolean }): object {
  const { checksum, storageClass, tags, lock } = object;
  return {
    ...object.content,
    ...object.encryption,
    AcceptRanges: 'bytes',
    ETag: object.etag,
    LastModified: object.lastModified,
    Metadata: object.metadata,
    // S3 leaves out what is the default.
    StorageClass: storageClass === 'STANDARD' ? undefined : storageClass,
    ObjectLockMode: lock?.mode,
    ObjectLockRetainUntilDate: lock?.retainUntil,
    ObjectLockLegalHoldStatus: lock?.legalHold === undefined ? undefined : lock.legalHold ? 'ON' : 'OFF',
    TagCount: Object.keys(tags).length > 0 ? Object.keys(tags).length : undefined,
    ...(options.withChecksum ? { [checksum.algorithm.member]: checksum.value, ChecksumType: checksum.type } : {}),
  };
}
