import type { CheckedPlace } from './permission-place.js';
import { allow, type PolicyStatement } from './policy-document.js';

/** The keys of dumps. */
export function listArchive(place: CheckedPlace): PolicyStatement {
  return allow('ListDumps', ['s3:ListBucket'], [place.bucket()], {
    StringLike: { 's3:prefix': [place.keys('manual/*')] },
  });
}

/** What is verified stands in the keys of marks. */
export function listEvidence(place: CheckedPlace): PolicyStatement {
  return allow('ListEvidence', ['s3:ListBucket'], [place.bucket()], {
    StringLike: { 's3:prefix': [place.keys('evidence/*')] },
  });
}

/** Manifests, but no dump. */
export function readManifests(place: CheckedPlace): PolicyStatement {
  return allow('ReadManifests', ['s3:GetObject'], [place.objects('manual/*.manifest.json')]);
}

/** The evidence of drills, but of nothing else. */
export function readDrills(place: CheckedPlace): readonly PolicyStatement[] {
  return [
    allow('ListDrills', ['s3:ListBucket'], [place.bucket()], {
      StringLike: { 's3:prefix': [place.keys('evidence/drill/*')] },
    }),
    allow('ReadDrills', ['s3:GetObject'], [place.objects('evidence/drill/*')]),
  ];
}

/** Only by way of S3: the key by itself opens nothing. */
function viaS3({ region }: CheckedPlace): PolicyStatement['Condition'] {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return { StringEquals: { 'kms:ViaService': [`s3.${region}.${domain}`] } };
}

/** What reading takes where the archive has a key of its own. */
export function decrypt(place: CheckedPlace): readonly PolicyStatement[] {
  const { archiveKmsKey } = place;
  return archiveKmsKey === undefined ? [] : [allow('UseArchiveKey', ['kms:Decrypt'], [archiveKmsKey], viaS3(place))];
}

/** The parts of an upload are read again where they are put together: that needs decryption too (facts G12). */
export function encrypt(place: CheckedPlace): readonly PolicyStatement[] {
  const { archiveKmsKey } = place;
  return archiveKmsKey === undefined
    ? []
    : [allow('UseArchiveKey', ['kms:Decrypt', 'kms:GenerateDataKey'], [archiveKmsKey], viaS3(place))];
}

/** The keys of journals. */
export function listJournals(place: CheckedPlace): PolicyStatement {
  return allow('ListJournals', ['s3:ListBucket'], [place.bucket()], {
    StringLike: { 's3:prefix': [place.keys('journals/*')] },
  });
}

/** Entries are written once and read; only the lease of a run is deleted. */
export function keepJournals(place: CheckedPlace): readonly PolicyStatement[] {
  return [
    listJournals(place),
    allow('KeepJournals', ['s3:PutObject', 's3:GetObject'], [place.objects('journals/*')]),
    allow('ReleaseLeases', ['s3:DeleteObject'], [place.objects('journals/*/lease.json')]),
    ...encrypt(place),
  ];
}

/** Which runs hold a lease, and what they are reading: what retention must leave alone. */
export function watchRuns(place: CheckedPlace): readonly PolicyStatement[] {
  return [listJournals(place), allow('WatchRuns', ['s3:GetObject'], [place.objects('journals/*/entries/*')])];
}

/** Evidence is written once, and never changed or deleted by those who leave it. */
export function leaveEvidence(place: CheckedPlace): readonly PolicyStatement[] {
  return [allow('LeaveEvidence', ['s3:PutObject'], [place.objects('evidence/*')]), ...encrypt(place)];
}
