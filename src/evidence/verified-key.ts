import type { BackupKind, Verification } from '../core/backups.js';
import { instantInKey, instantOfKey } from './evidence-key.js';

/** A backup as evidence knows it: identifiers are given again after a deletion, so the time or the source has to agree as well. */
export interface BackupIdentity {
  readonly kind: BackupKind;
  readonly id: string;
  readonly region: string;
  readonly createdAt?: Date | undefined;
  /** Of its source (facts A20). */
  readonly resourceId?: string | undefined;
}

/** What was found out of a backup, as the key of its mark tells it. */
export interface VerificationMark {
  readonly backup: BackupIdentity;
  readonly verdict: 'passed' | 'failed';
  readonly verification: Verification;
}

/** Below which all marks lie, or those of one kind of backups. */
export function verifiedPrefix(kind?: BackupKind): string {
  return `evidence/verified/${kind === undefined ? '' : `${kind}/`}`;
}

/**
 * The key of a mark, which says all: `evidence/verified/<kind>/<id>/<time>-<how>-<verdict>_<region>_<made>_<source>_<evidence>.json`.
 * Whoever lists the marks knows what is verified and need not read one.
 */
export function verifiedKey({ backup, verdict, verification }: VerificationMark): string {
  const { createdAt, resourceId } = backup;
  const made = createdAt === undefined ? '' : instantInKey(createdAt);
  const parts = [backup.region, made, resourceId ?? '', verification.evidence].map(encodePart);
  const when = `${instantInKey(verification.at)}-${verification.how}-${verdict}`;
  return `${verifiedPrefix(backup.kind)}${encodeURIComponent(backup.id)}/${[when, ...parts].join('_')}.json`;
}

/** What a mark's key says; `undefined` if it is none. */
export function parseVerifiedKey(key: string): VerificationMark | undefined {
  const match =
    /^evidence\/verified\/(database-snapshot|continuous-backup|cache-snapshot|dump)\/([^/]+)\/(\d{8}T\d{6}Z)-(drill|dump-check)-(passed|failed)_([^_]*)_([^_]*)_([^_]*)_([^_]*)\.json$/.exec(
      key,
    );
  if (match === null) return undefined;
  const part = (index: number): string => String(match[index]);
  const [id, region, made, resourceId, evidence] = [2, 6, 7, 8, 9].map((index) => decodePart(part(index)));
  if (id === undefined || region === undefined || resourceId === undefined || evidence === undefined) return undefined;
  const at = instantOfKey(part(3));
  const createdAt = instantOfKey(String(made));
  if (at === undefined || (made !== '' && createdAt === undefined)) return undefined;
  const verification: Verification = { at, how: part(4) as Verification['how'], evidence };
  const backup: BackupIdentity = {
    kind: part(1) as BackupKind,
    id,
    region,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(resourceId === '' ? {} : { resourceId }),
  };
  return { backup, verdict: part(5) as VerificationMark['verdict'], verification };
}

/** Whether two say the same backup: they agree in what both know, and both know its time or its source. */
export function isSameBackup(one: BackupIdentity, other: BackupIdentity): boolean {
  if (one.kind !== other.kind || one.id !== other.id || one.region !== other.region) return false;
  const made = agree(secondOf(one.createdAt), secondOf(other.createdAt));
  const source = agree(one.resourceId, other.resourceId);
  return made !== 'differ' && source !== 'differ' && (made === 'agree' || source === 'agree');
}

function agree(one: string | undefined, other: string | undefined): 'agree' | 'differ' | 'unknown' {
  if (one === undefined || other === undefined) return 'unknown';
  return one === other ? 'agree' : 'differ';
}

function secondOf(instant: Date | undefined): string | undefined {
  return instant && instantInKey(instant);
}

/** So written that the parts can be told apart. */
function encodePart(part: string): string {
  return encodeURIComponent(part).replaceAll('_', '%5F');
}

function decodePart(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    // Not written by us.
    return undefined;
  }
}
